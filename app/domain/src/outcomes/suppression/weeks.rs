//! Attendance week by week and by weekday (docs/outcomes.md, Hiding): weeks are a line whose total is told, and so are the
//! days of each week that is told.

use std::collections::BTreeMap;

use super::super::figures::{Week, WeekdayVisits};
use super::lines::hide_line_and;
use super::shown::masked;
use super::{Gate, Shown, Step, hide_line, is_small};
use crate::time::Day;

/// Fewer weeks tell nothing of what is usual.
const FEWEST_WEEKS: usize = 8;

/// Held sessions and visits of a week before the gate.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WeekNumbers {
    pub sessions: u64,
    pub visits: u64,
    /// Sessions and visits by weekday, 1 (Monday) … 7, those with held sessions; nothing where a part of the week is told
    /// alone.
    pub days: BTreeMap<u8, (u64, u64)>,
}

impl WeekNumbers {
    fn visits_by_day(&self) -> Vec<u64> {
        self.days.values().map(|(_, visits)| *visits).collect()
    }
}

impl Gate {
    /// Sessions and visits of weeks, by their Mondays: a line whose total is published. Nothing of a few weeks, or where
    /// the total tells each of them: eight visits in eight weeks are one in each.
    pub fn weeks(&self, weeks: &BTreeMap<Day, WeekNumbers>) -> Vec<Week> {
        if weeks.len() < FEWEST_WEEKS {
            return Vec::new();
        }
        let visits: Vec<u64> = weeks.values().map(|week| week.visits).collect();
        let further: Vec<bool> = weeks.values().map(|week| self.tells_days(week)).collect();
        let mask = hide_line_and(&visits, &further, self.k);
        if mask.total {
            return Vec::new();
        }
        let visits = visits.iter().zip(mask.cells).map(|(visits, hidden)| masked(*visits, hidden));
        let week = |((from, week), visits): ((&Day, &WeekNumbers), Shown<u64>)| Week {
            from: *from,
            sessions: self.sessions(week.sessions),
            days: self.days(week, &visits),
            visits,
        };
        weeks.iter().zip(visits).map(week).collect()
    }

    /// Whether the visits of a week tell those of its days however these are hidden: five visits on five days are one on
    /// each.
    fn tells_days(&self, week: &WeekNumbers) -> bool {
        self.steps.takes(Step::DaysOfWeek) && hide_line(&week.visits_by_day(), self.k).total
    }

    /// The days of a week. Where its visits are hidden, all of them are: they would add up to it.
    fn days(&self, week: &WeekNumbers, told: &Shown<u64>) -> BTreeMap<u8, WeekdayVisits> {
        let visits = week.visits_by_day();
        let hidden = if told.is_hidden() && self.steps.takes(Step::DaysOfHiddenWeek) {
            vec![true; visits.len()]
        } else if self.steps.takes(Step::DaysOfWeek) {
            hide_line(&visits, self.k).cells
        } else {
            visits.iter().map(|visits| is_small(*visits, self.k)).collect()
        };
        let day = |((weekday, (sessions, visits)), hidden): ((&u8, &(u64, u64)), bool)| {
            (*weekday, WeekdayVisits { sessions: self.sessions(*sessions), visits: masked(*visits, hidden) })
        };
        week.days.iter().zip(hidden).map(day).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    /// Weeks of these visits by weekday from Monday on, each in one session.
    fn weeks(days: &[&[u64]]) -> Vec<Week> {
        let week = |visits: &[u64]| WeekNumbers {
            sessions: visits.len() as u64,
            visits: visits.iter().sum(),
            days: (1..).zip(visits).map(|(weekday, visits)| (weekday, (1, *visits))).collect(),
        };
        let monday = |at: i64| Day::new(2026, 1, 5).unwrap().plus_days(7 * at);
        GATE.weeks(&(0..).zip(days).map(|(at, visits)| (monday(at), week(visits))).collect())
    }

    fn told(week: &Week) -> Vec<Option<u64>> {
        week.days.values().map(|day| day.visits.value().copied()).collect()
    }

    #[test]
    fn a_small_week_is_never_hidden_alone_and_a_few_weeks_are_none() {
        let visits = |days: &[&[u64]]| weeks(days).iter().map(|week| week.visits.value().copied()).collect::<Vec<_>>();
        let all: [&[u64]; 8] = [&[20], &[18], &[3], &[22], &[0], &[9], &[21], &[20]];
        assert_eq!(visits(&all), [Some(20), Some(18), None, Some(22), Some(0), None, Some(21), Some(20)]);
        assert_eq!(visits(&all[..7]), []);
        let ones: [&[u64]; 8] = [&[1]; 8];
        assert_eq!(visits(&ones), [], "each would be the one visit that it is");
    }

    #[test]
    fn a_week_of_as_many_visits_as_days_is_not_told_since_it_would_tell_each_of_them() {
        let all: [&[u64]; 8] = [&[1, 1, 1, 1, 1], &[2, 1, 1, 1], &[20], &[9], &[21], &[22], &[23], &[24]];
        let weeks = weeks(&all);
        assert!(told(&weeks[0]).iter().all(Option::is_none));
        let visits: Vec<_> = weeks.iter().map(|week| week.visits.value().copied()).collect();
        assert_eq!(visits, [None, None, Some(20), Some(9), Some(21), Some(22), Some(23), Some(24)]);
    }

    #[test]
    fn a_small_day_is_never_hidden_alone_and_a_hidden_week_tells_no_day() {
        let all: [&[u64]; 8] = [&[20, 3, 12], &[18, 0], &[3, 0], &[9, 0], &[9, 8, 7], &[30, 1], &[40], &[2, 3, 30]];
        let told: Vec<_> = weeks(&all).iter().map(told).collect();
        assert_eq!(told[0], [Some(20), None, None]);
        assert_eq!(told[1], [Some(18), Some(0)]);
        assert_eq!(told[4], [Some(9), Some(8), Some(7)]);
        assert_eq!(told[6], [Some(40)]);
        assert_eq!(told[7], [None, None, Some(30)]);
        // Three visits are hidden, and with them the week of nine: neither follows from its days. One of 31 is, too.
        assert!([2, 3, 5].iter().all(|at| told[*at] == [None, None]), "{told:?}");
    }
}
