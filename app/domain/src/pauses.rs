//! Agreed pauses: from a day to a day, and why. Whoever is paused is not asked after, and stays in the group.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::codes::codes;
use crate::ids::{ParticipantId, PauseId};
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time};
use crate::sync::verbs::verbs;
use crate::time::Day;

codes! {
    /// Why somebody pauses, as far as the programme needs to know.
    pub enum PauseReason { Health = "health", Travel = "travel", Caring = "caring", Other = "other" }
}

/// One agreed pause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    pub id: PauseId,
    pub participant: ParticipantId,
    /// The first day of it.
    pub from: Day,
    /// The last day of it; nothing as long as nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    pub reason: PauseReason,
    /// `false`: it was entered by mistake.
    pub holds: bool,
}

impl Pause {
    pub fn covers(&self, day: Day) -> bool {
        self.holds && self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it is still to come or goes on that day.
    pub fn is_open(&self, day: Day) -> bool {
        self.holds && self.to.is_none_or(|to| day <= to)
    }

    /// As it is once the person is back on that day: the day before was its last. One that had not begun by then is none.
    #[must_use]
    pub fn ended(self, back_on: Day) -> Self {
        match back_on <= self.from {
            true => Self { holds: false, ..self },
            false => Self { to: Some(back_on.plus_days(-1)), ..self },
        }
    }
}

impl Noun for Pause {
    type Id = PauseId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 3;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> PauseId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    /// Why somebody pauses may say something of their health.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.health_of(self.participant)
    }
}

verbs! {
    pub enum Verb {
        /// Notes a pause, changes its days, or takes it back.
        Set = "pause.set" { pause: Pause },
    }
}

impl VerbRules for Verb {
    type Noun = Pause;

    fn id(&self) -> PauseId {
        let Self::Set { pause } = self;
        pause.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Set { pause } = self;
        Some(pause.participant)
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Set { pause } = self;
        rights.about(Action::EditProfiles, pause.participant)
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        let Self::Set { pause } = self;
        in_our_time(Some(pause.from), "from")?;
        in_our_time(pause.to, "to")?;
        check(pause.to.is_none_or(|to| pause.from <= to), "to")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Set { pause } = self;
        known.is_of_the_same_person(pause)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Set { pause } = self;
        merge::first(pause.clone(), write.at, write)
    }

    /// Of two that had not seen each other the later holds; nobody has to decide about the days of a pause.
    fn merge(&self, entity: &Entity, _: &Pause, write: &Write<'_>) -> Merged {
        let Self::Set { pause } = self;
        merge::later(entity, pause.clone(), write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn pause(from: &str, to: Option<&str>) -> Pause {
        Pause {
            id: PauseId(Uuid::from_u128(1)),
            participant: ParticipantId(Uuid::from_u128(2)),
            from: from.parse().unwrap(),
            to: to.map(|day| day.parse().unwrap()),
            reason: PauseReason::Travel,
            holds: true,
        }
    }

    #[test]
    fn a_pause_covers_its_days_both_ends_included_and_none_once_it_is_taken_back() {
        let one = pause("2026-09-08", Some("2026-09-10"));
        let covers = |one: &Pause, day: &str| one.covers(day.parse().unwrap());
        assert!(covers(&one, "2026-09-08") && covers(&one, "2026-09-10"));
        assert!(!covers(&one, "2026-09-07") && !covers(&one, "2026-09-11"));
        assert!(covers(&pause("2026-09-08", None), "2030-01-01"));
        assert!(!covers(&Pause { holds: false, ..one }, "2026-09-08"));
    }

    #[test]
    fn who_is_back_has_paused_until_the_day_before_and_who_never_paused_has_not() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let back = pause("2026-09-08", None).ended(day("2026-09-11"));
        assert!(back.covers(day("2026-09-10")) && !back.covers(day("2026-09-11")));
        assert!(!pause("2026-09-08", Some("2026-09-30")).ended(day("2026-09-08")).holds, "it has not begun");
        assert!(pause("2026-09-08", Some("2026-09-10")).is_open(day("2026-09-01")));
        assert!(!pause("2026-09-08", Some("2026-09-10")).is_open(day("2026-09-11")));
    }

    #[test]
    fn a_pause_does_not_end_before_it_begins() {
        let checked = |one| Verb::Set { pause: one }.check("2026-09-08".parse().unwrap());
        assert_eq!(checked(pause("2026-09-08", Some("2026-09-08"))), Ok(()));
        assert_eq!(checked(pause("2026-09-08", Some("2026-09-07"))), Err(Invalid::field("to")));
        assert_eq!(checked(pause("1926-09-08", None)), Err(Invalid::field("from")));
    }
}
