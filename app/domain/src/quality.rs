//! How whole and how punctual a group's records are (docs/outcomes.md, Quality of the records): sessions without a roll,
//! members who were not measured, stays that ended without anybody knowing why. It is said of groups, to whoever answers
//! for them; whom it is about stands in the coordinator's lists alone.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use crate::codes::codes;
use crate::groups::Group;
use crate::outcomes::suppression::{Gate, Shown};
use crate::sessions::SessionStatus;
use crate::time::Day;

/// A roll is punctual when its first mark was made at most so many days after its session.
pub const PUNCTUAL_DAYS: i64 = 7;

/// The days that are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: Day,
    pub to: Day,
    /// Sessions of this day are not over yet.
    pub today: Day,
}

/// A session of which something was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recorded {
    pub day: Day,
    pub status: Option<SessionStatus>,
    /// The day on which somebody first marked in it; nothing where nobody has.
    pub rolled_on: Option<Day>,
    /// Whether that mark came out of a file: it says that there is a roll, and not when it was made.
    pub by_file: bool,
}

/// A session of which there should be a roll.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Expected {
    pub day: Day,
    pub rolled_on: Option<Day>,
    pub by_file: bool,
}

impl Expected {
    fn is_punctual(&self) -> bool {
        !self.by_file && self.rolled_on.is_some_and(|on| on.days_since(self.day) <= PUNCTUAL_DAYS)
    }
}

/// The group's sessions of which there should be a roll, from the first to the last: those of the plan and the recorded
/// ones, once their day is over. A cancelled session and a holiday are none; of events people are counted, and nobody is
/// marked. Where nobody said when the season began, the
/// plan may be younger than the days before: then only what is recorded counts.
pub fn expected(group: &Group, recorded: &[Recorded], span: Span) -> Vec<Expected> {
    if !group.kind.keeps_names() {
        return Vec::new();
    }
    let last = span.to.min(span.today.plus_days(-1));
    let within = |day: Day| (span.from..=last).contains(&day);
    let known: BTreeSet<Day> = recorded.iter().map(|one| one.day).collect();
    let held = recorded.iter().filter(|one| within(one.day) && one.status.is_none_or(|s| s == SessionStatus::Held));
    let mut all: Vec<Expected> =
        held.map(|one| Expected { day: one.day, rolled_on: one.rolled_on, by_file: one.by_file }).collect();
    if let Some(start) = group.season_start {
        let (first, last) = (span.from.max(start), group.season_end.map_or(last, |end| last.min(end)));
        let planned = group.all_weekdays().into_iter().flat_map(|weekday| every_week(weekday, first, last));
        let unsaid = planned.filter(|day| group.meets_on(*day) && !known.contains(day));
        all.extend(unsaid.map(|day| Expected { day, rolled_on: None, by_file: false }));
    }
    all.sort_unstable();
    all
}

/// The days with this number in the week (ISO, Monday 1 … Sunday 7) from one day to another.
fn every_week(weekday: u8, first: Day, last: Day) -> impl Iterator<Item = Day> {
    let ahead = (i64::from(weekday) - i64::from(first.weekday())).rem_euclid(7);
    (0..).map(move |week| first.plus_days(ahead + 7 * week)).take_while(move |day| *day <= last)
}

/// How many of the expected rolls there are, and how many of them were made in time: DHIS2's actual and punctual reports
/// of those expected, from which come its REPORTING_RATE and REPORTING_RATE_ON_TIME. Of rolls out of files nobody knows when
/// they were made: they are no part of the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rolls {
    pub expected: u64,
    pub made: u64,
    pub punctual: u64,
    /// Made, out of a file.
    pub by_file: u64,
}

impl Rolls {
    /// The expected ones of which it is known, or would be, when they were made.
    pub const fn timed(&self) -> u64 {
        self.expected.saturating_sub(self.by_file)
    }

    pub fn of(sessions: &[Expected]) -> Self {
        let count = |wanted: fn(&&Expected) -> bool| sessions.iter().filter(wanted).fold(0, |n, _| n + 1);
        Self {
            expected: count(|_| true),
            made: count(|one| one.rolled_on.is_some()),
            punctual: count(|one| one.is_punctual()),
            by_file: count(|one| one.by_file),
        }
    }
}

/// What is missing in a group's records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Quality {
    pub rolls: Rolls,
    /// Members without a first measurement, whose days for it are over.
    pub no_baseline: u64,
    /// Members who are in the days of a later measurement, and were not measured in them.
    pub no_follow_up: u64,
    /// Stays that ended in the span, and nobody knows why.
    pub unexplained: u64,
}

