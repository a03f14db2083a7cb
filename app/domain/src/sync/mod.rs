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

use serde::Deserialize;

/// Reads JSON that is a text as JSON that comes in bytes is read: by two readers, all that is read would be compiled twice,
/// and a tablet loads it.
pub fn read_json<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}
