//! Showing something to a relative, on one's own page: who, what, until when, a screen each; then the card.

use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::around::{Back, Whose};
use super::card::{CardSheet, NewCard};
use super::relatives::shown_choices;
use crate::texts::{Lang, kin::invite as t, own::page as page_words};
use crate::ui::{Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, Field, FieldError, Notice, Tone};

/// What stands for a question where nothing is asked: what a relative is shown goes on for another year.
pub const EXTEND: &str = "extend";

/// The questions, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    Who,
    What,
    Until,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::Who, Self::What, Self::Until];

    const fn code(self) -> &'static str {
        match self {
            Self::Who => "who",
            Self::What => "what",
            Self::Until => "until",
        }
    }

    /// Anything else is the first question.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.code() == code).unwrap_or(Self::Who)
    }

    /// The question before this one.
    pub fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| *step < self)
    }

    /// The question after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// What has been answered, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Invited {
    /// The form's own id: sent twice it is one relative.
    pub rev: String,
    pub name: String,
    pub relation: String,
    /// Codes of purposes.
    pub shown: Vec<String>,
    /// Months: 3, 6 or 12.
    pub until: String,
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct InviteView {
    /// Who invites.
    pub person: ParticipantId,
    pub step: Step,
    pub typed: Invited,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn InvitePage(lang: Lang, view: InviteView) -> impl IntoView {
    let InviteView { person, step, typed, errors } = view;
    let (title, question, button) = match step {
        Step::Who => {
            (t::title(lang), view! { <Who lang typed=typed.clone() errors=errors.clone()/> }.into_any(), t::next(lang))
        }
        Step::What => {
            (t::what(lang), view! { <What lang typed=typed.clone() errors=errors.clone()/> }.into_any(), t::next(lang))
        }
        Step::Until => (
            t::until(lang),
            view! { <Until lang typed=typed.clone() errors=errors.clone()/> }.into_any(),
            t::make(lang),
        ),
    };
    view! {
        {step.before().is_none().then(|| view! { <Back lang home="/own/seen"/> })}
        <h1>{title}</h1>
        <ErrorSummary lang errors/>
        <form class="own__form" method="post" action="/own/relatives/new" novalidate>
            <input type="hidden" name="step" value=step.code()/>
            <Whose person=person.to_string()/>
            <input type="hidden" name="rev" value=typed.rev.clone()/>
            <Kept step typed/>
            {question}
            <Button text=button kind=ButtonKind::Main/>
            {step.before().is_some().then(|| view! { <Button text=page_words::back(lang) name="back" value="yes"/> })}
        </form>
    }
    .into_any()
}

/// The answers of the other questions, carried along.
#[component]
fn Kept(step: Step, typed: Invited) -> impl IntoView {
    let shown: Vec<_> =
        typed.shown.into_iter().map(|value| view! { <input type="hidden" name="shown" value=value/> }).collect();
    view! {
        {(step != Step::Who).then(|| view! {
            <input type="hidden" name="name" value=typed.name/>
            <input type="hidden" name="relation" value=typed.relation/>
        })}
        {(step != Step::What).then_some(shown)}
        {(step != Step::Until).then(|| view! { <input type="hidden" name="until" value=typed.until/> })}
    }
    .into_any()
}

#[component]
fn Who(lang: Lang, typed: Invited, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    view! {
        <p>{t::lead(lang)}</p>
        <Field lang name="name" label=t::name(lang) value=typed.name error=error("name")/>
        <Field lang name="relation" label=t::relation(lang) hint=Some(t::relation_hint(lang).to_owned())
            value=typed.relation error=error("relation")/>
    }
    .into_any()
}

#[component]
fn What(lang: Lang, typed: Invited, errors: Vec<FieldError>) -> impl IntoView {
    view! {
        <ChoiceCards legend=t::what_legend(lang, &typed.name) name="shown" choices=shown_choices(lang, &typed.shown)
            several=true column=true error=FieldError::of(&errors, "shown")/>
        <p>{t::never(lang)}</p>
    }
    .into_any()
}

#[component]
fn Until(lang: Lang, typed: Invited, errors: Vec<FieldError>) -> impl IntoView {
    let months = [("3", t::months_3(lang)), ("6", t::months_6(lang)), ("12", t::months_12(lang))];
    let choices = months.map(|(value, words)| Choice::new(value, words, value == typed.until)).to_vec();
    view! {
        <ChoiceCards legend=t::until_legend(lang) name="until" choices column=true
            error=FieldError::of(&errors, "until")/>
        <p>{t::until_lead(lang)}</p>
    }
    .into_any()
}

/// The relative's card, shown once.
#[component]
pub fn MadePage(lang: Lang, card: NewCard) -> impl IntoView {
    view! {
        <div class="screen-only own__main">
            <h1>{t::made(lang)}</h1>
            <Notice tone=Tone::Look title=t::once(lang) live=true><p>{t::hand_over(lang)}</p></Notice>
        </div>
        <CardSheet own=lang card/>
        <div class="screen-only"><ButtonLink text=t::done(lang) href="/own/seen"/></div>
    }
    .into_any()
}
