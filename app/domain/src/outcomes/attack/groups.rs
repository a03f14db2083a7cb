//! Figures by group beside those of areas: everybody knows where a provider's people live.

use std::collections::BTreeSet;

use super::super::compute::compute_by;
use super::super::dataset::{Dataset, GroupRow, MarkRow, MembershipRow, ParticipantRow, Period, SessionRow};
use super::super::equity::{OTHER_OR_UNKNOWN, StratumBy};
use super::super::figures::StratumCell;
use super::super::report::Report;
use super::super::suppression::{Step, Steps};
use super::super::testing::settings;
use super::{day, gate, tested};
use crate::attendance::Mark;
use crate::ids::MunicipalityCode;
use crate::sessions::SessionStatus;

/// The mean of those few who live in an area and came to another provider, or came and live elsewhere.
pub(super) fn beside_areas(data: &Dataset, report: &Report) -> Vec<String> {
    let areas = report.strata.iter().filter(|stratum| stratum.by == StratumBy::Area).flat_map(|stratum| &stratum.cells);
    let pairs = areas.flat_map(|area| report.groups.iter().map(move |group| (group, area)));
    pairs.filter_map(|(group, area)| left(data, group, area)).collect()
}

fn left(data: &Dataset, group: &StratumCell, area: &StratumCell) -> Option<String> {
    let told = |cell: &StratumCell| cell.sppb_change_m3.mean.value().and(cell.sppb_change_m3.n.value().copied());
    let (a, b) = (told(group)?, told(area)?);
    let (of_group, of_area) = (members(data, &group.value), residents(data, &area.value));
    let within = (a < b && of_group.is_subset(&of_area)) || (b < a && of_area.is_subset(&of_group));
    let few = a.abs_diff(b);
    let tells = (1..10).contains(&few) && 0.05 * (a + b) as f64 / (few as f64) < 1.0;
    (within && tells).then(|| format!("the mean of {few} beside {} and {}", group.value, area.value))
}

/// Whoever is in a group of that kind and provider.
fn members(data: &Dataset, division: &str) -> BTreeSet<u32> {
    let is_of = |group: u32| {
        let row = data.groups.iter().find(|row| row.group == group);
        row.and_then(|row| data.divisions.get(row.division? as usize)).is_some_and(|name| name == division)
    };
    data.memberships.iter().filter(|stay| is_of(stay.group)).map(|stay| stay.participant).collect()
}

/// Whoever lives in that area, or in none that has a name.
fn residents(data: &Dataset, area: &str) -> BTreeSet<u32> {
    let areas = settings().areas;
    let of = |person: &ParticipantRow| {
        let code = person.postal_code.as_ref()?;
        areas.iter().find(|one| one.postal_codes.contains(code)).map(|one| one.name.clone())
    };
    let lives = |person: &ParticipantRow| of(person).unwrap_or_else(|| OTHER_OR_UNKNOWN.to_owned()) == area;
    (0..).zip(&data.participants).filter(|(_, person)| lives(person)).map(|(number, _)| number).collect()
}

/// 26 people of one provider, all of them from the north; of the 24 of the other four are, too.
fn town_of_two_parts() -> Dataset {
    let mut data = Dataset::empty(MunicipalityCode::new("091").unwrap());
    data.divisions = ["outdoor: B", "strength_balance: A"].map(str::to_owned).to_vec();
    let first = day(2025, 9, 1);
    for group in 0..2 {
        let division = Some(group);
        data.groups.push(GroupRow { group, series: group, season_start: None, season_end: None, division });
        data.sessions.push(SessionRow { group, day: first, status: Some(SessionStatus::Held) });
    }
    for participant in 0..50 {
        let (group, is_south) = (u32::from(participant >= 24), (4..24).contains(&participant));
        let postal_code = Some(if is_south { "99962" } else { "99961" }.to_owned());
        data.participants.push(ParticipantRow { postal_code, ..ParticipantRow::default() });
        data.memberships.push(MembershipRow { participant, group, joined_on: first, left_on: None, exit_reason: None });
        data.marks.push(MarkRow::new(group, participant, Mark::Present));
        data.results.extend(tested(participant, first));
    }
    data
}

pub(super) fn step_is_needed() {
    let data = town_of_two_parts();
    let period = Period { from: day(2025, 8, 1), to: day(2026, 7, 31), cut_off: day(2026, 7, 31) };
    let report = |steps: Steps| compute_by(&data, &period, &settings(), gate(steps), false).report;
    let (with, without) = (report(Steps::ALL), report(Steps::all_but(Step::GroupsBesideStrata)));
    assert!(with.groups.is_empty() && beside_areas(&data, &with).is_empty());
    assert_eq!(beside_areas(&data, &without).len(), 2, "{:?}", without.groups);
}
