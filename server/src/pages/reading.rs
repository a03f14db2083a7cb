//! Reads the fields of the desk's forms and collects what is wrong: everything is told at once.

use std::ops::RangeInclusive;

use app::texts::{self, Lang};
use app::ui::FieldError;
use domain::fields::{YEARS, is_in_our_time};
use domain::input::day_typed;
use domain::names::{NameError, name_typed};
use domain::time::Day;

/// Days that lie further from today than this are asked about: a slip in the year takes them there.
const FAR: i64 = 366;

pub struct Reading {
    lang: Lang,
    pub errors: Vec<FieldError>,
}

impl Reading {
    pub fn new(lang: Lang) -> Self {
        Self { lang, errors: Vec::new() }
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    pub fn wrong<T>(&mut self, field: &'static str, text: impl Into<String>) -> Option<T> {
        self.errors.push(FieldError::new(field, text));
        None
    }

    /// One line without doubled spaces; `missing` is said when it must be a name.
    pub fn line(&mut self, field: &'static str, typed: &str, missing: Option<&'static str>) -> Option<String> {
        match name_typed(typed) {
            Ok(line) => Some(line),
            Err(NameError::Nothing) if missing.is_none() => {
                Some(typed.trim().to_owned()).filter(|line| !line.is_empty())
            }
            Err(error) => self.wrong(field, texts::name_words(self.lang, error, missing.unwrap_or_default())),
        }
    }

    /// One that must be chosen; `found` is the choice as far as it is known.
    pub fn chosen<T>(&mut self, field: &'static str, found: Option<T>, missing: &'static str) -> Option<T> {
        found.or_else(|| self.wrong(field, missing))
    }

    /// An empty field is nothing known; one that cannot be read is an error.
    pub fn maybe<T>(
        &mut self,
        field: &'static str,
        typed: &str,
        text: impl Into<String>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if typed.is_empty() { None } else { read(typed).or_else(|| self.wrong(field, text)) }
    }

    /// A whole number within limits, which `text` names.
    pub fn number(
        &mut self,
        field: &'static str,
        typed: &str,
        text: String,
        limits: RangeInclusive<u16>,
    ) -> Option<u16> {
        self.maybe(field, typed, text, |text| text.parse().ok().filter(|n| limits.contains(n)))
    }

    /// A day of the programme; `unreadable` says how days are written.
    pub fn day(&mut self, field: &'static str, typed: &str, unreadable: &'static str, today: Day) -> Option<Day> {
        if typed.is_empty() {
            return None;
        }
        let day = match day_typed(typed, today) {
            Ok(day) => day,
            Err(error) => return self.wrong(field, texts::day_words(self.lang, error, unreadable)),
        };
        if is_in_our_time(day) {
            return Some(day);
        }
        let (first, last) = (YEARS.start().to_string(), YEARS.end().to_string());
        self.wrong(field, texts::common::year_range(self.lang, &first, &last))
    }

    /// The day that was read from what was `typed`. One that lies more than a year away is asked about once: it holds
    /// when it comes again among those that the reader was `asked` about.
    pub fn likely(
        &mut self,
        field: &'static str,
        typed: &str,
        day: Option<Day>,
        today: Day,
        asked: &[&str],
    ) -> Option<Day> {
        match day {
            Some(day) if day.days_since(today).abs() > FAR && !asked.contains(&typed) => {
                self.wrong(field, texts::people::error::far_day(self.lang, day))
            }
            day => day,
        }
    }

    /// A day that must be said.
    pub fn needed_day(
        &mut self,
        field: &'static str,
        typed: &str,
        unreadable: &'static str,
        today: Day,
    ) -> Option<Day> {
        if typed.is_empty() { self.wrong(field, unreadable) } else { self.day(field, typed, unreadable, today) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_more_than_a_year_away_is_asked_about_once() {
        let today = day("2026-09-08");
        let read = |typed: &str, asked: &[&str]| {
            let mut form = Reading::new(Lang::Fi);
            let read = form.day("left_on", typed, "", today);
            let read = form.likely("left_on", typed, read, today, asked);
            (read, form.errors.len())
        };
        for (typed, near) in [("8.9.2026", "2026-09-08"), ("8.9.2025", "2025-09-08"), ("9.9.2027", "2027-09-09")] {
            assert_eq!(read(typed, &[]), (Some(day(near)), 0), "{typed}");
        }
        for (typed, far) in [("10.9.2027", "2027-09-10"), ("8.9.2062", "2062-09-08"), ("1.9.2025", "2025-09-01")] {
            assert_eq!(read(typed, &[]), (None, 1), "{typed}");
            assert_eq!(read(typed, &["8.9.2026"]), (None, 1), "another one was asked about");
            assert_eq!(read(typed, &[typed]), (Some(day(far)), 0), "{typed} is right");
        }
        assert_eq!(read("", &[]), (None, 0));
    }
}
