//! `virea restore`: puts a copy in the database's place, after it was opened and everything in it was checked.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::time::Instant;

use super::disk::{Doing, cause};
use super::doctor::answers;
use super::{Context, Failure, say, verify_audit};
use crate::audit::{self, Chain, Entry};
use crate::db::copy::{self, Alone, Counts};
use crate::db::{self, Db, Unscoped, sqlite_url};
use crate::error::Error;
use crate::state::AppState;
use crate::{epochs, erasure, fingerprint, private};

/// Put a copy in the database's place; the copy is checked first, and what was there stays beside it
#[derive(Args)]
#[command(after_help = "Example: virea restore /mnt/backup/virea-20261128T201500Z.db --verify --data ./data\n\n\
    Stop the server first; --verify needs no stop. The copy itself is never changed. secret.key must be the one with which \
    it was made; whoever was erased since is erased again. Tablets send again what the copy has not, as far as they hold it.")]
pub struct Restore {
    /// Copy made by `virea backup`, or before an update
    file: PathBuf,
    /// Only say whether it could be restored; nothing is changed
    #[arg(long)]
    verify: bool,
}

/// What was found in a copy.
struct Found {
    counts: Counts,
    log: i64,
    erased: usize,
    at: Instant,
}

impl Restore {
    pub async fn run(&self, context: &Context) -> Result<(), Failure> {
        let Some(database) = db::sqlite_file(&context.config.database_url) else {
            return Err(Failure(
                "PostgreSQL is not restored by this program: pg_restore into an empty database, name it by DATABASE_URL, \
                 and let `virea doctor` and `virea verify-audit` say whether it is whole"
                    .to_owned(),
            ));
        };
        let data = &context.config.data;
        private::folder(data).map_err(|e| Failure(format!("cannot make the data folder {}: {e}", data.display())))?;
        let part = copy::beside(&database, "restore-part");
        let done = self.run_with(context, &database, &part).await;
        for left in private::database_files(&part) {
            copy::remove(&left)?;
        }
        done
    }

    async fn run_with(&self, context: &Context, database: &Path, part: &Path) -> Result<(), Failure> {
        take(&self.file, part)?;
        let found = check(context, part).await?;
        let Counts { migrations: _, operations, log: _ } = found.counts;
        say!("{}: {operations} operations, {} rows of the log, all whole", self.file.display(), found.log);
        if found.erased > 0 {
            say!("{} people in it were erased since; they are erased again.", found.erased);
        }
        if self.verify {
            say!("It could be restored. Nothing was changed.");
            return Ok(());
        }
        let was = put(context, database, part, found.at).await?;
        if let Some(was) = was {
            say!("What was there lies in {}; take it away when all is well.", was.display());
        }
        say!("The copy is in its place. Start the server; tablets send again what it has not, as far as they hold it.");
        Ok(())
    }
}

/// Copies the copy beside the database: it is never opened itself.
fn take(file: &Path, part: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error, doing| {
        Failure(format!("{}: {}", file.display(), cause(app::texts::Lang::En, &error, doing)))
    };
    let bytes = std::fs::metadata(file).map_err(|error| failed(error, Doing::Reading))?.len();
    if let Some(lacking) = copy::lacking(part, bytes)? {
        return Err(Failure(lacking));
    }
    for left in private::database_files(part) {
        copy::remove(&left)?;
    }
    private::file(part)?;
    let mut from = std::fs::File::open(file).map_err(|error| failed(error, Doing::Reading))?;
    let mut to = std::fs::OpenOptions::new().write(true).open(part)?;
    std::io::copy(&mut from, &mut to).map_err(|error| failed(error, Doing::Reading))?;
    Ok(to.sync_all()?)
}

/// Opens it as the program would at its next start, and walks through everything that can be checked.
async fn check(context: &Context, part: &Path) -> Result<Found, Failure> {
    let db =
        Db::open(&sqlite_url(part)).await.map_err(|error| Failure(format!("it is no copy of a database: {error}")))?;
    let found = check_open(context, db.clone()).await;
    db.close().await;
    found
}

async fn check_open(context: &Context, db: Db) -> Result<Found, Failure> {
    db.whole_check().await?;
    if !db.has_tables().await? {
        return Err(Failure("it holds none of this program's tables".to_owned()));
    }
    let secrets = fingerprint::secrets_known(&db, &context.config.data).await?;
    let state = context.state(db, secrets);
    state.prepare().await?;
    let counts = Counts::of(&state.db).await?;
    let erased = erasure::replay(&state).await?;
    let log = verify_audit::rows(&state).await?;
    begin_anew(&state).await?;
    Ok(Found { counts, log, erased, at: state.now() })
}

