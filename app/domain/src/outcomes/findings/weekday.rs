//! Attendance by weekday: which weekdays have most visits for each session, of the days that are told.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::outcomes::publishing::Page;

/// Fewest weekdays that are set beside each other: one alone is its week.
const FEWEST: usize = 2;

/// Weekdays with held sessions.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Weekdays {
    /// From Monday on.
    pub days: Vec<WeekdayMean>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct WeekdayMean {
    /// 1 (Monday) … 7.
    pub weekday: u8,
    /// Visits for each held session of the days that are told; nothing where none is.
    pub mean: Option<f64>,
}

impl Weekdays {
    /// Those with the largest mean as it is printed, with one decimal; and that mean.
    pub fn most(&self) -> Option<(Vec<u8>, f64)> {
        let printed = |mean: f64| (mean * 10.0).round() / 10.0;
        let most = self.days.iter().filter_map(|day| day.mean).map(printed).reduce(f64::max)?;
        let is_most = |day: &&WeekdayMean| day.mean.is_some_and(|mean| printed(mean) >= most);
        Some((self.days.iter().filter(is_most).map(|day| day.weekday).collect(), most))
    }
}

/// The weekdays of a page; nothing where sessions are held on one alone, or no day is told.
pub fn weekdays(page: &Page) -> Option<Weekdays> {
    let mut sums: BTreeMap<u8, (u64, u64)> = BTreeMap::new();
    for (weekday, day) in page.report.attendance.weeks.iter().flat_map(|week| &week.days) {
        let sum = sums.entry(*weekday).or_default();
        if let (Some(sessions), Some(visits)) = (day.sessions.value(), day.visits.value()) {
            *sum = (sum.0 + sessions, sum.1 + visits);
        }
    }
    let mean = |(weekday, (sessions, visits)): (u8, (u64, u64))| WeekdayMean {
        weekday,
        mean: (sessions > 0).then(|| visits as f64 / sessions as f64),
    };
    let days: Vec<WeekdayMean> = sums.into_iter().map(mean).collect();
    (days.len() >= FEWEST && days.iter().any(|day| day.mean.is_some())).then_some(Weekdays { days })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::testing;

    #[test]
    fn days_that_are_printed_alike_are_named_together() {
        let day = |weekday, mean| WeekdayMean { weekday, mean };
        let of = |days: Vec<WeekdayMean>| Weekdays { days }.most();
        assert_eq!(of(vec![day(1, Some(12.31)), day(2, None), day(4, Some(12.34))]), Some((vec![1, 4], 12.3)));
        assert_eq!(of(vec![day(1, Some(9.0)), day(4, Some(12.0))]), Some((vec![4], 12.0)));
        assert_eq!(of(vec![day(1, None)]), None);
    }

    #[test]
    fn means_are_of_shown_days_alone() {
        let mut found = 0;
        for page in (0..300).map(testing::page) {
            let Some(weekdays) = weekdays(&page) else { continue };
            let weeks = &page.report.attendance.weeks;
            for of in &weekdays.days {
                let told = weeks.iter().filter_map(|week| week.days.get(&of.weekday)?.visits.value());
                let (least, most) = told.fold((u64::MAX, 0), |(least, most), n| (least.min(*n), most.max(*n)));
                // One session a week and weekday.
                let within = |mean: f64| (least as f64..=most as f64).contains(&mean);
                assert!(of.mean.is_none_or(within), "{of:?} {least} {most}");
            }
            found += 1;
        }
        assert!(found > 0);
    }
}
