//! The twelve questions at the desk, for somebody on the telephone or with a paper in hand.

use domain::ids::ParticipantId;
use domain::safety::Question;
use leptos::prelude::*;

use crate::texts::{Lang, Words, common, safety::desk as t};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, PageHead,
};

/// The names of the fields, in the order of the questions.
pub const FIELDS: [&str; 12] = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12"];

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QuestionsTyped {
    /// The id that the answers will have.
    pub rev: String,
    pub on: String,
    /// `yes`, `no`, or nothing where the person did not answer.
    pub answers: [String; 12],
}

#[component]
pub fn Questions(
    lang: Lang,
    /// As the municipality addresses people: what is read out.
    said_in: Lang,
    person: ParticipantId,
    name: String,
    typed: QuestionsTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let back = format!("/people/{person}");
    let error = |field: &str| FieldError::of(&errors, field);
    let questions: Vec<_> = Question::ALL
        .iter()
        .zip(FIELDS)
        .zip(typed.answers)
        .map(|((question, name), chosen)| {
            let answers = [("yes", common::yes(lang)), ("no", common::no(lang)), ("", t::not_answered(lang))];
            let choices = answers.map(|(value, words)| Choice::new(value, words, value == chosen)).to_vec();
            view! { <ChoiceCards legend=question.words(said_in) name choices error=error(name)/> }
        })
        .collect();
    let on = error("on");
    view! {
        <PageHead title=t::title(lang) lead=name back=Some((back.clone(), t::back(lang).to_owned()))/>
        <form class="form" method="post" action=format!("/people/{person}/questions") novalidate>
            <input type="hidden" name="rev" value=typed.rev/>
            <ErrorSummary lang errors=errors.clone()/>
            <p>{t::lead(lang)}</p>
            <Field lang name="on" label=t::on(lang) value=typed.on width=FieldWidth::Middle error=on/>
            <div class="form__part">{questions}</div>
            <div class="form__actions">
                <Button text=t::save(lang).to_owned() kind=ButtonKind::Main/>
                <ButtonLink text=common::cancel(lang) href=back kind=ButtonKind::Quiet/>
            </div>
        </form>
    }
    .into_any()
}
