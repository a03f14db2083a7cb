//! On which days somebody has exercised at home: a week of it, as the sheet on the refrigerator has it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::access::Action;
use crate::ids::{HomeWeekId, ParticipantId, uuid_v5};
use crate::sync::entity::{Bucket, Entity};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, past};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// Days of a week.
pub const DAYS: i64 = 7;
/// So many days back somebody tells of by themselves; earlier ones are the instructor's to enter.
pub const TOLD_BACK: i64 = 13;

/// What was said of one day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// `false`: it was told and taken back.
    pub done: bool,
    /// When it was said; of two that had not seen each other the later holds.
    pub at: Hlc,
    /// The version of the week that this made.
    pub rev: i64,
}

/// One person's week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeWeek {
    pub participant: ParticipantId,
    pub monday: Day,
    /// The days of which somebody has said something.
    pub days: BTreeMap<Day, Told>,
}

impl HomeWeekId {
    /// A person has one record of a week, whoever writes it.
    pub fn of(person: ParticipantId, monday: Day) -> Self {
        Self(uuid_v5(person.0, &["home_week", &monday.to_string()]))
    }
}

impl HomeWeek {
    /// The days on which something was done.
    pub fn done(&self) -> impl Iterator<Item = Day> {
        self.days.iter().filter(|(_, told)| told.done).map(|(day, _)| *day)
    }
}

/// The days of the week that begins on that Monday.
pub fn days_from(monday: Day) -> impl Iterator<Item = Day> {
    (0..DAYS).map(move |n| monday.plus_days(n))
}

/// The days on which something was done, by all weeks of one person. Where two records of the person tell of one day, the
/// later word holds: so what was told in one is taken back in the other.
pub fn done_in<'a>(weeks: impl IntoIterator<Item = &'a HomeWeek>) -> BTreeSet<Day> {
    let mut said: BTreeMap<Day, &Told> = BTreeMap::new();
    for (day, told) in weeks.into_iter().flat_map(|week| &week.days) {
        let last = said.entry(*day).or_insert(told);
        if told.at > last.at {
            *last = told;
        }
    }
    said.into_iter().filter(|(_, told)| told.done).map(|(day, _)| day).collect()
}

/// How many of these days lie in that day's week.
pub fn in_week_of(today: Day, done: &BTreeSet<Day>) -> i64 {
    let count = days_from(today.monday()).filter(|day| done.contains(day)).count();
    i64::try_from(count).unwrap_or_default()
}

/// Whether somebody may tell of that day by themselves.
pub fn is_told_by_oneself(day: Day, today: Day) -> bool {
    (0..=TOLD_BACK).contains(&today.days_since(day))
}

impl Noun for HomeWeek {
    type Id = HomeWeekId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 4;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> HomeWeekId {
        HomeWeekId::of(self.participant, self.monday)
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    /// How somebody exercises says something of their health.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.health_of(self.participant)
    }

    fn readings(&self) -> Vec<&Hlc> {
        self.days.values().map(|told| &told.at).collect()
    }
}

verbs! {
    pub enum Verb {
        /// Says of days of one week whether something was done (`true`) or not after all; other days stay as they are.
        Set = "home_week.set" { participant: ParticipantId, monday: Day, days: BTreeMap<Day, bool> },
    }
}

impl Verb {
    /// The week with what is said of its days, as far as it holds against what was said before.
    fn told_over(&self, there: &HomeWeek, rev: i64, write: &Write<'_>) -> HomeWeek {
        let Self::Set { days, .. } = self;
        let mut week = there.clone();
        for (day, done) in days {
            let unseen = there
                .days
                .get(day)
                .filter(|told| told.rev > write.base_rev.unwrap_or(0) && told.at.node != write.at.node);
            if unseen.is_none_or(|told| *write.at > told.at) {
                week.days.insert(*day, Told { done: *done, at: write.at.clone(), rev });
            }
        }
        week
    }
}

