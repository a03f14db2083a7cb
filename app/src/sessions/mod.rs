//! Sessions: what meets when.

pub mod blank_roll;
pub mod calls;
mod history;
pub mod list;
pub mod notebook;
pub mod page;
pub mod today;
pub mod told;

#[cfg(target_arch = "wasm32")]
mod aside;
#[cfg(target_arch = "wasm32")]
pub mod done;
#[cfg(target_arch = "wasm32")]
pub mod meeting_row;
#[cfg(target_arch = "wasm32")]
pub mod other;
#[cfg(target_arch = "wasm32")]
mod readiness;
#[cfg(target_arch = "wasm32")]
pub mod start;
