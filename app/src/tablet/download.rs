//! The first download: a step of its own, with progress and what to do without network.

use leptos::prelude::*;

use crate::context::{lang, use_tablet};
use crate::sync::state::Link;
use crate::texts::tablet::download as t;
use crate::ui::Notice;

#[component]
pub fn Download() -> impl IntoView {
    let (lang, status) = (lang(), use_tablet().status());
    let waits = move || matches!(status.get().link, Link::Offline | Link::Failed);
    view! {
        <main class="door">
            <div class="door__card" aria-busy="true">
                <h1>{t::title(lang)}</h1>
                <p>{t::lead(lang)}</p>
                <p class="download__count" role="status">{move || t::progress(lang, status.get().fetched)}</p>
                <Show when=waits>
                    <Notice title=t::waiting(lang) />
                </Show>
            </div>
        </main>
    }
}
