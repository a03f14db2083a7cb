//! The attack on everything that is published: whoever reads all of it, counts, subtracts and knows the rules must not
//! find a hidden count, nor the mean of a few people. Each step of hiding is left out in turn: then it must succeed,
//! or the step, or the attack, is good for nothing.

mod areas;
mod beside;
mod coming;
mod counts;
mod groups;
mod levels;
mod means;
mod need;
mod newcomers;
mod pages;
mod profiles;
mod staying;
mod strata;
mod untold;
mod way;
mod weekdays;

use super::compute::{Computed, compute_by};
use super::dataset::{Dataset, GroupRow, Period, ResultRow, SessionRow};
use super::equity::StratumBy;
use super::figures::StratumCell;
use super::publishing::{Page, PageKind, publish};
use super::report::{HEADLINE_OUTCOMES, Report, Stratum};
use super::suppression::{Gate, Step, Steps};
use super::testing::{settings, town};
use crate::assessments::OutcomeMeasure;
use crate::ids::MunicipalityCode;
use crate::sessions::SessionStatus;
use crate::time::Day;

/// Municipalities that everything published of must withstand the attack.
const TOWNS: u64 = 20;
/// Among so many there must be one that a build without one of the steps gives away.
const MANY_TOWNS: u64 = 400;

/// As many municipalities as the environment says (`cargo xtask prove attack`), else the everyday number.
fn towns(everyday: u64) -> u64 {
    std::env::var("VIREA_TOWNS").map_or(everyday, |said| said.parse().expect("VIREA_TOWNS is a number"))
}

fn day(year: i32, month: u8, day: u8) -> Day {
    Day::new(year, month, day).unwrap()
}

/// The results of somebody who scored 7 points on the first day, and up to 2 more three months later.
fn tested(participant: u32, first: Day) -> [ResultRow; 2] {
    let row = |after: i64, points: u32| ResultRow {
        participant,
        day: first.plus_days(after),
        outcome: OutcomeMeasure::SppbTotal,
        value: i32::try_from(points).ok(),
        unable: false,
        course_m: None,
        aid: None,
    };
    [row(0, 7), row(92, 7 + participant % 3)]
}

/// Everything that divides participants, that by group too.
fn divisions(report: &Report) -> Vec<Stratum> {
    // What it is divided by is said in what is found alone.
    let by_group = Stratum { by: StratumBy::Area, cells: report.groups.clone() };
    report.strata.iter().cloned().chain([by_group]).filter(|stratum| !stratum.cells.is_empty()).collect()
}

/// Each cell by a name that no other has: who is other or unknown by group is not who is so by area.
fn named_cells(report: &Report) -> impl Iterator<Item = (String, &StratumCell)> {
    let strata = report.strata.iter().flat_map(|one| one.cells.iter().map(|cell| (one.by.code(), cell)));
    let groups = report.groups.iter().map(|cell| ("group", cell));
    strata.chain(groups).map(|(by, cell)| (format!("{by} {}", cell.value), cell))
}

fn gate(steps: Steps) -> Gate {
    Gate::with(&settings(), steps)
}

/// The periods that pages offer: a council term, its years and seasons.
fn periods() -> Vec<(PageKind, Day, Day)> {
    vec![
        (PageKind::CouncilTerm, day(2025, 6, 1), day(2029, 5, 31)),
        (PageKind::Year, day(2025, 1, 1), day(2025, 12, 31)),
        (PageKind::Year, day(2026, 1, 1), day(2026, 12, 31)),
        (PageKind::Season, day(2025, 8, 25), day(2025, 12, 14)),
        (PageKind::Season, day(2026, 1, 5), day(2026, 5, 17)),
        (PageKind::Season, day(2026, 8, 24), day(2026, 12, 13)),
    ]
}

/// The days on which pages are put together.
fn days() -> impl Iterator<Item = Day> {
    (0..9).map(|i| day(2025, 12, 1).plus_days(92 * i))
}

fn computed(data: &Dataset, (from, to, cut_off): (Day, Day, Day), steps: Steps) -> Computed {
    compute_by(data, &Period { from, to, cut_off }, &settings(), gate(steps), true)
}

