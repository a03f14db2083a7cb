//! The transaction of a scope: the municipality is bound to every text by it, not by each caller.

use domain::access::{Action, Reach};
use domain::ids::MunicipalityCode;
use serde::de::DeserializeOwned;

use super::scope::{Scope, Within};
use crate::db::{Ask, Bulk, Ended, Lookup, Row, Sealed, Tx, Unscoped, Value};
use crate::error::Error;
use crate::hub::Poke;

/// Rows of one piece of an answer.
const AT_ONCE: i64 = 5_000;

/// A transaction with the scope of who asks. In every text `$1` is the municipality; values begin at `$2`.
pub struct ScopedTx {
    tx: Tx,
    scope: Scope,
}

impl Sealed for &Scope {}

impl Ask for &Scope {
    type Tx = ScopedTx;

    fn may_write(self) -> Result<(), Error> {
        self.writes().map(|_| ())
    }

    fn bind(self, tx: Tx) -> ScopedTx {
        ScopedTx { tx, scope: self.clone() }
    }
}

impl ScopedTx {
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Refuses when the asker may not do this anywhere.
    pub fn require(&self, action: Action) -> Result<Reach, Error> {
        self.scope.require(action)
    }

    /// All rows of a query.
    pub async fn all<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Vec<Row>, Error> {
        self.tx.fetch(sql, bound(&self.scope, values)).await
    }

    /// Hands out the rows of a query one by one, as they come out of the database.
    pub async fn each<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
        mut take: impl FnMut(Row) -> Result<(), Error> + Send,
    ) -> Result<(), Error> {
        self.tx.each(sql, bound(&self.scope, values), &mut take).await
    }

    /// Hands over every row of a query in the order of the `id`s, a piece of the answer at a time: those behind the id
    /// `$2`, at most `$3` of them.
    pub async fn each_by_id(
        &mut self,
        sql: &'static str,
        mut take: impl FnMut(&Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut last = String::new();
        loop {
            let rows = self.all(sql, [last.as_str().into(), AT_ONCE.into()]).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.get("id")?;
            rows.iter().try_for_each(&mut take)?;
        }
    }

    /// The first row, if there is one.
    pub async fn maybe<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Option<Row>, Error> {
        self.tx.first(sql, bound(&self.scope, values)).await
    }

    /// The one row that must be there.
    pub async fn one<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<Row, Error> {
        self.maybe(sql, values).await?.ok_or(Error::NO_ROW)
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<u64, Error> {
        self.tx.run_prepared(sql, bound(&self.scope, values)).await
    }

    /// Rows for a list of keys, in any order. Keys without a row are left out.
    pub async fn lookup<T>(&mut self, lookup: &Lookup, keys: impl IntoIterator<Item = T>) -> Result<Vec<Row>, Error>
    where
        Value: From<T>,
    {
        self.tx.lookup(lookup, self.scope.municipality(), keys).await
    }

    /// What is kept whole as JSON, for a list of keys; in the order of the query.
    pub async fn bodies_of<N, T>(&mut self, lookup: &Lookup, keys: impl IntoIterator<Item = T>) -> Result<Vec<N>, Error>
    where
        N: DeserializeOwned,
        Value: From<T>,
    {
        self.lookup(lookup, keys).await?.iter().map(|row| row.json("body")).collect()
    }

    /// Inserts (or upserts) many rows with few statements. The first of the `N` columns is the municipality.
    pub async fn bulk<const N: usize, const M: usize>(
        &mut self,
        bulk: &Bulk<N>,
        rows: Vec<[Value; M]>,
    ) -> Result<(), Error> {
        const { assert!(N == M + 1, "the municipality stands before the row's own values") };
        let tenant = Value::from(self.scope.municipality());
        let row = move |row: [Value; M]| {
            let mut values = std::iter::once(tenant.clone()).chain(row);
            Ok(std::array::from_fn(|_| values.next().unwrap_or(Value::Text(None))))
        };
        self.tx.bulk_of(bulk, Box::new(rows.into_iter().map(row))).await
    }

    /// For texts with `$2` … `$4` about the groups in which the asker may do this (see [`super::reach`]).
    pub fn within(&mut self, action: Action) -> Result<WithinTx<'_>, Error> {
        let within = self.scope.within(action)?;
        Ok(WithinTx { tx: self, within })
    }

    /// The bare transaction and the municipality, for what is no question of scope.
    pub fn unscoped(&mut self, _why: Unscoped) -> (&mut Tx, &MunicipalityCode) {
        (&mut self.tx, self.scope.municipality())
    }

    /// See [`crate::sync::tables::refresh_statistics`].
    pub async fn refresh_statistics(&mut self) -> Result<(), Error> {
        crate::sync::tables::refresh_statistics(&mut self.tx).await
    }

    /// See [`Tx::done`].
    pub fn done<T>(self, value: T) -> Ended<T> {
        self.tx.done(value)
    }

    /// See [`Tx::undone`].
    pub fn undone<T>(self, value: T) -> Ended<T> {
        self.tx.undone(value)
    }

    /// See [`Tx::commit`].
    pub async fn commit(self) -> Result<Vec<Poke>, Error> {
        self.tx.commit().await
    }
}

/// A transaction for texts about groups within reach: `$1` municipality, `$2` provider or empty, `$3` account or
/// empty, `$4` today; values begin at `$5`.
pub struct WithinTx<'a> {
    tx: &'a mut ScopedTx,
    within: Within,
}

impl WithinTx<'_> {
    /// All rows of a query.
    pub async fn all<const N: usize>(self, sql: &'static str, values: [Value; N]) -> Result<Vec<Row>, Error> {
        let values = self.within.values().into_iter().chain(values);
        self.tx.tx.fetch(sql, bound(&self.tx.scope, values)).await
    }

    /// The first row, if there is one.
    pub async fn maybe<const N: usize>(self, sql: &'static str, values: [Value; N]) -> Result<Option<Row>, Error> {
        let values = self.within.values().into_iter().chain(values);
        self.tx.tx.first(sql, bound(&self.tx.scope, values)).await
    }

    /// Rows for a list of keys, which begins at `$5`.
    pub async fn lookup<T>(self, lookup: &Lookup, keys: impl IntoIterator<Item = T>) -> Result<Vec<Row>, Error>
    where
        Value: From<T>,
    {
        let before = bound(&self.tx.scope, self.within.values()).collect();
        self.tx.tx.lookup_after(lookup, before, keys).await
    }

    /// The one row that must be there.
    pub async fn one<const N: usize>(self, sql: &'static str, values: [Value; N]) -> Result<Row, Error> {
        self.maybe(sql, values).await?.ok_or(Error::NO_ROW)
    }
}

/// The values of a text with the municipality before them.
fn bound<I: IntoIterator<Item = Value>>(scope: &Scope, values: I) -> impl Iterator<Item = Value> + use<I> {
    std::iter::once(Value::from(scope.municipality())).chain(values)
}
