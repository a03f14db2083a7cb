//! Agreed pauses: what the log says of them.

mod history;
