//! The server's side of the sync: one step function behind push, desk and imports, and the pull.
//!
//! How a server uses it. For every request it opens one unit of work (a database transaction) of one
//! municipality, wraps it in its [`store::ServerStore`], calls a function of this module, commits, answers,
//! and then pokes the buckets that moved:
//!
//! - tablets: [`push::push`], [`pull::pull`], [`push::outcomes`];
//! - desk and imports: [`write::write`], which makes operations in a stream of the server and runs the same step;
//! - what waits for a person: [`held::settle`].
//!
//! On a serialisation failure, a deadlock or a lost connection the whole unit is repeated (docs/sync.md, Push):
//! an operation that was stored after all is answered with its stored outcome.

pub mod erase;
pub mod held;
pub mod lapse;
pub mod pull;
pub mod push;
pub mod store;
pub mod write;

mod finish;
mod own;
mod reviews;
mod step;
#[cfg(test)]
mod tests;
mod world;

pub use step::Authority;
