//! Strata beside each other: everybody knows who lives on the island, and that they speak Swedish there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::compute::compute_by;
use super::super::dataset::{Dataset, MarkRow, ParticipantRow, Period};
use super::super::equity::{StratumBy, cell};
use super::super::report::Report;
use super::super::suppression::{Step, Steps};
use super::super::testing::settings;
use super::{day, gate, one_session, tested};
use crate::attendance::Mark;
use crate::people::PersonLanguage;
use crate::time::Day;

/// A cell whose mean is told: who is in it, compared or not, and how many are behind the mean.
struct Told<'a> {
    by: StratumBy,
    value: &'a str,
    people: &'a BTreeSet<u32>,
    n: u64,
}

/// The mean of the few who are in a cell and in none of those of another stratum within it, or the other way round.
pub(super) fn of_strata(data: &Dataset, report: &Report) -> Vec<String> {
    let members = members(data);
    let cells = report.strata.iter().flat_map(|stratum| stratum.cells.iter().map(move |cell| (stratum.by, cell)));
    let told = cells.filter_map(|(by, cell)| {
        let people = members.get(&(by, cell.value.clone()))?;
        Some(Told { by, value: &cell.value, people, n: cell.sppb_change_m3.people()? })
    });
    let told: Vec<Told> = told.collect();
    let pairs = told.iter().flat_map(|one| StratumBy::ALL.iter().map(move |by| (one, *by)));
    pairs.filter(|(one, by)| one.by != *by).flat_map(|(one, by)| left(one, by, &told)).collect()
}

fn left(one: &Told, by: StratumBy, told: &[Told]) -> Vec<String> {
    let others = || told.iter().filter(move |other| other.by == by);
    let within: Vec<&Told> = others().filter(|other| other.people.is_subset(one.people)).collect();
    let touching: Vec<&Told> = others().filter(|other| !other.people.is_disjoint(one.people)).collect();
    let is_covered = one.people.iter().all(|person| touching.iter().any(|other| other.people.contains(person)));
    let covering = if is_covered { touching } else { Vec::new() };
    [within, covering].into_iter().filter_map(|others| few(one, &others)).collect()
}

fn few(one: &Told, others: &[&Told]) -> Option<String> {
    let of_others: u64 = others.iter().map(|other| other.n).sum();
    let few = one.n.abs_diff(of_others);
    let tells = (1..10).contains(&few) && 0.05 * (one.n + of_others) as f64 / (few as f64) < 1.0;
    let names: Vec<&str> = others.iter().map(|other| other.value).collect();
    (!others.is_empty() && tells).then(|| format!("the mean of {few} beside {} and {names:?}", one.value))
}

/// Who is in each cell.
fn members(data: &Dataset) -> BTreeMap<(StratumBy, String), BTreeSet<u32>> {
    let mut first: BTreeMap<u32, Day> = BTreeMap::new();
    for mark in data.marks.iter().filter(|mark| mark.mark().attended()) {
        let day = data.sessions[mark.session as usize].day;
        first.entry(mark.participant()).and_modify(|first| *first = day.min(*first)).or_insert(day);
    }
    let mut members: BTreeMap<(StratumBy, String), BTreeSet<u32>> = BTreeMap::new();
    let areas = settings().areas;
    for (person, first) in first {
        for by in StratumBy::ALL.iter().copied() {
            let value = cell(by, &data.participants[person as usize], first, &areas);
            members.entry((by, value.to_owned())).or_default().insert(person);
        }
    }
    members
}

/// 26 people of the north, who all speak Swedish; of the 33 of the south three do.
fn town_with_an_island() -> Dataset {
    let first = day(2025, 9, 1);
    let mut data = one_session(first);
    for participant in 0..59 {
        let code = if participant < 26 { "99961" } else { "99962" };
        let language = if participant < 29 { PersonLanguage::Swedish } else { PersonLanguage::Finnish };
        let (postal_code, language) = (Some(code.to_owned()), Some(language));
        data.participants.push(ParticipantRow { postal_code, language, ..ParticipantRow::default() });
        data.marks.push(MarkRow::new(0, participant, Mark::Present));
        data.results.extend(tested(participant, first));
    }
    data
}

pub(super) fn step_is_needed() {
    let data = town_with_an_island();
    let period = Period { from: day(2025, 8, 1), to: day(2026, 7, 31), cut_off: day(2026, 7, 31) };
    let report = |steps: Steps| compute_by(&data, &period, &settings(), gate(steps), false).report;
    let told = |report: &Report, by: StratumBy| {
        let cells = report.strata.iter().filter(|stratum| stratum.by == by).flat_map(|stratum| &stratum.cells);
        cells.filter(|cell| cell.sppb_change_m3.people().is_some()).count()
    };
    let (with, without) = (report(Steps::ALL), report(Steps::all_but(Step::StrataBesideStrata)));
    assert_eq!(of_strata(&data, &with), Vec::<String>::new());
    assert_eq!((told(&with, StratumBy::Language), told(&with, StratumBy::Area)), (2, 0), "areas give way");
    assert_eq!(told(&without, StratumBy::Area), 2);
    assert_eq!(of_strata(&data, &without).len(), 2, "seen from either side: {:?}", without.strata);
}
