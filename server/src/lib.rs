//! The whole application, as the binary and the tests start it.
pub mod files;
