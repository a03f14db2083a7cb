//! A sheet over the view: the browser's own dialog, which keeps the focus inside and closes by Escape.

use leptos::prelude::*;

use super::frame::lang;
use crate::texts::common;
use crate::ui::{Icon, IconView};

#[component]
pub fn Dialog(#[prop(into)] title: String, close: impl Fn() + Copy + 'static, children: Children) -> impl IntoView {
    let lang = lang();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            // Fails only outside the document; then there is nothing to show.
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="sheet-title" on:close=move |_| close()>
            <div class="sheet__head">
                <h2 id="sheet-title" class="sheet__title">{title}</h2>
                <button type="button" class="button sheet__close" on:click=move |_| close()>
                    <IconView icon=Icon::Cross />
                    {common::close(lang)}
                </button>
            </div>
            {children()}
        </dialog>
    }
}
