//! Agreed pauses: what the log says of them.

#[cfg(target_arch = "wasm32")]
pub mod card;
mod history;
