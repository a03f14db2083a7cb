//! Chair stands in 30 seconds, arms folded; with the help of the arms the result is 0 (domain.md 2.5).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Best, Measured, Score, best, most, not_understood, of_items};
use super::{Item, Outcome, Trial};

const STANDS: Quantity = Quantity::whole(Unit::Count, (0, 40)).soft(0, 25);

/// 25th–75th percentile.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling)",
    rows: &[
        row(60, (12, 17), (14, 19)),
        row(65, (11, 16), (12, 18)),
        row(70, (10, 15), (12, 17)),
        row(75, (10, 15), (11, 17)),
        row(80, (9, 14), (10, 15)),
        row(85, (8, 13), (8, 14)),
        row(90, (4, 11), (7, 12)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    matches!(item, Item::Stands | Item::StandsWithArms).then_some(still(item, 1, STANDS))
}

/// A count with arms and none without is 0 stands (formats.md ruling 9).
pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let (plain, with_arms) = (of_items(trials, &[Item::Stands]), of_items(trials, &[Item::StandsWithArms]));
    let plain_best = best(&plain, most);
    let measured = match (&plain_best, best(&with_arms, most)) {
        (Best::Value(stands, _), _) => Measured::Value(*stands),
        (_, Best::Value(..)) => Measured::Value(0),
        (Best::Open, Best::Open) => return Vec::new(),
        (Best::Open, arms) => arms.measured(),
        (plain, _) => plain.measured(),
    };
    let check = measured == Measured::Unable && not_understood(&plain, &plain_best);
    vec![Score { check, ..Score::new(Outcome::Chair30Stands, measured) }]
}
