//! One import as the database knows it: what is laid down, how far it has come, and who is at it.
//!
//! Whoever works on a job holds it by a lease that every transaction renews. Each change of a job names its runner, so
//! that one whose lease was taken over can change nothing any more.

use domain::ids::{MunicipalityCode, StreamId, uuid_v7};
use domain::time::{Day, Instant};
use uuid::Uuid;

use super::{NOTICES_KEPT, Summary, lines, view};
use crate::access::{Scope, ScopedTx};
use crate::db::{Bulk, Row, Unscoped, Value};
use crate::error::Error;
use crate::files::kinds::Kind;
use crate::files::problem::Notice;
use crate::files::rows::{Rows, Told};
use crate::state::AppState;

/// Rows of one batch: the step by which transactions grow and shrink.
const BATCH: usize = 250;

/// How long a job is its runner's without a sign of life, in milliseconds.
const LEASE: i64 = 10_000;

/// Batches removed at a time.
const REMOVED_AT_ONCE: i64 = 100;

/// A job in the hands of this runner.
#[derive(Clone)]
pub struct Job {
    scope: Scope,
    id: Uuid,
    runner: Uuid,
    pub kind: Kind,
    /// The day by which the file was checked.
    pub day: Day,
    /// Rows laid down.
    pub all: usize,
    /// Rows written.
    pub done: usize,
    /// The batch with which it goes on; while rows are laid down, the next one to make.
    next: i64,
}

/// What a new job is called.
pub struct Named<'a> {
    /// Of a file that was sent to the desk; else it gets one.
    pub id: Option<Uuid>,
    /// The file's name, as people call it.
    pub file: &'a str,
}

/// Whose turn it is in a municipality.
pub enum Turn {
    /// Nobody is at anything: the new file's.
    Mine(Job),
    /// A file that was checked and whose writing was broken off; its rows must be written first.
    Left(Job),
    Busy {
        done: usize,
        all: usize,
    },
    /// Something was cleared away, or went on meanwhile; look again.
    Moved,
}

/// Some of what is laid down.
pub struct Batches {
    pub told: Vec<Told>,
    pub size: usize,
    /// The number of the batch behind them.
    pub next: i64,
}

/// Opens a job for a new file, unless another one has not ended.
pub async fn open(state: &AppState, scope: &Scope, kind: Kind, file: &Named<'_>) -> Result<Turn, Error> {
    let turn = state.write(scope, |mut tx| async move {
        let turn = match unfinished(state, &mut tx).await? {
            Some(turn) => turn,
            None => Turn::Mine(start(state, &mut tx, kind, file).await?),
        };
        Ok(tx.done(turn))
    });
    turn.await
}

/// Takes over a job of the municipality whose writing was broken off; nothing when there is none.
pub async fn take_over(state: &AppState, scope: &Scope) -> Result<Option<Job>, Error> {
    loop {
        let turn = state.write(scope, |mut tx| async move {
            let turn = unfinished(state, &mut tx).await?;
            Ok(tx.done(turn))
        });
        match turn.await? {
            Some(Turn::Left(job)) => return Ok(Some(job)),
            Some(Turn::Moved) => {}
            _ => return Ok(None),
        }
    }
}

/// Municipalities in which an import has not ended and nobody is at it.
pub async fn left(state: &AppState) -> Result<Vec<MunicipalityCode>, Error> {
    let mut tx = state.db.read(Unscoped::Installation).await?;
    let sql = sql!("SELECT municipality, leased_until FROM import_job WHERE ended_at IS NULL ORDER BY municipality");
    let mut codes = Vec::new();
    for row in tx.all(sql, []).await? {
        if is_over(row.get("leased_until")?, state.now()) {
            codes.push(row.code("municipality", MunicipalityCode::new)?);
        }
    }
    Ok(codes)
}

/// Whether the file of this job counts as taken in.
pub async fn is_sealed(tx: &mut ScopedTx, id: Uuid) -> Result<bool, Error> {
    let sql = sql!("SELECT checked_at FROM import_job WHERE municipality = $1 AND id = $2");
    Ok(tx.maybe(sql, [id.into()]).await?.is_some_and(|row| !row.is_null("checked_at")))
}

