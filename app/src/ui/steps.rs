//! Where one is in a job of several screens.

use leptos::prelude::*;

/// The steps of a job in words, the present one marked.
#[component]
pub fn Steps(steps: Vec<&'static str>, #[prop(into)] current: Signal<usize>) -> impl IntoView {
    let items: Vec<_> = steps
        .into_iter()
        .enumerate()
        .map(|(i, words)| {
            let now = move || (current.get() == i).then_some("step");
            view! { <li class="steps__step" aria-current=now>{words}</li> }
        })
        .collect();
    view! { <ol class="steps" role="list">{items}</ol> }.into_any()
}
