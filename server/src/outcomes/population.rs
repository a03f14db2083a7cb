//! Residents aged 75 and over as rows: each year with its source, every version of it.

use app::outcomes::council::population::ToldPopulation;
use domain::outcomes::population::Population;
use domain::time::Instant;

use super::require_whole_municipality;
use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;

/// The newest version of each year, the newest year first.
pub async fn all(tx: &mut ScopedTx) -> Result<Vec<Population>, Error> {
    Ok(told(tx).await?.into_iter().map(|told| told.population).collect())
}

/// The same, each with who told it and when.
pub async fn told(tx: &mut ScopedTx) -> Result<Vec<ToldPopulation>, Error> {
    require_whole_municipality(tx)?;
    let sql = sql!(
        "SELECT n.body, n.made_at, a.name FROM population n \
         LEFT JOIN account a ON a.municipality = n.municipality AND a.id = n.made_by \
         WHERE n.municipality = $1 ORDER BY n.year DESC, n.version DESC"
    );
    let rows = tx.all(sql, []).await?;
    let one = |row: &Row| -> Result<ToldPopulation, Error> {
        Ok(ToldPopulation { population: row.json("body")?, made_at: row.get("made_at")?, by: row.get("name")? })
    };
    let mut all = rows.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    all.dedup_by_key(|told| told.population.year);
    Ok(all)
}

/// Keeps what is not there already: how many years that were.
pub async fn keep(tx: &mut ScopedTx, new: &[Population], now: Instant) -> Result<usize, Error> {
    let known = all(tx).await?;
    let by = Some(tx.scope().user()).filter(|user| !user.0.is_nil());
    let last = sql!("SELECT COALESCE(MAX(version), 0) AS n FROM population WHERE municipality = $1 AND year = $2");
    let insert = sql!(
        "INSERT INTO population (municipality, year, version, body, made_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality, year, version) DO NOTHING"
    );
    let mut kept = 0;
    for one in new.iter().filter(|one| !known.iter().any(|known| known.says_the_same(one))) {
        let year = i64::from(one.year);
        let version: i64 = tx.one(last, [year.into()]).await?.get("n")?;
        let body = serde_json::to_string(one).map_err(|error| Error::Broken(error.to_string()))?;
        let values = [year.into(), (version + 1).into(), body.into(), now.into(), by.into()];
        if tx.run(insert, values).await? > 0 {
            kept += 1;
        }
    }
    Ok(kept)
}
