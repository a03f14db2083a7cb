//! Arm curls in 30 seconds with the dominant arm; the norm holds for one weight only (domain.md 2.8).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Conditions, Score, most, of_items, simple};
use super::{Item, Outcome, Trial};
use crate::people::Sex;

const CURLS: Quantity = Quantity::whole(Unit::Count, (0, 60)).soft(0, 35);
/// Hundredths of a kilogram, so that 2.27 and 3.63 kg keep their decimals (formats.md ruling 8).
const WEIGHT: Quantity = Quantity::new(Unit::Kilograms, 2, Rounding::HalfUp, (0, 2000)).soft(50, 1000);

/// 5 lb for women and 8 lb for men, hundredths of a kilogram; up to 0.1 kg off is the same weight.
const WOMEN: i64 = 227;
const MEN: i64 = 363;
const TOLERANCE: i64 = 10;

/// 25th–75th percentile.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling)",
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
    let score = simple(Outcome::ArmCurlCurls, &of_items(trials, &[Item::Curls]), most);
    let conditions = Conditions { weight, ..Conditions::default() };
    score.map(|score| Score { conditions, ..score }).into_iter().collect()
}
