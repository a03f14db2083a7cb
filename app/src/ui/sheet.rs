//! A sheet over the view: the browser's own dialog, which keeps the focus inside and closes by Escape.

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use crate::texts::{Lang, common};

#[component]
pub fn Sheet(
    lang: Lang,
    /// Its own, where another sheet may be open beneath it.
    #[prop(default = "sheet")]
    id: &'static str,
    #[prop(into)] title: String,
    /// As high as the screen: what is added inside moves nothing that is there.
    #[prop(optional)]
    tall: bool,
    close: impl Fn() + Copy + 'static,
    children: Children,
) -> impl IntoView {
    let (title_id, labelled) = (format!("{id}-title"), format!("{id}-title"));
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            // Fails only outside the document; then there is nothing to show.
            let _ = dialog.show_modal();
            // The browser's Back closes it.
            #[cfg(target_arch = "wasm32")]
            crate::device::browser::note_open_dialog();
        }
    });
    view! {
        <dialog class=if tall { "sheet sheet--tall" } else { "sheet" } node_ref=dialog aria-labelledby=labelled on:close=move |_| close()>
            <div class="sheet__head">
                <h2 id=title_id class="sheet__title">{title}</h2>
                <Button text=common::close(lang) icon=Icon::Cross class="sheet__close" script=true on:click=move |_| close()/>
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}
