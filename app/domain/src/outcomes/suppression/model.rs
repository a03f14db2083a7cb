//! What the model of all measurements says, and how those were at the start who were not tested again
//! (docs/outcomes.md, A model of all measurements).

use super::super::figures::{AtStart, ModelChange, ModelFigures, ModelLevel, ModelLevels, StartMean};
use super::super::publishing::{printed_step, tells_mean};
use super::super::report::ByWindow;
use super::super::statistics::{Estimate, Interval, Moments, welch};
use super::{ChangeNumbers, Gate, Shown, Step};
use crate::assessments::OutcomeMeasure;
use crate::assessments::change::{Direction, direction};
use crate::rounding::rounded;

/// What the exact numbers behind a model of one outcome are, before anything is hidden.
pub struct ModelNumbers<'a> {
    pub outcome: OutcomeMeasure,
    /// Everybody with a number at the start.
    pub people: u64,
    /// The groups in which they were then.
    pub groups: u64,
    /// The changes of those of them who were compared, by window.
    pub windows: [&'a ChangeNumbers; 3],
    /// Numbers at the start, in the outcome's unit: of those who were tested again after three months, and of those who
    /// were due and were not.
    pub retested: Moments,
    pub missed: Moments,
    /// Of everybody.
    pub starts: Moments,
}

/// What the model says, in the unit of the report.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ModelEstimates {
    /// The changes since the start, oriented: more is better.
    pub changes: [Option<Estimate>; 3],
    /// The means at the start and in the windows, as they are measured.
    pub levels: [Option<Estimate>; 4],
}

impl Gate {
    /// Whether so many people are enough for a model.
    pub fn may_model(&self, people: u64) -> bool {
        people > 0 && !self.is_few(people)
    }

    /// The model's estimates. They are asked for only where one of them may be told.
    pub fn model(&self, numbers: &ModelNumbers, estimates: impl FnOnce() -> Option<ModelEstimates>) -> ModelFigures {
        let told = numbers.windows.map(|window| self.may_estimate(numbers, window));
        let at_start = self.at_start(numbers);
        let level = self.may_tell_levels(numbers, &at_start);
        let estimates = (level || told.contains(&true)).then(estimates).flatten().unwrap_or_default();
        let window = |w: usize| {
            let n = numbers.windows[w].moments.n;
            let (change, ci) = estimate_of(numbers.outcome, (n, told[w]), estimates.changes[w]);
            let (people, groups) = (self.count(numbers.people), Shown::of(numbers.groups));
            ModelChange { people, groups, n: self.count(n), change, ci }
        };
        ModelFigures {
            change: ByWindow { m3: window(0), m6: window(1), m12: window(2) },
            at_start,
            levels: Some(self.levels(numbers, (level, told), &estimates.levels)),
        }
    }

    /// The level of a window is that at the start and the change since: it is told where both may be.
    fn levels(
        &self,
        numbers: &ModelNumbers,
        (start, told): (bool, [bool; 3]),
        estimates: &[Option<Estimate>; 4],
    ) -> ModelLevels {
        let level = |n: u64, told: bool, of: Option<Estimate>| {
            let (mean, ci) = estimate_of(numbers.outcome, (n, told), of);
            ModelLevel { n: self.count(n), mean, ci }
        };
        let window = |w: usize| level(numbers.windows[w].moments.n, start && told[w], estimates[w + 1]);
        let start = level(numbers.people, start, estimates[0]);
        ModelLevels { start, m3: window(0), m6: window(1), m12: window(2) }
    }

    /// The level at the start is a mean of everybody in the model. Beside the means of those who were tested again and of
    /// those who were not, it must not tell that of a few others; nor everybody's result, where all of a side have the
    /// same.
    fn may_tell_levels(&self, numbers: &ModelNumbers, at_start: &AtStart) -> bool {
        let people = numbers.people;
        let sides = [(&at_start.retested, numbers.retested.n), (&at_start.missed, numbers.missed.n)];
        let sides = sides.into_iter().filter(|(side, _)| side.mean.value().is_some()).map(|(_, n)| n);
        let sides: Vec<u64> = sides.collect();
        let mut told = sides.iter().copied().chain([sides.iter().sum()]);
        let few = |told: u64| tells_mean(numbers.outcome, people + told, people.saturating_sub(told));
        let all = [&numbers.starts, &numbers.retested, &numbers.missed];
        let alike = all.into_iter().any(|side| self.are_alike(side));
        let tells = self.steps.takes(Step::LevelRoom) && told.any(few);
        self.may_model(people) && !alike && !tells
    }

