//! Figures that may leave the program, and the one place where they come from.

use serde::{Deserialize, Serialize, Serializer};

use super::super::statistics::{Interval, wilson};
use crate::rounding::{rounded, six_decimals};

/// A figure that may leave the program: a value, or the fact that there is none to show. In files a value or `null`.
///
/// There is no public way to make one from a number. Reading one back is for frozen reports alone, whose
/// figures passed the gate when they were frozen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shown<T>(State<T>);

#[derive(Clone, Copy, PartialEq, Debug)]
enum State<T> {
    Value(T),
    /// Hidden so that no person can be made out.
    Hidden,
    /// There is nothing to say: a share of no one, the rate of no visits.
    Undefined,
}

impl<T> Shown<T> {
    pub(super) const HIDDEN: Self = Self(State::Hidden);
    pub(super) const UNDEFINED: Self = Self(State::Undefined);

    /// The figure, when there is one to show.
    pub const fn value(&self) -> Option<&T> {
        match &self.0 {
            State::Value(value) => Some(value),
            State::Hidden | State::Undefined => None,
        }
    }

    /// Whether the figure exists and is kept back; otherwise it is shown or undefined.
    pub const fn is_hidden(&self) -> bool {
        matches!(self.0, State::Hidden)
    }

    pub(super) const fn of(value: T) -> Self {
        Self(State::Value(value))
    }

    pub(super) fn or_undefined(value: Option<T>) -> Self {
        value.map_or(Self::UNDEFINED, Self::of)
    }

    /// Keeps back what was shown; what is undefined stays so.
    pub(in crate::outcomes) fn hide(&mut self) {
        if self.value().is_some() {
            *self = Self::HIDDEN;
        }
    }
}

/// Nothing to say: what a report of an older form does not have.
impl<T> Default for Shown<T> {
    fn default() -> Self {
        Self::UNDEFINED
    }
}

impl Shown<u64> {
    /// So much of a sum for each of those counted; kept back where the count is.
    pub fn each_of(&self, sum: u64) -> Shown<f64> {
        match self.0 {
            State::Value(0) | State::Undefined => Shown::UNDEFINED,
            State::Value(n) => Shown::of(sum as f64 / n as f64),
            State::Hidden => Shown::HIDDEN,
        }
    }

    /// The share of `whole` that these are, 0 … 1: of two steps of the flow, shown wherever both of its counts are.
    pub fn part_of(&self, whole: &Self) -> Shown<f64> {
        match (&self.0, &whole.0) {
            (State::Hidden, _) | (_, State::Hidden) => Shown::HIDDEN,
            (State::Undefined, _) | (_, State::Undefined | State::Value(0)) => Shown::UNDEFINED,
            (State::Value(part), State::Value(whole)) => real(Some(*part as f64 / *whole as f64)),
        }
    }

    /// Wilson's 95 % interval of that share, shown wherever the share is: it follows from the same two counts.
    pub fn interval_of(&self, whole: &Self) -> Shown<Interval> {
        match (&self.0, &whole.0) {
            (State::Hidden, _) | (_, State::Hidden) => Shown::HIDDEN,
            (State::Undefined, _) | (_, State::Undefined) => Shown::UNDEFINED,
            (State::Value(part), State::Value(whole)) => interval(wilson(*part, *whole)),
        }
    }
}

impl Shown<f64> {
    /// Makes the figure coarser: a multiple of `step`, halves away from zero.
    pub(in crate::outcomes) fn round_to(&mut self, step: f64) {
        if let State::Value(value) = &mut self.0 {
            *value = rounded(*value, step);
        }
    }
}

impl Shown<Interval> {
    /// Makes both ends coarser.
    pub(in crate::outcomes) fn round_to(&mut self, step: f64) {
        if let State::Value(ci) = &mut self.0 {
            *ci = Interval { lo: rounded(ci.lo, step), hi: rounded(ci.hi, step) };
        }
    }
}

/// One figure, whatever its type.
pub(in crate::outcomes) trait Figure {
    fn is_hidden(&self) -> bool;
    /// Reading a snapshot: `null` was a hidden figure, not an undefined one.
    fn mark_hidden(&mut self);
}

impl<T> Figure for Shown<T> {
    fn is_hidden(&self) -> bool {
        Self::is_hidden(self)
    }

    fn mark_hidden(&mut self) {
        *self = Self::HIDDEN;
    }
}

impl<T: Serialize> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shown<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::or_undefined)
    }
}

/// A number of people said beside other numbers: told where it is not small, otherwise only whether there are any.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Told {
    any: bool,
    number: Option<u64>,
}

impl Told {
    pub(in crate::outcomes) const NONE: Self = Self { any: false, number: None };

    pub const fn any(&self) -> bool {
        self.any
    }

    pub const fn number(&self) -> Option<u64> {
        self.number
    }

    pub(super) fn new(count: u64, tell: bool) -> Self {
        Self { any: count > 0, number: (tell && count > 0).then_some(count) }
    }
}

pub(super) fn real(value: Option<f64>) -> Shown<f64> {
    Shown::or_undefined(value.map(six_decimals))
}

pub(super) fn interval(value: Option<Interval>) -> Shown<Interval> {
    Shown::or_undefined(value.map(|ci| Interval { lo: six_decimals(ci.lo), hi: six_decimals(ci.hi) }))
}

pub(super) fn masked(count: u64, hidden: bool) -> Shown<u64> {
    if hidden { Shown::HIDDEN } else { Shown::of(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_two_counts_is_hidden_where_one_of_them_is() {
        let part = |part: Shown<u64>, whole: Shown<u64>| part.part_of(&whole);
        assert_eq!(part(Shown::of(84), Shown::of(120)).value(), Some(&0.7));
        assert!(part(Shown::HIDDEN, Shown::of(120)).is_hidden() && part(Shown::of(0), Shown::HIDDEN).is_hidden());
        assert_eq!(part(Shown::of(0), Shown::of(0)), Shown::UNDEFINED);
        let ci = Shown::of(7_u64).interval_of(&Shown::of(12));
        assert!(ci.value().is_some_and(|ci| (ci.lo - 0.320).abs() < 5e-4 && (ci.hi - 0.807).abs() < 5e-4), "{ci:?}");
        let hidden = Shown::<u64>::HIDDEN;
        assert!(hidden.interval_of(&Shown::of(12)).is_hidden() && Shown::of(7_u64).interval_of(&hidden).is_hidden());
        assert_eq!(Shown::of(0_u64).interval_of(&Shown::of(0)), Shown::UNDEFINED);
    }

    #[test]
    fn a_told_number_is_told_only_where_it_is_not_small() {
        let told = |count, tell| (Told::new(count, tell).any(), Told::new(count, tell).number());
        assert_eq!([told(0, true), told(3, false), told(7, true)], [(false, None), (true, None), (true, Some(7))]);
    }
}
