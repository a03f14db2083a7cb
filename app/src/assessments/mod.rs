//! Functional-ability tests on the tablet: entering them by numbers, and what they say.

pub mod entry;
mod history;
pub mod told;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod measure;
#[cfg(target_arch = "wasm32")]
mod pad;
#[cfg(target_arch = "wasm32")]
pub mod result;
