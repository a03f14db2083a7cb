//! What may be said about a change in the tests.

use serde::Serialize;

use super::{Estimated, Fraction};
use crate::assessments::OutcomeMeasure;
use crate::assessments::change::meaningful_mean;
use crate::outcomes::figures::{Change, FollowUp, Headline};
use crate::outcomes::publishing::{Note, Page};
use crate::outcomes::report::{HEADLINE_OUTCOMES, WindowName};
use crate::outcomes::suppression::Told;
use crate::time::Day;

/// Fewest people whose mean change is told.
const ENOUGH: u64 = 10;

/// What became of one outcome.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChangeFinding {
    pub outcome: OutcomeMeasure,
    pub window: WindowName,
    pub statement: Statement,
    /// Tested again, but not compared: with another aid or on another course.
    pub left_out: Told,
    /// Compared, but without a number: unable at one of the tests.
    pub without_number: Told,
    /// Retested of due, in the same breath; the report has it for `sppb_total`.
    pub follow_up: Option<Fraction>,
    /// The day from which the change is, where a newer one would tell of a few people.
    pub kept_from: Option<Day>,
}

impl ChangeFinding {
    /// How many people the mean is of: those compared but for those who were unable at one of the tests. Nothing where
    /// these are so few that they may not be counted.
    pub fn people_of_mean(&self, numbers: &ChangeFigures) -> Option<u64> {
        match self.without_number.any() {
            false => Some(numbers.n),
            true => self.without_number.number().map(|unable| numbers.n.saturating_sub(unable)),
        }
    }
}

/// What may be said about a change.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// Nobody's follow-up window has passed yet.
    NobodyDue,
    /// The window of some has passed, but no two tests of anybody compare.
    NobodyCompared,
    /// Fewer than 60 % were tested again: no headline, only the flow.
    FollowUpTooLow,
    /// Fewer were measured than a mean needs: how many, where that may be said.
    TooFewMeasured { n: Option<u64> },
    /// Enough were measured, but the result of a few would follow.
    KeptBack { n: u64 },
    /// The interval lies wholly on one side of zero.
    Changed { direction: Direction, numbers: ChangeFigures },
    /// The interval includes zero: "no certain change".
    NoCertainChange { numbers: ChangeFigures },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Better,
    Worse,
}

/// The numbers behind a statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChangeFigures {
    /// Persons measured twice, also those who were unable.
    pub n: u64,
    /// Mean change in the unit of the score files; more is better.
    pub mean: Estimated,
    /// Whether the mean reaches what means something for a group, where that is agreed.
    pub meaningful: Option<bool>,
    pub improved: Option<Fraction>,
    /// Said only where the number of declined may be known.
    pub improved_or_kept: Option<Fraction>,
    /// Improved of all who were due, 0 … 1.
    pub improved_of_due: Option<f64>,
    /// 60–79 % were tested again: say it with a warning.
    pub warning: bool,
}

/// The findings on change, of every headline outcome and window.
pub fn changes(page: &Page) -> impl Iterator<Item = ChangeFinding> {
    HEADLINE_OUTCOMES.iter().flat_map(move |outcome| {
        WindowName::ALL.iter().filter_map(move |window| {
            let change = page.report.change_of(*outcome, *window)?;
            Some(change_finding(*outcome, *window, change, page))
        })
    })
}

fn change_finding(outcome: OutcomeMeasure, window: WindowName, change: &Change, page: &Page) -> ChangeFinding {
    let note = page.note(window, outcome).copied().unwrap_or(Note::of_day(page.made_on));
    let kept_from = page.change_kept(window, outcome);
    // The flow is of the page's own day.
    let follow_up = (outcome == OutcomeMeasure::SppbTotal && kept_from.is_none()).then(|| page.report.flow.of(window));
    ChangeFinding {
        outcome,
        window,
        statement: statement(outcome, change),
        left_out: note.left_out,
        without_number: note.without_number,
        follow_up: follow_up.and_then(part_retested),
        kept_from,
    }
}

fn part_retested(follow_up: &FollowUp) -> Option<Fraction> {
    Some(Fraction { x: *follow_up.retested.value()?, n: *follow_up.due.value()? })
}

fn statement(outcome: OutcomeMeasure, change: &Change) -> Statement {
    let n = change.n.value().copied();
    match (n, change.headline) {
        (Some(n), Some(Headline::Hidden)) if n >= ENOUGH => Statement::FollowUpTooLow,
        (Some(0), _) => nobody(change),
        (Some(n), _) if n >= ENOUGH => match change_figures(outcome, n, change) {
            Some(numbers) => told(numbers),
            None => Statement::KeptBack { n },
        },
        (n, _) => Statement::TooFewMeasured { n },
    }
}

/// Of nobody due there is no share of improved; of some due there is one, or it is hidden.
fn nobody(change: &Change) -> Statement {
    let due = change.improved_of_due.value().is_some() || change.improved_of_due.is_hidden();
    if due { Statement::NobodyCompared } else { Statement::NobodyDue }
}

fn told(numbers: ChangeFigures) -> Statement {
    let ci = numbers.mean.ci;
    if ci.contains(0.0) {
        Statement::NoCertainChange { numbers }
    } else {
        Statement::Changed { direction: if ci.lo > 0.0 { Direction::Better } else { Direction::Worse }, numbers }
    }
}

