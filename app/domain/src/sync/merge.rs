//! The merge rules (sync.md 4), the same on the server and in the tablet's view of what it has not sent yet.
//!
//! *Concurrent* means that neither write had seen the other: judged by `base_rev`, where earlier operations of
//! the same stream count as seen. Every rule gives the same state whichever of two concurrent writes comes first.

mod attendance;
mod profile;

use super::entity::{Body, Entity};
use super::hlc::Hlc;
use super::op::Verb;
use super::server::store::ReviewKind;
use super::validate::{Invalid, measured};
use super::wire::{Outcome, Reason};
use crate::assessments::Assessment;
use crate::groups::Membership;
use crate::ids::StreamId;
use crate::people::Participant;
use crate::sessions::Session;

/// One write as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    pub verb: &'a Verb,
    pub stream: StreamId,
    pub at: &'a Hlc,
    pub base_rev: Option<i64>,
    /// The writer is the server itself and has seen the newest version: saying the same again changes nothing.
    /// A tablet's repetition counts as a write, since it has not seen what else is on its way.
    pub settled: bool,
}

/// What a write does to its entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Merged {
    /// A new version. With a review kind: it contradicts another write, and a person must decide.
    Changed { entity: Box<Entity>, reason: Option<Reason>, review: Option<ReviewKind> },
    /// Valid, and already so.
    Noop,
    /// Not possible on what is there; with the field that does not fit, where it is one.
    Invalid(Option<Invalid>),
    /// What it is about was erased.
    Erased,
}

impl Merged {
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Changed { review: Some(_), .. } => Outcome::Conflict,
            Self::Changed { .. } => Outcome::Applied,
            Self::Noop => Outcome::Noop,
            Self::Invalid(_) | Self::Erased => Outcome::Rejected,
        }
    }
}

/// Merges a valid write into the newest version of its target.
pub fn apply(current: Option<&Entity>, write: &Write<'_>) -> Merged {
    let Some(entity) = current else {
        return create(write);
    };
    match &entity.body {
        None => Merged::Erased,
        Some(body) => change(entity, body, write),
    }
}

/// Whether another stream wrote a version that this write's author had not seen.
pub fn is_concurrent(entity: &Entity, write: &Write<'_>) -> bool {
    let foreign = if entity.stream == write.stream { entity.other_rev } else { entity.rev };
    foreign > write.base_rev.unwrap_or(0)
}

fn create(write: &Write<'_>) -> Merged {
    let mut at = write.at.clone();
    let body = match write.verb {
        Verb::ParticipantRegister { id, profile, provisional, .. } => Body::Participant(Participant {
            id: *id,
            profile: (**profile).clone(),
            provisional: *provisional,
            clocks: Default::default(),
        }),
        Verb::GroupPut { group } => Body::Group((**group).clone()),
        Verb::MembershipJoin { membership } => {
            // Nothing is said about leaving yet: any later word on it wins.
            if membership.left_on.is_none() {
                at = Hlc::default();
            }
            Body::Membership(membership.clone())
        }
        Verb::SessionPlan { session } => {
            if session.status.is_none() {
                at = Hlc::default();
            }
            Body::Session(session.clone())
        }
        Verb::AttendanceSet { .. } => return attendance::first(write),
        Verb::AssessmentRecord { assessment } => Body::Assessment((**assessment).clone()),
        Verb::ConsentRecord { consent } => Body::Consent(consent.clone()),
        Verb::IncidentRecord { incident } => Body::Incident(incident.clone()),
        Verb::ParticipantEdit { .. }
        | Verb::MembershipLeave { .. }
        | Verb::SessionStatus { .. }
        | Verb::AssessmentAmend { .. } => return Merged::Invalid(None),
    };
    let key = body.key();
    let entity = Entity { key, rev: 1, body: Some(body), stream: write.stream, other_rev: 0, at };
    Merged::Changed { entity: Box::new(entity), reason: None, review: None }
}

