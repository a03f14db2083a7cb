//! People: at the desk the list, one person's page and the form.

pub mod form;
pub mod list;
pub mod page;
pub mod stays;
