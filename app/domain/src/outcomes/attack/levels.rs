//! Levels of the model: the mean at the start of everybody in it, beside the means of those who were tested again and of
//! those who were not, tells that of the others.

use super::super::dataset::Settings;
use super::super::figures::ModelFigures;
use super::super::publishing::printed_step;
use super::super::report::Report;
use super::super::statistics::{Estimate, Interval, Moments};
use super::super::suppression::{ChangeNumbers, Gate, ModelEstimates, ModelNumbers, Step, Steps};
use super::counts::BASIS;
use super::pages::smallest;
use crate::assessments::OutcomeMeasure;

pub(super) fn of_levels(report: &Report) -> Vec<String> {
    report.model.iter().flat_map(|(outcome, model)| of_model(*outcome, model)).collect()
}

fn of_model(outcome: OutcomeMeasure, model: &ModelFigures) -> Vec<String> {
    let Some(levels) = &model.levels else { return Vec::new() };
    let all = [&levels.start, &levels.m3, &levels.m6, &levels.m12];
    let few = all.into_iter().filter_map(|level| Some((*level.n.value()?, *level.mean.value()?)));
    let few = few.filter(|(n, _)| *n < BASIS).map(|(n, mean)| format!("{outcome}: a level of {n}: {mean}"));
    let sides = [&model.at_start.retested, &model.at_start.missed];
    let sides: Vec<u64> = sides
        .into_iter()
        .filter(|side| side.mean.value().is_some())
        .filter_map(|side| side.n.value().copied())
        .collect();
    let people = levels.start.mean.value().and(levels.start.n.value());
    let told = sides.iter().copied().chain([sides.iter().sum()]);
    let left =
        people.into_iter().flat_map(|people| told.clone().filter_map(move |told| left_of(outcome, *people, told)));
    few.chain(left).collect()
}

/// The mean of those of whom no other mean is told, where it is known closely.
fn left_of(outcome: OutcomeMeasure, people: u64, told: u64) -> Option<String> {
    let left = people.checked_sub(told)?;
    let distance = printed_step(outcome) / 2.0 * (people + told) as f64 / left as f64;
    ((1..BASIS).contains(&left) && distance < smallest(outcome)? - 1e-9)
        .then(|| format!("{outcome}: the level of {left}"))
}

/// Groups of every size, of which more or fewer were tested again or missed.
pub(super) fn step_is_needed() {
    let sizes = || (10..60_u64).flat_map(|people| (0..=people).map(move |retested| (people, retested)));
    let found = |steps: Steps| sizes().filter(|(people, retested)| is_found(*people, *retested, steps)).count();
    assert_eq!(found(Steps::ALL), 0);
    assert!(found(Steps::all_but(Step::LevelRoom)) > 0);
}

fn is_found(people: u64, retested: u64, steps: Steps) -> bool {
    let starts = |n: u64| (0..n).map(|i| i64::from(i % 3 == 0)).collect::<Moments>();
    let none = ChangeNumbers::default();
    let numbers = ModelNumbers {
        outcome: OutcomeMeasure::SppbTotal,
        people,
        groups: 3,
        windows: [&none; 3],
        retested: starts(retested),
        missed: starts((people - retested) / 2),
        starts: starts(people),
    };
    let level = Some(Estimate { value: 7.2, interval: Interval { lo: 6.8, hi: 7.6 } });
    let estimates = ModelEstimates { levels: [level; 4], ..ModelEstimates::default() };
    let model = Gate::with(&Settings::default(), steps).model(&numbers, || Some(estimates));
    !of_model(numbers.outcome, &model).is_empty()
}
