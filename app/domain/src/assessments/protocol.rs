//! How each instrument is carried out: its parts in order, the tool for each item, what may be left out
//! (docs/scoring.md, Carrying out a test). Screens follow this; they know no instrument of their own.

use super::{Instrument, Item, Rounding, Trial, item_rule};

/// With what an item is measured. Times are in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tool {
    /// From a start to a stop.
    Stopwatch,
    /// Held as long as possible; ends by itself at the goal.
    Hold { ms: u32 },
    /// Repetitions are counted until the time is over.
    Count { ms: u32 },
    /// Lengths of the course are counted until the time is over; the rest is added in metres.
    Lengths { ms: u32 },
    /// Read from a device and typed.
    Reading,
    /// Asked.
    Question,
}

impl Tool {
    /// After how many milliseconds it ends by itself.
    pub const fn ends_at(self) -> Option<u32> {
        match self {
            Self::Hold { ms } | Self::Count { ms } | Self::Lengths { ms } => Some(ms),
            Self::Stopwatch | Self::Reading | Self::Question => None,
        }
    }

    pub const fn is_timed(self) -> bool {
        !matches!(self, Self::Reading | Self::Question)
    }
}

/// The tool for an item; of SPPB's and other instruments' items alike.
pub const fn tool(instrument: Instrument, item: Item) -> Tool {
    match item {
        Item::SideBySide | Item::SemiTandem | Item::Tandem => Tool::Hold { ms: 10_000 },
        Item::Gait | Item::Chair5 | Item::Usual | Item::Maximal | Item::Time => Tool::Stopwatch,
        Item::Stands | Item::StandsWithArms | Item::Curls => Tool::Count { ms: 30_000 },
        Item::Steps => Tool::Count { ms: 120_000 },
        Item::Distance => Tool::Lengths { ms: 360_000 },
        Item::Right | Item::Left if matches!(instrument, Instrument::SingleLeg) => Tool::Hold { ms: 30_000 },
        Item::Right | Item::Left | Item::Weight => Tool::Reading,
        Item::Srh
        | Item::Falls12
        | Item::FallInjury
        | Item::Walk500
        | Item::Stairs1
        | Item::Fof
        | Item::Lonely
        | Item::BriskMin
        | Item::StrengthDays
        | Item::AidOut
        | Item::Living
        | Item::Edu
        | Item::IncomeOk => Tool::Question,
    }
}

/// The parts of an instrument in the order in which they are done: the items of each.
pub const fn parts(instrument: Instrument) -> &'static [&'static [Item]] {
    match instrument {
        Instrument::Sppb => &[&[Item::SideBySide, Item::SemiTandem, Item::Tandem], &[Item::Gait], &[Item::Chair5]],
        Instrument::Gait10 => &[&[Item::Usual], &[Item::Maximal]],
        Instrument::Tug => &[&[Item::Time]],
        Instrument::Chair30 => &[&[Item::Stands], &[Item::StandsWithArms]],
        Instrument::Grip | Instrument::SingleLeg => &[&[Item::Right, Item::Left]],
        Instrument::Walk6 => &[&[Item::Distance]],
        Instrument::Step2 => &[&[Item::Steps]],
        Instrument::ArmCurl => &[&[Item::Weight], &[Item::Curls]],
        Instrument::SelfReport => &[
            &[Item::Srh],
            &[Item::Falls12],
            &[Item::FallInjury],
            &[Item::Walk500],
            &[Item::Stairs1],
            &[Item::Fof],
            &[Item::Lonely],
            &[Item::BriskMin],
            &[Item::StrengthDays],
            &[Item::AidOut],
            &[Item::Living],
            &[Item::Edu],
            &[Item::IncomeOk],
        ],
    }
}

/// The trials of an instrument in the order in which they are done, by item and 1-based number: where a part has two
/// sides they alternate, so that one rests while the other works.
pub fn trials(instrument: Instrument) -> Vec<(Item, u8)> {
    let most = |item: Item| item_rule(instrument, item, None).map_or(0, |rule| rule.trials);
    let of_part = |items: &&[Item]| {
        let items = items.to_vec();
        let last = items.iter().copied().map(most).max().unwrap_or(0);
        (1..=last).flat_map(move |trial| items.clone().into_iter().map(move |item| (item, trial)))
    };
    parts(instrument).iter().flat_map(of_part).collect()
}

/// Whether a test may be recorded without this trial: a repetition, a side test, an answer that nobody owes.
pub const fn may_be_left_out(item: Item, trial: u8) -> bool {
    trial > 1
        || matches!(item, Item::Maximal | Item::StandsWithArms | Item::Weight)
        || matches!(tool(Instrument::SelfReport, item), Tool::Question)
}

/// Whether a trial is not asked for after what has been entered: a leg that stood to the end needs no second trial;
/// without a fall there was no injury by one.
pub fn is_needless(instrument: Instrument, item: Item, trial: u8, entered: &[Trial]) -> bool {
    let value = |item: Item| entered.iter().find(|t| t.item == item && t.trial == 1).and_then(Trial::value);
    match (instrument, item) {
        (Instrument::SingleLeg, Item::Right | Item::Left) => {
            let most = item_rule(instrument, item, None).map(|rule| rule.quantity.hard.1);
            trial > 1 && most.is_some() && value(item) == most
        }
        (Instrument::SelfReport, Item::FallInjury) => value(Item::Falls12) == Some(0),
        _ => false,
    }
}

