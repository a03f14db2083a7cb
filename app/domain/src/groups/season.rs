//! Seasons: breaks, public holidays, and when the next season is.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// Days on which a group does not meet, the first and the last included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    pub from: Day,
    pub to: Day,
}

impl Break {
    pub fn covers(self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// Whether halls are closed on that day in Finland: the public holidays, Midsummer Eve and Christmas Eve.
pub fn is_public_holiday(day: Day) -> bool {
    let (month, date, weekday) = (day.month(), day.day(), day.weekday());
    let fixed = matches!((month, date), (1, 1 | 6) | (5, 1) | (12, 6 | 24..=26));
    let midsummer = month == 6 && ((weekday == 5 && (19..=25).contains(&date)) || is_saturday(day, 20..=26));
    let all_saints = (month == 10 && is_saturday(day, 31..=31)) || (month == 11 && is_saturday(day, 1..=6));
    // Good Friday, Easter, Easter Monday, Ascension Day, Whit Sunday.
    let by_easter = || easter(day.year()).is_some_and(|easter| matches!(day.days_since(easter), -2 | 0 | 1 | 39 | 49));
    fixed || midsummer || all_saints || by_easter()
}

fn is_saturday(day: Day, dates: std::ops::RangeInclusive<u8>) -> bool {
    day.weekday() == 6 && dates.contains(&day.day())
}

/// Easter Sunday by the Gregorian rule (Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i32) -> Option<Day> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Day::new(year, u8::try_from(n / 31).ok()?, u8::try_from(n % 31 + 1).ok()?)
}

/// The season that follows one that ends on that day: from August on the spring's, else the autumn's. Autumn is weeks
/// 35–50, spring weeks 2–20; Monday to Friday.
pub fn next_season(end: Day) -> Option<(Day, Day)> {
    let (year, first, last) = if end.month() >= 8 { (end.year() + 1, 2, 20) } else { (end.year(), 35, 50) };
    Some((monday(year, first)?, monday(year, last)?.plus_days(4)))
}

/// The Monday of an ISO week. The first week is the one with the fourth of January.
fn monday(year: i32, week: i64) -> Option<Day> {
    let fourth = Day::new(year, 1, 4)?;
    Some(fourth.monday().plus_days((week - 1) * 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_halls_are_closed_on_the_calendars_holidays_and_on_no_others() {
        let mut closed = Vec::new();
        let mut one = day("2026-01-01");
        while one <= day("2026-12-31") {
            if is_public_holiday(one) {
                closed.push(one.to_string());
            }
            one = one.plus_days(1);
        }
        // The University of Helsinki's almanac for 2026.
        let almanac = [
            "2026-01-01",
            "2026-01-06",
            "2026-04-03",
            "2026-04-05",
            "2026-04-06",
            "2026-05-01",
            "2026-05-14",
            "2026-05-24",
            "2026-06-19",
            "2026-06-20",
            "2026-10-31",
            "2026-12-06",
            "2026-12-24",
            "2026-12-25",
            "2026-12-26",
        ];
        assert_eq!(closed, almanac);
    }

    #[test]
    fn easter_moves_as_the_almanac_says() {
        for (year, sunday) in [(2024, "2024-03-31"), (2025, "2025-04-20"), (2027, "2027-03-28"), (2038, "2038-04-25")] {
            assert_eq!(easter(year), Some(day(sunday)), "{year}");
        }
    }

    #[test]
    fn spring_follows_autumn_and_autumn_spring() {
        let season = |end| next_season(day(end)).map(|(from, to)| (from.to_string(), to.to_string()));
        let text = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(season("2026-12-11"), text("2027-01-11", "2027-05-21"));
        assert_eq!(season("2027-05-21"), text("2027-08-30", "2027-12-17"));
    }

    #[test]
    fn a_break_holds_its_first_and_last_day() {
        let autumn = Break { from: day("2026-10-12"), to: day("2026-10-18") };
        assert!(autumn.covers(day("2026-10-12")) && autumn.covers(day("2026-10-18")));
        assert!(!autumn.covers(day("2026-10-11")) && !autumn.covers(day("2026-10-19")));
    }
}
