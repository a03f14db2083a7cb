//! What is recorded when marks are made: the session exists and was held before anyone was present in it.

use domain::attendance::{Correction, Mark};
use domain::ids::ParticipantId;
use domain::sessions::{Cancellation, Session, SessionStatus};
use domain::sync::op::Verb;
use domain::time::TimeOfDay;
use domain::{attendance, notes, sessions};

use crate::sessions::today::Meeting;

/// The operations of these marks, in order. `recorded`: the session is known to the store already.
pub fn marks(meeting: &Meeting, recorded: bool, changes: &[(ParticipantId, Option<Mark>)]) -> Vec<Verb> {
    let mut verbs = Vec::with_capacity(changes.len() + 2);
    if changes.is_empty() {
        return verbs;
    }
    verbs.extend((!recorded).then(|| plan(meeting)));
    let attended = changes.iter().any(|(_, mark)| mark.is_some_and(Mark::attended));
    if attended && meeting.status.is_none() {
        verbs.push(held(meeting));
    }
    verbs.extend(changes.iter().map(|(participant, mark)| {
        Verb::Attendance(attendance::Verb::Set {
            session: meeting.session,
            group: meeting.group,
            participant: *participant,
            mark: *mark,
        })
    }));
    verbs
}

/// The operations of marks that are changed after the session was over, each with the reason.
pub fn corrections(
    meeting: &Meeting,
    recorded: bool,
    changes: &[(ParticipantId, Option<Mark>)],
    reason: Correction,
) -> Vec<Verb> {
    let mut verbs = marks(meeting, recorded, changes);
    for verb in &mut verbs {
        if let Verb::Attendance(attendance::Verb::Set { session, group, participant, mark }) = verb {
            let (session, group, participant, mark) = (*session, *group, *participant, *mark);
            *verb = Verb::Attendance(attendance::Verb::Correct { session, group, participant, mark, reason });
        }
    }
    verbs
}

/// What comes before anything is said of the session: it exists.
fn known(meeting: &Meeting, recorded: bool) -> Vec<Verb> {
    (!recorded).then(|| plan(meeting)).into_iter().collect()
}

/// The operations that say what became of the session.
pub fn status(meeting: &Meeting, recorded: bool, status: SessionStatus) -> Vec<Verb> {
    said(meeting, recorded, Some(status))
}

/// As [`status`]; with `None` nothing is said of the session after all.
pub fn said(meeting: &Meeting, recorded: bool, status: Option<SessionStatus>) -> Vec<Verb> {
    let mut verbs = known(meeting, recorded);
    if meeting.status != status {
        let (id, group) = (meeting.session, meeting.group);
        verbs.push(Verb::Session(sessions::Verb::Status { id, group, status }));
    }
    verbs
}

/// That these people were on an agreed pause: the session was not offered to them.
pub fn paused(meeting: &Meeting, people: &[ParticipantId]) -> Vec<Verb> {
    let (session, group, mark) = (meeting.session, meeting.group, Some(Mark::Paused));
    people
        .iter()
        .map(|participant| attendance::Verb::Set { session, group, participant: *participant, mark }.into())
        .collect()
}

/// That the session was ended: from here on a change needs a reason, on every tablet.
pub fn ended(meeting: &Meeting) -> Verb {
    let (session, group) = (meeting.session, meeting.group);
    notes::Verb::Set { session, group, about: notes::About::Ended, holds: true }.into()
}

/// The operations that cancel the session, or say another reason for it.
pub fn cancelled(meeting: &Meeting, recorded: bool, reason: Cancellation) -> Vec<Verb> {
    let mut verbs = known(meeting, recorded);
    if (meeting.status, meeting.because) != (Some(reason.status()), Some(reason)) {
        verbs.push(Verb::Session(sessions::Verb::Cancel { id: meeting.session, group: meeting.group, reason }));
    }
    verbs
}

/// The operations that say what is to be known about the session; empty takes that away.
pub fn noted(meeting: &Meeting, recorded: bool, note: &str) -> Vec<Verb> {
    if meeting.note.as_deref().unwrap_or_default() == note {
        return Vec::new();
    }
    let mut verbs = known(meeting, recorded);
    let (id, group, note) = (meeting.session, meeting.group, note.to_owned());
    verbs.push(Verb::Session(sessions::Verb::Note { id, group, note }));
    verbs
}

/// The operation that holds the session at another time or place than the group's others.
pub fn moved(meeting: &Meeting, recorded: bool, starts_at: Option<TimeOfDay>, place: Option<String>) -> Vec<Verb> {
    let mut verbs = known(meeting, recorded);
    let (id, group) = (meeting.session, meeting.group);
    verbs.push(Verb::Session(sessions::Verb::Move { id, group, starts_at, place }));
    verbs
}

/// The operations that say how many came, of whom nobody's name is kept: with that the session was held. `None` takes the
/// number away.
pub fn counted(meeting: &Meeting, recorded: bool, people: Option<u16>) -> Vec<Verb> {
    if meeting.counted == people {
        return Vec::new();
    }
    let mut verbs = known(meeting, recorded);
    verbs.extend((people.is_some() && meeting.status.is_none()).then(|| held(meeting)));
    let (id, group) = (meeting.session, meeting.group);
    verbs.push(Verb::Session(sessions::Verb::Count { id, group, people }));
    verbs
}

