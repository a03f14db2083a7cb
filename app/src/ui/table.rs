//! Tables that scroll in their own frame.

use leptos::prelude::*;

/// The frame of a `<table class="table">`: reached by keyboard, because it may scroll.
#[component]
pub fn TableFrame(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <div class="table-frame" role="region" aria-label=label tabindex="0">{children()}</div> }.into_any()
}
