//! The server's side of the sync: the step's store over SQL, and the endpoints.

pub mod endpoints;
mod lapse;
mod live;
pub mod store;
pub mod tables;

pub use endpoints::routes;
pub use store::{SqlStore, take_turn};
