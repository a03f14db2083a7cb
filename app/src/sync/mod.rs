//! The tablet's end of the sync: the network and the timers around the domain's state machine, and what the
//! screens see of it.

pub mod begun;
mod kept;
pub mod lapse;
pub mod outbox;
pub mod people;
pub mod state;

#[cfg(target_arch = "wasm32")]
mod contradictions;
#[cfg(target_arch = "wasm32")]
pub mod drafts;
#[cfg(target_arch = "wasm32")]
mod engine;
#[cfg(target_arch = "wasm32")]
mod export;
#[cfg(target_arch = "wasm32")]
pub mod fetch;
#[cfg(target_arch = "wasm32")]
mod home_exercise;
#[cfg(target_arch = "wasm32")]
pub mod notes;
#[cfg(target_arch = "wasm32")]
mod pokes;
#[cfg(target_arch = "wasm32")]
mod queries;
#[cfg(target_arch = "wasm32")]
mod registration;
#[cfg(target_arch = "wasm32")]
mod rounds;
#[cfg(target_arch = "wasm32")]
mod safety;
#[cfg(target_arch = "wasm32")]
pub mod tablet;
#[cfg(target_arch = "wasm32")]
mod touch;
#[cfg(target_arch = "wasm32")]
mod triggers;
