//! Those who test, with the day of their training: the desk's list, and the field on an account's page.

use domain::assessments::tester::Training;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, testers as t, typed_day, whole};
use crate::ui::{Button, Empty, Field, FieldError, FieldWidth, Notice, PageHead, Rows, Tag, Tone};

/// What stands in the field, and how it stands with the training.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrainingTyped {
    pub typed: String,
    pub training: Training,
}

impl TrainingTyped {
    pub fn known(trained_on: Option<Day>, today: Day) -> Self {
        Self { typed: trained_on.map(typed_day).unwrap_or_default(), training: Training::of(trained_on, today) }
    }

    /// The day that is saved, as it is typed; empty where none is known.
    pub fn saved(&self) -> String {
        match self.training {
            Training::Current(day) | Training::Old(day) => typed_day(day),
            Training::Unknown => String::new(),
        }
    }
}

/// Somebody who tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TesterLine {
    pub id: String,
    pub name: String,
    pub training: TrainingTyped,
    pub errors: Vec<FieldError>,
}

/// `done`: something was just noted.
#[component]
pub fn TesterList(lang: Lang, lines: Vec<TesterLine>, done: bool) -> impl IntoView {
    let back = Some(("/rounds".to_owned(), crate::texts::rounds::title(lang).to_owned()));
    let old = lines.iter().filter(|line| line.training.training.is_old()).count();
    let lead = match old {
        0 => t::lead(lang).to_owned(),
        old => t::lead_old(lang, whole(old)),
    };
    let none = lines.is_empty();
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <PageHead title=t::title(lang) lead back/>
        {done.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
        {if none {
            view! { <Empty title=t::empty(lang) text=t::empty_text(lang)/> }.into_any()
        } else {
            view! { <Rows label=t::title(lang)>{rows}</Rows> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: TesterLine) -> impl IntoView {
    let TesterLine { id, name, training, errors } = line;
    let (text, tone) = training_tag(lang, training.training);
    let action = format!("/testers/{id}");
    view! {
        <li class="row tester">
            <span class="row__body">
                <span class="row__name">{name.clone()}</span>
                <Tag text tone/>
            </span>
            <form class="tester__form" method="post" action=action novalidate>
                <TrainingField lang id=format!("trained-{id}") label=t::on_of(lang, &name) training errors/>
                <Button text=t::save(lang)/>
            </form>
        </li>
    }
    .into_any()
}

/// The same on the page of the account.
#[component]
pub fn TrainingForm(lang: Lang, action: String, training: TrainingTyped, errors: Vec<FieldError>) -> impl IntoView {
    let (text, tone) = training_tag(lang, training.training);
    view! {
        <form class="form form--plain" method="post" action=action novalidate>
            <TrainingField lang id="trained_on" label=t::on(lang) training errors/>
            <p><Tag text tone/></p>
            <Button text=t::save(lang)/>
        </form>
    }
    .into_any()
}

#[component]
fn TrainingField(
    lang: Lang,
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    training: TrainingTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let error = FieldError::of(&errors, "trained_on");
    view! {
        <input type="hidden" name="was" value=training.saved()/>
        <Field lang name="trained_on" id label value=training.typed hint=Some(t::on_hint(lang).to_owned()) error
            width=FieldWidth::Middle optional=true maxlength=20/>
    }
}

/// How it stands with the training, in words.
pub fn training_tag(lang: Lang, training: Training) -> (String, Tone) {
    match training {
        Training::Current(day) => (t::current(lang, day), Tone::Good),
        Training::Old(day) => (t::old(lang, day), Tone::Look),
        Training::Unknown => (t::unknown(lang).to_owned(), Tone::Calm),
    }
}
