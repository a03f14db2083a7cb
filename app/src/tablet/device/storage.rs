//! What the browser says about keeping the data. Shown, never relied on.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::lang;
use crate::device::storage::{self, StorageState};
use crate::texts::{self, waiting as t};
use crate::ui::{Notice, Tone};

#[component]
pub fn Storage() -> impl IntoView {
    let lang = lang();
    let state = RwSignal::new(StorageState::default());
    spawn_local(async move { state.set(storage::state().await) });
    let kept = move || match state.get().persisted {
        Some(true) => t::persisted(lang),
        Some(false) => t::not_persisted(lang),
        None => t::persist_unknown(lang),
    };
    let used = move || {
        #[expect(clippy::cast_possible_truncation, reason = "no tablet holds so many megabytes")]
        let megabytes = |bytes: f64| texts::count(lang, (bytes / 1e6).round() as i64);
        let state = state.get();
        Some(t::used(lang, &megabytes(state.quota?), &megabytes(state.used?)))
    };
    view! {
        <section class="card">
            <h2>{t::storage(lang)}</h2>
            // Shown when the shell has said so (`public/boot.js`).
            <div class="online-only"><Notice tone=Tone::Look title=t::online_only(lang) /></div>
            <p>{kept}</p>
            {move || used().map(|used| view! { <p class="quiet">{used}</p> })}
        </section>
    }
}
