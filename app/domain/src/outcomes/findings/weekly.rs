//! Attendance week by week as an XmR chart (Shewhart; NHS Making Data Count): what varies as it always does, and which weeks
//! call for a look.

use serde::Serialize;

use crate::outcomes::figures::Week;
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

/// So many days from one week with sessions to the next are no break yet; after more, with four weeks without any between
/// them, another season begins, with other groups: what is usual is asked anew.
const NO_BREAK: i64 = 28;

/// Visits for each held session, by week.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Weekly {
    pub weeks: Vec<WeekPoint>,
    /// Of all of them.
    pub mean: f64,
    /// What is usual, from one break to the next.
    pub stretches: Vec<Stretch>,
}

/// Weeks without a break between them.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Stretch {
    /// The first days of the first week and of the last.
    pub from: Day,
    pub to: Day,
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

/// The weeks of a page whose visits are told; nothing where they are too few for limits between all breaks.
pub fn weekly(page: &Page) -> Option<Weekly> {
    let (mut weeks, mut stretches) = (Vec::new(), Vec::new());
    let without_break = |before: &Week, next: &Week| next.from.days_since(before.from) <= NO_BREAK;
    for together in page.report.attendance.weeks.chunk_by(without_break) {
        let mut points: Vec<WeekPoint> = together.iter().filter_map(point).collect();
        stretches.extend(stretch(&mut points));
        weeks.extend(points);
    }
    let mean = weeks.iter().map(|week| week.value).sum::<f64>() / weeks.len() as f64;
    (!stretches.is_empty()).then_some(Weekly { weeks, mean, stretches })
}

fn point(week: &Week) -> Option<WeekPoint> {
    let (visits, sessions) = (*week.visits.value()?, *week.sessions.value()?);
    let value = visits as f64 / sessions as f64;
    (sessions > 0).then_some(WeekPoint { from: week.from, visits, sessions, value, special: false })
}

/// What is usual in weeks without a break, of which those are marked that call for a look; nothing of too few.
fn stretch(weeks: &mut [WeekPoint]) -> Option<Stretch> {
    let values: Vec<f64> = weeks.iter().map(|week| week.value).collect();
    let limits = Limits::of(&values)?;
    for (week, special) in weeks.iter_mut().zip(limits.special(&values)) {
        week.special = special;
    }
    let (from, to) = (weeks.first()?.from, weeks.last()?.from);
    let Limits { mean, lower, upper } = limits;
    Some(Stretch { from, to, mean, lower: lower.max(0.0), upper })
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
    use crate::outcomes::dataset::Settings;
    use crate::outcomes::suppression::{Gate, WeekNumbers};
    use crate::outcomes::testing;
    use std::collections::BTreeMap;

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

    /// A page with a session a week in the weeks from these on, so many of them, to each of which so many came in turn.
    fn page(of: &[(&str, i64, [u64; 2])]) -> Page {
        let week = |from: Day, visits: u64| (from, WeekNumbers { sessions: 1, visits, days: BTreeMap::new() });
        let weeks = of.iter().flat_map(|(from, weeks, visits)| {
            let from: Day = from.parse().unwrap();
            (0..*weeks).map(move |at| week(from.plus_days(7 * at), visits[usize::from(at % 2 == 1)]))
        });
        let mut page = testing::page(0);
        page.report.attendance.weeks = Gate::new(&Settings::default()).weeks(&weeks.collect());
        page
    }

    #[test]
    fn a_season_is_held_against_itself_and_not_against_the_one_before() {
        let (spring, autumn) = (("2026-01-05", 10, [10, 12]), ("2026-08-24", 10, [20, 22]));
        let found = weekly(&page(&[spring, autumn])).unwrap();
        assert_eq!(found.special(), 0, "each is as it always is");
        assert_eq!(found.stretches.iter().map(|one| one.mean).collect::<Vec<_>>(), [11.0, 21.0]);
        assert_eq!((found.mean, found.weeks.len()), (16.0, 20));
        let ends = found.stretches.iter().map(|one| (one.from.to_string(), one.to.to_string()));
        let days = [("2026-01-05", "2026-03-09"), ("2026-08-24", "2026-10-26")];
        assert_eq!(ends.collect::<Vec<_>>(), days.map(|(from, to)| (from.to_owned(), to.to_owned())));
        // Three weeks without sessions are no break: the level is another, and every week calls for a look.
        let on = weekly(&page(&[spring, ("2026-04-06", 10, [20, 22])])).unwrap();
        assert_eq!((on.stretches.len(), on.special()), (1, 20));
        // Of a season that has just begun nothing is usual yet.
        let begun = weekly(&page(&[spring, ("2026-08-24", 3, [20, 22])])).unwrap();
        assert_eq!((begun.stretches.len(), begun.special(), begun.weeks.len()), (1, 0, 13));
        assert!(weekly(&page(&[("2026-01-05", 5, [10, 12]), ("2026-08-24", 5, [20, 22])])).is_none());
    }

    #[test]
    fn weeks_of_pages_have_limits_round_their_mean() {
        let mut found = 0;
        for page in (0..300).map(testing::page) {
            let Some(weekly) = weekly(&page) else { continue };
            for usual in &weekly.stretches {
                assert!(usual.lower <= usual.mean && usual.mean <= usual.upper && usual.lower >= 0.0);
            }
            assert!(weekly.weeks.windows(2).all(|pair| pair[0].from < pair[1].from));
            assert!(weekly.weeks.iter().all(|week| week.visits >= 5 || week.visits == 0));
            found += 1;
        }
        assert!(found > 0);
    }
}
