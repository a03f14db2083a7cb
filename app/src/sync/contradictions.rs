//! The marks of this tablet's groups that contradict each other.

use domain::attendance::{Attendance, Contender};
use domain::sync::client::Client;
use domain::sync::entity::EntityType;
use domain::time::Instant;
use leptos::prelude::*;

use super::outbox;
use super::tablet::Tablet;
use crate::attendance::decide::{Contradiction, Side};

impl Tablet {
    /// What waits to be chosen, the earliest session first; nothing while only recording is possible.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let (groups, own) = (self.groups(), self.with(|engine| engine.account().name.clone()));
        self.with(|engine| engine.triggers().track_list(EntityType::Session));
        let mut found = self.list(EntityType::Attendance, |client| {
            let found = client.contested().into_iter().filter(|mark| groups.iter().any(|group| group.id == mark.group));
            let told = |mark: &Attendance| {
                let (group, session, participant) = (mark.group, mark.session, mark.participant);
                let day = client.session(session)?.day;
                Some(Contradiction { group, session, day, participant, sides: sides(client, mark, &own) })
            };
            found.filter_map(told).collect::<Vec<_>>()
        });
        found.sort_by_key(|one| (one.day, one.session, one.participant));
        found
    }
}

/// The sides as they are told: who wrote which mark, and when.
fn sides(client: &Client, mark: &Attendance, own: &str) -> Vec<Side> {
    let side = |one: &Contender| {
        let (by, at) = (outbox::author(client, one.stream, own), Instant::from_millis(one.at.wall));
        Some(Side { mark: one.mark?, by, at, shown: one.at == mark.at })
    };
    mark.sides().into_iter().filter_map(side).collect()
}
