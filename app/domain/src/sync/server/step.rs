//! One operation: may it, does it make sense, what does it change, what does it contradict (docs/sync.md, Push).

use std::collections::{BTreeMap, BTreeSet};

use super::reviews::Question;
use super::store::WriteOf;
use super::world::{Moved, World};
use crate::access::Action;
use crate::groups::{Membership, membership};
use crate::ids::{OrganisationId, ParticipantId, StreamId};
use crate::sync::entity::{Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write, apply_op};
use crate::sync::noun::Known;
use crate::sync::op::{Op, Verb};
use crate::sync::review::ReviewKind;
use crate::sync::rights::{Grants, Rights};
use crate::sync::validate::Invalid;
use crate::sync::wire::{Outcome, Reason};
use crate::time::{Day, Instant};
use crate::visitors::may_begin;

/// By what right the operations are taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Authority {
    /// The account's present rights.
    Granted(Grants),
    /// An account that knows, by what the person has said of themselves, whom it brings into a group of its own: that one
    /// person, and nothing else ([`crate::visitors`]).
    Bringing(Grants, ParticipantId),
    /// Somebody who takes part, about themselves alone: in each of these records, which are all theirs.
    Own(BTreeSet<ParticipantId>),
    /// A relative of the person of these records, whom they show when their groups meet.
    Relative(BTreeSet<ParticipantId>),
    /// The account is unknown, closed, or never signed in on this tablet: everything is held.
    Nobody,
    /// The installation itself: imports from the command line, a coordinator's decision on what was held.
    Installation,
}

impl Authority {
    /// Whose people those are who are registered by it; nothing for the municipality's own organisation.
    pub(super) fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Granted(grants) | Self::Bringing(grants, _) => Some(grants.organisation),
            Self::Own(_) | Self::Relative(_) | Self::Nobody | Self::Installation => None,
        }
    }

    /// Whether it must be known who has registered the people of these operations: at the desk, and where somebody is
    /// brought into a group.
    pub(super) fn asks_for_keepers(&self, verbs: &[&Verb]) -> bool {
        let bring = || verbs.iter().any(|verb| matches!(verb, Verb::Membership(membership::Verb::Join { .. })));
        matches!(self, Self::Granted(grants) if grants.reaches_without_group() || bring())
    }
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
    pub moved: Vec<Moved>,
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
    /// It was written at the desk or read from a file, not recorded on a tablet.
    pub at_desk: bool,
}

pub(super) struct Step {
    pub world: World,
    pub now: Instant,
    pub questions: Vec<Question>,
    /// Entities whose writes contradicted each other and do so no more: a write has seen them all.
    pub settled: BTreeSet<(EntityKey, ReviewKind)>,
    /// What this unit of work has written so far.
    pub written: BTreeMap<(EntityKey, i64), WriteOf>,
}

impl Step {
    pub fn new(world: World, now: Instant) -> Self {
        Self { world, now, questions: Vec::new(), settled: BTreeSet::new(), written: BTreeMap::new() }
    }

    /// Decides on one operation and carries it out in memory. Of one that a tablet made only what a tablet may say is
    /// taken; the rest is told to its author and put to the desk.
    /// `text`: the operation as it was written.
    pub fn take(&mut self, op: &Op, text: &str, hlc: &Hlc, author: &Author<'_>) -> Decision {
        let Some(verb) = op.verb.as_tablets_may().filter(|_| !author.at_desk) else {
            return self.take_all(op, text, hlc, author);
        };
        let less = Op { verb, ..op.clone() };
        let mut decision = self.take_all(&less, text, hlc, author);
        let says_nothing_else = |field: &Invalid| *field == Invalid::field("changes");
        if decision.outcome != Outcome::Held && decision.field.as_ref().is_none_or(says_nothing_else) {
            decision.field = Some(Invalid::field("reference"));
        }
        if decision.rev.is_some() {
            let write = Write { stream: author.stream, at: hlc, base_rev: op.base_rev, settled: false };
            self.questions.push(Question::left_out(op, &write));
        }
        decision
    }

    fn take_all(&mut self, op: &Op, text: &str, hlc: &Hlc, author: &Author<'_>) -> Decision {
        let target = op.verb.target();
        // Before all else: who was erased is within nobody's reach, and what waits for rights would be kept.
        if self.concerns_erased(target, &op.verb) {
            return Decision::plain(Outcome::Rejected, Some(Reason::Erased));
        }
        let may = match author.authority {
            Authority::Granted(grants) => op.verb.is_allowed(&Rights { grants, known: &self.world }),
            Authority::Bringing(grants, person) => {
                brings(&Rights { grants, known: &self.world }, *person, &op.verb, self.now.day_in_finland())
            }
            Authority::Own(records) => super::own::may(records, &op.verb, &self.world, self.now),
            Authority::Relative(records) => super::own::relative_may(records, &op.verb, &self.world, self.now),
            Authority::Nobody => false,
            Authority::Installation => true,
        };
        if !may {
            return Decision::plain(Outcome::Held, Some(Reason::Rights));
        }
        if let Err(wrong) = op.verb.check(self.last_day(author)) {
            return Decision::invalid(Some(wrong));
        }
        if !op.verb.fits(&self.world) {
            return Decision::invalid(None);
        }
        let write = Write { stream: author.stream, at: hlc, base_rev: op.base_rev, settled: author.settled };
        let merged = apply_op(self.world.entity(target), op, &write);
        // What PostgreSQL cannot keep in a text is refused on SQLite, too, whichever field it stands in.
        if matches!(merged, Merged::Changed { .. }) && says_nul(text) {
            return Decision::invalid(None);
        }
        let decision = self.carry_out(op, &write, merged);
        if let (Some(1), Some(person)) = (decision.rev, op.verb.registers()) {
            self.world.keep(person, author.authority.organisation());
        }
        decision
    }

