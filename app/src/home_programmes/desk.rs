//! Somebody's programme at the desk: what it is, the days on which it was done, and the form that makes or changes it.

use std::collections::BTreeSet;

use domain::exercises::{Exercise, ExerciseKind};
use domain::home_programmes::{Chosen, Form, HomeProgramme, NOTE};
use domain::home_weeks::days_from;
use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use super::days_in_words;
use super::summary::Summary;
use crate::exercises::said;
use crate::home_weeks::on_sheets;
use crate::home_weeks::row::DeskWeek;
use crate::texts::{Lang, Words as _, home_exercise as t, typed_day};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorSummary, Field, FieldError, FieldWidth, Icon, IconView, Notice, PageHead,
    TextArea, Tone,
};

/// One exercise as it was chosen and typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowTyped {
    pub exercise: Exercise,
    pub is_chosen: bool,
    pub form: String,
    pub amount: String,
    pub rounds: String,
}

impl RowTyped {
    /// As it stands in the programme; what is not in it as one begins with it.
    fn of(exercise: Exercise, programme: Option<&HomeProgramme>) -> Self {
        let there = programme.and_then(|all| all.exercises.iter().find(|one| one.exercise == exercise)).copied();
        let Chosen { form, amount, rounds, .. } = there.unwrap_or_else(|| Chosen::usual(exercise));
        let (form, amount, rounds) = (form.code().to_owned(), amount.to_string(), rounds.to_string());
        Self { exercise, is_chosen: there.is_some(), form, amount, rounds }
    }
}

/// The form as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgrammeTyped {
    /// The version that it was filled from; 0 for none.
    pub rev: String,
    pub from: String,
    pub note: String,
    /// One for every exercise.
    pub rows: Vec<RowTyped>,
}

