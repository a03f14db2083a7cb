//! Sessions: what meets when.

mod history;
pub mod today;

#[cfg(target_arch = "wasm32")]
pub mod other;
#[cfg(target_arch = "wasm32")]
pub mod start;
