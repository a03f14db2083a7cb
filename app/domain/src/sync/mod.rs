//! Synchronisation, both ends: operations in, state out (the protocol's whole text is sync.md).

pub mod buckets;
pub mod canon;
pub mod client;
#[cfg(test)]
mod corpus;
pub mod digest;
pub mod entity;
pub mod hlc;
pub mod merge;
pub mod op;
pub mod rights;
pub mod server;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod validate;
pub mod wire;
