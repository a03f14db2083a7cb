//! Consents, each with the text to read out. What is said is an event of its own, recorded at once, and can be taken back
//! in the same place.

use domain::consents::ConsentAct;
use domain::registration::Part;
use leptos::prelude::*;

use super::part::{Frame, Whose};
use crate::consents::asking::{Recording, ToRead};
use crate::consents::card::{ASKED, holds};
use crate::context::{lang, use_tablet};
use crate::texts::{Words, card, register, registration as t};
use crate::ui::{Button, ButtonKind};

#[component]
pub fn Consents(whose: Whose) -> impl IntoView {
    let lang = lang();
    let asked = ASKED.map(|purpose| view! { <Purpose recording=Recording { person: whose.person, purpose } /> });
    view! {
        <Frame whose part=Part::Consents lead=t::consents_lead(lang)>
            {asked.into_iter().collect_view()}
        </Frame>
    }
}

#[component]
fn Purpose(recording: Recording) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let Recording { person, purpose } = recording;
    let standing = Memo::new(move |_| tablet.consent_to(person, purpose));
    let said = move || match standing.get() {
        Some((act, since)) => holds(lang, act, since),
        None => t::never_asked(lang).to_owned(),
    };
    let given = Memo::new(move |_| standing.get().is_some_and(|(act, _)| act == ConsentAct::Given));
    let answered = Memo::new(move |_| standing.get().is_some());
    let ask = move || {
        view! {
            <ToRead purpose />
            <div class="cluster">
                <Show when=move || !answered.get()>
                    <Button text=register::consent_no(lang) script=true on:click=move |_| recording.say(false) />
                </Show>
                <Button text=register::consent_yes(lang) script=true on:click=move |_| recording.say(true) />
            </div>
        }
    };
    view! {
        <section class="consent" data-purpose=purpose.code()>
            <h2>{t::purpose(lang, purpose.words(lang))}</h2>
            <p class="consent__standing" role="status">{said}</p>
            <Show when=move || given.get() fallback=ask>
                <Button text=card::withdraw_this(lang) kind=ButtonKind::Danger script=true
                    on:click=move |_| recording.say(false) />
            </Show>
        </section>
    }
}
