//! Sessions: one meeting of a group on one day.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::codes::codes;
use crate::fields::{HEAD_COUNT, TEXT};
use crate::groups::Group;
use crate::ids::{GroupId, ParticipantId, SessionId, uuid_v5};
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time, optional_line, text};
use crate::sync::verbs::verbs;
use crate::time::{Day, Instant, TimeOfDay};

codes! {
    /// Whether the session took place.
    pub enum SessionStatus { Held = "held", CancelledByOrganiser = "cancelled_by_organiser", Holiday = "holiday" }
}

impl SessionStatus {
    /// Whether it says that the session does not take place.
    pub const fn is_cancelled(self) -> bool {
        match self {
            Self::Held => false,
            Self::CancelledByOrganiser | Self::Holiday => true,
        }
    }
}

codes! {
    /// Why a session does not take place. No free text: nothing on anybody's health belongs here.
    pub enum Cancellation {
        Weather = "weather",
        InstructorAway = "instructor_away",
        PlaceClosed = "place_closed",
        FewComing = "few_coming",
        /// A public holiday, or the house keeps a day off.
        Holiday = "holiday",
        Other = "other",
    }
}

impl Cancellation {
    /// What the session is, once it is cancelled for this reason.
    pub const fn status(self) -> SessionStatus {
        match self {
            Self::Holiday => SessionStatus::Holiday,
            _ => SessionStatus::CancelledByOrganiser,
        }
    }
}

/// What is to be known about one session: a changed room, a substitute. Everybody who sees the group's names reads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Empty once it was taken away.
    pub text: String,
    /// When it was written; of concurrent ones the later holds.
    pub at: Hlc,
}

/// Where and when one session is held, other than the group's others.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// `None`: at the group's own time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<TimeOfDay>,
    /// `None`: in the group's own place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it was said; of concurrent ones the later holds.
    pub at: Hlc,
}

/// How many people came, of whom nobody's name is kept: a talk, a day of trying out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// `None`: the count was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u16>,
    /// When it was said; of concurrent ones the later holds.
    pub at: Hlc,
}

/// The schema in which people were first counted without names.
const COUNTED_SINCE: u16 = 6;

/// One meeting. A planned session exists in the calendar before anyone says that it was held.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub id: SessionId,
    pub group: GroupId,
    pub day: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<TimeOfDay>,
    /// `None`: planned, nothing said yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SessionStatus>,
    /// Why it was cancelled, where that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Cancellation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
}

impl Session {
    /// A session of the plan, of which nothing is said yet.
    pub fn planned(group: GroupId, day: Day, starts_at: Option<TimeOfDay>) -> Self {
        let id = Self::planned_id(group, day);
        Self { id, group, day, starts_at, status: None, because: None, note: None, moved: None, counted: None }
    }

    /// Whether it is said that it does not take place.
    pub fn is_cancelled(&self) -> bool {
        self.status.is_some_and(SessionStatus::is_cancelled)
    }

    /// When it begins, where that is not the group's own time.
    pub fn begins(&self) -> Option<TimeOfDay> {
        self.moved.as_ref().and_then(|moved| moved.starts_at).or(self.starts_at)
    }

    /// Where it is held, where that is not the group's own place.
    pub fn elsewhere(&self) -> Option<&str> {
        self.moved.as_ref().and_then(|moved| moved.place.as_deref())
    }

    /// Whether it is certain that it has not begun. Where nobody has said at what time it does, its day may be too late.
    pub fn is_ahead(&self, group: &Group, now: Instant) -> bool {
        let (today, time) = now.in_finland();
        let begins = self.begins().or(group.starts_on(self.day));
        self.day > today || (self.day == today && begins.is_some_and(|begins| time < begins))
    }

    /// How many people came to an event, where somebody has counted them.
    pub fn head_count(&self) -> Option<u16> {
        self.counted.as_ref().and_then(|counted| counted.people)
    }

    /// What is to be known about it, where there is something.
    pub fn told(&self) -> Option<&str> {
        self.note.as_ref().map(|note| note.text.as_str()).filter(|text| !text.is_empty())
    }

    /// A group has one planned session a day; its id follows from group and slot (docs/sync.md, Merge rules), so two
    /// tablets, the desk and an import that make it independently make the same one.
    pub fn planned_id(group: GroupId, day: Day) -> SessionId {
        SessionId(uuid_v5(group.0, &["session", &day.to_string()]))
    }
}

