//! Attendance by weekday: which weekdays have most visits for each session, of the days that are told.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::outcomes::publishing::Page;

/// Fewest weekdays that are set beside each other: one alone is its week.
const FEWEST: usize = 2;
/// One in so many days of a weekday may be hidden where its mean is told: hidden days are mostly those of few visits, and
/// the mean of the others is too large.
const HIDDEN_OF: usize = 10;

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
    /// Visits for each held session of the days that are told; nothing where too few of them are.
    pub mean: Option<f64>,
}

impl Weekdays {
    /// Those with the largest mean as it is printed, with one decimal; and that mean. Nothing where one alone has a mean.
    pub fn most(&self) -> Option<(Vec<u8>, f64)> {
        (self.days.iter().filter(|day| day.mean.is_some()).count() >= FEWEST).then_some(())?;
        let printed = |mean: f64| (mean * 10.0).round() / 10.0;
        let most = self.days.iter().filter_map(|day| day.mean).map(printed).reduce(f64::max)?;
        let is_most = |day: &&WeekdayMean| day.mean.is_some_and(|mean| printed(mean) >= most);
        Some((self.days.iter().filter(is_most).map(|day| day.weekday).collect(), most))
    }
}

/// The days of a weekday that are told.
#[derive(Default)]
struct Told {
    sessions: u64,
    visits: u64,
    days: usize,
    hidden: usize,
}

impl Told {
    fn mean(&self) -> Option<f64> {
        let is_known = self.sessions > 0 && self.hidden * HIDDEN_OF <= self.days + self.hidden;
        is_known.then(|| self.visits as f64 / self.sessions as f64)
    }
}

/// The weekdays of a page; nothing where sessions are held on one alone, or no day is told.
pub fn weekdays(page: &Page) -> Option<Weekdays> {
    let mut all: BTreeMap<u8, Told> = BTreeMap::new();
    for (weekday, day) in page.report.attendance.weeks.iter().flat_map(|week| &week.days) {
        let told = all.entry(*weekday).or_default();
        if let (Some(sessions), Some(visits)) = (day.sessions.value(), day.visits.value()) {
            told.sessions += sessions;
            told.visits += visits;
            told.days += 1;
        } else {
            told.hidden += 1;
        }
    }
    (all.len() >= FEWEST && all.values().any(|told| told.days > 0)).then_some(())?;
    let days = all.into_iter().map(|(weekday, told)| WeekdayMean { weekday, mean: told.mean() }).collect();
    Some(Weekdays { days })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;
    use crate::outcomes::suppression::{Gate, WeekNumbers};
    use crate::outcomes::testing;
    use crate::time::Day;

    /// A page of ten weeks with these visits on Monday, Wednesday and Saturday.
    fn page(of: impl Fn(i64) -> [u64; 3]) -> Page {
        let monday = Day::new(2026, 1, 5).unwrap();
        let week = |at: i64| {
            let days: BTreeMap<u8, (u64, u64)> = [1, 3, 6].into_iter().zip(of(at).map(|visits| (1, visits))).collect();
            let visits = days.values().map(|(_, visits)| visits).sum();
            (monday.plus_days(7 * at), WeekNumbers { sessions: 3, visits, days })
        };
        let mut page = testing::page(0);
        page.report.attendance.weeks = Gate::new(&Settings::default()).weeks(&(0..10).map(week).collect());
        page
    }

    #[test]
    fn a_weekday_of_few_visits_is_not_called_the_fullest_since_they_are_hidden() {
        // Saturdays are hidden, and with them Wednesdays, but for one of thirty visits.
        let found = weekdays(&page(|at| if at == 4 { [20, 12, 30] } else { [20, 12, 3] })).unwrap();
        assert_eq!(found.days.iter().map(|day| day.mean).collect::<Vec<_>>(), [Some(20.0), None, None]);
        assert_eq!(found.most(), None);
        let found = weekdays(&page(|at| if at == 4 { [20, 12, 3] } else { [20, 12, 30] })).unwrap();
        assert_eq!(found.most(), Some((vec![6], 30.0)), "one in ten is hidden");
    }

    #[test]
    fn days_that_are_printed_alike_are_named_together() {
        let day = |weekday, mean| WeekdayMean { weekday, mean };
        let of = |days: Vec<WeekdayMean>| Weekdays { days }.most();
        assert_eq!(of(vec![day(1, Some(12.31)), day(2, None), day(4, Some(12.34))]), Some((vec![1, 4], 12.3)));
        assert_eq!(of(vec![day(1, Some(9.0)), day(4, Some(12.0))]), Some((vec![4], 12.0)));
        assert_eq!(of(vec![day(1, Some(9.0)), day(4, None)]), None, "one alone is not compared");
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
