//! People: at the desk the list, one person's page and the form; on the tablet the short way and the card.

pub mod finding;
pub mod form;
pub mod history;
pub mod list;
pub mod narrow;
pub mod page;
pub mod purge;
pub mod rights;
pub mod several;
pub mod short_form;
pub mod stays;
pub mod touch;

#[cfg(target_arch = "wasm32")]
pub mod card;
#[cfg(target_arch = "wasm32")]
pub mod card_parts;
#[cfg(target_arch = "wasm32")]
mod elsewhere;
#[cfg(target_arch = "wasm32")]
pub mod register;
