//! Taking one writer's work back (docs/sync.md, Undo): what an operation changed becomes what it was before, where nobody
//! has said anything newer. The answer is another verb; nothing is rewritten. Whether something rests on what was made is
//! for the caller to ask: it lies in other entities.

use serde_json::Value;

use super::noun::Typed as _;
use super::nouns::{Body, Verb};
use crate::assessments::{self, Assessment, Trial};
use crate::attendance::{self, Attendance, Mark};
use crate::consents;
use crate::groups::{self, ExitReason, Group, Membership, membership};
use crate::ids::ParticipantId;
use crate::people::{self, Participant, ProfileChange};
use crate::sessions::{self, Cancellation, Session, SessionStatus};
use crate::time::Day;

/// One operation that took effect on the entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Past {
    /// Which version it made.
    pub rev: i64,
    pub verb: Verb,
    /// It belongs to what is taken back.
    pub own: bool,
}

/// How an operation is taken back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Undo {
    /// What is to be done; nothing where all of it was overwritten, or where it changed nothing that could be taken back.
    pub step: Option<Step>,
    /// Fields in which a newer value stays, as [`ProfileChange::field`] or the entity's own field names them.
    pub newer: Vec<String>,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    Say(Box<Verb>),
    /// The person was registered by mistake and is erased.
    Erase(ParticipantId),
}

impl Step {
    /// What is to be said; nothing where somebody is erased.
    pub fn verb(&self) -> Option<&Verb> {
        match self {
            Self::Say(verb) => Some(verb),
            Self::Erase(_) => None,
        }
    }

    /// Who is to be erased.
    pub fn erases(&self) -> Option<ParticipantId> {
        match self {
            Self::Erase(person) => Some(*person),
            Self::Say(_) => None,
        }
    }
}

impl Undo {
    fn say(verb: impl Into<Verb>) -> Self {
        Self { step: Some(Step::Say(Box::new(verb.into()))), newer: Vec::new() }
    }

    fn newer(field: &str) -> Self {
        Self { step: None, newer: vec![field.to_owned()] }
    }

    /// Whether all of it stays.
    pub fn stays(&self) -> bool {
        self.step.is_none() && !self.newer.is_empty()
    }
}

/// How the operation at that place of the entity's history (in the order of versions) is taken back; `now` is what the
/// entity holds.
pub fn undo(history: &[Past], at: usize, now: &Body) -> Undo {
    let (Some(past), Some(before), Some(after)) = (history.get(at), history.get(..at), history.get(at + 1..)) else {
        return Undo::default();
    };
    let history = Around { before, after };
    match &past.verb {
        Verb::Participant(verb) => person(verb, history, now),
        Verb::Group(groups::Verb::Put { group: said }) => group(said, history, now),
        Verb::Membership(verb) => stay(verb, history, now),
        Verb::Session(verb) => session(verb, history, now),
        Verb::Attendance(verb) => mark(verb, history, now),
        Verb::Assessment(verb) => test(verb, history, now),
        Verb::Consent(consents::Verb::Record { consent }) if !history.is_followed() => {
            Undo::say(consents::Verb::TakeBack { id: consent.id, participant: consent.participant })
        }
        Verb::Consent(consents::Verb::Record { .. }) => Undo::newer("consent"),
        _ => Undo::default(),
    }
}

/// The operations before one and after it.
#[derive(Clone, Copy)]
struct Around<'a> {
    before: &'a [Past],
    after: &'a [Past],
}

impl<'a> Around<'a> {
    /// Whether somebody else has written since.
    fn is_followed(self) -> bool {
        self.after.iter().any(|past| !past.own)
    }

