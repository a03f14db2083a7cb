//! How each instrument is carried out: its parts in order, the tool for each item, what may be left out
//! (docs/scoring.md, Carrying out a test). Screens follow this; they know no instrument of their own.

use super::{Instrument, Item, Rounding, Task, Trial, item_rule};

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

    /// Whether a press counts one more and ends nothing.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Count { .. } | Self::Lengths { .. })
    }
}

/// The tool for an item: its task's, but the weight of arm curls is read from the weight.
pub const fn tool(instrument: Instrument, item: Item) -> Tool {
    if matches!(item, Item::Weight) { Tool::Reading } else { Task::of(instrument, item).tool() }
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

/// The order in which a test day goes through the instruments: questions at rest, grip, balance, walks and chairs, what
/// takes the breath last.
pub const ORDER: &[Instrument] = &[
    Instrument::SelfReport,
    Instrument::Grip,
    Instrument::Sppb,
    Instrument::Gait10,
    Instrument::Tug,
    Instrument::SingleLeg,
    Instrument::ArmCurl,
    Instrument::Chair30,
    Instrument::Step2,
    Instrument::Walk6,
];

/// Milliseconds of rest before a trial: the hands rest a minute between one pair of squeezes and the next.
pub const fn rest_before(instrument: Instrument, item: Item, trial: u8) -> Option<u32> {
    match (instrument, item) {
        (Instrument::Grip, Item::Right) if trial > 1 => Some(60_000),
        _ => None,
    }
}

/// Milliseconds of rest between two instruments that tire the same legs: the two chair tests lie five minutes apart.
pub const fn rest_between(before: Instrument, after: Instrument) -> Option<u32> {
    match (before, after) {
        (Instrument::Sppb, Instrument::Chair30) | (Instrument::Chair30, Instrument::Sppb) => Some(300_000),
        _ => None,
    }
}

/// The items whose trials may make this one needless, by the stop rule or otherwise; none for most.
pub const fn decided_by(instrument: Instrument, item: Item, trial: u8) -> &'static [Item] {
    match (instrument, item) {
        (Instrument::Sppb, Item::SemiTandem) => &[Item::SideBySide],
        (Instrument::Sppb, Item::Tandem) => &[Item::SideBySide, Item::SemiTandem],
        (Instrument::SingleLeg, Item::Right) if trial > 1 => &[Item::Right],
        (Instrument::SingleLeg, Item::Left) if trial > 1 => &[Item::Left],
        (Instrument::SelfReport, Item::FallInjury) => &[Item::Falls12],
        _ => &[],
    }
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
    fn a_test_day_goes_through_every_instrument_once_and_rests_between_chairs() {
        let all: BTreeSet<_> = ORDER.iter().copied().collect();
        assert_eq!((all.len(), ORDER.len()), (Instrument::ALL.len(), Instrument::ALL.len()));
        let battery = super::super::rounds::BATTERY;
        assert_eq!(&ORDER[..battery.len()], battery, "what every round measures comes first");
        assert_eq!(rest_between(Instrument::Sppb, Instrument::Chair30), Some(300_000));
        assert_eq!(rest_between(Instrument::Chair30, Instrument::Sppb), Some(300_000));
        assert_eq!(rest_between(Instrument::Tug, Instrument::Chair30), None);
    }

    #[test]
    fn hands_rest_between_pairs_and_not_within_one() {
        let rests: Vec<_> = trials(Instrument::Grip)
            .into_iter()
            .map(|(item, trial)| rest_before(Instrument::Grip, item, trial).is_some())
            .collect();
        assert_eq!(rests, [false, false, true, false, true, false]);
        assert_eq!(rest_before(Instrument::SingleLeg, Item::Right, 2), None);
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
