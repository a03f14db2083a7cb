//! Those who test: when they were trained for it (docs/scoring.md, Carrying out a test).

use crate::time::Day;

/// Whole years after which whoever tests is reminded to practise the tests again: 24 months.
const YEARS: i32 = 2;

/// How somebody's training in testing stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Training {
    Current(Day),
    /// Older than 24 months.
    Old(Day),
    Unknown,
}

impl Training {
    pub fn of(trained_on: Option<Day>, today: Day) -> Self {
        match trained_on {
            None => Self::Unknown,
            Some(day) if last_good_day(day) < today => Self::Old(day),
            Some(day) => Self::Current(day),
        }
    }

    /// Whether somebody should be reminded.
    pub const fn is_old(self) -> bool {
        matches!(self, Self::Old(_))
    }
}

fn last_good_day(trained: Day) -> Day {
    let year = trained.year() + YEARS;
    // Of the leap day, the last day of February.
    Day::new(year, trained.month(), trained.day()).or(Day::new(year, 2, 28)).unwrap_or(trained)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn training_is_old_on_the_day_after_24_months() {
        let on = |today: &str| Training::of(Some(day("2024-11-28")), day(today));
        assert_eq!(on("2026-11-28"), Training::Current(day("2024-11-28")));
        assert_eq!(on("2026-11-29"), Training::Old(day("2024-11-28")));
        assert!(on("2026-11-29").is_old() && !on("2026-11-28").is_old());
        let leap = |today: &str| Training::of(Some(day("2024-02-29")), day(today)).is_old();
        assert!(!leap("2026-02-28") && leap("2026-03-01"));
    }

    #[test]
    fn unknown_training_is_no_old_one() {
        let unknown = Training::of(None, day("2026-11-28"));
        assert_eq!((unknown, unknown.is_old()), (Training::Unknown, false));
    }
}
