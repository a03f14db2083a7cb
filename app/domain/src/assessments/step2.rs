//! Two-minute step: lifts of the right knee (domain.md 2.8).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Score, most, of_items, simple};
use super::{Item, Outcome, Trial};

const STEPS: Quantity = Quantity::whole(Unit::Count, (0, 200)).soft(0, 150);

/// 25th–75th percentile.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling)",
    rows: &[
        row(75, (68, 100), (73, 109)),
        row(80, (60, 90), (71, 103)),
        row(85, (55, 85), (59, 91)),
        row(90, (44, 72), (52, 86)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    (item == Item::Steps).then_some(still(item, 1, STEPS))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(Outcome::Step2Steps, &of_items(trials, &[Item::Steps]), most).into_iter().collect()
}
