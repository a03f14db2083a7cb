//! Strata, gaps and figures by group of a year change only when enough people have been added, and enough are new.

use super::super::equity::StratumBy;
use super::super::figures::StratumCell;
use super::super::suppression::{Step, Steps};
use super::Page;
use super::limits::tells_mean;
use crate::assessments::OutcomeMeasure;

/// Fewer people added change nothing.
const FEWEST_ADDED: u64 = 5;

/// Keeps the last shown strata, gaps and figures by group, with their day, where new ones would tell of a few people.
pub(super) fn settle(page: &mut Page, earlier: &[Page], last: Option<&Page>, steps: Steps) {
    // Figures by group that are not told beside these strata: the last ones would stand beside them all the same.
    let are_untold = page.report.groups.is_empty();
    if steps.takes(Step::StrataStay) && is_divided_anew(page, earlier) {
        page.report.groups.clear();
    }
    let Some(last) = last.filter(|last| !last.report.strata.is_empty()) else { return };
    let tells_groups = last.report.groups.iter().any(|cell| cell.sppb_change_m3.people().is_some());
    let tell_results = steps.takes(Step::StrataStay) && (!may_change(page, last) || (are_untold && tells_groups));
    if tell_results || (steps.takes(Step::ParticipantsStay) && moves_few(page, earlier)) {
        keep(page, last);
    } else if steps.takes(Step::MeasuredStays) && due_moves_few(page, earlier) {
        let strata = page.report.strata.iter_mut().flat_map(|stratum| &mut stratum.cells);
        strata.chain(&mut page.report.groups).for_each(|cell| cell.measured_m3 = None);
    }
}

fn keep(page: &mut Page, last: &Page) {
    page.report.strata.clone_from(&last.report.strata);
    page.report.gaps.clone_from(&last.report.gaps);
    page.report.coming.clone_from(&last.report.coming);
    page.coming_as_of = last.coming_day();
    page.report.groups.clone_from(&last.report.groups);
    page.division_marks.clone_from(&last.division_marks);
    (page.strata_as_of, page.strata_n) = (last.strata_as_of, last.strata_n);
    (page.strata_people, page.strata_due) = (last.people_of_strata(), last.strata_due);
}

/// Whether a few took part for the first time since an earlier page of the period, or are in other cells: everybody knows
/// who is new, and with the cells that have one more in which that one is.
fn moves_few(page: &Page, earlier: &[Page]) -> bool {
    let participants = |cell: &StratumCell| cell.participants.value().copied();
    let mut before = page.beside_in_period(earlier);
    before.any(|other| {
        let people = other.people_of_strata().zip(page.people_of_strata());
        people.is_some_and(|people| {
            are_few(people) || counts(other, page, participants).any(|cell| is_other_way(people, cell))
        })
    })
}

/// Whether, since an earlier page of the period, a few have become due, or are in other cells: the same would follow of them.
fn due_moves_few(page: &Page, earlier: &[Page]) -> bool {
    let due = |cell: &StratumCell| cell.measured_m3.as_ref().and_then(|of| of.due.value().copied());
    let mut before = page.beside_in_period(earlier);
    before.any(|other| {
        let people = other.strata_due.zip(page.strata_due);
        let is_told = |people| counts(other, page, due).any(|cell| are_few(people) || is_other_way(people, cell));
        people.is_some_and(is_told)
    })
}

/// A count of the cells of an earlier page and of this one, where both tell it.
fn counts<'a>(
    before: &'a Page,
    now: &'a Page,
    of: impl Fn(&StratumCell) -> Option<u64> + 'a,
) -> impl Iterator<Item = (u64, u64)> + 'a {
    let strata = before.report.strata.iter().flat_map(move |stratum| {
        stratum.cells.iter().filter_map(move |old| Some((old, now.cell_now(stratum.by, &old.value)?)))
    });
    let groups = before.report.groups.iter().filter_map(move |old| Some((old, now.group_now(before, &old.value)?)));
    strata.chain(groups).filter_map(move |(old, new)| of(old).zip(of(new)))
}

fn are_few((before, now): (u64, u64)) -> bool {
    (1..FEWEST_ADDED).contains(&before.abs_diff(now))
}

/// Whether a cell has a few more or fewer though all together are as many as before, or went the other way: these few were
/// in another cell.
fn is_other_way((all_before, all_now): (u64, u64), (before, now): (u64, u64)) -> bool {
    are_few((before, now)) && now.cmp(&before) != all_now.cmp(&all_before)
}