    /// An estimate leans on those measured in the window and on those who were not: the mean of neither may follow
    /// where they are few.
    fn may_estimate(&self, numbers: &ModelNumbers, window: &ChangeNumbers) -> bool {
        let n = window.moments.n;
        let missing = numbers.people.saturating_sub(n);
        let told = self.steps.takes(Step::ModelRoom) && tells_mean(numbers.outcome, 2 * numbers.people, missing);
        n > 0 && !self.is_few(n) && !self.hides_means(window) && !told
    }

    fn at_start(&self, numbers: &ModelNumbers) -> AtStart {
        let outcome = numbers.outcome;
        let [retested, missed] = [&numbers.retested, &numbers.missed].map(|side| self.start_mean(outcome, side));
        let (diff, ci) = if retested.mean.is_hidden() || missed.mean.is_hidden() {
            (Shown::HIDDEN, Shown::HIDDEN)
        } else {
            let difference = welch(&numbers.retested, &numbers.missed);
            estimate(outcome, difference.map(|difference| difference.over(turned(outcome))))
        };
        AtStart { retested, missed, diff, ci }
    }

    fn start_mean(&self, outcome: OutcomeMeasure, side: &Moments) -> StartMean {
        let hidden = side.n > 0 && (self.is_few(side.n) || self.are_alike(side));
        let mean = side.mean().map(|mean| rounded(mean / scale(outcome), printed_step(outcome)));
        StartMean { n: self.count(side.n), mean: if hidden { Shown::HIDDEN } else { Shown::or_undefined(mean) } }
    }
}

/// An estimate of so many people where it may be told. Of nobody there is nothing to hide.
fn estimate_of(outcome: OutcomeMeasure, (n, told): (u64, bool), of: Option<Estimate>) -> (Shown<f64>, Shown<Interval>) {
    match (n, told) {
        (0, _) => (Shown::UNDEFINED, Shown::UNDEFINED),
        (_, false) => (Shown::HIDDEN, Shown::HIDDEN),
        _ => estimate(outcome, of),
    }
}

/// Rounded to what is printed, in files too.
fn estimate(outcome: OutcomeMeasure, estimate: Option<Estimate>) -> (Shown<f64>, Shown<Interval>) {
    let step = printed_step(outcome);
    let told = estimate.filter(|estimate| {
        [estimate.value, estimate.interval.lo, estimate.interval.hi].into_iter().all(f64::is_finite)
    });
    let round = |estimate: Estimate| {
        let Interval { lo, hi } = estimate.interval;
        (rounded(estimate.value, step), Interval { lo: rounded(lo, step), hi: rounded(hi, step) })
    };
    let (value, ci) = told.map(round).unzip();
    (Shown::or_undefined(value), Shown::or_undefined(ci))
}

/// Integer units per unit of the report.
pub(in crate::outcomes) fn scale(outcome: OutcomeMeasure) -> f64 {
    10f64.powi(outcome.decimals().into())
}

