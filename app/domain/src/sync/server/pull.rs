//! Pull: the newest state of the buckets that a user may see, by cursors in commit order (docs/sync.md,
//! Pull).

use std::collections::{BTreeMap, HashMap};

use super::store::{BucketRow, ChangeRow, ReadStore};
use crate::ids::StreamId;
use crate::sync::digest::Digest;
use crate::sync::entity::{Bucket, Entity, EntityType};
use crate::sync::op::SCHEMA;
use crate::sync::wire::{
    Cursor, Epoch, LEASE_MILLIS, Lease, MAX_PULL, Order, PullBucket, PullMode, PullReply, PullRequest, StreamInfo, You,
};
use crate::time::Instant;

/// Who pulls, as the user's session says.
#[derive(Clone, Debug)]
pub struct PullContext {
    /// [`crate::sync::rights::Grants::buckets`] of the user, now.
    pub granted: Vec<Bucket>,
    /// This user's streams on this tablet.
    pub streams: BTreeMap<StreamId, StreamInfo>,
    pub orders: Vec<Order>,
    pub you: Option<You>,
    pub now: Instant,
}

/// The oldest schema that is still taken.
const OLDEST: u16 = 1;

/// Answers a pull. Run it inside one read snapshot.
pub async fn pull<S: ReadStore>(
    store: &mut S,
    context: PullContext,
    request: &PullRequest,
) -> Result<PullReply, S::Error> {
    let epoch = store.epoch().await?;
    let heads = store.buckets(&context.granted).await?;
    let heads: HashMap<_, _> = heads.into_iter().map(|row| (row.bucket, row)).collect();
    let mut left = request.limit.clamp(1, MAX_PULL);
    let mut buckets = BTreeMap::new();
    for bucket in request.cursors.keys().filter(|bucket| !context.granted.contains(bucket)) {
        buckets.insert(*bucket, gone());
    }
    for bucket in &context.granted {
        let start = Start::of(request.cursors.get(bucket), &epoch, heads.get(bucket));
        let have = request.have.get(bucket).map(Vec::as_slice).unwrap_or_default();
        let page = page(store, *bucket, start, have, request.schema, &mut left).await?;
        buckets.insert(*bucket, page);
    }
    Ok(PullReply {
        server_time: context.now,
        epoch,
        lease: Lease { until: context.now.plus_millis(LEASE_MILLIS) },
        min_client: OLDEST,
        granted: context.granted,
        revoked: Vec::new(),
        keys: Vec::new(),
        buckets,
        streams: context.streams,
        orders: context.orders,
        you: context.you,
        authors: BTreeMap::new(),
    })
}

/// What a reply tells of people, for the log of looks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Buckets with at least one such record.
    pub buckets: Vec<Bucket>,
    /// Records by type; removals tell nothing.
    pub records: BTreeMap<EntityType, usize>,
}

impl Told {
    /// Of one page; `None` when it tells nothing of anybody.
    pub fn of(reply: &PullReply) -> Option<Self> {
        let mut told = Self::default();
        for (bucket, page) in &reply.buckets {
            let personal = page.items.iter().filter(|item| item.body.is_some() && item.key.etype.is_personal());
            let before: usize = told.records.values().sum();
            personal.for_each(|item| *told.records.entry(item.key.etype).or_default() += 1);
            if told.records.values().sum::<usize>() > before {
                told.buckets.push(*bucket);
            }
        }
        (!told.buckets.is_empty()).then_some(told)
    }
}

fn gone() -> PullBucket {
    PullBucket { mode: PullMode::Gone, to: 0, head: 0, more: false, digest: None, items: Vec::new() }
}

/// From where to where a bucket is read.
struct Start {
    mode: PullMode,
    after: i64,
    upto: i64,
    head: i64,
    digest: Digest,
}

impl Start {
    /// An unknown epoch, a cursor before the floor or beyond the head, or none at all: from the beginning.
    fn of(cursor: Option<&Cursor>, epoch: &Epoch, row: Option<&BucketRow>) -> Self {
        let (head, floor) = row.map_or((0, 0), |row| (row.head, row.floor));
        let digest = row.map_or_else(Digest::default, |row| row.digest);
        let reset = Self { mode: PullMode::Reset, after: 0, upto: head, head, digest };
        match cursor {
            Some(c) if c.epoch != *epoch || c.seq > head => reset,
            Some(Cursor { seq, reset_to: Some(to), .. }) if seq < to && *to <= head => {
                Self { after: *seq, upto: *to, ..reset }
            }
            Some(Cursor { seq, reset_to: None, .. }) if *seq >= floor => {
                Self { mode: PullMode::Delta, after: *seq, ..reset }
            }
            _ => reset,
        }
    }
}

/// A tablet of an older schema gets what its program can read: it goes on until it has the newer one, and that one, by
/// the digest, fetches what was left out.
async fn page<S: ReadStore>(
    store: &mut S,
    bucket: Bucket,
    start: Start,
    have: &[(i64, i64)],
    schema: u16,
    left: &mut u32,
) -> Result<PullBucket, S::Error> {
    let Start { mode, after, upto, head, digest } = start;
    // However many ranges are named: where they overlap, something is told again.
    let mut have = have.to_vec();
    have.sort_unstable();
    let is_there = |seq: i64| {
        let before = &have[..have.partition_point(|(from, _)| *from <= seq)];
        mode == PullMode::Delta && before.last().is_some_and(|(_, to)| seq <= *to)
    };
    let mut items = Vec::new();
    let mut to = upto;
    if after < upto {
        let mut rows = if *left == 0 { Vec::new() } else { store.changes(bucket, after, upto, *left).await? };
        let full = u32::try_from(rows.len()).map_or(true, |count| count >= *left);
        if full {
            to = rows.last().map_or(after, |row| row.seq);
        }
        *left = left.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        // A change has its number for itself: what was written again since has another.
        rows.retain(|row| !is_there(row.seq));
        let keys: Vec<_> = rows.iter().filter(|row| !row.removed).map(|row| row.key).collect();
        let found = if keys.is_empty() { Vec::new() } else { store.entities(&keys).await? };
        let mut found: HashMap<_, _> = found.into_iter().map(|entity| (entity.key, entity)).collect();
        // Who fetches a bucket from its beginning has nothing that could be taken away.
        let told = |row: &ChangeRow| row.key.etype.since() <= schema && (mode == PullMode::Delta || !row.removed);
        for row in rows.into_iter().filter(told) {
            let entity = found.remove(&row.key).filter(|_| !row.removed);
            let shown = entity.map(|entity| entity.shown_in(bucket).shown_to(schema));
            items.push(shown.unwrap_or_else(|| Entity::removed(row.key, row.rev)));
        }
    }
    let digest = (to == head && schema >= SCHEMA).then_some(digest);
    Ok(PullBucket { mode, to, head, more: to < upto, digest, items })
}
