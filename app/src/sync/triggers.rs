//! What changed, for those who look at it: a view asks for what it shows and is drawn again only when that changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use domain::sync::entity::{EntityKey, EntityType};
use leptos::prelude::*;

/// Triggers by record, by type, and for the way of everything.
#[derive(Default)]
pub struct Triggers {
    records: RefCell<HashMap<EntityKey, ArcTrigger>>,
    lists: RefCell<BTreeMap<EntityType, ArcTrigger>>,
    all: ArcTrigger,
}

impl Triggers {
    pub fn track_record(&self, key: EntityKey) {
        self.records.borrow_mut().entry(key).or_default().track();
    }

    pub fn track_list(&self, etype: EntityType) {
        self.lists.borrow_mut().entry(etype).or_default().track();
    }

    /// For those who look at what waits and how far it has come.
    pub fn track_outbox(&self) {
        self.all.track();
    }

    /// Tells the watchers of one record.
    pub fn record(&self, key: EntityKey) {
        // Cloned out of the map: a watcher that runs at once may ask for another record.
        let trigger = self.records.borrow().get(&key).cloned();
        if let Some(trigger) = trigger {
            trigger.notify();
        }
    }

    /// Tells the watchers of lists of that type.
    pub fn list(&self, etype: EntityType) {
        let trigger = self.lists.borrow().get(&etype).cloned();
        if let Some(trigger) = trigger {
            trigger.notify();
        }
    }

    /// Tells everybody: the store was read anew.
    pub fn everything(&self) {
        let records: Vec<_> = self.records.borrow().values().cloned().collect();
        let lists: Vec<_> = self.lists.borrow().values().cloned().collect();
        records.iter().chain(&lists).for_each(ArcTrigger::notify);
        self.all.notify();
    }

    /// Tells those who look at what waits and how far it has come.
    pub fn outbox(&self) {
        self.all.notify();
    }
}
