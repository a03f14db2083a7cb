//! What an update of the program changes in its database, and the copy that is made before it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use domain::time::Instant;
use sqlx::migrate::Migration;
use time::OffsetDateTime;

use super::{Db, MIGRATIONS, Pools, Unscoped, sqlite_url};
use crate::error::Error;
use crate::private;

/// As many copies from before updates are kept.
const KEPT: usize = 2;

/// A change of the tables that is still to come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    pub number: i64,
    pub name: String,
    /// What it makes and changes: the beginnings of its statements.
    pub changes: Vec<String>,
}

impl Pending {
    fn of(migration: &Migration) -> Self {
        let name = migration.description.replace(' ', "_");
        Self { number: migration.version, name, changes: changes(migration.sql.as_str()) }
    }
}

/// The beginnings of the statements of a text: `ALTER TABLE account ADD COLUMN trained_on TEXT`.
fn changes(sql: &str) -> Vec<String> {
    let lines: String = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join(" ");
    let begin = |statement: &str| {
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        words.split(" (").next().unwrap_or_default().to_owned()
    };
    lines.split(';').map(begin).filter(|words| !words.is_empty()).collect()
}

impl Db {
    /// What this program has not changed in the database yet, in order; all of it in one without tables.
    pub async fn pending(&self) -> Result<Vec<Pending>, Error> {
        let mut done = Vec::new();
        if self.has_tables().await? {
            let mut tx = self.read(Unscoped::Installation).await?;
            for row in tx.all(sql!("SELECT version FROM _sqlx_migrations"), []).await? {
                done.push(row.get::<i64>("version")?);
            }
        }
        Ok(MIGRATIONS.iter().filter(|one| !done.contains(&one.version)).map(Pending::of).collect())
    }

    /// Copies SQLite's database beside itself, as it is at this moment, and opens the copy to see that it is whole; where
    /// it lies. Nothing for another database: that one has means of its own.
    pub async fn copy_before_update(&self, file: &Path, now: Instant) -> Result<Option<PathBuf>, Error> {
        let Pools::Sqlite { writer, .. } = &self.0 else { return Ok(None) };
        require_room(file)?;
        let (copy, part) = (beside(file, &moment(now)), beside(file, "part"));
        remove(&part)?;
        private::file(&part)?;
        sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(writer).await?;
        let same = counts(self).await? == check(&part).await?;
        if !same {
            remove(&part)?;
            return Err(Error::Broken("the copy of the database does not hold what the database holds".to_owned()));
        }
        File::open(&part)?.sync_all()?;
        std::fs::rename(&part, &copy)?;
        if let Some(folder) = copy.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        forget_older(file)?;
        Ok(Some(copy))
    }
}

/// What is counted in the copy opened for itself.
async fn check(copy: &Path) -> Result<[i64; 3], Error> {
    let db = Db::open(&sqlite_url(copy)).await?;
    let checked = async {
        db.quick_check().await?;
        counts(&db).await
    };
    let counted = checked.await;
    db.close().await;
    counted
}

/// Migrations, operations and rows of the log.
async fn counts(db: &Db) -> Result<[i64; 3], Error> {
    let mut tx = db.read(Unscoped::Installation).await?;
    let texts = [
        sql!("SELECT COUNT(*) AS n FROM _sqlx_migrations"),
        sql!("SELECT COUNT(*) AS n FROM op"),
        sql!("SELECT COUNT(*) AS n FROM audit"),
    ];
    let mut counted = [0; 3];
    for (count, text) in counted.iter_mut().zip(texts) {
        *count = tx.one(text, []).await?.get("n")?;
    }
    Ok(counted)
}

const BEFORE: &str = "before-update";

/// `virea.db` becomes `virea.db.before-update-20261128T201500Z`.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{BEFORE}-{ending}"));
    PathBuf::from(name)
}

/// In letters that sort by time and are good in every file's name.
fn moment(now: Instant) -> String {
    let at = OffsetDateTime::from_unix_timestamp(now.millis().div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Twice the file must find room: the copy, and what the update itself writes.
fn require_room(file: &Path) -> Result<(), Error> {
    let size: u64 =
        private::database_files(file).filter_map(|path| std::fs::metadata(path).ok()).map(|m| m.len()).sum();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let found = rustix::fs::statvfs(folder).map_err(io::Error::from)?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    if free >= size.saturating_mul(2) {
        return Ok(());
    }
    const MEGABYTE: u64 = 1 << 20;
    Err(Error::Config(format!(
        "before an update the database is copied, and for that {} MB must be free at {}; there are {} MB. Nothing was \
         changed. Make room and start again",
        size.saturating_mul(2).div_ceil(MEGABYTE),
        folder.display(),
        free / MEGABYTE
    )))
}

/// Takes away all but the newest copies.
fn forget_older(file: &Path) -> io::Result<()> {
    let begins = beside(file, "");
    let (Some(folder), Some(begins)) = (file.parent(), begins.file_name()) else { return Ok(()) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let begins = begins.to_string_lossy().into_owned();
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with(&begins) && name.ends_with('Z') {
            copies.push(path);
        }
    }
    copies.sort();
    let older = copies.len().saturating_sub(KEPT);
    copies.iter().take(older).try_for_each(|copy| remove(copy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_migration_changes_is_told_by_the_beginnings_of_its_statements() {
        let sql = "-- Why: because; and so on.\nALTER TABLE account ADD COLUMN trained_on TEXT;\n\n\
                   CREATE TABLE a (\n    b TEXT NOT NULL\n);\nCREATE INDEX a_b ON a (b);\n";
        assert_eq!(
            changes(sql),
            ["ALTER TABLE account ADD COLUMN trained_on TEXT", "CREATE TABLE a", "CREATE INDEX a_b ON a"]
        );
    }

    #[test]
    fn copies_are_named_by_the_moment_and_the_newest_stay() {
        let folder = std::env::temp_dir().join(format!("virea-test-{}-copies", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("virea.db");
        for n in 0..4 {
            let at = Instant::from_millis(1_788_861_600_000 + n * 1_000);
            std::fs::write(beside(&file, &moment(at)), "copy").unwrap();
        }
        std::fs::write(&file, "kept").unwrap();
        forget_older(&file).unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(
            names,
            ["virea.db", "virea.db.before-update-20260908T100002Z", "virea.db.before-update-20260908T100003Z"]
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}
