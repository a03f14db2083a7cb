//! Strata, gaps and figures by group of a year change only when enough people have been added.

use super::super::figures::StratumCell;
use super::super::report::Report;
use super::super::suppression::{Step, Steps};
use super::Page;
use super::limits::tells_mean;
use crate::assessments::OutcomeMeasure;

/// Fewer people added change nothing.
const FEWEST_ADDED: u64 = 5;

/// Keeps the last shown strata, gaps and figures by group, with their day, where new ones would tell of a few people.
pub(super) fn settle(page: &mut Page, earlier: &[Page], last: Option<&Page>, steps: Steps) {
    if steps.takes(Step::StrataStay) && has_another_name(page, earlier) {
        page.report.groups.clear();
    }
    let Some(last) = last.filter(|last| !last.report.strata.is_empty()) else { return };
    if steps.takes(Step::StrataStay) && !may_change(page, last) {
        page.report.strata.clone_from(&last.report.strata);
        page.report.gaps.clone_from(&last.report.gaps);
        page.report.groups.clone_from(&last.report.groups);
        (page.strata_as_of, page.strata_n) = (last.strata_as_of, last.strata_n);
    }
}

/// Whether a cell by group that an earlier page of the period told is not there any more: under another name the same people,
/// or a few more, would be told anew.
fn has_another_name(page: &Page, earlier: &[Page]) -> bool {
    let before = page.beside(earlier).filter(|other| other.is_of_same_period(page));
    let mut told = before.flat_map(|other| &other.report.groups).filter(|cell| !cell.participants.is_hidden());
    told.any(|old| page.report.groups.iter().all(|new| new.value != old.value))
}

fn may_change(page: &Page, last: &Page) -> bool {
    let enough = |before: u64, now: u64| before == now || before.abs_diff(now) >= FEWEST_ADDED;
    // Behind strata of a hidden number of people there was no mean.
    let n = last.strata_n.zip(page.strata_n);
    n.is_none_or(|(before, now)| enough(before, now)) && pairs(&last.report, &page.report).all(|(a, b)| !tells(a, b))
}

/// The cells that both reports have.
fn pairs<'a>(before: &'a Report, now: &'a Report) -> impl Iterator<Item = (&'a StratumCell, &'a StratumCell)> {
    let strata = before.strata.iter().flat_map(move |old| {
        let new = now.strata.iter().filter(|new| new.by == old.by);
        new.flat_map(|new| same_cells(&old.cells, &new.cells))
    });
    strata.chain(same_cells(&before.groups, &now.groups))
}

fn same_cells<'a>(
    before: &'a [StratumCell],
    now: &'a [StratumCell],
) -> impl Iterator<Item = (&'a StratumCell, &'a StratumCell)> {
    now.iter().filter_map(move |new| before.iter().find(|old| old.value == new.value).map(|old| (old, new)))
}

/// Whether the mean of the few who were added to a cell follows from its two means.
fn tells(before: &StratumCell, now: &StratumCell) -> bool {
    let shown = |cell: &StratumCell| cell.sppb_change_m3.mean.value().and(cell.sppb_change_m3.n.value().copied());
    let both = shown(before).zip(shown(now));
    both.is_some_and(|(before, now)| tells_mean(OutcomeMeasure::SppbTotal, before + now, before.abs_diff(now)))
}
