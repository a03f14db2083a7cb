//! Before a test: the questions, the check of the day, and the gate that they make. After one that was stopped because
//! of a symptom: what to do now, and telling it.

pub mod clear;
pub mod desk;
mod history;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod ask;
#[cfg(target_arch = "wasm32")]
pub mod gate;
#[cfg(target_arch = "wasm32")]
pub mod pain;
#[cfg(target_arch = "wasm32")]
mod permit;
#[cfg(target_arch = "wasm32")]
pub mod pick;
#[cfg(target_arch = "wasm32")]
pub mod stop;
#[cfg(target_arch = "wasm32")]
mod tell;
#[cfg(target_arch = "wasm32")]
mod today;
