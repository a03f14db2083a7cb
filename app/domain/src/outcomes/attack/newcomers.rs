//! Participants of strata on two pages of a period: in which cells the few are who are new on the later one, or who were in
//! others before.

use std::collections::BTreeMap;

use super::super::publishing::Page;
use super::super::suppression::{Step, Steps};
use super::coming::two_pages;
use super::counts::is_small;
use super::divisions;
use crate::time::Day;

/// Who is new is known to everybody, and how many there were on a day stands on the page that was made then.
pub(super) fn on_pages(pages: &[Page]) -> Vec<String> {
    let days = |page: &Page| (page.report.from, page.report.to);
    let of_day = |page: &Page| {
        let made = |other: &&Page| days(other) == days(page) && other.made_on == page.strata_as_of;
        pages.iter().find(made)?.report.flow.participants.value().copied()
    };
    let told: Vec<(&Page, u64)> = pages.iter().filter_map(|page| Some((page, of_day(page)?))).collect();
    let pairs = told.iter().enumerate().flat_map(|(at, now)| told[..at].iter().map(move |before| (*before, *now)));
    let pairs = pairs.filter(|(before, now)| days(before.0) == days(now.0));
    pairs.flat_map(|(before, now)| moved(before, now)).collect()
}

fn moved((before, all_before): (&Page, u64), (now, all_now): (&Page, u64)) -> Vec<String> {
    let (old, new) = (cells(before), cells(now));
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

/// Participants of every cell that tells them.
fn cells(page: &Page) -> BTreeMap<String, u64> {
    let of_one = |cell: (String, Option<u64>)| Some((cell.0, cell.1?));
    let divisions = divisions(&page.report);
    let cells = divisions.iter().flat_map(|one| one.cells.iter().map(move |cell| (one.by, cell)));
    let named = cells.map(|(by, cell)| (format!("{by} {}", cell.value), cell.participants.value().copied()));
    named.filter_map(of_one).collect()
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
