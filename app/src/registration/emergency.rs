//! Whom to call in an emergency.

use domain::people::{Participant, Verb};
use domain::registration::Part;
use leptos::prelude::*;

use super::forms::{EMERGENCY, emergency_changes};
use super::part::{Frame, Whose, draft_of, keep};
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::context::{lang, use_tablet};
use crate::texts::{name_words, people, registration as t};

#[component]
pub fn EmergencyPart(whose: Whose, who: Participant) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let before = who.profile;
    let known = before.emergency_contact.clone().unwrap_or_default();
    let typed = RwSignal::new(known.clone());
    let draft = draft_of(Part::Emergency, whose.person);
    tablet.keep_draft(draft.clone(), typed, move |typed| *typed == known);
    let mistakes = Mistakes::new(Vec::new());
    let hint = people::form::emergency_hint(lang);
    let save = Callback::new(move |()| match typed.with_untracked(|typed| emergency_changes(typed, &before)) {
        Ok(changes) => {
            let edit = (!changes.is_empty()).then(|| Verb::Edit { id: whose.person, changes }.into());
            keep(whose, Part::Emergency, edit.into_iter().collect(), &draft);
        }
        Err(why) => {
            focus(EMERGENCY);
            mistakes.set(vec![(EMERGENCY, name_words(lang, why, hint))]);
        }
    });
    view! {
        <Frame whose part=Part::Emergency lead=t::emergency_lead(lang) save=Some(save)>
            <TypedText id=EMERGENCY label=people::field::emergency_contact(lang) hint mistakes value=typed
                set=move |text| typed.set(text) />
        </Frame>
    }
}
