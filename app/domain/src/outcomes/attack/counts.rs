//! Counts: read as they stand, or found by taking the shown ones of a stratum from its total.

use std::collections::BTreeSet;

use super::super::equity::OTHER_OR_UNKNOWN;
use super::super::figures::{Change, Leaving, PointClasses, Profile, Share, Spread, StratumCell};
use super::super::report::{Report, Stratum, WindowName};
use super::super::suppression::Shown;
use super::divisions;
use crate::assessments::OutcomeMeasure;

const K: u64 = 5;
/// Fewest people behind a mean or a median.
pub(super) const BASIS: u64 = 10;

pub(super) fn is_small(count: u64) -> bool {
    (1..K).contains(&count)
}

/// Small counts and shares with few people on one side that stand there for everybody to read.
pub(super) fn small(report: &Report) -> Vec<String> {
    let (flow, divisions) = (&report.flow, divisions(report));
    let windows = [&flow.m3, &flow.m6, &flow.m12];
    let mut counts = vec![&flow.participants, &flow.applied, &flow.accepted, &flow.started, &flow.with_baseline];
    counts.extend(windows.iter().flat_map(|window| [&window.due, &window.retested]));
    let of_way = report.way.iter();
    counts.extend(of_way.flat_map(|way| [&way.known, &way.ten_visits, &way.measured_twice, &way.improved]));
    counts.extend(report.wellbeing.values().flat_map(|told| [&told.due, &told.n, &told.start, &told.end]));
    counts.extend(report.waiting.iter().map(|waiting| &waiting.n));
    counts.extend(report.leaving.iter().flat_map(reasons));
    let profiles: Vec<&Profile> = report.profiles.iter().flat_map(|both| [&both.retested, &both.missed]).collect();
    counts.extend(profiles.iter().flat_map(|side| [&side.n, &side.women.n, &side.women.x]));
    counts.push(&report.attendance.visits);
    counts.extend(report.attendance.weeks.iter().map(|week| &week.visits));
    let days = report.attendance.weeks.iter().flat_map(|week| week.days.values());
    counts.extend(days.map(|day| &day.visits));
    let changes = WindowName::ALL.iter().flat_map(|window| report.change.of(*window).values());
    counts.extend(changes.clone().flat_map(|change| [&change.n, &change.improved, &change.kept, &change.declined]));
    let named = divisions.iter().flat_map(|stratum| &stratum.cells).filter(|cell| cell.value != OTHER_OR_UNKNOWN);
    counts.extend(named.flat_map(|cell| [&cell.participants, &cell.sppb_change_m3.n]));
    for model in report.model.values() {
        counts.extend(WindowName::ALL.iter().map(|window| &model.change.of(*window).people));
        counts.extend(WindowName::ALL.iter().map(|window| &model.change.of(*window).n));
    }
    let sides = report.model.values().flat_map(|model| [&model.at_start.retested.n, &model.at_start.missed.n]);
    counts.extend(sides);
    counts.extend(changes.clone().filter_map(|change| change.spread.as_ref()).flat_map(parts));
    let mut found: Vec<String> = counts
        .into_iter()
        .filter_map(Shown::value)
        .filter(|n| is_small(**n))
        .map(|n| format!("a count of {n}"))
        .collect();
    let not_improved = changes.filter_map(|change| Some(change.n.value()? - change.improved.value()?));
    found.extend(not_improved.filter(|rest| is_small(*rest)).map(|rest| format!("{rest} did not improve")));
    let ends = report.wellbeing.values().flat_map(|told| [(&told.n, &told.start), (&told.n, &told.end)]);
    let others = ends.filter_map(|(n, x)| Some(n.value()? - x.value()?)).filter(|others| is_small(*others));
    found.extend(others.map(|others| format!("{others} did not answer so")));
    let shares =
        [&report.attendance.good_adherence, &report.retention.d90, &report.retention.d180, &report.retention.d365];
    let of_gaps = report.coming.iter().flat_map(|gap| [&gap.group, &gap.others]);
    let women = profiles.iter().map(|side| &side.women);
    found.extend(shares.into_iter().chain(of_gaps).chain(women).chain(&report.missed).filter_map(small_side));
    found.extend(divisions.iter().flat_map(measured).filter_map(|(n, due)| few_of(n, due)));
    found
}

pub(super) fn reasons(of: &Leaving) -> [&Shown<u64>; 5] {
    [&of.group_ended, &of.goal_reached, &of.died_or_moved, &of.other, &of.unknown]
}

