//! Figures by who runs the group and its kind (docs/outcomes.md, By group).

use std::collections::{BTreeMap, BTreeSet};

use super::compute::{Gathered, numbers_by};
use super::dataset::{Dataset, GroupRow};
use super::equity::{OTHER_OR_UNKNOWN, StratumBy, cell as stratum_cell};
use super::figures::StratumCell;
use super::person::Person;
use super::publishing::tells_mean;
use super::report::Stratum;
use super::suppression::{Gate, Step};
use crate::assessments::OutcomeMeasure;

/// Participants with a visit in the period by kind and provider of the group of their first visit: one division, since
/// of two that lie within each other a few would be left. Nothing where there are not two of them, or none is told, or a
/// few would be left beside a stratum.
pub(super) fn by_group(of: &Gathered, strata: &[Stratum], gate: &Gate) -> Vec<StratumCell> {
    let divisions = divisions(of.data);
    let cell =
        |person: &Person| person.group.and_then(|group| divisions.get(&group).copied()).unwrap_or(OTHER_OR_UNKNOWN);
    let came = of.people.iter().filter(|person| person.visits > 0).map(cell);
    let named: BTreeSet<&str> = came.filter(|cell| *cell != OTHER_OR_UNKNOWN).collect();
    if named.len() < 2 {
        return Vec::new();
    }
    let values: Vec<&str> = named.into_iter().chain([OTHER_OR_UNKNOWN]).collect();
    let numbers = numbers_by(&values, &of.people, &of.follow, cell);
    let cells = gate.stratum(&numbers, gate.hides_means(of.follow.sppb(0)));
    let is_told = |cell: &StratumCell| cell.value != OTHER_OR_UNKNOWN && !cell.participants.is_hidden();
    let may_stand = cells.iter().any(is_told)
        && !(gate.steps.takes(Step::GroupsBesideStrata) && leaves_few(of, &cells, strata, cell));
    if may_stand { cells } else { Vec::new() }
}

/// Kind and provider by the number of the group.
fn divisions(data: &Dataset) -> BTreeMap<u32, &str> {
    let name = |row: &GroupRow| data.divisions.get(row.division? as usize).map(String::as_str);
    data.groups.iter().filter_map(|row| Some((row.group, name(row)?))).collect()
}

/// Whether a cell by group lies within one of a stratum, or that one within it, and the mean of those few who are in one of
/// the two alone follows from both. Everybody knows of which part of the town a provider's people are.
fn leaves_few<'a>(
    of: &Gathered,
    groups: &[StratumCell],
    strata: &[Stratum],
    group: impl Fn(&Person) -> &'a str,
) -> bool {
    let mut in_both: BTreeMap<(&str, StratumBy, &str), u64> = BTreeMap::new();
    let people = of.people.iter().zip(&of.follow.sppb);
    for (person, _) in people.filter(|(person, points)| person.visits > 0 && points.is_some()) {
        let (group, row) = (group(person), &of.data.participants[person.index]);
        for stratum in strata {
            let value = stratum_cell(stratum.by, row, person.first_visit, &of.settings.areas);
            *in_both.entry((group, stratum.by, value)).or_default() += 1;
        }
    }
    in_both.iter().any(|((group, by, value), both)| {
        let stratum = strata.iter().find(|stratum| stratum.by == *by);
        let sides = behind_mean(groups, group).zip(stratum.and_then(|stratum| behind_mean(&stratum.cells, value)));
        sides.is_some_and(|(a, b)| *both == a.min(b) && tells_mean(OutcomeMeasure::SppbTotal, a + b, a.abs_diff(b)))
    })
}

/// How many are behind a cell's mean, where it is told.
fn behind_mean(cells: &[StratumCell], value: &str) -> Option<u64> {
    cells.iter().find(|cell| cell.value == value)?.sppb_change_m3.people()
}
