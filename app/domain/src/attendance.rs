//! Attendance: one mark of one participant in one session.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::codes::codes;
use crate::ids::{AttendanceId, GroupId, ParticipantId, SessionId, StreamId};
use crate::sessions::Session;
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::{Against, Contradiction, ReviewKind};
use crate::sync::rights::Rights;
use crate::sync::validate::Invalid;
use crate::sync::verbs::verbs;
use crate::time::Day;

codes! {
    /// What the instructor marked.
    pub enum Mark {
        Present = "present",
        /// Late or part of the time; counts as present.
        LateOrPartial = "late_or_partial",
        Remote = "remote",
        AbsentInformed = "absent_informed",
        AbsentUnknown = "absent_unknown",
        /// Inside an agreed pause: the session is not counted as offered.
        Paused = "paused",
    }
}

impl Mark {
    /// Whether the person took part.
    pub const fn attended(self) -> bool {
        matches!(self, Self::Present | Self::LateOrPartial | Self::Remote)
    }

    /// Whether the person is in the hall: who takes part from home is not looked for in a fire, and measured by nobody.
    pub const fn is_here(self) -> bool {
        self.attended() && !matches!(self, Self::Remote)
    }
}

/// Whether the last two of these marks, of one person in one group from the first to the last, are absences of which
/// nobody had told.
pub fn is_absent_twice(marks: &[Mark]) -> bool {
    marks.ends_with(&[Mark::AbsentUnknown, Mark::AbsentUnknown])
}

codes! {
    /// Why a mark was changed after its session was over. No free text: nothing on health belongs here.
    pub enum Correction {
        Slip = "slip",
        WrongPerson = "wrong_person",
        /// Somebody told only afterwards.
        ToldLater = "told_later",
        Other = "other",
    }
}

/// The mark of one participant in one session. `mark: None` is an undone mark.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    pub id: AttendanceId,
    pub session: SessionId,
    /// The session's group. Tablets' stores of before it stood here lack it; their roll says it.
    #[serde(default = "unsaid")]
    pub group: GroupId,
    pub participant: ParticipantId,
    pub mark: Option<Mark>,
    /// When the shown mark was written; the merge of concurrent marks compares it.
    pub at: Hlc,
    /// Writes that had not seen each other, the shown one included; empty when there is only one.
    /// The next write that has seen them all empties it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contenders: Vec<Contender>,
}

fn unsaid() -> GroupId {
    GroupId(Uuid::nil())
}

/// One of several marks that were written without knowledge of each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contender {
    pub mark: Option<Mark>,
    pub at: Hlc,
    /// The revision that this write made.
    pub rev: i64,
    pub stream: StreamId,
}

impl Attendance {
    /// The marks that stand against each other, the newest first, which is the one that is shown; none where those that
    /// were told agree. What was undone and what was said twice contradicts nothing.
    pub fn sides(&self) -> Vec<&Contender> {
        let mut told: Vec<_> = self.contenders.iter().filter(|one| one.mark.is_some()).collect();
        told.sort_by(|one, other| other.at.cmp(&one.at));
        let differ = told.windows(2).any(|pair| matches!(pair, [one, other] if one.mark != other.mark));
        if differ { told } else { Vec::new() }
    }

    /// Whether two marks that were told differ, so that somebody has to choose.
    pub fn is_contested(&self) -> bool {
        !self.sides().is_empty()
    }
}

impl Noun for Attendance {
    type Id = AttendanceId;
    const PERSONAL: bool = true;
    const LAPSES_WITH_PERSON: bool = true;

    fn id(&self) -> AttendanceId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.session.0]
    }

    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        let held = places.holds(self.participant, self.group);
        held.then_some(Bucket::Roll(self.group)).into_iter().collect()
    }

    fn contested(&self) -> Option<(ReviewKind, bool)> {
        Some((ReviewKind::Attendance, self.is_contested()))
    }

    fn readings(&self) -> Vec<&Hlc> {
        self.contenders.iter().map(|contender| &contender.at).collect()
    }
}

verbs! {
    pub enum Verb {
        /// Sets or undoes (`mark: None`) one mark.
        Set = "attendance.set" {
            session: SessionId, group: GroupId, participant: ParticipantId, mark: Option<Mark>,
        },
        /// As `Set`, after the session was over: with the reason, which the history shows.
        Correct = "attendance.correct" {
            session: SessionId, group: GroupId, participant: ParticipantId, mark: Option<Mark>, reason: Correction,
        },
    }
}

/// What both verbs say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    pub session: SessionId,
    pub group: GroupId,
    pub participant: ParticipantId,
    pub mark: Option<Mark>,
}

impl Verb {
    /// Who is marked how in which session.
    pub const fn said(&self) -> Said {
        let (Self::Set { session, group, participant, mark } | Self::Correct { session, group, participant, mark, .. }) =
            self;
        Said { session: *session, group: *group, participant: *participant, mark: *mark }
    }
}

