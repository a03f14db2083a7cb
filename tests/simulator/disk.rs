//! A tablet's store: byte strings by key, transactions that happen or do not, and a power cut that takes relaxed
//! writes with it.

use domain::sync::client::{Area, Durability, Stored, Trouble, Write};
use std::collections::BTreeMap;

type Map = BTreeMap<(Area, String), Vec<u8>>;

#[derive(Clone, Default)]
pub struct Disk {
    map: Map,
    /// Transactions since the last strict one, oldest first; a power cut may take a tail of them.
    unsynced: Vec<Vec<Write>>,
    synced: Map,
    pub full: bool,
}

impl Disk {
    pub fn read(&self) -> Vec<Stored> {
        self.map.iter().map(|((area, key), bytes)| (*area, key.clone(), bytes.clone())).collect()
    }

    /// Carries out all writes or none.
    pub fn commit(&mut self, durability: Durability, writes: &[Write]) -> Result<(), Trouble> {
        let grows = |write: &Write| matches!(write, Write::Put { .. } | Write::Add { .. });
        if self.full && writes.iter().any(grows) {
            return Err(Trouble::Full);
        }
        let taken = |write: &Write| match write {
            Write::Add { area, key, .. } => self.map.contains_key(&(*area, key.clone())),
            _ => false,
        };
        if writes.iter().any(taken) {
            return Err(Trouble::Taken);
        }
        apply(&mut self.map, writes);
        self.unsynced.push(writes.to_vec());
        if durability == Durability::Strict {
            self.unsynced.clear();
            self.synced = self.map.clone();
        }
        Ok(())
    }

    /// The battery is empty: only `kept` of the relaxed transactions since the last strict one are on the disk.
    pub fn lose_power(&mut self, kept: usize) {
        self.map = self.synced.clone();
        self.unsynced.truncate(kept);
        for writes in &self.unsynced {
            apply(&mut self.map, writes);
        }
    }

    /// Changes stored text in place, as another version of the program would have written it.
    pub fn rewrite(&mut self, change: impl Fn(&str, &mut Vec<u8>)) {
        for map in [&mut self.map, &mut self.synced] {
            map.iter_mut().for_each(|((_, key), bytes)| change(key, bytes));
        }
    }

    pub fn remove(&mut self, area: Area, key: &str) {
        let key = (area, key.to_owned());
        self.map.remove(&key);
        self.synced.remove(&key);
    }
}

fn apply(map: &mut Map, writes: &[Write]) {
    for write in writes {
        match write {
            Write::Put { area, key, bytes } | Write::Add { area, key, bytes } => {
                map.insert((*area, key.clone()), bytes.clone());
            }
            Write::Delete { area, key } => {
                map.remove(&(*area, key.clone()));
            }
            Write::DeleteUnder { area, prefix } => map.retain(|(a, key), _| a != area || !key.starts_with(prefix)),
        }
    }
}
