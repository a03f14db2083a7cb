//! What earlier programs noted of their sessions on the tablet alone: which were ended there, and who was called. Today
//! these are records ([`domain::notes`]); what was noted before is still read.

use domain::ids::{GroupId, ParticipantId};
use domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Notebook {
    ended: Vec<Ended>,
    called: Vec<Called>,
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
        self.ended.is_empty() && self.called.is_empty()
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
}
