//! Which tests a group does on its test day, as chosen on this tablet, and which were begun on it.

use std::collections::BTreeSet;

use domain::assessments::protocol::ORDER;
use domain::assessments::{Instrument, rounds};
use domain::ids::{GroupId, ParticipantId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::measure::draft_name;
use crate::context::use_tablet;

/// The group's tests, every round's unless others are chosen; the choice is kept on the tablet.
pub fn battery(group: GroupId) -> RwSignal<Vec<Instrument>> {
    let chosen = RwSignal::new(rounds::BATTERY.to_vec());
    use_tablet().keep_draft(format!("battery/{group}"), chosen, |chosen| chosen[..] == *rounds::BATTERY);
    chosen
}

/// The chosen ones in the order of a test day, or those that are not chosen.
pub fn in_order(chosen: &[Instrument], picked: bool) -> Vec<Instrument> {
    ORDER.iter().copied().filter(|test| chosen.contains(test) == picked).collect()
}

/// The tests that were begun on this tablet and not saved.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Begun(BTreeSet<String>);

impl Begun {
    pub fn has(&self, person: ParticipantId, test: Instrument) -> bool {
        self.0.contains(&draft_name(person, test))
    }

    pub fn has_any(&self, person: ParticipantId, tests: &[Instrument]) -> bool {
        tests.iter().any(|test| self.has(person, *test))
    }
}

/// Looked up once, when the view opens: a test is begun and left on this tablet alone, in another view.
pub fn begun() -> RwSignal<Begun> {
    let (found, tablet) = (RwSignal::new(Begun::default()), use_tablet());
    spawn_local(async move {
        let drafts = tablet.drafts("measure/").await;
        let _ = found.try_set(Begun(drafts.into_iter().map(|(name, _)| name).collect()));
    });
    found
}
