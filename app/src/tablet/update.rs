//! A new version waits: a calm bar, never during a session or a test, and not while something is unsent.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::{lang, use_tablet};
use crate::device::browser;
use crate::texts::tablet::update as t;
use crate::ui::{Button, ButtonKind};

#[component]
pub fn UpdateBar() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let waits = RwSignal::new(is_waiting());
    listen(move || waits.set(true));
    let navigation = use_navigation();
    // What could not be stored is nowhere but here.
    let unstored = move || tablet.trouble().get().is_some() && tablet.can_retry();
    let calm =
        move || navigation.here().is_some_and(Address::is_calm) && tablet.status().get().unsent == 0 && !unstored();
    let update = move |_| browser::tell_shell("virea:update-now");
    view! {
        <Show when=move || waits.get() && calm()>
            <div class="update-bar" role="status">
                <p>{t::ready(lang)}</p>
                <Button text=t::now(lang) kind=ButtonKind::Main script=true on:click=update />
            </div>
        </Show>
    }
}

/// The shell may have heard of it before the app was there.
fn is_waiting() -> bool {
    browser::shell_state("data-update").as_deref() == Some("waiting")
}

fn listen(heard: impl Fn() + 'static) {
    if let Some(window) = browser::window() {
        let listener = Closure::<dyn Fn()>::new(heard);
        let _ = window.add_event_listener_with_callback("virea:update", listener.as_ref().unchecked_ref());
        // One listener for the app's whole life.
        listener.forget();
    }
}
