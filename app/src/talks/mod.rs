//! Exercise counselling talks, at the desk.

pub mod card;
mod history;
pub mod list;
