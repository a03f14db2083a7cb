//! Writes what was laid down, batch by batch, each in a short transaction of its own with the mark of how far the job
//! has come: whenever the program stops, the next one goes on exactly there.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::sync::server::write::Seen;
use tokio::time::{Instant, sleep};

use super::job::{self, Batches, Job};
use super::lines;
use super::memory;
use super::plan::{Ground, Phase, Plan, Planner};
use crate::access::{Scope, ScopedTx};
use crate::db::{Ended, Unscoped};
use crate::error::Error;
use crate::files::problem::NoticeKind;
use crate::files::rows::Rows;
use crate::people::rows;
use crate::state::AppState;
use crate::sync::SqlStore;
use crate::write::{GAP, write_in};

/// Under which imports stand in the audit log.
const REQUEST: &str = "import";

/// How long a transaction should take: others wait for the municipality's turn, or for SQLite's one writer. A fifth of a
/// second is the most that they should have to, and where all cores are busy a transaction takes two or three times as long.
const AIM: Duration = Duration::from_millis(60);

/// The most batches of one transaction.
const MOST: usize = 40;

/// How many new rows change how a database should look them up, for the first time.
const MANY: usize = 2_000;

/// Writes the job's rows to the end.
pub async fn carry_out(
    state: &AppState,
    scope: &Scope,
    job: &mut Job,
    tell: &(dyn Fn(usize, usize) + Sync),
) -> Result<(), Error> {
    let ground = Ground::new(state, scope, job.kind, Phase::Write);
    let mut writing = Writing { ground, planner: None, left_out: BTreeSet::new(), pace: Pace::default() };
    let mut statistics = job.done + MANY;
    while job.done < job.all {
        let begun = Instant::now();
        writing.some(job).await?;
        writing.pace = writing.pace.after(begun.elapsed());
        tell(job.done, job.all);
        if job.done >= statistics {
            statistics = job.done * 2;
            refresh_statistics(state, scope).await?;
        }
        sleep(GAP).await;
    }
    if job.all > MANY {
        refresh_statistics(state, scope).await?;
        state.db.tidy().await?;
    }
    // The desk's table of people would otherwise renew all of it when it is next opened.
    rows::renew_all(state, scope.municipality()).await
}

async fn refresh_statistics(state: &AppState, scope: &Scope) -> Result<(), Error> {
    let fresh = state.write(scope, |mut tx| async move {
        tx.refresh_statistics().await?;
        Ok(tx.done(()))
    });
    fresh.await
}

/// Writes what imports have left that were broken off, in every municipality.
pub async fn resume(state: &AppState) -> Result<(), Error> {
    let mut stuck = Ok(());
    for code in job::left(state).await? {
        let done = resume_in(state, &Scope::command_line(code, state.today())).await;
        // A municipality in which it does not go on keeps no other waiting.
        stuck = stuck.and(done);
    }
    stuck
}

async fn resume_in(state: &AppState, scope: &Scope) -> Result<(), Error> {
    while let Some(mut job) = job::take_over(state, scope).await? {
        tracing::info!(municipality = %scope.municipality(), done = job.done, all = job.all, "going on with an import");
        carry_out(state, scope, &mut job, &|_, _| ()).await?;
    }
    Ok(())
}

struct Writing<'a> {
    ground: Ground<'a>,
    /// Nothing after a transaction that was not committed: it may believe in what was not written.
    planner: Option<Planner>,
    /// Lines that could not be written any more, since somebody has removed what they are about.
    left_out: BTreeSet<u64>,
    pace: Pace,
}

/// How a transaction ended.
enum End {
    Written(Job),
    /// These lines cannot be written.
    LeaveOut(Vec<u64>),
}

impl Writing<'_> {
    /// Writes the next batches.
    async fn some(&mut self, job: &mut Job) -> Result<(), Error> {
        loop {
            match self.once(job).await? {
                End::Written(advanced) => {
                    *job = advanced;
                    return Ok(());
                }
                End::LeaveOut(lines) => {
                    let before = self.left_out.len();
                    self.left_out.extend(lines);
                    if self.left_out.len() == before {
                        return Err(Error::Broken(
                            "an import was refused without a row that could be left out".to_owned(),
                        ));
                    }
                }
            }
        }
    }

    async fn once(&mut self, job: &Job) -> Result<End, Error> {
        let ground = &self.ground;
        if self.planner.is_none() {
            self.planner = Some(Planner::new(job.kind, &mut ground.state.db.read(ground.scope).await?).await?);
        }
        let (planner, left_out, batches) = (&mut self.planner, &self.left_out, self.pace.batches);
        let written = ground.state.write(ground.scope, |tx| {
            let planner = planner.take();
            async move { write_batches(ground, tx, job, batches, planner, left_out).await }
        });
        let (end, planner) = written.await?;
        self.planner = planner;
        Ok(end)
    }
}