/// A database set back is another life of it (docs/sync.md, Epochs): tablets send again what they hold.
async fn begin_anew(state: &AppState) -> Result<(), Error> {
    let (now, epoch) = (state.now(), epochs::next(state).await?);
    state
        .write(Unscoped::Installation, |mut tx| async move {
            epochs::begin(&mut tx, epoch).await?;
            audit::append(&mut tx, &state.secrets, Chain::Installation, &Entry::of_command(now, "restore")).await?;
            Ok(tx.done(()))
        })
        .await
}

/// Puts the checked copy in the database's place while nobody has that open; where it was put, if there was one.
async fn put(context: &Context, database: &Path, part: &Path, now: Instant) -> Result<Option<PathBuf>, Failure> {
    let serves = || {
        Failure(format!(
            "the database {} is in use. Stop the server and every other command, then restore. Nothing was changed",
            database.display()
        ))
    };
    if answers(context.config.listen).await {
        return Err(serves());
    }
    copy::settle(part).await?;
    let was = copy::beside(database, &format!("before-restore-{}", copy::moment(now)));
    if !database.exists() {
        let left = set_aside(database, &was)?;
        copy::place(part, database)?;
        return Ok(left);
    }
    let damaged = "Where nobody has it open, it is too damaged to be opened: take it away, and restore again";
    let with_remedy = |told: String| Failure(format!("{told}. {damaged}"));
    let alone = Alone::in_file(database).await.map_err(|error| with_remedy(error.to_string()))?;
    let alone = alone.ok_or_else(|| with_remedy(serves().0))?;
    // Not opened by ourselves: closing it would end the locks that SQLite holds on it in this process.
    std::fs::rename(database, &was)?;
    copy::place(part, database)?;
    alone.end().await?;
    Ok(Some(was))
}

