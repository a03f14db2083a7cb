//! Baselines, follow-up windows and pairs of one person (docs/outcomes.md, Baseline and windows).

use super::dataset::ResultRow;
use crate::assessments::OutcomeMeasure;
use crate::assessments::change::{self, Change, ChangeClass};
use crate::time::Day;

/// Days before and after the first visit in which a test is a baseline.
pub const BASELINE_BEFORE: i64 = 30;
pub const BASELINE_AFTER: i64 = 14;

/// A follow-up window, in days after the baseline test; both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    pub nominal: i64,
    pub from: i64,
    pub to: i64,
}

/// 3, 6 and 12 months.
pub const WINDOWS: [Window; 3] = [
    Window { nominal: 90, from: 60, to: 134 },
    Window { nominal: 180, from: 135, to: 270 },
    Window { nominal: 365, from: 305, to: 425 },
];

/// What one window of one person and outcome gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pairing {
    /// The window has passed before the cut-off, and the person was alive and resident.
    pub due: bool,
    /// Due and tested in the window.
    pub retested: bool,
    /// The change, when the two tests compare.
    pub change: Option<Change>,
    /// The two values of a change that is a number, in the outcome's unit.
    pub values: Option<(i32, i32)>,
}

/// The first day of a cut-off at which the window of a baseline has passed.
pub fn due_from(base: &ResultRow, window: &Window) -> Day {
    base.day.plus_days(window.to + 1)
}

/// The tests of one outcome that give a result: those with a value, and of the five-times chair stand those
/// that show that the person is unable. Sorted by day.
pub fn measured(results: &[ResultRow], outcome: OutcomeMeasure) -> Vec<ResultRow> {
    let gives_result = |row: &&ResultRow| {
        row.outcome == outcome && (row.value.is_some() || (row.unable && outcome == OutcomeMeasure::Chair5Time))
    };
    let mut tests: Vec<ResultRow> = results.iter().filter(gives_result).copied().collect();
    tests.sort_by_key(|row| row.day);
    tests
}

/// The last test from 30 days before to 14 days after the first visit.
pub fn baseline(tests: &[ResultRow], first_visit: Day) -> Option<&ResultRow> {
    let (from, to) = (first_visit.plus_days(-BASELINE_BEFORE), first_visit.plus_days(BASELINE_AFTER));
    tests.iter().rfind(|test| from <= test.day && test.day <= to)
}

/// The test nearest to the nominal day of the window; of two as near the earlier.
pub fn nearest<'a>(tests: &'a [ResultRow], baseline: Day, window: &Window) -> Option<&'a ResultRow> {
    let age = |test: &ResultRow| test.day.days_since(baseline);
    let inside = tests.iter().filter(|test| (window.from..=window.to).contains(&age(test)));
    inside.min_by_key(|test| ((age(test) - window.nominal).abs(), age(test)))
}