/// How many batches the next transaction has, so that it takes as long as it should.
#[derive(Clone, Copy)]
struct Pace {
    batches: usize,
    /// How long one batch took in the last.
    each: Duration,
}

impl Pace {
    /// Of the last two the quicker one counts: what the disk or another process has held up once says nothing of the
    /// rows.
    fn after(self, took: Duration) -> Self {
        let each = took / u32::try_from(self.batches).unwrap_or(1);
        let wanted = AIM.as_micros() / each.min(self.each).as_micros().max(1);
        let batches = usize::try_from(wanted).unwrap_or(MOST).clamp(1, MOST.min(2 * self.batches));
        Self { batches, each }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self { batches: 1, each: AIM }
    }
}

/// One transaction: plans and writes the next batches; hands the planner back when all of it is written.
async fn write_batches(
    ground: &Ground<'_>,
    mut tx: ScopedTx,
    job: &Job,
    batches: usize,
    planner: Option<Planner>,
    left_out: &BTreeSet<u64>,
) -> Result<Ended<(End, Option<Planner>)>, Error> {
    lock(ground.state, &mut tx).await?;
    let mut planner = match planner {
        Some(planner) => planner,
        None => Planner::new(job.kind, &mut tx).await?,
    };
    let Batches { told, size, next } = job.next(&mut tx, batches).await?;
    let lines: BTreeSet<u64> = told.iter().map(|(line, _)| *line).collect();
    let rows = Rows::again(job.kind, told, job.day, left_out);
    let mut problems = Vec::new();
    let mut plan = planner.plan(ground, &mut tx, &rows, &mut problems).await?;
    if !problems.is_empty() {
        return Ok(tx.undone((End::LeaveOut(problems.iter().map(|problem| problem.line).collect()), None)));
    }
    for line in lines.intersection(left_out) {
        let column = job.kind.required().first().copied().unwrap_or_default();
        plan.notice(*line, column, "", NoticeKind::LeftOut);
    }
    let Plan { verbs, remember, effects, summary } = plan;
    let (verbs, lines): (Vec<_>, Vec<_>) = verbs.into_iter().map(|(verb, line)| ((verb, Seen::Newest), line)).unzip();
    let mut written = Vec::new();
    if !verbs.is_empty() {
        let done = write_in(ground.state, &mut tx, REQUEST, Some(job.stream()), verbs).await?;
        if let Some((at, _)) = done.refused() {
            return Ok(tx.undone((End::LeaveOut(lines.get(at).copied().into_iter().collect()), None)));
        }
        written = lines.into_iter().zip(done.results.iter().map(|result| result.op_id)).collect();
    }
    job.note_lines(&mut tx, lines::Batch { effects, rows: &rows, remember: &remember, written }).await?;
    memory::remember(&mut tx, job.kind, remember).await?;
    let advanced = job.advance(&mut tx, ground.state.now(), size, next, &summary).await?;
    Ok(tx.done((End::Written(advanced), Some(planner))))
}

/// Takes the municipality's turn to write, so that what the plan rests on stays true until it is carried out.
async fn lock(state: &AppState, tx: &mut ScopedTx) -> Result<(), Error> {
    let (tx, tenant) = tx.unscoped(Unscoped::Sync);
    SqlStore::writing(tx, tenant, state.now(), &state.secrets, REQUEST).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(took: u64) -> Duration {
        Duration::from_millis(took)
    }

    #[test]
    fn transactions_grow_to_the_time_that_they_may_take_and_not_beyond() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            let took = millis(10) * u32::try_from(pace.batches).unwrap();
            assert!(took <= AIM);
            pace = pace.after(took);
        }
        assert_eq!(pace.batches, 6);
        assert_eq!(Pace { batches: MOST, each: millis(1) }.after(millis(1)).batches, MOST);
    }

    #[test]
    fn one_transaction_that_was_held_up_does_not_make_the_next_ones_small_and_two_do() {
        let held_up = Pace { batches: 6, each: millis(10) }.after(millis(600));
        assert_eq!(held_up.batches, 6);
        assert_eq!(held_up.after(millis(600)).batches, 1);
    }
}