fn change(entity: &Entity, body: &Body, write: &Write<'_>) -> Merged {
    match (write.verb, body) {
        (Verb::ParticipantRegister { profile, .. }, Body::Participant(there)) => already(there.profile == **profile),
        (Verb::ParticipantEdit { changes, .. }, Body::Participant(there)) => {
            profile::edit(entity, there, changes, write)
        }
        (Verb::GroupPut { group }, Body::Group(_)) => {
            latest(entity, Body::Group((**group).clone()), ReviewKind::Group, write)
        }
        (Verb::MembershipJoin { membership }, Body::Membership(there)) => {
            let same = (there.group, there.participant, there.joined_on);
            already(same == (membership.group, membership.participant, membership.joined_on))
        }
        (Verb::MembershipLeave { left_on, exit_reason, .. }, Body::Membership(there)) => {
            let wanted = Membership { left_on: *left_on, exit_reason: *exit_reason, ..there.clone() };
            latest(entity, Body::Membership(wanted), ReviewKind::Membership, write)
        }
        (Verb::SessionPlan { session }, Body::Session(there)) => {
            already(there.group == session.group && there.day == session.day)
        }
        (Verb::SessionStatus { status, .. }, Body::Session(there)) => {
            let wanted = Session { status: *status, ..there.clone() };
            latest(entity, Body::Session(wanted), ReviewKind::Session, write)
        }
        (Verb::AttendanceSet { mark, .. }, Body::Attendance(there)) => attendance::set(entity, there, *mark, write),
        (Verb::AssessmentRecord { assessment }, Body::Assessment(there)) => already(there == &**assessment),
        (Verb::AssessmentAmend { .. }, Body::Assessment(there)) => amend(entity, there, write),
        (Verb::ConsentRecord { consent }, Body::Consent(there)) => already(there == consent),
        (Verb::IncidentRecord { incident }, Body::Incident(there)) => already(there == incident),
        _ => Merged::Invalid(None),
    }
}

/// A fact is never overwritten: the same again changes nothing, anything else under its id is refused.
fn already(same: bool) -> Merged {
    if same { Merged::Noop } else { Merged::Invalid(None) }
}

/// The next version of an entity.
fn next(entity: &Entity, body: Body, at: Hlc, write: &Write<'_>) -> Box<Entity> {
    let other_rev = if entity.stream == write.stream { entity.other_rev } else { entity.rev };
    Box::new(Entity { key: entity.key, rev: entity.rev + 1, body: Some(body), stream: write.stream, other_rev, at })
}

/// Written whole: a write that has seen the newest version wins, of two concurrent ones the later.
/// A concurrent write of something else is put to a person, unless nothing was said before (`at` zero).
fn latest(entity: &Entity, wanted: Body, kind: ReviewKind, write: &Write<'_>) -> Merged {
    let same = entity.body.as_ref() == Some(&wanted);
    let concurrent = is_concurrent(entity, write);
    if same && write.settled && !concurrent {
        return Merged::Noop;
    }
    let wins = !concurrent || *write.at > entity.at;
    let body = if wins { wanted } else { entity.body.clone().unwrap_or(wanted) };
    let at = if wins { write.at.clone() } else { entity.at.clone() };
    let contradicts = concurrent && !same && entity.at != Hlc::default();
    Merged::Changed {
        entity: next(entity, body, at, write),
        reason: contradicts.then_some(Reason::Contradiction),
        review: contradicts.then_some(kind),
    }
}

/// Two amendments of one version are both kept (the log has them), the later one is shown, and the test stays
/// out of the aggregates until an amendment that has seen both decides.
fn amend(entity: &Entity, there: &Assessment, write: &Write<'_>) -> Merged {
    let Verb::AssessmentAmend { trials, reason, participant, .. } = write.verb else { return Merged::Invalid(None) };
    if *participant != there.participant {
        return Merged::Invalid(Some(Invalid::field("participant")));
    }
    if let Err(wrong) = measured(there.instrument, trials) {
        return Merged::Invalid(Some(wrong));
    }
    let concurrent = is_concurrent(entity, write);
    let wins = !concurrent || *write.at > entity.at;
    let mut body = there.clone();
    if wins {
        body.trials = trials.clone();
        body.amended_because = Some(reason.clone());
    }
    body.disputed = concurrent;
    let at = if wins { write.at.clone() } else { entity.at.clone() };
    Merged::Changed {
        entity: next(entity, Body::Assessment(body), at, write),
        reason: concurrent.then_some(Reason::Contradiction),
        review: concurrent.then_some(ReviewKind::Amendment),
    }
}

#[cfg(test)]
mod tests;
