//! Notes on sessions as the views have them: records, which other tablets see too, and what earlier programs kept on this
//! tablet alone.

use domain::assessments::Instrument;
use domain::ids::{GroupId, ParticipantId, SessionId};
use domain::notes::{About, Verb};
use domain::sessions::Session;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::tablet::Tablet;
use crate::sessions::notebook::Notebook;

#[derive(Clone, Copy)]
pub struct Notes {
    tablet: Tablet,
    /// Written by earlier programs; a record about the same goes before it.
    kept: RwSignal<Notebook>,
}

impl Notes {
    /// Provided to every view below.
    pub fn open(tablet: Tablet) -> Self {
        let kept = RwSignal::new(Notebook::default());
        tablet.keep_draft("notebook".to_owned(), kept, Notebook::is_empty);
        Self { tablet, kept }
    }

    /// When the session was ended.
    pub fn ended(&self, group: GroupId, day: Day) -> Option<Instant> {
        match self.tablet.note(self.session(group, day), About::Ended) {
            Some((holds, at)) => holds.then_some(at),
            None => self.kept.with(|kept| kept.ended(group, day)),
        }
    }

    /// How many sessions were ended, as far as it is known here.
    pub fn sessions_ended(&self) -> usize {
        self.tablet.sessions_ended() + self.kept.with(Notebook::sessions_ended)
    }

    /// Marks can be made again as before the session was ended.
    pub fn reopen(&self, group: GroupId, day: Day) {
        let (session, about) = (untrack(|| self.session(group, day)), About::Ended);
        self.tablet.record(vec![Verb::Set { session, group, about, holds: false }.into()]);
    }

    /// Somebody has done a test after which another one waits.
    pub fn tire(&self, person: ParticipantId, test: Instrument, at: Instant) {
        self.kept.update(|notes| notes.tire(person, test, at));
    }

    /// Until when the person rests before that test; nothing once that has passed.
    pub fn rests_until(&self, person: ParticipantId, test: Instrument, now: Instant) -> Option<Instant> {
        self.kept.with(|notes| notes.rests_until(person, test, now))
    }

    pub fn called(&self, group: GroupId, day: Day, person: ParticipantId) -> bool {
        match self.tablet.note(self.session(group, day), About::Called(person)) {
            Some((holds, _)) => holds,
            None => self.kept.with(|kept| kept.called(group, day, person)),
        }
    }

    /// Notes the call, or that it was not made after all.
    pub fn tick(&self, group: GroupId, day: Day, person: ParticipantId) {
        let (session, holds) = untrack(|| (self.session(group, day), !self.called(group, day, person)));
        self.tablet.record(vec![Verb::Set { session, group, about: About::Called(person), holds }.into()]);
    }

    /// What notes that the call was made; nothing where that is noted already.
    pub fn ticked(&self, group: GroupId, day: Day, person: ParticipantId) -> Option<domain::sync::op::Verb> {
        let (session, done) = untrack(|| (self.session(group, day), self.called(group, day, person)));
        (!done).then(|| Verb::Set { session, group, about: About::Called(person), holds: true }.into())
    }

    fn session(&self, group: GroupId, day: Day) -> SessionId {
        self.tablet.session_of(group, day).unwrap_or_else(|| Session::planned_id(group, day))
    }
}

/// The notes of whoever is signed in.
pub fn use_notes() -> Notes {
    expect_context::<Notes>()
}
