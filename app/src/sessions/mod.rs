//! Sessions: what meets when.

mod history;
pub mod notebook;
pub mod today;

#[cfg(target_arch = "wasm32")]
mod aside;
#[cfg(target_arch = "wasm32")]
pub mod done;
#[cfg(target_arch = "wasm32")]
pub mod other;
#[cfg(target_arch = "wasm32")]
mod readiness;
#[cfg(target_arch = "wasm32")]
pub mod start;
