//! What the browser promises about keeping the store: asked for and shown, never relied on.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::browser;

/// The browser's answers.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct StorageState {
    /// Whether the browser keeps the store when it runs out of room; `None`: it does not say.
    pub persisted: Option<bool>,
    /// Bytes in use by the program.
    pub used: Option<f64>,
    /// Bytes the browser would let it use.
    pub quota: Option<f64>,
}

/// Asks the browser to keep the store. Call after sign-in, when the person has shown that they mean to stay.
pub async fn persist() -> Option<bool> {
    let manager = browser::window()?.navigator().storage();
    JsFuture::from(manager.persist().ok()?).await.ok()?.as_bool()
}

/// What is stored and whether it is safe from eviction.
pub async fn state() -> StorageState {
    let Some(window) = browser::window() else { return StorageState::default() };
    let manager = window.navigator().storage();
    let persisted = match manager.persisted() {
        Ok(promise) => JsFuture::from(promise).await.ok().and_then(|answer| answer.as_bool()),
        Err(_) => None,
    };
    let estimate = match manager.estimate() {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    };
    let number = |key: &str| Reflect::get(&estimate, &key.into()).ok().and_then(|value| value.as_f64());
    StorageState { persisted, used: number("usage"), quota: number("quota") }
}
