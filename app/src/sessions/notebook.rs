//! What this tablet notes of its sessions beside the records: which were ended here, and who was called. It is this
//! instructor's own and is not sent: the records say who came, and nothing of it changes a figure.

use domain::assessments::Instrument;
use domain::assessments::protocol::rest_between;
use domain::ids::{GroupId, ParticipantId};
use domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};

/// Days after which a note is of no use any more.
const KEPT_DAYS: i64 = 60;
/// No test waits longer for the one before it.
const LONGEST_REST_MS: i64 = 300_000;

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Notebook {
    ended: Vec<Ended>,
    called: Vec<Called>,
    /// Who has done a test after which another one waits; of the last minutes alone.
    tired: Vec<Tired>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Tired {
    participant: ParticipantId,
    test: Instrument,
    at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Ended {
    group: GroupId,
    day: Day,
    at: Instant,
}

/// A call about the absence of that day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Called {
    group: GroupId,
    day: Day,
    participant: ParticipantId,
}

impl Notebook {
    pub fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.called.is_empty() && self.tired.is_empty()
    }

    /// Somebody has done a test after which another one waits.
    pub fn tire(&mut self, participant: ParticipantId, test: Instrument, at: Instant) {
        self.tired.retain(|note| at.millis_since(note.at) <= LONGEST_REST_MS);
        self.tired.push(Tired { participant, test, at });
    }

    /// Until when the person rests before that test; nothing once that has passed.
    pub fn rests_until(&self, participant: ParticipantId, test: Instrument, now: Instant) -> Option<Instant> {
        let until = |note: &Tired| {
            let rest = rest_between(note.test, test).filter(|_| note.participant == participant)?;
            Some(note.at.plus_millis(i64::from(rest)))
        };
        // A clock that was set back makes nobody wait for hours.
        let waits = |until: &Instant| (1..=LONGEST_REST_MS).contains(&(until.millis_since(now)));
        self.tired.iter().filter_map(until).filter(waits).max()
    }

    /// The session was ended at that moment; what is old goes.
    pub fn end(&mut self, group: GroupId, day: Day, at: Instant) {
        self.reopen(group, day);
        self.ended.push(Ended { group, day, at });
        let first = at.in_finland().0.plus_days(-KEPT_DAYS);
        self.ended.retain(|note| note.day >= first);
        self.called.retain(|note| note.day >= first);
    }

    pub fn reopen(&mut self, group: GroupId, day: Day) {
        self.ended.retain(|note| (note.group, note.day) != (group, day));
    }

    /// When the session was ended on this tablet.
    pub fn ended(&self, group: GroupId, day: Day) -> Option<Instant> {
        self.ended.iter().find(|note| (note.group, note.day) == (group, day)).map(|note| note.at)
    }

    pub fn sessions_ended(&self) -> usize {
        self.ended.len()
    }

    /// Notes the call, or that it was not made after all.
    pub fn tick(&mut self, group: GroupId, day: Day, participant: ParticipantId) {
        let note = Called { group, day, participant };
        if self.called.contains(&note) {
            self.called.retain(|other| *other != note);
        } else {
            self.called.push(note);
        }
    }

    pub fn called(&self, group: GroupId, day: Day, participant: ParticipantId) -> bool {
        self.called.contains(&Called { group, day, participant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> GroupId {
        GroupId(uuid::Uuid::from_u128(1))
    }

    fn person() -> ParticipantId {
        ParticipantId(uuid::Uuid::from_u128(2))
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn noon(text: &str) -> Instant {
        Instant::from_millis(day(text).days_since(day("1970-01-01")) * 86_400_000 + 36_000_000)
    }

    #[test]
    fn a_session_is_ended_until_it_is_opened_again() {
        let mut notes = Notebook::default();
        let on = day("2026-09-08");
        notes.end(group(), on, noon("2026-09-08"));
        notes.end(group(), on, noon("2026-09-09"));
        assert_eq!(notes.ended(group(), on), Some(noon("2026-09-09")));
        assert_eq!(notes.ended(group(), day("2026-09-15")), None);
        notes.reopen(group(), on);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_call_is_ticked_and_unticked_and_is_of_one_absence() {
        let mut notes = Notebook::default();
        let on = day("2026-09-08");
        notes.tick(group(), on, person());
        assert!(notes.called(group(), on, person()) && !notes.called(group(), day("2026-09-15"), person()));
        notes.tick(group(), on, person());
        assert!(!notes.called(group(), on, person()));
    }

    #[test]
    fn the_two_tests_of_chairs_lie_five_minutes_apart() {
        let mut notes = Notebook::default();
        let done = noon("2026-09-08");
        notes.tire(person(), Instrument::Sppb, done);
        let rests = |test, ms: i64| {
            let until = notes.rests_until(person(), test, done.plus_millis(ms));
            until.map(|until| until.millis_since(done))
        };
        assert_eq!(rests(Instrument::Chair30, 1_000), Some(300_000));
        assert_eq!((rests(Instrument::Chair30, 300_000), rests(Instrument::Tug, 1_000)), (None, None));
        assert_eq!(rests(Instrument::Chair30, -3_600_000), None, "a clock that was set back");
        let other = ParticipantId(uuid::Uuid::from_u128(3));
        assert_eq!(notes.rests_until(other, Instrument::Chair30, done), None);
        notes.tire(other, Instrument::Chair30, done.plus_millis(400_000));
        assert_eq!(notes.tired.len(), 1, "what is over is not kept");
    }

    #[test]
    fn old_notes_go_when_a_session_is_ended() {
        let mut notes = Notebook::default();
        let old = day("2026-09-08");
        notes.tick(group(), old, person());
        notes.end(group(), old, noon("2026-09-08"));
        notes.end(group(), day("2026-11-20"), noon("2026-11-20"));
        assert!(!notes.called(group(), old, person()));
        assert_eq!(notes.ended(group(), old), None);
    }
}