codes! {
    /// By what groups are put in order, the worst first.
    pub enum Worst {
        /// The smallest share of rolls.
        Rolls = "rolls",
        /// The smallest share of punctual rolls.
        Punctual = "punctual",
        Baseline = "baseline",
        FollowUp = "follow_up",
        Reasons = "reasons",
    }
}

codes! {
    /// Lists of what is missing in one group.
    pub enum Missing {
        /// Sessions without a roll.
        Rolls = "rolls",
        /// Members without a first measurement.
        Baseline = "baseline",
        /// Members without the measurement that waits for them now.
        FollowUp = "follow_up",
        /// Stays that ended without anybody knowing why.
        Reasons = "reasons",
    }
}

impl Worst {
    /// The orders in which nothing can be read of how many people it is: those of whoever sees small numbers hidden.
    pub const OF_SESSIONS: &'static [Self] = &[Self::Rolls, Self::Punctual];

    /// The worse one is less. Groups of which no roll is expected come last.
    pub fn compare(self, one: &Quality, other: &Quality) -> Ordering {
        let more = |of: fn(&Quality) -> u64| Reverse(of(one)).cmp(&Reverse(of(other)));
        match self {
            Self::Rolls => smaller_share(one, other, (|rolls| rolls.made, |rolls| rolls.expected)),
            Self::Punctual => smaller_share(one, other, (|rolls| rolls.punctual, Rolls::timed)),
            Self::Baseline => more(|quality| quality.no_baseline),
            Self::FollowUp => more(|quality| quality.no_follow_up),
            Self::Reasons => more(|quality| quality.unexplained),
        }
    }
}

/// Of equal shares the one of more sessions is worse, unless nothing is missing.
fn smaller_share(one: &Quality, other: &Quality, (part, whole): (OfRolls, OfRolls)) -> Ordering {
    let [one, other] = [&one.rolls, &other.rolls].map(|rolls| (part(rolls), whole(rolls)));
    let shares = (one.0 * other.1).cmp(&(other.0 * one.1));
    let none = (one.1 == 0).cmp(&(other.1 == 0));
    none.then(shares).then_with(|| (other.1 - other.0).cmp(&(one.1 - one.0)))
}

/// A number of rolls.
type OfRolls = fn(&Rolls) -> u64;

/// What of a group may be shown to whoever sees no names: sessions are nobody's, people pass the gate.
#[derive(Clone, PartialEq, Debug)]
pub struct ShownQuality {
    pub expected: Shown<u64>,
    pub made: Shown<u64>,
    pub punctual: Shown<u64>,
    /// Those of which it is known, or would be, when they were made; and those of which it is not.
    pub timed: Shown<u64>,
    pub by_file: Shown<u64>,
    pub no_baseline: Shown<u64>,
    pub no_follow_up: Shown<u64>,
    pub unexplained: Shown<u64>,
}

impl ShownQuality {
    /// The share of the expected rolls that there are, 0 … 1.
    pub fn completeness(&self) -> Shown<f64> {
        self.made.part_of(&self.expected)
    }

    /// The share of the expected rolls that were made in time, 0 … 1; those out of files left out.
    pub fn punctuality(&self) -> Shown<f64> {
        self.punctual.part_of(&self.timed)
    }
}

