//! Statistics of small groups: moments, intervals, medians. All intervals are two-sided 95 %.
//!
//! Moments are kept as exact integers, so that equal changes have a standard deviation of exactly zero and
//! no report depends on the order in which rows arrived. Distributions come from `statrs`; see [`polished`].

use serde::{Deserialize, Serialize};
use statrs::distribution::{Continuous, ContinuousCDF, Gamma, StudentsT};

/// The 97.5 % quantile of the standard normal distribution.
pub const Z: f64 = 1.959_963_984_540_054;
const UPPER: f64 = 0.975;

/// A 95 % interval; in files `[lo, hi]`.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct Interval {
    pub lo: f64,
    pub hi: f64,
}

impl Interval {
    pub fn contains(&self, value: f64) -> bool {
        self.lo <= value && value <= self.hi
    }

    fn around(middle: f64, half: f64) -> Self {
        Self { lo: middle - half, hi: middle + half }
    }
}

impl From<(f64, f64)> for Interval {
    fn from((lo, hi): (f64, f64)) -> Self {
        Self { lo, hi }
    }
}

impl From<Interval> for (f64, f64) {
    fn from(interval: Interval) -> Self {
        (interval.lo, interval.hi)
    }
}

/// Count, sum and sum of squares of integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moments {
    pub n: u64,
    sum: i64,
    squares: i128,
}

impl Moments {
    pub fn add(&mut self, value: i64) {
        self.n += 1;
        self.sum += value;
        self.squares += i128::from(value) * i128::from(value);
    }

    /// The arithmetic mean; nothing without values.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64)
    }

    /// The standard deviation with n − 1; nothing with fewer than two values.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// `mean ± t(0.975; n − 1) · SD / √n`; nothing with fewer than two values.
    pub fn mean_interval(&self) -> Option<Interval> {
        let n = self.n as f64;
        Some(Interval::around(self.mean()?, t_quantile(n - 1.0)? * self.sd()? / n.sqrt()))
    }

    fn variance(&self) -> Option<f64> {
        let n = i128::from(self.n);
        let spread = n * self.squares - i128::from(self.sum) * i128::from(self.sum);
        (n > 1).then(|| spread as f64 / (n * (n - 1)) as f64)
    }
}

impl FromIterator<i64> for Moments {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        let mut moments = Self::default();
        values.into_iter().for_each(|value| moments.add(value));
        moments
    }
}

/// The median; sorts the values. With an even count the mean of the middle two.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[middle - 1] + upper) / 2.0 })
}

/// Wilson's score interval of a share; nothing when n = 0.
pub fn wilson(x: u64, n: u64) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    let (count, n) = (x as f64, n as f64);
    let (p, z2) = (count / n, Z * Z);
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    let interval = Interval::around(middle, half);
    // Exactly, the limits of no one and of everyone are 0 and 1; the sums above miss them by rounding.
    Some(Interval { lo: if x == 0 { 0.0 } else { interval.lo }, hi: if count == n { 1.0 } else { interval.hi } })
}

/// A difference or ratio with its interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    pub value: f64,
    pub interval: Interval,
}

impl Estimate {
    /// In a unit of so many of its own; turned round where that is below zero.
    #[must_use]
    pub(super) fn over(self, size: f64) -> Self {
        let (a, b) = (self.interval.lo / size, self.interval.hi / size);
        Self { value: self.value / size, interval: Interval { lo: a.min(b), hi: a.max(b) } }
    }
}

/// Newcombe's hybrid score interval of the difference `a − b` of two shares, each given as (x, n).
pub fn newcombe(a: (u64, u64), b: (u64, u64)) -> Option<Estimate> {
    let (wa, wb) = (wilson(a.0, a.1)?, wilson(b.0, b.1)?);
    let (pa, pb) = (a.0 as f64 / a.1 as f64, b.0 as f64 / b.1 as f64);
    let value = pa - pb;
    let interval = Interval { lo: value - (pa - wa.lo).hypot(wb.hi - pb), hi: value + (wa.hi - pa).hypot(pb - wb.lo) };
    Some(Estimate { value, interval })
}

/// The ratio `a / b` of two shares with Katz's logarithmic interval; nothing when a count is zero.
pub fn katz(a: (u64, u64), b: (u64, u64)) -> Option<Estimate> {
    if a.0 == 0 || b.0 == 0 {
        return None;
    }
    let [xa, na, xb, nb] = [a.0, a.1, b.0, b.1].map(|count| count as f64);
    let value = (xa / na) / (xb / nb);
    let factor = (Z * ((1.0 / xa - 1.0 / na) + (1.0 / xb - 1.0 / nb)).sqrt()).exp();
    Some(Estimate { value, interval: Interval { lo: value / factor, hi: value * factor } })
}

