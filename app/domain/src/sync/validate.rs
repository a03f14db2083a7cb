//! What is wrong with an operation by itself, and the checks that several nouns share.

use std::fmt;

use crate::assessments::Item;
use crate::fields::{LINE, is_in_our_time};
use crate::names::unseen;
use crate::time::Day;

/// What is wrong with an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// The field, as named in its noun's file.
    pub field: &'static str,
    /// Whose field it is, where it is one of many trials: its item and number.
    pub trial: Option<(Item, u8)>,
}

impl Invalid {
    pub const fn field(field: &'static str) -> Self {
        Self { field, trial: None }
    }
}

/// As an outcome names it: `birth_year`, `gait.2.outcome`.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.trial {
            Some((item, number)) => write!(f, "{item}.{number}.{}", self.field),
            None => f.write_str(self.field),
        }
    }
}

/// Names the field unless it is good.
pub(crate) fn check(good: bool, name: &'static str) -> Result<(), Invalid> {
    if good { Ok(()) } else { Err(Invalid::field(name)) }
}

/// Printable, and of a length that a form can have; line breaks are allowed, NUL and other controls are not.
pub(crate) fn text(value: &str, most: usize, name: &'static str) -> Result<(), Invalid> {
    let printable = value.chars().all(|c| !c.is_control() || c == '\n' || c == '\t');
    check(printable && value.chars().count() <= most, name)
}

/// One line in which everything can be seen.
pub(crate) fn line(value: &str, name: &'static str) -> Result<(), Invalid> {
    check(unseen(value).is_none(), name)?;
    text(value, LINE, name)
}

pub(crate) fn optional_line(value: Option<&String>, name: &'static str) -> Result<(), Invalid> {
    value.map_or(Ok(()), |value| line(value, name))
}

pub(crate) fn in_our_time(day: Option<Day>, name: &'static str) -> Result<(), Invalid> {
    check(day.is_none_or(is_in_our_time), name)
}

/// Events may not lie in the future, with a day's grace for clocks and time zones.
pub(crate) fn past(day: Day, today: Day, name: &'static str) -> Result<(), Invalid> {
    in_our_time(Some(day), name)?;
    check(day <= today.plus_days(1), name)
}