fn change_figures(outcome: OutcomeMeasure, n: u64, change: &Change) -> Option<ChangeFigures> {
    let mean = Estimated { value: *change.mean.value()?, ci: *change.ci.value()? };
    let part = |x: u64| Fraction { x, n };
    let improved = change.improved.value().copied();
    let declined = change.declined.value().copied();
    Some(ChangeFigures {
        n,
        mean,
        meaningful: meaningful_mean(outcome).map(|least| mean.value >= least),
        improved: improved.map(part),
        improved_or_kept: declined.map(|declined| part(n - declined)),
        improved_of_due: change.improved_of_due.value().copied(),
        warning: change.headline == Some(Headline::Warning),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;
    use crate::outcomes::statistics::Moments;
    use crate::outcomes::suppression::{ChangeNumbers, Gate};
    use proptest::prelude::*;

    fn change(changes: &[i64], due: u64, retested: u64) -> Change {
        let moments: Moments = changes.iter().copied().collect();
        let class = |wanted: fn(i64) -> bool| changes.iter().filter(|c| wanted(**c)).count() as u64;
        Gate::new(&Settings::default()).change(&ChangeNumbers {
            due,
            retested,
            n: changes.len() as u64,
            moments,
            median: moments.mean(),
            scale: 1.0,
            classes: Some([class(|c| c >= 1), class(|c| c == 0), class(|c| c <= -1)]),
        })
    }

    #[test]
    fn e1_is_a_meaningful_change_for_the_better_of_twelve_people() {
        let change = change(&[1, 1, 2, 0, 0, 2, 0, 0, 2, -1, 1, 2], 12, 12);
        let Statement::Changed { direction: Direction::Better, numbers } =
            statement(OutcomeMeasure::SppbTotal, &change)
        else {
            panic!("{change:?}");
        };
        assert_eq!((numbers.n, numbers.meaningful, numbers.warning), (12, Some(true), false));
        assert_eq!(numbers.improved, Some(Fraction { x: 7, n: 12 }));
        // One declined: that may not follow from "improved or kept".
        assert_eq!(numbers.improved_or_kept, None);
    }

    #[test]
    fn too_few_is_said_only_when_fewer_than_ten_were_measured() {
        let said =
            |changes: &[i64], due, retested| statement(OutcomeMeasure::SppbTotal, &change(changes, due, retested));
        assert_eq!(said(&[], 0, 0), Statement::NobodyDue);
        assert_eq!(said(&[], 8, 0), Statement::NobodyCompared);
        assert_eq!(said(&[1; 6], 6, 6), Statement::TooFewMeasured { n: Some(6) });
        assert_eq!(said(&[1; 3], 3, 3), Statement::TooFewMeasured { n: None });
        // Completeness says nothing of so few.
        assert_eq!(said(&[1; 3], 30, 3), Statement::TooFewMeasured { n: None });
        assert_eq!(said(&[1; 12], 30, 12), Statement::FollowUpTooLow);
        // Twelve who all changed alike: enough, but the mean would be everybody's result.
        assert_eq!(said(&[1; 12], 12, 12), Statement::KeptBack { n: 12 });
    }

    proptest! {
        #[test]
        fn no_statement_contradicts_its_numbers(
            changes in prop::collection::vec(-2..4i64, 0..50),
            not_comparable in 0..3u64,
            missing in 0..30u64,
        ) {
            let retested = changes.len() as u64 + not_comparable;
            let due = retested + missing;
            let change = change(&changes, due, retested);
            let n = changes.len();
            let completeness = retested as f64 / due.max(1) as f64;
            match statement(OutcomeMeasure::SppbTotal, &change) {
                Statement::NobodyDue => prop_assert_eq!(due, 0),
                Statement::NobodyCompared => prop_assert!(due > 0 && n == 0),
                Statement::FollowUpTooLow => prop_assert!(n >= 10 && completeness < 0.6),
                Statement::TooFewMeasured { n: told } => {
                    prop_assert!((1..10).contains(&n));
                    prop_assert!(told.is_none_or(|told| told == n as u64));
                }
                Statement::KeptBack { n: told } => {
                    prop_assert!(n >= 10 && told == n as u64 && completeness >= 0.6);
                    prop_assert!(changes.windows(2).all(|pair| pair[0] == pair[1]));
                }
                Statement::NoCertainChange { numbers } => {
                    prop_assert!(numbers.mean.ci.contains(0.0));
                    agrees(&numbers, &changes, completeness, due)?;
                }
                Statement::Changed { direction, numbers } => {
                    prop_assert!(!numbers.mean.ci.contains(0.0));
                    prop_assert_eq!(direction == Direction::Better, numbers.mean.value > 0.0);
                    agrees(&numbers, &changes, completeness, due)?;
                }
            }
        }
    }

    fn agrees(numbers: &ChangeFigures, changes: &[i64], completeness: f64, due: u64) -> Result<(), TestCaseError> {
        let count = |wanted: fn(&&i64) -> bool| changes.iter().filter(wanted).count() as u64;
        prop_assert!(completeness >= 0.6 && changes.len() >= 10);
        prop_assert_eq!(numbers.warning, completeness < 0.8);
        prop_assert_eq!(numbers.n, changes.len() as u64);
        prop_assert_eq!(numbers.meaningful, Some(numbers.mean.value >= 0.5));
        prop_assert!(numbers.improved.is_none_or(|part| part.x == count(|c| **c >= 1) && part.n == numbers.n));
        prop_assert!(numbers.improved_or_kept.is_none_or(|part| part.x == count(|c| **c >= 0)));
        let of_due = count(|c| **c >= 1) as f64 / due as f64;
        prop_assert!(numbers.improved_of_due.is_none_or(|share| (share - of_due).abs() < 1e-6));
        Ok(())
    }
}
