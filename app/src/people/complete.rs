//! Completing what was registered in a hurry: the rest of a visitor's details, on the tablet too.

use domain::people::{Participant, Verb};
use leptos::prelude::*;

use super::register::{Emergency, Family, Given, Phone, Year, tell};
use super::short_form::{GIVEN, ShortForm, changes};
use crate::context::typed_text::{Mistakes, focus};
use crate::context::{lang, use_tablet};
use crate::texts::register as t;
use crate::ui::{Button, ButtonKind, Sheet};

#[component]
pub fn Complete(person: Participant, open: RwSignal<bool>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let form = RwSignal::new(ShortForm::of(&person.profile));
    let mistakes = Mistakes::new(Vec::new());
    let young = RwSignal::new(None::<String>);
    let id = person.id;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(|typed| typed.profile(today, lang)) {
            Ok(profile) => {
                let changes = changes(&person.profile, &profile);
                if !changes.is_empty() {
                    tablet.record(vec![Verb::Edit { id, changes }.into()]);
                }
                open.set(false);
            }
            Err(found) => {
                focus(found.first().map_or(GIVEN, |wrong| wrong.field));
                let (asked, told) = tell(&found, lang, today);
                young.set(asked);
                mistakes.set(told);
            }
        }
    };
    view! {
        <Sheet lang id="complete" title=t::complete(lang) close=move || open.set(false)>
            <form class="stack" on:submit=save novalidate>
                <Given form mistakes />
                <Family form mistakes />
                <Year form mistakes young />
                <Phone form mistakes />
                <Emergency form mistakes />
                <Button text=t::complete_save(lang) kind=ButtonKind::Main wide=true />
            </form>
        </Sheet>
    }
}
