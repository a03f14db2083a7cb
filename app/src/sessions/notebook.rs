//! What earlier programs noted of their sessions on the tablet alone: which were ended there, and who was called. Today
//! these are records ([`domain::notes`]); what was noted before is still read.

use domain::assessments::Instrument;
use domain::assessments::protocol::rest_between;
use domain::ids::{GroupId, ParticipantId};
use domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};

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

    /// When the session was ended on this tablet.
    pub fn ended(&self, group: GroupId, day: Day) -> Option<Instant> {
        self.ended.iter().find(|note| (note.group, note.day) == (group, day)).map(|note| note.at)
    }

    pub fn sessions_ended(&self) -> usize {
        self.ended.len()
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

    #[test]
    fn what_an_earlier_program_noted_is_read() {
        let kept = format!(
            r#"{{"ended":[{{"group":"{0}","day":"2026-09-08","at":1788854400000}}],
                "called":[{{"group":"{0}","day":"2026-09-08","participant":"{1}"}}]}}"#,
            group(),
            person()
        );
        let notes: Notebook = serde_json::from_str(&kept).unwrap();
        let (on, other) = (day("2026-09-08"), day("2026-09-15"));
        assert_eq!(notes.ended(group(), on), Some(Instant::from_millis(1_788_854_400_000)));
        assert_eq!((notes.ended(group(), other), notes.sessions_ended()), (None, 1));
        assert!(notes.called(group(), on, person()) && !notes.called(group(), other, person()));
        assert!(!notes.is_empty() && Notebook::default().is_empty());
    }

    #[test]
    fn the_two_tests_of_chairs_lie_five_minutes_apart() {
        let mut notes = Notebook::default();
        let done = Instant::from_millis(1_788_854_400_000);
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
}
