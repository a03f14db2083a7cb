//! What an update of the program changes in its database, and the copy that is made before it.

use std::path::{Path, PathBuf};

use domain::time::Instant;
use sqlx::migrate::Migration;

use super::{Db, MIGRATIONS, Pools, Unscoped, copy};
use crate::error::Error;

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
        if matches!(self.0, Pools::Postgres(_)) {
            return Ok(None);
        }
        require_room(file)?;
        let to = copy::beside(file, &format!("{BEFORE}{}", copy::moment(now)));
        if self.copy(&to).await?.is_none() {
            return Ok(None);
        }
        let begins = copy::beside(file, BEFORE).file_name().map(|name| name.to_string_lossy().into_owned());
        copy::keep_newest(KEPT, copy::folder_of(file), &begins.unwrap_or_default(), "")?;
        Ok(Some(to))
    }
}

/// `virea.db` is copied to `virea.db.before-update-20261128T201500Z`.
const BEFORE: &str = "before-update-";

/// Twice the file must find room: the copy, and what the update itself writes.
fn require_room(file: &Path) -> Result<(), Error> {
    match copy::lacking(file, copy::size_of(file).saturating_mul(2))? {
        None => Ok(()),
        Some(lacking) => Err(Error::Config(format!(
            "before an update the database is copied, and for that {lacking}. Nothing was changed. Make room and start \
             again"
        ))),
    }
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
}
