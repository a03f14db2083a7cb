//! Takes a file in: reads it, works out what it would change, and writes that by operations in one
//! transaction, or nothing at all.
//!
//! What the last import said of each row is remembered, so that the next one applies only the columns that
//! changed in the file and never undoes what was done in the program meanwhile (ruling 30).

mod assessments;
mod attendance;
mod groups;
mod memberships;
mod memory;
mod participants;

use domain::ids::Chance;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant};

use super::csv;
use super::kinds::Kind;
use super::present::require_whole_municipality;
use super::problem::{Notice, NoticeKind, Problem, What};
use super::rows::{self, Rows};
use crate::access::{Scope, ScopedTx};
use crate::db::{Ended, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::sync::SqlStore;
use crate::write::{Refused, refused, write};
use memory::Memory;

/// Operations written at a time: enough that round trips do not count, few enough for the memory and for a
/// terminal that shows progress.
const AT_ONCE: usize = 20_000;

/// So many new rows change how a database should look them up.
const MANY: usize = 1000;

/// What an import came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Rows about something that was not there before.
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub notices: Vec<Notice>,
}

/// Whether the changes are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Apply,
    DryRun,
}

/// How far the writing has come: operations done, and all of them.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Imports one file. The inner error holds every problem of the file; nothing was changed then.
pub async fn import(
    state: &AppState,
    scope: &Scope,
    kind: Kind,
    bytes: &[u8],
    mode: Mode,
    progress: Progress<'_>,
) -> Result<Result<Summary, Vec<Problem>>, Error> {
    require_whole_municipality(scope)?;
    let mut problems = Vec::new();
    let records = csv::read(bytes, kind, &mut problems);
    let rows = rows::parse(kind, &records, scope.today(), &mut problems);
    drop(records);
    let (rows, found) = (&rows, &problems);
    state
        .write(scope, |tx| async move {
            let mut problems = found.clone();
            take_in(state, tx, kind, rows, &mut problems, mode, progress).await
        })
        .await
}

async fn take_in(
    state: &AppState,
    mut tx: ScopedTx,
    kind: Kind,
    rows: &Rows,
    problems: &mut Vec<Problem>,
    mode: Mode,
    progress: Progress<'_>,
) -> Result<Ended<Result<Summary, Vec<Problem>>>, Error> {
    lock(state, &mut tx).await?;
    let plan = plan(state, &mut tx, rows, problems).await?;
    if !problems.is_empty() {
        return Ok(tx.undone(Err(in_order(std::mem::take(problems)))));
    }
    let (verbs, lines): (Vec<_>, Vec<_>) = plan.verbs.into_iter().unzip();
    if let Err((at, reason)) = write_all(state, &mut tx, verbs, progress).await? {
        let line = lines.get(at).copied().unwrap_or(0);
        return Ok(tx.undone(Err(vec![Problem::of_record(line, What::Refused { reason })])));
    }
    let many = plan.remember.len() > MANY;
    memory::remember(&mut tx, kind, plan.remember).await?;
    if many {
        tx.refresh_statistics().await?;
    }
    let mut summary = plan.summary;
    summary.notices.sort();
    Ok(match mode {
        Mode::Apply => tx.done(Ok(summary)),
        Mode::DryRun => tx.undone(Ok(summary)),
    })
}

/// Takes the municipality's turn to write, so that what the plan rests on stays true until it is carried out.
async fn lock(state: &AppState, tx: &mut ScopedTx) -> Result<(), Error> {
    let (tx, tenant) = tx.unscoped(Unscoped::Sync);
    SqlStore::writing(tx, tenant, state.now(), &state.secrets, REQUEST).await.map(|_| ())
}

/// Under which imports stand in the audit log.
const REQUEST: &str = "import";

/// What a file would do.
#[derive(Default)]
struct Plan {
    /// Operations in order, each with the line of the row that wants it.
    verbs: Vec<(Verb, u64)>,
    remember: Vec<memory::Remembered>,
    summary: Summary,
}

/// What a row does to the data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Creates,
    Changes,
    Nothing,
}

impl Plan {
    fn count(&mut self, effect: Effect) {
        match effect {
            Effect::Creates => self.summary.created += 1,
            Effect::Changes => self.summary.changed += 1,
            Effect::Nothing => self.summary.unchanged += 1,
        }
    }

    /// Tells of a day that is yet to come.
    fn future(&mut self, ground: &Ground, line: u64, column: &'static str, day: Day) {
        if day > ground.scope.today() {
            self.notice(line, column, &day.to_string(), NoticeKind::InFuture);
        }
    }

    fn notice(&mut self, line: u64, column: &'static str, value: &str, kind: NoticeKind) {
        self.summary.notices.push(Notice { line, column, value: value.to_owned(), kind });
    }
}

/// What every kind's plan needs.
struct Ground<'a> {
    state: &'a AppState,
    scope: &'a Scope,
    now: Instant,
}

impl Ground<'_> {
    fn id<T>(&self, make: impl FnOnce(Instant, &mut dyn Chance) -> T) -> T {
        self.state.with_chance(|chance| make(self.now, chance))
    }
}

async fn plan(state: &AppState, tx: &mut ScopedTx, rows: &Rows, problems: &mut Vec<Problem>) -> Result<Plan, Error> {
    let scope = tx.scope().clone();
    let ground = Ground { state, scope: &scope, now: state.now() };
    match rows {
        Rows::Participants(rows) => participants::plan(&ground, tx, rows).await,
        Rows::Groups(rows) => groups::plan(&ground, tx, rows).await,
        Rows::Memberships(rows) => memberships::plan(tx, rows, problems).await,
        Rows::Attendance(rows) => attendance::plan(&ground, tx, rows, problems).await,
        Rows::Assessments(rows) => assessments::plan(&ground, tx, rows, problems).await,
    }
}

/// Writes the operations; the inner error names the first that was refused and why.
async fn write_all(
    state: &AppState,
    tx: &mut ScopedTx,
    verbs: Vec<Verb>,
    progress: Progress<'_>,
) -> Result<Result<(), (usize, String)>, Error> {
    let all = verbs.len();
    let mut verbs = verbs.into_iter().map(|verb| (verb, Seen::Newest)).peekable();
    let mut done = 0;
    while verbs.peek().is_some() {
        let some: Vec<_> = verbs.by_ref().take(AT_ONCE).collect();
        let written = some.len();
        let written_now = write(state, tx, REQUEST, some).await?;
        if let Some(Refused { at, result }) = refused(&written_now) {
            let reason = result.reason.map_or(result.outcome.code(), |reason| reason.code());
            let parts = [Some(reason), result.field.as_deref()].into_iter().flatten();
            return Ok(Err((done + at, parts.collect::<Vec<_>>().join(": "))));
        }
        done += written;
        progress(done, all);
        if verbs.peek().is_some() {
            tx.refresh_statistics().await?;
        }
    }
    Ok(Ok(()))
}

/// By line and column, each once.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|a, b| (a.line, &a.column, &a.value).cmp(&(b.line, &b.column, &b.value)));
    problems.dedup();
    problems
}

/// Whether a column's text is news: it differs from what the last import said; where there was none, it says
/// something that the program does not have.
fn is_news(memory: Option<&Memory>, column: usize, text: &str, present: &str) -> bool {
    match memory.and_then(|memory| memory.cell(column)) {
        Some(last) => last != text && present != text,
        None => !text.is_empty() && present != text,
    }
}
