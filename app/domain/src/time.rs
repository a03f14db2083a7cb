//! Time as values: instants, calendar days, times of day, and the clock as a parameter.
//!
//! Nothing here reads the system's clock; programs and tests hand one in.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use time::{Date, Duration, Month, OffsetDateTime};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative when it lies before.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Instant {
    /// What calendar and clock on a Finnish wall show: UTC+2, UTC+3 from the last Sunday of March 01:00 UTC
    /// to the last Sunday of October 01:00 UTC. Instants outside the calendar stay at its end.
    pub fn in_finland(self) -> (Day, TimeOfDay) {
        let utc = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let summer = {
            let starts = last_sunday_at_one(utc.year(), Month::March);
            let ends = last_sunday_at_one(utc.year(), Month::October);
            starts.is_some_and(|start| start <= utc) && ends.is_some_and(|end| utc < end)
        };
        shown(utc.checked_add(Duration::hours(if summer { 3 } else { 2 })).unwrap_or(utc))
    }

    /// Day and time in UTC, for files of other programs.
    pub fn in_utc(self) -> (Day, TimeOfDay) {
        shown(OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// The day on a Finnish calendar.
    pub fn day_in_finland(self) -> Day {
        self.in_finland().0
    }
}

impl Day {
    /// The first moment of the day on a Finnish calendar.
    pub fn begins_in_finland(self) -> Instant {
        let utc = Instant(self.0.midnight().assume_utc().unix_timestamp() * 1000);
        // Two or three hours before it in UTC.
        let before = |hours: i64| utc.plus_millis(-hours * 3_600_000);
        [3, 2].map(before).into_iter().find(|at| at.day_in_finland() == self).unwrap_or(utc)
    }

    /// The moment at which a Finnish wall shows that day and time: of two the first. A time that the clocks leave out in
    /// spring is the one that they show instead, an hour later.
    pub fn at_in_finland(self, time: TimeOfDay) -> Instant {
        let utc = Instant(self.0.midnight().assume_utc().unix_timestamp() * 1000).plus_millis(time.millis());
        let before = |hours: i64| utc.plus_millis(-hours * 3_600_000);
        [3, 2].map(before).into_iter().find(|at| at.in_finland() == (self, time)).unwrap_or(before(2))
    }
}

/// Day and time of a clock that shows this.
fn shown(clock: OffsetDateTime) -> (Day, TimeOfDay) {
    (Day(clock.date()), TimeOfDay { minutes: u16::from(clock.hour()) * 60 + u16::from(clock.minute()) })
}

/// The last Sunday of a month of 31 days, 01:00 UTC.
fn last_sunday_at_one(year: i32, month: Month) -> Option<OffsetDateTime> {
    let last = Date::from_calendar_date(year, month, 31).ok()?;
    let sunday = last.checked_sub(Duration::days(i64::from(last.weekday().number_days_from_sunday())))?;
    Some(sunday.with_hms(1, 0, 0).ok()?.assume_utc())
}

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// A calendar day in Finland, without a time zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day, or nothing when the calendar has no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        Date::from_calendar_date(year, month, day).ok().filter(|d| (1..=9999).contains(&d.year())).map(Self)
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    pub fn month(self) -> u8 {
        u8::from(self.0.month())
    }

    pub fn day(self) -> u8 {
        self.0.day()
    }

    /// ISO week day: Monday 1 … Sunday 7.
    pub fn weekday(self) -> u8 {
        self.0.weekday().number_from_monday()
    }

    /// The Monday of its week.
    #[must_use]
    pub fn monday(self) -> Self {
        self.plus_days(1 - i64::from(self.weekday()))
    }

    /// ISO 8601 week number, as used in Finnish calendars ("vko 47").
    pub fn iso_week(self) -> u8 {
        self.0.iso_week()
    }

    /// This day moved by a number of days; stays at the calendar's end when it would leave it.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let end = if days < 0 { Date::MIN } else { Date::MAX };
        Self(self.0.checked_add(Duration::days(days)).unwrap_or(end))
    }

    /// Days from `earlier` to this day; negative when it lies before.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_days()
    }

    /// The same day of the year before; of 29 February, 28 February.
    #[must_use]
    pub fn a_year_before(self) -> Self {
        let year = self.year() - 1;
        // Only 29 February is missing in another year; before the calendar's first year its end is near enough.
        Self::new(year, self.month(), self.day()).or_else(|| Self::new(year, 2, 28)).unwrap_or(Self(Date::MIN))
    }

    /// The same day so many months later, or that month's last day where it has no such day; stays at the calendar's end
    /// when it would leave it.
    #[must_use]
    pub fn plus_months(self, months: u16) -> Self {
        let months = i32::from(self.month()) - 1 + i32::from(months);
        let (year, month) = (self.year() + months / 12, u8::try_from(months % 12 + 1).unwrap_or(12));
        // The shortest month lacks three days of the longest.
        let days = (0..=3).map(|less| self.day().saturating_sub(less));
        days.filter_map(|day| Self::new(year, month, day)).next().unwrap_or(Self(Date::MAX))
    }

    /// Completed years on this day of someone born on `birth`.
    /// Born on 29 February: the birthday is 1 March in common years.
    pub fn age_of_born(self, birth: Self) -> i32 {
        let had_birthday = (self.month(), self.day()) >= (birth.month(), birth.day());
        self.year() - birth.year() - i32::from(!had_birthday)
    }
}

