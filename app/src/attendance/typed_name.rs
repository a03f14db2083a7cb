//! Record-only: who is here is typed from the paper list. A name that is one of the group's marks that person;
//! any other is registered provisionally, and the coordinator matches it (docs/sync.md, Lapse).

use domain::ids::ParticipantId;
use domain::names::name_typed;
use domain::people::Profile;
use leptos::prelude::*;

use super::roll_call::RollCall;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::context::{lang, use_tablet};
use crate::people::short_form::register;
use crate::sync::lapse::split;
use crate::sync::tablet::Tablet;
use crate::texts::name_words;
use crate::texts::roll::{lapsed as t, restricted_mark};
use crate::ui::{Button, ButtonKind};

const FIELD: &str = "typed-name";

#[component]
pub fn TypedName(call: RollCall) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let typed = RwSignal::new(String::new());
    let (mistakes, said) = (Mistakes::new(Vec::new()), RwSignal::new(String::new()));
    let mark = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let meeting = call.meeting.get_untracked();
        focus(FIELD);
        let text = match name_typed(&typed.get_untracked()) {
            Ok(text) => text,
            Err(error) => return mistakes.set(vec![(FIELD, name_words(lang, error, t::wrong_name(lang)))]),
        };
        let (given, family) = split(&text);
        if given.is_empty() {
            return mistakes.set(vec![(FIELD, t::wrong_name(lang).to_owned())]);
        }
        let profile = Profile { given_names: given, family_name: family, ..Profile::default() };
        call.unless_ahead(move || {
            let person = tablet.person_named(meeting.group, meeting.session, meeting.day, &text);
            let restricted = person.is_some_and(|person| call.is_restricted(person));
            match person {
                Some(_) if restricted => {}
                Some(person) => call.mark_typed(person),
                None => enter(call, tablet, profile.clone()),
            }
            said.set(if restricted { format!("{text}: {}", restricted_mark(lang)) } else { t::marked(lang, &text) });
            mistakes.set(Vec::new());
            typed.set(String::new());
        });
    };
    view! {
        <form class="typed-name" on:submit=mark novalidate>
            <TypedText
                id=FIELD
                label=t::name(lang)
                hint=t::name_hint(lang)
                mistakes
                value=move || typed.get()
                set=move |text| typed.set(text)
            />
            <Button text=t::mark(lang) kind=ButtonKind::Main />
            <p class="hidden-visually" role="status">{said}</p>
        </form>
    }
}

/// Registers somebody whom the group does not know, and marks them.
fn enter(call: RollCall, tablet: Tablet, profile: Profile) {
    let meeting = call.meeting.get_untracked();
    let person = tablet.new_ids(ParticipantId::new);
    let recorded = untrack(|| tablet.session(meeting.session).is_some());
    call.mark_new(person, register(profile, person, &meeting, recorded, None));
}
