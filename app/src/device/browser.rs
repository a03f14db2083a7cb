//! The few browser interfaces that web-sys keeps behind its unstable switch, bound by hand.

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

/// Loads the page again: the store is opened anew, nothing recorded is lost.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}