impl VerbRules for Verb {
    type Noun = Attendance;

    fn id(&self) -> AttendanceId {
        let Said { session, participant, .. } = self.said();
        AttendanceId::of(session, participant)
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.said().participant)
    }

    fn group(&self) -> Option<GroupId> {
        Some(self.said().group)
    }

    fn names(&self) -> Vec<EntityKey> {
        let Said { session, group, participant, .. } = self.said();
        vec![session.into(), group.into(), participant.into()]
    }

    /// In the group whose session it is, whatever the operation says, and of a person within reach.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Said { session, participant, .. } = self.said();
        let session = rights.known.get::<Session>(session);
        session.is_some_and(|session| rights.in_group(Action::MarkAttendance, session.group))
            && rights.about(Action::MarkAttendance, participant)
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        Ok(())
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Said { session, group, participant, .. } = self.said();
        known.meets(session, group) && known.has_person(participant)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Said { session, group, participant, mark } = self.said();
        let (id, at, contenders) = (self.id(), write.at.clone(), Vec::new());
        let mark = Attendance { id, session, group, participant, mark, at, contenders };
        merge::first(mark, write.at, write)
    }

    /// A write replaces what its author had seen. What is left beside it was written without knowledge of it; a status
    /// beats unset, the later status is shown, two different ones are put to a person.
    fn merge(&self, entity: &Entity, there: &Attendance, write: &Write<'_>) -> Merged {
        let mark = self.said().mark;
        let seen = |c: &Contender| c.stream == write.stream || c.rev <= write.base_rev.unwrap_or(0);
        let mut left: Vec<_> = contenders(entity, there).into_iter().filter(|c| !seen(c)).collect();
        if write.settled && left.is_empty() && there.mark == mark && there.contenders.is_empty() {
            return Merged::Noop;
        }
        let other = |c: &&Contender| mark.is_some() && c.mark.is_some() && c.mark != mark;
        let against: Vec<_> = left.iter().filter(other).map(|c| c.rev).collect();
        left.push(Contender { mark, at: write.at.clone(), rev: entity.rev + 1, stream: write.stream });
        left.sort_by_cached_key(|c| (c.mark.is_some(), c.at.clone()));
        let Some(shown) = left.last().cloned() else { return Merged::Invalid(None) };
        if left.len() == 1 {
            left.clear();
        }
        let next = Attendance { mark: shown.mark, at: shown.at.clone(), contenders: left, ..there.clone() };
        let contradicts = !against.is_empty();
        let contradiction = Contradiction { kind: ReviewKind::Attendance, against: Against::Revs(against) };
        merge::changed(merge::next(entity, next, shown.at, write), contradicts.then_some(contradiction))
    }
}

/// The writes that stand beside each other. A single one made the newest version: every write makes one.
fn contenders(entity: &Entity, there: &Attendance) -> Vec<Contender> {
    if there.contenders.is_empty() {
        vec![Contender { mark: there.mark, at: there.at.clone(), rev: entity.rev, stream: entity.stream }]
    } else {
        there.contenders.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(marks: &[Option<Mark>]) -> Attendance {
        let (session, participant) = (SessionId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let at = |wall| Hlc { wall, counter: 0, node: "n".into() };
        let stand = |(n, mark): (i64, &Option<Mark>)| Contender {
            mark: *mark,
            at: at(n),
            rev: n,
            stream: StreamId(Uuid::from_u128(u128::from(n.unsigned_abs()))),
        };
        Attendance {
            id: AttendanceId::of(session, participant),
            session,
            group: unsaid(),
            participant,
            mark: marks.last().copied().flatten(),
            at: at(9),
            contenders: (1..).zip(marks).map(stand).collect(),
        }
    }

    #[test]
    fn who_takes_part_from_home_has_come_and_is_not_in_the_hall() {
        let here: Vec<_> = Mark::ALL.iter().copied().filter(|mark| mark.is_here()).collect();
        assert_eq!(here, [Mark::Present, Mark::LateOrPartial]);
        assert!(Mark::Remote.attended());
    }

    #[test]
    fn marks_contradict_each_other_only_where_two_that_were_told_differ() {
        let (here, away) = (Some(Mark::Present), Some(Mark::AbsentUnknown));
        for (marks, contradict) in [
            (&[][..], false),
            (&[None, here], false),
            (&[here, here], false),
            (&[None, here, here], false),
            (&[away, here], true),
            (&[here, away, here], true),
            (&[None, away, here], true),
        ] {
            let mark = with(marks);
            assert_eq!(mark.contested(), Some((ReviewKind::Attendance, contradict)), "{marks:?}");
            assert_eq!(mark.sides().is_empty(), !contradict, "{marks:?}");
        }
        let newest_first: Vec<_> = with(&[None, away, here]).sides().iter().map(|side| side.mark).collect();
        assert_eq!(newest_first, [here, away]);
    }
}