/// The difference `a − b` of two means with Welch's interval (degrees of freedom by Satterthwaite);
/// nothing with fewer than two values on a side. When neither side varies, the interval is the point.
pub fn welch(a: &Moments, b: &Moments) -> Option<Estimate> {
    let value = a.mean()? - b.mean()?;
    let (va, vb) = (a.variance()? / a.n as f64, b.variance()? / b.n as f64);
    let interval = Interval::around(value, welch_half_width((va, a.n), (vb, b.n))?);
    Some(Estimate { value, interval })
}

/// Half the width of Welch's interval from the squared standard error and size of each side.
fn welch_half_width((va, na): (f64, u64), (vb, nb): (f64, u64)) -> Option<f64> {
    let se2 = va + vb;
    if se2 == 0.0 {
        return Some(0.0);
    }
    let df = se2 * se2 / (va * va / (na as f64 - 1.0) + vb * vb / (nb as f64 - 1.0));
    Some(t_quantile(df)? * se2.sqrt())
}

/// The exact (Garwood) interval of a Poisson mean after `count` events.
pub fn poisson_interval(count: u64) -> Interval {
    let quantile = |shape: u64, p: f64| Gamma::new(shape as f64, 1.0).map_or(f64::NAN, |d| polished(&d, p));
    let lo = if count == 0 { 0.0 } else { quantile(count, 1.0 - UPPER) };
    Interval { lo, hi: quantile(count + 1, UPPER) }
}

/// The 97.5 % quantile of Student's t; nothing when the degrees of freedom are not positive.
pub(super) fn t_quantile(df: f64) -> Option<f64> {
    StudentsT::new(0.0, 1.0, df).ok().map(|d| polished(&d, UPPER))
}

/// The standard deviation behind a mean's interval (Cochrane Handbook 6.5.2.2); nothing with fewer than two values.
pub fn sd_of_interval(ci: &Interval, n: u64) -> Option<f64> {
    let (half, n) = ((ci.hi - ci.lo) / 2.0, n as f64);
    Some(half * n.sqrt() / t_quantile(n - 1.0)?)
}

