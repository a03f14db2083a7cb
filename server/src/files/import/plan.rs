//! What rows would change, worked out against what is there.

use domain::ids::{Chance, OrganisationId};
use domain::sync::op::Verb;
use domain::time::Instant;

use super::memory::{Memory, Remembered};
use super::{CHANGES_TOLD, NOTICES_KEPT, Summary, assessments, attendance, groups, memberships, participants};
use crate::access::accounts::organisation_named;
use crate::access::{Scope, ScopedTx};
use crate::error::Error;
use crate::files::kinds::Kind;
use crate::files::problem::{Notice, NoticeKind, Problem};
use crate::files::rows::Rows;
use crate::state::AppState;

/// For what a plan is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// To tell what would happen.
    DryRun,
    /// To find what is wrong.
    Check,
    /// To be carried out at once, in the same transaction.
    Write,
}

/// What every kind's plan needs.
pub struct Ground<'a> {
    pub state: &'a AppState,
    pub scope: &'a Scope,
    pub kind: Kind,
    pub now: Instant,
    pub phase: Phase,
}

impl<'a> Ground<'a> {
    pub fn new(state: &'a AppState, scope: &'a Scope, kind: Kind, phase: Phase) -> Self {
        Self { state, scope, kind, now: state.now(), phase }
    }

    pub fn id<T>(&self, make: impl FnOnce(Instant, &mut dyn Chance) -> T) -> T {
        self.state.with_chance(|chance| make(self.now, chance))
    }

    /// The organisation of that name, which is not there yet.
    pub async fn new_organisation(&self, tx: &mut ScopedTx, name: &str) -> Result<OrganisationId, Error> {
        match self.phase {
            Phase::Write => organisation_named(self.state, tx, name).await,
            Phase::DryRun | Phase::Check => Ok(self.id(OrganisationId::new)),
        }
    }
}

/// What some rows of a file do.
#[derive(Default)]
pub struct Plan {
    /// Operations in order, each with the line of the row that wants it.
    pub verbs: Vec<(Verb, u64)>,
    pub remember: Vec<Remembered>,
    /// What each row does, by its line.
    pub effects: Vec<(u64, Effect)>,
    pub summary: Summary,
}

/// What a row does to the data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    Creates,
    Changes,
    Nothing,
}

impl Effect {
    pub const ALL: [Self; 3] = [Self::Creates, Self::Changes, Self::Nothing];

    /// As it is kept, and as addresses name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Creates => "created",
            Self::Changes => "changed",
            Self::Nothing => "unchanged",
        }
    }

    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.code() == text)
    }
}

impl Plan {
    pub fn count(&mut self, line: u64, effect: Effect) {
        self.effects.push((line, effect));
        match effect {
            Effect::Creates => self.summary.created += 1,
            Effect::Changes => self.summary.changed += 1,
            Effect::Nothing => self.summary.unchanged += 1,
        }
    }

    pub fn notice(&mut self, line: u64, column: &'static str, value: &str, kind: NoticeKind) {
        self.summary.notice(Notice { line, column, value: value.to_owned(), kind });
    }
}

impl Summary {
    pub fn notice(&mut self, notice: Notice) {
        self.noticed += 1;
        if self.notices.len() < NOTICES_KEPT {
            self.notices.push(notice);
        }
    }

    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.noticed += other.noticed;
        let room = NOTICES_KEPT.saturating_sub(self.notices.len());
        self.notices.extend(other.notices.into_iter().take(room));
        let room = CHANGES_TOLD.saturating_sub(self.changes.len());
        self.changes.extend(other.changes.into_iter().take(room));
    }
}

/// Plans a file's rows piece by piece, and knows what the pieces before have done.
pub enum Planner {
    Participants(participants::Planner),
    Groups(groups::Planner),
    Memberships(memberships::Planner),
    Attendance(attendance::Planner),
    Assessments(assessments::Planner),
}

impl Planner {
    pub async fn new(kind: Kind, tx: &mut ScopedTx) -> Result<Self, Error> {
        Ok(match kind {
            Kind::Participants => Self::Participants(participants::Planner::new(tx).await?),
            Kind::Groups => Self::Groups(groups::Planner::new(tx).await?),
            Kind::Memberships => Self::Memberships(memberships::Planner::new(tx).await?),
            Kind::Attendance => Self::Attendance(attendance::Planner::new(tx).await?),
            Kind::Assessments => Self::Assessments(assessments::Planner::new(tx).await?),
        })
    }

    /// What the rows do; every problem is added to `problems`. What is found here is true as long as the transaction
    /// lasts, if it holds the municipality's turn.
    pub async fn plan(
        &mut self,
        ground: &Ground<'_>,
        tx: &mut ScopedTx,
        rows: &Rows,
        problems: &mut Vec<Problem>,
    ) -> Result<Plan, Error> {
        match (self, rows) {
            (Self::Participants(planner), Rows::Participants(rows)) => planner.plan(ground, tx, rows).await,
            (Self::Groups(planner), Rows::Groups(rows)) => planner.plan(ground, tx, rows).await,
            (Self::Memberships(planner), Rows::Memberships(rows)) => planner.plan(tx, rows, problems).await,
            (Self::Attendance(planner), Rows::Attendance(rows)) => planner.plan(ground, tx, rows, problems).await,
            (Self::Assessments(planner), Rows::Assessments(rows)) => planner.plan(ground, tx, rows, problems).await,
            _ => Err(Error::Broken("rows of another kind than the import's".to_owned())),
        }
    }
}

/// Whether a column's text is news: it differs from what the last import said; where there was none, it says
/// something that the program does not have.
pub fn is_news(memory: Option<&Memory>, column: usize, text: &str, present: &str) -> bool {
    match memory.and_then(|memory| memory.cell(column)) {
        Some(last) => last != text && present != text,
        None => !text.is_empty() && present != text,
    }
}
