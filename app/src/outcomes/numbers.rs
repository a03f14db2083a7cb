//! Figures of a report as people read them. Only figures that passed the gate for small numbers get here.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::statistics::Interval;
use domain::outcomes::suppression::Shown;

use super::value::Kind;
pub use crate::texts::whole;
use crate::texts::{HIDDEN_FIGURE, Lang, count, decimal, outcomes, percent, range, signed, with_unit};

/// A figure in words: its value, two dots when it is hidden, "not known" when there is nothing to say.
pub fn figure<T>(lang: Lang, figure: &Shown<T>, write: impl Fn(&T) -> String) -> String {
    match figure.value() {
        Some(value) => write(value),
        None if figure.is_hidden() => HIDDEN_FIGURE.to_owned(),
        None => outcomes::undefined(lang).to_owned(),
    }
}

pub fn number(lang: Lang, shown: &Shown<u64>) -> String {
    figure(lang, shown, |n| count(lang, whole(*n)))
}

pub fn share(lang: Lang, shown: &Shown<f64>) -> String {
    figure(lang, shown, |share| percent(lang, *share))
}

/// How many of the outcome's shown unit one unit of the report is, the decimals, and the unit's sign.
/// Gait is reported in mm/s and read in m/s.
const fn reading(outcome: OutcomeMeasure) -> (f64, usize, &'static str) {
    match outcome {
        OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed | OutcomeMeasure::Gait10MaximalSpeed => {
            (0.001, 2, "m/s")
        }
        OutcomeMeasure::Chair5Time | OutcomeMeasure::TugTime | OutcomeMeasure::SingleLegTime => (1.0, 1, "s"),
        OutcomeMeasure::GripBest => (1.0, 1, "kg"),
        OutcomeMeasure::Walk6Distance => (1.0, 0, "m"),
        _ => (1.0, 1, ""),
    }
}

/// The same as a value: how many of the shown unit, the decimals, and what kind of number it is.
pub(super) fn read(outcome: OutcomeMeasure, kind: Kind) -> (f64, u8, Kind) {
    let (factor, places, _) = reading(outcome);
    (factor, u8::try_from(places).unwrap_or_default(), kind)
}

/// The unit's sign; points and counts have none.
pub(super) const fn unit(outcome: OutcomeMeasure) -> &'static str {
    let (_, _, unit) = reading(outcome);
    unit
}

/// A mean change without its unit: "0,8".
pub fn mean(lang: Lang, outcome: OutcomeMeasure, value: f64) -> String {
    let (factor, places, _) = reading(outcome);
    decimal(lang, value * factor, places)
}

/// A size with its unit and without a sign: "2,5 s".
pub fn size(lang: Lang, outcome: OutcomeMeasure, value: f64) -> String {
    let (number, (_, _, unit)) = (mean(lang, outcome, value), reading(outcome));
    if unit.is_empty() { number } else { with_unit(&number, unit) }
}

/// A mean change with sign and unit: "+0,8", "+0,05 m/s".
pub fn signed_mean(lang: Lang, outcome: OutcomeMeasure, value: f64) -> String {
    let (factor, places, unit) = reading(outcome);
    let number = signed(lang, value * factor, places);
    if unit.is_empty() { number } else { with_unit(&number, unit) }
}

/// An interval of a mean change: "0,2–1,5".
pub fn interval(lang: Lang, outcome: OutcomeMeasure, ci: &Interval) -> String {
    range(&mean(lang, outcome, ci.lo), &mean(lang, outcome, ci.hi))
}

/// An interval of a share: "32–81 %".
pub fn share_interval(lang: Lang, ci: &Interval) -> String {
    range(&decimal(lang, ci.lo * 100.0, 0), &percent(lang, ci.hi))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::publishing::printed_step;

    #[test]
    fn means_are_read_in_the_units_that_people_know() {
        assert_eq!(signed_mean(Lang::Fi, OutcomeMeasure::Gait4Speed, 54.2), "+0,05\u{a0}m/s");
        assert_eq!(signed_mean(Lang::Fi, OutcomeMeasure::SppbTotal, 0.833), "+0,8");
        assert_eq!(size(Lang::Fi, OutcomeMeasure::Chair5Time, 2.5), "2,5\u{a0}s");
        assert_eq!(signed_mean(Lang::En, OutcomeMeasure::Chair5Time, -1.26), "\u{2212}1.3\u{a0}s");
        assert_eq!(interval(Lang::Fi, OutcomeMeasure::SppbTotal, &Interval { lo: 0.179, hi: 1.488 }), "0,2–1,5");
        let below = Interval { lo: -0.4, hi: 0.9 };
        assert_eq!(interval(Lang::Fi, OutcomeMeasure::SppbTotal, &below), "\u{2212}0,4\u{a0}…\u{a0}0,9");
        assert_eq!(share_interval(Lang::Fi, &Interval { lo: 0.32, hi: 0.807 }), "32–81\u{a0}%");
    }

    #[test]
    fn what_is_printed_of_a_mean_is_what_pages_round_it_to() {
        for outcome in domain::outcomes::report::CHANGE_OUTCOMES {
            let (factor, places, _) = reading(outcome);
            let last_digit = 10f64.powi(-i32::try_from(places).unwrap());
            assert!((printed_step(outcome) * factor - last_digit).abs() < 1e-12, "{outcome}");
        }
    }
}
