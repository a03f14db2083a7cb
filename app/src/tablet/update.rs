//! A new version waits: a calm bar, never during a session or a test, and not while something is unsent (P2).

use crate::ui::Show;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::frame::{lang, use_tablet};
use super::place::Place;
use super::way::use_way;
use crate::device::browser;
use crate::texts::tablet::update as t;

#[component]
pub fn UpdateBar() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let waits = RwSignal::new(is_waiting());
    listen(move || waits.set(true));
    let way = use_way();
    let calm = move || way.here().is_some_and(Place::is_calm) && tablet.status().get().unsent == 0;
    let update = move |_| {
        if let (Some(window), Ok(event)) = (browser::window(), web_sys::CustomEvent::new("virea:update-now")) {
            let _ = window.dispatch_event(&event);
        }
    };
    view! {
        <Show when=move || waits.get() && calm()>
            <div class="update-bar" role="status">
                <p>{t::ready(lang)}</p>
                <button type="button" class="button button--main" on:click=update>
                    {t::now(lang)}
                </button>
            </div>
        </Show>
    }
}

/// The shell may have heard of it before the app was there.
fn is_waiting() -> bool {
    let root = browser::window().and_then(|w| w.document()).and_then(|d| d.document_element());
    root.is_some_and(|root| root.get_attribute("data-update").as_deref() == Some("waiting"))
}

fn listen(heard: impl Fn() + 'static) {
    if let Some(window) = browser::window() {
        let listener = Closure::<dyn Fn()>::new(heard);
        let _ = window.add_event_listener_with_callback("virea:update", listener.as_ref().unchecked_ref());
        // One listener for the app's whole life.
        listener.forget();
    }
}
