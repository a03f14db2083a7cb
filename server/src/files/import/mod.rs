//! Takes a file in, as a job: the whole file is checked and laid down, then written in short transactions between
//! which others work. Of a file with an error nothing is applied. From the moment when its check has ended a file
//! counts as taken in: whatever stops the program, the next start writes the rest, and what others do meanwhile counts
//! as done after it.
//!
//! What the last import said of each row is remembered, so that the next one applies only the columns that
//! changed in the file and never undoes what was done in the program meanwhile.

pub mod about;
mod assessments;
mod attendance;
mod check;
mod directory;
mod groups;
mod job;
pub mod lines;
mod memberships;
mod memory;
mod namesakes;
mod participants;
mod plan;
pub mod undo;
pub mod upload;
pub mod view;
mod writing;

use std::io::Read;
use std::time::Duration;

use super::kinds::Kind;
use super::present::require_whole_municipality;
use super::problem::{Notice, Problem};
use crate::access::{Scope, ScopedTx};
use crate::error::Error;
use crate::state::AppState;
use domain::sync::entity::EntityKey;
use domain::sync::op::Verb;
use job::{Job, Named, Turn};
pub use plan::Effect;
use plan::{Ground, Phase};
use uuid::Uuid;
pub use writing::resume;

/// What an import came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Rows about something that was not there before.
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// In the order of their lines; of very many the first.
    pub notices: Vec<Notice>,
    /// How many there were.
    pub noticed: usize,
    /// Of a dry run: what the first rows would do, each with its line.
    pub changes: Vec<(u64, Verb)>,
}

/// As many changes are told before a file is taken in.
pub const CHANGES_TOLD: usize = 200;

/// The most notices that are kept of a file.
pub const NOTICES_KEPT: usize = 10_000;

/// Whether the changes are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Apply,
    DryRun,
}

/// A file to take in, read once from beginning to end.
pub struct File<'a> {
    /// As people call it.
    pub name: &'a str,
    /// Under which it was sent to the desk, and under which its job is known.
    sent: Option<Uuid>,
    pub bytes: Box<dyn Read + Send + 'a>,
}

impl<'a> File<'a> {
    pub fn of(name: &'a str, bytes: impl Read + Send + 'a) -> Self {
        Self { name, sent: None, bytes: Box::new(bytes) }
    }

    /// One that was sent to the desk.
    fn sent(id: Uuid, name: &'a str, bytes: impl Read + Send + 'a) -> Self {
        Self { sent: Some(id), ..Self::of(name, bytes) }
    }
}

/// What the import is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Another import into the municipality is under way: rows written, and all as far as they are known.
    Waiting {
        done: usize,
        all: usize,
    },
    /// Rows that were left by an import that was broken off are written first.
    Finishing {
        done: usize,
        all: usize,
    },
    /// Rows that are read and checked.
    Checking {
        done: usize,
    },
    Writing {
        done: usize,
        all: usize,
    },
}

/// Whom to tell how far it has come.
pub type Progress<'a> = &'a (dyn Fn(Step) + Sync);

/// How often somebody who waits for another import looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Imports one file. The inner error holds every problem of the file; nothing was changed then. Two imports into one
/// municipality take turns.
pub async fn import(
    state: &AppState,
    scope: &Scope,
    kind: Kind,
    file: File<'_>,
    mode: Mode,
    progress: Progress<'_>,
) -> Result<Result<Summary, Vec<Problem>>, Error> {
    require_whole_municipality(scope)?;
    if mode == Mode::DryRun {
        let ground = Ground::new(state, scope, kind, Phase::DryRun);
        return check::check(&ground, file.bytes, None, progress).await;
    }
    let named = Named { id: file.sent, file: file.name };
    let mut job = turn(state, scope, kind, &named, progress).await?;
    let ground = Ground::new(state, scope, kind, Phase::Check);
    match check::check(&ground, file.bytes, Some(&mut job), progress).await {
        Ok(Ok(_)) => {}
        refused => {
            job.abandon(state).await?;
            return refused;
        }
    }
    job.seal(state).await?;
    writing::carry_out(state, scope, &mut job, &|done, all| progress(Step::Writing { done, all })).await?;
    job.summary(state).await.map(Ok)
}

/// Waits until no other import into the municipality is under way; what one left that was broken off is written.
async fn turn(
    state: &AppState,
    scope: &Scope,
    kind: Kind,
    named: &Named<'_>,
    progress: Progress<'_>,
) -> Result<Job, Error> {
    loop {
        match job::open(state, scope, kind, named).await? {
            Turn::Mine(job) => return Ok(job),
            Turn::Left(mut left) => {
                let tell = |done, all| progress(Step::Finishing { done, all });
                writing::carry_out(state, scope, &mut left, &tell).await?;
            }
            Turn::Moved => {}
            Turn::Busy { done, all } => {
                progress(Step::Waiting { done, all });
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
    }
}

/// Forgets what files have said of these entities, and what was told of their rows.
pub async fn forget_rows(tx: &mut ScopedTx, keys: &[EntityKey]) -> Result<(), Error> {
    let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
    memory::forget(tx, ids.iter().copied()).await?;
    lines::empty_notices(tx, &ids).await
}

/// By line and column, each once.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|a, b| (a.line, &a.column, &a.value).cmp(&(b.line, &b.column, &b.value)));
    problems.dedup();
    problems
}
