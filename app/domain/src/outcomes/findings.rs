//! What a report says, as typed findings without words: screens, prints and spoken texts in three languages
//! come from the same one (ux.md 6.4). Findings are made from a finished report alone, so that they cannot
//! tell more than it shows. A change is never called an effect (domain.md 4.6).

use serde::Serialize;

use super::equity::StratumBy;
use super::figures::{Change, FollowUp, Headline, Share, Verdict};
use super::report::{Gap, Report, WindowName};
use super::statistics::Interval;
use crate::assessments::Outcome;
use crate::assessments::change::meaningful_mean;

/// The outcomes that may stand in a headline (domain.md 2.10).
pub const HEADLINE_OUTCOMES: [Outcome; 3] = [Outcome::SppbTotal, Outcome::Gait4Speed, Outcome::Chair5Time];

/// `x` of `n` persons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Part {
    pub x: u64,
    pub n: u64,
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Estimated {
    pub value: f64,
    pub ci: Interval,
}

/// One sentence's worth of a report.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// So many came for the first time; so many of them were tested at the start, where that may be said.
    Started {
        started: u64,
        with_baseline: Option<u64>,
    },
    /// More started than were accepted: the two are counted by different days (ruling 15), and some come unasked. Said
    /// only where both may be known.
    StartedBeyondAccepted {
        started: u64,
        accepted: u64,
    },
    /// Visits and sessions; the median share of the offered sessions that a person attended, 0 … 1.
    Attendance {
        visits: u64,
        sessions: u64,
        adherence_median: Option<f64>,
    },
    /// Came to three quarters of what was offered or more.
    GoodAdherence {
        part: Part,
        share: Estimated,
    },
    /// Still active so many days after the first visit.
    Retention {
        days: u16,
        part: Part,
        share: Estimated,
    },
    Change(ChangeFinding),
    Gap(GapFinding),
    /// Falls, and how many there were for every 1000 visits.
    Falls {
        falls: u64,
        visits: u64,
        per_1000_visits: Estimated,
    },
}

/// What became of one outcome.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChangeFinding {
    pub outcome: Outcome,
    pub window: WindowName,
    pub statement: Statement,
    /// Retested of due, in the same breath; the report has it for `sppb_total`.
    pub follow_up: Option<Part>,
}

/// What may be said about a change.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// Nobody's follow-up window has passed yet.
    NobodyDue,
    /// Fewer than 60 % were tested again: no headline, only the flow.
    FollowUpTooLow,
    /// "Too few measured": how many, where that may be said.
    TooFewMeasured { n: Option<u64> },
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
    /// Persons measured twice.
    pub n: u64,
    /// Mean change in the unit of the score files; more is better.
    pub mean: Estimated,
    /// Whether the mean reaches what means something for a group, where that is agreed.
    pub meaningful: Option<bool>,
    pub improved: Option<Part>,
    /// Said only where the number of declined may be known (domain.md 4.9).
    pub improved_or_kept: Option<Part>,
    /// Improved of all who were due, 0 … 1.
    pub improved_of_due: Option<f64>,
    /// 60–79 % were tested again: say it with a warning.
    pub warning: bool,
}

/// Whether a gap between two groups narrowed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct GapFinding {
    pub by: StratumBy,
    pub disadvantaged: String,
    pub reference: String,
    pub outcome: Outcome,
    pub window: WindowName,
    pub verdict: Verdict,
    /// Positive when the gap narrows; nothing when too few were measured.
    pub change_of_gap: Option<Estimated>,
}

/// Everything that the report lets us say, in the order in which a reader asks.
pub fn findings(report: &Report) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        started(report).into_iter().chain(beyond_accepted(report)).chain(attendance(report)).collect();
    findings.extend(good_adherence(report));
    let retention = [(90, &report.retention.d90), (180, &report.retention.d180), (365, &report.retention.d365)];
    findings.extend(
        retention
            .into_iter()
            .filter_map(|(days, share)| part_of(share).map(|(part, share)| Finding::Retention { days, part, share })),
    );
    findings.extend(changes(report).map(Finding::Change));
    findings.extend(report.gaps.iter().map(|gap| Finding::Gap(gap_finding(gap))));
    findings.extend(falls(report));
    findings
}

/// The findings on change, of every headline outcome and window.
pub fn changes(report: &Report) -> impl Iterator<Item = ChangeFinding> {
    HEADLINE_OUTCOMES.iter().flat_map(move |outcome| {
        WindowName::ALL.iter().filter_map(move |window| {
            let follow_up = (*outcome == Outcome::SppbTotal).then(|| report.flow.of(*window));
            report.change_of(*outcome, *window).map(|change| change_finding(*outcome, *window, change, follow_up))
        })
    })
}

fn started(report: &Report) -> Option<Finding> {
    let started = *report.flow.started.value()?;
    Some(Finding::Started { started, with_baseline: report.flow.with_baseline.value().copied() })
}

fn beyond_accepted(report: &Report) -> Option<Finding> {
    let (started, accepted) = (*report.flow.started.value()?, *report.flow.accepted.value()?);
    (started > accepted).then_some(Finding::StartedBeyondAccepted { started, accepted })
}

