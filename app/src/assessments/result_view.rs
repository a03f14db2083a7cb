//! The result at once: points per part, total, band and change against the last time, in plain words.

use domain::assessments::{Assessment, Instrument, OutcomeMeasure, Trial};
use leptos::prelude::*;

use super::conditions::Circumstances;
use super::entering::Entering;
use super::references::Who;
use super::test_form::TestForm;
use super::told::{Line, band, headline, last_measured, lines, measured_before};
use super::versions_view::Versions;
use super::words::{item_value, part_words, question};
use crate::context::address::Address;
use crate::context::{lang, to_participants, use_tablet};
use crate::texts::guide::sources;
use crate::texts::{self, Words, common, measure as t, waiting::decide, whole};
use crate::ui::{Button, ButtonKind, ButtonLink, Fact, Facts, Notice, Tag, Tone};

#[component]
pub fn ResultView(
    form: Entering,
    save: impl Fn() + Copy + 'static,
    discard: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let lang = lang();
    let asked = form.instrument() == Some(Instrument::SelfReport);
    let open = Memo::new(move |_| form.read(TestForm::open_parts));
    let amends = Memo::new(move |_| form.read(|form| form.amends.is_some()));
    let complete = Memo::new(move |_| form.read(TestForm::is_complete));
    let unfinished = move || {
        let words = |part| form.instrument().map(|test| part_words(lang, test, part)).unwrap_or_default().to_owned();
        let parts: Vec<_> = open.get().into_iter().map(words).collect();
        t::unfinished(lang, &texts::list(lang, &parts))
    };
    view! {
        <div class="result stack">
            <Show when=move || !open.get().is_empty()>
                <Notice tone=Tone::Look title=unfinished />
            </Show>
            {if asked {
                view! { <AnswersGiven form /> }.into_any()
            } else {
                view! {
                    {move || form.read(|form| Some(form.assessment())).map(|assessment| view! { <TestResult assessment /> })}
                    <Circumstances form />
                }
                .into_any()
            }}
            <Note form />
            <Show when=move || amends.get()>
                <Reason form />
            </Show>
            <Button
                text=move || match (amends.get(), asked) {
                    (true, _) => t::amend_save(lang),
                    (_, true) => t::answers::save(lang),
                    _ => t::save(lang),
                }
                kind=ButtonKind::Main
                wide=true
                disabled=move || !complete.get()
                script=true
                on:click=move |_| save()
            />
            <Button
                text=t::discard(lang)
                kind=ButtonKind::Quiet
                class="result__discard"
                script=true
                on:click=move |_| discard()
            />
        </div>
    }
}

/// How many questions have an answer, and which have none. The answers themselves are shown on request alone: the hall
/// looks on.
#[component]
fn AnswersGiven(form: Entering) -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    let counted = move || {
        let (_, all) = form.read(|form| form.counted(usize::MAX));
        let open = form.read(TestForm::unanswered).len();
        t::answers::counted(lang, whole(all), whole(all.saturating_sub(open)))
    };
    let unanswered = move || {
        let open: Vec<_> = form.read(TestForm::unanswered).iter().map(|item| item.words(lang).to_owned()).collect();
        (!open.is_empty()).then(|| t::answers::unanswered(lang, &texts::list(lang, &open)))
    };
    let answer = move |trial: Trial| {
        let value = trial.value().map(|value| item_value(lang, Instrument::SelfReport, trial.item, value));
        view! { <Fact name=question(lang, trial.item).unwrap_or_default() value=value.unwrap_or_default() /> }
    };
    let answers = move || form.read(TestForm::trials).into_iter().map(answer).collect_view();
    view! {
        <section class="stack">
            <p class="told__sentence">{counted}</p>
            <p>{unanswered}</p>
            <Show when=move || !hidden.get()>
                <details class="conditions">
                    <summary>{t::answers::show(lang)}</summary>
                    <Facts>{answers}</Facts>
                </details>
            </Show>
        </section>
    }
}

/// An ordinary text field: the keyboard's own dictation writes into it. Hidden from the group it is read while it is
/// being written.
#[component]
fn Note(form: Entering) -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    let asked = form.instrument() == Some(Instrument::SelfReport);
    view! {
        <div class="field">
            <label class="field__label" for="note">
                {t::note(lang)} <span class="field__optional">" (" {common::optional(lang)} ")"</span>
            </label>
            <p class="field__hint" id="note-hint">{if asked { t::note_hint_answers(lang) } else { t::note_hint(lang) }}</p>
            <textarea
                class="field__input"
                id="note"
                rows="2"
                // It may tell the value of a trial that was done again.
                class:field__input--hidden=hidden
                autocomplete="off"
                autocapitalize="sentences"
                aria-describedby="note-hint"
                prop:value=move || form.read(|form| form.note().to_owned())
                on:input:target=move |event| form.change(|form| form.set_note(&event.target().value()))
            ></textarea>
        </div>
    }
}

