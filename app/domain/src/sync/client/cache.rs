//! The server's state as this tablet has it: entities by bucket, stored in chunks of about a hundred, since one
//! stored row per small record costs thirty times as much (sync.md 9.1).

use std::collections::{BTreeMap, BTreeSet};

use super::{Write, stored};
use crate::sync::digest::Digest;
use crate::sync::entity::{Bucket, Entity, EntityKey, EntityType};

/// Entities per chunk, at most.
pub const CHUNK: usize = 100;

#[derive(Clone, Default)]
pub struct Cache {
    buckets: BTreeMap<Bucket, Contents>,
}

/// One bucket's entities, and which chunk each lies in.
#[derive(Clone, Default)]
pub struct Contents {
    entities: BTreeMap<EntityKey, Entity>,
    place: BTreeMap<EntityKey, u32>,
    chunks: BTreeMap<(EntityType, u32), BTreeSet<EntityKey>>,
    digest: Digest,
}

impl Contents {
    /// Puts a newest state in, or takes the entity out (`body: None`). Answers the chunks to store again.
    pub fn take(&mut self, entity: Entity) -> Vec<(EntityType, u32)> {
        let key = entity.key;
        if let Some(old) = self.entities.get(&key) {
            self.digest.leave(key, old.rev);
        }
        if entity.body.is_none() {
            self.entities.remove(&key);
            let number = self.place.remove(&key);
            let chunk = number.map(|number| (key.etype, number));
            if let Some(keys) = chunk.and_then(|chunk| self.chunks.get_mut(&chunk)) {
                keys.remove(&key);
            }
            return chunk.into_iter().collect();
        }
        self.digest.enter(key, entity.rev);
        let number = match self.place.get(&key) {
            Some(number) => *number,
            None => self.room(key.etype),
        };
        self.put(key, number, entity);
        vec![(key.etype, number)]
    }

    fn put(&mut self, key: EntityKey, number: u32, entity: Entity) {
        self.place.insert(key, number);
        self.chunks.entry((key.etype, number)).or_default().insert(key);
        self.entities.insert(key, entity);
    }

    /// The last chunk of a type while it has room, else a new one.
    fn room(&self, etype: EntityType) -> u32 {
        let last = self.chunks.range((etype, 0)..=(etype, u32::MAX)).next_back();
        match last {
            Some(((_, number), keys)) if keys.len() < CHUNK => *number,
            Some(((_, number), _)) => number + 1,
            None => 0,
        }
    }

    pub fn digest(&self) -> Digest {
        self.digest
    }

    pub const fn entities(&self) -> &BTreeMap<EntityKey, Entity> {
        &self.entities
    }

    pub fn keys(&self) -> impl Iterator<Item = EntityKey> {
        self.entities.keys().copied()
    }

    fn write(&self, bucket: Bucket, chunk: (EntityType, u32)) -> Write {
        let keys = self.chunks.get(&chunk).into_iter().flatten();
        let entities: Vec<_> = keys.filter_map(|key| self.entities.get(key)).collect();
        stored::put_chunk(bucket, chunk.0, chunk.1, &entities)
    }

    /// The writes that store these chunks.
    pub fn writes(&self, bucket: Bucket, chunks: &BTreeSet<(EntityType, u32)>) -> Vec<Write> {
        chunks.iter().map(|chunk| self.write(bucket, *chunk)).collect()
    }

    /// The writes that store everything.
    pub fn all_writes(&self, bucket: Bucket) -> Vec<Write> {
        self.chunks.keys().map(|chunk| self.write(bucket, *chunk)).collect()
    }
}

impl Cache {
    pub(super) fn load_chunk(&mut self, bucket: Bucket, etype: EntityType, number: u32, entities: Vec<Entity>) {
        let contents = self.buckets.entry(bucket).or_default();
        for entity in entities.into_iter().filter(|entity| entity.key.etype == etype) {
            contents.digest.enter(entity.key, entity.rev);
            contents.put(entity.key, number, entity);
        }
    }

    pub fn contents(&self, bucket: Bucket) -> Option<&Contents> {
        self.buckets.get(&bucket)
    }

    pub fn set(&mut self, bucket: Bucket, contents: Contents) {
        self.buckets.insert(bucket, contents);
    }

    pub fn remove(&mut self, bucket: Bucket) -> Option<Contents> {
        self.buckets.remove(&bucket)
    }

    pub fn keep_only(&mut self, buckets: &[Bucket]) {
        self.buckets.retain(|bucket, _| buckets.contains(bucket));
    }

    pub fn buckets(&self) -> impl Iterator<Item = (Bucket, &Contents)> {
        self.buckets.iter().map(|(bucket, contents)| (*bucket, contents))
    }

    /// The fullest copy: a bucket that shows everything before the roll, then the newest revision.
    pub fn get(&self, key: EntityKey) -> Option<&Entity> {
        let copies = self.buckets.iter().filter_map(|(bucket, contents)| Some((bucket, contents.entities.get(&key)?)));
        copies.max_by_key(|(bucket, entity)| (!matches!(bucket, Bucket::Roll(_)), entity.rev)).map(|(_, entity)| entity)
    }

    /// The revision that the person is looking at.
    pub fn rev(&self, key: EntityKey) -> Option<i64> {
        self.get(key).map(|entity| entity.rev)
    }

    pub fn keys(&self) -> BTreeSet<EntityKey> {
        self.buckets.values().flat_map(Contents::keys).collect()
    }
}
