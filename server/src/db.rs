//! The database: SQLite or PostgreSQL behind one type. The only place that knows which one it is.
//!
//! Stores write one short static text with `$1` placeholders and see only a transaction and [`Row`]. A transaction is
//! opened by who asks ([`Ask`]): by a scope, or by a reason for asking without one ([`Unscoped`]).
//! Columns are TEXT, BIGINT or DOUBLE PRECISION (the palette of `migrations/README.md`).

#[macro_use]
mod texts;

mod ask;
mod bulk;
pub mod copy;
mod fault;
mod nodes;
mod row;
mod tx;
mod update;
mod value;

pub(crate) use ask::sealed::Sealed;
pub use ask::{Ask, Unscoped};
pub use bulk::{Bulk, Lookup, Rows};
pub use fault::Fault;
pub use nodes::{Ear, Mouth};
pub use row::{Column, Row};
pub use texts::{Listed, Text, inventory, texts};
pub use tx::{Ended, Tx};
pub use update::Pending;
pub use value::Value;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgConnection, PgPool, Postgres, SqliteConnection, SqlitePool, Transaction};

use self::tx::Connection;
use crate::error::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Pools);

#[derive(Clone, Debug)]
enum Pools {
    /// SQLite has one writer at a time; a pool of one lets writers queue here instead of failing as busy.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        /// See [`Db::tidy`].
        keeper: SqlitePool,
    },
    Postgres(PgPool),
}

/// In bytes.
const MEMORY: &str = "PRAGMA soft_heap_limit = 117440512";

/// The one writer changes a few places of every index: with the usual 2 MB of memory an import of many rows would write
/// and read the same pages again and again.
fn for_writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .busy_timeout(LOOK_AGAIN)
        // KiB where negative.
        .pragma("cache_size", "-98304")
        // Pages, here 128 MB: one that changes in many transactions is carried over into the file once.
        .pragma("wal_autocheckpoint", "32768")
        // What a statement may have to take back is kept in memory: in a file of its own every page would be written
        // once more for each statement that touches it.
        .pragma("temp_store", "MEMORY")
}

/// A page of the desk at size looks at some thousands of the file's pages, the next one at most of them again.
fn for_reading(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.read_only(true).create_if_missing(false).pragma("cache_size", "-16384")
}