/// Follows one person's outcome through one window; `gone_on` is the day on which the person is told to have died or
/// moved away.
pub fn pair(tests: &[ResultRow], base: &ResultRow, window: &Window, gone_on: Option<Day>, cut_off: Day) -> Pairing {
    let limit = base.day.plus_days(window.to);
    let due = limit < cut_off && gone_on.is_none_or(|gone| gone > limit);
    let Some(follow_up) = nearest(tests, base.day, window).filter(|_| due) else {
        return Pairing { due, ..Pairing::default() };
    };
    let change = change::between(&base.score(), &follow_up.score());
    let compares = !matches!(change.class, ChangeClass::NotComparable | ChangeClass::NotPaired);
    let values = base.value.zip(follow_up.value).filter(|_| change.oriented.is_some());
    Pairing { due, retested: true, change: compares.then_some(change), values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessments::Aid;

    fn start() -> Day {
        "2026-01-01".parse().unwrap()
    }

    fn test(outcome: OutcomeMeasure, after: i64, value: Option<i32>) -> ResultRow {
        let day = start().plus_days(after);
        ResultRow { participant: 0, day, outcome, value, unable: value.is_none(), course_m: None, aid: None }
    }

    fn sppb(after: i64) -> ResultRow {
        test(OutcomeMeasure::SppbTotal, after, Some(8))
    }

    fn days(follow_ups: &[i64]) -> [Option<i64>; 3] {
        let tests: Vec<ResultRow> = follow_ups.iter().map(|after| sppb(*after)).collect();
        WINDOWS.map(|window| nearest(&tests, start(), &window).map(|t| t.day.days_since(start())))
    }

    #[test]
    fn vectors_of_windows() {
        assert_eq!(days(&[58, 88, 131, 136]), [Some(88), Some(136), None]);
        assert_eq!(days(&[271]), [None, None, None]);
        assert_eq!(days(&[80, 100]), [Some(80), None, None]);
        assert_eq!(days(&[60, 134, 135, 270, 305, 425]), [Some(60), Some(135), Some(305)]);
        assert_eq!(days(&[59, 304, 426]), [None, None, None]);
    }

    #[test]
    fn the_last_test_around_the_first_visit_is_the_baseline() {
        let tests = [sppb(-31), sppb(-30), sppb(14), sppb(15)];
        assert_eq!(baseline(&tests, start()), Some(&tests[2]));
        assert_eq!(baseline(&tests[..2], start()), Some(&tests[1]));
        assert_eq!(baseline(&tests[..1], start()), None);
    }

    #[test]
    fn a_window_is_due_when_its_last_day_lies_before_the_cut_off() {
        let due =
            |after: i64, gone_on: Option<Day>| pair(&[], &sppb(0), &WINDOWS[0], gone_on, start().plus_days(after)).due;
        assert!(!due(134, None) && due(135, None));
        assert_eq!(due_from(&sppb(0), &WINDOWS[0]), start().plus_days(135));
        assert!(!due(200, Some(start().plus_days(134))) && due(200, Some(start().plus_days(135))));
    }

    fn class(outcome: OutcomeMeasure, before: Option<i32>, after: Option<i32>) -> Option<ChangeClass> {
        let (base, later) = (test(outcome, 0, before), test(outcome, 90, after));
        let pairing = pair(&[base, later], &base, &WINDOWS[0], None, start().plus_days(300));
        assert!(pairing.retested);
        pairing.change.map(|change| change.class)
    }

    #[test]
    fn a_chair_stand_that_became_possible_is_an_improvement() {
        assert_eq!(class(OutcomeMeasure::Chair5Time, None, Some(5900)), Some(ChangeClass::Improved));
        assert_eq!(class(OutcomeMeasure::Chair5Time, Some(1200), None), Some(ChangeClass::Declined));
        assert_eq!(class(OutcomeMeasure::Chair5Time, None, None), Some(ChangeClass::Kept));
        assert_eq!(class(OutcomeMeasure::Chair5Time, Some(1450), Some(1200)), Some(ChangeClass::Improved));
    }

    #[test]
    fn an_unable_tug_is_no_result() {
        assert_eq!(measured(&[test(OutcomeMeasure::TugTime, 0, None)], OutcomeMeasure::TugTime), []);
        assert_eq!(measured(&[test(OutcomeMeasure::Chair5Time, 0, None)], OutcomeMeasure::Chair5Time).len(), 1);
    }

    #[test]
    fn another_walking_aid_counts_as_retested_but_not_in_the_change() {
        let (mut base, mut later) = (sppb(0), sppb(90));
        (base.aid, later.aid) = (Some(Aid::None), Some(Aid::Rollator));
        let pairing = pair(&[base, later], &base, &WINDOWS[0], None, start().plus_days(300));
        assert!(pairing.retested && pairing.change.is_none());
        later.aid = None;
        assert!(pair(&[base, later], &base, &WINDOWS[0], None, start().plus_days(300)).change.is_some());
    }
}
