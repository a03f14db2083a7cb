//! Not done is a result with a reason.

use domain::assessments::NotDone;
use leptos::prelude::*;

use super::entering::OpenPart;
use crate::context::address::Address;
use crate::context::lang;
use crate::context::navigation::use_navigation;
use crate::texts::{Words, measure as t};
use crate::ui::{Button, Sheet};

#[component]
pub fn Reasons(open: OpenPart, asking: RwSignal<bool>) -> impl IntoView {
    let (lang, navigation) = (lang(), use_navigation());
    let choose = move |code: Option<NotDone>| {
        open.change(|form, place| form.set_not_done(place, code));
        asking.set(false);
        if code == Some(NotDone::StoppedSymptom) {
            // What to do now comes before anything else; what was measured waits as a draft.
            let place = open.place();
            let at = open.form.now(|form| Some((form.participant, form.group, form.stopped_at(place))));
            if let Some((person, group, stopped)) = at {
                return navigation.go(Address::Stop(person, group, Some(stopped)));
            }
        }
        open.go_on();
    };
    let reason = move |code: Option<NotDone>| {
        let text = code.map_or(t::with_value(lang), |code| code.words(lang));
        view! { <Button text class="sheet__mark" script=true on:click=move |_| choose(code) /> }
    };
    let codes = NotDone::ALL.iter().copied().filter(|code| *code != NotDone::SkippedByRule);
    view! {
        <Sheet lang title=t::not_done_title(lang) close=move || asking.set(false)>
            <div class="sheet__marks">{codes.map(Some).chain([None]).map(reason).collect_view()}</div>
        </Sheet>
    }
}
