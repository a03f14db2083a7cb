//! Copies of SQLite's database: made while it is in use, opened to see that they are whole, and put in a place.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use domain::time::Instant;
use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use time::OffsetDateTime;

use super::{Db, Pools, Unscoped, sqlite_url};
use crate::error::Error;
use crate::private;

/// What is counted in a database: migrations, operations and rows of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counts {
    pub migrations: i64,
    pub operations: i64,
    pub log: i64,
}

impl Counts {
    pub async fn of(db: &Db) -> Result<Self, Error> {
        let mut tx = db.read(Unscoped::Installation).await?;
        Ok(Self {
            migrations: tx.one(sql!("SELECT COUNT(*) AS n FROM _sqlx_migrations"), []).await?.get("n")?,
            operations: tx.one(sql!("SELECT COUNT(*) AS n FROM op"), []).await?.get("n")?,
            log: tx.one(sql!("SELECT COUNT(*) AS n FROM audit"), []).await?.get("n")?,
        })
    }

    /// Whether it lies between what was counted before and after: others may have written meanwhile.
    fn is_between(self, before: Self, after: Self) -> bool {
        let between = |own: i64, a: i64, b: i64| (a.min(b)..=a.max(b)).contains(&own);
        between(self.migrations, before.migrations, after.migrations)
            && between(self.operations, before.operations, after.operations)
            && between(self.log, before.log, after.log)
    }
}

/// What is put behind the name of a copy that is not whole, and of one that is being made.
pub const NOT_WHOLE: &str = "not-whole";
pub const PART: &str = "part";

/// What a copy holds, and what somebody found who walked through it.
pub type Walked = (Counts, Result<(), Error>);

impl Db {
    /// Copies SQLite's database, as it is at one moment, into a file that is there afterwards only if the copy, opened
    /// for itself, is sound and whole; what it holds. Nothing for another database: that one has means of its own.
    pub async fn copy(&self, to: &Path) -> Result<Option<Counts>, Error> {
        Ok(self.copy_walked(to, async |_| Ok(())).await?.map(|(copied, _)| copied))
    }

    /// As [`Self::copy`]; what was found when somebody walked through the copy. One in which something was found may be
    /// the best that there is: it stays, under a name of its own.
    pub async fn copy_walked(
        &self,
        to: &Path,
        walk: impl AsyncFn(&Self) -> Result<(), Error>,
    ) -> Result<Option<Walked>, Error> {
        let Pools::Sqlite { writer, .. } = &self.0 else { return Ok(None) };
        let part = beside(to, PART);
        remove(&part)?;
        let copied = async {
            private::file(&part)?;
            let before = Counts::of(self).await?;
            sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(writer).await?;
            let (copied, walked) = check(&part, walk).await?;
            if !copied.is_between(before, Counts::of(self).await?) {
                let told = "the copy of the database does not hold what the database holds";
                return Err(Error::Broken(told.to_owned()));
            }
            settle(&part).await?;
            match walked {
                Ok(()) => place(&part, to)?,
                Err(_) => place(&part, &beside(to, NOT_WHOLE))?,
            }
            Ok(Some((copied, walked)))
        };
        let copied = copied.await;
        if copied.is_err() {
            for left in private::database_files(&part) {
                remove(&left)?;
            }
        }
        copied
    }
}

/// What is counted in the copy opened for itself, and what a walk through it found.
async fn check(copy: &Path, walk: impl AsyncFn(&Db) -> Result<(), Error>) -> Result<Walked, Error> {
    let db = Db::open(&sqlite_url(copy)).await?;
    let checked = async {
        db.quick_check().await?;
        Ok((Counts::of(&db).await?, walk(&db).await))
    };
    let counted = checked.await;
    db.close().await;
    counted
}

/// Carries everything over into the one file, so that it can be given another name: a connection that is still about to
/// be closed keeps what was written last in the file beside it.
pub async fn settle(file: &Path) -> Result<(), Error> {
    for _ in 0..TRIES {
        if let Some(alone) = Alone::in_file(file).await? {
            return alone.end().await;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::Broken(format!("{} is still open", file.display())))
}

/// How often a file is tried in which a connection may still be about to be closed, and the pause between.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Gives a file that is ready its name, so that a power cut leaves the one or the other.
pub fn place(ready: &Path, at: &Path) -> io::Result<()> {
    File::open(ready)?.sync_all()?;
    std::fs::rename(ready, at)?;
    File::open(folder_of(at))?.sync_all()
}

/// Where a file lies; of a bare name, here.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// `virea.db` becomes `virea.db.part`.
pub fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    PathBuf::from(name)
}

