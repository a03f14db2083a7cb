//! When and where a group meets, and since when: what held before a change within the season stays what was planned then.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::{DayTime, Group};
use crate::time::{Day, TimeOfDay};

/// How often a group's timetable may change within one season.
pub const MOST_EARLIER: usize = 30;

/// A group's timetable, as it holds on some day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timetable<'a> {
    /// ISO week days, ascending.
    pub weekdays: &'a [u8],
    /// When it begins, on every day that has no time of its own.
    pub starts_at: Option<TimeOfDay>,
    pub times: &'a [DayTime],
    /// Length of a session in minutes.
    pub minutes: Option<u16>,
    pub place: Option<&'a str>,
    /// Where the place's nearest defibrillator is.
    pub aed: Option<&'a str>,
}

/// A timetable that was changed within the season, with the day on which that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// The first day on which it no longer holds.
    pub until: Day,
    /// This and the others as the group's own fields of these names.
    #[serde(default)]
    pub weekdays: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<DayTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aed: Option<String>,
}

impl Timetable<'_> {
    /// When it begins on that day of the week (ISO, Monday 1 … Sunday 7).
    pub fn time_of(&self, weekday: u8) -> Option<TimeOfDay> {
        let own = self.times.iter().find(|time| time.weekday == weekday);
        own.map(|time| time.starts_at).or(self.starts_at)
    }

    /// Whether people come at the same times to the same place. Where the defibrillator is, is told of a place and not of
    /// a time: a correction of it changes no timetable.
    pub fn is_like(&self, other: &Timetable<'_>) -> bool {
        (self.weekdays, self.starts_at, self.times, self.minutes, self.place)
            == (other.weekdays, other.starts_at, other.times, other.minutes, other.place)
    }

    fn ended(&self, until: Day) -> Earlier {
        Earlier {
            until,
            weekdays: self.weekdays.to_vec(),
            starts_at: self.starts_at,
            times: self.times.to_vec(),
            minutes: self.minutes,
            place: self.place.map(str::to_owned),
            aed: self.aed.map(str::to_owned),
        }
    }
}

impl Earlier {
    fn timetable(&self) -> Timetable<'_> {
        Timetable {
            weekdays: &self.weekdays,
            starts_at: self.starts_at,
            times: &self.times,
            minutes: self.minutes,
            place: self.place.as_deref(),
            aed: self.aed.as_deref(),
        }
    }
}

