//! Areas beside the whole: how far the mean change of so many people lies from everybody's by chance alone. No order of
//! merit (Spiegelhalter 2005).

use serde::Serialize;

use crate::assessments::OutcomeMeasure;
use crate::outcomes::equity::{OTHER_OR_UNKNOWN, StratumBy};
use crate::outcomes::figures::StratumCell;
use crate::outcomes::publishing::Page;
use crate::outcomes::report::WindowName;
use crate::outcomes::statistics::{Interval, sd_of_interval};

/// Fewest areas that are set beside each other.
const FEWEST: usize = 2;
/// 95 and 99.8 of a hundred means of so many people lie within so many of their standard errors.
const NEAR: f64 = 1.959_963_984_540_054;
const FAR: f64 = 3.090_232_306_167_813;

/// Changes of the SPPB after three months, by area.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Funnel {
    /// Everybody's mean change in points, and how far single changes lie from it, from the printed interval.
    pub mean: f64,
    pub sd: f64,
    pub areas: Vec<FunnelArea>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FunnelArea {
    pub name: String,
    /// Compared people.
    pub n: u64,
    pub mean: f64,
    /// Farther from the whole than 99.8 of a hundred by chance.
    pub outside: bool,
}

impl Funnel {
    /// Within these limits lie 95 of a hundred means of so many people.
    pub fn near(&self, n: f64) -> Interval {
        self.limits(n, NEAR)
    }

    /// Within these 99.8 of a hundred.
    pub fn far(&self, n: f64) -> Interval {
        self.limits(n, FAR)
    }

    /// How many areas lie outside.
    pub fn outside(&self) -> u64 {
        self.areas.iter().filter(|area| area.outside).count() as u64
    }

    fn limits(&self, n: f64, errors: f64) -> Interval {
        let half = errors * self.sd / n.max(1.0).sqrt();
        Interval { lo: self.mean - half, hi: self.mean + half }
    }
}

/// The areas of a page beside its whole; nothing where only one tells its mean, or the two are of different
/// days.
pub fn funnel(page: &Page) -> Option<Funnel> {
    let (outcome, window) = (OutcomeMeasure::SppbTotal, WindowName::M3);
    page.note(window, outcome).filter(|note| note.as_of == page.strata_as_of)?;
    let whole = page.report.change_of(outcome, window)?;
    let (n, mean, ci) = (*whole.n.value()?, *whole.mean.value()?, whole.ci.value()?);
    let mut funnel = Funnel { mean, sd: sd_of_interval(ci, n)?, areas: Vec::new() };
    let by_area = page.report.strata.iter().filter(|stratum| stratum.by == StratumBy::Area);
    let cells = by_area.flat_map(|stratum| &stratum.cells).filter(|cell| cell.value != OTHER_OR_UNKNOWN);
    funnel.areas = cells.filter_map(|cell| area(&funnel, cell)).collect();
    (funnel.areas.len() >= FEWEST).then_some(funnel)
}

fn area(funnel: &Funnel, cell: &StratumCell) -> Option<FunnelArea> {
    let (n, mean) = (*cell.sppb_change_m3.n.value()?, *cell.sppb_change_m3.mean.value()?);
    let outside = !funnel.far(n as f64).contains(mean);
    Some(FunnelArea { name: cell.value.clone(), n, mean, outside })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::testing;

    #[test]
    fn limits_narrow_with_the_root_of_the_people() {
        let funnel = Funnel { mean: 0.8, sd: 1.5, areas: Vec::new() };
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
        // 0.8 ± 1.959964 · 1.5 / 5 and 0.8 ± 3.090232 · 1.5 / 10.
        near(funnel.near(25.0).lo, 0.212_011);
        near(funnel.near(25.0).hi, 1.387_989);
        near(funnel.far(100.0).lo, 0.336_465);
        near(funnel.far(100.0).hi, 1.263_535);
        assert!(funnel.far(0.0).hi.is_finite());
    }

    #[test]
    fn an_area_is_outside_only_beyond_the_farther_limits() {
        let funnel = Funnel { mean: 0.8, sd: 1.5, areas: Vec::new() };
        // The limits of 25 people are −0.127 and 1.727.
        let is_outside = |mean: f64| !funnel.far(25.0).contains(mean);
        assert_eq!([-0.2, -0.1, 1.7, 1.8].map(is_outside), [true, false, false, true]);
    }

    #[test]
    fn areas_are_those_of_the_table_and_are_judged_by_the_limits_of_their_people() {
        let mut found = 0;
        for page in (0..600).map(testing::page) {
            let Some(funnel) = funnel(&page) else { continue };
            assert!(funnel.areas.len() >= 2 && funnel.sd.is_finite());
            for area in &funnel.areas {
                let far = funnel.far(area.n as f64);
                assert!(area.n >= 10 && area.outside == !far.contains(area.mean), "{area:?}");
                assert!(area.name == "North" || area.name == "South");
            }
            found += 1;
        }
        assert!(found > 0);
    }
}
