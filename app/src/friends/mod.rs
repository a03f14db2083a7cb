//! Outdoor friends, at the desk and on the participant's own page.

pub mod card;
mod history;
pub mod list;
pub mod own;