/// In letters that sort by time and are good in every file's name: `20261128T201500Z`.
pub fn moment(now: Instant) -> String {
    let at = OffsetDateTime::from_unix_timestamp(now.millis().div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Takes a file away, if it is there.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Takes away all but the newest of the files whose names begin so and end with the `moment` of their making (and
/// `ending`).
pub fn keep_newest(kept: usize, folder: &Path, begins: &str, ending: &str) -> io::Result<()> {
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let made = name.strip_prefix(begins).and_then(|rest| rest.strip_suffix(ending)).unwrap_or_default();
        if is_moment(made) {
            copies.push(path);
        }
    }
    copies.sort();
    let older = copies.len().saturating_sub(kept);
    copies.iter().take(older).try_for_each(|copy| remove(copy))
}

fn is_moment(text: &str) -> bool {
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.strip_suffix('Z').and_then(|text| text.split_once('T'));
    parts.is_some_and(|(day, time)| digits(day, 8) && digits(time, 6))
}

/// What is missing where so many bytes are to be written beside that file, in words; nothing where they find room.
pub fn lacking(file: &Path, bytes: u64) -> io::Result<Option<String>> {
    const MEGABYTE: u64 = 1 << 20;
    let (folder, found) = (folder_of(file), rustix::fs::statvfs(folder_of(file))?);
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let words = || {
        let (needed, free) = (bytes.div_ceil(MEGABYTE), free / MEGABYTE);
        format!("{needed} MB must be free at {}; there are {free} MB", folder.display())
    };
    Ok((free < bytes).then(words))
}

/// Bytes of a database with what lies beside it.
pub fn size_of(file: &Path) -> u64 {
    private::database_files(file).filter_map(|path| std::fs::metadata(path).ok()).map(|found| found.len()).sum()
}

/// SQLite's file with nobody else in it, as long as this lives; what stood in the file beside it is carried over.
#[derive(Debug)]
pub struct Alone(SqliteConnection);

impl Alone {
    /// Nothing where somebody else has it open.
    pub async fn in_file(file: &Path) -> Result<Option<Self>, Error> {
        let options = SqliteConnectOptions::from_str(&sqlite_url(file))?
            .create_if_missing(false)
            .locking_mode(SqliteLockingMode::Exclusive)
            .busy_timeout(Duration::from_secs(2));
        let mut connection = options.connect().await?;
        // Refused, or passed over, while others have it open: then it stays as it was.
        let mode = sqlx::query_scalar::<_, String>("PRAGMA journal_mode = DELETE").fetch_one(&mut connection).await;
        let alone = mode.is_ok_and(|mode| mode == "delete")
            && sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await.is_ok();
        if alone {
            // Whoever went last while this one was coming left it behind; without others nothing of it is read again.
            remove(&private::wal_index(file))?;
            return Ok(Some(Self(connection)));
        }
        connection.close().await?;
        Ok(None)
    }

    pub async fn end(self) -> Result<(), Error> {
        Ok(self.0.close().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_named_by_the_moment_and_the_newest_stay() {
        let folder = crate::scratch("copies");
        std::fs::create_dir_all(&folder).unwrap();
        for n in 0..4 {
            let at = Instant::from_millis(1_788_861_600_000 + n * 1_000);
            std::fs::write(folder.join(format!("virea-{}.db", moment(at))), "copy").unwrap();
        }
        for other in ["virea-notes.db", "virea.db", "virea-20260908T100000Z.db.part"] {
            std::fs::write(folder.join(other), "kept").unwrap();
        }
        keep_newest(2, &folder, "virea-", ".db").unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(
            names,
            [
                "virea-20260908T100000Z.db.part",
                "virea-20260908T100002Z.db",
                "virea-20260908T100003Z.db",
                "virea-notes.db",
                "virea.db",
            ]
        );
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn nobody_is_alone_in_a_database_that_somebody_else_has_open() {
        let folder = crate::scratch("alone");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("virea.db");
        let db = Db::open(&sqlite_url(&file)).await.unwrap();
        db.migrate().await.unwrap();
        assert!(Alone::in_file(&file).await.unwrap().is_none());
        Counts::of(&db).await.expect("still open to others");
        db.close().await;
        std::fs::write(private::wal_index(&file), "left by whoever went last").unwrap();
        let alone = Alone::in_file(&file).await.unwrap().expect("alone");
        alone.end().await.unwrap();
        let left: Vec<_> = private::database_files(&file).filter(|path| path.exists()).collect();
        assert_eq!(left, [file]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