fn held(meeting: &Meeting) -> Verb {
    Verb::Session(sessions::Verb::Status {
        id: meeting.session,
        group: meeting.group,
        status: Some(SessionStatus::Held),
    })
}

/// The session exists.
pub fn plan(meeting: &Meeting) -> Verb {
    let planned = Session::planned(meeting.group, meeting.day, meeting.starts_at);
    Verb::Session(sessions::Verb::Plan { session: Session { id: meeting.session, ..planned } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{GroupId, SessionId};

    fn meeting(status: Option<SessionStatus>) -> Meeting {
        Meeting {
            session: SessionId(uuid::Uuid::nil()),
            group: GroupId(uuid::Uuid::nil()),
            group_name: "a".into(),
            place: None,
            day: "2026-09-08".parse().unwrap(),
            starts_at: None,
            minutes: 60,
            status,
            because: None,
            note: None,
            counted: None,
            by_count: false,
        }
    }

    fn kinds(verbs: &[Verb]) -> Vec<&'static str> {
        let kind = |verb: &Verb| match verb {
            Verb::Session(sessions::Verb::Plan { .. }) => "plan",
            Verb::Session(sessions::Verb::Status { .. }) => "status",
            Verb::Attendance(attendance::Verb::Set { .. }) => "mark",
            Verb::Attendance(attendance::Verb::Correct { .. }) => "correct",
            _ => "other",
        };
        verbs.iter().map(kind).collect()
    }

    #[test]
    fn the_first_presence_makes_the_session_and_says_that_it_was_held() {
        let one = [(ParticipantId(uuid::Uuid::nil()), Some(Mark::Present))];
        assert_eq!(kinds(&marks(&meeting(None), false, &one)), ["plan", "status", "mark"]);
        assert_eq!(kinds(&marks(&meeting(Some(SessionStatus::Held)), true, &one)), ["mark"]);
    }

    #[test]
    fn an_absence_told_beforehand_does_not_say_that_the_session_was_held() {
        let one = [(ParticipantId(uuid::Uuid::nil()), Some(Mark::AbsentInformed))];
        assert_eq!(kinds(&marks(&meeting(None), true, &one)), ["mark"]);
        assert!(marks(&meeting(None), false, &[]).is_empty());
    }

    #[test]
    fn who_is_on_a_pause_is_marked_so() {
        let verbs = paused(&meeting(Some(SessionStatus::Held)), &[ParticipantId(uuid::Uuid::nil())]);
        assert!(matches!(verbs[..], [Verb::Attendance(attendance::Verb::Set { mark: Some(Mark::Paused), .. })]));
    }

    #[test]
    fn a_mark_changed_afterwards_carries_its_reason() {
        let one = [(ParticipantId(uuid::Uuid::nil()), None)];
        let verbs = corrections(&meeting(Some(SessionStatus::Held)), true, &one, Correction::WrongPerson);
        assert_eq!(kinds(&verbs), ["correct"]);
    }

    #[test]
    fn a_session_is_cancelled_and_noted_once() {
        let planned = meeting(None);
        let kind = |verb: &Verb| verb.kind();
        let cancelled = cancelled(&planned, false, Cancellation::Weather);
        assert_eq!(cancelled.iter().map(kind).collect::<Vec<_>>(), ["session.plan", "session.cancel"]);
        let holiday = Meeting {
            because: Some(Cancellation::Holiday),
            note: Some("Kahviossa".into()),
            ..meeting(Some(SessionStatus::Holiday))
        };
        assert!(super::cancelled(&holiday, true, Cancellation::Holiday).is_empty());
        assert_eq!(super::cancelled(&holiday, true, Cancellation::Weather).len(), 1);
        assert!(noted(&holiday, true, "Kahviossa").is_empty() && noted(&planned, false, "").is_empty());
        assert_eq!(noted(&holiday, true, "").iter().map(kind).collect::<Vec<_>>(), ["session.note"]);
    }

    #[test]
    fn counting_who_came_says_that_it_was_held_and_the_same_number_records_nothing() {
        let kinds = |verbs: Vec<Verb>| verbs.iter().map(Verb::kind).collect::<Vec<_>>();
        let counted = Meeting { counted: Some(40), ..meeting(Some(SessionStatus::Held)) };
        assert_eq!(
            kinds(super::counted(&meeting(None), false, Some(40))),
            ["session.plan", "session.status", "session.count"]
        );
        assert!(super::counted(&counted, true, Some(40)).is_empty());
        assert_eq!(kinds(super::counted(&counted, true, None)), ["session.count"]);
        assert!(super::counted(&meeting(None), false, None).is_empty());
    }

    #[test]
    fn saying_the_same_status_again_records_nothing() {
        assert!(status(&meeting(Some(SessionStatus::Held)), true, SessionStatus::Held).is_empty());
        assert_eq!(kinds(&status(&meeting(None), false, SessionStatus::CancelledByOrganiser)), ["plan", "status"]);
    }
}
