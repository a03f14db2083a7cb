//! Attendance: the roll call.

mod history;
pub mod roster;
pub mod undo;
pub mod verbs;

#[cfg(target_arch = "wasm32")]
pub mod closing;
#[cfg(target_arch = "wasm32")]
pub mod mark_sheet;
#[cfg(target_arch = "wasm32")]
mod places;
#[cfg(target_arch = "wasm32")]
pub mod roll;
#[cfg(target_arch = "wasm32")]
pub mod typed_name;
