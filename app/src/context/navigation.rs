//! Moving between views: the browser's history, and links that do not load the page again.
//!
//! The tablet has some dozen flat views, and an address is read once into ids and days ([`Address`]); a general router would
//! hand each view its parts as text.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{HtmlAnchorElement, MouseEvent};

use super::address::Address;
use crate::device::browser::{close_last_dialog, dialogs_in_history};

/// Where the tablet is. `None`: at an address where no view stands.
#[derive(Clone, Copy)]
pub struct Navigation(RwSignal<Option<Address>>);

impl Navigation {
    /// Reads the address and follows links and the browser's own buttons, as long as the app lives.
    pub fn open() -> Self {
        let navigation = Self(RwSignal::new(shown()));
        window_event_listener(leptos::ev::popstate, move |_| navigation.returned());
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

    /// Where the tablet is now.
    pub fn here_now(&self) -> Option<Address> {
        self.0.get_untracked()
    }

    pub fn go(&self, to: Address) {
        // The entry of a dialog leads nowhere once its view is left.
        if self.0.get_untracked() == Some(to) || dialogs_in_history() > 0 {
            return self.replace(to);
        }
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&to.to_string()));
        }
        self.show(to);
    }

    /// Goes on from something that is finished: the browser's way back does not lead into it again.
    pub fn replace(&self, to: Address) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&to.to_string()));
        }
        self.show(to);
    }

    fn show(&self, to: Address) {
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.0.set(Some(to));
    }

    /// The browser went back or forward: to another view, or from a dialog to the view beneath it. The entry of a
    /// dialog that was closed otherwise is passed over.
    fn returned(&self) {
        let to = shown();
        if to != self.0.get_untracked() {
            return self.0.set(to);
        }
        let fragment = window().location().hash().is_ok_and(|hash| !hash.is_empty());
        if !close_last_dialog()
            && !fragment
            && let Ok(history) = window().history()
        {
            let _ = history.back();
        }
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
