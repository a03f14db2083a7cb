//! Areas beside the whole as a funnel plot (Spiegelhalter 2005, Statistics in Medicine 24: 1185–1202): how far the mean
//! change of so many people lies from everybody's by chance alone. No order of merit.

use serde::Serialize;

use crate::assessments::OutcomeMeasure;
use crate::outcomes::figures::StratumCell;
use crate::outcomes::publishing::{Page, printed_step};
use crate::outcomes::report::WindowName;
use crate::outcomes::statistics::{Interval, Z, sd_of_interval};

/// Fewest areas that are set beside each other.
const FEWEST: usize = 2;
/// Of a hundred means of so many people 95 lie within so many of their standard errors.
const NEAR: f64 = Z;
/// 99.8 of them within so many: the 99.9 % quantile of the standard normal distribution.
const FAR: f64 = 3.090_232_306_167_813;

/// Changes of the SPPB after three months, by area.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Funnel {
    /// Everybody's mean change in points, and how far single changes lie from it at most, from the printed interval.
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
    /// Farther from the whole than 99.8 of a hundred by chance and by rounding.
    pub outside: bool,
}

impl Funnel {
    /// Within these limits lie at least 95 of a hundred printed means of so many people.
    pub fn near(&self, n: f64) -> Interval {
        self.limits(n, NEAR)
    }

    /// Within these at least 99.8 of a hundred.
    pub fn far(&self, n: f64) -> Interval {
        self.limits(n, FAR)
    }

    /// How many areas lie outside.
    pub fn outside(&self) -> u64 {
        self.areas.iter().filter(|area| area.outside).count() as u64
    }

    fn limits(&self, n: f64, errors: f64) -> Interval {
        // Half a printed unit each for the mean of the whole and that of the area.
        let half = errors * self.sd / n.max(1.0).sqrt() + printed_step(OutcomeMeasure::SppbTotal);
        Interval { lo: self.mean - half, hi: self.mean + half }
    }
}

/// The largest deviation that a printed interval may stand for: of many people an interval is hardly wider than what
/// rounding takes from it, and one that is too narrow would call chance a difference.
fn widest_sd(ci: &Interval, n: u64) -> Option<f64> {
    let half_unit = printed_step(OutcomeMeasure::SppbTotal) / 2.0;
    sd_of_interval(&Interval { lo: ci.lo - half_unit, hi: ci.hi + half_unit }, n)
}

/// The areas of a page beside its whole; nothing where only one tells its mean, or the two are of different
/// days.
pub fn funnel(page: &Page) -> Option<Funnel> {
    let (outcome, window) = (OutcomeMeasure::SppbTotal, WindowName::M3);
    page.note(window, outcome).filter(|note| note.as_of == page.strata_as_of)?;
    let whole = page.report.change_of(outcome, window)?;
    let (n, mean, ci) = (*whole.n.value()?, *whole.mean.value()?, whole.ci.value()?);
    let mut funnel = Funnel { mean, sd: widest_sd(ci, n)?, areas: Vec::new() };
    funnel.areas = page.report.named_areas().filter_map(|cell| area(&funnel, cell)).collect();
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
    use crate::outcomes::statistics::t_quantile;
    use crate::outcomes::testing;

    #[test]
    fn limits_narrow_with_the_root_of_the_people() {
        let funnel = Funnel { mean: 0.8, sd: 1.5, areas: Vec::new() };
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
        // 0.8 ± (1.959964 · 1.5 / 5 + 0.1) and 0.8 ± (3.090232 · 1.5 / 10 + 0.1).
        near(funnel.near(25.0).lo, 0.112_011);
        near(funnel.near(25.0).hi, 1.487_989);
        near(funnel.far(100.0).lo, 0.236_465);
        near(funnel.far(100.0).hi, 1.363_535);
        assert!(funnel.far(0.0).hi.is_finite());
    }

    #[test]
    fn an_area_is_outside_only_beyond_the_farther_limits() {
        let funnel = Funnel { mean: 0.8, sd: 1.5, areas: Vec::new() };
        // The limits of 25 people are −0.227 and 1.827.
        let is_outside = |mean: f64| !funnel.far(25.0).contains(mean);
        assert_eq!([-0.3, -0.2, 1.8, 1.9].map(is_outside), [true, false, false, true]);
    }

    /// Changes with a deviation of 1.5 points: of thousands of people both ends of the interval may be printed alike.
    #[test]
    fn rounding_makes_no_deviation_smaller_than_it_is() {
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        for n in [20_u64, 100, 400, 2000, 10_000] {
            for hundredths in 0..10_u32 {
                let mean = 0.8 + f64::from(hundredths) / 100.0;
                let half = t_quantile(n as f64 - 1.0).unwrap() * 1.5 / (n as f64).sqrt();
                let printed = Interval { lo: tenths(mean - half), hi: tenths(mean + half) };
                let sd = widest_sd(&printed, n).unwrap();
                assert!(sd >= 1.5 - 1e-9, "{n} {mean}: {sd}");
                // An area of a tenth of them, as far from the whole as three standard errors.
                let funnel = Funnel { mean: tenths(mean), sd, areas: Vec::new() };
                let of_area = n as f64 / 10.0;
                assert!(funnel.far(of_area).contains(tenths(mean + 3.0 * 1.5 / of_area.sqrt())), "{n} {mean}");
            }
        }
    }

    #[test]
    fn areas_are_those_of_the_table_and_are_judged_by_the_limits_of_their_people() {
        let mut found = 0;
        for page in (0..600).map(testing::page) {
            let Some(funnel) = funnel(&page) else { continue };
            assert!(funnel.areas.len() >= 2 && funnel.sd.is_finite());
            for area in &funnel.areas {
                let far = funnel.far(area.n as f64);
                assert!(area.n >= 10 && area.outside != far.contains(area.mean), "{area:?}");
                assert!(area.name == "North" || area.name == "South");
            }
            found += 1;
        }
        assert!(found > 0);
    }
}