impl Noun for Session {
    type Id = SessionId;
    const PERSONAL: bool = false;

    fn id(&self) -> SessionId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        None
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.group.0]
    }

    fn stands_on(&self) -> Vec<EntityKey> {
        vec![self.group.into()]
    }

    fn buckets(&self, _: &impl Places) -> BTreeSet<Bucket> {
        BTreeSet::from([Bucket::Roll(self.group)])
    }

    fn shown_to(self, schema: u16) -> Self {
        match schema {
            ..COUNTED_SINCE => Self { counted: None, ..self },
            _ => self,
        }
    }

    fn readings(&self) -> Vec<&Hlc> {
        let (note, moved) = (self.note.iter().map(|note| &note.at), self.moved.iter().map(|moved| &moved.at));
        note.chain(moved).chain(self.counted.iter().map(|counted| &counted.at)).collect()
    }
}

verbs! {
    pub enum Verb {
        /// Makes the session exist; an existing one stays as it is.
        Plan = "session.plan" { session: Session },
        /// `status: None`: nothing is said about it after all.
        Status = "session.status" { id: SessionId, group: GroupId, status: Option<SessionStatus> },
        /// It does not take place: with the reason, which says whether it is a holiday.
        Cancel = "session.cancel" { id: SessionId, group: GroupId, reason: Cancellation },
        /// What is to be known about it; empty takes that away.
        Note = "session.note" { id: SessionId, group: GroupId, note: String },
        /// It is held at another time or place; without either, as the group's others.
        Move = "session.move" { id: SessionId, group: GroupId, starts_at: Option<TimeOfDay>, place: Option<String> },
        /// So many people came, of whom nobody's name is kept; `None` takes the count away.
        Count = "session.count" { id: SessionId, group: GroupId, people: Option<u16> },
    }
}

impl VerbRules for Verb {
    type Noun = Session;

    fn id(&self) -> SessionId {
        match self {
            Self::Plan { session } => session.id,
            Self::Status { id, .. }
            | Self::Cancel { id, .. }
            | Self::Note { id, .. }
            | Self::Move { id, .. }
            | Self::Count { id, .. } => *id,
        }
    }

    fn since(&self) -> u16 {
        match self {
            Self::Count { .. } => COUNTED_SINCE,
            _ => Session::SINCE,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        None
    }

    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Plan { session } => Some(session.group),
            Self::Status { group, .. }
            | Self::Cancel { group, .. }
            | Self::Note { group, .. }
            | Self::Move { group, .. }
            | Self::Count { group, .. } => Some(*group),
        }
    }

    /// In the group of the session that there is; a new one says its group itself.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let there = rights.known.entity(self.id().into());
        let group = match (self, there) {
            (Self::Plan { session }, None) => Some(session.group),
            (_, there) => there.and_then(Entity::content::<Session>).map(|session| session.group),
        };
        group.is_some_and(|group| rights.in_group(Action::MarkAttendance, group))
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        match self {
            Self::Plan { session } => {
                // By another id one could stand in for the session of another group or day.
                check(session.id == Session::planned_id(session.group, session.day), "id")?;
                // A plan that counts would pass an older program, which knows no counts.
                check(session.counted.is_none(), "counted")?;
                in_our_time(Some(session.day), "day")
            }
            Self::Status { .. } | Self::Cancel { .. } => Ok(()),
            Self::Note { note, .. } => text(note, TEXT, "note"),
            Self::Move { place, .. } => optional_line(place.as_ref(), "place"),
            Self::Count { people, .. } => check(people.is_none_or(|people| HEAD_COUNT.contains(&people)), "people"),
        }
    }

    fn fits(&self, known: &impl Known) -> bool {
        match self {
            Self::Plan { session } => known.has_group(session.group),
            Self::Status { id, group, .. }
            | Self::Cancel { id, group, .. }
            | Self::Note { id, group, .. }
            | Self::Move { id, group, .. }
            | Self::Count { id, group, .. } => known.meets(*id, *group),
        }
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Plan { session } = self else { return Merged::Invalid(None) };
        // Nothing is said about it yet: any later word wins.
        let nothing = Hlc::default();
        let at = if session.status.is_none() { &nothing } else { write.at };
        merge::first(session.clone(), at, write)
    }

    fn merge(&self, entity: &Entity, there: &Session, write: &Write<'_>) -> Merged {
        match self {
            Self::Plan { session } => merge::already(there.group == session.group && there.day == session.day),
            Self::Status { status, .. } => {
                let wanted = Session { status: *status, because: None, ..there.clone() };
                merge::latest(entity, wanted, ReviewKind::Session, write)
            }
            Self::Cancel { reason, .. } => {
                let wanted = Session { status: Some(reason.status()), because: Some(*reason), ..there.clone() };
                merge::latest(entity, wanted, ReviewKind::Session, write)
            }
            Self::Note { note, .. } => noted(entity, there, note, write),
            Self::Move { starts_at, place, .. } => {
                let at = write.at.clone();
                moved(entity, there, Moved { starts_at: *starts_at, place: place.clone(), at }, write)
            }
            Self::Count { people, .. } => counted(entity, there, *people, write),
        }
    }
}

