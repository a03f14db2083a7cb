//! Standing on one leg, eyes open, at most 30 s; the best of all trials counts (domain.md 2.7).

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Measured, Score, most, of_items, simple};
use super::{Item, Outcome, Trial};

const TIME: Quantity = Quantity::new(Unit::Seconds, 1, Rounding::Floor, (0, 300));

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    matches!(item, Item::Right | Item::Left).then_some(still(item, 2, TIME))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(Outcome::SingleLegTime, &of_items(trials, &[Item::Right, Item::Left]), most).into_iter().collect()
}

/// Under 5.0 s, or not able at all (Vellas 1997); unknown when not measured. Not shown to participants.
pub const fn is_under_5_s(measured: Measured) -> Option<bool> {
    match measured {
        Measured::Value(tenths) => Some(tenths < 50),
        Measured::Unable => Some(true),
        Measured::Missing => None,
    }
}
