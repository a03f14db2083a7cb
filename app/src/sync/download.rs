//! The first download: a step of its own, with progress and what to do without network (P3).

use crate::ui::{Show, live};
use leptos::prelude::*;

use super::state::Link;
use crate::tablet::frame::{lang, use_tablet};
use crate::texts::tablet::download as t;

#[component]
pub fn Download() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let status = tablet.status();
    let waits = move || matches!(status.get().link, Link::Offline | Link::Failed);
    view! {
        <main class="door">
            <div class="door__card" aria-busy="true">
                <h1>{t::title(lang)}</h1>
                <p>{t::lead(lang)}</p>
                <p class="download__count" role="status">{live(move || t::progress(lang, status.get().fetched))}</p>
                <Show when=waits>
                    <p class="notice">{t::waiting(lang)}</p>
                </Show>
            </div>
        </main>
    }
}
