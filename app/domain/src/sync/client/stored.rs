//! What lies on the tablet under which key.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::answers::Answers;
use super::had::Had;
use super::outbox::Row;
use super::{Area, Identity, Write};
use crate::ids::StreamId;
use crate::sync::author::AuthorKey;
use crate::sync::canon::Hash;
use crate::sync::digest::Digest;
use crate::sync::entity::{Bucket, EntityKey, EntityType};
use crate::sync::hlc::Hlc;
use crate::sync::wire::{Epoch, Hole, Receipt, StreamInfo, You};
use crate::time::Instant;

pub(super) const META: &str = "meta";
pub(super) const CURSORS: &str = "cursors";
pub(super) const ROWS: &str = "op/";
pub(super) const ANSWERS: &str = "answers/";
pub(super) const CHUNKS: &str = "chunk/";

/// One type's part of a bucket that is stored under one key.
pub type Chunk = (EntityType, u32);

/// The writer's own counters. A recording stores its row only: what came after the stored counters stands in the last
/// row, so that one tap is one write. Whatever takes rows away stores them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Meta {
    pub stream: StreamId,
    /// How many operations were made.
    pub created_n: i64,
    pub hlc: Hlc,
    /// Chain value after operation `created_n`.
    pub chain: Hash,
    /// The server's epoch as last seen; empty before the first contact.
    pub epoch: Epoch,
    /// With what pushes are signed, since the last sign-in of a program that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<AuthorKey>,
    /// Operations that the server has been told will never come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Hole>,
}

impl Meta {
    pub fn new(identity: &Identity) -> Self {
        Self {
            stream: identity.new_stream,
            created_n: 0,
            hlc: Hlc::default(),
            chain: Hash::default(),
            epoch: Epoch(String::new()),
            key: identity.key,
            lost: Vec::new(),
        }
    }

    pub fn node(&self) -> String {
        self.stream.to_string()
    }

    /// After the last row, which may have been recorded since these were stored.
    pub(super) fn catch_up(&mut self, last: &Row) {
        if last.n > self.created_n {
            self.created_n = last.n;
            self.chain = last.chain_before.chain(&last.text);
            if let Some(op) = &last.op {
                self.hlc.see(&op.hlc);
            }
        }
    }
}

/// How far the cache has come.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Cursors {
    pub buckets: BTreeMap<Bucket, Position>,
    /// What the server granted at the last pull, fetched or not.
    #[serde(default)]
    pub granted: BTreeSet<Bucket>,
    /// The server's clock at the last pull, and the tablet's.
    pub contact: Option<(Instant, Instant)>,
    /// Until when the cache may be read without contact, by the tablet's clock.
    pub lease_until: Option<Instant>,
    /// What the clock showed when it was found to be set back behind the last contact.
    #[serde(default)]
    pub set_back: Option<Instant>,
    /// Highest operation that the server's verified backups hold, as it said last: a server before said as much as it had.
    pub durable: i64,
    /// How much of the stream the server has told to have, in its own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Receipt>,
    /// Since when it has how much.
    #[serde(default)]
    pub had: Had,
    /// What the server last said of the user.
    #[serde(default)]
    pub you: You,
    /// Who writes in the streams whose marks, or corrections of a test, have contradicted each other.
    #[serde(default)]
    pub authors: BTreeMap<StreamId, String>,
}

/// Where the cache of a bucket stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Position {
    pub epoch: Epoch,
    pub seq: i64,
    /// The contents are of an older epoch, or did not add up: shown until a reset is in.
    #[serde(default)]
    pub stale: bool,
    /// More pages follow. An entity that was written again since lies on a later page only, so before the last
    /// one no operation counts as seen here, whatever its number.
    #[serde(default)]
    pub behind: bool,
    /// What the bucket's marks summed up to: they are read only when somebody looks at them.
    #[serde(default)]
    pub marks: Option<Digest>,
    /// Which of the bucket's marks contradict each other, so that those alone are read for them; nothing where a program
    /// before has stored them, until the next pull.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contested: Option<BTreeSet<EntityKey>>,
    /// The server has a newer schema and left out what came with it: a newer program fetches the bucket anew. Nobody knows it
    /// of what an earlier program has stored.
    #[serde(default = "perhaps")]
    pub narrowed: bool,
}

const fn perhaps() -> bool {
    true
}

impl Cursors {
    /// The cursor of contents that deltas can follow.
    pub fn seq(&self, bucket: Bucket) -> Option<i64> {
        self.buckets.get(&bucket).filter(|position| !position.stale).map(|position| position.seq)
    }

    /// Notes how much of the stream backups hold, and how much the server has, unless that is less than it had told; whether
    /// it is. A server that was `shown` its word for more and goes on as before does not know it as its own.
    pub(super) fn hear(&mut self, info: &StreamInfo, shown: bool) -> bool {
        self.durable = info.durable.min(info.contig);
        let less = !shown && self.told.is_some_and(|told| told.contig > info.contig);
        if !less {
            self.told = info.receipt.map(|seal| Receipt { contig: info.contig, seal });
        }
        less
    }
}

/// What lies in the outbox and cannot be read. It stays there, and can be handed out as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damaged {
    /// The operation's number, by its key. `None`: the counters, or under a strange key.
    pub n: Option<i64>,
    pub bytes: Vec<u8>,
}

pub(super) fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    // The stored types have text keys and no values that JSON cannot hold.
    serde_json::to_vec(value).unwrap_or_default()
}

fn row_key(n: i64) -> String {
    format!("{ROWS}{n:012}")
}

fn answers_key(first: i64) -> String {
    format!("{ANSWERS}{first:012}")
}

fn chunk_prefix(bucket: Bucket) -> String {
    format!("{CHUNKS}{bucket}/")
}

pub(super) fn put_meta(meta: &Meta) -> Write {
    Write::Put { area: Area::Outbox, key: META.to_owned(), bytes: bytes(meta) }
}

pub(super) fn put_cursors(cursors: &Cursors) -> Write {
    Write::Put { area: Area::Cache, key: CURSORS.to_owned(), bytes: bytes(cursors) }
}

pub(super) fn add_row(row: &Row) -> Write {
    Write::Add { area: Area::Outbox, key: row_key(row.n), bytes: bytes(row) }
}

pub(super) fn put_row(row: &Row) -> Write {
    Write::Put { area: Area::Outbox, key: row_key(row.n), bytes: bytes(row) }
}

pub(super) fn drop_row(n: i64) -> Write {
    Write::Delete { area: Area::Outbox, key: row_key(n) }
}

pub(super) fn put_answers(first: i64, answers: &Answers) -> Write {
    Write::Put { area: Area::Outbox, key: answers_key(first), bytes: bytes(answers) }
}

pub(super) fn drop_answers(first: i64) -> Write {
    Write::Delete { area: Area::Outbox, key: answers_key(first) }
}

/// A chunk of nothing is not there.
pub(super) fn put_chunk(bucket: Bucket, (etype, number): Chunk, bytes: Option<Vec<u8>>) -> Write {
    let (area, key) = (Area::Cache, format!("{}{etype}/{number}", chunk_prefix(bucket)));
    match bytes {
        Some(bytes) => Write::Put { area, key, bytes },
        None => Write::Delete { area, key },
    }
}

pub(super) fn drop_bucket(bucket: Bucket) -> Write {
    Write::DeleteUnder { area: Area::Cache, prefix: chunk_prefix(bucket) }
}

pub(super) fn drop_cache() -> Write {
    Write::DeleteUnder { area: Area::Cache, prefix: CHUNKS.to_owned() }
}
