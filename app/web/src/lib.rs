#![cfg(target_arch = "wasm32")]
//! The tablet app's entry: the panic hook, then the app.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(start)]
pub fn main() {
    console_error_panic_hook::set_once();
    app::tablet::mount();
}
