//! Typed reading of one record's cells, and typed rows. Each wrong cell becomes a problem; the others are
//! still read, so that a file's problems are all found at once.

use std::ops::RangeInclusive;

use domain::fields::{FIRST_BIRTH_YEAR, LINE, YEARS, is_birth_date, is_in_our_time};
use domain::input::{DayError, Decimal, NumberError, day_in_file};
use domain::names::unseen;
use domain::time::{Day, TimeOfDay};

use super::csv::{Cell, Record};
use super::kinds::Kind;
use super::leftovers::{is_no_value, serial_day};
use super::problem::{Problem, What};

/// A row that could be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed<T> {
    pub line: u64,
    /// What the row is about: the parts that make it the same row in the next file.
    pub key: Vec<String>,
    /// The cells as this program writes them, in column order; `None`: the file has no such column.
    pub cells: Vec<Option<String>>,
    pub value: T,
}

/// A list of codes that a cell may hold.
pub trait Code: Copy + Sized + 'static {
    fn read(text: &str) -> Option<Self>;
    fn allowed() -> Vec<&'static str>;
}

macro_rules! code {
    ($($name:ty),* $(,)?) => {$(
        impl Code for $name {
            fn read(text: &str) -> Option<Self> {
                <$name>::from_code(text)
            }
            fn allowed() -> Vec<&'static str> {
                <$name>::ALL.iter().map(|code| code.code()).collect()
            }
        }
    )*};
}

code! {
    domain::assessments::Aid, domain::assessments::Instrument, domain::assessments::NotDone,
    domain::attendance::Mark, domain::groups::ExitReason, domain::groups::GroupKind,
    domain::people::Decision, domain::people::Education, domain::people::IncomeOk,
    domain::people::LivingAlone, domain::people::PersonLanguage, domain::people::ReferralSource,
    domain::people::Sex, domain::sessions::SessionStatus,
}

/// Reads the cells of one record and reports what is wrong with them.
pub struct Fields<'a> {
    kind: Kind,
    record: &'a Record,
    problems: &'a mut Vec<Problem>,
    sound: bool,
}

impl<'a> Fields<'a> {
    pub fn new(kind: Kind, record: &'a Record, problems: &'a mut Vec<Problem>) -> Self {
        let sound = !record.cells.contains(&Cell::Broken);
        Self { kind, record, problems, sound }
    }

    fn cell(&self, column: &str) -> &'a Cell {
        let at = self.kind.columns().iter().position(|name| *name == column);
        at.and_then(|at| self.record.cells.get(at)).unwrap_or(&Cell::Absent)
    }

    /// What stands in the cell; `None` when it is empty, absent or unreadable.
    pub fn raw(&self, column: &str) -> Option<&'a str> {
        match self.cell(column) {
            Cell::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Whether the cell is there to be read, empty or not.
    pub fn is_readable(&self, column: &str) -> bool {
        matches!(self.cell(column), Cell::Text(_))
    }

    pub fn report(&mut self, column: &str, what: What) {
        let value = self.raw(column).unwrap_or_default();
        self.problems.push(Problem::of_cell(self.record.line, column, value, what));
        self.sound = false;
    }

    fn keep<T>(&mut self, column: &str, read: Result<T, What>) -> Option<T> {
        read.map_err(|what| self.report(column, what)).ok()
    }

    pub fn text(&mut self, column: &str, limit: usize) -> Option<String> {
        let text = self.raw(column)?;
        let read = if text.chars().nth(limit).is_some() { Err(What::TooLong { limit }) } else { Ok(text.to_owned()) };
        self.keep(column, read)
    }

    /// A cell that must not be empty.
    pub fn needed<T>(&mut self, column: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.raw(column).is_none() && self.is_readable(column) {
            self.report(column, What::Required);
        }
        read(self)
    }

    pub fn needed_text(&mut self, column: &str) -> Option<String> {
        self.needed(column, |fields| fields.line(column))
    }

    pub fn code<T: Code>(&mut self, column: &str) -> Option<T> {
        let text = self.raw(column)?;
        self.keep(column, T::read(text).ok_or_else(|| What::UnknownCode { allowed: T::allowed() }))
    }

    /// A name, a reference, a place.
    pub fn line(&mut self, column: &str) -> Option<String> {
        let text = self.text(column, LINE)?;
        let read = match unseen(&text) {
            Some(c) => Err(What::ControlCharacter { code: u32::from(c) }),
            None if is_no_value(&text) => Err(What::NoValue),
            None => Ok(text),
        };
        self.keep(column, read)
    }

    pub fn day(&mut self, column: &str) -> Option<Day> {
        let text = self.raw(column)?;
        let (first, last) = (*YEARS.start(), *YEARS.end());
        let in_our_time =
            |day: Day| if is_in_our_time(day) { Ok(day) } else { Err(What::YearOutOfRange { first, last }) };
        self.keep(column, read_day(text).and_then(in_our_time))
    }

    /// The day of something that has happened: `today` bounds it.
    pub fn past_day(&mut self, column: &str, today: Day) -> Option<Day> {
        let day = self.day(column)?;
        self.keep(column, if day <= today { Ok(day) } else { Err(What::InFuture) })
    }

    /// A day of birth; `today` bounds it.
    pub fn birth_day(&mut self, column: &str, today: Day) -> Option<Day> {
        let text = self.raw(column)?;
        let (first, last) = (FIRST_BIRTH_YEAR, today.year());
        let somebodys = |day: Day| match day {
            day if is_birth_date(day, today) => Ok(day),
            day if day > today => Err(What::BirthInFuture),
            _ => Err(What::YearOutOfRange { first, last }),
        };
        self.keep(column, read_day(text).and_then(somebodys))
    }

    pub fn time(&mut self, column: &str) -> Option<TimeOfDay> {
        let text = self.raw(column)?;
        self.keep(column, text.parse().map_err(|_| What::NotATime))
    }

    pub fn number(&mut self, column: &str) -> Option<Decimal> {
        let text = self.raw(column)?;
        self.keep(column, read_number(text))
    }

    /// A whole number within limits; `12,0` is whole too.
    pub fn whole(&mut self, column: &str, limits: RangeInclusive<u16>) -> Option<u16> {
        let number = self.number(column)?;
        let read = match number.exact(0).map(u16::try_from) {
            None => Err(What::NotWhole),
            Some(Ok(n)) if limits.contains(&n) => Ok(n),
            Some(_) => Err(What::OutOfRange { least: limits.start().to_string(), most: limits.end().to_string() }),
        };
        self.keep(column, read)
    }

    /// The row, if nothing was wrong with it. `cells` are its values as this program writes them.
    pub fn finish<T>(self, key: Vec<String>, cells: Vec<String>, value: T) -> Option<Parsed<T>> {
        let cells = cells.into_iter().zip(&self.record.cells);
        let cells = cells.map(|(text, cell)| (*cell != Cell::Absent).then_some(text)).collect();
        self.sound.then_some(Parsed { line: self.record.line, key, cells, value })
    }
}

fn read_day(text: &str) -> Result<Day, What> {
    day_in_file(text).map_err(|error| match error {
        DayError::NoSuchDay => What::NoSuchDay,
        _ => serial_day(text).map_or(What::NotADay, |day| What::SerialDay { day }),
    })
}

fn read_number(text: &str) -> Result<Decimal, What> {
    Decimal::in_file(text).map_err(|error| match error {
        NumberError::TwoSeparators => What::TwoSeparators,
        _ => What::NotANumber,
    })
}

/// A value as it stands in a cell; nothing is empty.
pub fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map(T::to_string).unwrap_or_default()
}
