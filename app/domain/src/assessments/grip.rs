//! Hand grip: best of up to three trials of each hand, in tenths of a kilogram (docs/scoring.md, Other
//! instruments).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{GripClass, Score, most, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};
use crate::people::Sex;

const FORCE: Quantity = Quantity::new(Unit::Kilograms, 1, Rounding::HalfUp, (0, 900)).soft(50, 600);

/// 20th–80th percentile, tenths of a kilogram.
pub(super) const NORMS: NormTable = NormTable {
    source: "Tomkinson et al. 2025, iGRIPS, J Sport Health Sci 14:101014",
    percentiles: (20, 80),
    checked: true,
    unseen: &[],
    rows: &[
        row(75, (170, 272), (270, 435)),
        row(80, (155, 253), (245, 405)),
        row(85, (139, 233), (219, 374)),
        row(90, (122, 212), (192, 342)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    matches!(item, Item::Right | Item::Left).then_some(still(item, 3, FORCE))
}

/// More than 40 kg is unusual for women, more than 60 kg for everybody else.
pub(super) fn for_sex(quantity: Quantity, sex: Option<Sex>) -> Quantity {
    if sex == Some(Sex::Female) { quantity.soft(50, 400) } else { quantity }
}

/// The best hands differ by more than 40 % of the stronger one: unusual, ask whether it is right.
pub fn hands_differ(trials: &[Trial]) -> bool {
    let best = |hand| of_items(trials, &[hand]).into_iter().filter_map(Trial::value).max();
    match (best(Item::Right), best(Item::Left)) {
        (Some(right), Some(left)) => {
            right.saturating_sub(left).saturating_abs().saturating_mul(100) > right.max(left).saturating_mul(40)
        }
        _ => false,
    }
}

/// Only one hand could be measured.
pub fn is_one_hand(trials: &[Trial]) -> bool {
    let measured = |hand| of_items(trials, &[hand]).into_iter().any(|trial| trial.value().is_some());
    measured(Item::Right) != measured(Item::Left)
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(OutcomeMeasure::GripBest, &of_items(trials, &[Item::Right, Item::Left]), most).into_iter().collect()
}

pub(super) fn class(tenths: i64, age: Option<i32>, sex: Option<Sex>) -> GripClass {
    match NORMS.range(age, sex) {
        None => GripClass::NoNorm,
        Some(range) if tenths < range.low => GripClass::Below,
        Some(range) if tenths > range.high => GripClass::Above,
        Some(_) => GripClass::Within,
    }
}

/// Under 27 kg (men) or 16 kg (women): low strength by EWGSOP2 2019; unknown for other or unknown sex.
pub fn is_ewgsop2_low(tenths: i64, sex: Option<Sex>) -> Option<bool> {
    match sex? {
        Sex::Female => Some(tenths < 160),
        Sex::Male => Some(tenths < 270),
        Sex::Other | Sex::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{score, trials as of_item};
    use super::super::{Class, Instrument, Reading, ValueProblem, class, unusual};
    use super::*;

    fn hands(right: &[&str], left: &[&str]) -> Vec<Trial> {
        let hand = |item, printed| of_item(Instrument::Grip, item, printed, None);
        [hand(Item::Right, right), hand(Item::Left, left)].concat()
    }

    #[test]
    fn the_best_of_all_trials_gives_the_classes_of_the_vectors() {
        use GripClass::{Above, Below, Within};
        let (woman, man) = (Some(Sex::Female), Some(Sex::Male));
        for (name, sex, age, right, left, best, low, expected) in [
            ("H1", woman, 78, &["15.2", "15.9", "15.5"][..], &["14.0", "14.4", "14.1"][..], 159, true, Below),
            ("H2", woman, 78, &["16.0", "15.5", "15.8"], &["14.9", "15.0", "15.1"], 160, false, Below),
            ("H3", man, 83, &["26.9", "26.4", "25.8"], &["24.0", "25.1", "24.8"], 269, true, Within),
            ("H4", man, 83, &["27.0", "26.2", "26.0"], &["25.5", "25.0", "25.9"], 270, false, Within),
            ("H5", woman, 91, &["22.0", "20.4", "21.6"], &["TEMPORARY_HEALTH"], 220, false, Above),
            ("exactly at P80", man, 76, &["43.5"], &["40.0"], 435, false, Within),
            ("a tenth more", man, 76, &["43.6"], &["40.0"], 436, false, Above),
            ("exactly at P20", woman, 83, &["15.5"], &["15.0"], 155, true, Within),
            ("H7", man, 76, &["44.0", "43.1", "42.8"], &["41.2", "43.6", "40.9"], 440, false, Above),
        ] {
            let score = score(Instrument::Grip, hands(right, left), OutcomeMeasure::GripBest);
            assert_eq!(score.value(), Some(best), "{name}");
            assert_eq!(is_ewgsop2_low(best, sex), Some(low), "{name}");
            assert_eq!(class(&score, Some(age), sex), Some(Class::Grip(expected)), "{name}");
            assert_eq!(class(&score, Some(95), sex), Some(Class::Grip(GripClass::NoNorm)), "{name} at 95");
            assert_eq!(class(&score, Some(74), sex), Some(Class::Grip(GripClass::NoNorm)), "{name} at 74");
        }
    }

    #[test]
    fn refused_hands_have_no_value_and_no_class() {
        let h6 = score(Instrument::Grip, hands(&["REFUSED"], &["REFUSED"]), OutcomeMeasure::GripBest);
        assert_eq!((h6.value(), class(&h6, Some(76), Some(Sex::Male))), (None, None));
        assert_eq!(is_ewgsop2_low(200, Some(Sex::Other)), None);
        let check = |left| score(Instrument::Grip, hands(&["unsafe_tester"], &[left]), OutcomeMeasure::GripBest).check;
        assert!(check("not_understood") && !check("refused") && !check("20.0"));
    }

    #[test]
    fn one_hand_is_noticed() {
        assert!(is_one_hand(&hands(&["22.0"], &["temporary_health"])));
        assert!(!is_one_hand(&hands(&["22.0"], &["21.0"])));
    }

    #[test]
    fn unusual_values_depend_on_sex_and_on_the_other_hand() {
        let asked = |trials: &[Trial], sex| unusual(Instrument::Grip, trials, sex);
        assert_eq!(asked(&hands(&["40.1"], &["40.0"]), Some(Sex::Female)), [0]);
        assert!(asked(&hands(&["60.0"], &["55.0"]), Some(Sex::Male)).is_empty());
        assert_eq!(asked(&hands(&["60.1"], &["4.9"]), None), [0, 1]);
        assert_eq!(asked(&hands(&["5.0"], &["4.9"]), None), [1]);
        assert!(asked(&hands(&["30.0"], &["18.0"]), None).is_empty(), "40 % exactly");
        assert_eq!(asked(&hands(&["30.0"], &["17.9"]), None), [0, 1]);
        let out = Err(ValueProblem::OutOfRange { low: 0, high: 900, decimals: 1 });
        assert_eq!(FORCE.read("90,05", Reading::File), out);
    }
}
