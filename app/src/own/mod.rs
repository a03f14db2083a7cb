//! What those who take part see: their own page and the way in, the public page of groups; what their relatives see; and
//! the personal card, as the desk makes it.

pub mod around;
pub mod calendar;
pub mod card;
pub mod door;
pub mod find;
pub mod group_cards;
pub mod invite;
pub mod kin;
pub mod page;
pub mod relatives;
pub mod rights;
pub mod seen;
pub mod words;