/// The same, below zero where less is better: what is divided by it is turned so that more is.
pub(in crate::outcomes) fn turned(outcome: OutcomeMeasure) -> f64 {
    if direction(outcome) == Some(Direction::LessIsBetter) { -scale(outcome) } else { scale(outcome) }
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    /// So many people whose change is 0 and 1 in turn, all of them tested again.
    fn compared(n: u64) -> ChangeNumbers {
        let moments: Moments = (0..n as i64).map(|i| i % 2).collect();
        ChangeNumbers {
            due: n,
            retested: n,
            n,
            moments,
            scale: 1.0,
            classes: Some([n / 2, n - n / 2, 0]),
            ..ChangeNumbers::default()
        }
    }

    fn model(people: u64, n: u64, estimate: Option<(f64, f64, f64)>) -> ModelFigures {
        let (some, none) = (compared(n), compared(0));
        let starts = |n: u64| (0..n as i64).map(|i| 6 + i % 3).collect::<Moments>();
        let (retested, missed) = (starts(n), starts(people - n));
        let windows = [&some, &none, &none];
        let outcome = OutcomeMeasure::SppbTotal;
        let starts = starts(people);
        let numbers = ModelNumbers { outcome, people, groups: 4, windows, retested, missed, starts };
        let estimated = estimate.map(|(value, lo, hi)| {
            let one = Some(Estimate { value, interval: Interval { lo, hi } });
            ModelEstimates { changes: [one, None, None], levels: [one, one, None, None] }
        });
        GATE.model(&numbers, || estimated)
    }

    fn m3(people: u64, n: u64) -> Option<f64> {
        model(people, n, Some((0.449, 0.151, 0.75))).change.m3.change.value().copied()
    }

    #[test]
    fn an_estimate_is_rounded_and_stands_with_its_people_and_groups() {
        let figures = model(60, 40, Some((0.449, 0.151, 0.75)));
        let told = &figures.change.m3;
        assert_eq!((told.people.value(), told.groups.value(), told.n.value()), (Some(&60), Some(&4), Some(&40)));
        assert_eq!((told.change.value(), told.ci.value()), (Some(&0.4), Some(&Interval { lo: 0.2, hi: 0.8 })));
        // Nobody was measured at six months: there is nothing to hide.
        assert!(figures.change.m6.change.value().is_none() && !figures.change.m6.change.is_hidden());
    }

    #[test]
    fn levels_are_told_where_those_beside_the_told_means_are_nobody_or_enough() {
        let start = |people: u64, n: u64| {
            let levels = model(people, n, Some((7.04, 6.66, 7.41))).levels.unwrap();
            (levels.start.mean.value().copied(), levels.m3.mean.value().copied())
        };
        // Of 60 people 40 and 20 are told; of 49 the nine who were missed are not, and would be known.
        assert_eq!([start(60, 40), start(40, 40)], [(Some(7.0), Some(7.0)); 2]);
        assert_eq!(start(49, 40), (None, None));
        let levels = model(60, 40, Some((7.04, 6.66, 7.41))).levels.unwrap();
        assert_eq!((levels.start.n.value(), levels.m3.n.value()), (Some(&60), Some(&40)));
        assert_eq!(levels.start.ci.value(), Some(&Interval { lo: 6.7, hi: 7.4 }));
        assert!(levels.m6.mean == Shown::UNDEFINED && levels.m6.n.value() == Some(&0));
    }

    #[test]
    fn of_fewer_than_ten_nothing_is_told() {
        assert_eq!([m3(60, 9), m3(60, 10)], [None, Some(0.4)]);
        assert!(!GATE.may_model(9) && GATE.may_model(10) && !GATE.may_model(0));
    }

    #[test]
    fn few_who_were_not_tested_again_hide_the_estimate_unless_rounding_leaves_room() {
        // 0.1 · 30 / 3 is a point and leaves room, 0.1 · 31 / 4 does not; ten are not few.
        assert_eq!(
            [m3(30, 30), m3(30, 27), m3(31, 27), m3(36, 27), m3(37, 27)].map(|told| told.is_some()),
            [true, true, false, false, true]
        );
    }

    #[test]
    fn what_the_model_cannot_say_is_undefined_and_never_no_number() {
        for estimate in [None, Some((f64::NAN, 0.0, 1.0)), Some((0.1, f64::NEG_INFINITY, 1.0))] {
            let told = model(60, 40, estimate).change.m3;
            assert!(told.change == Shown::UNDEFINED && told.ci == Shown::UNDEFINED, "{told:?}");
        }
    }

    #[test]
    fn those_who_were_missed_stand_beside_those_who_were_tested_again() {
        let told = model(60, 40, None).at_start;
        // 40 people: 14 · 6, 13 · 7, 13 · 8; 20 people: 7 · 6, 7 · 7, 6 · 8.
        assert_eq!((told.retested.mean.value(), told.missed.mean.value()), (Some(&7.0), Some(&7.0)));
        assert_eq!((told.retested.n.value(), told.missed.n.value()), (Some(&40), Some(&20)));
        assert_eq!(told.diff.value(), Some(&0.0));
        let few = model(49, 40, None).at_start;
        assert!(few.missed.mean.is_hidden() && few.diff.is_hidden() && few.ci.is_hidden());
        assert_eq!((few.missed.n.value(), few.retested.mean.value()), (Some(&9), Some(&7.0)));
        let nobody = model(40, 40, None).at_start;
        assert!(nobody.missed.mean == Shown::UNDEFINED && nobody.diff == Shown::UNDEFINED);
    }

    #[test]
    fn a_longer_time_is_the_worse_start() {
        let difference = Estimate { value: -150.0, interval: Interval { lo: -300.0, hi: 10.0 } };
        let told = difference.over(turned(OutcomeMeasure::Chair5Time));
        assert_eq!((told.value, told.interval), (1.5, Interval { lo: -0.1, hi: 3.0 }));
    }
}
