//! Sessions: what meets when.

pub mod today;
