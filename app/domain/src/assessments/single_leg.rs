//! Standing on one leg, eyes open, at most 30 s; the best of all trials counts (docs/scoring.md, Other
//! instruments).

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Measured, Score, most, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};

const TIME: Quantity = Quantity::new(Unit::Seconds, 1, Rounding::Floor, (0, 300));

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    matches!(item, Item::Right | Item::Left).then_some(still(item, 2, TIME))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(OutcomeMeasure::SingleLegTime, &of_items(trials, &[Item::Right, Item::Left]), most).into_iter().collect()
}

/// Under 5.0 s, or not able at all (Vellas 1997); unknown when not measured. Not shown to participants.
pub const fn is_under_5_s(measured: Measured) -> Option<bool> {
    match measured {
        Measured::Value(tenths) => Some(tenths < 50),
        Measured::Unable => Some(true),
        Measured::Missing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{score, trials as of_item};
    use super::super::{Instrument, Reading, ValueProblem, class};
    use super::*;

    fn legs(right: &[&str], left: &[&str]) -> Score {
        let leg = |item, printed| of_item(Instrument::SingleLeg, item, printed, None);
        score(
            Instrument::SingleLeg,
            [leg(Item::Right, right), leg(Item::Left, left)].concat(),
            OutcomeMeasure::SingleLegTime,
        )
    }

    #[test]
    fn the_best_of_both_legs_gives_the_results_of_the_vectors() {
        let unable = ["UNSAFE_PARTICIPANT"];
        for (name, right, left, result, under_5_s) in [
            ("L1", &["4.9", "3.2"][..], &["2.1", "4.4"][..], Some(49), true),
            ("L2", &["5.0", "3.0"], &["1.1", "2.0"], Some(50), false),
            ("L3", &["30.0"], &["12.3", "18.8"], Some(300), false),
            ("L4", &["0.0", "0.0"], &["0.0", "0.0"], Some(0), true),
            ("L5", &["9.9", "7.1"], &["UNSAFE_TESTER"], Some(99), false),
            ("L6", &unable, &unable, None, true),
        ] {
            let score = legs(right, left);
            assert_eq!((score.value(), is_under_5_s(score.measured)), (result, Some(under_5_s)), "{name}");
            assert_eq!(class(&score, Some(80), None), None, "{name}: only the cut-off, no class");
        }
        assert_eq!(is_under_5_s(legs(&["refused"], &[]).measured), None);
    }

    #[test]
    fn a_hold_is_cut_down_to_tenths_and_is_at_most_30_s() {
        assert_eq!(TIME.read("4.99", Reading::File), Ok(49));
        let out = Err(ValueProblem::OutOfRange { low: 0, high: 300, decimals: 1 });
        assert_eq!(TIME.read("31.0", Reading::File), out, "L7");
        assert_eq!(TIME.read("30.09", Reading::File), Ok(300), "rounded first, then held against the limit");
    }
}
