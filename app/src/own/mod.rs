//! What those who take part see: their own page and the way in, the public page of groups; and the personal card, as the
//! desk makes it.

pub mod card;
pub mod door;
pub mod find;
pub mod page;
pub mod words;
