//! The database's lives (docs/sync.md, Epochs). One that was set back is another life from there on, whoever put the older
//! data in its place: a file beside it says how far it had come, and tablets hold this server's own word for what it had.

use std::cmp::Ordering;
use std::io;
use std::path::{Path, PathBuf};

use domain::ids::{MunicipalityCode, StreamId, uuid_v7};
use domain::sync::canon::Hash;
use domain::sync::wire::{Epoch, Receipt};
use domain::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::{self, Chain, Entry};
use crate::db::{Tx, Unscoped, copy};
use crate::erasure;
use crate::error::Error;
use crate::meta;
use crate::private;
use crate::secrets::{Secrets, hmac};
use crate::state::AppState;

/// Under what the present epoch is kept, and the moment in which the database was last found to be set back.
pub(crate) const EPOCH: &str = "sync_epoch";
const SET_BACK: &str = "set_back_last";

/// The epoch as it is.
pub async fn present(tx: &mut Tx) -> Result<Epoch, Error> {
    let row = tx.one(sql!("SELECT value FROM meta WHERE key = $1"), [EPOCH.into()]).await?;
    Ok(Epoch(row.get("value")?))
}

/// When the database was last found to be set back.
pub async fn last_set_back(tx: &mut Tx) -> Result<Option<Instant>, Error> {
    meta::moment(tx, SET_BACK).await
}

/// Begins an epoch, whatever the present one is.
pub async fn begin(tx: &mut Tx, epoch: Uuid) -> Result<(), Error> {
    meta::note(tx, EPOCH, &epoch.to_string()).await
}

/// The server's word that it had so much of a stream in this epoch.
pub fn seal(secrets: &Secrets, tenant: &MunicipalityCode, epoch: &Epoch, stream: StreamId, contig: i64) -> Hash {
    let (stream, contig) = (stream.to_string(), contig.to_string());
    let parts = [tenant.as_str(), epoch.0.as_str(), stream.as_str(), contig.as_str()];
    Hash(hmac(&secrets.receipt, &parts.map(str::as_bytes)))
}

/// The present epoch, where in it this server had told to have more of the stream than is there.
pub async fn outlived(
    tx: &mut Tx,
    secrets: &Secrets,
    tenant: &MunicipalityCode,
    stream: StreamId,
    told: Receipt,
) -> Result<Option<Epoch>, Error> {
    let epoch = present(tx).await?;
    let sql = sql!("SELECT last_n FROM stream WHERE municipality = $1 AND id = $2");
    let row = tx.maybe(sql, [tenant.into(), stream.into()]).await?;
    let there = row.map(|row| row.get::<i64>("last_n")).transpose()?.unwrap_or(0);
    let own = told.seal == seal(secrets, tenant, &epoch, stream, told.contig);
    Ok((own && told.contig > there).then_some(epoch))
}

/// Ends an epoch, since the database was found to be set back by a tablet or by the file beside it; once, however many
/// find it.
pub async fn begin_after(state: &AppState, was: &Epoch, found_by: &'static str) -> Result<(), Error> {
    let (now, next) = (state.now(), next(state).await?);
    let begun = state.write(Unscoped::Installation, |mut tx| async move {
        let values = [EPOCH.into(), was.0.as_str().into(), next.into()];
        let sql = sql!("UPDATE meta SET value = $3 WHERE key = $1 AND value = $2");
        if tx.run(sql, values).await? == 0 {
            return Ok(tx.done(false));
        }
        meta::note_moment(&mut tx, SET_BACK, now).await?;
        let entry = Entry {
            fields: format!("found_by={found_by}"),
            result: "alarm".to_owned(),
            ..Entry::of_command(now, "set_back")
        };
        audit::append(&mut tx, &state.secrets, Chain::Installation, &entry).await?;
        Ok(tx.done(true))
    });
    if begun.await? {
        tracing::error!(
            found_by,
            "the database lies behind what it has told: it was set back. A new epoch begins, and tablets send again what \
             it has not; what the desk and files have brought since is gone"
        );
        // With the older data they came back, and tablets would give back what they hold of them.
        if let Err(error) = erasure::replay(state).await {
            tracing::error!(%error, "whoever was erased since is not erased again before the next start");
        }
    }
    Ok(())
}

/// A name for the epoch that begins now. It comes after the present one and after the one in the file, also where the
/// clock was set back: otherwise the one that was just begun would lie behind, and one would follow the other for ever.
pub async fn next(state: &AppState) -> Result<Uuid, Error> {
    let Epoch(present) = present(&mut state.db.read(Unscoped::Installation).await?).await?;
    // Where the file cannot be read, whoever holds the database against it says so.
    let kept = Mark::kept(&state.config.data).ok().flatten().map(|kept| kept.epoch);
    let earlier = [Some(present), kept];
    let after = earlier.iter().flatten().filter_map(|epoch| begun(epoch)).map(|at| at.plus_millis(1));
    let at = after.fold(state.now(), Instant::max);
    Ok(state.with_chance(|chance| uuid_v7(at, chance)))
}

