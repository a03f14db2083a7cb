//! A few choices side by side, one of which holds: it takes effect at once, nothing is submitted.

use leptos::prelude::*;

/// The choices; its children are [`SwitchButton`].
#[component]
pub fn Switch(#[prop(into)] label: String, #[prop(optional)] class: &'static str, children: Children) -> impl IntoView {
    view! { <div class=format!("switch {class}").trim_end().to_owned() role="group" aria-label=label>{children()}</div> }
        .into_any()
}

/// One choice. Its handler is added from outside.
#[component]
pub fn SwitchButton(
    #[prop(into)] text: String,
    #[prop(into)] pressed: Signal<bool>,
    /// The language of its words, where that is not the page's.
    #[prop(optional, into)]
    lang: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button type="button" class="switch__button" lang=lang aria-pressed=move || pressed.get().to_string()>
            {text}
        </button>
    }
    .into_any()
}
