//! One transaction, on either database.

use domain::ids::MunicipalityCode;
use futures::TryStreamExt as _;
use futures::future::join;
use sqlx::{Postgres, Sqlite, Transaction};

use super::{Bulk, Lookup, Row, Rows, Value, value};
use crate::error::Error;
use crate::hub::Poke;

/// Binds values to a query text, and runs the same lines for whichever database is open.
macro_rules! on_either {
    ($tx:expr, $sql:expr, $values:expr, |$conn:ident, $query:ident| $run:expr, $wrap:ident) => {
        match $tx {
            Connection::Sqlite($conn) => {
                let mut $query = sqlx::query::<Sqlite>($sql);
                for value in $values {
                    $query = value::bind_value!($query, value);
                }
                let $conn = &mut **$conn;
                $wrap!(Sqlite, $run)
            }
            Connection::Postgres($conn) => {
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

/// One transaction. Dropped without [`Tx::commit`] it changes nothing.
///
/// It knows no tenant: only who says why ([`super::Unscoped`]) gets one. Everybody else has
/// [`crate::access::ScopedTx`].
pub struct Tx {
    connection: Connection,
    news: Vec<Poke>,
    /// A statement failed. Whatever follows, nothing of this transaction may last.
    failed: bool,
}

pub(super) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
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
macro_rules! one_by_one {
    ($kind:ident, $run:expr) => {{
        let (mut rows, take) = $run;
        while let Some(row) = rows.try_next().await? {
            take(Row::$kind(row))?;
        }
        Ok(())
    }};
}
macro_rules! count {
    ($kind:ident, $run:expr) => {
        Ok($run.await?.rows_affected())
    };
}

impl Tx {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, news: Vec::new(), failed: false }
    }

    /// All rows of a query.
    pub async fn all<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Vec<Row>, Error> {
        self.fetch(sql, values.into_iter()).await
    }

    /// The first row, if there is one.
    pub async fn maybe<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Option<Row>, Error> {
        self.first(sql, values.into_iter()).await
    }

    /// The one row that must be there.
    pub async fn one<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Row, Error> {
        self.maybe(sql, values).await?.ok_or(Error::NO_ROW)
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<u64, Error> {
        self.run_prepared(sql, values.into_iter()).await
    }

    /// Inserts (or upserts) many rows with few statements.
    pub async fn bulk<const N: usize>(&mut self, bulk: &Bulk<N>, rows: Vec<[Value; N]>) -> Result<(), Error> {
        self.bulk_of(bulk, Box::new(rows.into_iter().map(Ok))).await
    }

    /// The same of rows that are put together meanwhile.
    pub async fn bulk_of<const N: usize>(&mut self, bulk: &Bulk<N>, mut rows: Rows<'_, N>) -> Result<(), Error> {
        let anonymous = self.is_sqlite();
        let mut next = bulk.take(&mut rows, anonymous)?;
        while let Some((sql, values)) = next {
            let run = self.run_prepared(sqlx::AssertSqlSafe(sql), values.into_iter());
            let (done, after) = join(run, async { bulk.take(&mut rows, anonymous) }).await;
            done?;
            next = after?;
        }
        Ok(())
    }

    fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
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
        self.lookup_after(lookup, vec![tenant.into()], keys).await
    }

    /// As [`Tx::lookup`], with these values before the keys.
    pub(crate) async fn lookup_after<T>(
        &mut self,
        lookup: &Lookup,
        before: Vec<Value>,
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
            let sql = sqlx::AssertSqlSafe(lookup.text(size, before.len(), self.is_sqlite()));
            let padding = std::iter::repeat_n(last, size - chunk.len());
            let values = before.iter().chain(chunk).chain(padding).cloned();
            found.extend(self.fetch(sql, values).await?);
        }
        Ok(found)
    }

    pub(crate) async fn first(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        values: impl Iterator<Item = Value>,
    ) -> Result<Option<Row>, Error> {
        let asked =
            async { on_either!(&mut self.connection, sql, values, |conn, query| query.fetch_optional(conn), row) };
        let answer = asked.await;
        self.noted(answer)
    }

    pub(crate) async fn fetch(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        values: impl Iterator<Item = Value>,
    ) -> Result<Vec<Row>, Error> {
        let asked = async { on_either!(&mut self.connection, sql, values, |conn, query| query.fetch_all(conn), rows) };
        let answer = asked.await;
        self.noted(answer)
    }

    /// Row by row, so that a million rows need the room of a few.
    pub(crate) async fn each(
        &mut self,
        sql: &'static str,
        values: impl Iterator<Item = Value>,
        take: &mut (dyn FnMut(Row) -> Result<(), Error> + Send),
    ) -> Result<(), Error> {
        let asked = async {
            on_either!(&mut self.connection, sql, values, |conn, query| (query.fetch(conn), take), one_by_one)
        };
        let answer = asked.await;
        self.noted(answer)
    }

    pub(crate) async fn run_prepared(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        values: impl Iterator<Item = Value>,
    ) -> Result<u64, Error> {
        let asked = async { on_either!(&mut self.connection, sql, values, |conn, query| query.execute(conn), count) };
        let answer = asked.await;
        self.noted(answer)
    }

    fn noted<T>(&mut self, answer: Result<T, Error>) -> Result<T, Error> {
        self.failed |= answer.is_err();
        answer
    }

    /// After thousands of new rows: PostgreSQL plans by statistics that it would refresh only minutes later, and
    /// until then reads whole tables where an index would do. SQLite plans well without.
    pub async fn analyze(&mut self, tables: impl IntoIterator<Item = &'static str>) -> Result<(), Error> {
        if let Connection::Postgres(tx) = &mut self.connection {
            let tables: Vec<_> = tables.into_iter().collect();
            let sql = sqlx::AssertSqlSafe(format!("ANALYZE {}", tables.join(", ")));
            sqlx::query(sql).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Keeps what is to be told once this has become lasting.
    pub fn announce(&mut self, news: impl IntoIterator<Item = Poke>) {
        self.news.extend(news);
    }

    /// Ends a unit of work that is to last.
    pub fn done<T>(self, value: T) -> Ended<T> {
        Ended { tx: Some(self), value }
    }

    /// Ends a unit of work of which nothing is to remain but its answer.
    pub fn undone<T>(self, value: T) -> Ended<T> {
        Ended { tx: None, value }
    }

    /// Makes everything that was done in this transaction lasting; what is to be told now.
    ///
    /// Not after a statement that failed: PostgreSQL would call that done and roll back, SQLite may have rolled back
    /// already and have taken the later statements one by one.
    pub async fn commit(self) -> Result<Vec<Poke>, Error> {
        if self.failed {
            return Err(Error::Broken("a transaction of which a statement failed was to last".into()));
        }
        match self.connection {
            Connection::Sqlite(tx) => tx.commit().await?,
            Connection::Postgres(tx) => tx.commit().await?,
        }
        Ok(self.news)
    }
}

/// How a unit of work ended: what it answers, and its transaction if that is to last.
pub struct Ended<T> {
    pub(crate) tx: Option<Tx>,
    pub(crate) value: T,
}
