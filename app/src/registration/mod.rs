//! A full registration on the tablet: what of it is open, one calm screen for each part, and what the rules advise.

pub mod forms;

#[cfg(target_arch = "wasm32")]
mod consents;
#[cfg(target_arch = "wasm32")]
mod contact;
#[cfg(target_arch = "wasm32")]
mod emergency;
#[cfg(target_arch = "wasm32")]
pub mod one_part;
#[cfg(target_arch = "wasm32")]
pub mod overview;
#[cfg(target_arch = "wasm32")]
pub mod part;
#[cfg(target_arch = "wasm32")]
mod position;
#[cfg(target_arch = "wasm32")]
mod safety;
#[cfg(target_arch = "wasm32")]
mod target;
#[cfg(target_arch = "wasm32")]
mod who;
