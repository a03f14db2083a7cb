//! Timed Up and Go: rise, walk three metres, turn, come back, sit down; the faster trial counts (docs/scoring.md,
//! Other instruments).

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Score, least, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};
use crate::codes::codes;

codes! {
    /// Internal names; texts for people are neutral. Limits 12.0 s (CDC, LOINC 89422-0), 13.5 s (Shumway-Cook
    /// 2000), 20.0 s (EWGSOP2 2019).
    pub enum TugBand { Ok = "ok", Raised = "raised", High = "high", VeryHigh = "very_high" }
}

const TIME: Quantity = Quantity::new(Unit::Seconds, 1, Rounding::HalfUp, (30, 1800)).soft(50, 600);

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    (item == Item::Time).then_some(still(item, 2, TIME))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(OutcomeMeasure::TugTime, &of_items(trials, &[Item::Time]), least).into_iter().collect()
}

/// The band of a time in tenths of a second.
pub const fn band(tenths: i64) -> TugBand {
    match tenths {
        ..120 => TugBand::Ok,
        120..135 => TugBand::Raised,
        135..200 => TugBand::High,
        _ => TugBand::VeryHigh,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{score, trials};
    use super::super::{Class, Instrument, Reading, ValueProblem, class};
    use super::*;

    #[test]
    fn the_faster_trial_gives_the_bands_of_the_vectors() {
        for (name, raw, result, expected) in [
            ("T1", &["11.94", "12.6"][..], 119, TugBand::Ok),
            ("T2", &["11.95", "12.3"], 120, TugBand::Raised),
            ("T3", &["13.44", "14.0"], 134, TugBand::Raised),
            ("T4", &["13.45", "13.9"], 135, TugBand::High),
            ("T5", &["19.94", "21.0"], 199, TugBand::High),
            ("T6", &["19.95", "20.4"], 200, TugBand::VeryHigh),
            ("T7", &["9.2"], 92, TugBand::Ok),
            ("T8", &["34.0", "31.7"], 317, TugBand::VeryHigh),
        ] {
            let score = score(Instrument::Tug, trials(Instrument::Tug, Item::Time, raw, None), OutcomeMeasure::TugTime);
            assert_eq!(score.value(), Some(result), "{name}");
            assert_eq!(class(&score, Some(80), None), Some(Class::Tug(expected)), "{name}");
        }
    }

    #[test]
    fn unable_is_measured_but_has_no_time_and_no_band() {
        use super::super::Measured;
        let t9 = trials(Instrument::Tug, Item::Time, &["UNASSISTED_UNABLE"], None);
        let t9 = score(Instrument::Tug, t9, OutcomeMeasure::TugTime);
        assert_eq!((t9.measured, t9.value(), class(&t9, Some(80), None)), (Measured::Unable, None, None));
    }

    #[test]
    fn limits_are_held_after_rounding() {
        let out = Err(ValueProblem::OutOfRange { low: 30, high: 1800, decimals: 1 });
        assert_eq!(TIME.read("2.9", Reading::File), out, "T10");
        assert_eq!(TIME.read("2.95", Reading::File), Ok(30));
        assert_eq!(TIME.read("180,1", Reading::File), out);
        assert!(TIME.is_unusual(49) && TIME.is_unusual(601) && !TIME.is_unusual(50) && !TIME.is_unusual(600));
    }
}