/// When an epoch began, which is its name; nothing for what is no name of one.
fn begun(epoch: &str) -> Option<Instant> {
    let id = Uuid::parse_str(epoch).ok().filter(|id| id.get_version_num() == 7)?;
    i64::try_from(id.as_u64_pair().0 >> 16).ok().map(Instant::from_millis)
}

/// How far a database has come: its epoch, and the rows of its log, which only grow in number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Mark {
    epoch: String,
    rows: i64,
}

impl Mark {
    async fn of(state: &AppState) -> Result<Self, Error> {
        let mut tx = state.db.read(Unscoped::Installation).await?;
        let Epoch(epoch) = present(&mut tx).await?;
        let heads = tx.all(sql!("SELECT n FROM audit_head"), []).await?;
        let rows = heads.iter().map(|row| row.get::<i64>("n")).sum::<Result<i64, Error>>()?;
        Ok(Self { epoch, rows })
    }

    /// What the file holds; nothing where there is none, or where it was cut off.
    fn kept(data: &Path) -> Result<Option<Self>, Error> {
        match std::fs::read(file(data)) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok().filter(|kept: &Self| begun(&kept.epoch).is_some())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What the file holds, and then how far the database is. In this order: whoever else serves from this folder notes
    /// there what the database had by then, and that is never more than what is read afterwards.
    async fn both(state: &AppState) -> Result<(Option<Self>, Self), Error> {
        let kept = Self::kept(&state.config.data)?;
        Ok((kept, Self::of(state).await?))
    }

    fn keep(&self, data: &Path) -> Result<(), Error> {
        private::folder(data)?;
        let (path, part) = (file(data), copy::beside(&file(data), copy::PART));
        let text = serde_json::to_string(self).map_err(|error| Error::Broken(error.to_string()))?;
        private::file(&part)?;
        std::fs::write(&part, text)?;
        Ok(copy::place(&part, &path)?)
    }

    /// Epochs are named by the moment in which they begin, so that an older one comes first.
    fn lies_behind(&self, kept: &Self) -> bool {
        match self.epoch.cmp(&kept.epoch) {
            Ordering::Less => true,
            Ordering::Equal => self.rows < kept.rows,
            Ordering::Greater => false,
        }
    }
}

/// Where it stands beside the database how far that has come.
pub fn file(data: &Path) -> PathBuf {
    data.join("high-water.json")
}

/// Whether the database lies behind what the file says; nothing is changed.
pub async fn lies_behind(state: &AppState) -> Result<bool, Error> {
    let (kept, now) = Mark::both(state).await?;
    Ok(kept.is_some_and(|kept| now.lies_behind(&kept)))
}

/// Whether the file says how far the database had come.
pub fn is_noted(data: &Path) -> bool {
    matches!(Mark::kept(data), Ok(Some(_)))
}

/// Holds the database against the file: begins a new epoch where it lies behind, and notes how far it has come. Whether
/// it lay behind.
pub async fn look(state: &AppState) -> Result<bool, Error> {
    let (kept, mut now) = Mark::both(state).await?;
    let behind = kept.as_ref().is_some_and(|kept| now.lies_behind(kept));
    if behind {
        begin_after(state, &Epoch(now.epoch), "file").await?;
        now = Mark::of(state).await?;
    }
    if kept.as_ref() != Some(&now) {
        now.keep(&state.config.data)?;
    }
    Ok(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_epoch_and_fewer_rows_of_one_lie_behind() {
        let mark = |epoch: &str, rows| Mark { epoch: epoch.to_owned(), rows };
        let kept = mark("019af000", 10);
        for (epoch, rows, behind) in [
            ("019af000", 10, false),
            ("019af000", 11, false),
            ("019af000", 9, true),
            ("019ae000", 99, true),
            ("019b0000", 1, false),
        ] {
            assert_eq!(mark(epoch, rows).lies_behind(&kept), behind, "{epoch} {rows}");
        }
    }

    #[test]
    fn an_epoch_tells_when_it_began_and_nothing_else_does() {
        let at = Instant::from_millis(1_790_000_000_123);
        let id = uuid_v7(at, &mut domain::sync::testing::sample::Dice(1));
        assert_eq!(begun(&id.to_string()), Some(at));
        assert_eq!((begun("?"), begun(&Uuid::from_u128(7).to_string())), (None, None));
    }
}
