//! What the tablet knows of agreed pauses and of who was in touch. Nothing of it is shown while only recording is possible.

use std::collections::BTreeMap;

use domain::contacts::Contact;
use domain::ids::ParticipantId;
use domain::pauses::Pause;
use domain::sync::entity::EntityType;
use domain::time::Day;
use leptos::prelude::*;

use super::tablet::Tablet;

impl Tablet {
    /// The person's pauses that were not entered by mistake, the newest first.
    pub fn pauses(&self, person: ParticipantId) -> Vec<Pause> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let mut all: Vec<Pause> =
            self.list(EntityType::Pause, |client| client.pauses(person).filter(|pause| pause.holds).cloned().collect());
        all.sort_by_key(|pause| std::cmp::Reverse((pause.from, pause.id)));
        all
    }

    /// Who of these people has agreed to a pause on that day.
    pub fn paused(&self, people: &[ParticipantId], day: Day) -> BTreeMap<ParticipantId, Pause> {
        if self.lapsed().get() {
            return BTreeMap::new();
        }
        self.list(EntityType::Pause, |client| {
            let of = |person: &ParticipantId| {
                let pause = client.pauses(*person).find(|pause| pause.covers(day))?;
                Some((*person, pause.clone()))
            };
            people.iter().filter_map(of).collect()
        })
    }

    /// Who was in touch with the person, the newest first.
    pub fn contacts(&self, person: ParticipantId) -> Vec<Contact> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let mut all: Vec<Contact> = self.list(EntityType::Contact, |client| {
            client.contacts(person).filter(|contact| contact.holds).cloned().collect()
        });
        all.sort_by_key(|contact| std::cmp::Reverse((contact.on, contact.id)));
        all
    }
}
