//! From follow-ups to the model of all measurements: a line of what is known for each measurement of those who started
//! in the period (docs/outcomes.md, A model of all measurements).

use std::collections::{BTreeMap, BTreeSet};

use super::dataset::Dataset;
use super::figures::{ModelFigures, Profiles, Share};
use super::follow_up::{Compared, FollowUps, Series};
use super::model::reml::{Repeated, fit};
use super::pairing::WINDOWS;
use super::person::Person;
use super::report::HEADLINE_OUTCOMES;
use super::statistics::Moments;
use super::suppression::{Gate, ModelEstimates, ModelNumbers, ProfileNumbers, scale, turned};
use crate::assessments::OutcomeMeasure;
use crate::people::Sex;
use crate::time::Day;

/// Stands for the group of those who are in none.
const NO_GROUP: u32 = u32::MAX;
const DAYS_OF_YEAR: f64 = 365.25;

/// The models of the outcomes that enough people have.
pub(super) fn models(
    data: &Dataset,
    people: &[Person],
    follow: &FollowUps,
    gate: &Gate,
) -> BTreeMap<OutcomeMeasure, ModelFigures> {
    let known = Known::all(data, people);
    let one = |outcome: &OutcomeMeasure| {
        let series: Vec<&Series> = follow.series.get(outcome)?.iter().filter(|series| series.started).collect();
        gate.may_model(series.len() as u64).then_some(())?;
        let numbers = numbers(*outcome, &series, &known, follow)?;
        Some((*outcome, gate.model(&numbers, || estimates(*outcome, &series, &known))))
    };
    HEADLINE_OUTCOMES.iter().filter_map(one).collect()
}

/// How old those were, and how many of them women, who were due at three months by the SPPB: tested again, or missed.
pub(super) fn profiles(data: &Dataset, people: &[Person], follow: &FollowUps, gate: &Gate) -> Option<Profiles> {
    let known = Known::all(data, people);
    let mut sides = [ProfileNumbers::default(); 2];
    let due = follow.series.get(&OutcomeMeasure::SppbTotal)?.iter().filter(|series| series.started && series.due);
    for series in due {
        let [retested, missed] = &mut sides;
        let Known { age, woman, .. } = known[series.person];
        (if series.retested { retested } else { missed }).add(age, woman.map(|woman| woman > 0.5));
    }
    gate.profiles(&sides)
}

/// Of those who were due at three months by the SPPB and were missed, who had left by the window's last day.
pub(super) fn missed(people: &[Person], follow: &FollowUps, gate: &Gate) -> Option<Share> {
    let [mut left, mut missed, mut retested] = [0; 3];
    let due = follow.series.get(&OutcomeMeasure::SppbTotal)?.iter().filter(|series| series.started && series.due);
    for series in due {
        let last = series.measured_on.plus_days(WINDOWS[0].to);
        let had_left = people[series.person].exit.is_some_and(|exit| exit.day <= last);
        retested += u64::from(series.retested);
        missed += u64::from(!series.retested);
        left += u64::from(!series.retested && had_left);
    }
    gate.missed(left, missed, retested)
}

/// What the model knows of a person when they started.
struct Known {
    group: u32,
    /// In years.
    age: Option<f64>,
    /// 1 of a woman, 0 of a man.
    woman: Option<f64>,
}

impl Known {
    fn all(data: &Dataset, people: &[Person]) -> Vec<Self> {
        // The seasons of a group are one group.
        let series: BTreeMap<u32, u32> = data.groups.iter().map(|row| (row.group, row.series)).collect();
        let one = |person: &Person| {
            let row = &data.participants[person.index];
            Self {
                group: person.group.map_or(NO_GROUP, |group| series.get(&group).copied().unwrap_or(group)),
                age: row.birth_date.map(|born| person.first_visit.days_since(born) as f64 / DAYS_OF_YEAR),
                woman: match row.sex {
                    Some(Sex::Female) => Some(1.0),
                    Some(Sex::Male) => Some(0.0),
                    Some(Sex::Other | Sex::Unknown) | None => None,
                },
            }
        };
        people.iter().map(one).collect()
    }
}

fn numbers<'a>(
    outcome: OutcomeMeasure,
    series: &[&Series],
    known: &[Known],
    follow: &'a FollowUps,
) -> Option<ModelNumbers<'a>> {
    let groups: BTreeSet<u32> = series.iter().map(|series| known[series.person].group).collect();
    let starts = |retested: bool| -> Moments {
        let due = series.iter().filter(|series| series.due && series.retested == retested);
        due.map(|series| i64::from(series.start)).collect()
    };
    let window = |w: usize| follow.of_outcome(outcome, w);
    Some(ModelNumbers {
        outcome,
        people: series.len() as u64,
        groups: groups.len() as u64,
        windows: [window(0)?, window(1)?, window(2)?],
        retested: starts(true),
        missed: starts(false),
        starts: series.iter().map(|series| i64::from(series.start)).collect(),
    })
}

