//! The tablet's notebook as the views have it: one signal, kept on the disk at every change.

use domain::assessments::Instrument;
use domain::ids::{GroupId, ParticipantId};
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::tablet::Tablet;
use crate::sessions::notebook::Notebook;

#[derive(Clone, Copy)]
pub struct Notes(RwSignal<Notebook>);

impl Notes {
    /// Read once; provided to every view below.
    pub fn open(tablet: Tablet) -> Self {
        let notebook = RwSignal::new(Notebook::default());
        tablet.keep_draft("notebook".to_owned(), notebook, Notebook::is_empty);
        Self(notebook)
    }

    pub fn ended(&self, group: GroupId, day: Day) -> Option<Instant> {
        self.0.with(|notes| notes.ended(group, day))
    }

    pub fn end(&self, group: GroupId, day: Day, at: Instant) {
        self.0.update(|notes| notes.end(group, day, at));
    }

    pub fn sessions_ended(&self) -> usize {
        self.0.with(Notebook::sessions_ended)
    }

    pub fn reopen(&self, group: GroupId, day: Day) {
        self.0.update(|notes| notes.reopen(group, day));
    }

    /// Somebody has done a test after which another one waits.
    pub fn tire(&self, person: ParticipantId, test: Instrument, at: Instant) {
        self.0.update(|notes| notes.tire(person, test, at));
    }

    /// Until when the person rests before that test; nothing once that has passed.
    pub fn rests_until(&self, person: ParticipantId, test: Instrument, now: Instant) -> Option<Instant> {
        self.0.with(|notes| notes.rests_until(person, test, now))
    }

    pub fn called(&self, group: GroupId, day: Day, person: ParticipantId) -> bool {
        self.0.with(|notes| notes.called(group, day, person))
    }

    pub fn tick(&self, group: GroupId, day: Day, person: ParticipantId) {
        self.0.update(|notes| notes.tick(group, day, person));
    }
}

/// The notebook of whoever is signed in.
pub fn use_notes() -> Notes {
    expect_context::<Notes>()
}
