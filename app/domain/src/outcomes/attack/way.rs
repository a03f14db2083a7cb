//! The way of the new participants: who is left between two of its steps, and how those changed who came less than ten times.

use super::super::report::{Report, WayFigures, WindowName};
use super::super::suppression::Shown;
use super::counts::is_small;
use crate::assessments::OutcomeMeasure;

pub(super) fn of_way(report: &Report) -> Vec<String> {
    let Some(way) = &report.way else { return Vec::new() };
    let steps = [&way.known, &report.flow.started, &way.ten_visits, &way.measured_twice, &way.improved];
    let told: Vec<u64> = steps.into_iter().filter_map(Shown::value).copied().collect();
    let left = told.windows(2).filter_map(|pair| pair[0].checked_sub(pair[1])).filter(|left| is_small(*left));
    left.map(|left| format!("{left} between two steps of the way")).chain(of_rest(report, way)).collect()
}

/// Everybody's improved less those who came ten times; where all who were measured again were compared, the others of
/// those who came less follow, too.
fn of_rest(report: &Report, way: &WayFigures) -> Option<String> {
    let all = report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3)?;
    let improved = all.improved.value()?.checked_sub(*way.improved.value()?)?;
    let retested = report.flow.m3.retested.value()?;
    let rest = retested.checked_sub(*way.measured_twice.value()?).filter(|_| all.n.value() == Some(retested));
    let others = rest.and_then(|rest| rest.checked_sub(improved));
    let found = is_small(improved) || others.is_some_and(is_small);
    found.then(|| format!("{improved} of {rest:?} who came less than ten times improved"))
}
