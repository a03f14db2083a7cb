//! Six-minute walk in metres on a course of 15 or 30 m, which are not comparable (domain.md 2.8).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Score, most, of_items, simple};
use super::{Item, Outcome, Trial};

const DISTANCE: Quantity = Quantity::whole(Unit::Metres, (0, 900)).soft(50, 700);

/// 25th–75th percentile in metres, converted from yards on a 50-yard course: a rough guide on other courses.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling), yards converted to metres",
    rows: &[
        row(75, (398, 535), (430, 585)),
        row(80, (352, 494), (407, 553)),
        row(85, (311, 466), (347, 521)),
        row(90, (251, 402), (279, 457)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    let walked = ItemRule { courses: &[15, 30], course_required: true, ..still(item, 1, DISTANCE) };
    (item == Item::Distance).then_some(walked)
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(Outcome::Walk6Distance, &of_items(trials, &[Item::Distance]), most).into_iter().collect()
}
