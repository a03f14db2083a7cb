//! When and where the database was copied last. `virea backup` says it; `virea doctor` and the admin's page tell it.

use std::path::Path;

use domain::time::Instant;

use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;

/// Under what the moment and the file are kept.
const MOMENT: &str = "backup_last";
const FILE: &str = "backup_last_file";

/// Whoever makes backups makes them nightly: milliseconds after which one must have been left out.
const DUE: i64 = 48 * 3_600 * 1_000;

/// A copy that was opened and found whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    pub at: Instant,
    /// Nothing for a copy of an earlier program, which did not note it.
    pub file: Option<String>,
}

/// Whether a night was left out since the last one was made.
pub fn is_late(made: Instant, now: Instant) -> bool {
    made.plus_millis(DUE) < now
}

/// The last one that was made.
pub async fn last(tx: &mut Tx) -> Result<Option<Backup>, Error> {
    let moment = value(tx, MOMENT).await?.and_then(|millis| millis.parse().ok());
    let file = value(tx, FILE).await?;
    Ok(moment.map(|millis| Backup { at: Instant::from_millis(millis), file }))
}

async fn value(tx: &mut Tx, key: &str) -> Result<Option<String>, Error> {
    let row = tx.maybe(sql!("SELECT value FROM meta WHERE key = $1"), [key.into()]).await?;
    row.map(|row| row.get("value")).transpose()
}

/// Notes that this copy was made now, and is whole.
pub async fn remember(state: &AppState, file: &Path) -> Result<(), Error> {
    let keep =
        sql!("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    let now = state.now().millis().to_string();
    let file = file.canonicalize().unwrap_or_else(|_| file.to_path_buf()).to_string_lossy().into_owned();
    state
        .write(Unscoped::Installation, |mut tx| {
            let moment = [MOMENT.into(), now.as_str().into()];
            let place = [FILE.into(), file.as_str().into()];
            async move {
                tx.run(keep, moment).await?;
                tx.run(keep, place).await?;
                Ok(tx.done(()))
            }
        })
        .await
}