impl Group {
    /// The newest timetable, which may be still to come.
    pub fn timetable(&self) -> Timetable<'_> {
        Timetable {
            weekdays: &self.weekdays,
            starts_at: self.starts_at,
            times: &self.times,
            minutes: self.minutes,
            place: self.place.as_deref(),
            aed: self.aed.as_deref(),
        }
    }

    /// The timetable that holds on that day.
    pub fn timetable_on(&self, day: Day) -> Timetable<'_> {
        let earlier = self.earlier.iter().find(|one| day < one.until);
        earlier.map_or_else(|| self.timetable(), Earlier::timetable)
    }

    /// The days after that one on which another timetable begins to hold.
    pub fn changes_after(&self, day: Day) -> impl Iterator<Item = Day> {
        self.earlier.iter().map(|one| one.until).filter(move |until| *until > day)
    }

    /// Whether a change of its timetable comes within a season that has begun. Where nobody said when the season began, an
    /// earlier timetable says that it has; else that is seen from its sessions alone.
    pub fn has_begun(&self, today: Day) -> bool {
        self.season_start.map_or(!self.earlier.is_empty(), |start| start <= today)
    }

    /// Whether it meets there on that day, or will.
    pub fn meets_at(&self, place: &str, today: Day) -> bool {
        let here = |timetable: Timetable<'_>| timetable.place == Some(place);
        here(self.timetable()) || self.earlier.iter().any(|one| one.until > today && here(one.timetable()))
    }

    /// Every week day of the season, also of timetables that hold no more.
    pub fn all_weekdays(&self) -> BTreeSet<u8> {
        self.earlier.iter().flat_map(|one| &one.weekdays).chain(&self.weekdays).copied().collect()
    }

    /// This group as it follows on `before`: its timetable holds from that day on, and days before it stay planned as they
    /// were. Of an earlier change that was to come later nothing is left. Where the timetable is the same, the last change
    /// of `before` is put on that day. Up to the season's first day it holds for the whole season.
    #[must_use]
    pub fn holding_from(mut self, before: &Self, from: Day) -> Self {
        let mut said = before.clone();
        if self.timetable().is_like(&before.timetable())
            && let Some(last) = said.earlier.last_mut()
        {
            last.until = last.until.max(from);
        }
        let mut earlier: Vec<_> = said.earlier.iter().filter(|one| one.until < from).cloned().collect();
        let last = said.timetable_on(from.plus_days(-1));
        if !last.is_like(&self.timetable()) {
            earlier.push(last.ended(from));
        }
        self.earlier = earlier;
        self.settled()
    }

    /// This group as it follows on `before` where nobody says since when: a changed timetable holds from today on where
    /// the season of `before` has `begun`, by [`Group::has_begun`] or by a session of which somebody has spoken; in one
    /// that has not, for all of it.
    #[must_use]
    pub fn following(mut self, before: &Self, begun: bool, today: Day) -> Self {
        match (self.timetable().is_like(&before.timetable()), begun) {
            (true, _) => self.earlier.clone_from(&before.earlier),
            (false, true) => return self.holding_from(before, today),
            (false, false) => self.earlier.clear(),
        }
        self.settled()
    }

    /// Without timetables that no day of the season has; and of one place the same is told everywhere.
    fn settled(mut self) -> Self {
        let Self { earlier, season_start, place, aed, .. } = &mut self;
        earlier.retain(|one| season_start.is_none_or(|start| start < one.until));
        for one in earlier.iter_mut().filter(|one| one.place == *place) {
            one.aed.clone_from(aed);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::testing::plain;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Option<TimeOfDay> {
        Some(text.parse().unwrap())
    }

    /// Tuesdays at 10.30 from 25 August to 11 December 2026, with a break in the autumn.
    fn tuesdays() -> Group {
        let autumn = crate::groups::Break { from: day("2026-10-12"), to: day("2026-10-18") };
        Group {
            weekdays: vec![2],
            starts_at: at("10:30"),
            place: Some("Kylätalo".into()),
            aed: Some("Aulassa".into()),
            season_start: Some(day("2026-08-25")),
            season_end: Some(day("2026-12-11")),
            breaks: vec![autumn],
            ..plain()
        }
    }

    /// What somebody typed over it: another timetable, without a word of earlier ones.
    fn typed(weekdays: &[u8], starts_at: &str, place: &str) -> Group {
        Group { weekdays: weekdays.to_vec(), starts_at: at(starts_at), place: Some(place.into()), ..tuesdays() }
    }

    fn planned(group: &Group, from: &str, to: &str) -> Vec<String> {
        let days = group.days_from(day(from)).take_while(|one| *one <= day(to));
        days.map(|one| format!("{one} {}", group.starts_on(one).unwrap())).collect()
    }

    #[test]
    fn days_before_a_change_of_week_days_stay_as_they_were() {
        let now = typed(&[4], "13:00", "Koulu").holding_from(&tuesdays(), day("2026-10-01"));
        assert_eq!(
            planned(&now, "2026-09-20", "2026-10-30"),
            [
                "2026-09-22 10:30",
                "2026-09-29 10:30",
                "2026-10-01 13:00",
                "2026-10-08 13:00",
                "2026-10-22 13:00",
                "2026-10-29 13:00"
            ],
            "in the break neither holds"
        );
        let place = |text: &str| now.timetable_on(day(text)).place.map(str::to_owned);
        assert_eq!((place("2026-09-30"), place("2026-10-01")), (Some("Kylätalo".into()), Some("Koulu".into())));
        assert_eq!(now.all_weekdays().into_iter().collect::<Vec<_>>(), [2, 4]);
        assert!(!now.meets_on(day("2026-10-06")) && !now.meets_on(day("2026-09-24")));
    }

    #[test]
    fn no_timetable_meets_on_a_public_holiday() {
        // Independence Day of 2027 is a Monday, of 2028 a Wednesday.
        let open = Group { season_end: None, ..tuesdays() };
        let wednesdays = Group { weekdays: vec![3], ..open.clone() };
        let now = wednesdays.holding_from(&Group { weekdays: vec![1], ..open }, day("2028-01-01"));
        assert!(now.meets_on(day("2027-11-29")) && !now.meets_on(day("2027-12-06")));
        assert!(now.meets_on(day("2028-11-29")) && !now.meets_on(day("2028-12-06")));
    }

    #[test]
    fn each_of_two_changes_in_one_season_holds_from_its_day() {
        let first = typed(&[4], "13:00", "Koulu").holding_from(&tuesdays(), day("2026-10-01"));
        let second = typed(&[5], "9:00", "Koulu").holding_from(&first, day("2026-11-02"));
        assert_eq!(
            second.earlier.iter().map(|one| one.until).collect::<Vec<_>>(),
            [day("2026-10-01"), day("2026-11-02")]
        );
        assert_eq!(planned(&second, "2026-09-28", "2026-10-02"), ["2026-09-29 10:30", "2026-10-01 13:00"]);
        assert_eq!(planned(&second, "2026-10-28", "2026-11-06"), ["2026-10-29 13:00", "2026-11-06 09:00"]);
        // One that holds from a day before the first change leaves nothing of it.
        let over = typed(&[5], "9:00", "Koulu").holding_from(&first, day("2026-09-21"));
        assert_eq!(over.earlier.iter().map(|one| one.until).collect::<Vec<_>>(), [day("2026-09-21")]);
        assert_eq!(
            planned(&over, "2026-09-14", "2026-10-02"),
            ["2026-09-15 10:30", "2026-09-25 09:00", "2026-10-02 09:00"]
        );
        // From the very day of the first change, what was to hold from it never did.
        let instead = typed(&[5], "9:00", "Koulu").holding_from(&first, day("2026-10-01"));
        assert_eq!(planned(&instead, "2026-09-28", "2026-10-02"), ["2026-09-29 10:30", "2026-10-02 09:00"]);
    }

    #[test]
    fn a_change_from_the_first_day_holds_for_the_whole_season() {
        for from in ["2026-08-01", "2026-08-25"] {
            let now = typed(&[4], "13:00", "Koulu").holding_from(&tuesdays(), day(from));
            assert_eq!(now, typed(&[4], "13:00", "Koulu"), "{from}");
        }
        let next_day = typed(&[4], "13:00", "Koulu").holding_from(&tuesdays(), day("2026-08-26"));
        assert_eq!(planned(&next_day, "2026-08-24", "2026-08-28"), ["2026-08-25 10:30", "2026-08-27 13:00"]);
    }

    #[test]
    fn a_change_is_put_on_another_day_and_taken_back() {
        let changed = |from: &str| typed(&[4], "13:00", "Koulu").holding_from(&tuesdays(), day(from));
        for from in ["2026-09-15", "2026-11-05"] {
            let again = typed(&[4], "13:00", "Koulu").holding_from(&changed("2026-10-01"), day(from));
            assert_eq!(again, changed(from), "{from}");
        }
        let back = typed(&[2], "10:30", "Kylätalo").holding_from(&changed("2026-10-01"), day("2026-10-01"));
        assert_eq!(back, tuesdays());
        assert_eq!(tuesdays().holding_from(&tuesdays(), day("2026-10-01")), tuesdays());
    }

    #[test]
    fn where_the_defibrillator_is_is_told_of_a_place_whenever_the_group_meets_there() {
        let later = typed(&[4], "13:00", "Kylätalo").holding_from(&tuesdays(), day("2026-10-01"));
        let told = Group { aed: Some("Ovella".into()), ..later.clone() }.following(&later, true, day("2026-09-08"));
        assert_eq!(told.timetable_on(day("2026-09-01")).aed, Some("Ovella"));
        let moved = Group { aed: None, ..typed(&[2], "10:30", "Koulu") }.holding_from(&tuesdays(), day("2026-10-01"));
        assert_eq!(moved.timetable_on(day("2026-09-30")).aed, Some("Aulassa"));
        assert_eq!(moved.timetable_on(day("2026-10-01")).aed, None);
        let seen = |on: &str| (moved.meets_at("Kylätalo", day(on)), moved.meets_at("Koulu", day(on)));
        assert_eq!((seen("2026-09-30"), seen("2026-10-01")), ((true, true), (false, true)));
    }

    #[test]
    fn where_nobody_says_since_when_a_change_holds_from_today_on() {
        let after = |before: &Group, today: &str| {
            let said = Group { season_start: before.season_start, ..typed(&[4], "13:00", "Koulu") };
            said.following(before, before.has_begun(day(today)), day(today))
        };
        let now = |today: &str| after(&tuesdays(), today);
        assert_eq!(now("2026-10-01"), typed(&[4], "13:00", "Koulu").holding_from(&tuesdays(), day("2026-10-01")));
        assert_eq!(now("2026-08-24"), typed(&[4], "13:00", "Koulu"), "before the season");
        let renamed = Group { name: "Uusi".into(), earlier: Vec::new(), ..now("2026-10-01") };
        assert_eq!(renamed.following(&now("2026-10-01"), true, day("2026-11-02")).earlier, now("2026-10-01").earlier);
        let undated = Group { season_start: None, ..tuesdays() };
        assert!(after(&undated, "2026-10-01").earlier.is_empty(), "nothing says that it has begun");
    }

    #[test]
    fn a_season_without_a_first_day_has_a_past_once_somebody_has_spoken_of_a_session() {
        let undated = Group { season_start: None, ..tuesdays() };
        let changed = Group { season_start: None, ..typed(&[4], "13:00", "Koulu") };
        let now = changed.clone().following(&undated, true, day("2026-10-01"));
        assert_eq!(
            planned(&now, "2026-09-28", "2026-10-09"),
            ["2026-09-29 10:30", "2026-10-01 13:00", "2026-10-08 13:00"]
        );
        // With the change comes a first day: one that has passed leaves the past, one that is to come leaves none.
        let dated = |start: &str| Group { season_start: Some(day(start)), ..changed.clone() };
        let past = dated("2026-09-01").following(&undated, true, day("2026-10-01"));
        assert_eq!(planned(&past, "2026-08-24", "2026-09-04"), ["2026-09-01 10:30"]);
        assert_eq!(dated("2026-10-05").following(&undated, true, day("2026-10-01")), dated("2026-10-05"));
    }

    #[test]
    fn only_a_season_that_has_begun_has_a_past() {
        let begun =
            |start: Option<&str>| Group { season_start: start.map(day), ..plain() }.has_begun(day("2026-09-08"));
        assert!(begun(Some("2026-09-08")) && begun(Some("2026-08-25")));
        assert!(!begun(Some("2026-09-09")) && !begun(None));
        let undated = Group { season_start: None, ..plain() };
        let changed = Group { weekdays: vec![4], ..undated.clone() }.holding_from(&undated, day("2026-09-08"));
        assert!(changed.has_begun(day("2026-09-08")), "its earlier timetable held on some day");
        let begun = changed.has_begun(day("2026-10-01"));
        let again = Group { weekdays: vec![5], ..changed.clone() }.following(&changed, begun, day("2026-10-01"));
        let until = again.earlier.iter().map(|one| one.until).collect::<Vec<_>>();
        assert_eq!(until, [day("2026-09-08"), day("2026-10-01")], "a file takes no earlier timetable away");
    }
}
