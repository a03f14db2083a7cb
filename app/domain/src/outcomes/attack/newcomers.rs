//! Participants of strata, and those due, on two pages of a period: in which cells the few are who are new on the later one,
//! or who were in others before.

use std::collections::BTreeMap;

use super::super::dataset::{Dataset, MarkRow, ParticipantRow};
use super::super::figures::StratumCell;
use super::super::publishing::Page;
use super::super::report::Report;
use super::super::suppression::{Step, Steps};
use super::coming::two_pages;
use super::counts::is_small;
use super::{day, named_cells, one_session, pages_of_year, tested};
use crate::attendance::Mark;
use crate::people::LivingAlone;
use crate::time::Day;

/// What of a report is counted in all, and of a cell.
type Count = (fn(&Report) -> Option<u64>, fn(&StratumCell) -> Option<u64>);

const PARTICIPANTS: Count =
    (|report| report.flow.participants.value().copied(), |cell| cell.participants.value().copied());
const DUE: Count = (
    |report| report.flow.m3.due.value().copied(),
    |cell| cell.measured_m3.as_ref().and_then(|of| of.due.value().copied()),
);

/// Who is new, or has become due, is known to everybody, and how many there were on a day stands on the page that was made
/// then.
pub(super) fn on_pages(pages: &[Page]) -> Vec<String> {
    [PARTICIPANTS, DUE].into_iter().flat_map(|count| of_count(pages, count)).collect()
}

fn of_count(pages: &[Page], (in_all, in_cell): Count) -> Vec<String> {
    let days = |page: &Page| (page.report.from, page.report.to);
    let of_day = |page: &Page| {
        let made = |other: &&Page| days(other) == days(page) && other.made_on == page.strata_as_of;
        in_all(&pages.iter().find(made)?.report)
    };
    let told: Vec<(&Page, u64)> = pages.iter().filter_map(|page| Some((page, of_day(page)?))).collect();
    let pairs = told.iter().enumerate().flat_map(|(at, now)| told[..at].iter().map(move |before| (*before, *now)));
    let pairs = pairs.filter(|(before, now)| days(before.0) == days(now.0));
    pairs.flat_map(|(before, now)| moved(before, now, in_cell)).collect()
}

fn moved(
    (before, all_before): (&Page, u64),
    (now, all_now): (&Page, u64),
    of: fn(&StratumCell) -> Option<u64>,
) -> Vec<String> {
    let (old, new) = (cells(before, of), cells(now, of));
    let both = new.into_iter().filter_map(|(cell, now)| old.get(&cell).map(|before| (cell, *before, now)));
    let is_told = |(_, before, now): &(String, u64, u64)| {
        let few_are_new = is_small(all_before.abs_diff(all_now)) && before != now;
        let went_another_way = is_small(before.abs_diff(*now)) && before.cmp(now) != all_before.cmp(&all_now);
        few_are_new || went_another_way
    };
    let days: [Day; 2] = [before.strata_as_of, now.strata_as_of];
    let words = |(cell, before, now): (String, u64, u64)| {
        format!("{cell}: {before} of {all_before}, {now} of {all_now}; {days:?}")
    };
    both.filter(is_told).map(words).collect()
}

/// The count of every cell that tells it.
fn cells(page: &Page, of: fn(&StratumCell) -> Option<u64>) -> BTreeMap<String, u64> {
    named_cells(&page.report).filter_map(|(name, cell)| Some((name, of(cell)?))).collect()
}

pub(super) fn hold_is_needed() {
    for (alone, others, stays) in
        [(0, 0, false), (1, 0, true), (4, 0, true), (2, 2, true), (5, 0, false), (1, 5, false)]
    {
        let pages = two_pages(alone, others, Steps::ALL);
        let (from, same) = (pages[usize::from(!stays)].made_on, pages[1].report.strata == pages[0].report.strata);
        assert_eq!((pages[1].strata_as_of, same), (from, stays || alone == 0), "{alone} {others}");
        assert_eq!(on_pages(&pages), Vec::<String>::new(), "{alone} {others}");
    }
    let without = on_pages(&two_pages(1, 0, Steps::all_but(Step::ParticipantsStay)));
    let told = "living_alone yes: 20 of 40, 21 of 41;";
    assert!(without.iter().any(|found| found.starts_with(told)), "{without:?}");
}

/// Forty people who came on one day, of whom twenty live alone; 26 were tested twice. So many of those who live alone and
/// were tested once were tested two weeks after the others, and become due after them.
fn town(late: u32) -> Dataset {
    let first = day(2026, 1, 7);
    let mut data = one_session(first);
    for participant in 0..40 {
        let living_alone = Some(if participant < 20 { LivingAlone::Yes } else { LivingAlone::No });
        data.participants.push(ParticipantRow { living_alone, ..ParticipantRow::default() });
        data.marks.push(MarkRow::new(0, participant, Mark::Present));
        let is_tested_once = participant < 8 || (20..26).contains(&participant);
        let start = first.plus_days(if participant < late { 14 } else { 0 });
        data.results.extend(tested(participant, start).into_iter().take(if is_tested_once { 1 } else { 2 }));
    }
    data
}

/// The year's pages of before and after those few have become due.
fn pages_of_due(late: u32, steps: Steps) -> Vec<Page> {
    pages_of_year(&town(late), [day(2026, 5, 28), day(2026, 7, 1)], steps)
}

pub(super) fn measured_hold_is_needed() {
    let told = |page: &Page| !cells(page, DUE.1).is_empty();
    for (late, is_told) in [(0, true), (1, false), (4, false), (5, true)] {
        let pages = pages_of_due(late, Steps::ALL);
        assert_eq!(pages[1].strata_as_of, pages[1].made_on, "nobody else was compared: strata change");
        assert_eq!((told(&pages[0]), told(&pages[1])), (true, is_told), "{late}");
        assert_eq!(on_pages(&pages), Vec::<String>::new(), "{late}");
    }
    let without = on_pages(&pages_of_due(1, Steps::all_but(Step::MeasuredStays)));
    let found = "living_alone yes: 19 of 39, 20 of 40;";
    assert!(without.iter().any(|one| one.starts_with(found)), "{without:?}");
}
