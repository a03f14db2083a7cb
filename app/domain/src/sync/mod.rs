//! Synchronisation, both ends: operations in, state out (the protocol's whole text is sync.md).

pub mod entity;
pub mod hlc;
pub mod op;
