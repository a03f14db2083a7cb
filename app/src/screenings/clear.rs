//! Before tests, at the desk: what was answered, and the form that records a health professional's permission.

use std::collections::BTreeSet;

use domain::ids::{ParticipantId, ScreeningId};
use domain::safety::{Clearance, Question};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, Words, safety::clear as t, typed_day};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, Notice, TextArea, Tone};

/// What was typed into the form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClearTyped {
    pub by: String,
    pub on: String,
    pub limits: String,
    /// The answers that the form was about.
    pub screenings: Vec<String>,
    /// The permission that was recorded when the form was filled; empty where there was none.
    pub seen: String,
}

/// What the page shows of a person's answers.
#[derive(Clone, PartialEq, Debug)]
pub struct Answered {
    pub person: ParticipantId,
    pub today: Day,
    /// When the questions were asked last.
    pub asked_on: Option<Day>,
    /// Some that must be answered are not.
    pub incomplete: bool,
    /// The answers that forbid tests, and the questions answered yes in them.
    pub waiting: Vec<ScreeningId>,
    pub red: Vec<Question>,
    /// What holds of the newest answers.
    pub clearance: Option<Clearance>,
    pub may_clear: bool,
}

#[component]
pub fn Answers(lang: Lang, view: Answered, typed: Option<ClearTyped>, errors: Vec<FieldError>) -> impl IntoView {
    let asked = view.asked_on.map_or_else(|| t::never(lang).to_owned(), |on| t::asked(lang, on));
    let red = !view.red.is_empty();
    // A colleague was first: what was typed stays, beside what is recorded.
    let again = !red && view.may_clear && typed.is_some();
    let verdict = match () {
        () if red => None,
        () if view.asked_on.is_none() => None,
        () if view.incomplete => Some(t::incomplete(lang)),
        () => Some(t::green(lang)),
    };
    let cleared = view.clearance.clone().map(|clearance| {
        let limits =
            (!clearance.limits.trim().is_empty()).then(|| view! { <p class="told">{clearance.limits.clone()}</p> });
        let because = (!clearance.because.trim().is_empty())
            .then(|| view! { <p class="told">{t::because(lang, &clearance.because)}</p> });
        view! { <p>{t::cleared(lang, &clearance.by, clearance.on)}</p> {limits} {because} }
    });
    view! {
        <p class="quiet">{asked}</p>
        {verdict.map(|words| view! { <p>{words}</p> })}
        {cleared}
        {if red {
            Some(view! { <Waiting lang view typed errors/> }.into_any())
        } else {
            again.then(|| view! { <Clear lang view typed errors/> }.into_any())
        }}
    }
    .into_any()
}

#[component]
fn Waiting(lang: Lang, view: Answered, typed: Option<ClearTyped>, errors: Vec<FieldError>) -> impl IntoView {
    let questions: Vec<_> = view.red.iter().map(|question| view! { <li>{question.words(lang)}</li> }).collect();
    let may_clear = view.may_clear;
    view! {
        <Notice tone=Tone::Look title=t::red(lang)><ul>{questions}</ul></Notice>
        {may_clear.then(|| view! { <Clear lang view typed errors/> })}
    }
    .into_any()
}

#[component]
fn Clear(lang: Lang, view: Answered, typed: Option<ClearTyped>, errors: Vec<FieldError>) -> impl IntoView {
    let wrong = typed.is_some();
    let typed = typed.unwrap_or_else(|| ClearTyped { on: typed_day(view.today), ..ClearTyped::default() });
    let error = |field: &str| FieldError::of(&errors, field).filter(|_| wrong);
    let hint = |text: &'static str| Some(text.to_owned());
    // What was seen is cleared: nothing that has come since.
    let waiting: BTreeSet<_> = view.waiting.iter().map(ToString::to_string).chain(typed.screenings).collect();
    let about: Vec<_> =
        waiting.into_iter().map(|id| view! { <input type="hidden" name="screening" value=id/> }).collect();
    view! {
        <details class="more" open=wrong>
            <summary>{t::open(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{}/clear", view.person) novalidate>
                {about}
                <input type="hidden" name="seen" value=typed.seen/>
                <Field lang name="by" label=t::by(lang) value=typed.by hint=hint(t::by_hint(lang)) error=error("by")/>
                <Field lang name="on" label=t::on(lang) value=typed.on width=FieldWidth::Middle error=error("on")/>
                <TextArea lang name="limits" label=t::limits(lang) value=typed.limits hint=hint(t::limits_hint(lang))
                    error=error("limits") optional=true maxlength=4000/>
                <p><Button text=t::save(lang).to_owned() kind=ButtonKind::Main/></p>
            </form>
        </details>
    }
    .into_any()
}
