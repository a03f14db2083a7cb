//! The twelve questions, read aloud and answered by yes or no.

use domain::ids::{ParticipantId, ScreeningId};
use domain::safety::{PreScreen, Question};
use domain::screenings::{Asked, Screening, Verb};
use leptos::prelude::*;

use super::pick::Pick;
use crate::context::{lang, to_participants, use_tablet};
use crate::texts::{self, Lang, Words, safety as t, whole};
use crate::ui::{Button, ButtonKind, Notice, Tone};

/// The answers so far: kept as a draft, so that a reload or a call loses none.
type Answers = RwSignal<[Option<bool>; 12]>;

#[component]
pub fn Ask(
    person: ParticipantId,
    /// What was said before stays as it is.
    keep: Option<Callback<()>>,
    done: Callback<()>,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let answers: Answers = RwSignal::new([None; 12]);
    let draft = format!("screening/{person}");
    tablet.keep_draft(draft.clone(), answers, |answers| answers.iter().all(Option::is_none));
    let missing = RwSignal::new(None::<String>);
    let save = move |_| {
        let questions = PreScreen { answers: answers.get_untracked(), clearance: None };
        let open = questions.screen().unanswered;
        if let Some(first) = open.first() {
            missing.set(Some(t::ask::missing(lang, &which(lang, &open))));
            return to_question(*first);
        }
        let (on, _) = tablet.local_time();
        let id = tablet.new_ids(ScreeningId::new);
        let screening = Screening { id, participant: person, on, asked: Asked::Questions(questions) };
        tablet.record_form(vec![Verb::Record { screening }.into()], &draft);
        done.run(());
    };
    let answered = move || {
        let given = answers.get().iter().flatten().count();
        t::ask::answered(lang, whole(Question::ALL.len()), whole(given))
    };
    view! {
        <section class="ask" aria-labelledby="ask-title">
            <h2 id="ask-title" class="ask__title">{t::ask::title(lang)}</h2>
            <p>{t::ask::lead(lang)}</p>
            <div class="ask__questions">
                {Question::ALL.iter().map(|question| view! { <OneQuestion question=*question answers /> }).collect_view()}
            </div>
            {move || missing.get().map(|title| view! { <Notice tone=Tone::Look title live=true /> })}
            <div class="ask__end">
                <p class="ask__count">{answered}</p>
                {keep.map(|keep| view! {
                    <Button text=t::ask::keep(lang) script=true on:click=move |_| keep.run(()) />
                })}
                <Button text=t::ask::save(lang) kind=ButtonKind::Main class="ask__save" script=true on:click=save />
            </div>
        </section>
    }
}

#[component]
fn OneQuestion(question: Question, answers: Answers) -> impl IntoView {
    let lang = lang();
    let place = place_of(question);
    let legend = t::question_number(lang, &(place + 1).to_string(), question.words(to_participants(lang)));
    let given = move |answer: bool| Signal::derive(move || answers.get().get(place) == Some(&Some(answer)));
    let give = move |answer: bool| {
        answers.update(|answers| {
            if let Some(there) = answers.get_mut(place) {
                *there = Some(answer);
            }
        });
    };
    view! {
        <fieldset class="ask__question" id=question.code() tabindex="-1">
            <legend class="ask__words">{legend}</legend>
            <div class="ask__answers">
                <Pick name=question.code() words=t::no(lang) chosen=given(false) choose=move || give(false) />
                <Pick name=question.code() words=t::yes(lang) chosen=given(true) choose=move || give(true) />
            </div>
        </fieldset>
    }
}

fn place_of(question: Question) -> usize {
    Question::ALL.iter().position(|one| *one == question).unwrap_or_default()
}

/// "kysymys 2 ja kysymys 5".
fn which(lang: Lang, open: &[Question]) -> String {
    let numbered = |question: &Question| t::ask::which(lang, &(place_of(*question) + 1).to_string());
    texts::list(lang, &open.iter().map(numbered).collect::<Vec<_>>())
}

fn to_question(question: Question) {
    crate::context::typed_text::focus(question.code());
}
