//! A tablet's store: byte strings by key, transactions that happen or do not, and a power cut that takes relaxed
//! writes with it.

use domain::sync::client::{Area, Durability, Stored, Trouble, Write};
use std::collections::BTreeMap;

type Key = (Area, String);
type Map = BTreeMap<Key, Vec<u8>>;
/// What lay under these keys before a transaction, newest last.
type Before = Vec<(Key, Option<Vec<u8>>)>;

#[derive(Clone, Default)]
pub struct Disk {
    map: Map,
    /// How to take back each transaction since the last strict one, oldest first; a power cut may take a tail of them.
    unsynced: Vec<Before>,
    pub full: bool,
}

impl Disk {
    pub fn read(&self) -> Vec<Stored> {
        self.map.iter().map(|((area, key), bytes)| (*area, key.clone(), bytes.clone())).collect()
    }

    /// Without what was fetched: the outbox, and what is told of it.
    pub fn outbox(&self) -> Vec<Stored> {
        let own = self.map.iter().filter(|((area, _), _)| *area == Area::Outbox);
        own.map(|((area, key), bytes)| (*area, key.clone(), bytes.clone())).collect()
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
        let before = apply(&mut self.map, writes);
        match durability {
            Durability::Strict => self.unsynced.clear(),
            Durability::Relaxed => self.unsynced.push(before),
        }
        Ok(())
    }

    /// The battery is empty: only `kept` of the relaxed transactions since the last strict one are on the disk.
    pub fn lose_power(&mut self, kept: usize) {
        let lost = self.unsynced.split_off(kept.min(self.unsynced.len()));
        for (key, before) in lost.into_iter().rev().flat_map(|transaction| transaction.into_iter().rev()) {
            match before {
                Some(bytes) => self.map.insert(key, bytes),
                None => self.map.remove(&key),
            };
        }
    }

    /// Changes stored text in place, as another version of the program would have written it.
    pub fn rewrite(&mut self, change: impl Fn(&str, &mut Vec<u8>)) {
        self.map.iter_mut().for_each(|((_, key), bytes)| change(key, bytes));
        for ((_, key), before) in self.unsynced.iter_mut().flatten() {
            before.iter_mut().for_each(|bytes| change(key, bytes));
        }
    }

    pub fn keys(&self, area: Area) -> impl Iterator<Item = &String> {
        self.map.keys().filter(move |(of, _)| *of == area).map(|(_, key)| key)
    }

    /// The browser has thrown everything away.
    pub fn evict(&mut self) {
        self.map.clear();
        self.unsynced.clear();
    }

    /// The browser takes this away for good.
    pub fn remove(&mut self, area: Area, key: &str) {
        let gone = (area, key.to_owned());
        self.map.remove(&gone);
        self.unsynced.iter_mut().for_each(|before| before.retain(|(key, _)| *key != gone));
    }
}

fn apply(map: &mut Map, writes: &[Write]) -> Before {
    let mut before = Before::new();
    for write in writes {
        match write {
            Write::Put { area, key, bytes } | Write::Add { area, key, bytes } => {
                let key = (*area, key.clone());
                before.push((key.clone(), map.insert(key, bytes.clone())));
            }
            Write::Delete { area, key } => {
                let key = (*area, key.clone());
                let old = map.remove(&key);
                before.push((key, old));
            }
            Write::DeleteUnder { area, prefix } => {
                let from = (*area, prefix.clone());
                let under = map.range(from..).take_while(|((a, key), _)| a == area && key.starts_with(prefix));
                for key in under.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
                    let old = map.remove(&key);
                    before.push((key, old));
                }
            }
        }
    }
    before
}
