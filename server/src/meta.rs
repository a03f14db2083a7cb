//! What an installation notes of itself in its database: one text under each key.

use domain::time::Instant;

use crate::db::Tx;
use crate::error::Error;

/// What was noted under it.
pub async fn text(tx: &mut Tx, key: &str) -> Result<Option<String>, Error> {
    let row = tx.maybe(sql!("SELECT value FROM meta WHERE key = $1"), [key.into()]).await?;
    row.map(|row| row.get("value")).transpose()
}

/// The moment that was noted under it, as milliseconds since 1970; nothing for what is none.
pub async fn moment(tx: &mut Tx, key: &str) -> Result<Option<Instant>, Error> {
    let millis = text(tx, key).await?.and_then(|millis| millis.parse().ok());
    Ok(millis.map(Instant::from_millis))
}

/// Notes it, in place of what was there.
pub async fn note(tx: &mut Tx, key: &str, value: &str) -> Result<(), Error> {
    let note =
        sql!("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    tx.run(note, [key.into(), value.into()]).await?;
    Ok(())
}

/// Notes it where nothing stands there yet, and gives what stands there then: of several that come at once the first is
/// kept.
pub async fn note_first(tx: &mut Tx, key: &str, value: &str) -> Result<String, Error> {
    let add = sql!("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
    tx.run(add, [key.into(), value.into()]).await?;
    tx.one(sql!("SELECT value FROM meta WHERE key = $1"), [key.into()]).await?.get("value")
}

/// As [`note`], a moment.
pub async fn note_moment(tx: &mut Tx, key: &str, at: Instant) -> Result<(), Error> {
    note(tx, key, &at.millis().to_string()).await
}