/// The rows of all groups as they may be shown, in their order, and all groups together. Each column of people is a line
/// whose total is told, so that no hidden number follows from it.
pub fn shown(gate: &Gate, groups: &[Quality]) -> (Vec<ShownQuality>, ShownQuality) {
    let line = |of: fn(&Quality) -> u64| gate.line(&groups.iter().map(of).collect::<Vec<_>>());
    let (baselines, all_baselines) = line(|quality| quality.no_baseline);
    let (follow_ups, all_follow_ups) = line(|quality| quality.no_follow_up);
    let (unexplained, all_unexplained) = line(|quality| quality.unexplained);
    let people = baselines.into_iter().zip(follow_ups).zip(unexplained);
    let rows = groups.iter().zip(people).map(|(quality, ((no_baseline, no_follow_up), unexplained))| {
        let (Rolls { expected, made, punctual, by_file }, timed) = (quality.rolls, quality.rolls.timed());
        let [expected, made, punctual, timed, by_file] =
            [expected, made, punctual, timed, by_file].map(|count| gate.sessions(count));
        ShownQuality { expected, made, punctual, timed, by_file, no_baseline, no_follow_up, unexplained }
    });
    let sum = |of: fn(&Rolls) -> u64| gate.sessions(groups.iter().map(|quality| of(&quality.rolls)).sum());
    let all = ShownQuality {
        expected: sum(|rolls| rolls.expected),
        made: sum(|rolls| rolls.made),
        punctual: sum(|rolls| rolls.punctual),
        timed: sum(Rolls::timed),
        by_file: sum(|rolls| rolls.by_file),
        no_baseline: all_baselines,
        no_follow_up: all_follow_ups,
        unexplained: all_unexplained,
    };
    (rows.collect(), all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::Break;
    use crate::groups::testing::plain;
    use crate::outcomes::dataset::Settings;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// Tuesdays from 1 September to 15 December 2026, with an autumn break.
    fn tuesdays() -> Group {
        Group {
            weekdays: vec![2],
            season_start: Some(day("2026-09-01")),
            season_end: Some(day("2026-12-15")),
            breaks: vec![Break { from: day("2026-10-12"), to: day("2026-10-18") }],
            ..plain()
        }
    }

    fn year(today: &str) -> Span {
        Span { from: day("2026-01-01"), to: day("2026-12-31"), today: day(today) }
    }

    fn recorded(on: &str, status: Option<SessionStatus>, rolled_on: Option<&str>) -> Recorded {
        Recorded { day: day(on), status, rolled_on: rolled_on.map(day), by_file: false }
    }

    fn rolls(group: &Group, known: &[Recorded], span: Span) -> [u64; 3] {
        let Rolls { expected, made, punctual, .. } = Rolls::of(&super::expected(group, known, span));
        [expected, made, punctual]
    }

    #[test]
    fn of_a_group_without_sessions_no_roll_is_expected() {
        let empty = Group { weekdays: Vec::new(), season_start: None, season_end: None, ..tuesdays() };
        assert_eq!(rolls(&empty, &[], year("2026-11-29")), [0, 0, 0]);
        assert_eq!(rolls(&tuesdays(), &[], year("2026-09-01")), [0, 0, 0], "the first is not over yet");
    }

    #[test]
    fn sessions_of_the_plan_are_expected_once_their_day_is_over_and_a_break_has_none() {
        // 1, 8, 15, 22, 29 September; 6, 20, 27 October (13 lies in the break); 3, 10, 17, 24 November.
        assert_eq!(rolls(&tuesdays(), &[], year("2026-11-29")), [12, 0, 0]);
        assert_eq!(rolls(&tuesdays(), &[], year("2026-09-08")), [1, 0, 0]);
        assert_eq!(rolls(&tuesdays(), &[], year("2027-05-01")), [15, 0, 0], "the season is over");
        let autumn = Span { from: day("2026-09-07"), to: day("2026-09-21"), today: day("2026-11-29") };
        assert_eq!(rolls(&tuesdays(), &[], autumn), [2, 0, 0], "8 and 15 September");
    }

    #[test]
    fn a_change_of_week_days_takes_no_roll_from_the_days_before_it() {
        let thursdays = Group { weekdays: vec![4], ..tuesdays() }.holding_from(&tuesdays(), day("2026-09-16"));
        // 1, 8, 15 September; 17, 24 September; 1, 8, 22, 29 October (15 lies in the break); 5, 12, 19, 26 November.
        assert_eq!(rolls(&thursdays, &[], year("2026-11-29")), [13, 0, 0]);
    }

    #[test]
    fn nobody_waits_for_a_roll_of_an_event() {
        let event = Group { kind: crate::groups::GroupKind::Event, ..tuesdays() };
        assert_eq!(rolls(&event, &[], year("2026-11-29")), [0, 0, 0]);
    }

    #[test]
    fn a_cancelled_session_and_a_holiday_do_not_count_and_one_beside_the_plan_does() {
        use SessionStatus::{CancelledByOrganiser, Held, Holiday};
        let known = [
            recorded("2026-09-01", Some(CancelledByOrganiser), None),
            recorded("2026-09-08", Some(Holiday), None),
            recorded("2026-09-15", Some(Held), Some("2026-09-15")),
            // A Thursday that was added.
            recorded("2026-09-17", None, Some("2026-09-17")),
        ];
        let until = year("2026-09-23");
        // 15, 17 and 22 September.
        assert_eq!(rolls(&tuesdays(), &known, until), [3, 2, 2]);
    }

    #[test]
    fn a_roll_is_punctual_for_seven_days_and_late_ever_after() {
        let held = Some(SessionStatus::Held);
        let on = |rolled: &str| rolls(&tuesdays(), &[recorded("2026-09-01", held, Some(rolled))], year("2026-09-02"));
        assert_eq!([on("2026-09-01"), on("2026-09-08"), on("2026-09-09")], [[1, 1, 1], [1, 1, 1], [1, 1, 0]]);
    }

    #[test]
    fn a_roll_out_of_a_file_is_made_and_says_nothing_of_when() {
        let held = Some(SessionStatus::Held);
        let known = [
            Recorded { by_file: true, ..recorded("2026-09-01", held, Some("2026-09-02")) },
            Recorded { by_file: true, ..recorded("2026-09-08", held, Some("2026-11-20")) },
            recorded("2026-09-15", held, Some("2026-09-16")),
        ];
        // With the 22nd, of which there is none.
        let rolls = Rolls::of(&super::expected(&tuesdays(), &known, year("2026-09-23")));
        assert_eq!(rolls, Rolls { expected: 4, made: 3, punctual: 1, by_file: 2 });
        assert_eq!(rolls.timed(), 2);
        let gate = Gate::new(&Settings::default());
        let (rows, all) = shown(&gate, &[Quality { rolls, ..Quality::default() }]);
        assert_eq!((rows[0].punctuality().value(), all.by_file.value()), (Some(&0.5), Some(&2)));
        assert_eq!(all.completeness().value(), Some(&0.75));
    }

    #[test]
    fn without_a_first_day_of_the_season_only_what_is_recorded_counts() {
        let open = Group { season_start: None, ..tuesdays() };
        let known = [recorded("2026-09-01", Some(SessionStatus::Held), None)];
        assert_eq!(rolls(&open, &known, year("2026-11-29")), [1, 0, 0]);
    }

    fn quality(rolls: [u64; 3], people: [u64; 3]) -> Quality {
        let ([expected, made, punctual], [no_baseline, no_follow_up, unexplained]) = (rolls, people);
        Quality { rolls: Rolls { expected, made, punctual, by_file: 0 }, no_baseline, no_follow_up, unexplained }
    }

    #[test]
    fn the_worst_group_comes_first_and_one_without_sessions_last() {
        let groups = [
            quality([0, 0, 0], [9, 0, 0]),
            quality([10, 10, 2], [0, 3, 0]),
            quality([10, 5, 5], [1, 0, 4]),
            quality([20, 10, 10], [0, 0, 2]),
            quality([4, 0, 0], [2, 1, 0]),
        ];
        let order = |by: Worst| {
            let mut places: Vec<usize> = (0..groups.len()).collect();
            places.sort_by(|a, b| by.compare(&groups[*a], &groups[*b]));
            places
        };
        assert_eq!(order(Worst::Rolls), [4, 3, 2, 1, 0]);
        assert_eq!(order(Worst::Punctual), [4, 1, 3, 2, 0]);
        assert_eq!(order(Worst::Baseline)[..3], [0, 4, 2]);
        assert_eq!(order(Worst::FollowUp)[..2], [1, 4]);
        assert_eq!(order(Worst::Reasons)[..2], [2, 3]);
    }

    #[test]
    fn few_people_are_hidden_with_what_would_tell_them_and_sessions_never_are() {
        let gate = Gate::new(&Settings::default());
        let groups = [quality([3, 1, 1], [3, 0, 0]), quality([10, 9, 8], [7, 0, 0]), quality([0, 0, 0], [12, 4, 0])];
        let (rows, all) = shown(&gate, &groups);
        let told = |figure: &Shown<u64>| figure.value().copied();
        // Three alone would follow from the total: the next smallest goes with them.
        let baselines: Vec<_> = rows.iter().map(|row| told(&row.no_baseline)).collect();
        assert_eq!((baselines, told(&all.no_baseline)), (vec![None, None, Some(12)], Some(22)));
        // Of four in all even the sum is hidden.
        assert!(rows.iter().all(|row| row.no_follow_up.is_hidden()) && all.no_follow_up.is_hidden());
        assert!(rows.iter().all(|row| told(&row.unexplained) == Some(0)));
        assert_eq!((told(&rows[0].made), told(&all.expected)), (Some(1), Some(13)));
        assert_eq!(rows[1].completeness().value(), Some(&0.9));
        assert_eq!(rows[2].punctuality(), Shown::default(), "of no session there is no share");
    }
}
