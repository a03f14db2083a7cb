//! A number with large minus and plus, and where one is in a job of several screens.

use leptos::prelude::*;

use super::icon::{Icon, IconView};

/// Minus, number, plus. The words for screen readers come from outside.
#[component]
pub fn Stepper(
    #[prop(into)] label: String,
    #[prop(into)] less: String,
    #[prop(into)] more: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] step: Callback<i64>,
) -> impl IntoView {
    view! {
        <div class="stepper" role="group" aria-label=label>
            <button type="button" class="stepper__button" aria-label=less on:click=move |_| step.run(-1)>
                <IconView icon=Icon::Minus/>
            </button>
            <output class="stepper__value">{value}</output>
            <button type="button" class="stepper__button" aria-label=more on:click=move |_| step.run(1)>
                <IconView icon=Icon::Plus/>
            </button>
        </div>
    }
    .into_any()
}

/// The steps of a job in words, the present one marked.
#[component]
pub fn StepList(steps: Vec<String>, #[prop(into)] current: Signal<usize>) -> impl IntoView {
    let items: Vec<_> = steps
        .into_iter()
        .enumerate()
        .map(|(i, words)| {
            let now = move || (current.get() == i).then_some("step");
            view! { <li class="steps__step" aria-current=now>{format!("{}. {words}", i + 1)}</li> }
        })
        .collect();
    view! { <ol class="steps" role="list">{items}</ol> }.into_any()
}
