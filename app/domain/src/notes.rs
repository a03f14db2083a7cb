//! Notes on a session beside who came: that it was ended, and who was called about an absence. They change no figure;
//! whoever records a group sees them on every tablet.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::ids::{GroupId, NoteId, ParticipantId, SessionId, uuid_v5};
use crate::sessions::Session;
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::Invalid;
use crate::sync::verbs::verbs;
use crate::time::Day;

/// What is noted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The roll was closed: from then on a change needs a reason.
    Ended,
    /// Somebody called this person, or was asked to, about the absence.
    Called(ParticipantId),
}

/// One note on one session. When it was made stands with the entity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub id: NoteId,
    pub session: SessionId,
    pub group: GroupId,
    pub about: About,
    /// `false`: taken back.
    pub holds: bool,
}

impl NoteId {
    /// There is one note of a kind per session, and per person where it is of one, whoever writes it.
    pub fn of(session: SessionId, about: About) -> Self {
        Self(match about {
            About::Ended => uuid_v5(session.0, &["note", "ended"]),
            About::Called(person) => uuid_v5(session.0, &["note", "called", &person.to_string()]),
        })
    }
}

impl About {
    const fn participant(self) -> Option<ParticipantId> {
        match self {
            Self::Ended => None,
            Self::Called(person) => Some(person),
        }
    }
}

impl Noun for Note {
    type Id = NoteId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 2;
    const LAPSES_WITH_PERSON: bool = true;

    fn id(&self) -> NoteId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        self.about.participant()
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.session.0]
    }

    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        let held = self.participant().is_none_or(|person| places.holds(person, self.group));
        held.then_some(Bucket::Roll(self.group)).into_iter().collect()
    }
}

verbs! {
    pub enum Verb {
        /// Makes a note on a session, or takes it back.
        Set = "note.set" { session: SessionId, group: GroupId, about: About, holds: bool },
    }
}

impl Verb {
    fn note(&self) -> Note {
        let Self::Set { session, group, about, holds } = *self;
        Note { id: NoteId::of(session, about), session, group, about, holds }
    }
}

impl VerbRules for Verb {
    type Noun = Note;

    fn id(&self) -> NoteId {
        self.note().id
    }

    fn participant(&self) -> Option<ParticipantId> {
        self.note().participant()
    }

    fn group(&self) -> Option<GroupId> {
        Some(self.note().group)
    }

    fn names(&self) -> Vec<EntityKey> {
        let Note { session, group, about, .. } = self.note();
        let person = about.participant().map(EntityKey::from);
        [Some(session.into()), Some(group.into()), person].into_iter().flatten().collect()
    }

    /// Whoever marks the group, about people of theirs.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Note { session, about, .. } = self.note();
        let session = rights.known.get::<Session>(session);
        session.is_some_and(|session| rights.in_group(Action::MarkAttendance, session.group))
            && about.participant().is_none_or(|person| rights.about(Action::MarkAttendance, person))
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        Ok(())
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Note { session, group, about, .. } = self.note();
        known.meets(session, group) && about.participant().is_none_or(|person| known.has_person(person))
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        merge::first(self.note(), write.at, write)
    }

    /// Of two that had not seen each other the later holds; nobody has to decide about a tick.
    fn merge(&self, entity: &Entity, _: &Note, write: &Write<'_>) -> Merged {
        merge::later(entity, self.note(), write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::hlc::Hlc;
    use crate::sync::testing::sample;

    fn note(holds: bool) -> Verb {
        let (session, group) = (SessionId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)));
        Verb::Set { session, group, about: About::Ended, holds }
    }

    fn write(stream: u128, at: &Hlc) -> Write<'_> {
        Write { stream: sample::stream(stream), at, base_rev: None, settled: false }
    }

    fn at(wall: i64) -> Hlc {
        Hlc { wall, counter: 0, node: "n".into() }
    }

    fn both(first: (&Verb, u128, i64), second: (&Verb, u128, i64)) -> Note {
        let begun = at(first.2);
        let Merged::Changed { entity, .. } = first.0.create(&write(first.1, &begun)) else { panic!("a first version") };
        let there = entity.content::<Note>().unwrap().clone();
        let later = at(second.2);
        match second.0.merge(&entity, &there, &write(second.1, &later)) {
            Merged::Changed { entity, contradiction, .. } => {
                assert_eq!(contradiction, None, "nobody has to decide about it");
                entity.content::<Note>().unwrap().clone()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_two_notes_that_had_not_seen_each_other_the_later_holds_whichever_comes_first() {
        let (ended, open) = (note(true), note(false));
        let one = both((&ended, 1, 10), (&open, 2, 20));
        let other = both((&open, 2, 20), (&ended, 1, 10));
        assert_eq!((one.holds, one), (false, other));
    }

    #[test]
    fn two_tablets_give_one_note_the_same_id_and_people_have_notes_of_their_own() {
        let session = SessionId(Uuid::from_u128(1));
        let of = |about| NoteId::of(session, about);
        let [one, other] = [3, 4].map(|n| About::Called(ParticipantId(Uuid::from_u128(n))));
        assert_eq!(of(one), of(one));
        assert!(of(one) != of(other) && of(one) != of(About::Ended));
    }
}
