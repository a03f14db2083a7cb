//! What a page of a kind may show, and how finely.

use super::super::figures::{Change, Share};
use super::super::report::{HEADLINE_OUTCOMES, Report, WindowName};
use super::super::suppression::scale;
use super::PageKind;
use crate::assessments::OutcomeMeasure;
use crate::assessments::change::meaningful_change;

/// Shares and rates are told as whole per cents, falls with two decimals.
const HUNDREDTH: f64 = 0.01;

/// Half of what the last printed digit stands for is how far a mean may be from what is printed. In the unit of the
/// report: 0.1 point, 0.01 m/s, 0.1 s.
pub fn printed_step(outcome: OutcomeMeasure) -> f64 {
    match outcome {
        OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed | OutcomeMeasure::Gait10MaximalSpeed => 10.0,
        OutcomeMeasure::Walk6Distance => 1.0,
        _ => 0.1,
    }
}

/// Of fewer people no mean may follow more closely than the smallest change that means something for one person.
pub(super) const MEAN_PEOPLE: u64 = 10;

/// Whether the mean of so many people, which follows from printed means of `n` people in all, is known so closely:
/// half a unit of the last printed digit for everybody behind the means, shared by the few. Where no smallest change is
/// agreed, any mean of a few is known too closely.
pub(in crate::outcomes) fn tells_mean(outcome: OutcomeMeasure, n: u64, people: u64) -> bool {
    let distance = printed_step(outcome) / 2.0 * n as f64 / people as f64;
    (1..MEAN_PEOPLE).contains(&people) && smallest_change(outcome).is_none_or(|smallest| distance < smallest)
}

/// The smallest change that means something for one person, in the unit of the report.
pub fn smallest_change(outcome: OutcomeMeasure) -> Option<f64> {
    meaningful_change(outcome).map(|change| change as f64 / scale(outcome))
}

/// Takes out what pages of the kind do not show: classes and the model outside year and term, weeks on those of the term,
/// strata, gaps and spreads outside the year: a spread is finer than the classes, and years alone have nobody in common. Of
/// tests that stand in no headline no classes are told at all, and nothing where nobody was given the test twice.
pub(super) fn limit(report: &mut Report, kind: PageKind) {
    for window in WindowName::ALL {
        let changes = report.change.of_mut(*window);
        changes.retain(|outcome, change| is_of_headlines(*outcome) || change.n.value() != Some(&0));
        for (outcome, change) in changes {
            limit_change(change, kind);
            if !is_of_headlines(*outcome) {
                hide_classes(change);
            }
        }
    }
    if let Some(way) = report.way.as_mut().filter(|_| kind == PageKind::Season) {
        way.improved.hide();
    }
    if kind == PageKind::Season {
        report.wellbeing.clear();
        report.leaving = None;
    }
    if !kind.has_model() {
        report.model.clear();
    }
    // With the levels of two pages, and the means at the start of parts of their people, those of a few would follow.
    report.model.values_mut().for_each(|model| model.levels = None);
    if kind == PageKind::CouncilTerm {
        report.attendance.weeks.clear();
    }
    if kind != PageKind::Year {
        report.strata.clear();
        report.gaps.clear();
        report.coming.clear();
        report.groups.clear();
        report.profiles = None;
        report.missed = None;
    }
}

fn is_of_headlines(outcome: OutcomeMeasure) -> bool {
    HEADLINE_OUTCOMES.contains(&outcome)
}

/// Leaves the tests that stand in headlines: of reports that were frozen when pages told no others.
pub(super) fn keep_headlines(report: &mut Report) {
    for window in WindowName::ALL {
        report.change.of_mut(*window).retain(|outcome, _| is_of_headlines(*outcome));
    }
}

pub(super) fn limit_change(change: &mut Change, kind: PageKind) {
    change.sd.hide();
    change.median.hide();
    if kind == PageKind::Season {
        hide_classes(change);
    }
    if kind != PageKind::Year {
        change.spread = None;
    }
}

