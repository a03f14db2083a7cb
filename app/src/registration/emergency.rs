//! Whom to call in an emergency.

use domain::people::{Participant, Profile};
use domain::registration::Part;
use leptos::prelude::*;

use super::forms::{EMERGENCY, emergency_changes};
use super::part::{Frame, Whose, begin, edit, keep, known_now};
use crate::context::lang;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::texts::{name_words, people, registration as t};

#[component]
pub fn EmergencyPart(whose: Whose, who: Participant) -> impl IntoView {
    let lang = lang();
    let known = |profile: &Profile| profile.emergency_contact.clone().unwrap_or_default();
    let begun = begin(whose, Part::Emergency, known(&who.profile));
    let (typed, mistakes) = (begun.typed, Mistakes::new(Vec::new()));
    let hint = people::form::emergency_hint(lang);
    let save = Callback::new(move |()| {
        let now = known_now(&who);
        match emergency_changes(&begun.onto(&known(&now)), &now) {
            Ok(changes) => keep(whose, Part::Emergency, edit(whose, changes)),
            Err(why) => {
                focus(EMERGENCY);
                mistakes.set(vec![(EMERGENCY, name_words(lang, why, hint))]);
            }
        }
    });
    view! {
        <Frame whose part=Part::Emergency lead=t::emergency_lead(lang) save=Some(save)>
            <TypedText id=EMERGENCY label=people::field::emergency_contact(lang) hint mistakes value=typed
                set=move |text| typed.set(text) />
        </Frame>
    }
}
