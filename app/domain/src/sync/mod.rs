//! Synchronisation, both ends: operations in, state out (the protocol's whole text is sync.md).

pub mod canon;
pub mod digest;
pub mod entity;
pub mod hlc;
pub mod op;
pub mod rights;
pub mod server;
pub mod wire;