pub(super) fn hide_classes(change: &mut Change) {
    for class in [&mut change.improved, &mut change.kept, &mut change.declined] {
        class.hide();
    }
    change.improved_of_due.hide();
    change.spread = None;
}

/// Rounds every number to what is printed of it, so that no drawing or file can tell more. Strata and gaps of today's
/// reports are rounded already, older ones are not.
pub(super) fn round(report: &mut Report) {
    for window in WindowName::ALL {
        for (outcome, change) in report.change.of_mut(*window) {
            round_change(*outcome, change);
        }
    }
    let cells = report.strata.iter_mut().flat_map(|stratum| &mut stratum.cells).chain(&mut report.groups);
    for cell in cells {
        cell.adherence_median.round_to(HUNDREDTH);
        cell.sppb_change_m3.mean.round_to(printed_step(OutcomeMeasure::SppbTotal));
        cell.sppb_change_m3.ci.round_to(printed_step(OutcomeMeasure::SppbTotal));
        if let Some(measured) = &mut cell.measured_m3 {
            measured.share.round_to(HUNDREDTH);
        }
    }
    for gap in &mut report.gaps {
        gap.change.change_of_gap.round_to(printed_step(gap.outcome));
        gap.change.ci.round_to(printed_step(gap.outcome));
    }
    round_shares(report);
}

pub(super) fn round_change(outcome: OutcomeMeasure, change: &mut Change) {
    change.mean.round_to(printed_step(outcome));
    change.ci.round_to(printed_step(outcome));
    change.improved_of_due.round_to(HUNDREDTH);
}

fn round_shares(report: &mut Report) {
    for gap in &mut report.coming {
        round_share(&mut gap.group);
        round_share(&mut gap.others);
        for value in [&mut gap.difference, &mut gap.ratio] {
            value.round_to(HUNDREDTH);
        }
        for ci in [&mut gap.difference_ci, &mut gap.ratio_ci] {
            ci.round_to(HUNDREDTH);
        }
    }
    for side in report.profiles.iter_mut().flat_map(|both| [&mut both.retested, &mut both.missed]) {
        round_share(&mut side.women);
    }
    report.missed.iter_mut().for_each(round_share);
    if let Some(waiting) = &mut report.waiting {
        waiting.median_days.round_to(1.0);
    }
    let attendance = &mut report.attendance;
    attendance.adherence_median.round_to(HUNDREDTH);
    attendance.adherence_pooled.round_to(HUNDREDTH);
    if let Some(worst) = &mut attendance.adherence_with_pauses {
        worst.round_to(HUNDREDTH);
    }
    let retention = &mut report.retention;
    for share in [&mut attendance.good_adherence, &mut retention.d90, &mut retention.d180, &mut retention.d365] {
        round_share(share);
    }
    let flow = &mut report.flow;
    for follow_up in [&mut flow.m3, &mut flow.m6, &mut flow.m12] {
        follow_up.completeness.round_to(HUNDREDTH);
    }
    report.safety.falls_per_1000_visits.round_to(HUNDREDTH);
    report.safety.ci.round_to(HUNDREDTH);
}

fn round_share(share: &mut Share) {
    share.share.round_to(HUNDREDTH);
    share.ci.round_to(HUNDREDTH);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_test_without_an_agreed_smallest_change_no_mean_of_a_few_is_too_far_to_be_known() {
        let told = |outcome: OutcomeMeasure, people: u64| tells_mean(outcome, 400, people);
        assert_eq!([0, 1, 9, 10].map(|people| told(OutcomeMeasure::SingleLegTime, people)), [false, true, true, false]);
        // 20 s shared by one person, by nine 2.2 s, and 1.4 s mean something.
        assert_eq!([1, 9].map(|people| told(OutcomeMeasure::TugTime, people)), [false, false]);
        assert!(tells_mean(OutcomeMeasure::TugTime, 200, 9));
    }
}
