//! Outdoor friends: a volunteer who goes out with one participant, since when, and on which days they were out. Nothing of
//! anybody's health is kept with it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::codes::codes;
use crate::fields::is_phone;
use crate::ids::{FriendPairId, ParticipantId};
use crate::names::can_be_said;
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, line, past};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// How many visits one pair may have: two a week for ten years.
pub const MOST_VISITS: usize = 1040;

codes! {
    /// Why a pair is one no more.
    pub enum FriendEnd { Participant = "participant", Volunteer = "volunteer", Moved = "moved", Other = "other" }
}

/// A volunteer and a participant who go out together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FriendPair {
    pub id: FriendPairId,
    pub participant: ParticipantId,
    /// The volunteer's whole name.
    pub name: String,
    pub phone: String,
    pub since: Day,
    /// The last day, and why it was the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// Days on which they were out together.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub visits: BTreeSet<Day>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    pub on: Day,
    pub reason: FriendEnd,
}

impl FriendPair {
    /// Whether they still go out together on that day.
    pub fn is_open(&self, day: Day) -> bool {
        self.ended.is_none_or(|ended| day <= ended.on)
    }

    /// Whether they could have been out on that day.
    pub fn covers(&self, day: Day) -> bool {
        self.since <= day && self.is_open(day)
    }

    /// The first day on which it can have ended: no visit lies behind it.
    pub fn ends_from(&self) -> Day {
        self.visits.last().copied().unwrap_or(self.since)
    }
}

/// On no tablet: it lies in no bucket.
impl Noun for FriendPair {
    type Id = FriendPairId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 5;

    fn id(&self) -> FriendPairId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn buckets(&self, _: &impl Places) -> BTreeSet<Bucket> {
        BTreeSet::new()
    }
}

verbs! {
    pub enum Verb {
        /// Pairs two people, notes a visit or takes one away, or ends it.
        Set = "friend_pair.set" { pair: FriendPair },
    }
}

impl VerbRules for Verb {
    type Noun = FriendPair;

    fn id(&self) -> FriendPairId {
        let Self::Set { pair } = self;
        pair.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Set { pair } = self;
        Some(pair.participant)
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Set { pair } = self;
        rights.at_desk() && rights.about(Action::EditProfiles, pair.participant)
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Set { pair } = self;
        check(can_be_said(&pair.name), "name")?;
        line(&pair.name, "name")?;
        check(is_phone(&pair.phone), "phone")?;
        line(&pair.phone, "phone")?;
        past(pair.since, today, "since")?;
        check(pair.visits.len() <= MOST_VISITS, "visits")?;
        check(pair.visits.iter().all(|on| pair.covers(*on) && *on <= today.plus_days(1)), "visits")?;
        let Some(Ended { on, .. }) = pair.ended else { return Ok(()) };
        past(on, today, "ended")?;
        check(pair.since <= on, "ended")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Set { pair } = self;
        known.is_of_the_same_person(pair)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Set { pair } = self;
        merge::first(pair.clone(), write.at, write)
    }

    /// Written at the desk alone, over the newest version.
    fn merge(&self, entity: &Entity, _: &FriendPair, write: &Write<'_>) -> Merged {
        let Self::Set { pair } = self;
        merge::later(entity, pair.clone(), write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn pair(visits: &[&str]) -> FriendPair {
        FriendPair {
            id: FriendPairId(Uuid::from_u128(1)),
            participant: ParticipantId(Uuid::from_u128(2)),
            name: "Ville Vapaaehtoinen".into(),
            phone: "040 123 4567".into(),
            since: day("2026-09-01"),
            ended: None,
            visits: visits.iter().map(|on| day(on)).collect(),
        }
    }

    fn ended(on: &str) -> Option<Ended> {
        Some(Ended { on: day(on), reason: FriendEnd::Moved })
    }

    #[test]
    fn a_pair_has_a_name_and_a_number_and_visits_within_its_days() {
        let checked = |pair| Verb::Set { pair }.check(day("2026-09-20"));
        assert_eq!(checked(pair(&["2026-09-01", "2026-09-20"])), Ok(()));
        for (field, wrong) in [
            ("name", FriendPair { name: " - ".into(), ..pair(&[]) }),
            ("phone", FriendPair { phone: "1234".into(), ..pair(&[]) }),
            ("since", FriendPair { since: day("2026-09-22"), ..pair(&[]) }),
            ("visits", pair(&["2026-08-31"])),
            ("visits", pair(&["2026-09-22"])),
            ("visits", FriendPair { ended: ended("2026-09-10"), ..pair(&["2026-09-11"]) }),
            ("ended", FriendPair { ended: ended("2026-08-31"), ..pair(&[]) }),
            ("ended", FriendPair { ended: ended("2026-09-22"), ..pair(&[]) }),
        ] {
            assert_eq!(checked(wrong), Err(Invalid::field(field)), "{field}");
        }
        assert_eq!(checked(FriendPair { ended: ended("2026-09-10"), ..pair(&["2026-09-10"]) }), Ok(()));
    }

    #[test]
    fn a_pair_goes_on_to_its_last_day_and_ends_no_earlier_than_its_last_visit() {
        let over = FriendPair { ended: ended("2026-09-10"), ..pair(&[]) };
        assert!(over.is_open(day("2026-09-10")) && !over.is_open(day("2026-09-11")));
        assert!(over.covers(day("2026-09-01")) && !over.covers(day("2026-08-31")));
        assert_eq!(pair(&["2026-09-15", "2026-09-08"]).ends_from(), day("2026-09-15"));
        assert_eq!(pair(&[]).ends_from(), day("2026-09-01"));
    }
}
