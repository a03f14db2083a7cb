//! Arm curls in 30 seconds with the dominant arm; the norm holds for one weight only (docs/scoring.md,
//! Reference values).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Conditions, Score, most, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};
use crate::people::Sex;

const CURLS: Quantity = Quantity::whole(Unit::Count, (0, 60)).soft(0, 35);
/// Hundredths of a kilogram, so that 2.27 and 3.63 kg keep their decimals.
const WEIGHT: Quantity = Quantity::new(Unit::Kilograms, 2, Rounding::HalfUp, (0, 2000)).soft(50, 1000);

/// 5 lb for women and 8 lb for men, hundredths of a kilogram; up to 0.1 kg off is the same weight.
const WOMEN: i64 = 227;
const MEN: i64 = 363;
const TOLERANCE: i64 = 10;

/// 25th–75th percentile.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling)",
    percentiles: (25, 75),
    checked: false,
    unseen: &[],
    rows: &[
        row(75, (11, 17), (13, 19)),
        row(80, (10, 16), (13, 19)),
        row(85, (10, 15), (11, 17)),
        row(90, (8, 13), (10, 14)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    match item {
        Item::Curls => Some(still(item, 1, CURLS)),
        Item::Weight => Some(still(item, 1, WEIGHT)),
        _ => None,
    }
}

/// Whether the weight (hundredths of a kilogram) is the one that the norm was made with.
pub(super) fn weight_has_norm(weight: Option<i64>, sex: Option<Sex>) -> bool {
    let prescribed = match sex {
        Some(Sex::Female) => WOMEN,
        Some(Sex::Male) => MEN,
        _ => return false,
    };
    weight.is_some_and(|weight| (prescribed - TOLERANCE..=prescribed + TOLERANCE).contains(&weight))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let weight = of_items(trials, &[Item::Weight]).first().and_then(|trial| trial.value());
    let score = simple(OutcomeMeasure::ArmCurlCurls, &of_items(trials, &[Item::Curls]), most);
    let conditions = Conditions { weight, ..Conditions::default() };
    score.map(|score| Score { conditions, ..score }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{score, trials as of_item};
    use super::super::{Class, Instrument, NormClass, Reading, class};
    use super::*;

    fn curls(count: &str, weight: &[&str]) -> Score {
        let curls = of_item(Instrument::ArmCurl, Item::Curls, &[count], None);
        let weight = of_item(Instrument::ArmCurl, Item::Weight, weight, None);
        score(Instrument::ArmCurl, [curls, weight].concat(), OutcomeMeasure::ArmCurlCurls)
    }

    #[test]
    fn classes_are_those_of_the_vectors() {
        use NormClass::{High, Low, NoNorm, Typical};
        let (woman, man) = (Sex::Female, Sex::Male);
        for (name, weight, sex, age, count, expected) in [
            ("Q7", &["2.27"][..], woman, 79, "10", Low),
            ("Q8", &["2.27"], woman, 80, "10", Typical),
            ("Q9", &["3.63"], man, 84, "19", Typical),
            ("Q10", &["3.63"], man, 85, "18", High),
            ("Q11", &["2.27"], woman, 90, "8", Typical),
            ("Q12", &["3.63"], man, 91, "9", Low),
            ("Q13", &["2.0"], woman, 80, "14", NoNorm),
            ("without weight", &[], woman, 80, "14", NoNorm),
            ("weight not recorded", &["no_device"], woman, 80, "14", NoNorm),
            ("0.10 kg off", &["2.37"], woman, 80, "14", Typical),
            ("0.11 kg off", &["2.38"], woman, 80, "14", NoNorm),
            ("a man's weight 0.10 kg off", &["3.73"], man, 80, "14", Typical),
            ("a man's weight 0.11 kg off", &["3.52"], man, 80, "14", NoNorm),
            ("a man with the women's weight", &["2.27"], man, 80, "14", NoNorm),
            ("none under 75", &["2.27"], woman, 74, "14", NoNorm),
        ] {
            let class = class(&curls(count, weight), Some(age), Some(sex));
            assert_eq!(class, Some(Class::Norm(expected)), "{name}");
        }
    }

    #[test]
    fn a_weight_alone_is_no_score_and_keeps_its_hundredths() {
        assert!(scores(&of_item(Instrument::ArmCurl, Item::Weight, &["2.27"], None)).is_empty());
        assert_eq!(WEIGHT.read("2,268", Reading::File), Ok(227));
        assert_eq!(WEIGHT.write(227), "2.27");
        assert!(CURLS.check(60).is_ok() && CURLS.check(61).is_err() && CURLS.is_unusual(36));
    }
}
