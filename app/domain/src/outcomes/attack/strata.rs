//! Hidden means of a stratum from the shown ones and the whole: sums of points are whole numbers.

use super::super::dataset::Settings;
use super::super::equity::OTHER_OR_UNKNOWN;
use super::super::figures::{Change, MeanChange, StratumCell};
use super::super::report::{Report, Stratum, WindowName};
use super::super::statistics::Moments;
use super::super::suppression::{ChangeNumbers, Gate, Step, Steps, StratumNumbers};
use super::divisions;
use crate::assessments::OutcomeMeasure;

/// Of fewer people no mean may follow more closely than one point.
const FEW: f64 = 10.0;
/// How far a figure with one decimal may be from the exact one.
const HALF: f64 = 0.05;

/// Between two numbers, both included.
#[derive(Clone, Copy)]
struct Range(f64, f64);

pub(super) fn from_the_whole(report: &Report) -> Vec<String> {
    let Some(whole) = report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3) else { return Vec::new() };
    divisions(report).iter().filter_map(|stratum| hidden_mean(stratum, whole)).collect()
}

/// The mean of all hidden cells together, where they hold few people and it is known within one point.
fn hidden_mean(stratum: &Stratum, whole: &Change) -> Option<String> {
    let (n, mean, sd) = (*whole.n.value()? as f64, *whole.mean.value()?, *whole.sd.value()?);
    let shown: Vec<(f64, f64, &MeanChange)> = stratum.cells.iter().filter_map(shown_mean).collect();
    let hidden = n - shown.iter().map(|(n, ..)| n).sum::<f64>();
    if !(1.0..FEW).contains(&hidden) {
        return None;
    }
    let total = (n * mean).round();
    let sums = shown.iter().map(|(n, mean, _)| whole_sums(*n, *mean));
    let Range(low, high) = sums.fold(Range(total, total), |left, sum| Range(left.0 - sum.1, left.1 - sum.0));
    let most = largest_sum(hidden, squares(n, mean, sd), &shown);
    let (low, high) = most.map_or((low, high), |most| (low.max(-most), high.min(most)));
    (high - low < hidden)
        .then(|| format!("{}: the mean of {hidden} is {} … {}", stratum.by, low / hidden, high / hidden))
}

fn shown_mean(cell: &StratumCell) -> Option<(f64, f64, &MeanChange)> {
    let change = &cell.sppb_change_m3;
    Some((*change.n.value()? as f64, *change.mean.value()?, change))
}

/// The whole numbers that are the sum of `n` results with this rounded mean.
fn whole_sums(n: f64, mean: f64) -> Range {
    let (low, high) = (n * (mean - HALF), n * (mean + HALF));
    Range((low - 1e-9).ceil(), (high + 1e-9).floor())
}

/// The sum of squares behind a mean and a standard deviation.
fn squares(n: f64, mean: f64, sd: f64) -> f64 {
    (n - 1.0) * sd * sd + n * mean * mean
}

/// The t quantile of `n` people, or a little more.
fn largest_t(n: f64) -> f64 {
    1.96 + 2.8 / (n - 1.0)
}

/// How large the sum of the hidden results can be, when every shown cell has an interval: whole numbers are no larger
/// than their squares, and no sum is larger than the root of so many times its squares.
fn largest_sum(hidden: f64, total: f64, shown: &[(f64, f64, &MeanChange)]) -> Option<f64> {
    let mut left = total;
    for (n, mean, change) in shown {
        let ci = change.ci.value()?;
        let half = ((ci.hi - ci.lo) / 2.0 - HALF).max(0.0);
        let least = squares(*n, (mean.abs() - HALF).max(0.0), half * n.sqrt() / largest_t(*n));
        left -= least;
    }
    let left = (left + 0.5).max(0.0).floor();
    Some(left.min((left * hidden).sqrt()))
}

/// Strata of two large cells and a few people beside them, of whom many change alike: with the intervals of the large
/// cells, but not without them, the results of the few follow.
pub(super) fn intervals_are_needed() {
    let found = |steps: Steps| (0..20_000_u64).filter(|number| found_beside_two(*number, steps)).count();
    assert_eq!(found(Steps::ALL), 0);
    assert!(found(Steps::all_but(Step::StratumIntervals)) > 0);
}

fn found_beside_two(number: u64, steps: Steps) -> bool {
    let mixed = |salt: u64| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(salt as u32 * 7 % 63) >> 33;
    let cell = |value: &str, people: u64, changed: u64| {
        let mut cell = StratumNumbers { value: value.to_owned(), participants: people, ..StratumNumbers::default() };
        (0..people).for_each(|i| cell.add(7, 7 + i64::from(i < changed)));
        cell
    };
    let large = |salt| 25 + mixed(salt) % 60;
    let (a, b, few) = (large(1), large(2), 1 + mixed(3) % 6);
    let cells = [cell("a", a, 1 + mixed(4) % 3), cell("b", b, 1 + mixed(5) % 3), cell(OTHER_OR_UNKNOWN, few, 0)];
    let gate = Gate::with(&Settings::default(), steps);
    let n = a + b + few;
    let changes = cells.iter().flat_map(|cell| {
        let changed = (cell.change.mean().unwrap_or_default() * cell.change.n as f64).round() as u64;
        (0..cell.change.n).map(move |i| i64::from(i < changed))
    });
    let moments: Moments = changes.collect();
    let whole = gate.change(&ChangeNumbers { due: n, retested: n, n, moments, scale: 1.0, ..ChangeNumbers::default() });
    let stratum = Stratum { by: super::super::equity::StratumBy::Sex, cells: gate.stratum(&cells, false) };
    hidden_mean(&stratum, &whole).is_some()
}
