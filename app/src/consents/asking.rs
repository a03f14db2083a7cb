//! Asking for a consent on the tablet: the text to read out, and recording what was said.

use domain::consents::{ConsentPurpose, Verb};
use domain::ids::{ConsentId, ParticipantId};
use leptos::prelude::*;

use super::card::text;
use crate::context::{lang, to_participants, use_tablet};
use crate::people::short_form::{spoken_consent, text_number};
use crate::texts::register;

/// Whose word on what is recorded.
#[derive(Clone, Copy)]
pub struct Recording {
    pub person: ParticipantId,
    pub purpose: ConsentPurpose,
}

impl Recording {
    /// Records what the person has just said, in the language in which it was read out.
    pub fn say(self, given: bool) {
        let (lang, tablet) = (lang(), use_tablet());
        let (today, _) = tablet.local_time();
        let id = tablet.new_ids(ConsentId::new);
        let consent = spoken_consent(id, (self.person, self.purpose), given, today, lang);
        tablet.record(vec![Verb::Record { consent }.into()]);
    }
}

/// The text of a purpose, with its version.
#[component]
pub fn ToRead(purpose: ConsentPurpose) -> impl IntoView {
    let lang = lang();
    view! {
        <p class="consent__read">{register::consent_read(lang)}</p>
        <blockquote class="consent__text">
            <p>{text(to_participants(lang), purpose)}</p>
        </blockquote>
        <p class="quiet">{register::consent_note(lang, text_number(purpose))}</p>
    }
}
