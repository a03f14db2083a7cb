//! Questions with cards of answers that are chosen by a tap: the whole card is the target, and the keyboard's arrows work.

use leptos::prelude::*;

use crate::context::typed_text::Mistakes;
use crate::ui::{Button, ButtonKind, Icon, IconView};

#[component]
pub fn Pick(
    /// The question's own, so that one of its cards can be chosen.
    #[prop(into)]
    name: String,
    #[prop(into)] words: String,
    #[prop(into)] chosen: Signal<bool>,
    /// Any number of its question's cards can be chosen.
    #[prop(optional)]
    several: bool,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input class="choice__input" type=if several { "checkbox" } else { "radio" } name=name prop:checked=chosen
                on:change=move |_| choose() />
            <span class="choice__card">
                <span class="choice__dot"><span class="choice__tick"><IconView icon=Icon::Tick /></span></span>
                <span>{words}</span>
            </span>
        </label>
    }
}

/// A question with cards of which one can be chosen.
#[component]
pub fn Choose<T>(
    /// The question's own, and its id.
    name: &'static str,
    #[prop(into)] asked: String,
    #[prop(optional)] hint: &'static str,
    /// What is wrong, where an answer is needed.
    #[prop(optional)]
    mistakes: Option<Mistakes>,
    answers: Vec<(T, String)>,
    #[prop(into)] chosen: Signal<Option<T>>,
    choose: impl Fn(T) + Copy + 'static,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let card = move |(value, words): (T, String)| {
        let is_chosen = Signal::derive(move || chosen.get() == Some(value));
        view! { <Pick name=name words chosen=is_chosen choose=move || choose(value) /> }
    };
    let told = move || {
        let wrong = mistakes.map(|mistakes| mistakes.get()).unwrap_or_default();
        wrong.into_iter().find(|(field, _)| *field == name).map(|(_, words)| words)
    };
    view! {
        <fieldset class="ask__question" id=name tabindex="-1">
            <legend class="ask__words">{asked}</legend>
            {(!hint.is_empty()).then(|| view! { <p class="field__hint">{hint}</p> })}
            <p class="field__error" hidden=move || told().is_none()><IconView icon=Icon::Look /> {told}</p>
            <div class="ask__many">{answers.into_iter().map(card).collect_view()}</div>
        </fieldset>
    }
}

/// The questions of one screen, and the ways on: without an answer, and with it.
#[component]
pub fn Questions(
    label: &'static str,
    /// The words of the way on without an answer.
    without: &'static str,
    leave: Callback<()>,
    /// The words of the way on with it. Nothing where answers are recorded one by one.
    save: Option<(&'static str, Callback<()>)>,
    children: Children,
) -> impl IntoView {
    let kind = if save.is_some() { ButtonKind::Plain } else { ButtonKind::Main };
    view! {
        <section class="ask" aria-label=label>
            {children()}
            <div class="ask__end">
                <Button text=without kind class="ask__later" script=true on:click=move |_| leave.run(()) />
                {save.map(|(text, save)| view! {
                    <Button text kind=ButtonKind::Main class="ask__save" script=true on:click=move |_| save.run(()) />
                })}
            </div>
        </section>
    }
}
