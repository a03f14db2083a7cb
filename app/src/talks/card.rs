//! A person's exercise counselling: what was agreed, and the form for a new talk.

use domain::ids::ParticipantId;
use domain::talks::Talk;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, day, talks as t, typed_day};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, TextArea};

/// What stands in the fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TalkTyped {
    /// The id that the talk will have.
    pub rev: String,
    pub on: String,
    pub goal: String,
    pub plan: String,
    pub next_on: String,
}

impl TalkTyped {
    pub fn new(rev: String, today: Day) -> Self {
        Self { rev, on: typed_day(today), ..Self::default() }
    }
}

/// The talks, the newest first, and below them the form, which is open when it came back.
#[component]
pub fn TalksCard(
    lang: Lang,
    person: ParticipantId,
    talks: Vec<Talk>,
    typed: TalkTyped,
    errors: Vec<FieldError>,
    may_add: bool,
) -> impl IntoView {
    let none = talks.is_empty();
    let items: Vec<_> = talks.into_iter().map(|talk| view! { <One lang talk/> }).collect();
    let wrong = !errors.is_empty();
    view! {
        <section class="card" id="talks">
            <h2>{t::title(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::none(lang)}</p> })}
            {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
            {may_add.then(|| view! {
                <details class="more" open=wrong>
                    <summary>{t::new(lang)}</summary>
                    <NewTalk lang person typed errors/>
                </details>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn One(lang: Lang, talk: Talk) -> impl IntoView {
    view! {
        <li class="stay">
            <span class="table__name">
                {day(lang, talk.on)}
                <span class="table__more told">{t::goal_is(lang, &talk.goal)}</span>
                {(!talk.plan.is_empty()).then(|| view! {
                    <span class="table__more told">{t::plan_is(lang, &talk.plan)}</span>
                })}
                {talk.next_on.map(|on| view! { <span class="table__more">{t::next_is(lang, on)}</span> })}
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn NewTalk(lang: Lang, person: ParticipantId, typed: TalkTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    view! {
        <form class="stack" method="post" action=format!("/people/{person}/talks") novalidate>
            <input type="hidden" name="rev" value=typed.rev/>
            <Field lang name="talked_on" label=t::on(lang) value=typed.on width=FieldWidth::Middle error=error("talked_on")/>
            <TextArea lang name="goal" label=t::goal(lang) value=typed.goal hint=hint(t::goal_hint(lang))
                error=error("goal")/>
            <TextArea lang name="plan" label=t::plan(lang) value=typed.plan hint=hint(t::plan_hint(lang))
                error=error("plan") optional=true/>
            <Field lang name="next_on" label=t::next_on(lang) value=typed.next_on hint=hint(t::next_hint(lang))
                width=FieldWidth::Middle error=error("next_on") optional=true/>
            <p><Button text=t::save(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
    }
    .into_any()
}