    /// Files are typed facts and bring the days that they bring; a slip there is told to whoever imports.
    fn last_day(&self, author: &Author<'_>) -> Day {
        let today = self.now.day_in_finland();
        match author.authority {
            Authority::Installation if author.settled => today.plus_days(100 * 366),
            _ => today,
        }
    }

    fn carry_out(&mut self, op: &Op, write: &Write<'_>, merged: Merged) -> Decision {
        match merged {
            Merged::Noop => Decision::plain(Outcome::Noop, None),
            Merged::Invalid(wrong) => Decision::invalid(wrong),
            Merged::Erased => Decision::plain(Outcome::Rejected, Some(Reason::Erased)),
            Merged::Changed { entity, mut reason, contradiction } => {
                let entity = *entity;
                let rev = entity.rev;
                let asked = self.questions.len();
                self.questions.extend(contradiction.map(|it| Question::between_writes(it, op, write)));
                let neighbours = super::reviews::among_neighbours(&self.world, op, write);
                reason = reason.or(neighbours.iter().find_map(Question::reason));
                self.questions.extend(neighbours);
                let contradicts = self.questions.get(asked..).is_some_and(|new| new.iter().any(Question::contradicts));
                let moved = self.put(entity, op, write);
                let outcome = if contradicts { Outcome::Conflict } else { Outcome::Applied };
                Decision { outcome, reason, field: None, rev: Some(rev), moved }
            }
        }
    }

    /// Puts the new version in, and what follows from it for other stays of the same person.
    fn put(&mut self, entity: Entity, op: &Op, write: &Write<'_>) -> Vec<Moved> {
        let before = self.world.entity(entity.key).and_then(Entity::content::<Membership>).cloned();
        let after = entity.content::<Membership>().cloned();
        let mut moved = self.put_one(entity, op, write);
        for stay in after.map(|after| self.following(before.as_ref(), &after)).unwrap_or_default() {
            if let Some(there) = self.world.entity(stay.id.into()) {
                let next = *merge::next(there, stay, write.at.clone(), write);
                moved.extend(self.put_one(next, op, write));
            }
        }
        moved
    }

    fn put_one(&mut self, entity: Entity, op: &Op, write: &Write<'_>) -> Vec<Moved> {
        let (key, rev) = (entity.key, entity.rev);
        self.note_settled(&entity);
        self.written.insert((key, rev), WriteOf { key, rev, op_id: op.op_id, stream: write.stream, n: op.n });
        self.world.put(entity)
    }

    /// Notes whether the new version ends a contradiction that the one before it held.
    fn note_settled(&mut self, after: &Entity) {
        let contested = |entity: Option<&Entity>| entity.and_then(|entity| entity.body.as_ref()?.contested());
        let Some((kind, still)) = contested(Some(after)) else { return };
        if still {
            self.settled.remove(&(after.key, kind));
        } else if contested(self.world.entity(after.key)).is_some_and(|(_, before)| before) {
            self.settled.insert((after.key, kind));
        }
    }

    /// Whoever has died or moved away has left every group, whichever one it was told in.
    fn following(&self, before: Option<&Membership>, after: &Membership) -> Vec<Membership> {
        let others: Vec<_> =
            self.world.stays_of(after.participant).filter(|stay| stay.id != after.id).cloned().collect();
        let own = after.within(&others).filter(|_| before.is_none());
        let rest = others.iter().filter_map(|stay| stay.following(before, after));
        own.into_iter().chain(rest).collect()
    }

    /// Whether the operation is about something of which only a tombstone is left.
    fn concerns_erased(&self, target: EntityKey, verb: &Verb) -> bool {
        let keys = [target].into_iter().chain(verb.names());
        keys.filter_map(|key| self.world.entity(key)).any(|entity| entity.body.is_none())
    }
}

/// Whether it is the one thing that may be done about somebody who is beyond the author's reach: a stay without an end, in
/// a group in which the author may register people.
fn brings(rights: &Rights<'_, World>, person: ParticipantId, verb: &Verb, today: Day) -> bool {
    let Verb::Membership(membership::Verb::Join { membership: stay }) = verb else { return false };
    stay.participant == person
        && stay.left_on.is_none()
        && may_begin(stay.joined_on, today)
        && rights.in_group(Action::RegisterWalkIn, stay.group)
}

/// Whether a string in this JSON holds a NUL.
pub(super) fn says_nul(text: &str) -> bool {
    text.match_indices("u0000").any(|(at, _)| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    })
}
