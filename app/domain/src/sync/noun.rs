//! What the sync must know of a noun, and asks it: nothing else of the sync speaks of single nouns. A noun's file
//! answers with two implementations, [`Noun`] for its content and [`VerbRules`] for its verbs, and the noun stands
//! in the list in [`super::nouns`].

use serde::Serializer;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::entity::{Body, Bucket, Entity, EntityKey, EntityType};
use super::hlc::Hlc;
use super::merge::{Merged, Write};
use super::review::ReviewKind;
use super::rights::Rights;
use super::validate::Invalid;
use crate::groups::{Group, Membership};
use crate::ids::{GroupId, OrganisationId, ParticipantId, SessionId};
use crate::people::Clue;
use crate::sessions::Session;
use crate::time::Day;

/// An entity's content.
pub trait Noun: Sized {
    type Id: Copy + Into<EntityKey>;
    /// Whether it says something of a person: to hand it out is a look that is logged.
    const PERSONAL: bool;
    /// The schema in which it came to be: older programs know nothing of it.
    const SINCE: u16 = 1;
    /// Whether it lies in the buckets of its person's groups: it enters and leaves them with that person's stays.
    const FOLLOWS_PERSON: bool = false;
    /// Whether it is about a person in one group: it lies in that group's buckets whatever stays the person has, and
    /// leaves them when the person lapses there.
    const LAPSES_WITH_PERSON: bool = false;

    fn id(&self) -> Self::Id;

    /// The person whom it is about.
    fn participant(&self) -> Option<ParticipantId>;

    /// The persons, sessions and groups under which it is listed: the person whom it is about, where nothing else is said.
    fn parents(&self) -> Vec<Uuid> {
        self.participant().map(|person| person.0).into_iter().collect()
    }

    /// What must be known wherever it is.
    fn stands_on(&self) -> Vec<EntityKey> {
        Vec::new()
    }

    /// The buckets in which it lies.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket>;

    /// What the bucket shows of it.
    fn shown_in(self, _bucket: Bucket) -> Self {
        self
    }

    /// What a program of that schema can read of it.
    fn shown_to(self, _schema: u16) -> Self {
        self
    }

    /// Whether its content holds writes that contradict each other, and as what those are put to a person; nothing where
    /// the content does not say. A write that has seen them all settles it (docs/sync.md, Settled by a write).
    fn contested(&self) -> Option<(ReviewKind, bool)> {
        None
    }

    /// Clock readings inside it: whoever has seen it writes later ones.
    fn readings(&self) -> Vec<&Hlc> {
        Vec::new()
    }
}

/// A noun's place among the others (made by the list of nouns).
pub trait Typed: Noun + Into<Body> {
    const TYPE: EntityType;

    fn of(body: &Body) -> Option<&Self>;
}

/// How verbs are written: a kind, and beside it the fields as a map (made by [`super::verbs::verbs`]).
pub trait Written: Sized {
    /// Every kind, in the order of the variants.
    const KINDS: &'static [&'static str];

    /// The kind as written in the operation, for example `attendance.set`.
    fn kind(&self) -> &'static str;

    fn write_fields<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error>;

    /// `None`: not a kind of this noun.
    fn read(kind: &str, fields: &RawValue) -> Option<serde_json::Result<Self>>;
}

/// What can be done to a noun, and by which rules.
pub trait VerbRules: Written {
    type Noun: Typed;

    /// The entity that the operation writes.
    fn id(&self) -> <Self::Noun as Noun>::Id;

    /// The schema from which on it is read whole. A verb that says something that came later than its noun says so here:
    /// an earlier server then holds it, instead of taking it without that.
    fn since(&self) -> u16 {
        <Self::Noun as Noun>::SINCE
    }

    /// The person whom the operation names.
    fn participant(&self) -> Option<ParticipantId>;

    /// The group that the operation names; most name none.
    fn group(&self) -> Option<GroupId> {
        None
    }

    /// What the operation refers to beside its own entity. With an erased one of them it is erased too.
    fn names(&self) -> Vec<EntityKey> {
        let person = self.participant().map(EntityKey::from);
        person.into_iter().chain(self.group().map(EntityKey::from)).collect()
    }

    /// The person whose results must be known: they enter or leave buckets by it, or may be there twice.
    fn results_of(&self, _known: &impl Known) -> Option<ParticipantId> {
        None
    }

    /// The last day of the stay that it ends.
    fn ends_on(&self) -> Option<Day> {
        None
    }

    /// The group whose people must be known: one of them may be the same person.
    fn members_of(&self) -> Option<GroupId> {
        None
    }

    /// By what others must be looked for who may be the same person, or have the same key.
    fn clues(&self, _known: &impl Known) -> Vec<Clue> {
        Vec::new()
    }

    /// What is taken of it from a tablet, where that is less: some things are said at the desk alone.
    fn as_tablets_may(&self) -> Option<Self> {
        None
    }

