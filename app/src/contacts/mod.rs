//! The contact log: what the log says of it.

mod history;
