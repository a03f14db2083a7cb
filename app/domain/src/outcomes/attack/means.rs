//! Means that stand on few people, and means that are everybody's result.

use super::super::figures::{Change, ModelFigures};
use super::super::report::{Report, WindowName};
use super::super::suppression::Shown;
use super::counts::BASIS;
use super::divisions;

pub(super) fn of_few(report: &Report) -> Vec<String> {
    let changes: Vec<&Change> = WindowName::ALL.iter().flat_map(|window| report.change.of(*window).values()).collect();
    let means = changes.iter().filter_map(|change| few(&change.n, &change.mean));
    let divisions = divisions(report);
    let cells = divisions.iter().flat_map(|stratum| &stratum.cells);
    let of_cells = cells.flat_map(|cell| {
        [few(&cell.sppb_change_m3.n, &cell.sppb_change_m3.mean), few(&cell.participants, &cell.adherence_median)]
    });
    let attendance = &report.attendance;
    let medians = [Some(&attendance.adherence_median), attendance.adherence_with_pauses.as_ref()].into_iter().flatten();
    let of_all = medians.filter_map(|median| few(&attendance.good_adherence.n, median));
    let waited = report.waiting.iter().filter_map(|waiting| few(&waiting.n, &waiting.median_days));
    let alike = changes.iter().filter(|change| tells_each(change)).map(|_| "everybody's change".to_owned());
    let models = report.model.values().flat_map(of_model);
    let sides = report.profiles.iter().flat_map(|both| [&both.retested, &both.missed]);
    let ages = sides.filter_map(|side| few(&side.n, &side.age));
    means.chain(of_cells.flatten()).chain(of_all).chain(waited).chain(alike).chain(models).chain(ages).collect()
}

fn of_model(model: &ModelFigures) -> Vec<String> {
    let windows = WindowName::ALL.iter().map(|window| model.change.of(*window));
    let estimates = windows.flat_map(|told| [few(&told.n, &told.change), few(&told.people, &told.change)]);
    let sides = [&model.at_start.retested, &model.at_start.missed];
    let both = sides.into_iter().filter_map(|side| few(&side.n, &model.at_start.diff));
    estimates.flatten().chain(sides.into_iter().filter_map(|side| few(&side.n, &side.mean))).chain(both).collect()
}

fn few(n: &Shown<u64>, mean: &Shown<f64>) -> Option<String> {
    let (n, mean) = (*n.value()?, *mean.value()?);
    (n < BASIS).then(|| format!("a mean of {n}: {mean}"))
}

/// Nobody differs from the mean, and the classes are kept back.
fn tells_each(change: &Change) -> bool {
    let shown = change.sd.value() == Some(&0.0) && change.mean.value().is_some();
    shown && [&change.improved, &change.kept, &change.declined].into_iter().any(Shown::is_hidden)
}