/// Why a recorded test is corrected.
#[component]
fn Reason(form: Entering) -> impl IntoView {
    let lang = lang();
    let reason = move || form.read(|form| form.amends.clone().unwrap_or_default());
    view! {
        <div class="field">
            <label class="field__label" for="reason">{t::amend_reason(lang)}</label>
            <p class="field__hint" hidden=move || !reason().trim().is_empty()>{t::amend_reason_empty(lang)}</p>
            <input
                class="field__input"
                id="reason"
                autocomplete="off"
                prop:value=reason
                on:input:target=move |event| form.change(|form| form.amends = Some(event.target().value()))
            />
        </div>
    }
}

/// Blanks the numbers before the group.
#[component]
pub fn Privacy() -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    view! {
        <Button
            text=move || if hidden.get() { t::privacy_off(lang) } else { t::privacy(lang) }
            class="told__privacy"
            pressed=hidden
            script=true
            on:click=move |_| hidden.update(|hidden| *hidden = !*hidden)
        />
    }
}

/// What a test says. The privacy switch blanks the numbers before the group.
#[component]
pub fn TestResult(
    assessment: Assessment,
    /// Stands in a list, which has the privacy switch for all.
    #[prop(optional)]
    listed: bool,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let hidden = tablet.privacy();
    let all = untrack(|| tablet.assessments(assessment.participant));
    let last = last_measured(&all, &assessment).cloned();
    let notes: Vec<_> = assessment.trials.iter().filter_map(|trial| trial.note.clone()).collect();
    let notes = (!notes.is_empty()).then(|| t::noted(lang, &notes.join(" ")));
    let amended = assessment.amended_because.as_deref().map(|reason| t::amended(lang, reason));
    // While it is entered, its own field says it: a line above would move that under the finger.
    let pain = assessment.circumstances.pain.filter(|_| listed).map(|pain| t::pain_told(lang, i64::from(pain)));
    let sides = (listed && assessment.has_sides()).then(|| assessment.clone());
    let who = untrack(|| tablet.participant(assessment.participant));
    let who = who.map(|person| Who::of(&person.profile, assessment.measured_on)).unwrap_or_default();
    let lines = lines(to_participants(lang), &assessment, &measured_before(&all, &assessment), who);
    // One sentence for the person, on the test's main result.
    let spoken =
        lines.iter().rev().find(|line| is_main(line.outcome)).or(lines.first()).map(|line| line.sentence.clone());
    let band = band(lang, &assessment).map(|band| t::band_is(lang, band));
    let last_said = match &last {
        Some(last) => t::last_time(lang, last.measured_on, &headline(lang, last)),
        None if untrack(|| tablet.lapsed().get()) => t::last_hidden(lang).to_owned(),
        None => t::first_time(lang).to_owned(),
    };
    view! {
        <div class="told">
            {(!listed).then(|| view! { <Privacy /> })}
            {assessment.disputed.then(|| view! { <Notice tone=Tone::Look title=t::disputed(lang) /> })}
            {sides.map(|test| view! {
                <Versions test />
                <ButtonLink text=decide::choose(lang) href=Address::Decide.to_string() />
            })}
            <Show
                when=move || !hidden.get()
                fallback=move || view! { <p class="told__hidden">{t::privacy_on(lang)}</p> }
            >
                {spoken.clone().map(|spoken| view! { <p class="told__sentence">{spoken}</p> })}
                <dl class="told__lines">{lines.iter().cloned().map(result_line).collect_view()}</dl>
                <p class="told__band">{band.clone()}</p>
                <p class="quiet">{last_said.clone()}</p>
                {amended.clone().map(|amended| view! { <p class="quiet">{amended}</p> })}
                {pain.clone().map(|pain| view! { <p class="told__note">{pain}</p> })}
                {notes.clone().map(|notes| view! { <p class="told__note">{notes}</p> })}
            </Show>
            {(!listed).then(|| view! {
                <ButtonLink text=sources::title(lang) href=Address::Sources.to_string() />
            })}
        </div>
    }
}

/// The result that a test is known by.
const fn is_main(outcome: OutcomeMeasure) -> bool {
    !matches!(
        outcome,
        OutcomeMeasure::SppbBalance
            | OutcomeMeasure::SppbGait
            | OutcomeMeasure::SppbChair
            | OutcomeMeasure::Gait4Speed
            | OutcomeMeasure::Chair5Time
            | OutcomeMeasure::Gait10MaximalSpeed
    )
}

fn result_line(line: Line) -> impl IntoView {
    let main = is_main(line.outcome);
    view! {
        <div class="told__line" class:told__line--main=main>
            <dt>{line.label}</dt>
            <dd>
                <span class="number">{line.value}</span>
                {line.change.map(|text| view! { <Tag text /> })}
            </dd>
            {line.references.into_iter().map(|words| view! { <dd class="told__reference">{words}</dd> }).collect_view()}
        </div>
    }
}