fn attendance(report: &Report) -> Option<Finding> {
    let section = &report.attendance;
    Some(Finding::Attendance {
        visits: *section.visits.value()?,
        sessions: *section.sessions_held.value()?,
        adherence_median: section.adherence_median.value().copied(),
    })
}

fn good_adherence(report: &Report) -> Option<Finding> {
    part_of(&report.attendance.good_adherence).map(|(part, share)| Finding::GoodAdherence { part, share })
}

fn part_of(share: &Share) -> Option<(Part, Estimated)> {
    let part = Part { x: *share.x.value()?, n: *share.n.value()? };
    Some((part, Estimated { value: *share.share.value()?, ci: *share.ci.value()? }))
}

fn falls(report: &Report) -> Option<Finding> {
    let safety = &report.safety;
    Some(Finding::Falls {
        falls: *safety.falls.value()?,
        visits: *safety.visits.value()?,
        per_1000_visits: Estimated { value: *safety.falls_per_1000_visits.value()?, ci: *safety.ci.value()? },
    })
}

fn change_finding(
    outcome: Outcome,
    window: WindowName,
    change: &Change,
    follow_up: Option<&FollowUp>,
) -> ChangeFinding {
    let follow_up = follow_up.and_then(|f| Some(Part { x: *f.retested.value()?, n: *f.due.value()? }));
    ChangeFinding { outcome, window, statement: statement(outcome, change), follow_up }
}

fn statement(outcome: Outcome, change: &Change) -> Statement {
    if change.headline == Headline::Hidden {
        // Of nobody due there is no share; of too few retested there is one, and it is hidden.
        let nobody = change.improved_of_due.value().is_none() && !change.improved_of_due.is_hidden();
        return if nobody { Statement::NobodyDue } else { Statement::FollowUpTooLow };
    }
    let Some(numbers) = change_figures(outcome, change) else {
        return Statement::TooFewMeasured { n: change.n.value().copied() };
    };
    let ci = numbers.mean.ci;
    if ci.contains(0.0) {
        Statement::NoCertainChange { numbers }
    } else {
        Statement::Changed { direction: if ci.lo > 0.0 { Direction::Better } else { Direction::Worse }, numbers }
    }
}

fn change_figures(outcome: Outcome, change: &Change) -> Option<ChangeFigures> {
    let n = *change.n.value()?;
    let mean = Estimated { value: *change.mean.value()?, ci: *change.ci.value()? };
    let part = |x: u64| Part { x, n };
    let improved = change.improved.value().copied();
    let declined = change.declined.value().copied();
    Some(ChangeFigures {
        n,
        mean,
        meaningful: meaningful_mean(outcome).map(|least| mean.value >= least),
        improved: improved.map(part),
        improved_or_kept: declined.map(|declined| part(n - declined)),
        improved_of_due: change.improved_of_due.value().copied(),
        warning: change.headline == Headline::Warning,
    })
}

fn gap_finding(gap: &Gap) -> GapFinding {
    let change = &gap.change;
    let estimate = change.change_of_gap.value().zip(change.ci.value());
    GapFinding {
        by: gap.by,
        disadvantaged: gap.disadvantaged.clone(),
        reference: gap.reference.clone(),
        outcome: gap.outcome,
        window: gap.window,
        verdict: change.verdict,
        change_of_gap: estimate.map(|(value, ci)| Estimated { value: *value, ci: *ci }),
    }
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
        let Statement::Changed { direction: Direction::Better, numbers } = statement(Outcome::SppbTotal, &change)
        else {
            panic!("{change:?}");
        };
        assert_eq!((numbers.n, numbers.meaningful, numbers.warning), (12, Some(true), false));
        assert_eq!(numbers.improved, Some(Part { x: 7, n: 12 }));
        // One declined: that may not follow from "improved or kept".
        assert_eq!(numbers.improved_or_kept, None);
    }

    #[test]
    fn nobody_due_is_not_the_same_as_too_few_retested() {
        assert_eq!(statement(Outcome::SppbTotal, &change(&[], 0, 0)), Statement::NobodyDue);
        assert_eq!(statement(Outcome::SppbTotal, &change(&[], 8, 0)), Statement::FollowUpTooLow);
        assert_eq!(statement(Outcome::SppbTotal, &change(&[1; 6], 6, 6)), Statement::TooFewMeasured { n: Some(6) });
        assert_eq!(statement(Outcome::SppbTotal, &change(&[1; 3], 3, 3)), Statement::TooFewMeasured { n: None });
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
            let completeness = retested as f64 / due.max(1) as f64;
            match statement(Outcome::SppbTotal, &change) {
                Statement::NobodyDue => prop_assert_eq!(due, 0),
                Statement::FollowUpTooLow => prop_assert!(due > 0 && completeness < 0.6),
                Statement::TooFewMeasured { n } => {
                    prop_assert!(completeness >= 0.6 && changes.len() < 10);
                    prop_assert!(n.is_none_or(|n| n == changes.len() as u64));
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
