//! Moving between views: the browser's history, and links that do not load the page again.
//!
//! The tablet has nine flat views; a general router would be a tenth of what it loads at its first visit.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{HtmlAnchorElement, MouseEvent};

use super::place::Place;

/// Where the tablet is. `None`: at an address where no view stands.
#[derive(Clone, Copy)]
pub struct Way(RwSignal<Option<Place>>);

impl Way {
    /// Reads the address and follows links and the browser's own buttons, as long as the app lives.
    pub fn open() -> Self {
        let way = Self(RwSignal::new(shown()));
        window_event_listener(leptos::ev::popstate, move |_| way.0.set(shown()));
        window_event_listener(leptos::ev::click, move |event| {
            if let Some(place) = followed(&event) {
                event.prevent_default();
                way.go(place);
            }
        });
        way
    }

    /// Where the tablet is; heeds later moves.
    pub fn here(&self) -> Option<Place> {
        self.0.get()
    }

    pub fn go(&self, to: Place) {
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

/// The way that every view of the tablet moves by.
pub fn use_way() -> Way {
    expect_context::<Way>()
}

fn shown() -> Option<Place> {
    window().location().pathname().ok().and_then(|path| Place::read(&path))
}

/// The view that this click on a link leads to. Clicks that ask for a new tab or a file are the browser's.
fn followed(event: &MouseEvent) -> Option<Place> {
    let plain = event.button() == 0
        && !(event.default_prevented() || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).filter(|_| plain)?;
    let link = target.closest("a[href]").ok().flatten()?.dyn_into::<HtmlAnchorElement>().ok()?;
    let own = link.origin() == window().location().origin().ok()? && link.target().is_empty();
    let here = link.hash().is_empty() && !link.has_attribute("download");
    (own && here).then(|| Place::read(&link.pathname())).flatten()
}
