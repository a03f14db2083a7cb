//! Things to know, nothing to show, and something to undo.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use super::mark::Tone;

/// Something to know, calm by default; its children say more or offer the one thing to do.
#[component]
pub fn Notice(
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(into)] title: Signal<String>,
    /// Announced by screen readers when it appears, at once when something went wrong.
    #[prop(optional)]
    live: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let role = move || live.then(|| if tone.get() == Tone::Wrong { "alert" } else { "status" });
    view! {
        <div class=move || tone.get().notice_class() role=role>
            <span class="notice__icon">{move || view! { <IconView icon=tone.get().icon()/> }}</span>
            <div class="notice__body">
                <p class="notice__title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}

/// A list without entries: says so, and what to do.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty__title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// What was just done, with the way back. It stays until the next action.
#[component]
pub fn UndoBar(#[prop(into)] text: String, #[prop(into)] button: String, undo: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="undo-bar">
            <span role="status">{text}</span>
            <button type="button" class="undo-bar__button" on:click=move |_| undo()>
                <span class="cluster"><IconView icon=Icon::Undo/><span>{button}</span></span>
            </button>
        </div>
    }
    .into_any()
}
