//! What an item's value is: its unit, rounding and limits, and how it is read and written (docs/scoring.md, Values
//! and units).

use serde::Serialize;

use super::{Instrument, Item, arm_curl, chair30, gait10, grip, self_report, single_leg, sppb, step2, tug, walk6};
use crate::input::{Decimal, NumberError};
use crate::people::Sex;

/// The unit of a stored value, before its decimals are counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Unit {
    Seconds,
    Kilograms,
    Metres,
    Minutes,
    Days,
    Count,
    /// A numbered answer.
    Answer,
    /// An answer written as a word; the stored value is its place in the list, from 0.
    Code(&'static [&'static str]),
}

/// How a finer reading becomes a stored value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Rounding {
    /// Less is better: halves upwards.
    HalfUp,
    /// More is better and a mark must be reached: cut down.
    Floor,
    /// Only values that need no rounding are accepted: counts and codes.
    Exact,
}

/// Unit, precision and limits of one item. Limits are in stored units, both ends allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Quantity {
    pub unit: Unit,
    /// The stored value counts multiples of `10^-decimals` of the unit; as many decimals are shown and filed.
    pub decimals: u8,
    pub rounding: Rounding,
    /// Outside: refused.
    pub hard: (i64, i64),
    /// Outside: "are you sure?"
    pub soft: (i64, i64),
    /// Metres walked in the time measured: more than 3.0 m/s is refused (docs/scoring.md, Speeds).
    pub timed_metres: Option<i64>,
}

/// What an instrument says about one of its items.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ItemRule {
    pub item: Item,
    /// How many trials there may be.
    pub trials: u8,
    pub quantity: Quantity,
    /// Course lengths in metres that may be given with it; none for items that are not walked.
    pub courses: &'static [u16],
    /// A value without its course is refused.
    pub course_required: bool,
}

/// Why a value is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueProblem {
    Number(NumberError),
    /// A count with decimals.
    NotWhole,
    /// Not one of the words of the item.
    NotACode(&'static [&'static str]),
    /// Outside the hard limits, which are in stored units with so many decimals.
    OutOfRange {
        low: i64,
        high: i64,
        decimals: u8,
    },
    /// Faster than 3.0 m/s.
    TooFast,
}

/// Whether a text comes from a file or from a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    File,
    Typed,
}

impl Quantity {
    pub(super) const fn new(unit: Unit, decimals: u8, rounding: Rounding, hard: (i64, i64)) -> Self {
        Self { unit, decimals, rounding, hard, soft: hard, timed_metres: None }
    }

    /// A quantity without decimals or rounding.
    pub(super) const fn whole(unit: Unit, hard: (i64, i64)) -> Self {
        Self::new(unit, 0, Rounding::Exact, hard)
    }

    pub(super) const fn soft(self, low: i64, high: i64) -> Self {
        Self { soft: (low, high), ..self }
    }

    pub(super) const fn timed_over(self, metres: i64) -> Self {
        Self { timed_metres: Some(metres), ..self }
    }

    /// Reads a value into stored units: rounded first, then held against the hard limits (docs/scoring.md, Limits).
    pub fn read(&self, text: &str, reading: Reading) -> Result<i64, ValueProblem> {
        if let Unit::Code(codes) = self.unit {
            let place = codes.iter().position(|code| code.eq_ignore_ascii_case(text.trim_matches(' ')));
            return place.and_then(|place| i64::try_from(place).ok()).ok_or(ValueProblem::NotACode(codes));
        }
        let number = match reading {
            Reading::File => Decimal::in_file(text),
            Reading::Typed => Decimal::typed(text),
        };
        let value = self.round(number.map_err(ValueProblem::Number)?).ok_or(ValueProblem::NotWhole)?;
        self.check(value).map(|()| value)
    }

    /// The number in stored units; nothing when it has decimals that the quantity cannot have.
    pub fn round(&self, number: Decimal) -> Option<i64> {
        match self.rounding {
            Rounding::HalfUp => Some(number.round_half_up(self.decimals)),
            Rounding::Floor => Some(number.floor(self.decimals)),
            Rounding::Exact => number.exact(self.decimals),
        }
    }

    /// Holds a stored value against the hard limits.
    pub fn check(&self, value: i64) -> Result<(), ValueProblem> {
        let (low, high) = self.hard;
        if !(low..=high).contains(&value) {
            return Err(ValueProblem::OutOfRange { low, high, decimals: self.decimals });
        }
        match self.timed_metres {
            // metres / (value/100 s) > 3.0
            Some(metres) if metres * 100 > 3 * value => Err(ValueProblem::TooFast),
            _ => Ok(()),
        }
    }

    /// Whether a stored value lies outside the soft limits.
    pub fn is_unusual(&self, value: i64) -> bool {
        !(self.soft.0..=self.soft.1).contains(&value)
    }

    /// The stored value as files hold it: `4.81`, `12`, `two_sticks`.
    pub fn write(&self, value: i64) -> String {
        match self.unit {
            Unit::Code(codes) => {
                let code = usize::try_from(value).ok().and_then(|place| codes.get(place));
                code.map_or_else(|| value.to_string(), |code| (*code).to_owned())
            }
            _ => write_decimal(value, self.decimals),
        }
    }
}