/// Everything that a municipality ever put before readers, the oldest first; and the people compared, by the last day.
fn published(data: &Dataset, steps: Steps) -> (Vec<Page>, Computed) {
    let mut pages = Vec::new();
    for made_on in days() {
        for (kind, from, to) in periods().into_iter().filter(|(_, from, _)| *from <= made_on) {
            let page = publish(&computed(data, (from, to, made_on), steps), kind, made_on, &pages, None);
            pages.push(page);
        }
    }
    let last = days().last().unwrap();
    (pages, computed(data, (day(2025, 6, 1), day(2029, 5, 31), last), steps))
}

/// The pages of 2026 that were made on those days, each held against those before.
fn pages_of_year(data: &Dataset, days: [Day; 2], steps: Steps) -> Vec<Page> {
    let mut pages = Vec::new();
    for made_on in days {
        let computed = computed(data, (day(2026, 1, 1), day(2026, 12, 31), made_on), steps);
        let page = publish(&computed, PageKind::Year, made_on, &pages, None);
        pages.push(page);
    }
    pages
}

/// A municipality with one group, in which nothing has happened.
fn one_group() -> Dataset {
    let mut data = Dataset::empty(MunicipalityCode::new("091").unwrap());
    data.groups.push(GroupRow { group: 0, series: 0, season_start: None, season_end: None, division: None });
    data
}

/// The same, which met on that day alone.
fn one_session(day: Day) -> Dataset {
    let mut data = one_group();
    data.sessions.push(SessionRow { group: 0, day, status: Some(SessionStatus::Held) });
    data
}

/// What the attack finds in the report that the command line prints.
fn found_in_report(data: &Dataset, steps: Steps) -> Vec<String> {
    let report = computed(data, (day(2025, 6, 1), day(2027, 5, 31), day(2027, 12, 31)), steps).report;
    [
        counts::small(&report),
        counts::by_subtraction(&report),
        counts::of_parts(&report),
        counts::of_leaving(&report).into_iter().chain(profiles::of_missed(&report)).collect(),
        means::of_few(&report),
        strata::from_the_whole(&report),
        pages::of_missing(&report),
        levels::of_levels(&report),
        way::of_way(&report),
        groups::beside_areas(data, &report),
        beside::of_strata(data, &report),
        coming::of_rest(&report),
        weekdays::of_weeks(report.attendance.visits.value().copied(), &report.attendance.weeks),
    ]
    .concat()
}

/// What the attack finds in all pages together.
fn found_in_pages(data: &Dataset, steps: Steps) -> Vec<String> {
    let (pages, all) = published(data, steps);
    let on_each = pages.iter().flat_map(|page| {
        // Numbers of different days do not add up.
        let mut of_headlines = page.notes.m3.iter().filter(|(outcome, _)| HEADLINE_OUTCOMES.contains(outcome));
        let is_of_one_day =
            page.strata_as_of == page.made_on && of_headlines.all(|(_, note)| note.as_of == page.made_on);
        let of_rest = Some(&page.report).filter(|_| page.coming_day() == Some(page.made_on)).map(coming::of_rest);
        let of_rest = of_rest.unwrap_or_default();
        let subtracted = || [counts::by_subtraction(&page.report), of_rest].concat();
        let subtracted = if is_of_one_day { subtracted() } else { Vec::new() };
        let attendance = &page.report.attendance;
        let of_weeks = weekdays::of_weeks(attendance.visits.value().copied(), &attendance.weeks);
        let of_leaving = counts::of_leaving(&page.report).filter(|_| page.leaving_as_of == Some(page.made_on));
        let of_missed = profiles::of_missed(&page.report).filter(|_| page.missed_kept().is_none());
        let of_leaving = of_leaving.into_iter().chain(of_missed).collect();
        let parts = [counts::of_parts(&page.report), of_weeks, way::of_way(&page.report), of_leaving].concat();
        let of_groups = [groups::beside_areas(data, &page.report), beside::of_strata(data, &page.report)].concat();
        let few = [means::of_few(&page.report), pages::of_missing(&page.report), of_groups].concat();
        [counts::small(&page.report), subtracted, parts, few].concat()
    });
    let of_answers = [pages::by_answers(&pages, &all), pages::by_leaving(&pages, &all)].concat();
    let of_models = [pages::by_models(&pages, &all), of_answers].concat();
    let of_days = weekdays::on_pages(&pages);
    let of_pages = on_each.chain(pages::by_differences(&pages, &all)).chain(pages::of_strata(&pages));
    let of_people = [coming::on_pages(&pages), newcomers::on_pages(&pages), profiles::on_pages(&pages)].concat();
    of_pages.chain(of_models).chain(of_days).chain(of_people).collect()
}

