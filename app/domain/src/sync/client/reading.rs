//! What lies on the tablet, read back. Stored content is untrusted: what does not parse costs a fetch, never a crash.

use super::cache::Cache;
use super::outbox::Row;
use super::stored::{CHUNKS, CURSORS, Cursors, Damaged, META, Meta, ROWS};
use super::{Area, Identity, Stored};
use crate::sync::entity::{Bucket, EntityType};

/// Everything stored, read back.
pub(super) struct Read {
    pub meta: Meta,
    pub cursors: Cursors,
    pub rows: Vec<Row>,
    pub cache: Cache,
    /// Their numbers stay taken.
    pub damaged: Vec<Damaged>,
}

pub(super) fn read(identity: &Identity, stored: Vec<Stored>) -> Read {
    let mut read = Read {
        meta: Meta::new(identity),
        cursors: Cursors::default(),
        rows: Vec::new(),
        cache: Cache::default(),
        damaged: Vec::new(),
    };
    let mut broken = Vec::new();
    for (area, key, bytes) in stored {
        match (area, key.as_str()) {
            (Area::Outbox, META) => match serde_json::from_slice(&bytes) {
                Ok(meta) => read.meta = meta,
                Err(_) => read.damaged.push(Damaged { n: None, bytes }),
            },
            (Area::Outbox, key) => {
                let Some(number) = key.strip_prefix(ROWS) else { continue };
                let n = number.parse().ok();
                match serde_json::from_slice::<Row>(&bytes) {
                    Ok(row) if Some(row.n) == n => read.rows.push(row),
                    _ => read.damaged.push(Damaged { n, bytes }),
                }
            }
            (Area::Cache, CURSORS) => read.cursors = serde_json::from_slice(&bytes).unwrap_or_default(),
            (Area::Cache, key) => broken.extend(take_chunk(&mut read.cache, key, bytes)),
        }
    }
    let known: Vec<_> = read.cursors.buckets.keys().copied().collect();
    read.cache.keep_only(&known);
    for (bucket, position) in &read.cursors.buckets {
        read.cache.load_digest(*bucket, position.marks);
    }
    // What could be read is shown until the reset is in.
    for bucket in &broken {
        if let Some(position) = read.cursors.buckets.get_mut(bucket) {
            position.stale = true;
        }
    }
    read
}

/// Takes one chunk in; answers its bucket when it cannot be read.
fn take_chunk(cache: &mut Cache, key: &str, bytes: Vec<u8>) -> Option<Bucket> {
    let mut parts = key.strip_prefix(CHUNKS)?.split('/');
    let bucket: Bucket = parts.next()?.parse().ok()?;
    let etype = parts.next().and_then(EntityType::from_code);
    let number = parts.next().and_then(|n| n.parse().ok());
    let read = etype.zip(number).is_some_and(|chunk| cache.load_chunk(bucket, chunk, bytes));
    (!read).then_some(bucket)
}
