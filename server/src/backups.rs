//! When and where the database was copied last. `virea backup` says it; `virea doctor` and the admin's page tell it, and
//! tablets are told what backups hold (docs/sync.md, Backups).

use std::path::Path;

use domain::time::Instant;

use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::meta;
use crate::state::AppState;

/// Under what the moment and the file are kept.
const MOMENT: &str = "backup_last";
const FILE: &str = "backup_last_file";
/// When the newest verified one was begun: what had come in before is in it.
const BEGUN: &str = "backup_begun";

/// An operation is stored within so many milliseconds after it came in; a request is cut off long before.
const STORED_WITHIN: i64 = 5 * 60_000;

/// Whoever makes backups makes them nightly: milliseconds after which one must have been left out.
const DUE: i64 = 48 * 3_600 * 1_000;

/// A copy that was opened and found whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    pub at: Instant,
    /// Nothing for one that this program did not make, and for a copy of an earlier program, which did not note it.
    pub file: Option<String>,
}

/// Whether a night was left out since the last one was made.
pub fn is_late(made: Instant, now: Instant) -> bool {
    made.plus_millis(DUE) < now
}

/// The last one that was made.
pub async fn last(tx: &mut Tx) -> Result<Option<Backup>, Error> {
    let at = meta::moment(tx, MOMENT).await?;
    let file = meta::text(tx, FILE).await?.filter(|file| !file.is_empty());
    Ok(at.map(|at| Backup { at, file }))
}

/// Notes that a backup that was begun then is whole, and where it lies if this program made it. What the verified one
/// before it holds is told to tablets as durable: should the newest be lost, that one can still be put back.
pub async fn remember(state: &AppState, begun: Instant, file: Option<&Path>) -> Result<(), Error> {
    let file = file.map_or_else(String::new, |file| {
        file.canonicalize().unwrap_or_else(|_| file.to_path_buf()).to_string_lossy().into_owned()
    });
    let file = file.as_str();
    state
        .write(Unscoped::Installation, |mut tx| async move {
            // One that was begun later than this was begun by a wrong clock, and nothing is known of what it holds.
            if let Some(before) = meta::moment(&mut tx, BEGUN).await?.filter(|before| *before < begun) {
                note_held(&mut tx, before.plus_millis(-STORED_WITHIN)).await?;
            }
            meta::note_moment(&mut tx, MOMENT, begun).await?;
            meta::note_moment(&mut tx, BEGUN, begun).await?;
            meta::note(&mut tx, FILE, file).await?;
            Ok(tx.done(()))
        })
        .await
}

/// Of every tablet's stream: up to which number it had come in by then.
async fn note_held(tx: &mut Tx, by: Instant) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE stream SET durable_n = COALESCE((SELECT o.n FROM op o WHERE o.municipality = stream.municipality \
         AND o.stream = stream.id AND o.received_at < $1 ORDER BY o.n DESC LIMIT 1), 0) WHERE device IS NOT NULL"
    );
    tx.run(sql, [by.into()]).await?;
    Ok(())
}
