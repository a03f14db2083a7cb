//! Choice cards: a few answers side by side, the whole card to tap.

use domain::codes::Code;
use leptos::prelude::*;

use super::icon::{Icon, IconView};
use crate::texts::{Lang, Words};

/// One card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub hint: Option<String>,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, words: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), words: words.into(), hint: None, chosen }
    }

    /// The card of a code.
    pub fn of(lang: Lang, code: impl Code + Words, chosen: bool) -> Self {
        Self::new(code.code(), code.words(lang), chosen)
    }
}

/// A question with cards. One can be chosen, or with `several` any number.
#[component]
pub fn ChoiceCards(
    #[prop(into)] legend: String,
    name: &'static str,
    choices: Vec<Choice>,
    #[prop(optional)] several: bool,
    /// One below the other.
    #[prop(optional)]
    column: bool,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let described = error.is_some().then(|| format!("{name}-error"));
    let kind = if several { "checkbox" } else { "radio" };
    let cards: Vec<_> = choices
        .into_iter()
        .enumerate()
        .map(|(i, choice)| {
            // The first card carries the field's own id, so that the error summary leads to it.
            let id = if i == 0 { name.to_owned() } else { format!("{name}-{i}") };
            view! {
                <label class="choice">
                    <input class="choice__input" type=kind id=id name=name value=choice.value checked=choice.chosen/>
                    <span class="choice__card">
                        <span class="choice__dot"><span class="choice__tick"><IconView icon=Icon::Tick/></span></span>
                        <span>
                            {choice.words}
                            {choice.hint.map(|hint| view! { <span class="choice__hint">{hint}</span> })}
                        </span>
                    </span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class=if column { "choices choices--column" } else { "choices" } aria-describedby=described>
            <legend class="choices__legend">{legend}</legend>
            {hint.map(|hint| view! { <p class="field__hint">{hint}</p> })}
            {error.map(|error| view! {
                <p class="field__error" id=format!("{name}-error")><IconView icon=Icon::Wrong/><span>{error}</span></p>
            })}
            <div class="choices__list">{cards}</div>
        </fieldset>
    }
    .into_any()
}
