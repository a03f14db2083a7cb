//! Incidents at the desk: the list, one incident, and the form that records one.

pub mod choose;
pub mod form;
mod history;
pub mod list;
pub mod page;
pub mod told;
