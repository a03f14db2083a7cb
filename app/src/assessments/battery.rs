//! Which tests a group does on its test day, as chosen on this tablet.

use domain::assessments::Instrument;
use domain::ids::GroupId;
use leptos::prelude::*;

use crate::context::use_tablet;

/// Results so many days old belong to the same round of tests.
pub const ROUND_DAYS: i64 = 30;

/// What most groups measure.
const USUAL: [Instrument; 3] = [Instrument::Sppb, Instrument::Tug, Instrument::Chair30];

/// The group's tests; what is chosen is kept on the tablet.
pub fn battery(group: GroupId) -> RwSignal<Vec<Instrument>> {
    let chosen = RwSignal::new(USUAL.to_vec());
    use_tablet().keep_draft(format!("battery/{group}"), chosen, |chosen| chosen[..] == USUAL);
    chosen
}
