//! All exercises, to look at and to choose from; and one exercise on a page of its own.

use domain::exercises::{Exercise, ExerciseKind};
use domain::home_programmes::{Chosen, Form};
use leptos::prelude::*;

use super::{PATH, Said, dose, said};
use crate::figures;
use crate::texts::{Lang, Words as _, exercises as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Icon, IconView, Notice, Tone};

/// All exercises by what they are for; those that are chosen make a programme. `missing`: nothing was chosen.
#[component]
pub fn Exercises(lang: Lang, missing: bool) -> impl IntoView {
    let kinds: Vec<_> = ExerciseKind::ALL.iter().map(|kind| view! { <OfKind lang kind=*kind/> }).collect();
    view! {
        <h1>{t::title(lang)}</h1>
        <p>{t::lead(lang)}</p>
        <Before lang/>
        {missing.then(|| view! { <Notice tone=Tone::Look title=t::nothing_chosen(lang) live=true/> })}
        <form class="exercises" method="get" action=sheet_path()>
            <p class="own__label">{t::choose(lang)}</p>
            <p>{t::choose_hint(lang)}</p>
            {kinds}
            <Button text=t::make_sheet(lang) kind=ButtonKind::Main wide=true/>
        </form>
        <nav class="own__ways" aria-label=t::find(lang)><ButtonLink text=t::find(lang) href="/find"/></nav>
    }
    .into_any()
}

/// Where the programme of the chosen ones stands.
pub fn sheet_path() -> String {
    format!("{PATH}/sheet")
}

/// Where one of them stands.
fn path(exercise: Exercise) -> String {
    format!("{PATH}/{}", exercise.code())
}

/// What to see to first, and when to stop.
#[component]
pub fn Before(lang: Lang) -> impl IntoView {
    use t::before;
    let stops: Vec<_> = before::stop(lang).split("; ").map(|sign| view! { <li>{sign}</li> }).collect();
    view! {
        <section class="exercises__before" aria-label=before::title(lang)>
            <h2>{before::title(lang)}</h2>
            <p>{before::place(lang)}</p>
            <p>{before::breath(lang)}</p>
            <h3>{before::stop_title(lang)}</h3>
            <ul>{stops}</ul>
            <p><strong>{before::help(lang)}</strong></p>
        </section>
    }
    .into_any()
}

#[component]
fn OfKind(lang: Lang, kind: ExerciseKind) -> impl IntoView {
    let cards: Vec<_> = Exercise::ALL
        .iter()
        .filter(|exercise| exercise.kind() == kind)
        .map(|exercise| view! { <Card lang exercise=*exercise/> })
        .collect();
    view! {
        <fieldset class="exercises__kind">
            <legend>{kind.words(lang)}</legend>
            <ul class="exercises__cards" role="list">{cards}</ul>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Card(lang: Lang, exercise: Exercise) -> impl IntoView {
    let name = said(lang, exercise).name;
    view! {
        <li class="exercises__card">
            {figures::view(lang, &figures::exercises::drawing(exercise), None)}
            <label class="choice">
                <input class="choice__input" type="checkbox" name="e" value=exercise.code()/>
                <span class="choice__card">
                    <span class="choice__dot"><span class="choice__tick"><IconView icon=Icon::Tick/></span></span>
                    <span>{name}</span>
                </span>
            </label>
            <a class="button" href=path(exercise) aria-label=format!("{}: {name}", t::open(lang))>{t::open(lang)}</a>
        </li>
    }
    .into_any()
}

/// One exercise: the picture, what to do, how much.
#[component]
pub fn ExercisePage(lang: Lang, exercise: Exercise) -> impl IntoView {
    let (before, after) = exercise.neighbours();
    let before = before.map(|one| {
        view! { <ButtonLink text=t::previous(lang, said(lang, one).name) href=path(one)/> }
    });
    let after = after.map(|one| view! { <ButtonLink text=t::next(lang, said(lang, one).name) href=path(one)/> });
    view! {
        <p class="own__label">{exercise.kind().words(lang)}</p>
        <h1>{said(lang, exercise).name}</h1>
        <Told lang exercise/>
        <nav class="own__ways" aria-label=t::all(lang)>
            {after}{before}
            <ButtonLink text=t::all(lang) href=PATH/>
        </nav>
    }
    .into_any()
}

/// What is said of an exercise, beside its picture; `chosen`: as it stands in somebody's programme.
#[component]
pub fn Told(lang: Lang, exercise: Exercise, #[prop(optional_no_strip)] chosen: Option<Chosen>) -> impl IntoView {
    let said = said(lang, exercise);
    let amount = chosen.map_or(exercise.dose(), Chosen::dose);
    let forms = forms(lang, &said, chosen.map_or(Form::Usual, |chosen| chosen.form));
    let steps: Vec<_> = said.each_step().map(|step| view! { <li>{step}</li> }).collect();
    view! {
        <div class="exercise">
            {figures::view(lang, &figures::exercises::drawing(exercise), None)}
            <div class="exercise__words">
                <p><strong>{t::start(lang)}</strong>" "{said.start}</p>
                <ol class="exercise__steps" aria-label=t::steps(lang)>{steps}</ol>
                <p class="own__big">{dose(lang, amount)}</p>
                {forms}
                <p class="own__note"><strong>{t::care(lang)}</strong>" "{said.care}</p>
            </div>
        </div>
    }
    .into_any()
}

/// The other forms of an exercise; of somebody who was given one of them, that one alone.
fn forms(lang: Lang, said: &Said, form: Form) -> AnyView {
    use crate::texts::home_exercise::own;
    match form {
        Form::Usual => view! {
            <p><strong>{t::easier(lang)}</strong>" "{said.easier}</p>
            <p><strong>{t::harder(lang)}</strong>" "{said.harder}</p>
        }
        .into_any(),
        Form::Easier => view! { <p><strong>{own::easier(lang)}</strong>" "{said.easier}</p> }.into_any(),
        Form::Harder => view! { <p><strong>{own::harder(lang)}</strong>" "{said.harder}</p> }.into_any(),
    }
}
