//! What the same rows cost by plain SQL in the same run: the references beside the program's own figures.

use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _, SqliteConnection};

use crate::program::{Tried, told};

/// The program's tables, before later migrations added to them.
const TABLES: &str = include_str!("../../../server/migrations/0001_spine.sql");

/// A database on its own connection, as durable as the program's.
pub struct Plain {
    connection: SqliteConnection,
    runtime: tokio::runtime::Runtime,
}

impl Plain {
    pub fn open(file: &Path) -> Tried<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(told)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let connection = runtime.block_on(SqliteConnection::connect_with(&options)).map_err(told)?;
        Ok(Self { connection, runtime })
    }

    /// Milliseconds for one page of people: fifty of them, with their groups, and a row written durably.
    pub fn page(&mut self, log: &mut Self, at: usize) -> Tried<f64> {
        let begun = Instant::now();
        let sql = "SELECT p.body, g.body FROM (SELECT municipality, id, body FROM participant WHERE municipality = '091' \
                   AND deleted_at IS NULL ORDER BY sort_key LIMIT 50 OFFSET ?) p \
                   LEFT JOIN membership m ON m.municipality = p.municipality AND m.participant = p.id \
                   LEFT JOIN exercise_group g ON g.municipality = m.municipality AND g.id = m.exercise_group";
        let rows = sqlx::query(sql).bind(i64::try_from(at).unwrap_or(0)).fetch_all(&mut self.connection);
        let rows = self.runtime.block_on(rows).map_err(told)?;
        let read: usize = rows.iter().map(|row| row.get::<String, _>(0).len()).sum();
        log.append("looked", read)?;
        Ok(milliseconds(begun))
    }

    /// Milliseconds for one row that is durable.
    pub fn row(&mut self) -> Tried<f64> {
        let begun = Instant::now();
        self.append("written", 0)?;
        Ok(milliseconds(begun))
    }

    /// Seconds for reading every row that a report is computed from.
    pub fn report(&mut self) -> Tried<f64> {
        let begun = Instant::now();
        for sql in [
            "SELECT id, body FROM participant",
            "SELECT participant, body FROM membership",
            "SELECT id, exercise_group, day, status FROM group_session",
            "SELECT session, participant, mark FROM attendance",
            "SELECT participant, body FROM assessment",
        ] {
            self.runtime.block_on(sqlx::query(sql).fetch_all(&mut self.connection)).map_err(told)?;
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    /// Makes the program's tables in an empty file, and the log of the references.
    pub fn make(&mut self, tables: bool) -> Tried<()> {
        let log = "CREATE TABLE reference_log (id INTEGER PRIMARY KEY, what TEXT, size INTEGER)";
        self.runtime.block_on(self.connection.execute(log)).map_err(told)?;
        if tables {
            self.runtime.block_on(self.connection.execute(TABLES)).map_err(told)?;
        }
        Ok(())
    }

    /// Seconds for writing as many marks, each with its operation and its change, so many to a transaction; hundreds.
    pub fn marks(&mut self, which: Range<usize>, at_once: usize) -> Tried<f64> {
        let begun = Instant::now();
        for first in which.clone().step_by(at_once) {
            let some = first..which.end.min(first + at_once);
            self.runtime.block_on(transaction(&mut self.connection, some)).map_err(told)?;
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    fn append(&mut self, what: &str, size: usize) -> Tried<()> {
        let sql = "INSERT INTO reference_log (what, size) VALUES (?, ?)";
        let row = sqlx::query(sql).bind(what).bind(i64::try_from(size).unwrap_or(0));
        self.runtime.block_on(row.execute(&mut self.connection)).map_err(told)?;
        Ok(())
    }
}

async fn transaction(connection: &mut SqliteConnection, which: Range<usize>) -> sqlx::Result<()> {
    let mut tx = connection.begin().await?;
    let body = "x".repeat(420);
    for block in which.step_by(100) {
        for (head, row) in [
            (
                "INSERT INTO attendance (municipality, id, rev, stream, other_rev, updated_hlc, session, exercise_group, \
                 participant, mark) VALUES ",
                "('091', ?, 1, 'stream', 0, '1.0.node', 'session' || (? / 20), 'group' || (? / 400), ?, 'present')",
            ),
            (
                "INSERT INTO change (municipality, bucket, seq, etype, eid, rev) VALUES ",
                "('091', 'grp' || (? / 400), ?, 'attendance', ?, 1)",
            ),
            (
                "INSERT INTO op (municipality, op_id, stream, n, etype, eid, rev, kind, schema, actor, hlc, received_at, \
                 body, body_hash, outcome, effects) VALUES ",
                "('091', ?, 'stream', ?, 'attendance', ?, 1, 'attendance.set', 1, 'actor', '1.0.node', 1, ?, 'hash', \
                 'applied', '[]')",
            ),
        ] {
            let rows = vec![row; 100].join(",");
            let mut query = sqlx::query(AssertSqlSafe([head, &rows].concat()));
            for at in block..block + 100 {
                let (key, at) = (scattered(at), i64::try_from(at).unwrap_or(0));
                query = match row.matches('?').count() {
                    4 if head.contains("attendance") => query.bind(key.clone()).bind(at).bind(at).bind(key),
                    3 => query.bind(at).bind(at).bind(key),
                    _ => query.bind(format!("{at:036}")).bind(at).bind(key).bind(body.clone()),
                };
            }
            query.execute(&mut *tx).await?;
        }
    }
    tx.commit().await
}

/// A key as long and as scattered as the program's.
fn scattered(at: usize) -> String {
    let mixed = (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{mixed:016x}-{at:019}")
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}