/// `481` with two decimals is `4.81`.
pub fn write_decimal(value: i64, decimals: u8) -> String {
    if decimals == 0 {
        return value.to_string();
    }
    let width = usize::from(decimals);
    let digits = format!("{:0>least$}", value.unsigned_abs(), least = width + 1);
    let (integer, fraction) = digits.split_at(digits.len() - width);
    format!("{}{integer}.{fraction}", if value < 0 { "-" } else { "" })
}

/// What the instrument says about the item; nothing when the item is not its own.
/// `course_m` decides the limits of SPPB's gait (without it: those of the 4 m course).
pub fn item_rule(instrument: Instrument, item: Item, course_m: Option<u16>) -> Option<ItemRule> {
    match instrument {
        Instrument::Sppb => sppb::rule(item, course_m),
        Instrument::Gait10 => gait10::rule(item),
        Instrument::Tug => tug::rule(item),
        Instrument::Chair30 => chair30::rule(item),
        Instrument::Grip => grip::rule(item),
        Instrument::SingleLeg => single_leg::rule(item),
        Instrument::Walk6 => walk6::rule(item),
        Instrument::Step2 => step2::rule(item),
        Instrument::ArmCurl => arm_curl::rule(item),
        Instrument::SelfReport => self_report::rule(item),
    }
}

/// The quantity of an item; see [`item_rule`].
pub fn quantity(instrument: Instrument, item: Item, course_m: Option<u16>) -> Option<Quantity> {
    item_rule(instrument, item, course_m).map(|rule| rule.quantity)
}

/// The quantity with the soft limits for this person's sex, where they differ by sex (grip).
pub fn quantity_for(instrument: Instrument, item: Item, course_m: Option<u16>, sex: Option<Sex>) -> Option<Quantity> {
    let quantity = quantity(instrument, item, course_m)?;
    Some(if instrument == Instrument::Grip { grip::for_sex(quantity, sex) } else { quantity })
}

/// The items of an instrument, in the order of their table.
pub fn items(instrument: Instrument) -> impl Iterator<Item = Item> {
    Item::ALL.iter().copied().filter(move |item| item_rule(instrument, *item, None).is_some())
}

/// An item that is not walked.
pub(super) const fn still(item: Item, trials: u8, quantity: Quantity) -> ItemRule {
    ItemRule { item, trials, quantity, courses: &[], course_required: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Instrument, item, course, hard limits, soft limits, as docs/scoring.md, Limits prints them. An end without a
    /// soft limit repeats the hard one.
    const PRINTED: &str = "
        sppb side_by_side - 0.00 10.00 0.00 10.00
        sppb semi_tandem - 0.00 10.00 0.00 10.00
        sppb tandem - 0.00 10.00 0.00 10.00
        sppb gait 4 1.00 120.00 2.00 20.00
        sppb gait 3 0.75 90.00 1.50 15.00
        sppb chair5 - 3.00 60.00 6.00 60.00
        gait10 usual - 2.50 200.00 4.00 30.00
        gait10 maximal - 2.50 200.00 4.00 30.00
        tug time - 3.0 180.0 5.0 60.0
        chair30 stands - 0 40 0 25
        chair30 stands_with_arms - 0 40 0 25
        grip right - 0.0 90.0 5.0 60.0
        grip left - 0.0 90.0 5.0 60.0
        single_leg right - 0.0 30.0 0.0 30.0
        single_leg left - 0.0 30.0 0.0 30.0
        walk6 distance - 0 900 50 700
        step2 steps - 0 200 0 150
        arm_curl curls - 0 60 0 35
        self_report srh - 1 5 1 5
        self_report falls12 - 0 99 0 12
        self_report fall_injury - 0 1 0 1
        self_report walk500 - 1 4 1 4
        self_report stairs1 - 1 4 1 4
        self_report fof - 1 4 1 4
        self_report lonely - 1 5 1 5
        self_report brisk_min - 0 2000 0 1200
        self_report strength_days - 0 7 0 7";

    #[test]
    fn limits_and_precision_are_the_printed_ones() {
        for line in PRINTED.trim().lines().map(str::trim) {
            let cells: Vec<_> = line.split(' ').collect();
            let instrument = Instrument::from_code(cells[0]).unwrap();
            let quantity = quantity(instrument, Item::from_code(cells[1]).unwrap(), cells[2].parse().ok()).unwrap();
            let written: Vec<_> = [quantity.hard.0, quantity.hard.1, quantity.soft.0, quantity.soft.1]
                .into_iter()
                .map(|limit| quantity.write(limit))
                .collect();
            assert_eq!(written, cells[3..], "{line}");
        }
    }

    #[test]
    fn a_stored_value_is_written_with_all_its_decimals() {
        let written = [(481, 2), (5, 2), (-5, 1), (0, 1), (12, 0), (100, 2)].map(|(value, d)| write_decimal(value, d));
        assert_eq!(written, ["4.81", "0.05", "-0.5", "0.0", "12", "1.00"]);
    }
}
