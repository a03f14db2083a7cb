//! One operation: may it, does it make sense, what does it change, what does it contradict (sync.md 3.5, 5–8).

use std::collections::BTreeMap;

use super::reviews::Question;
use super::store::WriteOf;
use super::world::{World, group_key, person_key, session_key};
use crate::ids::StreamId;
use crate::sync::buckets::Places;
use crate::sync::entity::{Body, EntityKey, EntityType};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{Merged, Write, apply};
use crate::sync::op::{Op, Verb};
use crate::sync::rights::{Grants, allowed};
use crate::sync::validate::{Invalid, validate};
use crate::sync::wire::{Outcome, Reason};
use crate::time::{Day, Instant};

/// By what right the operations are taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Authority {
    /// The account's present rights.
    Granted(Grants),
    /// The account is unknown, closed, or never signed in on this tablet: everything is held.
    Nobody,
    /// The installation itself: imports from the command line, a coordinator's decision on what was held.
    Installation,
}

/// What became of one operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Decision {
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    /// With [`Reason::Invalid`]: what was wrong, where it is one field.
    pub field: Option<Invalid>,
    pub rev: Option<i64>,
    /// Entities whose buckets may have moved by it.
    pub moved: Vec<EntityKey>,
}

impl Decision {
    pub const fn plain(outcome: Outcome, reason: Option<Reason>) -> Self {
        Self { outcome, reason, field: None, rev: None, moved: Vec::new() }
    }

    /// Refused: it breaks a rule of the data.
    fn invalid(field: Option<Invalid>) -> Self {
        Self { field, ..Self::plain(Outcome::Rejected, Some(Reason::Invalid)) }
    }
}

/// Who wrote, as the step needs to know it.
pub(super) struct Author<'a> {
    pub authority: &'a Authority,
    pub stream: StreamId,
    /// The server writes for itself or for the desk and has seen the newest version.
    pub settled: bool,
}

pub(super) struct Step {
    pub world: World,
    pub now: Instant,
    pub questions: Vec<Question>,
    /// What this unit of work has written so far.
    pub written: BTreeMap<(EntityKey, i64), WriteOf>,
}

/// The day by which events count as past; a day's grace is the validator's.
pub fn day_of(now: Instant) -> Day {
    let days = now.millis().div_euclid(24 * 3_600_000);
    Day::new(1970, 1, 1).map_or_else(|| unreachable!("1970 has a first day"), |epoch| epoch.plus_days(days))
}

impl Step {
    pub fn new(world: World, now: Instant) -> Self {
        Self { world, now, questions: Vec::new(), written: BTreeMap::new() }
    }

    /// Decides on one operation and carries it out in memory.
    pub fn take(&mut self, op: &Op, hlc: &Hlc, author: &Author<'_>) -> Decision {
        let may = match author.authority {
            Authority::Granted(grants) => allowed(grants, &op.verb, &self.world),
            Authority::Nobody => false,
            Authority::Installation => true,
        };
        if !may {
            return Decision::plain(Outcome::Held, Some(Reason::Rights));
        }
        if self.concerns_erased(&op.verb) {
            return Decision::plain(Outcome::Rejected, Some(Reason::Erased));
        }
        if let Err(wrong) = validate(&op.verb, self.last_day(author)) {
            return Decision::invalid(Some(wrong));
        }
        if !self.refers_to_what_exists(&op.verb) {
            return Decision::invalid(None);
        }
        let write =
            Write { verb: &op.verb, stream: author.stream, at: hlc, base_rev: op.base_rev, settled: author.settled };
        let merged = apply(self.world.get(op.verb.target()), &write);
        self.carry_out(op, author, merged)
    }

    /// Files are typed facts and bring the days that they bring; a slip there is told to whoever imports.
    fn last_day(&self, author: &Author<'_>) -> Day {
        let today = day_of(self.now);
        match author.authority {
            Authority::Installation if author.settled => today.plus_days(100 * 366),
            _ => today,
        }
    }

    fn carry_out(&mut self, op: &Op, author: &Author<'_>, merged: Merged) -> Decision {
        match merged {
            Merged::Noop => Decision::plain(Outcome::Noop, None),
            Merged::Invalid(wrong) => Decision::invalid(wrong),
            Merged::Erased => Decision::plain(Outcome::Rejected, Some(Reason::Erased)),
            Merged::Changed { entity, mut reason, review } => {
                let (key, rev) = (entity.key, entity.rev);
                let entity = *entity;
                let asked = self.questions.len();
                if let Some(kind) = review {
                    self.questions.push(Question::between_writes(kind, op, author.stream, &entity));
                }
                let neighbours = super::reviews::among_neighbours(&self.world, op, author);
                reason = reason.or(neighbours.first().and_then(|question| question.reason()));
                self.questions.extend(neighbours);
                let contradicts = self.questions.get(asked..).is_some_and(|new| new.iter().any(Question::contradicts));
                self.written.insert((key, rev), WriteOf { key, rev, op_id: op.op_id, stream: author.stream, n: op.n });
                let moved = self.world.put(entity);
                let outcome = if contradicts { Outcome::Conflict } else { Outcome::Applied };
                Decision { outcome, reason, field: None, rev: Some(rev), moved }
            }
        }
    }

    /// Whether the operation is about something of which only a tombstone is left.
    fn concerns_erased(&self, verb: &Verb) -> bool {
        let mut keys = vec![verb.target()];
        keys.extend(verb.participant().map(person_key));
        if let Verb::AttendanceSet { session, .. } = verb {
            keys.push(session_key(*session));
        }
        keys.into_iter().any(|key| self.world.get(key).is_some_and(|entity| entity.body.is_none()))
    }

    /// Whether everything that the operation names is there and belongs together.
    fn refers_to_what_exists(&self, verb: &Verb) -> bool {
        let group = |id| self.world.body(group_key(id)).is_some();
        let person = |id| self.world.body(person_key(id)).is_some();
        let meets = |session, group| self.world.group_of_session(session) == Some(group);
        match verb {
            Verb::ParticipantRegister { group: home, .. } => home.is_none_or(group),
            Verb::ParticipantEdit { .. } | Verb::GroupPut { .. } | Verb::AssessmentAmend { .. } => true,
            Verb::MembershipJoin { membership } => group(membership.group) && person(membership.participant),
            Verb::MembershipLeave { id, group, left_on, .. } => {
                let key = EntityKey { etype: EntityType::Membership, id: id.0 };
                // One day before the first: entered by mistake.
                let possible = |joined: Day| left_on.is_none_or(|left| left >= joined.plus_days(-1));
                matches!(self.world.body(key), Some(Body::Membership(stay))
                    if stay.group == *group && possible(stay.joined_on))
            }
            Verb::SessionPlan { session } => group(session.group),
            Verb::SessionStatus { id, group, .. } => meets(*id, *group),
            Verb::AttendanceSet { session, group, participant, .. } => meets(*session, *group) && person(*participant),
            Verb::AssessmentRecord { assessment } => person(assessment.participant),
            Verb::ConsentRecord { consent } => person(consent.participant),
            Verb::IncidentRecord { incident } => {
                group(incident.group)
                    && incident.participant.is_none_or(person)
                    && incident.session.is_none_or(|session| meets(session, incident.group))
            }
        }
    }
}
