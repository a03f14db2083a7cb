//! Moving between views: the browser's history, and links that do not load the page again.
//!
//! The tablet has ten flat views, and an address is read once into ids and days ([`Address`]); a general router would
//! hand each view its parts as text.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{HtmlAnchorElement, MouseEvent};

use super::address::Address;

/// Where the tablet is. `None`: at an address where no view stands.
#[derive(Clone, Copy)]
pub struct Navigation(RwSignal<Option<Address>>);

impl Navigation {
    /// Reads the address and follows links and the browser's own buttons, as long as the app lives.
    pub fn open() -> Self {
        let navigation = Self(RwSignal::new(shown()));
        window_event_listener(leptos::ev::popstate, move |_| navigation.0.set(shown()));
        window_event_listener(leptos::ev::click, move |event| {
            if let Some(address) = followed(&event) {
                event.prevent_default();
                navigation.go(address);
            }
        });
        navigation
    }

    /// Where the tablet is; heeds later moves.
    pub fn here(&self) -> Option<Address> {
        self.0.get()
    }

    pub fn go(&self, to: Address) {
        let address = to.to_string();
        if let Ok(history) = window().history() {
            let _ = if self.0.get_untracked() == Some(to) {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(&address))
            };
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.0.set(Some(to));
    }
}

/// What every view of the tablet moves by.
pub fn use_navigation() -> Navigation {
    expect_context::<Navigation>()
}

fn shown() -> Option<Address> {
    window().location().pathname().ok().and_then(|path| Address::read(&path))
}

/// The view that this click on a link leads to. Clicks that ask for a new tab or a file are the browser's.
fn followed(event: &MouseEvent) -> Option<Address> {
    let plain = event.button() == 0
        && !(event.default_prevented() || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).filter(|_| plain)?;
    let link = target.closest("a[href]").ok().flatten()?.dyn_into::<HtmlAnchorElement>().ok()?;
    let own = link.origin() == window().location().origin().ok()? && link.target().is_empty();
    let here = link.hash().is_empty() && !link.has_attribute("download");
    (own && here).then(|| Address::read(&link.pathname())).flatten()
}
