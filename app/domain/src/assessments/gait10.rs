//! Ten-metre walk with a flying start, usual and maximal pace; the faster trial of each counts (domain.md 2.2).

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Conditions, Measured, Score, least, of_items, simple};
use super::speed::Walk;
use super::{Item, Outcome, Trial};

/// Length of the timed zone in metres.
pub const METRES: u16 = 10;

const TIME: Quantity = Quantity::new(Unit::Seconds, 2, Rounding::HalfUp, (250, 20_000)).soft(400, 3000).timed_over(10);

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    let walked = ItemRule { courses: &[METRES], ..still(item, 2, TIME) };
    matches!(item, Item::Usual | Item::Maximal).then_some(walked)
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let paces = [(Outcome::Gait10UsualSpeed, Item::Usual), (Outcome::Gait10MaximalSpeed, Item::Maximal)];
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
