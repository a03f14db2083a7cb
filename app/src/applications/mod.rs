//! Ways into the programme: the queue, one application, the forms at the desk and the public one.

pub mod advice;
pub mod details;
pub mod form;
mod history;
pub mod on_person;
pub mod page;
pub mod public;
pub mod queue;
pub mod told;
pub mod ways_in;
