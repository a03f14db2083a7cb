//! Hand grip: best of up to three trials of each hand, in tenths of a kilogram (domain.md 2.6).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{GripClass, Score, most, of_items, simple};
use super::{Item, Outcome, Trial};
use crate::people::Sex;

const FORCE: Quantity = Quantity::new(Unit::Kilograms, 1, Rounding::HalfUp, (0, 900)).soft(50, 600);

/// 20th–80th percentile, tenths of a kilogram.
pub(super) const NORMS: NormTable = NormTable {
    source: "Tomkinson et al. 2025, iGRIPS, J Sport Health Sci 14:101014",
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
    simple(Outcome::GripBest, &of_items(trials, &[Item::Right, Item::Left]), most).into_iter().collect()
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