    /// The newest word before the operation.
    fn last<T>(self, read: impl Fn(&'a Verb) -> Option<T>) -> Option<T> {
        self.before.iter().rev().find_map(|past| read(&past.verb))
    }

    /// Whether something newer stands: somebody else has said it (`reads`), or it is not what the operation said
    /// (`holds`) and nothing of our own came after it.
    fn is_overtaken(self, reads: impl Fn(&Verb) -> bool, holds: bool) -> bool {
        let (mut own, mut others) = (false, false);
        for past in self.after.iter().filter(|past| reads(&past.verb)) {
            own |= past.own;
            others |= !past.own;
        }
        others || (!holds && !own)
    }
}

fn person(verb: &people::Verb, around: Around<'_>, now: &Body) -> Undo {
    let Some(now) = Participant::of(now) else { return Undo::default() };
    match verb {
        people::Verb::Register { .. } if around.is_followed() => Undo::newer("participant"),
        people::Verb::Register { id, .. } => Undo { step: Some(Step::Erase(*id)), newer: Vec::new() },
        people::Verb::Edit { id, changes } => {
            let present = now.profile.changes();
            let overtaken = |change: &&ProfileChange| {
                let says = |verb: &Verb| said_of(verb, change.field()).is_some();
                around.is_overtaken(says, present.contains(change))
            };
            let (newer, ours): (Vec<_>, Vec<_>) = changes.iter().partition(overtaken);
            let old = ours.iter().filter_map(|change| around.last(|verb| said_of(verb, change.field())));
            // Taken back before, it is so already.
            let changes: Vec<_> = old.filter(|change| !present.contains(change)).collect();
            Undo {
                step: (!changes.is_empty())
                    .then(|| Step::Say(Box::new(people::Verb::Edit { id: *id, changes }.into()))),
                newer: newer.iter().map(|change| change.field().to_owned()).collect(),
            }
        }
    }
}

/// What an operation says of a person's field; of several changes the last one holds.
fn said_of(verb: &Verb, field: &str) -> Option<ProfileChange> {
    match verb {
        Verb::Participant(people::Verb::Register { profile, .. }) => {
            profile.changes().into_iter().find(|change| change.field() == field)
        }
        Verb::Participant(people::Verb::Edit { changes, .. }) => {
            changes.iter().rev().find(|change| change.field() == field).cloned()
        }
        _ => None,
    }
}

/// A group is written whole, so what was changed is found field by field.
fn group(said: &Group, around: Around<'_>, now: &Body) -> Undo {
    let Some(now) = Group::of(now) else { return Undo::default() };
    let put = |verb: &Verb| match verb {
        Verb::Group(groups::Verb::Put { group }) => Some((**group).clone()),
        _ => None,
    };
    let Some(old) = around.last(put) else {
        let followed = around.is_followed();
        let gone = || Undo::say(groups::Verb::TakeBack { id: said.id });
        return if followed { Undo::newer("group") } else { gone() };
    };
    let (mut newer, mut back) = (Vec::new(), fields(now).unwrap_or_default());
    let (before, after) = (fields(&old).unwrap_or_default(), fields(said).unwrap_or_default());
    for name in group_fields(&old, said) {
        if back.get(&name) != after.get(&name) {
            newer.push(name);
        } else if let Some(value) = before.get(&name) {
            back.insert(name, value.clone());
        } else {
            back.remove(&name);
        }
    }
    match serde_json::from_value::<Group>(Value::Object(back)) {
        Ok(back) if back != *now => Undo { newer, ..Undo::say(groups::Verb::Put { group: Box::new(back) }) },
        _ => Undo { step: None, newer },
    }
}

type Map = serde_json::Map<String, Value>;

fn fields(group: &Group) -> Option<Map> {
    match serde_json::to_value(group) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// The names of the fields in which two versions of a group differ, as the group names them.
pub fn group_fields(before: &Group, after: &Group) -> Vec<String> {
    let (before, after) = (fields(before).unwrap_or_default(), fields(after).unwrap_or_default());
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// How a stay ends.
type End = (Option<Day>, Option<ExitReason>);

fn end_said(verb: &Verb) -> Option<End> {
    match verb {
        Verb::Membership(membership::Verb::Join { membership }) => Some((membership.left_on, membership.exit_reason)),
        Verb::Membership(membership::Verb::Leave { left_on, exit_reason, .. }) => Some((*left_on, *exit_reason)),
        _ => None,
    }
}

/// A stay that was entered by mistake ends before it begins.
fn stay(verb: &membership::Verb, around: Around<'_>, now: &Body) -> Undo {
    let Some(now) = Membership::of(now) else { return Undo::default() };
    let said = match verb {
        membership::Verb::Join { membership } => (membership.left_on, membership.exit_reason),
        membership::Verb::Leave { left_on, exit_reason, .. } => (*left_on, *exit_reason),
    };
    if around.is_overtaken(|verb| end_said(verb).is_some(), (now.left_on, now.exit_reason) == said) {
        return Undo::newer("left_on");
    }
    let never = (Some(now.joined_on.plus_days(-1)), None);
    let (left_on, exit_reason) = match verb {
        membership::Verb::Join { .. } => never,
        membership::Verb::Leave { .. } => around.last(end_said).unwrap_or(never),
    };
    if (left_on, exit_reason) == (now.left_on, now.exit_reason) {
        return Undo::default();
    }
    Undo::say(membership::Verb::Leave { id: now.id, group: now.group, left_on, exit_reason })
}

/// What is said of whether a session took place.
type Status = (Option<SessionStatus>, Option<Cancellation>);

fn status_said(verb: &Verb) -> Option<Status> {
    match verb {
        Verb::Session(sessions::Verb::Plan { session }) => Some((session.status, session.because)),
        Verb::Session(sessions::Verb::Status { status, .. }) => Some((*status, None)),
        Verb::Session(sessions::Verb::Cancel { reason, .. }) => Some((Some(reason.status()), Some(*reason))),
        _ => None,
    }
}

/// A session that was made stays in the calendar as one of which nothing is said: another one of the day would have the
/// same id.
fn session(verb: &sessions::Verb, around: Around<'_>, now: &Body) -> Undo {
    let Some(now) = Session::of(now) else { return Undo::default() };
    if matches!(verb, sessions::Verb::Plan { .. }) {
        return Undo::default();
    }
    let Some(said) = status_said(&Verb::Session(verb.clone())) else { return Undo::default() };
    if around.is_overtaken(|verb| status_said(verb).is_some(), (now.status, now.because) == said) {
        return Undo::newer("status");
    }
    let (id, group, before) = (now.id, now.group, around.last(status_said).unwrap_or_default());
    if before == (now.status, now.because) {
        return Undo::default();
    }
    Undo::say(match before {
        (_, Some(reason)) => sessions::Verb::Cancel { id, group, reason },
        (status, None) => sessions::Verb::Status { id, group, status },
    })
}

fn mark_said(verb: &Verb) -> Option<Option<Mark>> {
    match verb {
        Verb::Attendance(verb) => Some(verb.said().mark),
        _ => None,
    }
}

fn mark(verb: &attendance::Verb, around: Around<'_>, now: &Body) -> Undo {
    let Some(now) = Attendance::of(now) else { return Undo::default() };
    let attendance::Said { session, group, participant, mark } = verb.said();
    if around.is_overtaken(|verb| mark_said(verb).is_some(), now.mark == mark) {
        return Undo::newer("mark");
    }
    let mark = around.last(mark_said).flatten();
    if mark == now.mark {
        return Undo::default();
    }
    Undo::say(attendance::Verb::Set { session, group, participant, mark })
}

fn trials_said(verb: &Verb) -> Option<Vec<Trial>> {
    match verb {
        Verb::Assessment(assessments::Verb::Record { assessment }) => Some(assessment.trials.clone()),
        Verb::Assessment(assessments::Verb::Amend { trials, .. }) => Some(trials.clone()),
        _ => None,
    }
}

fn test(verb: &assessments::Verb, around: Around<'_>, now: &Body) -> Undo {
    let Some(now) = Assessment::of(now) else { return Undo::default() };
    let (id, participant) = (now.id, now.participant);
    match verb {
        assessments::Verb::Record { .. } if around.is_followed() => Undo::newer("trials"),
        assessments::Verb::Record { .. } => Undo::say(assessments::Verb::TakeBack { id, participant }),
        assessments::Verb::Amend { trials, reason, .. } => {
            if around.is_overtaken(|verb| trials_said(verb).is_some(), now.trials == *trials) {
                return Undo::newer("trials");
            }
            let Some(trials) = around.last(trials_said).filter(|trials| *trials != now.trials) else {
                return Undo::default();
            };
            // Files tell of no circumstances: they stay.
            Undo::say(assessments::Verb::Amend { id, participant, trials, reason: reason.clone(), circumstances: None })
        }
        assessments::Verb::TakeBack { .. } => Undo::default(),
    }
}

#[cfg(test)]
mod tests;