/// What the model says, with intervals. Nothing where it says nothing; nothing of a window in which nobody was measured.
/// Levels are those of people of the mean age and of as many women as there are.
fn estimates(outcome: OutcomeMeasure, series: &[&Series], known: &[Known]) -> Option<ModelEstimates> {
    let windows: Vec<usize> =
        (0..WINDOWS.len()).filter(|w| series.iter().any(|series| series.later[*w].is_some())).collect();
    let model = fit(&repeated(series, known, &windows))?;
    let level = |column: Option<usize>| model.level(column, windows.len()).map(|told| told.over(scale(outcome)));
    let mut told = ModelEstimates::default();
    told.levels[0] = level(None);
    for (column, w) in (1..).zip(&windows) {
        told.changes[*w] = model.within_people(column, windows.len()).map(|told| told.over(turned(outcome)));
        told.levels[*w + 1] = level(Some(column));
    }
    Some(told)
}

/// Everybody's measurements. The columns: the level, each window in which somebody was measured, age and sex where
/// they differ. Who has told neither is as the mean of those who have.
fn repeated(series: &[&Series], known: &[Known], windows: &[usize]) -> Vec<Repeated> {
    let person = |series: &&Series| &known[series.person];
    let ages = centred(series.iter().map(|series| person(series).age).collect());
    let women = centred(series.iter().map(|series| person(series).woman).collect());
    let one = |(i, series): (usize, &&Series)| {
        let covariates = [&ages, &women].into_iter().flatten().map(|column| column[i]);
        let row = |at: Option<usize>, value: i32| {
            let time = windows.iter().map(|w| f64::from(Some(*w) == at));
            let columns = std::iter::once(1.0).chain(time).chain(covariates.clone());
            (columns.collect::<Vec<f64>>(), f64::from(value))
        };
        let later = windows.iter().filter_map(|w| series.later[*w].map(|value| row(Some(*w), value)));
        let rows = std::iter::once(row(None, series.start)).chain(later).collect();
        Repeated { group: person(series).group, rows }
    };
    series.iter().enumerate().map(one).collect()
}

/// Differences from the mean of those known; nothing where they do not differ.
fn centred(values: Vec<Option<f64>>) -> Option<Vec<f64>> {
    let known = || values.iter().flatten().copied();
    let mean = known().sum::<f64>() / known().count() as f64;
    let column: Vec<f64> = values.iter().map(|value| value.map_or(0.0, |value| value - mean)).collect();
    column.iter().any(|value| value.abs() > 1e-9).then_some(column)
}

/// Whom the parts of a model lean on, whenever they started: which pages count them can be told from two days.
pub(super) struct Behind {
    /// With a number at the start.
    pub all: Vec<Compared>,
    /// With a number in a window too.
    pub windows: [Vec<Compared>; 3],
    /// Due at three months, and tested again or not.
    pub retested: Vec<Compared>,
    pub missed: Vec<Compared>,
}

impl Behind {
    pub fn of(series: &[Series]) -> Self {
        let window = |w: usize| -> Vec<Compared> {
            series.iter().filter(|one| one.later[w].is_some()).map(|one| since(one, passed(one, w))).collect()
        };
        let due = |retested: bool| -> Vec<Compared> {
            let of = series.iter().filter(|one| one.due && one.retested == retested);
            of.map(|one| since(one, passed(one, 0))).collect()
        };
        Self {
            all: series.iter().map(|one| since(one, one.measured_on.max(one.first_visit))).collect(),
            windows: std::array::from_fn(window),
            retested: due(true),
            missed: due(false),
        }
    }
}

fn since(series: &Series, from_cut_off: Day) -> Compared {
    Compared { first_visit: series.first_visit, from_cut_off, tenth_visit: None }
}

/// The first cut-off at which a window has passed.
fn passed(series: &Series, window: usize) -> Day {
    series.measured_on.plus_days(WINDOWS[window].to + 1)
}

#[cfg(test)]
mod tests {
    use super::super::statistics::{Estimate, Interval};
    use super::*;

    fn series(person: usize, start: i32, later: [Option<i32>; 3]) -> Series {
        let day = Day::new(2026, 1, 12).unwrap();
        let retested = later[0].is_some();
        Series { person, started: true, first_visit: day, measured_on: day, start, later, due: true, retested }
    }

    fn known(group: u32, age: Option<f64>, woman: Option<f64>) -> Known {
        Known { group, age, woman }
    }

