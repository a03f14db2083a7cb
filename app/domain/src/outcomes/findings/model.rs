//! What may be said of the model of all measurements, and of those at the start who were not tested again.

use serde::Serialize;

use super::change::Direction;
use super::{Estimated, estimated};
use crate::assessments::OutcomeMeasure;
use crate::outcomes::figures::{AtStart, ModelChange};
use crate::outcomes::publishing::Page;
use crate::outcomes::report::WindowName;
use crate::time::Day;

/// What the model says of one outcome and window.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ModelFinding {
    pub outcome: OutcomeMeasure,
    pub window: WindowName,
    pub statement: ModelStatement,
    /// The day from which the estimate is, where a newer one would tell of a few people.
    pub kept_from: Option<Day>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelStatement {
    /// Nobody has a number in the window yet.
    NobodyMeasured,
    /// There is an estimate, but few were measured, or few were not, or most are missing.
    KeptBack,
    /// The model says nothing of these measurements: they do not differ, or one cause follows from the others.
    NoEstimate,
    /// The interval lies wholly on one side of zero.
    Changed {
        direction: Direction,
        numbers: ModelEstimate,
    },
    NoCertainChange {
        numbers: ModelEstimate,
    },
}

/// The numbers behind an estimate.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct ModelEstimate {
    /// In the model, of so many groups, and with a number in the window.
    pub people: u64,
    pub groups: u64,
    pub measured: u64,
    /// Change since the start in the unit of the score files; more is better.
    pub change: Estimated,
}

/// How those who were tested again after three months and those who were not differed at the start.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StartFinding {
    pub outcome: OutcomeMeasure,
    /// Nothing where one of the two are too few.
    pub numbers: Option<StartNumbers>,
    pub kept_from: Option<Day>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct StartNumbers {
    /// Means in the unit of the score files.
    pub retested: f64,
    pub missed: f64,
    /// How much better those were who were tested again.
    pub diff: Estimated,
    /// Nothing where the interval includes zero.
    pub direction: Option<Direction>,
}

/// What the models say, by outcome and window.
pub fn models(page: &Page) -> impl Iterator<Item = ModelFinding> {
    page.report.model.iter().flat_map(move |(outcome, model)| {
        WindowName::ALL.iter().map(move |window| ModelFinding {
            outcome: *outcome,
            window: *window,
            statement: statement(model.change.of(*window)),
            kept_from: page.model_kept(*outcome, Some(*window)),
        })
    })
}

/// Who were missed, by outcome; nothing of an outcome of which nobody was missed, or nobody was tested again.
pub fn starts(page: &Page) -> impl Iterator<Item = StartFinding> {
    page.report.model.iter().filter_map(move |(outcome, model)| {
        let start = &model.at_start;
        let undefined = start.diff.value().is_none() && !start.diff.is_hidden();
        let (outcome, kept_from) = (*outcome, page.model_kept(*outcome, None));
        (!undefined).then(|| StartFinding { outcome, numbers: start_numbers(start), kept_from })
    })
}

fn statement(told: &ModelChange) -> ModelStatement {
    match (told.n.value(), numbers(told)) {
        (_, Some(numbers)) => match direction(&numbers.change) {
            Some(direction) => ModelStatement::Changed { direction, numbers },
            None => ModelStatement::NoCertainChange { numbers },
        },
        (Some(0), _) => ModelStatement::NobodyMeasured,
        _ if told.change.is_hidden() => ModelStatement::KeptBack,
        _ => ModelStatement::NoEstimate,
    }
}

fn numbers(told: &ModelChange) -> Option<ModelEstimate> {
    Some(ModelEstimate {
        people: *told.people.value()?,
        groups: *told.groups.value()?,
        measured: *told.n.value()?,
        change: estimated(&told.change, &told.ci)?,
    })
}

fn start_numbers(start: &AtStart) -> Option<StartNumbers> {
    let diff = estimated(&start.diff, &start.ci)?;
    let (retested, missed) = (*start.retested.mean.value()?, *start.missed.mean.value()?);
    Some(StartNumbers { retested, missed, diff, direction: direction(&diff) })
}

/// Where the whole interval lies; nothing where it includes zero.
fn direction(estimate: &Estimated) -> Option<Direction> {
    match (estimate.ci.lo > 0.0, estimate.ci.hi < 0.0) {
        (true, _) => Some(Direction::Better),
        (_, true) => Some(Direction::Worse),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::testing;

    #[test]
    fn no_statement_of_a_model_contradicts_its_figures() {
        let (mut certain, mut uncertain, mut kept, mut compared) = (0, 0, 0, 0);
        for number in 0..600 {
            let page = testing::page(number);
            for finding in models(&page) {
                let told = page.report.model[&finding.outcome].change.of(finding.window);
                let ci = told.ci.value();
                match finding.statement {
                    ModelStatement::NobodyMeasured => assert_eq!(told.n.value(), Some(&0)),
                    ModelStatement::KeptBack => {
                        assert!(told.change.is_hidden() && told.n.value() != Some(&0));
                        kept += 1;
                    }
                    ModelStatement::NoEstimate => assert!(ci.is_none() && !told.change.is_hidden()),
                    ModelStatement::Changed { direction, numbers } => {
                        let ci = ci.unwrap();
                        assert!(if direction == Direction::Better { ci.lo > 0.0 } else { ci.hi < 0.0 }, "{told:?}");
                        assert!(numbers.measured >= 10 && numbers.measured <= numbers.people && numbers.groups >= 1);
                        assert!(ci.contains(numbers.change.value), "{told:?}");
                        certain += 1;
                    }
                    ModelStatement::NoCertainChange { numbers } => {
                        assert!(ci.unwrap().contains(0.0) && ci.unwrap().contains(numbers.change.value), "{told:?}");
                        uncertain += 1;
                    }
                }
            }
            for numbers in starts(&page).filter_map(|finding| finding.numbers) {
                let ci = numbers.diff.ci;
                assert_eq!(numbers.direction.is_none(), ci.contains(0.0), "{numbers:?}");
                compared += 1;
            }
        }
        assert!(certain > 0 && uncertain > 0 && kept > 0 && compared > 0, "{certain} {uncertain} {kept} {compared}");
    }
}
