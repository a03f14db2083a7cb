//! Rows as stores read them. A row that breaks a promise gets an exact error, not a panic.

use std::str::FromStr;

use domain::time::Instant;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, ValueRef as _};

use crate::error::Error;

/// One row of an answer.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A Rust type that a column of the palette can be read as.
pub trait Column: Sized {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error>;
}

macro_rules! column {
    ($($kind:ty),*) => {$(
        impl Column for $kind {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(column),
                    Row::Postgres(row) => row.try_get(column),
                }
            }
        }
        impl Column for Option<$kind> {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(column),
                    Row::Postgres(row) => row.try_get(column),
                }
            }
        }
    )*};
}
column!(String, i64, f64);

impl Column for Instant {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        i64::read(row, column).map(Self::from_millis)
    }
}

impl Column for Option<Instant> {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        Ok(Option::<i64>::read(row, column)?.map(Instant::from_millis))
    }
}

impl Row {
    /// The column's value as `String`, `i64`, `f64`, `Instant`, or an `Option` of one of them.
    pub fn get<T: Column>(&self, column: &'static str) -> Result<T, Error> {
        T::read(self, column).map_err(Error::Sql)
    }

    /// A text column that holds an id, a day, a code or anything else that parses.
    pub fn parse<T: FromStr>(&self, column: &'static str) -> Result<T, Error> {
        self.code(column, |text| text.parse().ok())
    }

    /// As [`Row::parse`]; NULL is nothing.
    pub fn parse_opt<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, Error> {
        self.code_opt(column, |text| text.parse().ok())
    }

    /// A text column read by a function, for example `Role::from_code`. It is read where it lies: most columns of most rows
    /// are ids.
    pub fn code<T>(&self, column: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Error> {
        let text = match self {
            Self::Sqlite(row) => row.try_get::<&str, _>(column),
            Self::Postgres(row) => row.try_get::<&str, _>(column),
        };
        read(text.map_err(Error::Sql)?).ok_or_else(|| self.broken(column))
    }

    /// As [`Row::code`]; NULL is nothing.
    pub fn code_opt<T>(&self, column: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Error> {
        let text = match self {
            Self::Sqlite(row) => row.try_get::<Option<&str>, _>(column),
            Self::Postgres(row) => row.try_get::<Option<&str>, _>(column),
        };
        let read = |text| read(text).ok_or_else(|| self.broken(column));
        text.map_err(Error::Sql)?.map(read).transpose()
    }

    /// A text column that holds JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        self.code(column, |text| serde_json::from_str(text).ok())
    }

    /// Whether the column is NULL (false when there is no such column).
    pub fn is_null(&self, column: &'static str) -> bool {
        match self {
            Self::Sqlite(row) => row.try_get_raw(column).is_ok_and(|v| v.is_null()),
            Self::Postgres(row) => row.try_get_raw(column).is_ok_and(|v| v.is_null()),
        }
    }

    /// The error of a value that no version of this program writes.
    pub fn broken(&self, column: &'static str) -> Error {
        Error::Broken(format!("column {column} holds a value that this program cannot have written"))
    }
}
