//! Functional-ability tests on the tablet: timing and entering them, and what they say.

mod changes_view;
pub mod guide;
pub mod guide_page;
mod history;
mod published_view;
pub mod references;
pub mod results_card;
pub mod rounds;
pub mod sentences;
mod source_table;
pub mod sources;
pub mod standing;
pub mod test_form;
pub mod timing;
pub mod told;
pub mod versions;
pub mod wellbeing;
pub mod words;
pub mod wrong;

#[cfg(target_arch = "wasm32")]
mod battery;
#[cfg(target_arch = "wasm32")]
pub mod choose;
#[cfg(target_arch = "wasm32")]
mod conditions;
#[cfg(target_arch = "wasm32")]
mod entering;
#[cfg(target_arch = "wasm32")]
pub mod handed;
#[cfg(target_arch = "wasm32")]
pub mod measure;
#[cfg(target_arch = "wasm32")]
mod not_done;
#[cfg(target_arch = "wasm32")]
pub mod own_card;
#[cfg(target_arch = "wasm32")]
mod pad;
#[cfg(target_arch = "wasm32")]
mod part_view;
#[cfg(target_arch = "wasm32")]
pub mod practice;
#[cfg(target_arch = "wasm32")]
mod questions;
#[cfg(target_arch = "wasm32")]
mod reminder;
#[cfg(target_arch = "wasm32")]
mod rest;
#[cfg(target_arch = "wasm32")]
pub mod result_view;
#[cfg(target_arch = "wasm32")]
pub mod sources_view;
#[cfg(target_arch = "wasm32")]
mod stage;
#[cfg(target_arch = "wasm32")]
pub mod test_day;
#[cfg(target_arch = "wasm32")]
mod trial;
#[cfg(target_arch = "wasm32")]
pub mod versions_view;
