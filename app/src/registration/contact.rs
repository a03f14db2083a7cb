//! In which language the person is talked to, and how to reach them.

use domain::people::{Participant, PersonLanguage};
use domain::registration::Part;
use leptos::prelude::*;

use super::forms::{Contact, PHONE, POSTAL_CODE};
use super::part::{Frame, Whose, begin, edit, keep, known_now};
use crate::context::lang;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::screenings::pick::Choose;
use crate::texts::{Words, people, registration as t};

#[component]
pub fn ContactPart(whose: Whose, who: Participant) -> impl IntoView {
    let lang = lang();
    let shown = !who.profile.undisclosed;
    let begun = begin(whose, Part::Contact, Contact::of(&who.profile));
    let (form, mistakes) = (begun.typed, Mistakes::new(Vec::new()));
    let save = Callback::new(move |()| {
        let now = known_now(&who);
        match begun.onto(&Contact::of(&now)).changes(&now) {
            Ok(changes) => keep(whose, Part::Contact, edit(whose, changes)),
            Err(wrong) => {
                wrong.first().copied().into_iter().for_each(focus);
                let words = |field| match field {
                    PHONE => people::error::phone(lang),
                    _ => people::error::postal_code(lang),
                };
                mistakes.set(wrong.into_iter().map(|field| (field, words(field).to_owned())).collect());
            }
        }
    });
    let languages = PersonLanguage::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect();
    let reach = move || {
        view! {
            <TypedText id=PHONE label=people::field::phone(lang) hint=people::form::phone_hint(lang) numeric=true mistakes
                value=move || form.get().phone set=move |text| form.update(|form| form.phone = text) />
            <TypedText id=POSTAL_CODE label=people::field::postal_code(lang) numeric=true mistakes
                value=move || form.get().postal_code set=move |text| form.update(|form| form.postal_code = text) />
        }
    };
    view! {
        <Frame whose part=Part::Contact save=Some(save)>
            <Choose name="language" asked=t::ask::language(lang) answers=languages
                chosen=Signal::derive(move || form.with(|form| form.language))
                choose=move |one| form.update(|form| form.language = Some(one)) />
            {shown.then(reach)}
            {(!shown).then(|| view! { <p>{t::undisclosed(lang)}</p> })}
        </Frame>
    }
}
