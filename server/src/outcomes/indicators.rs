//! Indicators of Sotkanet that the municipality follows, as rows: each with its numbers as they were read, every version of it.

use domain::outcomes::indicators::Followed;
use domain::time::Instant;

use super::require_whole_municipality;
use crate::access::ScopedTx;
use crate::error::Error;

/// The newest version of each, by its number.
pub async fn all(tx: &mut ScopedTx) -> Result<Vec<Followed>, Error> {
    require_whole_municipality(tx)?;
    let sql = sql!("SELECT n.body FROM indicator n WHERE n.municipality = $1 ORDER BY n.id, n.version DESC");
    let rows = tx.all(sql, []).await?;
    let mut all = rows.iter().map(|row| row.json::<Followed>("body")).collect::<Result<Vec<_>, _>>()?;
    all.dedup_by_key(|one| one.id);
    Ok(all)
}

/// Keeps what is not there already: how many indicators that were.
pub async fn keep(tx: &mut ScopedTx, new: &[Followed], now: Instant) -> Result<usize, Error> {
    let known = all(tx).await?;
    let last = sql!("SELECT COALESCE(MAX(version), 0) AS n FROM indicator WHERE municipality = $1 AND id = $2");
    let insert = sql!(
        "INSERT INTO indicator (municipality, id, version, body, made_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (municipality, id, version) DO NOTHING"
    );
    let mut kept = 0;
    for one in new.iter().filter(|one| !known.iter().any(|known| known.says_the_same(one))) {
        let version: i64 = tx.one(last, [one.id.into()]).await?.get("n")?;
        let body = serde_json::to_string(one).map_err(|error| Error::Broken(error.to_string()))?;
        let values = [one.id.into(), (version + 1).into(), body.into(), now.into()];
        if tx.run(insert, values).await? > 0 {
            kept += 1;
        }
    }
    Ok(kept)
}
