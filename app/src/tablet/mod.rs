//! The tablet app: its frame and what all of its views share.

pub mod place;
pub mod taps;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod dialog;
#[cfg(target_arch = "wasm32")]
pub mod frame;
#[cfg(target_arch = "wasm32")]
pub mod prefs;
#[cfg(target_arch = "wasm32")]
pub mod update;
#[cfg(target_arch = "wasm32")]
pub mod way;

#[cfg(target_arch = "wasm32")]
pub use app::mount;

/// Moves the focus to the element with this id, once it is drawn.
#[cfg(target_arch = "wasm32")]
pub fn focus(id: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let found = leptos::prelude::document().get_element_by_id(id);
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Loads the page again: the store is opened anew, nothing recorded is lost.
#[cfg(target_arch = "wasm32")]
pub fn reload() {
    if let Some(window) = crate::device::browser::window() {
        let _ = window.location().reload();
    }
}
