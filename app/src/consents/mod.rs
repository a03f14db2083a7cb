//! Consents: given and withdrawn.

pub mod card;
mod history;
