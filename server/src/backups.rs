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

/// Under what it stands until when whoever makes tonight's copy has it to themselves, and for how many milliseconds.
const LEASE: &str = "backup_lease";
const LEASED: i64 = 2 * 3_600_000;

/// By the clocks of Finland: when nobody trains, and the day's work is there.
const NIGHT: std::ops::Range<u16> = 2..5;
/// In the night a copy is due so many milliseconds after the last one, else where a night was left out.
const DUE_BY_NIGHT: i64 = 20 * 3_600_000;
const DUE_BY_DAY: i64 = 27 * 3_600_000;

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

/// Whether the nightly copy is due; also where the last one was made by a clock that ran ahead.
pub fn is_due(last: Option<Instant>, now: Instant) -> bool {
    let (_, time) = now.in_finland();
    let after = if NIGHT.contains(&time.hour()) { DUE_BY_NIGHT } else { DUE_BY_DAY };
    last.is_none_or(|last| now.millis_since(last).abs() > after)
}

/// Whether whoever asks is to make the nightly copy: it is due, and for some hours nobody else is told so.
pub async fn is_mine(state: &AppState) -> Result<bool, Error> {
    let now = state.now();
    let last = last(&mut state.db.read(Unscoped::Installation).await?).await?;
    if !is_due(last.map(|made| made.at), now) {
        return Ok(false);
    }
    let [latest, until] = [2 * LEASED, LEASED].map(|lasts| now.plus_millis(lasts).millis());
    let (now, until) = (now.millis(), &until.to_string());
    state
        .write(Unscoped::Installation, |mut tx| async move {
            meta::note_first(&mut tx, LEASE, "0").await?;
            // A lease that ends much later than any can was given by a clock that has been set back since.
            let take = sql!(
                "UPDATE meta SET value = $2 WHERE key = $1 \
                 AND (CAST(value AS BIGINT) <= $3 OR CAST(value AS BIGINT) > $4)"
            );
            let taken = tx.run(take, [LEASE.into(), until.into(), now.into(), latest.into()]).await?;
            Ok(tx.done(taken > 0))
        })
        .await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_due_by_night_and_by_day_only_where_a_night_was_left_out() {
        // 1 December 2026, 02:30 and 12:00 in Finland.
        let (night, noon) = (Instant::from_millis(1_796_085_000_000), Instant::from_millis(1_796_119_200_000));
        assert_eq!(night.in_finland().1.to_string(), "02:30");
        assert_eq!(noon.in_finland().1.to_string(), "12:00");
        let ago = |now: Instant, hours: i64| Some(now.plus_millis(-hours * 3_600_000));
        assert!(is_due(None, noon) && is_due(ago(night, 24), night) && is_due(ago(noon, 34), noon));
        assert!(!is_due(ago(night, 1), night) && !is_due(ago(noon, 10), noon));
    }

    #[test]
    fn a_copy_that_was_made_by_a_clock_which_ran_ahead_keeps_none_away() {
        let now = Instant::from_millis(1_796_085_000_000);
        let ahead = |hours: i64| Some(now.plus_millis(hours * 3_600_000));
        assert!(is_due(ahead(365 * 24), now) && !is_due(ahead(1), now));
    }
}