#[test]
fn nothing_hidden_follows_from_a_report() {
    let towns = towns(MANY_TOWNS);
    for number in 0..towns {
        let found = found_in_report(&town(number), Steps::ALL);
        assert!(found.is_empty(), "town {number}: {found:?}");
    }
    println!("\nproof: {towns} municipalities, nothing hidden followed from a report");
}

#[test]
fn nothing_hidden_follows_from_all_pages_of_all_periods_and_days_together() {
    let towns = towns(TOWNS);
    for number in 0..towns {
        let found = found_in_pages(&town(number), Steps::ALL);
        assert!(found.is_empty(), "town {number}: {found:#?}");
    }
    println!("\nproof: {towns} municipalities, nothing hidden followed from all their pages");
}

/// Without the step, some municipality's report gives something away.
fn needed_in_report(step: Step) {
    let found = (0..MANY_TOWNS).any(|number| !found_in_report(&town(number), Steps::all_but(step)).is_empty());
    assert!(found, "nothing was found without {step:?}");
}

fn needed_on_pages(step: Step) {
    let found = (0..TOWNS).any(|number| !found_in_pages(&town(number), Steps::all_but(step)).is_empty());
    assert!(found, "nothing was found without {step:?}");
}

#[test]
fn each_step_of_hiding_in_a_report_is_needed() {
    for step in [
        Step::SmallCounts,
        Step::SmallShares,
        Step::FewPeople,
        Step::NoSpread,
        Step::Complement,
        Step::WholeCell,
        Step::WholeStratum,
        Step::StratumMeans,
        Step::MeasuredTogether,
        Step::ModelRoom,
        Step::WaySteps,
        Step::WayRest,
    ] {
        needed_in_report(step);
    }
}

#[test]
fn the_step_that_hides_intervals_of_strata_is_needed() {
    strata::intervals_are_needed();
}

#[test]
fn the_step_that_hides_groups_beside_strata_is_needed() {
    groups::step_is_needed();
}

#[test]
fn the_step_that_hides_strata_beside_strata_is_needed() {
    beside::step_is_needed();
}

#[test]
fn the_step_that_hides_divisions_beside_each_other_is_needed() {
    need::step_is_needed();
}

#[test]
fn the_step_that_hides_gaps_in_coming_is_needed() {
    coming::step_is_needed();
}

#[test]
fn the_step_that_holds_gaps_in_coming_is_needed() {
    coming::hold_is_needed();
}

#[test]
fn the_step_that_holds_participants_of_strata_is_needed() {
    newcomers::hold_is_needed();
}

#[test]
fn the_step_that_holds_how_many_of_those_due_were_compared_is_needed() {
    newcomers::measured_hold_is_needed();
}

#[test]
fn the_step_that_hides_who_was_missed_is_needed() {
    profiles::step_is_needed();
}

#[test]
fn the_step_that_holds_who_was_missed_is_needed() {
    profiles::hold_is_needed();
}

#[test]
fn the_step_that_hides_levels_is_needed() {
    levels::step_is_needed();
}

#[test]
fn the_steps_that_hide_weekdays_are_needed() {
    weekdays::steps_are_needed();
}

#[test]
fn tests_that_stand_in_no_headline_are_held_as_the_others_are() {
    for outcome in [OutcomeMeasure::TugTime, OutcomeMeasure::SingleLegTime] {
        let of_it = |found: &String| found.starts_with(&format!("{outcome}: the mean of "));
        let without = |number: u64| found_in_pages(&town(number), Steps::all_but(Step::DifferenceOfMeans));
        assert!((0..TOWNS).any(|number| without(number).iter().any(of_it)), "{outcome}");
    }
}

#[test]
fn each_step_of_publishing_is_needed() {
    for step in [
        Step::PageKind,
        Step::Rounding,
        Step::DifferenceOfClasses,
        Step::DifferenceOfMeans,
        Step::StrataStay,
        Step::ModelStays,
    ] {
        needed_on_pages(step);
    }
}
