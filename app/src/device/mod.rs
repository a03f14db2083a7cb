//! The tablet's own store and the browser's means around it: IndexedDB, storage, tabs, clock and chance.
//!
//! Nothing here knows what a participant is: it keeps byte strings under keys, through the [`vault`].

pub mod account;
pub mod made;
pub mod trouble;
pub mod vault;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod clock;
#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
#[cfg(target_arch = "wasm32")]
pub mod schema;
#[cfg(target_arch = "wasm32")]
pub mod signals;
#[cfg(target_arch = "wasm32")]
pub mod storage;
#[cfg(target_arch = "wasm32")]
pub mod tabs;
#[cfg(target_arch = "wasm32")]
pub mod users;
#[cfg(target_arch = "wasm32")]
pub mod voice;
