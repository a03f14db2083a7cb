//! The database: SQLite or PostgreSQL behind one type. The only place that knows which one it is.
//!
//! Stores write one short static text with `$1` placeholders and see only [`Tx`] and [`Row`].
//! Columns are TEXT, BIGINT or DOUBLE PRECISION (the palette of `migrations/README.md`).

mod bulk;
mod row;
mod value;

pub use bulk::{Bulk, Lookup};
pub use row::{Column, Row};
pub use value::Value;

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use domain::ids::MunicipalityCode;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::error::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Binds values to a query text, and runs the same lines for whichever database is open.
macro_rules! on_either {
    ($tx:expr, $sql:expr, $values:expr, |$conn:ident, $query:ident| $run:expr, $wrap:ident) => {
        match $tx {
            Inner::Sqlite($conn) => {
                let mut $query = sqlx::query::<Sqlite>($sql);
                for value in $values {
                    $query = value::bind_value!($query, value);
                }
                let $conn = &mut **$conn;
                $wrap!(Sqlite, $run)
            }
            Inner::Postgres($conn) => {
                let mut $query = sqlx::query::<Postgres>($sql);
                for value in $values {
                    $query = value::bind_value!($query, value);
                }
                let $conn = &mut **$conn;
                $wrap!(Postgres, $run)
            }
        }
    };
}

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Pools);

