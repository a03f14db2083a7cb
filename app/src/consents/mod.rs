//! Consents: given and withdrawn.

#[cfg(target_arch = "wasm32")]
pub mod asking;
pub mod card;
mod history;
