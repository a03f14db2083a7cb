//! The server's side of the sync: the step's store over SQL, and the endpoints.

pub mod store;
pub mod tables;

pub use store::SqlStore;
