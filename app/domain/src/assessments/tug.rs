//! Timed Up and Go: rise, walk three metres, turn, come back, sit down; the faster trial counts (domain.md 2.4).

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Score, least, of_items, simple};
use super::{Item, Outcome, Trial};
use crate::codes::codes;

codes! {
    /// Internal names; texts for people are neutral. Limits 12.0 s (CDC, LOINC 89422-0), 13.5 s (Shumway-Cook
    /// 2000), 20.0 s (EWGSOP2 2019).
    pub enum TugBand { Ok = "ok", Raised = "raised", High = "high", VeryHigh = "very_high" }
}

const TIME: Quantity = Quantity::new(Unit::Seconds, 1, Rounding::HalfUp, (30, 1800)).soft(50, 600);

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    (item == Item::Time).then_some(still(item, 2, TIME))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(Outcome::TugTime, &of_items(trials, &[Item::Time]), least).into_iter().collect()
}

/// The band of a time in tenths of a second.
pub const fn band(tenths: i64) -> TugBand {
    match tenths {
        ..120 => TugBand::Ok,
        120..135 => TugBand::Raised,
        135..200 => TugBand::High,
        _ => TugBand::VeryHigh,
    }
}
