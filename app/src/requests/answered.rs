//! What was answered to somebody, by whatever way they asked, and by when it has to be.

use domain::time::Day;
use leptos::prelude::*;

use super::{due_tone, due_words};
use crate::texts::Lang;
use crate::texts::requests::{self as t, page as p};
use crate::ui::Tone;

/// What the person was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    pub words: String,
    pub on: Day,
    pub by: Option<String>,
}

/// When it was answered, or until when it is to be.
pub fn standing(lang: Lang, today: Day, due_on: Day, answer: Option<&Answered>) -> (Tone, String) {
    match answer {
        Some(answer) => (Tone::Good, t::answered_on(lang, answer.on)),
        None => (due_tone(today, due_on), due_words(lang, today, due_on)),
    }
}

#[component]
pub fn Was(lang: Lang, answer: Answered) -> impl IntoView {
    let Answered { words, on, by } = answer;
    view! {
        <section class="section">
            <h2>{p::answer(lang)}</h2>
            <p class="told">{words}</p>
            <p class="quiet">{p::answered_by(lang, on, &by.unwrap_or_default())}</p>
        </section>
    }
    .into_any()
}

/// What was typed for a form that is there no more, since somebody else was first, before the eyes of whoever typed it: to
/// be told in another way. `id`: the field's name.
#[component]
pub fn Unsaved(lang: Lang, id: &'static str, words: String) -> impl IntoView {
    view! {
        <section class="section" id=id tabindex="-1">
            <h2>{p::unsaved(lang)}</h2>
            <p class="told">{words}</p>
        </section>
    }
    .into_any()
}