/// Whether walking aids are used and told with the item.
pub const fn tells_aid(instrument: Instrument, item: Item) -> bool {
    matches!(item, Item::Gait | Item::Usual | Item::Maximal | Item::Distance)
        || matches!((instrument, item), (Instrument::Tug, Item::Time))
}

/// Whether the height of the seat matters.
pub const fn tells_chair(instrument: Instrument) -> bool {
    matches!(instrument, Instrument::Sppb | Instrument::Tug | Instrument::Chair30)
}

/// A timer's milliseconds as the item's stored value: rounded once, never beyond the goal at which it ends.
pub fn value_of_ms(instrument: Instrument, item: Item, ms: u32) -> Option<i64> {
    let quantity = item_rule(instrument, item, None)?.quantity;
    let unit = 1000_i64.checked_div(10_i64.checked_pow(u32::from(quantity.decimals))?)?;
    let ms = i64::from(tool(instrument, item).ends_at().map_or(ms, |end| ms.min(end)));
    match quantity.rounding {
        Rounding::HalfUp => (ms + unit / 2).checked_div(unit),
        Rounding::Floor => ms.checked_div(unit),
        Rounding::Exact => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TrialOutcome, items};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_timer_is_rounded_once_and_the_way_of_its_item() {
        for (instrument, item, ms, value) in [
            (Instrument::Sppb, Item::Gait, 4_814, 481),
            (Instrument::Sppb, Item::Gait, 4_815, 482),
            (Instrument::Sppb, Item::Chair5, 13_694, 1_369),
            (Instrument::Sppb, Item::Chair5, 13_695, 1_370),
            (Instrument::Sppb, Item::Tandem, 9_996, 999),
            (Instrument::Sppb, Item::Tandem, 10_000, 1_000),
            (Instrument::Sppb, Item::Tandem, 10_480, 1_000),
            (Instrument::SingleLeg, Item::Left, 4_990, 49),
            (Instrument::SingleLeg, Item::Left, 31_000, 300),
            (Instrument::Tug, Item::Time, 12_049, 120),
            (Instrument::Tug, Item::Time, 12_050, 121),
        ] {
            assert_eq!(value_of_ms(instrument, item, ms), Some(value), "{instrument} {item} {ms}");
        }
        assert_eq!(value_of_ms(Instrument::Chair30, Item::Stands, 30_000), None, "stands are counted, not timed");
    }

    #[test]
    fn every_item_of_an_instrument_stands_in_exactly_one_part() {
        for instrument in Instrument::ALL {
            let told: Vec<Item> = parts(*instrument).concat();
            let set: BTreeSet<_> = told.iter().copied().collect();
            assert_eq!(set.len(), told.len(), "{instrument}");
            assert_eq!(set, items(*instrument).collect(), "{instrument}");
        }
    }

    #[test]
    fn the_hands_take_turns_and_the_right_one_begins() {
        let right_left = [(Item::Right, 1), (Item::Left, 1), (Item::Right, 2), (Item::Left, 2)];
        assert_eq!(trials(Instrument::SingleLeg), right_left);
        assert_eq!(trials(Instrument::Grip)[4..], [(Item::Right, 3), (Item::Left, 3)]);
        assert_eq!(trials(Instrument::Sppb).len(), 6);
    }

    #[test]
    fn each_trial_has_a_tool_that_fits_its_quantity() {
        for instrument in Instrument::ALL {
            for item in items(*instrument) {
                let whole = item_rule(*instrument, item, None).unwrap().quantity.rounding == Rounding::Exact;
                let (tool, timed) = (tool(*instrument, item), value_of_ms(*instrument, item, 5_000).is_some());
                match tool {
                    Tool::Stopwatch | Tool::Hold { .. } => assert!(timed, "{instrument} {item}"),
                    Tool::Count { .. } | Tool::Lengths { .. } | Tool::Question => assert!(whole, "{instrument} {item}"),
                    Tool::Reading => assert!(!whole, "{instrument} {item}"),
                }
            }
        }
    }

    #[test]
    fn a_leg_that_stood_to_the_end_and_a_fall_that_never_was_are_not_asked_about() {
        let held = |item, value| Trial::new(item, 1, TrialOutcome::Value(value));
        let needless = |entered: &[Trial]| is_needless(Instrument::SingleLeg, Item::Right, 2, entered);
        assert!(needless(&[held(Item::Right, 300)]));
        assert!(!needless(&[held(Item::Right, 299)]) && !needless(&[held(Item::Left, 300)]) && !needless(&[]));
        let injury = |falls| is_needless(Instrument::SelfReport, Item::FallInjury, 1, &[held(Item::Falls12, falls)]);
        assert!(injury(0) && !injury(1));
    }
}