/// The quantile, polished by Newton's method: the library's inverse of t is off by 7·10⁻⁶ at 10⁵ degrees of
/// freedom, while its distribution function is good to about 10⁻¹³.
fn polished(distribution: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>), p: f64) -> f64 {
    let mut x = distribution.inverse_cdf(p);
    for _ in 0..3 {
        let density = distribution.pdf(x);
        if density > 0.0 {
            x -= (distribution.cdf(x) - p) / density;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    fn near_interval(actual: Interval, lo: f64, hi: f64, tolerance: f64) {
        near(actual.lo, lo, tolerance);
        near(actual.hi, hi, tolerance);
    }

    /// Summary statistics given in a table instead of values.
    fn welch_of(n: (u64, u64), mean: (f64, f64), sd: (f64, f64)) -> Interval {
        let error = |sd: f64, n: u64| (sd * sd / n as f64, n);
        Interval::around(mean.0 - mean.1, welch_half_width(error(sd.0, n.0), error(sd.1, n.1)).unwrap())
    }

    #[test]
    fn e1_sppb_of_twelve_people() {
        let change: Moments = [1, 1, 2, 0, 0, 2, 0, 0, 2, -1, 1, 2].into_iter().collect();
        near(change.mean().unwrap(), 0.833, 5e-4);
        near(change.sd().unwrap(), 1.030, 5e-4);
        near_interval(change.mean_interval().unwrap(), 0.179, 1.488, 5e-4);
        near_interval(wilson(7, 12).unwrap(), 0.320, 0.807, 5e-4);
    }

    #[test]
    fn e2_tug_of_ten_people_in_tenths_of_a_second() {
        let change: Moments = [13, 3, 7, -4, 34, 5, -1, 16, 0, 22].into_iter().collect();
        near(change.mean().unwrap(), 9.50, 1e-9);
        near(change.sd().unwrap(), 11.84, 5e-3);
        near_interval(change.mean_interval().unwrap(), 1.03, 17.97, 5e-3);
    }

    #[test]
    fn e3_equal_changes_have_no_deviation_at_all() {
        let change: Moments = [1; 5].into_iter().collect();
        assert_eq!(change.sd(), Some(0.0));
    }

    #[test]
    fn e4_one_value_has_a_mean_and_nothing_else() {
        let one: Moments = [3].into_iter().collect();
        assert_eq!((one.mean(), one.sd(), one.mean_interval()), (Some(3.0), None, None));
        assert_eq!(Moments::default().mean(), None);
    }

    #[test]
    fn e5_wilson() {
        for (x, n, lo, hi) in [
            (0, 20, 0.0, 0.161),
            (40, 40, 0.912, 1.0),
            (5, 10, 0.237, 0.763),
            (1, 10, 0.018, 0.404),
            (24, 40, 0.446, 0.737),
        ] {
            near_interval(wilson(x, n).unwrap(), lo, hi, 5e-4);
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn e6_and_e7_welch_from_published_summaries() {
        near_interval(welch_of((40, 60), (1.1, 0.6), (1.4, 1.3)), -0.053, 1.053, 5e-4);
        near_interval(welch_of((60, 40), (8.2, 7.0), (1.9, 2.1)), 0.378, 2.022, 5e-4);
        near_interval(welch_of((60, 40), (8.8, 8.1), (2.0, 2.2)), -0.162, 1.562, 5e-4);
    }

    #[test]
    fn e8_welch_from_values() {
        let d: Moments = [1, 2, 0, 1, 2, 1, 0, 2, 1, 1].into_iter().collect();
        let r: Moments = [0, 1, 0, -1, 1, 0, 1, 0, 1, 0].into_iter().collect();
        let gap = welch(&d, &r).unwrap();
        near(gap.value, 0.80, 1e-12);
        near_interval(gap.interval, 0.135, 1.465, 5e-4);
    }

    #[test]
    fn e9_and_e10_shares_compared_both_ways() {
        let (gap, ratio) = (newcombe((36, 60), (18, 40)).unwrap(), katz((18, 40), (36, 60)).unwrap());
        near(gap.value, 0.150, 1e-12);
        near_interval(gap.interval, -0.047, 0.333, 5e-4);
        near(ratio.value, 0.75, 1e-12);
        near_interval(ratio.interval, 0.50, 1.12, 5e-3);
        let (gap, ratio) = (newcombe((30, 60), (18, 40)).unwrap(), katz((18, 40), (30, 60)).unwrap());
        near_interval(gap.interval, -0.145, 0.238, 5e-4);
        near_interval(ratio.interval, 0.59, 1.38, 5e-3);
        assert_eq!(katz((0, 40), (30, 60)), None);
    }

    #[test]
    fn sides_that_do_not_vary_give_a_point() {
        let (one, zero): (Moments, Moments) = ([1; 10].into_iter().collect(), [0; 10].into_iter().collect());
        assert_eq!(welch(&one, &zero).unwrap().interval, Interval { lo: 1.0, hi: 1.0 });
    }

    #[test]
    fn t_quantiles_agree_with_printed_tables() {
        for (df, t) in [
            (1.0, 12.706_205),
            (2.0, 4.302_653),
            (5.0, 2.570_582),
            (9.0, 2.262_157),
            (11.0, 2.200_985),
            (30.0, 2.042_272),
            (120.0, 1.979_930),
        ] {
            near(t_quantile(df).unwrap(), t, 1e-6);
        }
        // By Cornish and Fisher's expansion, z + (z³ + z) / 4ν, good to 10⁻⁹ here.
        near(t_quantile(1e5).unwrap(), Z + (Z.powi(3) + Z) / 4e5, 1e-9);
        assert_eq!(t_quantile(0.0), None);
    }

    #[test]
    fn poisson_intervals_agree_with_printed_tables() {
        for (count, lo, hi) in [
            (0, 0.0, 3.689),
            (1, 0.025, 5.572),
            (2, 0.242, 7.225),
            (5, 1.623, 11.668),
            (10, 4.795, 18.390),
            (100, 81.364, 121.627),
        ] {
            near_interval(poisson_interval(count), lo, hi, 6e-4);
        }
    }

    #[test]
    fn a_median_of_two_middles_is_their_mean() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
    }

    #[test]
    fn a_deviation_comes_back_from_its_interval() {
        let moments: Moments = [1, 1, 2, 0, 0, 2, 0, 0, 2, -1, 1, 2].into_iter().collect();
        near(sd_of_interval(&moments.mean_interval().unwrap(), 12).unwrap(), moments.sd().unwrap(), 1e-9);
        assert_eq!(sd_of_interval(&Interval { lo: 0.0, hi: 1.0 }, 1), None);
    }

    proptest! {
        #[test]
        fn a_quantile_is_where_the_distribution_reaches_it(df in 1.0..1e5f64) {
            let t = t_quantile(df).unwrap();
            prop_assert!((StudentsT::new(0.0, 1.0, df).unwrap().cdf(t) - UPPER).abs() < 1e-11);
            prop_assert!(t > Z && t < 12.71);
        }

        #[test]
        fn a_share_lies_in_its_interval_and_mirrors(n in 1u64..5000, part in 0.0..=1.0f64) {
            let x = (part * n as f64).round() as u64;
            let (here, there) = (wilson(x, n).unwrap(), wilson(n - x, n).unwrap());
            prop_assert!(here.contains(x as f64 / n as f64) && here.lo >= 0.0 && here.hi <= 1.0);
            prop_assert!((here.lo - (1.0 - there.hi)).abs() < 1e-12);
        }

        #[test]
        fn moments_agree_with_the_textbook(values in prop::collection::vec(-500i64..500, 2..60)) {
            let moments: Moments = values.iter().copied().collect();
            let n = values.len() as f64;
            let mean = values.iter().sum::<i64>() as f64 / n;
            let sd = (values.iter().map(|v| (*v as f64 - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            prop_assert!((moments.mean().unwrap() - mean).abs() < 1e-9);
            prop_assert!((moments.sd().unwrap() - sd).abs() < 1e-9);
        }
    }
}
