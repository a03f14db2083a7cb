//! A fresh database for one test. A hundred migrations take longer than most tests: they are run once for all, and what
//! they made is copied. A PostgreSQL database is some seven hundred files, and a file system looks long for a free place
//! for new ones while many were removed a minute ago: so none is removed.

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

static MADE: AtomicU32 = AtomicU32::new(0);

static MIGRATIONS: Migrator = sqlx::migrate!("../server/migrations");

/// Held while one process has the migrations run and others wait; any number that nobody else uses.
const MIGRATING: i64 = 0x76_69_72_65;

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

    /// A SQLite file with all tables and nothing in them.
    pub async fn prepared_sqlite() -> Self {
        let program = std::env::current_exe().expect("a test knows its program");
        let empty = program.with_file_name(format!("{}.db", unfilled()));
        if !empty.exists() {
            let made = Self::sqlite();
            migrate(&made).await;
            // Who copies meanwhile sees all of it or nothing; of two that were made at once both are right.
            let part = empty.with_extension(unique("part"));
            std::fs::copy(made.file(), &part).expect("the folder of the programs is writable");
            std::fs::rename(&part, &empty).expect("a file is renamed in its folder");
        }
        let database = Self::sqlite();
        std::fs::copy(&empty, database.file()).expect("the temporary folder is writable");
        database
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

    /// A new database of the server that `TEST_DATABASE_URL` names, with all tables and nothing in them.
    pub async fn prepared_postgres() -> Option<Self> {
        let server = std::env::var("TEST_DATABASE_URL").ok()?;
        let empty = unfilled().replace('-', "_");
        let mut connection = PgConnection::connect(&server).await.expect("TEST_DATABASE_URL can be reached");
        if !is_there(&mut connection, &empty).await {
            let wait = sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATING);
            connection.execute(wait).await.expect("a lock");
            if !is_there(&mut connection, &empty).await {
                let made = Self::postgres().await?;
                migrate(&made).await;
                let rename = format!("ALTER DATABASE {} RENAME TO {empty}", made.name());
                connection.execute(AssertSqlSafe(rename)).await.expect("nobody uses the new database");
            }
        }
        // The lock ends with the connection.
        connection.close().await.expect("the connection closes");
        Some(Self::copy_of(&server, &empty).await)
    }

    /// Another one with the same content. Nothing may be connected to this one.
    pub async fn copy(&self) -> Self {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if self.folder.is_none() => Self::copy_of(&server, self.name()).await,
            _ => {
                let database = Self::sqlite();
                std::fs::copy(self.file(), database.file()).expect("the temporary folder is writable");
                database
            }
        }
    }

    async fn copy_of(server: &str, other: &str) -> Self {
        let name = unique("virea_test").replace('-', "_");
        let mut connection = PgConnection::connect(server).await.expect("TEST_DATABASE_URL can be reached");
        // By its files: written through the log page by page it takes twice as long.
        let create = format!("CREATE DATABASE {name} TEMPLATE {other} STRATEGY FILE_COPY");
        connection.execute(AssertSqlSafe(create)).await.expect("a copy of a database that nobody uses");
        connection.close().await.expect("the connection closes");
        let (before, _) = server.rsplit_once('/').expect("TEST_DATABASE_URL names a database");
        Self { url: format!("{before}/{name}"), folder: None }
    }

    /// The file of a SQLite database.
    fn file(&self) -> PathBuf {
        self.folder.as_deref().expect("a SQLite file has a folder").join("virea.db")
    }

    /// The name of a PostgreSQL database.
    fn name(&self) -> &str {
        self.url.rsplit_once('/').map_or(&*self.url, |(_, name)| name)
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

/// What the database with all tables and nothing in them is called: other migrations make another one.
fn unfilled() -> String {
    let mut hash = DefaultHasher::new();
    for migration in MIGRATIONS.iter() {
        (migration.version, &migration.checksum).hash(&mut hash);
    }
    format!("virea-empty-{:016x}", hash.finish())
}

/// As the first start does it.
async fn migrate(database: &Database) {
    let (state, _) = crate::prepared(database, 1).await;
    state.db.close().await;
}

async fn is_there(connection: &mut PgConnection, name: &str) -> bool {
    let sql = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)").bind(name);
    sql.fetch_one(connection).await.expect("databases are listed")
}

/// Unlike any other of this run, of runs beside it, and of earlier ones: numbers of processes come round again.
fn unique(prefix: &str) -> String {
    let since = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_micros());
    format!("{prefix}-{}-{}-{since}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}
