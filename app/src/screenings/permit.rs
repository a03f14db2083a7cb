//! A physiotherapist's permission after answers that forbid tests, recorded where it is given: with a reason, also
//! without network.

use domain::ids::{ParticipantId, ScreeningId};
use domain::safety::{Clearance, Question};
use domain::screenings::Verb;
use leptos::prelude::*;

use crate::context::typed_text::focus;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, safety::permit as t};
use crate::ui::{Button, ButtonKind, Icon, IconView};

const BY: &str = "permit-by";
const BECAUSE: &str = "permit-because";
const LIMITS: &str = "permit-limits";

/// What forbids tests, as it was when the form was opened: what comes later is not permitted unseen.
#[derive(Clone)]
struct Waiting {
    screenings: Vec<ScreeningId>,
    questions: Vec<Question>,
}

#[component]
pub fn Permit(person: ParticipantId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let open = RwSignal::new(false);
    let form = move || {
        // As it is now: what comes later is another reason to ask, and takes nothing from under the writing hand.
        let (screenings, questions) = untrack(|| tablet.red_answers(person));
        view! { <Form person waiting=Waiting { screenings, questions } /> }
    };
    view! {
        <Show
            when=move || open.get()
            fallback=move || view! {
                <Button text=t::open(lang) class="permit__open" script=true on:click=move |_| open.set(true) />
            }
        >
            {form}
        </Show>
    }
}

#[component]
fn Form(person: ParticipantId, waiting: Waiting) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let by = RwSignal::new(tablet.account().name);
    let (because, limits) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let restricted = waiting.questions.contains(&Question::ExerciseRestricted);
    let lacks = move |text: RwSignal<String>| text.with(|text| text.trim().is_empty());
    let screenings = StoredValue::new(waiting.screenings);
    let save = move |_| {
        tried.set(true);
        let needed = [(BY, by, true), (BECAUSE, because, true), (LIMITS, limits, restricted)];
        if let Some((field, ..)) = needed.into_iter().find(|(_, text, needed)| *needed && lacks(*text)) {
            return focus(field);
        }
        let said = |text: RwSignal<String>| text.get_untracked().trim().to_owned();
        let (on, _) = tablet.local_time();
        let clearance = Clearance { by: said(by), on, limits: said(limits), because: said(because) };
        let clear = |id| Verb::Clear { id, participant: person, clearance: clearance.clone() }.into();
        tablet.record(screenings.with_value(|all| all.iter().copied().map(clear).collect()));
    };
    let questions: Vec<_> =
        waiting.questions.iter().map(|question| view! { <li>{question.words(lang)}</li> }).collect();
    let wrong =
        move |text: RwSignal<String>, needed: bool| Signal::derive(move || tried.get() && needed && lacks(text));
    view! {
        <div class="permit">
            <p>{t::lead(lang)}</p>
            <ul class="heed__list">{questions}</ul>
            <Line id=BY label=t::by(lang) text=by missing=t::by_missing(lang) wrong=wrong(by, true) />
            <Area id=BECAUSE label=t::because(lang) hint=t::because_hint(lang) text=because
                missing=t::because_missing(lang) wrong=wrong(because, true) />
            <Area id=LIMITS label=t::limits(lang) hint=t::limits_hint(lang) text=limits
                missing=crate::texts::safety::clear::limits_missing(lang) wrong=wrong(limits, restricted) />
            <Button text=t::save(lang) kind=ButtonKind::Main class="permit__save" script=true on:click=save />
        </div>
    }
}

#[component]
fn Line(
    id: &'static str,
    label: &'static str,
    text: RwSignal<String>,
    missing: &'static str,
    wrong: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="field" class:field--wrong=wrong>
            <label class="field__label" for=id>{label}</label>
            <Wrong id missing wrong />
            <input class="field__input" id=id maxlength="200" autocomplete="off"
                aria-invalid=move || wrong.get().to_string() aria-describedby=format!("{id}-wrong")
                prop:value=move || text.get() on:input:target=move |event| text.set(event.target().value()) />
        </div>
    }
}

#[component]
fn Area(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    text: RwSignal<String>,
    missing: &'static str,
    wrong: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="field" class:field--wrong=wrong>
            <label class="field__label" for=id>{label}</label>
            <p class="field__hint" id=format!("{id}-hint")>{hint}</p>
            <Wrong id missing wrong />
            <textarea class="field__input" id=id rows="2" maxlength="4000"
                aria-invalid=move || wrong.get().to_string() aria-describedby=format!("{id}-hint {id}-wrong")
                prop:value=move || text.get() on:input:target=move |event| text.set(event.target().value()) />
        </div>
    }
}

#[component]
fn Wrong(id: &'static str, missing: &'static str, wrong: Signal<bool>) -> impl IntoView {
    view! {
        <p class="field__error" id=format!("{id}-wrong") hidden=move || !wrong.get()>
            <IconView icon=Icon::Look /> {missing}
        </p>
    }
}
