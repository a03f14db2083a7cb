//! Sessions: what meets when.

pub mod today;

#[cfg(target_arch = "wasm32")]
pub mod other;
#[cfg(target_arch = "wasm32")]
pub mod start;
