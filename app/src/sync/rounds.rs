//! Who is to be measured, by what lies on this tablet.

use domain::assessments::Assessment;
use domain::assessments::rounds::{DueRound, Tested, due, first_visit};
use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use super::tablet::Tablet;

impl Tablet {
    /// The round that waits for this person today, if any; not told while only recording is possible, and none of whoever
    /// has taken back the consent to tests.
    pub fn due_round(&self, person: ParticipantId) -> Option<DueRound> {
        if self.lapsed().get() || self.tests_ended(person) {
            return None;
        }
        let (tests, (today, _)) = (self.assessments(person), self.local_time());
        let tested: Vec<_> = tests.iter().map(Tested::of).collect();
        due(self.first_visit(person, &tests), &tested, today)
    }

    /// The day of the person's first visit, as far as this tablet knows it.
    pub fn first_visit(&self, person: ParticipantId, tests: &[Assessment]) -> Option<Day> {
        first_visit(self.visits(person), &tests.iter().map(Tested::of).collect::<Vec<_>>())
    }
}