    /// Fills in what whoever records leaves to the program. `known`: what lies about the same person.
    fn complete<'a>(&mut self, _known: impl Iterator<Item = &'a Body>, _recorded: Recorded) {}

    /// Whether its author may do it.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool;

    /// Whether it is said by a way of its own alone, which looks at more than the operation can tell: what a tablet said
    /// of it is held, and nobody lets it through.
    fn has_own_way(&self) -> bool {
        false
    }

    /// Whether it makes sense by itself: the same code refuses it on the tablet while the person can still correct
    /// it, and on the server as the last word. `today` is the checker's own day; events may not lie in the future,
    /// with a day's grace for clocks and time zones.
    fn check(&self, today: Day) -> Result<(), Invalid>;

    /// Whether everything that it names is there and belongs together.
    fn fits(&self, known: &impl Known) -> bool;

    /// The first version of its entity.
    fn create(&self, write: &Write<'_>) -> Merged;

    /// The next version. `there` is the content of `entity`.
    fn merge(&self, entity: &Entity, there: &Self::Noun, write: &Write<'_>) -> Merged;

    /// The same by a program of that schema, which differs where that program could not say something: what its author was
    /// not shown they have not taken away. A later program writes a schema by which its silence is told apart.
    fn merge_by(&self, _schema: u16, entity: &Entity, there: &Self::Noun, write: &Write<'_>) -> Merged {
        self.merge(entity, there, write)
    }

    /// Other entities that it may contradict or repeat, by what is to be asked of them.
    fn resembles(&self, _known: &impl Known, _write: &Write<'_>) -> Vec<(ReviewKind, Vec<EntityKey>)> {
        Vec::new()
    }
}

/// When an operation was entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recorded {
    /// While it happened: all that is known had happened before.
    Live,
    /// Later, at the desk or from a file, with the day on which it happened.
    Afterwards,
}

/// Where persons belong.
pub trait Places {
    /// Groups in which the person has a stay that was not entered by mistake.
    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId>;

    /// Those of them in which a stay lasts to this day or beyond it. What is measured after a person has left a group
    /// is no longer that group's.
    fn groups_reaching(&self, participant: ParticipantId, day: Day) -> Vec<GroupId>;

    /// Whether the person left this group so long ago that its tablets hold nothing of them any more (docs/access.md,
    /// Limits in time). Nobody without a stay in the group has.
    fn has_lapsed(&self, participant: ParticipantId, group: GroupId) -> bool;

    /// Whether nothing may be done with what is known of the person but to keep it (docs/access.md, Restriction).
    fn is_restricted(&self, participant: ParticipantId) -> bool;

    /// Whether this group's tablets hold what is about the person there.
    fn holds(&self, participant: ParticipantId, group: GroupId) -> bool {
        !self.has_lapsed(participant, group) && !self.is_restricted(participant)
    }

    /// Those of [`Self::groups_of`] whose tablets have the person by name.
    fn groups_naming(&self, participant: ParticipantId) -> Vec<GroupId> {
        let mut groups = self.groups_of(participant);
        groups.retain(|group| !self.has_lapsed(participant, *group));
        groups
    }

    /// Those of [`Self::groups_of`] whose tablets hold the person.
    fn groups_holding(&self, participant: ParticipantId) -> Vec<GroupId> {
        let mut groups = self.groups_of(participant);
        groups.retain(|group| self.holds(participant, *group));
        groups
    }

    /// Where what says something of the person's health lies.
    fn health_of(&self, participant: ParticipantId) -> BTreeSet<Bucket> {
        self.groups_holding(participant).into_iter().map(Bucket::Health).collect()
    }

    /// Those of [`Self::groups_reaching`] whose tablets hold the person.
    fn groups_holding_since(&self, participant: ParticipantId, day: Day) -> Vec<GroupId> {
        let mut groups = self.groups_reaching(participant, day);
        groups.retain(|group| self.holds(participant, *group));
        groups
    }
}

/// What is known around an operation: the stored truth, not what the operation claims.
pub trait Known: Places {
    /// Tombstones included.
    fn entity(&self, key: EntityKey) -> Option<&Entity>;

    /// Live entities that follow this person.
    fn results_of(&self, person: ParticipantId) -> impl Iterator<Item = &Entity>;

    /// Persons with a stay in the group, as far as loaded.
    fn members_of(&self, group: GroupId) -> impl Iterator<Item = &Entity>;

    /// The person's stays, those that were entered by mistake too.
    fn stays_of(&self, person: ParticipantId) -> impl Iterator<Item = &Membership>;

    /// Persons of whom this holds, as far as asked for.
    fn alike(&self, clue: &Clue) -> impl Iterator<Item = &Entity>;

    /// Whether the organisation has registered the person, as far as asked for.
    fn keeps(&self, organisation: OrganisationId, person: ParticipantId) -> bool;

    fn get<N: Typed>(&self, id: N::Id) -> Option<&N> {
        self.entity(id.into())?.content()
    }

    fn has_person(&self, id: ParticipantId) -> bool {
        self.entity(id.into()).is_some_and(|entity| entity.body.is_some())
    }

    fn has_group(&self, id: GroupId) -> bool {
        self.get::<Group>(id).is_some()
    }

    /// Whether it is about somebody who is there, as it was before: whose it is never changes.
    fn is_of_the_same_person<N: Typed>(&self, written: &N) -> bool {
        let whose = written.participant();
        self.get::<N>(written.id()).is_none_or(|there| there.participant() == whose)
            && whose.is_some_and(|person| self.has_person(person))
    }

    /// Whether the session is one of the group's.
    fn meets(&self, session: SessionId, group: GroupId) -> bool {
        self.get::<Session>(session).is_some_and(|session| session.group == group)
    }
}