/// Hidden reasons of leaving: what is left of those who are out. None of the hidden ones is nobody.
pub(super) fn of_leaving(report: &Report) -> Option<String> {
    let (leaving, staying) = (report.leaving.as_ref()?, &report.retention.d180);
    // Of an earlier day they are parts of other people.
    let out = leaving.n.value()?.checked_sub(*staying.x.value()?)?;
    let shown: Vec<u64> = reasons(leaving).into_iter().filter_map(|count| count.value().copied()).collect();
    let (left, hidden) = (out.checked_sub(shown.iter().sum())?, 5 - shown.len() as u64);
    let tells = hidden > 0 && (hidden == 1 || is_small(left) || left == hidden);
    tells.then(|| format!("{left} left for {hidden} hidden reasons"))
}

/// Every count of a spread.
fn parts(spread: &Spread) -> Vec<&Shown<u64>> {
    let bins = &spread.changes;
    let mut parts = vec![&bins.worse_2, &bins.worse_1, &bins.kept, &bins.better_1, &bins.better_2, &bins.better_3];
    parts.extend(spread.points.iter().flat_map(|points| [&points.start, &points.end]).flat_map(classes));
    parts
}

fn classes(of: &PointClasses) -> [&Shown<u64>; 4] {
    [&of.p0_3, &of.p4_6, &of.p7_9, &of.p10_12]
}

/// A hidden part that is what the shown ones leave of a known total.
pub(super) fn of_parts(report: &Report) -> Vec<String> {
    let changes = WindowName::ALL.iter().flat_map(|window| report.change.of(*window).values());
    let weeks = known(report.attendance.weeks.iter().map(|week| &week.visits));
    let of_weeks = report.attendance.visits.value().and_then(|visits| left_of(*visits, &weeks));
    changes.flat_map(left_of_totals).chain(of_weeks).collect()
}

fn left_of_totals(change: &Change) -> Vec<String> {
    let Some(spread) = &change.spread else { return Vec::new() };
    let bins = &spread.changes;
    let better = vec![&bins.better_1, &bins.better_2, &bins.better_3];
    let worse = vec![&bins.worse_2, &bins.worse_1];
    let all = [better.clone(), worse.clone(), vec![&bins.kept]].concat();
    let mut lines = vec![(&change.improved, better), (&change.declined, worse), (&change.n, all)];
    if let Some(points) = &spread.points {
        lines.extend([&points.start, &points.end].map(|end| (&change.n, classes(end).to_vec())));
    }
    lines.into_iter().filter_map(|(total, parts)| left_of(*total.value()?, &known(parts))).collect()
}

/// The parts of a total, as far as they are told.
pub(super) fn known<'a>(parts: impl IntoIterator<Item = &'a Shown<u64>>) -> Vec<Option<u64>> {
    parts.into_iter().map(|part| part.value().copied()).collect()
}

/// A hidden part that is what the shown ones leave of a total. Hidden parts are not nobody: as many people, or visits, as
/// hidden parts are known as well as one.
pub(super) fn left_of(total: u64, parts: &[Option<u64>]) -> Option<String> {
    let hidden = parts.iter().filter(|part| part.is_none()).count() as u64;
    let left = total.checked_sub(parts.iter().flatten().sum())?;
    let known = hidden == 1 || (hidden > 1 && left == hidden);
    (known && is_small(left / hidden.max(1))).then(|| format!("{left} in {hidden} hidden parts"))
}

fn small_side(share: &Share) -> Option<String> {
    let (x, n) = (*share.x.value()?, *share.n.value()?);
    few_of(x, n)
}

fn few_of(x: u64, n: u64) -> Option<String> {
    (is_small(x) || is_small(n - x)).then(|| format!("{x} of {n}"))
}

/// How many were compared, of how many due, in every cell that tells it.
fn measured(stratum: &Stratum) -> Vec<(u64, u64)> {
    let told = stratum.cells.iter().filter_map(|cell| cell.measured_m3.as_ref());
    told.filter_map(|of| of.n.value().copied().zip(of.due.value().copied())).collect()
}

/// The same of all other cells together, where some tell it and the others are not enough for a share.
fn measured_elsewhere(stratum: &Stratum, all: Option<(u64, u64)>) -> Option<String> {
    let (told, (n, due)) = (measured(stratum), all?);
    told.iter().any(|(_, due)| *due > 0).then_some(())?;
    let n = n.checked_sub(told.iter().map(|(n, _)| n).sum())?;
    let due = due.checked_sub(told.iter().map(|(_, due)| due).sum()).filter(|due| *due > 0)?;
    let is_one_sided = (n == 0 || n == due) && due < 2 * BASIS;
    let found = format!("{}: {n} of {due} in the cells that tell nothing", stratum.by);
    (due < BASIS || is_one_sided || few_of(n, due).is_some()).then_some(found)
}

