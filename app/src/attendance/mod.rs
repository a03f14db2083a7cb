//! Attendance: the roll call.

pub mod contested;
mod history;
pub mod roster;
pub mod undo;
pub mod verbs;

#[cfg(target_arch = "wasm32")]
pub mod ahead;
#[cfg(target_arch = "wasm32")]
pub mod calls;
#[cfg(target_arch = "wasm32")]
mod cancelled_calls;
#[cfg(target_arch = "wasm32")]
mod closing;
#[cfg(target_arch = "wasm32")]
mod correction;
#[cfg(target_arch = "wasm32")]
pub mod decide;
#[cfg(target_arch = "wasm32")]
mod due;
#[cfg(target_arch = "wasm32")]
mod head_count;
#[cfg(target_arch = "wasm32")]
mod mark_sheet;
#[cfg(target_arch = "wasm32")]
mod over;
#[cfg(target_arch = "wasm32")]
mod present_list;
#[cfg(target_arch = "wasm32")]
pub mod roll;
#[cfg(target_arch = "wasm32")]
mod roll_bar;
#[cfg(target_arch = "wasm32")]
mod roll_call;
#[cfg(target_arch = "wasm32")]
mod roll_head;
#[cfg(target_arch = "wasm32")]
mod roll_row;
#[cfg(target_arch = "wasm32")]
mod typed_name;
#[cfg(target_arch = "wasm32")]
mod usual_places;