/// Whether a cell by group that an earlier page of the period told is not there any more, since it is another's or divided
/// otherwise: the same people, or a few more, would be told anew. That its provider is called otherwise is none of it.
fn is_divided_anew(page: &Page, earlier: &[Page]) -> bool {
    let mut before = page.beside_in_period(earlier);
    before.any(|other| {
        let mut told = other.report.groups.iter().filter(|cell| !cell.participants.is_hidden());
        told.any(|old| page.group_now(other, &old.value).is_none())
    })
}

fn may_change(page: &Page, last: &Page) -> bool {
    let enough = |before: u64, now: u64| before == now || before.abs_diff(now) >= FEWEST_ADDED;
    // Behind strata of a hidden number of people there was no mean.
    let n = last.strata_n.zip(page.strata_n);
    n.is_none_or(|(before, now)| enough(before, now))
        && pairs(last, page).all(|(a, b)| !tells(a, b))
        && tells_means_of(page, last)
}

/// Whether every mean of a stratum's cell that the last page told is told still. Of one that is not, since it would tell too
/// much beside another stratum, the old one would stand beside the new ones of that.
fn tells_means_of(page: &Page, last: &Page) -> bool {
    let is_told = |by: StratumBy, old: &StratumCell| {
        let now = page.cell_now(by, &old.value);
        old.sppb_change_m3.people().is_none() || now.is_some_and(|cell| cell.sppb_change_m3.people().is_some())
    };
    last.report.strata.iter().all(|stratum| stratum.cells.iter().all(|old| is_told(stratum.by, old)))
}

/// The cells of both pages that may be of the same people.
fn pairs<'a>(before: &'a Page, now: &'a Page) -> impl Iterator<Item = (&'a StratumCell, &'a StratumCell)> {
    let strata = before.report.strata.iter().flat_map(move |old| {
        let new = now.report.strata.iter().filter(|new| new.by == old.by);
        new.flat_map(|new| same_cells(&old.cells, &new.cells))
    });
    let groups = before.report.groups.iter();
    strata.chain(groups.filter_map(move |old| Some((old, now.group_now(before, &old.value)?))))
}

/// Cells of one name, and each that is there no more with each that is new: the same people may be called otherwise.
fn same_cells<'a>(
    before: &'a [StratumCell],
    now: &'a [StratumCell],
) -> impl Iterator<Item = (&'a StratumCell, &'a StratumCell)> {
    now.iter().flat_map(move |new| {
        let may_be_same =
            move |old: &&StratumCell| old.value == new.value || (lacks(now, &old.value) && lacks(before, &new.value));
        before.iter().filter(may_be_same).map(move |old| (old, new))
    })
}

fn lacks(cells: &[StratumCell], value: &str) -> bool {
    cells.iter().all(|cell| cell.value != value)
}

/// Whether the mean of the few who were added to a cell follows from its two means.
fn tells(before: &StratumCell, now: &StratumCell) -> bool {
    let both = before.sppb_change_m3.people().zip(now.sppb_change_m3.people());
    both.is_some_and(|(before, now)| tells_mean(OutcomeMeasure::SppbTotal, before + now, before.abs_diff(now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;
    use crate::outcomes::suppression::{Gate, StratumNumbers};

    fn cells(people: [(&str, i64); 2]) -> Vec<StratumCell> {
        let numbers = people.map(|(value, n)| {
            let participants = n.unsigned_abs();
            let mut cell = StratumNumbers { value: value.to_owned(), participants, ..StratumNumbers::default() };
            (0..n).for_each(|i| cell.add(7, 7 + i % 3));
            cell
        });
        Gate::new(&Settings::default()).stratum(&numbers, false)
    }

    #[test]
    fn a_few_who_are_in_another_cell_are_found_behind_many_new_ones() {
        for (all, cell, found) in [
            ((40, 40), (20, 20), false),
            ((40, 40), (20, 21), true),
            ((40, 40), (20, 25), false),
            // One of six, or nobody.
            ((40, 46), (20, 21), false),
            ((40, 46), (20, 20), false),
            ((40, 46), (20, 19), true),
            // Records were merged.
            ((46, 40), (20, 19), false),
            ((46, 40), (20, 21), true),
        ] {
            assert_eq!(is_other_way(all, cell), found, "{all:?} {cell:?}");
        }
    }

    #[test]
    fn the_mean_of_a_few_is_not_told_under_another_name_of_their_area() {
        let before = cells([("North", 26), ("South", 30)]);
        for (name, n, expected) in [
            ("North", 26, false),
            ("North", 29, true),
            ("North", 40, false),
            ("Pohjoinen", 26, false),
            ("Pohjoinen", 29, true),
            ("Pohjoinen", 40, false),
        ] {
            let now = cells([(name, n), ("South", 30)]);
            assert_eq!(same_cells(&before, &now).any(|(old, new)| tells(old, new)), expected, "{name} {n}");
        }
    }
}
