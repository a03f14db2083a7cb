//! A fresh database for one test.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

static MADE: AtomicU32 = AtomicU32::new(0);

/// Where the test's database is; its file, if it has one, goes when this is dropped.
/// A PostgreSQL database stays until its throw-away cluster ends.
pub struct Database {
    url: String,
    folder: Option<PathBuf>,
}

impl Database {
    /// A SQLite file in a temporary folder of its own.
    pub fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(unique("virea-test"));
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let url = server::db::sqlite_url(&folder.join("virea.db"));
        Self { url, folder: Some(folder) }
    }

    /// A SQLite file with this content.
    pub fn sqlite_with(content: &[u8]) -> Self {
        let database = Self::sqlite();
        let folder = database.folder.as_deref().expect("a SQLite file has a folder");
        std::fs::write(folder.join("virea.db"), content).expect("the temporary folder is writable");
        database
    }

    /// A SQLite database of these files, by name.
    pub fn sqlite_of(files: &std::collections::BTreeMap<String, Vec<u8>>) -> Self {
        let database = Self::sqlite();
        let folder = database.folder.as_deref().expect("a SQLite file has a folder");
        for (name, content) in files {
            std::fs::write(folder.join(name), content).expect("the temporary folder is writable");
        }
        database
    }

    /// A new database of the server that `TEST_DATABASE_URL` names, after these statements.
    pub async fn postgres_with(statements: &str) -> Option<Self> {
        let database = Self::postgres().await?;
        let mut connection = PgConnection::connect(&database.url).await.expect("the new database can be reached");
        connection.execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))).await.expect("the statements run");
        connection.close().await.expect("the connection closes");
        Some(database)
    }

    /// A new database of the server that `TEST_DATABASE_URL` names.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var("TEST_DATABASE_URL").ok()?;
        let name = unique("virea_test").replace('-', "_");
        let mut connection = PgConnection::connect(&server).await.expect("TEST_DATABASE_URL can be reached");
        let create = format!("CREATE DATABASE {name}");
        connection.execute(AssertSqlSafe(create)).await.expect("a new database");
        connection.close().await.expect("the connection closes");
        let (before, _) = server.rsplit_once('/').expect("TEST_DATABASE_URL names a database");
        Some(Self { url: format!("{before}/{name}"), folder: None })
    }

    /// Removes a PostgreSQL database at once: for tests that need many, each some megabytes large.
    pub async fn remove(self) {
        let (Ok(server), Some((_, name))) = (std::env::var("TEST_DATABASE_URL"), self.url.rsplit_once('/')) else {
            return;
        };
        if self.folder.is_none() {
            let mut connection = PgConnection::connect(&server).await.expect("TEST_DATABASE_URL can be reached");
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            connection.execute(AssertSqlSafe(drop)).await.expect("the database goes");
            connection.close().await.expect("the connection closes");
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where its files lie, if it has any.
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_deref()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Unlike any other of this run, of runs beside it, and of earlier ones: numbers of processes come round again.
fn unique(prefix: &str) -> String {
    let since = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_micros());
    format!("{prefix}-{}-{}-{since}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}