/// Whether a lease has ended. One that ends much later than any can was given by a clock that has been set back since.
fn is_over(until: Instant, now: Instant) -> bool {
    until < now || until > now.plus_millis(2 * LEASE)
}

/// The job that has not ended, if there is one. Takes the municipality's turn, so that there is never a second.
async fn unfinished(state: &AppState, tx: &mut ScopedTx) -> Result<Option<Turn>, Error> {
    tx.run(sql!("UPDATE municipality SET name = name WHERE municipality = $1"), []).await?;
    let sql = sql!(
        "SELECT id, kind, day, checked_at, leased_until, rows_all, rows_done, next_batch FROM import_job \
         WHERE municipality = $1 AND ended_at IS NULL"
    );
    match tx.maybe(sql, []).await? {
        Some(row) => turn(state, tx, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn turn(state: &AppState, tx: &mut ScopedTx, row: &Row) -> Result<Turn, Error> {
    let now = state.now();
    let (all, done) = (number(row, "rows_all")?, number(row, "rows_done")?);
    let leased_until: Instant = row.get("leased_until")?;
    if !is_over(leased_until, now) {
        return Ok(Turn::Busy { done, all });
    }
    let checked = !row.is_null("checked_at");
    let job = Job {
        scope: tx.scope().clone(),
        id: row.parse("id")?,
        runner: state.with_chance(|chance| uuid_v7(now, chance)),
        kind: row.code("kind", Kind::from_code)?,
        day: row.parse("day")?,
        all,
        done,
        next: row.get("next_batch")?,
    };
    let sql = sql!(
        "UPDATE import_job SET runner = $3, leased_until = $4 \
         WHERE municipality = $1 AND id = $2 AND next_batch = $5 AND leased_until = $6 AND ended_at IS NULL"
    );
    // What is only cleared away stays free, so that whoever looks again can clear the rest.
    let until = if checked { now.plus_millis(LEASE) } else { leased_until };
    let values = [job.id.into(), job.runner.into(), until.into(), job.next.into(), leased_until.into()];
    if tx.run(sql, values).await? == 0 {
        // Its runner was not dead, and has gone on between the two statements: it may even have sealed the file.
        return Ok(Turn::Moved);
    }
    if !checked {
        // Nothing of it was applied, and what was laid down is not the whole file.
        job.clear(tx).await?;
        return Ok(Turn::Moved);
    }
    Ok(Turn::Left(job))
}

async fn start(state: &AppState, tx: &mut ScopedTx, kind: Kind, named: &Named<'_>) -> Result<Job, Error> {
    let now = state.now();
    let (new, runner) = state.with_chance(|chance| (uuid_v7(now, chance), uuid_v7(now, chance)));
    let (id, file) = (named.id.unwrap_or(new), named.file);
    let scope = tx.scope().clone();
    let job = Job { day: scope.today(), scope, id, runner, kind, all: 0, done: 0, next: 0 };
    let sql = sql!(
        "INSERT INTO import_job (municipality, id, kind, file, day, started_at, runner, leased_until, rows_all, \
         rows_done, next_batch, created, changed, unchanged, notices) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, 0)"
    );
    let (day, until) = (job.day.into(), now.plus_millis(LEASE).into());
    tx.run(sql, [id.into(), kind.code().into(), file.into(), day, now.into(), runner.into(), until]).await?;
    Ok(job)
}

const LAY_DOWN: Bulk<5> = bulk!("INSERT INTO import_batch (municipality, job, n, size, body)", "");
const NOTE: Bulk<7> = bulk!("INSERT INTO import_notice (municipality, job, n, line, column_name, value, kind)", "");

impl Job {
    /// Keeps checked rows until they are written.
    pub async fn lay_down(&mut self, state: &AppState, rows: &Rows) -> Result<(), Error> {
        let told = rows.told();
        let batches = told.chunks(BATCH).zip(self.next..).map(|(some, n)| {
            let body = serde_json::to_string(some).map_err(|error| Error::Broken(error.to_string()))?;
            Ok([self.id.into(), n.into(), as_number(some.len()).into(), body.into()])
        });
        let batches = batches.collect::<Result<Vec<[Value; 4]>, Error>>()?;
        let (job, batches, size) = (&*self, &batches, told.len());
        let laid = state.write(&self.scope, |mut tx| async move {
            tx.bulk(&LAY_DOWN, batches.clone()).await?;
            let sql = sql!(
                "UPDATE import_job SET rows_all = rows_all + $4, leased_until = $5 \
                 WHERE municipality = $1 AND id = $2 AND runner = $3 AND ended_at IS NULL"
            );
            let [id, runner] = job.held();
            let until = state.now().plus_millis(LEASE);
            job.still_held(tx.run(sql, [id, runner, as_number(size).into(), until.into()]).await?)?;
            Ok(tx.done(()))
        });
        laid.await?;
        (self.next, self.all) = (self.next + as_number(batches.len()), self.all + size);
        Ok(())
    }

    /// The whole file is checked and laid down: from now on it counts as taken in.
    pub async fn seal(&mut self, state: &AppState) -> Result<(), Error> {
        let job = &*self;
        let sealed = state.write(&self.scope, |mut tx| async move {
            let sql = sql!(
                "UPDATE import_job SET checked_at = $4, leased_until = $5, ended_at = $6 \
                 WHERE municipality = $1 AND id = $2 AND runner = $3 AND ended_at IS NULL"
            );
            let now = state.now();
            // A file without rows has come to its end.
            let ended = (job.all == 0).then_some(now);
            let [id, runner] = job.held();
            let values = [id, runner, now.into(), now.plus_millis(LEASE).into(), ended.into()];
            job.still_held(tx.run(sql, values).await?)?;
            Ok(tx.done(()))
        });
        sealed.await?;
        self.next = 0;
        Ok(())
    }

    /// Takes away what was laid down of a file that is not taken in.
    pub async fn abandon(&self, state: &AppState) -> Result<(), Error> {
        let more = || {
            state.write(&self.scope, |mut tx| async move {
                let more = self.clear(&mut tx).await?;
                Ok(tx.done(more))
            })
        };
        while more().await? {}
        Ok(())
    }

    /// Removes some batches, or the job when there are none; whether there is more to remove.
    async fn clear(&self, tx: &mut ScopedTx) -> Result<bool, Error> {
        let sql = sql!(
            "DELETE FROM import_batch WHERE municipality = $1 AND job = $2 AND n < (SELECT MIN(b.n) + $3 \
             FROM import_batch b WHERE b.municipality = $1 AND b.job = $2)"
        );
        if tx.run(sql, [self.id.into(), REMOVED_AT_ONCE.into()]).await? > 0 {
            return Ok(true);
        }
        tx.run(sql!("DELETE FROM import_job WHERE municipality = $1 AND id = $2 AND runner = $3"), self.held()).await?;
        Ok(false)
    }

    /// The next rows to write, of at most `batches` batches.
    pub async fn next(&self, tx: &mut ScopedTx, batches: usize) -> Result<Batches, Error> {
        let sql = sql!(
            "SELECT n, size, body FROM import_batch \
             WHERE municipality = $1 AND job = $2 AND n >= $3 ORDER BY n LIMIT $4"
        );
        let rows = tx.all(sql, [self.id.into(), self.next.into(), as_number(batches).into()]).await?;
        let mut some = Batches { told: Vec::new(), size: 0, next: self.next };
        for row in &rows {
            some.told.extend(row.json::<Vec<Told>>("body")?);
            some.size += number(row, "size")?;
            some.next = row.get::<i64>("n")? + 1;
        }
        if rows.is_empty() {
            return Err(Error::Broken(format!("the rows of import {} are not there", self.id)));
        }
        Ok(some)
    }

    /// Marks, in the transaction that writes them, that `rows` rows before the batch `next` are written.
    pub async fn advance(
        &self,
        tx: &mut ScopedTx,
        now: Instant,
        rows: usize,
        next: i64,
        told: &Summary,
    ) -> Result<Self, Error> {
        let after = Self { done: self.done + rows, next, ..self.clone() };
        let ended = (after.done >= after.all).then_some(now);
        let sql = sql!(
            "UPDATE import_job SET rows_done = $4, next_batch = $5, created = created + $6, \
             changed = changed + $7, unchanged = unchanged + $8, notices = notices + $9, leased_until = $10, \
             ended_at = $11 \
             WHERE municipality = $1 AND id = $2 AND runner = $3 AND next_batch = $12 AND ended_at IS NULL"
        );
        let [id, runner] = self.held();
        let [done, created, changed, unchanged, noticed] =
            [after.done, told.created, told.changed, told.unchanged, told.noticed].map(|n| Value::from(as_number(n)));
        let (next, before) = (next.into(), self.next.into());
        let (until, ended) = (now.plus_millis(LEASE).into(), ended.into());
        let values = [id, runner, done, next, created, changed, unchanged, noticed, until, ended, before];
        self.still_held(tx.run(sql, values).await?)?;
        let sql = sql!("DELETE FROM import_batch WHERE municipality = $1 AND job = $2 AND n < $3");
        tx.run(sql, [self.id.into(), after.next.into()]).await?;
        self.note(tx, &told.notices).await?;
        Ok(after)
    }

    /// Keeps what the rows of a batch did.
    pub async fn note_lines(&self, tx: &mut ScopedTx, batch: lines::Batch<'_>) -> Result<(), Error> {
        lines::note(tx, self.id, batch).await
    }

    async fn note(&self, tx: &mut ScopedTx, notices: &[Notice]) -> Result<(), Error> {
        if notices.is_empty() {
            return Ok(());
        }
        let sql = sql!("SELECT COUNT(*) AS n FROM import_notice WHERE municipality = $1 AND job = $2");
        let there: i64 = tx.one(sql, [self.id.into()]).await?.get("n")?;
        let room = NOTICES_KEPT.saturating_sub(usize::try_from(there).unwrap_or(usize::MAX));
        let rows = notices.iter().take(room).zip(there..).map(|(notice, n)| {
            let Notice { line, column, value, kind } = notice;
            let line = i64::try_from(*line).unwrap_or(i64::MAX);
            [self.id.into(), n.into(), line.into(), (*column).into(), value.into(), kind.code().into()]
        });
        tx.bulk(&NOTE, rows.collect()).await
    }

    /// The stream in which its operations stand.
    pub fn stream(&self) -> StreamId {
        StreamId(self.id)
    }

    /// What it came to.
    pub async fn summary(&self, state: &AppState) -> Result<Summary, Error> {
        let mut tx = state.db.read(&self.scope).await?;
        let sql =
            sql!("SELECT created, changed, unchanged, notices FROM import_job WHERE municipality = $1 AND id = $2");
        let row = tx.one(sql, [self.id.into()]).await?;
        let (created, changed) = (number(&row, "created")?, number(&row, "changed")?);
        let (unchanged, noticed) = (number(&row, "unchanged")?, number(&row, "notices")?);
        let mut notices = view::notices_of(&mut tx, self.id).await?;
        notices.sort();
        Ok(Summary { created, changed, unchanged, notices, noticed, changes: Vec::new() })
    }

    /// The values after the municipality of every statement that changes the job.
    fn held(&self) -> [Value; 2] {
        [self.id.into(), self.runner.into()]
    }

    fn still_held(&self, touched: u64) -> Result<(), Error> {
        if touched == 1 { Ok(()) } else { Err(Error::Broken(format!("import {} was taken over", self.id))) }
    }
}

fn number(row: &Row, column: &'static str) -> Result<usize, Error> {
    row.get::<i64>(column).map(|n| usize::try_from(n).unwrap_or_default())
}

fn as_number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_with_its_time_and_with_a_clock_that_was_set_back() {
        let now = Instant::from_millis(1_000_000);
        let until = |millis| is_over(now.plus_millis(millis), now);
        assert_eq!([0, 1, LEASE, LEASE + 500].map(until), [false; 4]);
        assert_eq!([-1, -LEASE, 2 * LEASE + 1, 86_400_000].map(until), [true; 4]);
    }
}
