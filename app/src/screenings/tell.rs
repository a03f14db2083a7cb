//! Telling the whole of an incident that was recorded in the first moment.

use domain::incidents::{Incident, IncidentAction, IncidentKind, InjuryLevel, Preventable, Verb};
use leptos::prelude::*;

use super::pick::Pick;
use crate::context::typed_text::focus;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, incidents::form as f, safety::stop as t};
use crate::ui::{Button, Icon, IconView, Notice, Tone};

type Form = RwSignal<Incident>;

const WHAT: &str = "what-happened";

/// `first`: what is known when the form opens. `another`: a new incident of the same person.
#[component]
pub fn Tell(first: Incident, incident: Memo<Option<Incident>>, another: Callback<()>) -> impl IntoView {
    let lang = lang();
    let editing = RwSignal::new(false);
    let told = Memo::new(move |_| incident.with(|now| now.as_ref().is_some_and(|now| !now.unfinished)));
    let first = StoredValue::new(first);
    let open = move || {
        let now = incident.get_untracked().unwrap_or_else(|| first.get_value());
        view! { <Fields now saved=Callback::new(move |()| editing.set(false)) /> }
    };
    view! {
        <Show when=move || told.get() && !editing.get() fallback=open>
            <Notice tone=Tone::Told title=t::told(lang) live=true />
            <div class="halt__ways">
                <Button text=t::more(lang) script=true on:click=move |_| editing.set(true) />
                <Button text=t::another(lang) script=true on:click=move |_| another.run(()) />
            </div>
        </Show>
    }
}

#[component]
fn Fields(now: Incident, saved: Callback<()>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let draft = StoredValue::new(format!("incident/{}", now.id));
    let form: Form = RwSignal::new(now.clone());
    tablet.keep_draft(draft.get_value(), form, move |form| *form == now);
    let missing = RwSignal::new(false);
    let save = move |_| {
        let mut incident = form.get_untracked();
        if incident.what_happened.trim().is_empty() {
            missing.set(true);
            return focus(WHAT);
        }
        (incident.unfinished, incident.handled_on) = (false, None);
        tablet.record_form(vec![Verb::Complete { incident }.into()], &draft.get_value());
        tablet.send_now();
        saved.run(());
    };
    view! {
        <section class="ask" aria-labelledby="tell-title">
            <h2 id="tell-title">{t::tell_title(lang)}</h2>
            <p>{t::tell_lead(lang)}</p>
            <What form missing />
            <Kind form />
            <Injury form />
            <Actions form />
            <Prevented form />
            <FollowUp form />
            <div class="ask__end">
                <Button text=t::save(lang) class="ask__save" script=true on:click=save />
            </div>
        </section>
    }
}

#[component]
fn What(form: Form, missing: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let wrong = move || missing.get() && form.with(|form| form.what_happened.trim().is_empty());
    view! {
        <div class="field">
            <label class="field__label" for=WHAT>{f::what_happened(lang)}</label>
            <p class="field__error" id="what-happened-wrong" hidden=move || !wrong()>
                <IconView icon=Icon::Look /> {t::what_missing(lang)}
            </p>
            <textarea class="field__input" id=WHAT rows="3" maxlength="4000" aria-describedby="what-happened-wrong"
                aria-invalid=move || wrong().to_string()
                prop:value=move || form.with(|form| form.what_happened.clone())
                on:input:target=move |event| form.update(|form| form.what_happened = event.target().value()) />
        </div>
    }
}

#[component]
fn Kind(form: Form) -> impl IntoView {
    let lang = lang();
    let card = move |kind: IncidentKind| {
        let chosen = Signal::derive(move || form.with(|form| form.kind == kind));
        view! {
            <Pick name="kind" words=kind.words(lang) chosen choose=move || form.update(|form| form.kind = kind) />
        }
    };
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{f::kind(lang)}</legend>
            <div class="ask__many">{IncidentKind::ALL.iter().copied().map(card).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Injury(form: Form) -> impl IntoView {
    let lang = lang();
    let card = move |injury: InjuryLevel| {
        let chosen = Signal::derive(move || form.with(|form| form.injury == injury));
        view! {
            <Pick name="injury" words=injury.words(lang) chosen
                choose=move || form.update(|form| form.injury = injury) />
        }
    };
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{f::injury(lang)}</legend>
            <div class="ask__many">{InjuryLevel::ALL.iter().copied().map(card).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Actions(form: Form) -> impl IntoView {
    let lang = lang();
    let card = move |action: IncidentAction| {
        let chosen = Signal::derive(move || form.with(|form| form.actions.contains(&action)));
        let turn = move || {
            form.update(|form| {
                let was = form.actions.contains(&action);
                form.actions.retain(|other| *other != action);
                if !was {
                    form.actions.push(action);
                    form.actions.sort_unstable();
                }
            });
        };
        view! { <Pick name="actions" words=action.words(lang) chosen several=true choose=turn /> }
    };
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{f::actions(lang)}</legend>
            <div class="ask__many">{IncidentAction::ALL.iter().copied().map(card).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Prevented(form: Form) -> impl IntoView {
    let lang = lang();
    let card = move |answer: Preventable| {
        let chosen = Signal::derive(move || form.with(|form| form.preventable == Some(answer)));
        view! {
            <Pick name="preventable" words=answer.words(lang) chosen
                choose=move || form.update(|form| form.preventable = Some(answer)) />
        }
    };
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{f::preventable(lang)}</legend>
            <div class="ask__many">{Preventable::ALL.iter().copied().map(card).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn FollowUp(form: Form) -> impl IntoView {
    let value = move || form.with(|form| form.follow_up_on.map(|day| day.to_string()).unwrap_or_default());
    view! {
        <div class="field">
            <label class="field__label" for="follow-up">{t::follow_up(lang())}</label>
            <input class="field__input ask__day" id="follow-up" type="date" prop:value=value
                on:input:target=move |event| form.update(|form| form.follow_up_on = event.target().value().parse().ok()) />
        </div>
    }
}
