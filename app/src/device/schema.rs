//! The store's layout and its numbered upgrades: the version is the length of the list. A shipped upgrade is
//! never edited; a new one is appended.

use idb::{Database, ObjectStoreParams};

/// An object store: byte strings by key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Store {
    /// Operations and the writer's own counters: strict durability, never thrown away by the program.
    Outbox,
    /// Chunks of the server's state and cursors: can be fetched again.
    Cache,
    /// Forms begun and not saved.
    Drafts,
}

impl Store {
    pub const ALL: [&'static str; 3] = [Self::Outbox.name(), Self::Cache.name(), Self::Drafts.name()];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Cache => "cache",
            Self::Drafts => "drafts",
        }
    }
}

/// One step from version n to n + 1, inside the browser's upgrade transaction.
pub type Upgrade = fn(&Database) -> Result<(), idb::Error>;

/// One user's database on this tablet.
pub const USER_STORE: &[Upgrade] = &[|database| {
    for store in Store::ALL {
        database.create_object_store(store, ObjectStoreParams::new())?;
    }
    Ok(())
}];

/// The small database that knows who has signed in on this tablet.
pub const TABLET_STORE: &[Upgrade] = &[|database| {
    database.create_object_store("users", ObjectStoreParams::new())?;
    Ok(())
}];
