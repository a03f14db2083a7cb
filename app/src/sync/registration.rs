//! What the tablet knows of a person's registration, pauses and contacts. Nothing of it is shown while only recording is
//! possible.

use domain::applications::{Application, Facts, applicant};
use domain::consents::{ConsentAct, ConsentPurpose, standing_since};
use domain::eligibility::Advice;
use domain::ids::ParticipantId;
use domain::registration::{Lack, Told, newest};
use domain::screenings::Screening;
use domain::sync::entity::EntityType;
use domain::time::Day;
use leptos::prelude::*;

use super::tablet::Tablet;

impl Tablet {
    /// The application to which answers belong.
    pub fn application(&self, person: ParticipantId) -> Option<Application> {
        if self.lapsed().get() {
            return None;
        }
        self.list(EntityType::Application, |client| newest(client.applications(person)).cloned())
    }

    /// What was answered before tests, from the first to the last.
    pub fn screenings(&self, person: ParticipantId) -> Vec<Screening> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let mut all: Vec<_> = self.list(EntityType::Screening, |client| client.screenings(person).cloned().collect());
        all.sort_by_key(|one| (one.on, one.id));
        all
    }

    /// What holds of a consent, and since which day; nothing where it was never asked.
    pub fn consent_to(&self, person: ParticipantId, purpose: ConsentPurpose) -> Option<(ConsentAct, Day)> {
        let mut told = self.consents(person);
        told.retain(|consent| consent.purpose == purpose);
        standing_since(&told.iter().collect::<Vec<_>>())
    }

    /// What is open in the person's registration, in the order in which it is asked.
    pub fn lacks(&self, id: ParticipantId) -> Vec<Lack> {
        let Some(person) = self.participant(id).filter(|_| !self.lapsed().get()) else { return Vec::new() };
        let (application, screenings) = (self.application(id), self.screenings(id));
        let tests = self.consent_to(id, ConsentPurpose::HealthTests).map(|(act, _)| act);
        let (today, _) = self.local_time();
        Told { person: &person, application: application.as_ref(), tests, screenings: &screenings, today }.lacks()
    }

    /// What the rules advise of the person, from all that lies on this tablet.
    pub fn advice(&self, id: ParticipantId) -> Option<Advice> {
        let person = self.participant(id).filter(|_| !self.lapsed().get())?;
        let answers = self.application(id).map(|application| application.answers).unwrap_or_default();
        let (mut tests, screenings) = (self.assessments(id), self.screenings(id));
        tests.sort_by_key(|test| (test.measured_on, test.id));
        let (today, _) = self.local_time();
        let facts = Facts { profile: &person.profile, tests: &tests, screenings: &screenings, today };
        Some(applicant(&answers, facts).advice(self.you().target_group))
    }
}
