//! Ten-metre walk with a flying start, usual and maximal pace; the faster trial of each counts (docs/scoring.md,
//! Other instruments).

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Conditions, Measured, Score, least, of_items, simple};
use super::speed::Walk;
use super::{Item, OutcomeMeasure, Trial};

/// Length of the timed zone in metres.
pub const METRES: u16 = 10;

const TIME: Quantity = Quantity::new(Unit::Seconds, 2, Rounding::HalfUp, (250, 20_000)).soft(400, 3000).timed_over(10);

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    let walked = ItemRule { courses: &[METRES], ..still(item, 2, TIME) };
    matches!(item, Item::Usual | Item::Maximal).then_some(walked)
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let paces = [(OutcomeMeasure::Gait10UsualSpeed, Item::Usual), (OutcomeMeasure::Gait10MaximalSpeed, Item::Maximal)];
    let score = |(outcome, item)| simple(outcome, &of_items(trials, &[item]), least).map(as_speed);
    paces.into_iter().filter_map(score).collect()
}

fn as_speed(score: Score) -> Score {
    let time_cs = score.value();
    let speed = time_cs.and_then(|time| Walk::new(METRES, time)).map(|walk| Measured::Value(walk.mm_per_s()));
    let unmeasured = if time_cs.is_some() { Measured::Missing } else { score.measured };
    let conditions = Conditions { course_m: Some(METRES), time_cs, ..score.conditions };
    Score { measured: speed.unwrap_or(unmeasured), conditions, ..score }
}

#[cfg(test)]
mod tests {
    use super::super::speed::SpeedBand;
    use super::super::testing::{score, trials};
    use super::super::{Class, Instrument, Reading, ValueProblem, class};
    use super::*;

    #[test]
    fn bands_follow_the_unrounded_speed_of_the_vectors() {
        for (name, raw, shown, band) in [
            ("W1", ["12.50", "12.90"], 80, SpeedBand::Middle),
            ("W2", ["12.51", "13.20"], 80, SpeedBand::Slow),
            ("W3", ["10.00", "10.30"], 100, SpeedBand::Brisk),
            ("W4", ["10.01", "10.40"], 100, SpeedBand::Middle),
            ("W5", ["8.24", "8.31"], 121, SpeedBand::Brisk),
        ] {
            let trials = trials(Instrument::Gait10, Item::Usual, &raw, None);
            let score = score(Instrument::Gait10, trials, OutcomeMeasure::Gait10UsualSpeed);
            let walk = score.walk().unwrap();
            assert_eq!((walk.cm_per_s(), walk.band()), (shown, band), "{name}");
            assert_eq!(score.value(), Some(walk.mm_per_s()), "{name}");
            assert_eq!(class(&score, Some(80), None), None::<Class>, "{name}: bands of speed have no word in files");
        }
    }

    #[test]
    fn more_than_three_metres_a_second_is_refused() {
        assert_eq!(TIME.read("3.30", Reading::File), Err(ValueProblem::TooFast), "W6");
        assert_eq!(TIME.read("3.33", Reading::File), Err(ValueProblem::TooFast));
        assert_eq!(TIME.read("3.34", Reading::File), Ok(334));
        let out = Err(ValueProblem::OutOfRange { low: 250, high: 20_000, decimals: 2 });
        assert_eq!([TIME.read("2.49", Reading::File), TIME.read("200.01", Reading::File)], [out, out]);
    }

    #[test]
    fn each_pace_has_its_own_score_when_it_was_tried() {
        let maximal = trials(Instrument::Gait10, Item::Maximal, &["refused", "6.25"], None);
        assert_eq!(scores(&maximal).len(), 1);
        let fast = score(Instrument::Gait10, maximal, OutcomeMeasure::Gait10MaximalSpeed);
        assert_eq!(fast.value(), Some(1600));
    }

    #[test]
    fn exactly_0_8_is_in_the_middle_band_and_low_for_ewgsop2() {
        let walk = Walk::new(4, 500).unwrap();
        assert_eq!((walk.band(), walk.is_ewgsop2_low()), (SpeedBand::Middle, true));
        assert!(!Walk::new(4, 499).unwrap().is_ewgsop2_low());
        assert_eq!([Walk::new(4, 0), Walk::new(4, -1), Walk::new(4, i64::MAX)], [None; 3]);
    }
}