#[derive(Clone, Debug)]
enum Pools {
    /// SQLite has one writer at a time; a pool of one lets writers queue here instead of failing as busy.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// One transaction. Dropped without [`Tx::commit`] it changes nothing.
pub struct Tx(Inner);

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
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
            // An acknowledged upload must survive a power cut (security.md 9).
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256)
            // Rows come from a thread of their own: with the usual 50, thousands of rows wait for each other's thread.
            .row_buffer_size(1_000);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true).create_if_missing(false))
            .await?;
        Ok(Self(Pools::Sqlite { writer, readers }))
    }

    async fn open_postgres(url: &str) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)?.application_name("virea").options([
            ("statement_timeout", "30s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ]);
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
            Pools::Sqlite { writer, .. } => MIGRATIONS.run(writer).await?,
            Pools::Postgres(pool) => MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Whether every migration of this program is in place.
    pub async fn is_migrated(&self) -> bool {
        let wanted = i64::try_from(MIGRATIONS.iter().count()).unwrap_or(i64::MAX);
        let Ok(mut tx) = self.read().await else { return false };
        let done = tx.one("SELECT COUNT(*) AS n FROM _sqlx_migrations", []).await;
        done.and_then(|row| row.get::<i64>("n")).is_ok_and(|n| n == wanted)
    }

    /// A transaction that reads one unchanging state.
    pub async fn read(&self) -> Result<Tx, Error> {
        Ok(Tx(match &self.0 {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        }))
    }

    /// A transaction that may write. End it with [`Tx::commit`].
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx(match &self.0 {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Runs `work` in a writing transaction and commits it; repeats the whole when the database asks for it.
    /// Where the future must be `Send`, write the loop out with [`Retry`].
    pub async fn write<T>(&self, mut work: impl AsyncFnMut(&mut Tx) -> Result<T, Error>) -> Result<T, Error> {
        let mut retry = Retry::default();
        loop {
            let outcome = async {
                let mut tx = self.begin().await?;
                let result = work(&mut tx).await?;
                tx.commit().await?;
                Ok(result)
            };
            match outcome.await {
                Ok(result) => return Ok(result),
                Err(error) => retry.after(error).await?,
            }
        }
    }

    /// Name for `doctor` and the start-up line.
    pub fn kind(&self) -> &'static str {
        match self.0 {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres(_) => "PostgreSQL",
        }
    }

    /// Checks the database's own structure where it can (SQLite); an empty answer means sound.
    pub async fn quick_check(&self) -> Result<(), Error> {
        if let Pools::Sqlite { readers, .. } = &self.0 {
            let answer: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(readers).await?;
            if answer != "ok" {
                return Err(Error::Broken(format!("SQLite quick_check: {answer}")));
            }
        }
        Ok(())
    }

    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Counts how often a unit of work was repeated: at most three times, with growing pauses.
#[derive(Default)]
pub struct Retry {
    attempt: u32,
}

impl Retry {
    /// Pauses when the database asks for the work to be repeated (deadlock, serialisation failure, lost
    /// connection); hands the error back when it does not, or has too often.
    pub async fn after(&mut self, error: Error) -> Result<(), Error> {
        if self.attempt >= 3 || !is_worth_repeating(&error) {
            return Err(error);
        }
        self.attempt += 1;
        tokio::time::sleep(Duration::from_millis(20 << self.attempt)).await;
        Ok(())
    }
}

macro_rules! rows {
    ($kind:ident, $run:expr) => {
        Ok($run.await?.into_iter().map(Row::$kind).collect())
    };
}
macro_rules! row {
    ($kind:ident, $run:expr) => {
        Ok($run.await?.map(Row::$kind))
    };
}
macro_rules! count {
    ($kind:ident, $run:expr) => {
        Ok($run.await?.rows_affected())
    };
}

impl Tx {
    /// All rows of a query.
    pub async fn all<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Vec<Row>, Error> {
        self.fetch(sql, values.into_iter()).await
    }

    /// The first row, if there is one.
    pub async fn maybe<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Option<Row>, Error> {
        on_either!(&mut self.0, sql, values, |conn, query| query.fetch_optional(conn), row)
    }

    /// The one row that must be there.
    pub async fn one<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Row, Error> {
        self.maybe(sql, values).await?.ok_or(Error::Sql(sqlx::Error::RowNotFound))
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<u64, Error> {
        self.run_prepared(sql, values.into_iter()).await
    }

    /// Inserts (or upserts) many rows with few statements.
    pub async fn bulk<const N: usize>(&mut self, bulk: &Bulk<N>, rows: Vec<[Value; N]>) -> Result<(), Error> {
        let anonymous = matches!(self.0, Inner::Sqlite(_));
        let mut rows = rows.into_iter();
        loop {
            let chunk: Vec<_> = rows.by_ref().take(bulk.rows_per_statement()).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            let sql = sqlx::AssertSqlSafe(bulk.text(chunk.len(), anonymous));
            let values = chunk.into_iter().flatten();
            self.run_prepared(sql, values).await?;
        }
    }

    /// Rows for a list of keys, in any order. Keys without a row are left out.
    pub async fn lookup<T>(
        &mut self,
        lookup: &Lookup,
        tenant: &MunicipalityCode,
        keys: impl IntoIterator<Item = T>,
    ) -> Result<Vec<Row>, Error>
    where
        Value: From<T>,
    {
        let keys: Vec<Value> = keys.into_iter().map(Value::from).collect();
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(Lookup::MOST) {
            let Some(last) = chunk.last() else { break };
            let size = Lookup::size(chunk.len());
            let sql = sqlx::AssertSqlSafe(lookup.text(size));
            let padding = std::iter::repeat_n(last, size - chunk.len());
            let tenant: Value = tenant.into();
            let values = std::iter::once(tenant).chain(chunk.iter().chain(padding).cloned());
            found.extend(self.fetch(sql, values).await?);
        }
        Ok(found)
    }

    async fn fetch(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        values: impl Iterator<Item = Value>,
    ) -> Result<Vec<Row>, Error> {
        on_either!(&mut self.0, sql, values, |conn, query| query.fetch_all(conn), rows)
    }

    async fn run_prepared(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        values: impl Iterator<Item = Value>,
    ) -> Result<u64, Error> {
        on_either!(&mut self.0, sql, values, |conn, query| query.execute(conn), count)
    }

    /// After thousands of new rows: PostgreSQL plans by statistics that it would refresh only minutes later, and
    /// until then reads whole tables where an index would do. SQLite plans well without.
    pub async fn refresh_statistics(&mut self) -> Result<(), Error> {
        if let Inner::Postgres(tx) = &mut self.0 {
            let sql = "ANALYZE participant, exercise_group, membership, group_session, attendance, assessment, consent, \
                       op, change, import_row";
            sqlx::query(sql).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Makes everything that was done in this transaction lasting.
    pub async fn commit(self) -> Result<(), Error> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// The part of a database address that may be shown: never its password.
fn scheme_of(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}

/// The address of an SQLite file.
pub fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// Serialisation failure, deadlock, shutdown or connection loss on PostgreSQL; busy on SQLite.
fn is_worth_repeating(error: &Error) -> bool {
    match error {
        Error::Sql(sqlx::Error::Database(database)) => {
            database.code().is_some_and(|c| matches!(&*c, "40001" | "40P01" | "57P01" | "5") || c.starts_with("08"))
        }
        Error::Sql(sqlx::Error::Io(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