impl VerbRules for Verb {
    type Noun = HomeWeek;

    fn id(&self) -> HomeWeekId {
        let Self::Set { participant, monday, .. } = self;
        HomeWeekId::of(*participant, *monday)
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Set { participant, .. } = self;
        Some(*participant)
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Set { participant, .. } = self;
        rights.about(Action::EditProfiles, *participant)
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Set { monday, days, .. } = self;
        check(!days.is_empty() && monday.monday() == *monday, "days")?;
        check(days.keys().all(|day| day.monday() == *monday), "days")?;
        days.keys().try_for_each(|day| past(*day, today, "days"))
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Set { participant, .. } = self;
        known.has_person(*participant)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Set { participant, monday, .. } = self;
        let nothing = HomeWeek { participant: *participant, monday: *monday, days: BTreeMap::new() };
        merge::first(self.told_over(&nothing, 1, write), write.at, write)
    }

    /// Each day by itself: of two that had not seen each other the later holds. Nobody has to decide about a tick. The same
    /// word told again is a new one: in another record of the person something else may have been said since.
    fn merge(&self, entity: &Entity, there: &HomeWeek, write: &Write<'_>) -> Merged {
        let week = self.told_over(there, entity.rev + 1, write);
        let at = entity.at.clone().max(write.at.clone());
        merge::changed(merge::next(entity, week, at, write), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StreamId;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn person() -> ParticipantId {
        ParticipantId(Uuid::from_u128(9))
    }

    fn says(days: &[(&str, bool)]) -> Verb {
        let days: BTreeMap<_, _> = days.iter().map(|(on, done)| (day(on), *done)).collect();
        Verb::Set { participant: person(), monday: day("2026-09-07"), days }
    }

    fn checked(days: &[(&str, bool)]) -> Result<(), Invalid> {
        says(days).check(day("2026-09-09"))
    }

    #[test]
    fn a_week_ends_with_the_sunday_after_its_monday() {
        assert_eq!(days_from(day("2026-09-07")).last(), Some(day("2026-09-13")));
    }

    #[test]
    fn days_lie_in_one_week_and_none_is_still_to_come() {
        assert_eq!(checked(&[("2026-09-07", true), ("2026-09-09", false)]), Ok(()));
        assert_eq!(checked(&[("2026-09-10", true)]), Ok(()), "a day's grace for clocks");
        for wrong in [&[][..], &[("2026-09-06", true), ("2026-09-07", true)], &[("2026-09-11", true)]] {
            assert_eq!(checked(wrong), Err(Invalid::field("days")), "{wrong:?}");
        }
        let Verb::Set { participant, days, .. } = says(&[("2026-09-08", true)]);
        let of_tuesday = Verb::Set { participant, monday: day("2026-09-08"), days };
        assert_eq!(of_tuesday.check(day("2026-09-09")), Err(Invalid::field("days")));
    }

    #[test]
    fn somebody_tells_of_today_and_of_two_weeks_back_and_never_of_tomorrow() {
        let today = day("2026-09-14");
        let told = |on| is_told_by_oneself(day(on), today);
        assert!(told("2026-09-14") && told("2026-09-01"));
        assert!(!told("2026-08-31") && !told("2026-09-15"));
    }

    struct Say<'a> {
        stream: u128,
        wall: i64,
        seen: Option<i64>,
        settled: bool,
        verb: &'a Verb,
    }

    /// A tablet's word.
    fn say(stream: u128, wall: i64, seen: Option<i64>, verb: &Verb) -> Say<'_> {
        Say { stream, wall, seen, settled: false, verb }
    }

