//! The few browser interfaces that web-sys keeps behind its unstable switch, bound by hand.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbTransaction, Navigator};

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase.transaction` with its options: without them Chrome's durability is relaxed.
    #[wasm_bindgen(js_name = IDBDatabase, extends = js_sys::Object)]
    pub type DurableDatabase;
    #[wasm_bindgen(method, catch, js_name = transaction)]
    pub fn transaction_with_options(
        this: &DurableDatabase,
        stores: &JsValue,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;

    #[wasm_bindgen(js_name = Navigator, extends = js_sys::Object)]
    type LockingNavigator;
    #[wasm_bindgen(method, getter)]
    fn locks(this: &LockingNavigator) -> Option<Locks>;

    #[wasm_bindgen(js_name = LockManager, extends = js_sys::Object)]
    pub type Locks;
    /// Calls back when the lock is held; it is held until the returned promise settles.
    #[wasm_bindgen(method)]
    pub fn request(this: &Locks, name: &str, options: &JsValue, held: &js_sys::Function) -> js_sys::Promise;
}

/// The database again, as the type that takes transaction options.
pub fn durable(database: &IdbDatabase) -> &DurableDatabase {
    database.unchecked_ref()
}

/// Web Locks, where the browser has them (all since 2022).
pub fn locks(navigator: &Navigator) -> Option<Locks> {
    navigator.unchecked_ref::<LockingNavigator>().locks()
}

/// The window; the app only ever runs in one.
pub fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// Name of a DOMException or Error behind a thrown value.
pub fn error_name(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// Runs `then` once what stands on the page now is painted; a page in the background, as soon as somebody looks at it.
pub fn after_painting(then: impl FnOnce() + 'static) {
    // Frames are told of before they are painted; what waits for no time comes after.
    request_animation_frame(move || set_timeout(then, Duration::ZERO));
}

/// Loads the page again: the store is opened anew, nothing recorded is lost.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// How many dialogs the history's present entry stands for: each open one has an entry of its own, so that the
/// browser's Back closes it and does not leave the view.
pub fn dialogs_in_history() -> u32 {
    let state = window().and_then(|window| window.history().ok()?.state().ok()).and_then(|state| state.as_f64());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "written below: a small count")]
    state.map_or(0, |state| state as u32)
}

/// Gives a dialog that has just opened its entry; one that a closed dialog left behind is used again.
pub fn note_open_dialog() {
    let Some(window) = window() else { return };
    let open = window.document().and_then(|document| document.query_selector_all("dialog[open]").ok());
    let open = open.map_or(0, |found| found.length());
    if let Ok(history) = window.history()
        && dialogs_in_history() < open
    {
        let _ = history.push_state(&JsValue::from_f64(f64::from(open)), "");
    }
}

/// Closes the dialog that was opened last; false when none is open.
pub fn close_last_dialog() -> bool {
    let open = window().and_then(|window| window.document()?.query_selector_all("dialog[open]").ok());
    let last = open.and_then(|found| found.item(found.length().checked_sub(1)?));
    let Some(dialog) = last.and_then(|node| node.dyn_into::<web_sys::HtmlDialogElement>().ok()) else { return false };
    dialog.close();
    true
}

/// What the shell says on the document (`public/boot.js`).
pub fn shell_state(attribute: &str) -> Option<String> {
    window()?.document()?.document_element()?.get_attribute(attribute)
}

/// Tells the shell something (`public/boot.js`).
pub fn tell_shell(event: &str) {
    if let (Some(window), Ok(event)) = (window(), web_sys::CustomEvent::new(event)) {
        let _ = window.dispatch_event(&event);
    }
}

/// Shows on the app's icon how many entries wait, where the browser can.
pub fn badge(waiting: i64) {
    let Some(navigator) = window().map(|window| window.navigator()) else { return };
    let set = js_sys::Reflect::get(&navigator, &"setAppBadge".into());
    if let Some(set) = set.ok().and_then(|set| set.dyn_into::<js_sys::Function>().ok()) {
        #[expect(clippy::cast_precision_loss, reason = "no tablet holds so many entries")]
        let shown = set.call1(&navigator, &JsValue::from_f64(waiting as f64));
        // Refused where the app is not installed: then there is no icon.
        if let Some(promise) = shown.ok().and_then(|shown| shown.dyn_into::<js_sys::Promise>().ok()) {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            });
        }
    }
}

/// Whether the app was opened from the home screen.
pub fn is_installed() -> bool {
    let Some(window) = window() else { return false };
    let query = |media: &str| {
        let matches = js_sys::Reflect::get(&window, &"matchMedia".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
        let list = matches.call1(&window, &media.into()).ok()?;
        js_sys::Reflect::get(&list, &"matches".into()).ok()?.as_bool()
    };
    query("(display-mode: standalone)").unwrap_or(false)
}