/// Takes what still lies beside a database whose file was taken away out of the copy's way: SQLite would play that log over
/// the copy, and what was damaged would be back. Where the log was put, if there was one.
fn set_aside(database: &Path, was: &Path) -> std::io::Result<Option<PathBuf>> {
    let mut log = None;
    for (left, aside) in private::database_files(database).zip(private::database_files(was)).skip(1) {
        if left.exists() {
            std::fs::rename(left, &aside)?;
            log = log.or(Some(aside));
        }
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::backup::Backup;
    use crate::config::Settings;
    use domain::ids::MunicipalityCode;
    use domain::sync::wire::Epoch;

    struct Folder {
        folder: PathBuf,
    }

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = crate::scratch(name);
            std::fs::create_dir_all(&folder).unwrap();
            Self { folder }
        }

        fn context(&self) -> Context {
            // Nobody listens at this port of the machine: it is never given out.
            let listen = Some("127.0.0.1:1".parse().unwrap());
            let settings = Settings { data: Some(self.folder.join("data")), listen, ..Settings::default() };
            Context::new(settings.over(Settings::default()).unwrap())
        }

        fn file(&self, name: &str) -> PathBuf {
            self.folder.join(name)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    async fn add(state: &AppState, code: &str) {
        let code = MunicipalityCode::new(code).unwrap();
        let add = sql!("INSERT INTO municipality (municipality, name, created_at) VALUES ($1, $1, 0)");
        let added = state.write(Unscoped::Installation, |mut tx| {
            let values = [(&code).into()];
            async move {
                tx.run(add, values).await?;
                Ok(tx.done(()))
            }
        });
        added.await.unwrap();
    }

    async fn municipalities(context: &Context) -> usize {
        let state = context.open_in_use().await.unwrap();
        let mut tx = state.db.read(Unscoped::Installation).await.unwrap();
        let found = tx.all(sql!("SELECT municipality FROM municipality"), []).await.unwrap().len();
        drop(tx);
        state.db.close().await;
        found
    }

    async fn epoch(context: &Context) -> String {
        let state = context.open_in_use().await.unwrap();
        let mut tx = state.db.read(Unscoped::Installation).await.unwrap();
        let Epoch(epoch) = epochs::present(&mut tx).await.unwrap();
        drop(tx);
        state.db.close().await;
        epoch
    }

    /// In order.
    fn names_in(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    fn copy_to(file: PathBuf) -> Backup {
        Backup { file: Some(file), keep: None, verified: None }
    }

    fn restore(file: &Path, verify: bool) -> Restore {
        Restore { file: file.to_owned(), verify }
    }

    #[tokio::test]
    async fn a_copy_made_while_the_program_serves_brings_back_what_was_there_then_in_a_new_epoch() {
        let place = Folder::new("restore");
        let (serving, copied) = (place.context(), place.file("copy.db"));
        let state = serving.open().await.unwrap();
        add(&state, "091").await;
        copy_to(copied.clone()).run(&place.context()).await.unwrap();
        let bytes = std::fs::read(&copied).unwrap();
        add(&state, "092").await;
        let Failure(told) = restore(&copied, false).run(&place.context()).await.unwrap_err();
        assert!(told.contains("in use"), "{told}");
        assert!(!epochs::look(&state).await.unwrap(), "noted beside it, with what the copy has not");
        state.db.close().await;
        assert_eq!(municipalities(&place.context()).await, 2, "refused, and nothing was changed");
        let before = epoch(&place.context()).await;
        restore(&copied, true).run(&place.context()).await.unwrap();
        assert_eq!((municipalities(&place.context()).await, epoch(&place.context()).await), (2, before.clone()));
        restore(&copied, false).run(&place.context()).await.unwrap();
        assert_eq!(municipalities(&place.context()).await, 1);
        assert_ne!(epoch(&place.context()).await, before);
        let state = place.context().open_in_use().await.unwrap();
        assert!(!epochs::look(&state).await.unwrap(), "a life that was begun by the restore lies behind nothing");
        state.db.close().await;
        assert_eq!(std::fs::read(&copied).unwrap(), bytes, "the copy itself is never changed");
        let names =
            std::fs::read_dir(place.file("data")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let left: Vec<_> = names.filter(|name| name.contains("restore")).collect();
        assert!(matches!(&left[..], [was] if was.contains(".before-restore-") && was.ends_with('Z')), "{left:?}");
    }

    #[tokio::test]
    async fn what_cannot_be_restored_is_refused_with_what_is_wrong_and_nothing_changes() {
        let place = Folder::new("no-restore");
        let state = place.context().open().await.unwrap();
        add(&state, "091").await;
        state.db.close().await;
        let copied = place.file("copy.db");
        copy_to(copied.clone()).run(&place.context()).await.unwrap();
        let refused = async |file: &Path| {
            let Failure(told) = restore(file, false).run(&place.context()).await.unwrap_err();
            assert_eq!(municipalities(&place.context()).await, 1);
            told
        };
        assert!(refused(&place.file("none.db")).await.contains("none.db"));
        std::fs::write(place.file("text.db"), "no database, whatever it is called".repeat(100)).unwrap();
        assert!(refused(&place.file("text.db")).await.contains("no copy of a database"));
        let mut cut = std::fs::read(&copied).unwrap();
        let middle = cut.len() / 2;
        cut[middle..middle + 8_192].fill(0xff);
        std::fs::write(place.file("cut.db"), cut).unwrap();
        refused(&place.file("cut.db")).await;
        let other = Folder::new("no-restore-other");
        let state = other.context().open().await.unwrap();
        state.db.close().await;
        copy_to(other.file("copy.db")).run(&other.context()).await.unwrap();
        assert!(refused(&other.file("copy.db")).await.contains("is not the secret"));
    }

    #[tokio::test]
    async fn the_log_of_a_database_that_was_taken_away_is_not_played_over_the_copy() {
        let place = Folder::new("restore-beside-a-log");
        let database = db::sqlite_file(&place.context().config.database_url).unwrap();
        let log = private::database_files(&database).nth(1).unwrap();
        let (copied, kept) = (place.file("copy.db"), place.file("kept-log"));
        let state = place.context().open().await.unwrap();
        add(&state, "091").await;
        copy_to(copied.clone()).run(&place.context()).await.unwrap();
        add(&state, "092").await;
        std::fs::copy(&log, &kept).unwrap();
        state.db.close().await;
        std::fs::write(&database, "no database any more".repeat(1_000)).unwrap();
        let Failure(told) = restore(&copied, false).run(&place.context()).await.unwrap_err();
        assert!(told.contains("take it away"), "{told}");
        // As whoever takes a damaged database away leaves it.
        std::fs::remove_file(&database).unwrap();
        std::fs::copy(&kept, &log).unwrap();
        restore(&copied, false).run(&place.context()).await.unwrap();
        assert_eq!(municipalities(&place.context()).await, 1);
        let aside: Vec<_> = names_in(&place.file("data")).into_iter().filter(|name| name.contains("restore")).collect();
        assert!(matches!(&aside[..], [one] if one.contains(".before-restore-") && one.ends_with("-wal")), "{aside:?}");
    }

    #[tokio::test]
    async fn a_backup_that_was_not_made_is_not_remembered_as_made() {
        let place = Folder::new("no-backup");
        let state = place.context().open().await.unwrap();
        let last = async || super::super::doctor::last_backup(&state).await.unwrap();
        std::fs::create_dir(place.file("copy.db.part")).unwrap();
        let backup = copy_to(place.file("copy.db"));
        let Failure(told) = backup.run(&place.context()).await.unwrap_err();
        assert!(told.contains("copy.db") && last().await.is_none(), "{told}");
        std::fs::remove_dir(place.file("copy.db.part")).unwrap();
        backup.run(&place.context()).await.unwrap();
        assert!(last().await.is_some());
        state.db.close().await;
    }

    #[tokio::test]
    async fn a_copy_whose_history_is_not_whole_stays_and_counts_for_no_backup_and_takes_no_others_place() {
        let place = Folder::new("backup-broken");
        let state = place.context().open().await.unwrap();
        let folder = place.file("copies");
        std::fs::create_dir(&folder).unwrap();
        let nightly = Backup { keep: Some(1), ..copy_to(folder.clone()) };
        nightly.run(&place.context()).await.unwrap();
        let last = async || super::super::doctor::last_backup(&state).await.unwrap();
        let (before, whole) = (last().await, names_in(&folder));
        assert!(before.is_some() && whole.len() == 1, "{whole:?}");
        let altered = state.write(Unscoped::Installation, |mut tx| async move {
            assert_eq!(tx.run(sql!("UPDATE audit SET fields = 'altered' WHERE n = 1"), []).await?, 1);
            Ok(tx.done(()))
        });
        altered.await.unwrap();
        let Failure(told) = nightly.run(&place.context()).await.unwrap_err();
        assert!(told.contains("breaks at row 1") && told.contains("counts for no backup"), "{told}");
        let left = names_in(&folder);
        assert!(
            matches!(&left[..], [kept, aside] if *kept == whole[0] && aside.ends_with(".db.not-whole")),
            "{left:?}"
        );
        assert_eq!(last().await, before);
        state.db.close().await;
    }

    #[tokio::test]
    async fn a_backup_of_other_means_is_told_by_its_moment_once_and_not_in_advance() {
        let place = Folder::new("verified");
        let state = place.context().open().await.unwrap();
        let tell = async |begun: Instant| {
            let told = Backup { file: None, keep: None, verified: Some(begun) }.run(&place.context()).await;
            told.map_err(|Failure(why)| why)
        };
        let hour_ago = state.now().plus_millis(-3_600_000);
        assert!(tell(hour_ago.plus_millis(7_200_000)).await.unwrap_err().contains("still to come"));
        assert_eq!(super::super::doctor::last_backup(&state).await.unwrap(), None);
        tell(hour_ago).await.unwrap();
        assert_eq!(super::super::doctor::last_backup(&state).await.unwrap(), Some(hour_ago));
        assert!(tell(hour_ago).await.unwrap_err().contains("already"));
        crate::backups::remember(&state, hour_ago.plus_millis(7_200_000), None).await.unwrap();
        tell(hour_ago.plus_millis(1_000)).await.expect("one of a clock that ran ahead keeps nothing away");
        state.db.close().await;
    }

    #[tokio::test]
    async fn a_backup_writes_over_nothing_and_a_folder_keeps_the_newest() {
        let place = Folder::new("backup");
        let state = place.context().open().await.unwrap();
        state.db.close().await;
        let database = db::sqlite_file(&place.context().config.database_url).unwrap();
        let Failure(told) = copy_to(database).run(&place.context()).await.unwrap_err();
        assert!(told.contains("stays as it is"), "{told}");
        let folder = place.file("copies");
        std::fs::create_dir(&folder).unwrap();
        let broken_off = ["virea-20250101T120000Z.db.part", "virea-20250103T000000Z.db.part"];
        for old in ["virea-20250101T000000Z.db", "virea-20250102T000000Z.db"].into_iter().chain(broken_off) {
            std::fs::write(folder.join(old), "old").unwrap();
        }
        Backup { keep: Some(2), ..copy_to(folder.clone()) }.run(&place.context()).await.unwrap();
        let names = names_in(&folder);
        assert!(
            matches!(&names[..], [old, part, new] if old == "virea-20250102T000000Z.db" && part == broken_off[1] && new > part),
            "{names:?}"
        );
        let Failure(told) = copy_to(place.file("no/such.db")).run(&place.context()).await.unwrap_err();
        assert!(told.contains("no/such.db"), "{told}");
    }
}