    /// The days that were done after these writes, and the newest version.
    fn after(writes: &[Say<'_>]) -> (BTreeSet<Day>, i64) {
        let mut entity: Option<Entity> = None;
        for Say { stream, wall, seen, settled, verb } in writes {
            let at = Hlc { wall: *wall, counter: 0, node: stream.to_string() };
            let stream = StreamId(Uuid::from_u128(*stream));
            let write = Write { stream, at: &at, base_rev: *seen, settled: *settled };
            if let Merged::Changed { entity: next, contradiction, .. } =
                merge::apply(entity.as_ref(), &(*verb).clone().into(), &write)
            {
                assert_eq!(contradiction, None);
                entity = Some(*next);
            }
        }
        let entity = entity.unwrap();
        (done_in(entity.content::<HomeWeek>()), entity.rev)
    }

    fn days(all: &[&str]) -> BTreeSet<Day> {
        all.iter().map(|one| day(one)).collect()
    }

    #[test]
    fn the_same_tick_told_twice_counts_once_and_is_taken_back_by_one_press() {
        let (tick, back) = (says(&[("2026-09-08", true)]), says(&[("2026-09-08", false)]));
        let press = |wall, seen, verb| Say { settled: true, ..say(1, wall, seen, verb) };
        let twice = [press(1, None, &tick), press(2, Some(1), &tick)];
        assert_eq!(after(&twice), (days(&["2026-09-08"]), 2), "told again it is the later word of two records");
        let [first, second] = twice;
        assert_eq!(after(&[first, second, press(3, Some(2), &back)]), (days(&[]), 3));
    }

    #[test]
    fn what_two_say_of_different_days_stands_side_by_side_whichever_comes_first() {
        let (own, sheet) = (says(&[("2026-09-08", true)]), says(&[("2026-09-07", true), ("2026-09-09", true)]));
        let all = days(&["2026-09-07", "2026-09-08", "2026-09-09"]);
        assert_eq!(after(&[say(1, 5, None, &own), say(2, 4, None, &sheet)]).0, all);
        assert_eq!(after(&[say(2, 4, None, &sheet), say(1, 5, None, &own)]).0, all);
    }

    #[test]
    fn of_two_words_about_one_day_the_later_holds_whichever_comes_first() {
        let (tick, back) = (says(&[("2026-09-08", true)]), says(&[("2026-09-08", false)]));
        let (one, other) = (say(1, 5, None, &tick), say(2, 9, None, &back));
        let (again, once_more) = (say(1, 5, None, &tick), say(2, 9, None, &back));
        assert_eq!(after(&[one, other]).0, days(&[]));
        assert_eq!(after(&[once_more, again]).0, days(&[]));
        let seen = [say(2, 9, None, &back), say(1, 5, Some(1), &tick)];
        assert_eq!(after(&seen).0, days(&["2026-09-08"]), "whoever has seen it has said otherwise");
    }

    /// A week of one of a person's records, in which one word was said.
    fn week(on: &str, done: bool, wall: i64) -> HomeWeek {
        let at = Hlc { wall, ..Hlc::default() };
        let days = [(day(on), Told { done, at, rev: 1 })].into();
        HomeWeek { participant: person(), monday: day("2026-09-07"), days }
    }

    #[test]
    fn two_records_of_one_person_count_a_day_once() {
        let told = |on| week(on, true, 1);
        assert_eq!(done_in(&[told("2026-09-08"), told("2026-09-08"), told("2026-09-10")]).len(), 2);
    }

    #[test]
    fn of_two_records_of_one_person_the_later_word_holds_whichever_is_read_first() {
        let (tick, back) = (week("2026-09-08", true, 1), week("2026-09-08", false, 2));
        assert_eq!(done_in([&tick, &back]), days(&[]));
        assert_eq!(done_in([&back, &tick]), days(&[]));
        let again = week("2026-09-08", true, 3);
        assert_eq!(done_in([&again, &tick, &back]), days(&["2026-09-08"]));
    }

    #[test]
    fn a_week_counts_its_own_days_alone() {
        let done = days(&["2026-09-06", "2026-09-07", "2026-09-13", "2026-09-14"]);
        assert_eq!(in_week_of(day("2026-09-10"), &done), 2);
    }
}
