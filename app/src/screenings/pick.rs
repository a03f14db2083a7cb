//! One card of an answer that is chosen by a tap: the whole card is the target, and the keyboard's arrows work.

use leptos::prelude::*;

use crate::ui::{Icon, IconView};

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
