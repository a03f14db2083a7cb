//! A person's exercise counselling: what was agreed, and the form for a new talk.

use domain::ids::{ParticipantId, uuid_v5};
use domain::talks::Talk;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, day, talks as t, typed_day};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, TextArea};

/// What stands in the fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TalkTyped {
    /// The talk that is corrected, or the id that a new one will have.
    pub rev: String,
    pub on: String,
    pub goal: String,
    pub plan: String,
    pub next_on: String,
    /// What was saved when the form was filled from it, by [`TalkTyped::said`]; nothing for a new one.
    pub seen: String,
}

impl TalkTyped {
    pub fn new(rev: String, today: Day) -> Self {
        Self { rev, on: typed_day(today), ..Self::default() }
    }

    /// A talk as the form that corrects it shows it.
    fn of(talk: &Talk) -> Self {
        Self {
            rev: talk.id.to_string(),
            on: typed_day(talk.on),
            goal: talk.goal.clone(),
            plan: talk.plan.clone(),
            next_on: talk.next_on.map(typed_day).unwrap_or_default(),
            seen: Self::said(talk),
        }
    }

    /// Tells all that a talk says from what else it could say: whether somebody has changed it since.
    pub fn said(talk: &Talk) -> String {
        let next = talk.next_on.map(|day| day.to_string()).unwrap_or_default();
        uuid_v5(talk.id.0, &[&talk.on.to_string(), &talk.goal, &talk.plan, &next]).to_string()
    }
}

/// The talks, the newest first, each with the form that corrects it, and below them the form for a new one. `typed`: the
/// form that came back, which is open.
#[component]
pub fn TalksCard(
    lang: Lang,
    person: ParticipantId,
    talks: Vec<Talk>,
    new: TalkTyped,
    typed: Option<TalkTyped>,
    errors: Vec<FieldError>,
    may_add: bool,
) -> impl IntoView {
    let none = talks.is_empty();
    let is_of = |talk: &Talk| typed.as_ref().is_some_and(|typed| typed.rev == talk.id.to_string());
    let corrected = talks.iter().any(is_of);
    let items: Vec<_> = talks
        .iter()
        .map(|talk| {
            let typed = typed.clone().filter(|_| is_of(talk));
            let errors = if typed.is_some() { errors.clone() } else { Vec::new() };
            view! { <One lang person talk=talk.clone() typed errors may=may_add/> }
        })
        .collect();
    let typed = typed.filter(|_| !corrected);
    let wrong = typed.is_some();
    let errors = if wrong { errors } else { Vec::new() };
    view! {
        <section class="card" id="talks">
            <h2>{t::title(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::none(lang)}</p> })}
            {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
            {may_add.then(|| view! {
                <details class="more" open=wrong>
                    <summary>{t::new(lang)}</summary>
                    <TalkForm lang person typed=typed.unwrap_or(new) errors apart=corrected/>
                </details>
            })}
        </section>
    }
    .into_any()
}

/// `typed`: its form, where that came back.
#[component]
fn One(
    lang: Lang,
    person: ParticipantId,
    talk: Talk,
    typed: Option<TalkTyped>,
    errors: Vec<FieldError>,
    may: bool,
) -> impl IntoView {
    let open = typed.is_some();
    let typed = typed.unwrap_or_else(|| TalkTyped::of(&talk));
    let apart = !open;
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
            {(may || open).then(|| view! {
                <details class="more" open=open>
                    <summary>{t::correct(lang)}</summary>
                    <TalkForm lang person typed errors apart again=true/>
                </details>
            })}
        </li>
    }
    .into_any()
}

/// Several of these stand on one page. One of them has the fields that errors lead to, those of the others (`apart`) have
/// ids of their own.
#[component]
fn TalkForm(
    lang: Lang,
    person: ParticipantId,
    typed: TalkTyped,
    errors: Vec<FieldError>,
    apart: bool,
    #[prop(optional)] again: bool,
) -> impl IntoView {
    let id = |field: &str| if apart { format!("{field}-{}", typed.rev) } else { field.to_owned() };
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let save = if again { t::save_correction(lang) } else { t::save(lang) };
    view! {
        <form class="stack" method="post" action=format!("/people/{person}/talks") novalidate>
            <input type="hidden" name="rev" value=typed.rev.clone()/>
            <input type="hidden" name="seen" value=typed.seen.clone()/>
            <Field lang name="talked_on" id=id("talked_on") label=t::on(lang) value=typed.on.clone()
                width=FieldWidth::Middle error=error("talked_on")/>
            <TextArea lang name="goal" id=id("goal") label=t::goal(lang) value=typed.goal.clone()
                hint=hint(t::goal_hint(lang)) error=error("goal")/>
            <TextArea lang name="plan" id=id("plan") label=t::plan(lang) value=typed.plan.clone()
                hint=hint(t::plan_hint(lang)) error=error("plan") optional=true/>
            <Field lang name="next_on" id=id("next_on") label=t::next_on(lang) value=typed.next_on.clone()
                hint=hint(t::next_hint(lang)) width=FieldWidth::Middle error=error("next_on") optional=true/>
            <p><Button text=save.to_owned() kind=if again { ButtonKind::Plain } else { ButtonKind::Main }/></p>
        </form>
    }
    .into_any()
}
