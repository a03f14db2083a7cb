//! What somebody looked for among people, kept so that a page has an address without it: only who asked reads it again,
//! for half a day.

use domain::ids::{QueryId, UserId};
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::error::Error;

/// How long it is kept.
const KEPT_MS: i64 = 12 * 60 * 60 * 1000;

/// Keeps what was typed, and forgets what is old.
pub async fn keep(tx: &mut ScopedTx, id: QueryId, account: UserId, typed: &str, now: Instant) -> Result<(), Error> {
    let old = sql!("DELETE FROM people_query WHERE municipality = $1 AND asked_at < $2");
    tx.run(old, [now.plus_millis(-KEPT_MS).into()]).await?;
    let add = sql!(
        "INSERT INTO people_query (municipality, id, account, typed, asked_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (municipality, id) DO NOTHING"
    );
    tx.run(add, [id.into(), account.into(), typed.into(), now.into()]).await?;
    Ok(())
}

/// What this account typed; nothing for another's, or for one that is old.
pub async fn find(tx: &mut ScopedTx, id: QueryId, account: UserId, now: Instant) -> Result<Option<String>, Error> {
    let sql =
        sql!("SELECT typed FROM people_query WHERE municipality = $1 AND id = $2 AND account = $3 AND asked_at >= $4");
    let row = tx.maybe(sql, [id.into(), account.into(), now.plus_millis(-KEPT_MS).into()]).await?;
    row.map(|row| row.get("typed")).transpose()
}
