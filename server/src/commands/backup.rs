//! `virea backup`: a copy of the database, made while it serves and opened to see that it is whole.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::time::{Day, Instant};

use super::disk::{Doing, cause};
use super::{Context, Failure, say, verify_audit};
use crate::audit::{self, Chain, Entry};
use crate::db::{self, Db, Unscoped, copy};
use crate::error::Error;
use crate::state::AppState;
use crate::{backups, erasure, secrets};

/// Copy the database, also while it serves; the copy is opened to see that it is whole
#[derive(Args)]
#[command(after_help = "Examples: virea backup /mnt/backup/virea-monday.db --data ./data\n          \
    virea backup /mnt/backup --keep 14 --data ./data\n          \
    virea backup --verified 2026-11-28T20:15:00Z --data ./data\n\n\
    The copy holds personal data: keep it as guarded as the database, on another machine or disk. secret.key and \
    erased.jsonl are kept apart from it; without them no copy can be used. PostgreSQL has means of its own (pg_dump -Fc); \
    where such a dump was restored elsewhere and found whole, --verified tells the moment in which it was begun. Tablets keep \
    for longer what no verified backup holds.")]
pub struct Backup {
    /// File that is made; in a folder that is there, one named by the moment
    #[arg(required_unless_present = "verified")]
    pub(super) file: Option<PathBuf>,
    /// In a folder: how many copies stay, the newest ones
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) keep: Option<u16>,
    /// Copies nothing: tells that a backup made otherwise, begun at this moment (UTC), was found whole
    #[arg(long, value_name = "MOMENT", value_parser = moment, conflicts_with_all = ["file", "keep"])]
    pub(super) verified: Option<Instant>,
}

impl Backup {
    pub async fn run(&self, context: &Context) -> Result<(), Failure> {
        let sqlite = db::sqlite_file(&context.config.database_url);
        if self.verified.is_none() && sqlite.is_none() {
            return Err(Failure(
                "PostgreSQL is not copied by this program: take pg_dump -Fc, and keep secret.key and erased.jsonl apart \
                 from it. After pg_restore `virea doctor` and `virea verify-audit` say whether it is whole; then tell it: \
                 virea backup --verified MOMENT, with the moment in which the dump was begun"
                    .to_owned(),
            ));
        }
        let state = context.look_into().await?;
        let done = match (self.verified, &self.file, sqlite) {
            (Some(begun), ..) => note_verified(&state, begun).await,
            (None, Some(file), Some(database)) => self.copy(&state, &context.config.data, &database, file).await,
            // Refused before, by the command line.
            (None, ..) => Err(Failure("name the file to make, or a folder".to_owned())),
        };
        // Whoever opens SQLite's file while the last one leaves it is refused.
        state.db.close().await;
        done
    }

    async fn copy(&self, state: &AppState, data: &Path, database: &Path, file: &Path) -> Result<(), Failure> {
        let (begun, to) = (state.now(), self.target(state, file)?);
        let lacking = copy::lacking(&to, copy::size_of(database)).map_err(|error| at(&to, error.into()))?;
        if let Some(lacking) = lacking {
            return Err(Failure(lacking));
        }
        // Before the copy, so that the copy knows of itself.
        note(state, "backup").await?;
        let copied = state.db.copy_walked(&to, async |copy| walk(copy, state).await).await;
        let copied = copied.map_err(|error| at(&to, error))?;
        let Some((copied, walked)) = copied else { return Ok(()) };
        if let Err(why) = walked {
            return Err(not_whole(&to, &why)?);
        }
        backups::remember(state, begun, Some(&to)).await?;
        if let (Some(kept), true) = (self.keep, file.is_dir()) {
            copy::keep_newest(usize::from(kept), file, BEGINS, ENDS)?;
            // Of those that were broken off, each as large as the database; another one may just be at its own.
            copy::keep_newest(1, file, BEGINS, &format!("{ENDS}.{}", copy::PART))?;
        }
        let bytes = std::fs::metadata(&to)?.len();
        say!(
            "{}: {} operations, {} rows of the log, {} kB, opened, walked through and whole",
            to.display(),
            copied.operations,
            copied.log,
            bytes.div_ceil(1_000)
        );
        let (secret, erased) = (secrets::path(data), erasure::file(data));
        say!(
            "Keep {} and {} too, apart from it: no copy can be used without them.",
            secret.display(),
            erased.display()
        );
        Ok(())
    }

