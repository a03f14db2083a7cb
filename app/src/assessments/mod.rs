//! Functional-ability tests on the tablet: entering them by numbers, and what they say.

mod history;
pub mod results_card;
pub mod rounds;
pub mod sentences;
pub mod test_form;
pub mod told;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod entering;
#[cfg(target_arch = "wasm32")]
pub mod measure;
#[cfg(target_arch = "wasm32")]
mod not_done;
#[cfg(target_arch = "wasm32")]
mod pad;
#[cfg(target_arch = "wasm32")]
mod part_view;
#[cfg(target_arch = "wasm32")]
pub mod result_view;
#[cfg(target_arch = "wasm32")]
mod trial;
#[cfg(target_arch = "wasm32")]
mod walk;