/// A note says nothing of the status: neither replaces the other, whichever comes first. One whose writer has seen the
/// newest version holds, of two concurrent ones the later.
fn noted(entity: &Entity, there: &Session, note: &str, write: &Write<'_>) -> Merged {
    let before = there.note.as_ref();
    if write.settled && there.told().unwrap_or_default() == note {
        return Merged::Noop;
    }
    let wins = !merge::is_concurrent(entity, write) || before.is_none_or(|before| *write.at > before.at);
    let new = Note { text: note.to_owned(), at: write.at.clone() };
    let note = if wins { Some(new) } else { before.cloned() };
    merge::changed(merge::next(entity, Session { note, ..there.clone() }, entity.at.clone(), write), None)
}

/// As a note: a status stays as it is beside it, and of two the later holds.
fn moved(entity: &Entity, there: &Session, new: Moved, write: &Write<'_>) -> Merged {
    let said = |moved: &Moved| (moved.starts_at, moved.place.clone());
    let before = there.moved.as_ref();
    if write.settled && before.map(said).unwrap_or_default() == said(&new) {
        return Merged::Noop;
    }
    let wins = !merge::is_concurrent(entity, write) || before.is_none_or(|before| *write.at > before.at);
    let moved = if wins { Some(new) } else { before.cloned() };
    merge::changed(merge::next(entity, Session { moved, ..there.clone() }, entity.at.clone(), write), None)
}

/// As a note.
fn counted(entity: &Entity, there: &Session, people: Option<u16>, write: &Write<'_>) -> Merged {
    let before = there.counted.as_ref();
    if write.settled && there.head_count() == people {
        return Merged::Noop;
    }
    let wins = !merge::is_concurrent(entity, write) || before.is_none_or(|before| *write.at > before.at);
    let new = Counted { people, at: write.at.clone() };
    let counted = if wins { Some(new) } else { before.cloned() };
    merge::changed(merge::next(entity, Session { counted, ..there.clone() }, entity.at.clone(), write), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_session_has_the_id_of_its_own_group_and_day() {
        let (own, other) = (GroupId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)));
        let day: Day = "2026-11-21".parse().unwrap();
        let checked = |id| Verb::Plan { session: Session { id, ..Session::planned(own, day, None) } }.check(day);
        assert_eq!(checked(Session::planned_id(own, day)), Ok(()));
        for id in
            [Session::planned_id(other, day), Session::planned_id(own, day.plus_days(1)), SessionId(Uuid::from_u128(9))]
        {
            assert_eq!(checked(id), Err(Invalid::field("id")));
        }
    }

    #[test]
    fn a_count_is_held_to_its_range_and_comes_by_its_own_verb() {
        let day: Day = "2026-11-21".parse().unwrap();
        let group = GroupId(Uuid::from_u128(1));
        let session = Session::planned(group, day, None);
        let count = |people| Verb::Count { id: session.id, group, people };
        for people in [None, Some(0), Some(10_000)] {
            assert_eq!(count(people).check(day), Ok(()));
        }
        assert_eq!(count(Some(10_001)).check(day), Err(Invalid::field("people")));
        assert_eq!((count(None).since(), Verb::Plan { session: session.clone() }.since()), (6, 1));
        let counted = Session { counted: Some(Counted { people: Some(12), at: Hlc::default() }), ..session.clone() };
        assert_eq!(counted.head_count(), Some(12));
        assert_eq!(Verb::Plan { session: counted.clone() }.check(day), Err(Invalid::field("counted")));
        assert_eq!((counted.clone().shown_to(5), counted.clone().shown_to(6)), (session, counted));
    }
}
