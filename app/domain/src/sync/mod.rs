//! Synchronisation, both ends: operations in, state out (docs/sync.md, Promises).

pub mod author;
pub mod canon;
pub mod client;
#[cfg(test)]
mod corpus;
pub mod digest;
pub mod entity;
pub mod handed;
pub mod hlc;
#[cfg(test)]
mod hostile;
pub mod merge;
pub mod mistakes;
pub mod noun;
pub mod nouns;
pub mod op;
pub mod review;
pub mod rights;
pub mod server;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod undo;
pub mod validate;
pub(crate) mod verbs;
pub mod wire;