impl fmt::Display for Day {
    /// ISO 8601, `2026-09-08`: for files and the database, never for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a day in the form `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotADay;

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a day as YYYY-MM-DD")
    }
}

impl std::error::Error for NotADay {}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return Err(NotADay);
        }
        let number = |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<u16>().ok()).ok_or(NotADay);
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        Self::new(i32::from(year), u8::try_from(month).map_err(|_| NotADay)?, u8::try_from(day).map_err(|_| NotADay)?)
            .ok_or(NotADay)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A local time of day in whole minutes, `00:00` … `23:59`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { minutes: hour * 60 + minute })
    }

    pub fn hour(self) -> u16 {
        self.minutes / 60
    }

    pub fn minute(self) -> u16 {
        self.minutes % 60
    }

    fn millis(self) -> i64 {
        i64::from(self.minutes) * 60_000
    }

    /// Minutes since midnight, 0 … 1439.
    pub fn minutes(self) -> u16 {
        self.minutes
    }
}

impl fmt::Display for TimeOfDay {
    /// `13:00`: for files and the database, never for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

/// The text is not a time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotATime;

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a time of day as 13:00")
    }
}

impl std::error::Error for NotATime {}

impl FromStr for TimeOfDay {
    type Err = NotATime;

    /// Reads `13:00`, `9:05` and the Finnish `13.00`.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let (hour, minute) = text.split_once([':', '.']).ok_or(NotATime)?;
        let digits = |t: &str, least: usize| (least..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(hour, 1) || !digits(minute, 2) {
            return Err(NotATime);
        }
        Self::new(hour.parse().map_err(|_| NotATime)?, minute.parse().map_err(|_| NotATime)?).ok_or(NotATime)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_finnish_wall_clock_changes_on_the_last_sundays_of_march_and_october() {
        let wall = |millis| {
            let (day, time) = Instant::from_millis(millis).in_finland();
            format!("{day} {time}")
        };
        assert_eq!(wall(1_774_745_999_000), "2026-03-29 02:59");
        assert_eq!(wall(1_774_746_000_000), "2026-03-29 04:00");
        assert_eq!(wall(1_792_889_999_000), "2026-10-25 03:59");
        assert_eq!(wall(1_792_890_000_000), "2026-10-25 03:00");
        assert_eq!(wall(1_798_754_400_000), "2027-01-01 00:00");
    }

    #[test]
    fn a_day_begins_at_finlands_midnight_in_summer_and_winter() {
        for (day, utc) in [("2026-07-01", "2026-06-30"), ("2026-12-01", "2026-11-30")] {
            let day: Day = day.parse().unwrap();
            let begin = day.begins_in_finland();
            assert_eq!(begin.day_in_finland(), day, "{utc}");
            assert_eq!(begin.plus_millis(-1).day_in_finland(), day.plus_days(-1));
        }
    }

    #[test]
    fn a_time_on_a_finnish_wall_is_one_moment_on_both_sides_of_a_change_of_clocks() {
        let at = |on: &str, time: &str| {
            let (day, time) = day(on).at_in_finland(time.parse().unwrap()).in_utc();
            format!("{day} {time}")
        };
        for (on, time, utc) in [
            ("2026-10-24", "10:30", "2026-10-24 07:30"),
            ("2026-10-25", "00:30", "2026-10-24 21:30"),
            // Shown twice: the first of the two.
            ("2026-10-25", "03:30", "2026-10-25 00:30"),
            ("2026-10-25", "10:30", "2026-10-25 08:30"),
            ("2027-03-28", "02:30", "2027-03-28 00:30"),
            // Left out: 4.30 on the wall.
            ("2027-03-28", "03:30", "2027-03-28 01:30"),
            ("2027-03-28", "10:30", "2027-03-28 07:30"),
        ] {
            assert_eq!(at(on, time), utc, "{on} {time}");
        }
    }

    #[test]
    fn a_day_reads_and_writes_the_iso_form_only() {
        assert_eq!(day("2026-09-08").to_string(), "2026-09-08");
        for wrong in ["2026-9-8", "2026-02-30", "8.9.2026", "", "2026-13-01", "+026-01-01", "0000-01-01"] {
            assert_eq!(wrong.parse::<Day>(), Err(NotADay), "{wrong}");
        }
    }

    #[test]
    fn someone_born_on_29_february_turns_a_year_older_on_1_march() {
        let birth = day("1944-02-29");
        assert_eq!(day("2023-02-28").age_of_born(birth), 78);
        assert_eq!(day("2023-03-01").age_of_born(birth), 79);
        assert_eq!(day("2024-02-29").age_of_born(birth), 80);
    }

    #[test]
    fn a_year_before_is_the_same_day_and_before_29_february_the_28th() {
        assert_eq!(day("2026-11-28").a_year_before(), day("2025-11-28"));
        assert_eq!(day("2028-02-29").a_year_before(), day("2027-02-28"));
        assert_eq!(day("2028-02-28").a_year_before(), day("2027-02-28"));
    }

    #[test]
    fn weeks_are_iso_weeks() {
        assert_eq!(day("2026-11-21").iso_week(), 47);
        assert_eq!(day("2026-11-21").weekday(), 6);
        assert_eq!(["2026-11-16", "2026-11-22"].map(|of| day(of).monday()), [day("2026-11-16"); 2]);
        assert_eq!(day("2027-01-01").iso_week(), 53);
    }

    #[test]
    fn moving_past_the_calendar_stays_at_its_end() {
        assert_eq!(day("2026-03-29").plus_days(1), day("2026-03-30"));
        assert_eq!(day("2026-01-01").plus_days(i64::from(i32::MAX)).year(), 9999);
    }

    #[test]
    fn a_time_of_day_accepts_the_finnish_point() {
        assert_eq!("13.00".parse::<TimeOfDay>().unwrap().to_string(), "13:00");
        assert_eq!("9:05".parse::<TimeOfDay>().unwrap().minutes(), 545);
        for wrong in ["24:00", "12:60", "1300", "12:5", "12:", "", "-1:00", "13"] {
            assert_eq!(wrong.parse::<TimeOfDay>(), Err(NotATime), "{wrong}");
        }
    }
}