impl Db {
    /// Opens `sqlite:<path>` (made when missing) or `postgres://…`, without migrating.
    pub async fn open(url: &str) -> Result<Self, Error> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            Err(Error::Config(format!("DATABASE_URL must begin with sqlite: or postgres:, not {:?}", scheme_of(url))))
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged upload must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(256)
            // Rows come from a thread of their own: with the usual 50, thousands of rows wait for each other's thread.
            .row_buffer_size(1_000);
        if let Some(file) = file_of(&options) {
            crate::private::database(file)
                .map_err(|error| Error::Config(format!("cannot make the database {}: {error}", file.display())))?;
        }
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .after_release(|connection, _| Box::pin(has_ended(connection)))
            .connect_with(for_writing(options.clone()))
            .await?;
        let keeper = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(for_writing(options.clone()));
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .after_release(|connection, _| Box::pin(has_ended(connection)))
            .connect_with(for_reading(options))
            .await?;
        Ok(Self(Pools::Sqlite { writer, readers, keeper }))
    }

    async fn open_postgres(url: &str) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)?.application_name("virea").options([
            ("statement_timeout", "30s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ]);
        // The pool would try again for as long as it may wait, and then say that it waited.
        PgConnection::connect_with(&options).await?.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        Ok(Self(Pools::Postgres(pool)))
    }

    /// Brings the tables to this program's version; refuses a database made by a newer program.
    pub async fn migrate(&self) -> Result<(), Error> {
        match &self.0 {
            Pools::Sqlite { writer, .. } => unless_busy(|| MIGRATIONS.run(writer), is_migration_busy).await?,
            Pools::Postgres(pool) => MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Whether every migration of this program is in place.
    pub async fn is_migrated(&self) -> bool {
        let wanted = i64::try_from(MIGRATIONS.iter().count()).unwrap_or(i64::MAX);
        let Ok(mut tx) = self.read(Unscoped::Health).await else { return false };
        let done = tx.one(sql!("SELECT COUNT(*) AS n FROM _sqlx_migrations"), []).await;
        done.and_then(|row| row.get::<i64>("n")).is_ok_and(|n| n == wanted)
    }

    /// Whether the program's tables are there, of whatever version; an empty database has none.
    pub async fn has_tables(&self) -> Result<bool, Error> {
        Ok(match &self.0 {
            Pools::Sqlite { readers, .. } => {
                sqlx::query("PRAGMA table_info(audit_head)").fetch_optional(readers).await?.is_some()
            }
            Pools::Postgres(pool) => {
                sqlx::query_scalar("VALUES (to_regclass('audit_head') IS NOT NULL)").fetch_one(pool).await?
            }
        })
    }

    /// A transaction that reads one unchanging state.
    pub async fn read<A: Ask>(&self, by: A) -> Result<A::Tx, Error> {
        let connection = match &self.0 {
            Pools::Sqlite { readers, .. } => Connection::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => {
                Connection::Postgres(begun(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(by.bind(Tx::new(connection)))
    }

    /// A transaction that may write, to be ended by hand. The program writes by [`crate::state::AppState::write`],
    /// which repeats, commits and announces.
    pub async fn begin<A: Ask>(&self, by: A) -> Result<A::Tx, Error> {
        by.may_write()?;
        let connection = match &self.0 {
            Pools::Sqlite { writer, .. } => {
                Connection::Sqlite(unless_busy(|| writer.begin_with("BEGIN IMMEDIATE"), is_busy).await?)
            }
            Pools::Postgres(pool) => Connection::Postgres(begun(pool, "BEGIN").await?),
        };
        Ok(by.bind(Tx::new(connection)))
    }

    /// Name for `doctor` and the start-up line.
    pub fn kind(&self) -> &'static str {
        match self.0 {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres(_) => "PostgreSQL",
        }
    }

    /// Checks the database's own structure where it can (SQLite).
    pub async fn quick_check(&self) -> Result<(), Error> {
        self.quick_check_while(|| true).await
    }

    /// As [`Self::quick_check`], as long as it is wanted: whoever closes the database would wait for its end.
    pub async fn quick_check_while(&self, is_wanted: impl Fn() -> bool + Clone + Send + 'static) -> Result<(), Error> {
        self.sound_by("PRAGMA quick_check(1)", is_wanted).await
    }

    /// As [`Self::quick_check`], with every index held against its table, which takes longer.
    pub async fn whole_check(&self) -> Result<(), Error> {
        self.sound_by("PRAGMA integrity_check(1)", || true).await
    }

    async fn sound_by(
        &self,
        check: &'static str,
        is_wanted: impl Fn() -> bool + Clone + Send + 'static,
    ) -> Result<(), Error> {
        let Pools::Sqlite { readers, .. } = &self.0 else { return Ok(()) };
        let mut connection = readers.acquire().await?;
        connection.lock_handle().await?.set_progress_handler(STEPS, is_wanted.clone());
        let answer = sqlx::query_scalar(check).fetch_one(&mut *connection).await;
        connection.lock_handle().await?.remove_progress_handler();
        // One that was given up has found nothing.
        if !is_wanted() {
            return Ok(());
        }
        let answer: String = answer?;
        if answer == "ok" { Ok(()) } else { Err(Error::Broken(format!("SQLite, {check}: {answer}"))) }
    }

    /// Carries what was written from SQLite's log over into its file, as far as nobody reads it in the log: beside those
    /// who write, so that none of them does it while somebody waits, and a long log does not make reading slow.
    pub async fn tidy(&self) -> Result<(), Error> {
        if let Pools::Sqlite { keeper, .. } = &self.0 {
            sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_all(keeper).await?;
        }
        Ok(())
    }

    /// Holds all that SQLite keeps in memory for this process to 112 MB: the page that nobody has used for longest makes
    /// room, whichever connection has read it. A server that has been busy would else keep the writer's cache and those of
    /// all readers filled, with the same pages several times; a command that imports is alone with its writer.
    pub async fn share_memory(&self) -> Result<(), Error> {
        if let Pools::Sqlite { readers, .. } = &self.0 {
            sqlx::query(MEMORY).fetch_all(readers).await?;
        }
        Ok(())
    }

    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers, keeper } => {
                keeper.close().await;
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Pages of SQLite's file, or steps of its machine, after which it is asked whether a check is still wanted.
const STEPS: i32 = 1_000;

/// A transaction that has begun, in a task of its own: who is given up while it begins would else hand the connection
/// back with a transaction open on it that nobody knows of, and whoever got it next would read or write inside that.
async fn begun(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>, Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    Ok(begun.await.map_err(|e| Error::Broken(format!("a transaction that could not begin: {e}")))??)
}

/// How long somebody waits for a lock on SQLite's file.
const BUSY: Duration = Duration::from_secs(5);

/// How often a writer looks whether another process is through with SQLite's file. SQLite's own waiting grows to a
/// tenth of a second, which would miss the gaps that an import in another process leaves.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Does the work as soon as no other process writes, within [`BUSY`].
async fn unless_busy<T, E, F: Future<Output = Result<T, E>>>(
    mut work: impl FnMut() -> F,
    is_busy: fn(&E) -> bool,
) -> Result<T, E> {
    let begun = tokio::time::Instant::now();
    loop {
        match work().await {
            Err(error) if is_busy(&error) && begun.elapsed() < BUSY => tokio::time::sleep(LOOK_AGAIN).await,
            result => return result,
        }
    }
}

/// Whether no transaction is left on a connection that comes back to its pool. SQLite itself ends one with which it
/// cannot go on (a full disk, a write that failed); the driver does not hear of that, would go on in it for ever, and
/// refuse every new one. Such a connection is thrown away.
async fn has_ended(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Answered behind the roll-back that a dropped transaction has asked for.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn is_busy(error: &sqlx::Error) -> bool {
    Fault::of(error) == Some(Fault::Busy) && error.as_database_error().is_some()
}

fn is_migration_busy(error: &sqlx::migrate::MigrateError) -> bool {
    match error {
        sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            is_busy(error)
        }
        _ => false,
    }
}

/// Counts how often a unit of work was repeated: at most three times, with growing pauses.
#[derive(Default)]
pub struct Retry {
    attempt: u32,
}

impl Retry {
    /// Pauses when the work may be repeated (see [`Fault`]); hands the error back when it may not, or was too often.
    pub async fn after(&mut self, error: Error, committing: bool) -> Result<(), Error> {
        let fault = if let Error::Sql(error) = &error { Fault::of(error) } else { None };
        if self.attempt >= 3 || !fault.is_some_and(|fault| fault.may_repeat(committing)) {
            return Err(error);
        }
        self.attempt += 1;
        tokio::time::sleep(Duration::from_millis(20 << self.attempt)).await;
        Ok(())
    }
}

/// The part of a database address that may be shown: never its password.
fn scheme_of(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}

/// The file of an SQLite address; nothing for another database.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let options = url.starts_with("sqlite:").then(|| SqliteConnectOptions::from_str(url).ok())??;
    file_of(&options).map(Path::to_path_buf)
}

/// A database in memory has no file, only a name like one.
fn file_of(options: &SqliteConnectOptions) -> Option<&Path> {
    let file = options.get_filename();
    (!file.to_string_lossy().starts_with("file:")).then_some(file)
}

/// The address of an SQLite file.
pub fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

#[cfg(test)]
mod tests;