    /// A file that is there is never written over: it could be the database, or the only copy.
    fn target(&self, state: &AppState, file: &Path) -> Result<PathBuf, Failure> {
        if file.is_dir() {
            return Ok(file.join(format!("{BEGINS}{}{ENDS}", copy::moment(state.now()))));
        }
        if self.keep.is_some() {
            return Err(Failure(format!("{} is no folder; --keep counts the copies in one", file.display())));
        }
        if file.exists() {
            let shown = file.display();
            return Err(Failure(format!(
                "{shown} is there already and stays as it is; name another file, or a folder"
            )));
        }
        Ok(file.to_path_buf())
    }
}

/// Tells that a backup of other means is whole. What its forerunner holds, tablets need not keep as long.
async fn note_verified(state: &AppState, begun: Instant) -> Result<(), Failure> {
    let now = state.now();
    if begun > now {
        return Err(Failure(
            "that moment is still to come; name the one in which the backup was begun, in UTC".to_owned(),
        ));
    }
    let last = backups::last(&mut state.db.read(Unscoped::Installation).await?).await?;
    if let Some(last) = last.filter(|last| (begun..=now).contains(&last.at)) {
        let (day, time) = last.at.in_utc();
        return Err(Failure(format!("a backup begun on {day} at {time} UTC is known to be whole already")));
    }
    note(state, "backup.verified").await?;
    backups::remember(state, begun, None).await?;
    say!("Noted. What the verified backup before this one holds, tablets forget after 14 days, the rest after 30.");
    Ok(())
}

/// A moment as `date -u +%FT%TZ` writes it, to the second.
fn moment(text: &str) -> Result<Instant, String> {
    let wrong = || "write it like 2026-11-28T20:15:00Z".to_owned();
    let (day, time) = text.strip_suffix('Z').and_then(|text| text.split_once('T')).ok_or_else(wrong)?;
    let day: Day = day.parse().map_err(|_| wrong())?;
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    let [hour @ 0..24, minute @ 0..60, second @ 0..60] = parts[..] else { return Err(wrong()) };
    let days = Day::new(1970, 1, 1).map(|first| day.days_since(first)).ok_or_else(wrong)?;
    Ok(Instant::from_millis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000))
}

/// A copy that is not whole takes no whole one's place; of such ones the newest stays.
fn not_whole(copied: &Path, why: &Error) -> Result<Failure, Failure> {
    let aside = copy::beside(copied, copy::NOT_WHOLE);
    copy::keep_newest(1, copy::folder_of(&aside), BEGINS, &format!("{ENDS}.{}", copy::NOT_WHOLE))?;
    Ok(Failure(format!(
        "{}: copied, but what it holds is not whole: {why}. It counts for no backup and takes no earlier one's place; \
         tablets keep what they have sent. `virea doctor` looks at the database itself",
        aside.display()
    )))
}

/// Only a copy in which every index fits its table, and the log and the history each other, is a backup on which tablets
/// may forget what they have sent (docs/sync.md, Backups). A copy is made without the database's own indexes: whether those
/// fit is asked there.
async fn walk(copy: &Db, state: &AppState) -> Result<(), Error> {
    copy.whole_check().await?;
    state.db.whole_check().await.map_err(|error| Error::Broken(format!("the database itself: {error}")))?;
    verify_audit::rows_in(copy, &state.secrets).await?;
    Ok(())
}

/// How copies in a folder are called: `virea-20261128T201500Z.db`.
const BEGINS: &str = "virea-";
const ENDS: &str = ".db";

fn at(file: &Path, error: Error) -> Failure {
    match error {
        Error::Io(error) => {
            Failure(format!("{}: {}", file.display(), cause(app::texts::Lang::En, &error, Doing::Writing)))
        }
        error => error.into(),
    }
}

/// That all of it was taken out, or that it was told to be whole elsewhere, stands in the installation's log.
async fn note(state: &AppState, verb: &'static str) -> Result<(), Error> {
    let now = state.now();
    state
        .write(Unscoped::Installation, |mut tx| async move {
            audit::append(&mut tx, &state.secrets, Chain::Installation, &Entry::of_command(now, verb)).await?;
            Ok(tx.done(()))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_the_machines_clock_writes_it() {
        assert_eq!(moment("2026-11-28T20:15:00Z"), Ok(Instant::from_millis(1_795_896_900_000)));
        for wrong in
            ["2026-11-28", "2026-11-28T20:15:00", "2026-11-28T24:00:00Z", "2026-11-31T20:15:00Z", "2026-11-28T20:15Z"]
        {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
