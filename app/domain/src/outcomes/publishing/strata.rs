//! Strata and gaps of a year change only when enough people have been added.

use super::super::figures::StratumCell;
use super::super::report::Report;
use super::super::suppression::{Step, Steps};
use super::Page;
use super::limits::tells_mean;
use crate::assessments::OutcomeMeasure;

/// Fewer people added change nothing.
const FEWEST_ADDED: u64 = 5;

/// Keeps the last shown strata and gaps, with their day, where new ones would tell of a few people.
pub(super) fn settle(page: &mut Page, last: Option<&Page>, steps: Steps) {
    let Some(last) = last.filter(|last| !last.report.strata.is_empty()) else { return };
    if steps.takes(Step::StrataStay) && !may_change(page, last) {
        page.report.strata.clone_from(&last.report.strata);
        page.report.gaps.clone_from(&last.report.gaps);
        (page.strata_as_of, page.strata_n) = (last.strata_as_of, last.strata_n);
    }
}

fn may_change(page: &Page, last: &Page) -> bool {
    let enough = |before: u64, now: u64| before == now || before.abs_diff(now) >= FEWEST_ADDED;
    // Behind strata of a hidden number of people there was no mean.
    let n = last.strata_n.zip(page.strata_n);
    n.is_none_or(|(before, now)| enough(before, now)) && pairs(&last.report, &page.report).all(|(a, b)| !tells(a, b))
}

/// The cells that both reports have.
fn pairs<'a>(before: &'a Report, now: &'a Report) -> impl Iterator<Item = (&'a StratumCell, &'a StratumCell)> {
    before.strata.iter().flat_map(move |old| {
        let new = now.strata.iter().filter(|new| new.by == old.by).flat_map(|new| &new.cells);
        new.filter_map(|new| old.cells.iter().find(|old| old.value == new.value).map(|old| (old, new)))
    })
}

/// Whether the mean of the few who were added to a cell follows from its two means.
fn tells(before: &StratumCell, now: &StratumCell) -> bool {
    let shown = |cell: &StratumCell| cell.sppb_change_m3.mean.value().and(cell.sppb_change_m3.n.value().copied());
    let both = shown(before).zip(shown(now));
    both.is_some_and(|(before, now)| tells_mean(OutcomeMeasure::SppbTotal, before + now, before.abs_diff(now)))
}
