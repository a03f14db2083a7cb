//! What was just done with a whole session, told on the start view until it is left: the way back stands beside it.

use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::today::Meeting;

/// A session that was just ended or cancelled, and what was said of it before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DoneWith {
    pub meeting: Meeting,
    pub status: SessionStatus,
    pub before: Option<SessionStatus>,
}

#[derive(Clone, Copy)]
pub struct Done(RwSignal<Option<DoneWith>>);

impl Done {
    pub fn nothing() -> Self {
        Self(RwSignal::new(None))
    }

    pub fn tell(&self, meeting: Meeting, status: SessionStatus, before: Option<SessionStatus>) {
        self.0.set(Some(DoneWith { meeting, status, before }));
    }

    /// What there is to tell, once: the next visit tells nothing.
    pub fn take(&self) -> Option<DoneWith> {
        self.0.try_update(Option::take).flatten()
    }
}

pub fn use_done() -> Done {
    expect_context::<Done>()
}
