//! Attendance week by week as an XmR chart (Shewhart; NHS Making Data Count): what varies as it always does, and which weeks
//! call for a look.

use serde::Serialize;

use crate::outcomes::publishing::Page;
use crate::time::Day;

/// Fewest weeks from which limits may be drawn.
const FEWEST: usize = 8;
/// Three standard deviations in mean moving ranges: 3 / 1.128, by which a range of two values is larger than their
/// deviation (d₂).
const RANGES: f64 = 2.66;
/// So many weeks one after the other on one side of the mean, or each above or each below the one before.
const RUN: usize = 7;
const TREND: usize = 6;

/// Visits for each held session, by week.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Weekly {
    pub weeks: Vec<WeekPoint>,
    pub mean: f64,
    /// The limits of what varies as it always does; no visits are fewer than none.
    pub lower: f64,
    pub upper: f64,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct WeekPoint {
    /// The Monday.
    pub from: Day,
    pub visits: u64,
    pub sessions: u64,
    pub value: f64,
    /// Not as it always varies, by one of the four rules.
    pub special: bool,
}

impl Weekly {
    /// How many weeks call for a look.
    pub fn special(&self) -> u64 {
        self.weeks.iter().filter(|week| week.special).count() as u64
    }
}

/// The weeks of a page whose visits are told; nothing where they are too few for limits.
pub fn weekly(page: &Page) -> Option<Weekly> {
    let told = page.report.attendance.weeks.iter().filter_map(|week| {
        let (visits, sessions) = (*week.visits.value()?, *week.sessions.value()?);
        let value = visits as f64 / sessions as f64;
        (sessions > 0).then_some(WeekPoint { from: week.from, visits, sessions, value, special: false })
    });
    let mut weeks: Vec<WeekPoint> = told.collect();
    let values: Vec<f64> = weeks.iter().map(|week| week.value).collect();
    let limits = Limits::of(&values)?;
    for (week, special) in weeks.iter_mut().zip(limits.special(&values)) {
        week.special = special;
    }
    let Limits { mean, lower, upper } = limits;
    Some(Weekly { weeks, mean, lower: lower.max(0.0), upper })
}

struct Limits {
    mean: f64,
    lower: f64,
    upper: f64,
}

impl Limits {
    fn of(values: &[f64]) -> Option<Self> {
        (values.len() >= FEWEST).then_some(())?;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let ranges = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let half = RANGES * ranges.sum::<f64>() / (values.len() - 1) as f64;
        Some(Self { mean, lower: mean - half, upper: mean + half })
    }

    /// The four rules: beyond the limits; a run on one side of the mean; a trend; two of three in the outer third.
    fn special(&self, values: &[f64]) -> Vec<bool> {
        let mut special: Vec<bool> = values.iter().map(|value| *value > self.upper || *value < self.lower).collect();
        let above = |value: &f64| *value > self.mean;
        let below = |value: &f64| *value < self.mean;
        mark(&mut special, values, RUN, |run| run.iter().all(above) || run.iter().all(below));
        mark(&mut special, values, TREND, |run| {
            run.windows(2).all(|pair| pair[1] > pair[0]) || run.windows(2).all(|pair| pair[1] < pair[0])
        });
        let third = (self.upper - self.mean) * 2.0 / 3.0;
        let high = |value: &&f64| **value > self.mean + third;
        let low = |value: &&f64| **value < self.mean - third;
        for (at, three) in values.windows(3).enumerate() {
            for outer in [three.iter().filter(high).count() >= 2, three.iter().filter(low).count() >= 2] {
                let far = |value: &f64| (value - self.mean).abs() > third;
                (0..3).filter(|i| outer && far(&three[*i])).for_each(|i| special[at + i] = true);
            }
        }
        special
    }
}

/// Marks every stretch of so many values of which a rule holds.
fn mark(special: &mut [bool], values: &[f64], length: usize, rule: impl Fn(&[f64]) -> bool) {
    for (at, stretch) in values.windows(length).enumerate() {
        if rule(stretch) {
            special[at..at + length].fill(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::testing;

    fn special(values: &[f64]) -> Vec<usize> {
        let limits = Limits::of(values).unwrap();
        limits.special(values).iter().enumerate().filter(|(_, special)| **special).map(|(at, _)| at).collect()
    }

    #[test]
    fn limits_are_the_mean_and_two_point_six_six_mean_ranges() {
        let limits = Limits::of(&[10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]).unwrap();
        assert_eq!(limits.mean, 11.0);
        assert!((limits.upper - 16.32).abs() < 1e-12 && (limits.lower - 5.68).abs() < 1e-12);
        assert!(Limits::of(&[10.0; 7]).is_none());
    }

    #[test]
    fn what_varies_as_always_is_left_alone() {
        assert_eq!(special(&[10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]), [0; 0]);
        assert_eq!(special(&[10.0; 12]), [0; 0], "all equal");
    }

    #[test]
    fn a_week_beyond_the_limits_a_run_and_a_trend_call_for_a_look() {
        let mut beyond = [9.0, 13.0].repeat(8);
        beyond[9] = 40.0;
        assert_eq!(special(&beyond), [9]);
        // Eight weeks above the mean of 10.53, then seven below it.
        let run: Vec<f64> = [11.0, 11.2].repeat(4).into_iter().chain([9.8, 10.0, 9.8, 10.0, 9.8, 10.0, 9.8]).collect();
        assert_eq!(special(&run), (0..15).collect::<Vec<_>>());
        let trend = [10.0, 12.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 9.0, 11.0];
        assert_eq!(special(&trend), [2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn two_of_three_in_the_outer_third_call_for_a_look() {
        // Mean 10.25, limits ± 5.32 at a mean range of 2: beyond 13.8 are weeks 5 and 7.
        let values = [10.0, 9.0, 10.0, 9.0, 10.0, 14.0, 11.0, 14.0, 9.0, 10.0, 9.0, 8.0];
        let limits = Limits::of(&values).unwrap();
        assert!(values.iter().all(|value| *value < limits.upper && *value > limits.lower));
        assert_eq!(special(&values), [5, 7]);
    }

    #[test]
    fn weeks_of_pages_have_limits_round_their_mean() {
        let mut found = 0;
        for page in (0..300).map(testing::page) {
            let Some(weekly) = weekly(&page) else { continue };
            assert!(weekly.lower <= weekly.mean && weekly.mean <= weekly.upper && weekly.lower >= 0.0);
            assert!(weekly.weeks.windows(2).all(|pair| pair[0].from < pair[1].from));
            assert!(weekly.weeks.iter().all(|week| week.visits >= 5 || week.visits == 0));
            found += 1;
        }
        assert!(found > 0);
    }
}
