//! The contact log: what the log says of it.

#[cfg(target_arch = "wasm32")]
pub mod card;
pub mod form;
mod history;
