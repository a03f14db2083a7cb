//! Weekdays: found by taking the shown days from their week, hidden weeks by adding up their days.

use std::collections::BTreeMap;

use super::super::dataset::Settings;
use super::super::figures::Week;
use super::super::publishing::Page;
use super::super::suppression::{Gate, Step, Steps, WeekNumbers};
use super::counts::{is_small, known, left_of};
use super::day;
use crate::time::Day;

/// What follows from weeks with the visits of all of them.
pub(super) fn of_weeks(total: Option<u64>, weeks: &[Week]) -> Vec<String> {
    let days = |week: &Week| known(week.days.values().map(|day| &day.visits));
    let of_days = weeks.iter().filter_map(|week| left_of(*week.visits.value()?, &days(week)));
    let added = |week: &Week| days(week).into_iter().sum::<Option<u64>>().filter(|_| !week.days.is_empty());
    let known: Vec<Option<u64>> =
        weeks.iter().map(|week| week.visits.value().copied().or_else(|| added(week))).collect();
    let small = weeks.iter().zip(&known).filter(|(week, _)| week.visits.is_hidden()).filter_map(|(_, visits)| *visits);
    let small = small.filter(|visits| is_small(*visits)).map(|visits| format!("a week of {visits}"));
    of_days.chain(small).chain(total.and_then(|total| left_of(total, &known))).collect()
}

/// What follows from all that pages of one day tell of one week.
pub(super) fn on_pages(pages: &[Page]) -> Vec<String> {
    let mut told: BTreeMap<(Day, Day), Told> = BTreeMap::new();
    for page in pages {
        for week in page.report.attendance.weeks.iter().filter(|week| !week.days.is_empty()) {
            let of_week = told.entry((page.made_on, week.from)).or_default();
            of_week.visits = of_week.visits.or(week.visits.value().copied());
            for (weekday, day) in &week.days {
                let visits = of_week.days.entry(*weekday).or_default();
                *visits = visits.or(day.visits.value().copied());
            }
        }
    }
    let of_week = |told: Told| left_of(told.visits?, &told.days.into_values().collect::<Vec<_>>());
    told.into_values().filter_map(of_week).collect()
}

/// Visits of one week, as far as they are told.
#[derive(Default)]
struct Told {
    visits: Option<u64>,
    days: BTreeMap<u8, Option<u64>>,
}

/// Many tables of nine weeks with one to seven days each, some of them small, and some weeks with one visit a day: with both
/// steps nothing follows, without either something does.
pub(super) fn steps_are_needed() {
    let found = |steps: Steps| (0..400_u64).filter(|number| is_found(*number, steps)).count();
    assert_eq!(found(Steps::ALL), 0);
    for step in [Step::DaysOfWeek, Step::DaysOfHiddenWeek] {
        assert!(found(Steps::all_but(step)) > 0, "nothing was found without {step:?}");
    }
}

fn is_found(number: u64, steps: Steps) -> bool {
    let weeks: BTreeMap<Day, WeekNumbers> =
        (0..9).map(|week| (day(2026, 1, 5).plus_days(7 * week), invented(number, week.unsigned_abs()))).collect();
    let total = weeks.values().map(|week| week.visits).sum();
    let told = Gate::with(&Settings::default(), steps).weeks(&weeks);
    // The total is told like any count.
    !of_weeks(Some(total), &told).is_empty()
}

fn invented(number: u64, week: u64) -> WeekNumbers {
    let is_quiet = mixed(number, 50 + week).is_multiple_of(9);
    let visits = |day: u64| {
        let roll = mixed(number, 100 + week * 10 + day);
        match roll % 12 {
            _ if is_quiet => 1,
            0 => 0,
            1 => 1 + (roll >> 8) % 4,
            _ => 5 + (roll >> 8) % 9,
        }
    };
    let all: Vec<u64> = (0..1 + mixed(number, week) % 7).map(visits).collect();
    WeekNumbers {
        sessions: all.len() as u64,
        visits: all.iter().sum(),
        days: (1..).zip(all).map(|(weekday, visits)| (weekday, (1, visits))).collect(),
    }
}

/// A number that looks like any other (SplitMix64).
fn mixed(number: u64, salt: u64) -> u64 {
    let mixed = (number * 1000 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