/// Hidden cells of strata that have one possible value only.
pub(super) fn by_subtraction(report: &Report) -> Vec<String> {
    let sppb = report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3);
    let totals = (report.flow.participants.value(), sppb.and_then(|change| change.n.value()));
    let compared = totals.1.copied().zip(report.flow.m3.due.value().copied());
    let divisions = divisions(report);
    let elsewhere = divisions.iter().filter_map(|stratum| measured_elsewhere(stratum, compared));
    divisions.iter().flat_map(|stratum| in_stratum(stratum, totals)).chain(elsewhere).collect()
}

fn in_stratum(stratum: &Stratum, (people, compared): (Option<&u64>, Option<&u64>)) -> Vec<String> {
    let count = |cell: &StratumCell| cell.participants.value().copied();
    let n = |cell: &StratumCell| cell.sppb_change_m3.n.value().copied();
    // Where all are hidden, the hidden ones may be nobody.
    let least_of_hidden = u64::from(stratum.cells.iter().any(|cell| count(cell).is_some() && is_named(cell)));
    let mut found = Vec::new();
    let mut possible_people = vec![None; stratum.cells.len()];
    if let Some(total) = people {
        let least = |cell: &StratumCell| {
            let median = if cell.adherence_median.value().is_some() { BASIS } else { 0 };
            least_of_hidden.max(median).max(n(cell).unwrap_or_default())
        };
        let possible = possible(&candidates(stratum, count, least, |_| *total), *total);
        found.extend(determined(stratum, &possible, count, "participants"));
        found.extend(named_together(stratum, *total, count));
        possible_people = possible.into_iter().map(Some).collect();
    }
    if let Some(total) = compared {
        let most = |i: usize| possible_people[i].as_ref().and_then(|p| p.iter().max().copied()).unwrap_or(*total);
        let possible = possible(&candidates(stratum, n, |_| 0, most), *total);
        found.extend(determined(stratum, &possible, n, "compared"));
        found.extend(named_together(stratum, *total, n));
    }
    found
}

fn is_named(cell: &StratumCell) -> bool {
    cell.value != OTHER_OR_UNKNOWN
}

fn candidates(
    stratum: &Stratum,
    shown: impl Fn(&StratumCell) -> Option<u64>,
    least: impl Fn(&StratumCell) -> u64,
    most: impl Fn(usize) -> u64,
) -> Vec<Vec<u64>> {
    let of_cell = |(i, cell): (usize, &StratumCell)| match shown(cell) {
        Some(value) => vec![value],
        None => (least(cell)..=most(i)).collect(),
    };
    stratum.cells.iter().enumerate().map(of_cell).collect()
}

/// What each cell can be, when every cell is one of its candidates and all of them add up to the total.
fn possible(candidates: &[Vec<u64>], total: u64) -> Vec<Vec<u64>> {
    let sums = |without: usize| {
        let others = candidates.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, cell)| cell);
        others.fold(BTreeSet::from([0]), |sums, cell| {
            sums.iter().flat_map(|sum| cell.iter().map(move |value| sum + value)).filter(|sum| *sum <= total).collect()
        })
    };
    let fits = |(i, cell): (usize, &Vec<u64>)| {
        let sums = sums(i);
        cell.iter().copied().filter(|value| *value <= total && sums.contains(&(total - value))).collect()
    };
    candidates.iter().enumerate().map(fits).collect()
}

fn determined(
    stratum: &Stratum,
    possible: &[Vec<u64>],
    shown: impl Fn(&StratumCell) -> Option<u64>,
    what: &str,
) -> Vec<String> {
    let cells = stratum.cells.iter().zip(possible).filter(|(cell, _)| shown(cell).is_none());
    cells
        .filter_map(|(cell, values)| match values.as_slice() {
            [value] if is_small(*value) => Some(format!("{} {}: {value} {what}", stratum.by, cell.value)),
            _ => None,
        })
        .collect()
}

/// The residual, shown at any size, tells how many all named cells hold together.
fn named_together(stratum: &Stratum, total: u64, shown: impl Fn(&StratumCell) -> Option<u64>) -> Option<String> {
    let residual = stratum.cells.iter().find(|cell| !is_named(cell)).and_then(&shown)?;
    let named = total.checked_sub(residual)?;
    is_small(named).then(|| format!("{}: {named} in all named cells", stratum.by))
}
