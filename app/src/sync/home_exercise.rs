//! What the tablet knows of exercise at home. Nothing of it is shown while only recording is possible.

use std::collections::BTreeSet;

use domain::home_programmes::HomeProgramme;
use domain::home_weeks::done_in;
use domain::ids::ParticipantId;
use domain::sync::entity::EntityType;
use domain::time::Day;
use leptos::prelude::*;

use super::tablet::Tablet;

impl Tablet {
    /// The person's programme, if one goes on or is to begin.
    pub fn home_programme(&self, person: ParticipantId) -> Option<HomeProgramme> {
        if self.lapsed().get() {
            return None;
        }
        let (today, _) = self.local_time();
        self.held_programme(person).filter(|programme| programme.is_open(today))
    }

    /// The person's programme as it is held, one that has ended too: what a form of it begins from and goes onto.
    pub fn held_programme(&self, person: ParticipantId) -> Option<HomeProgramme> {
        self.list(EntityType::HomeProgramme, |client| client.home_programme(person).cloned())
    }

    /// The person's programme, where it was ended today: that can be taken back.
    pub fn programme_ended_today(&self, person: ParticipantId) -> Option<HomeProgramme> {
        if self.lapsed().get() {
            return None;
        }
        let (today, _) = self.local_time();
        self.held_programme(person).filter(|programme| programme.was_ended_today(today))
    }

    /// The days on which the person exercised at home.
    pub fn home_days(&self, person: ParticipantId) -> BTreeSet<Day> {
        if self.lapsed().get() {
            return BTreeSet::new();
        }
        self.list(EntityType::HomeWeek, |client| done_in(client.home_weeks(person)))
    }
}