    #[test]
    fn a_row_knows_the_level_the_windows_that_there_are_age_and_sex() {
        let people = [known(3, Some(78.0), Some(1.0)), known(4, Some(82.0), Some(0.0)), known(4, None, Some(1.0))];
        let all = [
            series(0, 7, [Some(8), None, Some(9)]),
            series(1, 5, [None, None, Some(5)]),
            series(2, 6, [None, None, None]),
        ];
        let all: Vec<&Series> = all.iter().collect();
        let rows = repeated(&all, &people, &[0, 2]);
        let third = 1.0 / 3.0;
        let near = |row: &(Vec<f64>, f64), columns: [f64; 5], value: f64| {
            assert!(row.0.iter().zip(columns).all(|(a, b)| (a - b).abs() < 1e-12), "{row:?}");
            assert_eq!((row.0.len(), row.1), (5, value));
        };
        assert_eq!(
            rows.iter().map(|person| (person.group, person.rows.len())).collect::<Vec<_>>(),
            [(3, 3), (4, 2), (4, 1)]
        );
        near(&rows[0].rows[0], [1.0, 0.0, 0.0, -2.0, third], 7.0);
        near(&rows[0].rows[2], [1.0, 0.0, 1.0, -2.0, third], 9.0);
        near(&rows[1].rows[1], [1.0, 0.0, 1.0, 2.0, -2.0 * third], 5.0);
        near(&rows[2].rows[0], [1.0, 0.0, 0.0, 0.0, third], 6.0);
    }

    #[test]
    fn what_does_not_differ_is_no_column() {
        let people = [known(1, Some(80.0), None), known(1, Some(80.0), None)];
        let all = [series(0, 7, [Some(8), None, None]), series(1, 5, [Some(7), None, None])];
        let all: Vec<&Series> = all.iter().collect();
        assert_eq!(repeated(&all, &people, &[0])[0].rows[1], (vec![1.0, 1.0], 8.0));
        assert_eq!(centred(vec![None, None]), None);
        assert_eq!(centred(Vec::new()), None);
    }

    /// Everybody was measured twice and nobody is known: the estimate is the mean of the changes, and its interval
    /// that of pairs.
    #[test]
    fn with_everybody_measured_twice_the_estimate_is_that_of_pairs() {
        let changes = [1, 1, 2, 0, 0, 2, 0, 0, 2, -1, 1, 2];
        let people: Vec<Known> = changes.iter().map(|_| known(1, None, None)).collect();
        let all: Vec<Series> = changes
            .iter()
            .enumerate()
            .map(|(i, change)| {
                let start = 4 + i as i32 % 5;
                series(i, start, [Some(start + change), None, None])
            })
            .collect();
        let all: Vec<&Series> = all.iter().collect();
        let told = estimates(OutcomeMeasure::SppbTotal, &all, &people).unwrap();
        let estimate = told.changes[0].unwrap();
        let pairs: Moments = changes.iter().map(|change| i64::from(*change)).collect();
        let interval = pairs.mean_interval().unwrap();
        assert!((estimate.value - 10.0 / 12.0).abs() < 1e-6, "{estimate:?}");
        let [lo, hi] = [(estimate.interval.lo, interval.lo), (estimate.interval.hi, interval.hi)];
        assert!((lo.0 - lo.1).abs() < 1e-4 && (hi.0 - hi.1).abs() < 1e-4, "{estimate:?} {interval:?}");
        assert!(told.changes[1].is_none() && told.levels[2].is_none());
        // Starts of 4, 5, 6, 7, 8 in turn, twelve of them: 69 / 12.
        let [start, m3] = [told.levels[0].unwrap(), told.levels[1].unwrap()];
        assert!((start.value - 69.0 / 12.0).abs() < 1e-6 && (m3.value - 79.0 / 12.0).abs() < 1e-6, "{start:?} {m3:?}");
    }

    #[test]
    fn a_shorter_time_is_better_and_hundredths_become_seconds() {
        let estimate = |value: f64| Estimate { value, interval: Interval { lo: value - 20.0, hi: value + 50.0 } };
        let told = estimate(-200.0).over(turned(OutcomeMeasure::Chair5Time));
        assert_eq!((told.value, told.interval), (2.0, Interval { lo: 1.5, hi: 2.2 }));
        assert_eq!(estimate(60.0).over(turned(OutcomeMeasure::Gait4Speed)).value, 60.0);
    }

    #[test]
    fn where_all_are_equal_or_nobody_came_back_the_model_says_nothing() {
        let people: Vec<Known> = (0..12).map(|_| known(1, None, None)).collect();
        let says = |later: [Option<i32>; 3]| {
            let all: Vec<Series> = (0..12).map(|i| series(i, 7, later)).collect();
            estimates(OutcomeMeasure::SppbTotal, &all.iter().collect::<Vec<_>>(), &people)
        };
        assert!(says([Some(7), None, None]).is_none() && says([None; 3]).is_none());
    }
}