impl ProgrammeTyped {
    /// As the programme stands now. A new one begins today, with what the last one had.
    pub fn of(rev: i64, last: Option<&HomeProgramme>, today: Day) -> Self {
        let row = |exercise: &Exercise| RowTyped::of(*exercise, last);
        let open = last.filter(|programme| programme.is_open(today));
        Self {
            rev: rev.to_string(),
            from: typed_day(open.map_or(today, |programme| programme.from)),
            note: last.map(|programme| programme.note.clone()).unwrap_or_default(),
            rows: Exercise::ALL.iter().map(row).collect(),
        }
    }
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct DeskExercise {
    pub person: ParticipantId,
    pub name: String,
    pub today: Day,
    /// Nothing where there is none, or it has ended.
    pub programme: Option<HomeProgramme>,
    pub made_by: Option<String>,
    pub done: BTreeSet<Day>,
    /// The version of everything that is shown of the programme.
    pub rev: i64,
    /// The form begins from a programme that has ended.
    pub is_from_last: bool,
    pub typed: ProgrammeTyped,
    pub errors: Vec<FieldError>,
    /// A sentence about what was just saved.
    pub said: Option<&'static str>,
    /// It has just been ended, which can be taken back.
    pub may_resume: bool,
}

/// Where somebody's page stands.
pub fn path(person: ParticipantId) -> String {
    format!("/people/{person}/home-exercise")
}

#[component]
pub fn DeskExercisePage(lang: Lang, view: DeskExercise) -> impl IntoView {
    let DeskExercise { person, name, today, programme, made_by, done, rev, is_from_last, typed, errors, .. } = view;
    let resume = view.may_resume.then(|| view! { <Press lang person rev name="resume"/> });
    let back = Some((format!("/people/{person}"), name.clone()));
    let (is_open, is_wrong) = (programme.is_some(), !errors.is_empty());
    let title = if is_open { t::edit::change(lang) } else { t::edit::make(lang) };
    view! {
        <PageHead title=t::title(lang) lead=name back/>
        <div class="stack notes">
            <ErrorSummary lang errors=errors.clone()/>
            {view.said.map(|title| view! { <Notice tone=Tone::Good title live=true>{resume}</Notice> })}
        </div>
        <div class="home-exercise">
            <section class="card" id="programme">
                <h2>{t::programme(lang)}</h2>
                <Programme lang person programme made_by today rev/>
            </section>
            <section class="card" id="days">
                <h2>{t::ticks::title(lang)}</h2>
                <Days lang person today done/>
            </section>
            <details class="card more home-form" open=is_wrong || !is_open>
                <summary><h2>{title}</h2></summary>
                {is_from_last.then(|| view! { <p>{t::edit::from_last(lang)}</p> })}
                <ProgrammeForm lang person typed errors/>
            </details>
        </div>
    }
    .into_any()
}

#[component]
fn Programme(
    lang: Lang,
    person: ParticipantId,
    programme: Option<HomeProgramme>,
    made_by: Option<String>,
    today: Day,
    rev: i64,
) -> impl IntoView {
    let Some(programme) = programme else { return view! { <p class="quiet">{t::none(lang)}</p> }.into_any() };
    let note = (!programme.note.is_empty()).then(|| view! { <p>{programme.note.clone()}</p> });
    view! {
        <p><strong>{days_in_words(lang, &programme, today)}</strong></p>
        <ExerciseNames lang programme=programme.clone()/>
        {note}
        {made_by.map(|name| view! { <p class="quiet">{t::made_by(lang, &name)}</p> })}
        <div class="cluster">
            <ButtonLink text=t::edit::print(lang) href=format!("{}/sheet", path(person))/>
            <Press lang person rev name="end"/>
        </div>
    }
    .into_any()
}

/// One press that ends the programme (`end`), or takes that back (`resume`), as far as it is what the page shows.
#[component]
fn Press(lang: Lang, person: ParticipantId, rev: i64, name: &'static str) -> impl IntoView {
    let text = if name == "end" { t::edit::end(lang) } else { t::edit::resume(lang) };
    view! {
        <form method="post" action=path(person)>
            <input type="hidden" name=name value="yes"/>
            <input type="hidden" name="rev" value=rev.to_string()/>
            <Button text/>
        </form>
    }
    .into_any()
}

/// The exercises, a line each, with how much of each.
#[component]
fn ExerciseNames(lang: Lang, programme: HomeProgramme) -> impl IntoView {
    let lines: Vec<_> = programme
        .exercises
        .iter()
        .map(|chosen| {
            view! {
                <li>
                    <span class="table__name">
                        {super::name(lang, *chosen)}
                        <span class="table__more">{crate::exercises::dose(lang, chosen.dose())}</span>
                    </span>
                </li>
            }
        })
        .collect();
    view! { <ul class="days" role="list">{lines}</ul> }.into_any()
}

/// The weeks of sheets that come back, saved together.
#[component]
fn Days(lang: Lang, person: ParticipantId, today: Day, done: BTreeSet<Day>) -> impl IntoView {
    let shown = || on_sheets(today).flat_map(days_from).filter(|day| done.contains(day));
    // Only what is changed here is written: a day that was told elsewhere meanwhile stays.
    let were: Vec<_> = shown().map(|day| view! { <input type="hidden" name="was" value=day.to_string()/> }).collect();
    let weeks: Vec<_> =
        on_sheets(today).map(|monday| view! { <DeskWeek lang monday today done=done.clone()/> }).collect();
    view! {
        <form class="stack" method="post" action=format!("{}/days", path(person))>
            <p class="quiet">{t::ticks::hint(lang)}</p>
            {were}
            {weeks}
            <Button text=t::ticks::save(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

#[component]
fn ProgrammeForm(lang: Lang, person: ParticipantId, typed: ProgrammeTyped, errors: Vec<FieldError>) -> impl IntoView {
    let of = |name: &str| FieldError::of(&errors, name);
    let wrong = of("e").map(|text| {
        view! { <p class="field__error"><IconView icon=Icon::Wrong/><span>{text}</span></p> }
    });
    let (from, note, rev) = (typed.from.clone(), typed.note.clone(), typed.rev.clone());
    let kinds: Vec<_> = ExerciseKind::ALL
        .iter()
        .map(|kind| {
            let rows = typed.rows.iter().filter(|row| row.exercise.kind() == *kind);
            let rows: Vec<_> = rows.map(|row| view! { <Row lang row=row.clone()/> }).collect();
            view! {
                <fieldset class="home-form__kind">
                    <legend>{kind.words(lang)}</legend>
                    <ul class="home-form__rows" role="list">{rows}</ul>
                </fieldset>
            }
        })
        .collect();
    view! {
        <form class="stack" method="post" action=path(person) novalidate>
            <input type="hidden" name="rev" value=rev/>
            <h3 id="e" tabindex="-1">{t::edit::choose(lang)}</h3>
            <p class="quiet">{t::edit::choose_hint(lang)}</p>
            {wrong}
            {kinds}
            <Field lang name="from" label=t::edit::from(lang) value=from error=of("from") width=FieldWidth::Middle/>
            <TextArea lang name="note" label=t::edit::note(lang) value=note hint=Some(t::edit::note_hint(lang).to_owned())
                error=of("note") optional=true maxlength=u32::try_from(NOTE).unwrap_or(u32::MAX)/>
            <Button text=t::edit::save(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

/// One exercise: a box to choose it, and below it form and amount, folded in until they matter.
#[component]
fn Row(lang: Lang, row: RowTyped) -> impl IntoView {
    let RowTyped { exercise, is_chosen, form, amount, rounds } = row;
    let name = said(lang, exercise).name;
    let code = exercise.code();
    let forms: Vec<_> = Form::ALL
        .iter()
        .map(|one| view! { <option value=one.code() selected=one.code() == form>{one.words(lang)}</option> })
        .collect();
    let (least, most) = exercise.dose().amount.limits();
    let number = |what: &'static str, label: &'static str, value: String, least: u8, most: u8| {
        let id = format!("{what}-{code}");
        view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{label}</label>
                <input class="field__input field__input--short" id=id name=format!("{what}_{code}") type="number"
                    inputmode="numeric" min=least.to_string() max=most.to_string() value=value/>
            </div>
        }
    };
    let form_id = format!("form-{code}");
    view! {
        <li class="home-form__row">
            <label class="choice">
                <input class="choice__input" type="checkbox" name="e" value=code checked=is_chosen/>
                <span class="choice__card">
                    <span class="choice__dot"><span class="choice__tick"><IconView icon=Icon::Tick/></span></span>
                    <span>{name}</span>
                </span>
            </label>
            <details class="home-form__more" open=is_chosen>
                <summary aria-label=format!("{}: {name}", t::edit::details(lang))>{t::edit::details(lang)}</summary>
                <div class="home-form__fields">
                    <div class="field">
                        <label class="field__label" for=form_id.clone()>{t::edit::form(lang)}</label>
                        <select class="field__input" id=form_id name=format!("form_{code}")>{forms}</select>
                    </div>
                    {number("amount", crate::exercises::unit(lang, exercise.dose().amount), amount, least, most)}
                    {number("rounds", t::edit::rounds(lang), rounds, 1, 3)}
                </div>
            </details>
        </li>
    }
    .into_any()
}

/// What the person's page shows of it: what there is, how this week went, and the way to the rest.
#[derive(Clone, PartialEq, Debug)]
pub struct HomeCard {
    pub person: ParticipantId,
    pub today: Day,
    pub programme: Option<HomeProgramme>,
    pub done: BTreeSet<Day>,
    pub may_open: bool,
}

#[component]
pub fn HomeExerciseCard(lang: Lang, card: HomeCard) -> impl IntoView {
    let HomeCard { person, today, programme, done, may_open } = card;
    view! {
        <section class="card" id="home-exercise">
            <h2>{t::title(lang)}</h2>
            <Summary lang programme done today/>
            {may_open.then(|| view! { <p><ButtonLink text=t::edit::open(lang) href=path(person)/></p> })}
        </section>
    }
    .into_any()
}
