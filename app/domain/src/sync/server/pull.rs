//! Pull: the newest state of the buckets that a user may see, by cursors in commit order (docs/sync.md,
//! Pull).

use std::collections::{BTreeMap, HashMap};

use super::store::{BucketRow, ChangeRow, ReadStore};
use crate::attendance::Attendance;
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

/// Stretches between what a tablet has already that one pull reads, beside the first of each bucket.
const MOST_STRETCHES: u32 = 64;

/// Answers a pull. Run it inside one read snapshot.
pub async fn pull<S: ReadStore>(
    store: &mut S,
    context: PullContext,
    request: &PullRequest,
) -> Result<PullReply, S::Error> {
    let epoch = store.epoch().await?;
    let heads = store.buckets(&context.granted).await?;
    let heads: HashMap<_, _> = heads.into_iter().map(|row| (row.bucket, row)).collect();
    let mut left = Left { changes: request.limit.clamp(1, MAX_PULL), stretches: MOST_STRETCHES };
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

/// What a page may still hold and cost, over all its buckets.
struct Left {
    changes: u32,
    stretches: u32,
}

/// The stretches of a bucket of which the tablet lacks every change: each from behind its first number to its last.
fn lacking(start: &Start, have: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let upto = start.upto;
    let mut have: Vec<_> = have.iter().copied().filter(|(from, to)| from <= to).collect();
    have.sort_unstable();
    let (mut stretches, mut reached) = (Vec::new(), start.after);
    for (from, to) in have {
        let end = from.saturating_sub(1).min(upto);
        if reached < end {
            stretches.push((reached, end));
        }
        reached = reached.max(to.min(upto));
    }
    if reached < upto {
        stretches.push((reached, upto));
    }
    stretches
}

/// The next changes that the tablet lacks, and up to where it has everything with them. What it has already is passed over
/// unread, and takes nobody's place in the page.
async fn next_changes<S: ReadStore>(
    store: &mut S,
    bucket: Bucket,
    start: &Start,
    have: &[(i64, i64)],
    left: &mut Left,
) -> Result<(Vec<ChangeRow>, i64), S::Error> {
    let mut rows = Vec::new();
    for (at, (after, upto)) in lacking(start, have).into_iter().enumerate() {
        let is_spent = left.changes == 0 || (at > 0 && left.stretches == 0);
        if is_spent {
            return Ok((rows, after));
        }
        left.stretches -= u32::from(at > 0);
        let found = store.changes(bucket, after, upto, left.changes).await?;
        let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let end = found.last().filter(|_| count >= left.changes).map_or(upto, |row| row.seq);
        left.changes = left.changes.saturating_sub(count);
        rows.extend(found);
        if end < upto {
            return Ok((rows, end));
        }
    }
    Ok((rows, start.upto))
}

/// Marks come in the order in which they were made, behind everything else. Their numbers follow their ids, which are as good
/// as random; in time, what repeats from one to the next lies near, and travels as gzip in fewer bytes: the session, people
/// who were just named, and all but the last digits of the moment.
fn bring_together(items: &mut [Entity]) {
    items.sort_by_key(|item| item.content::<Attendance>().map(|mark| (mark.at.wall, mark.at.counter)));
}

/// A tablet of an older schema gets what its program can read: it goes on until it has the newer one, and that one, by
/// the digest, fetches what was left out.
async fn page<S: ReadStore>(
    store: &mut S,
    bucket: Bucket,
    start: Start,
    have: &[(i64, i64)],
    schema: u16,
    left: &mut Left,
) -> Result<PullBucket, S::Error> {
    // Who fetches a bucket from its beginning has nothing of it. A change has its number for itself: what was written again
    // since has another.
    let have: &[(i64, i64)] = if start.mode == PullMode::Delta { have } else { &[] };
    let (rows, to) = next_changes(store, bucket, &start, have, left).await?;
    let Start { mode, upto, head, digest, .. } = start;
    let keys: Vec<_> = rows.iter().filter(|row| !row.removed).map(|row| row.key).collect();
    let found = if keys.is_empty() { Vec::new() } else { store.entities(&keys).await? };
    let mut found: HashMap<_, _> = found.into_iter().map(|entity| (entity.key, entity)).collect();
    // Nor has it anything that could be taken away.
    let told = |row: &ChangeRow| row.key.etype.since() <= schema && (mode == PullMode::Delta || !row.removed);
    let shown = |row: ChangeRow| {
        let entity = found.remove(&row.key).filter(|_| !row.removed);
        let shown = entity.map(|entity| entity.shown_in(bucket).shown_to(schema));
        shown.unwrap_or_else(|| Entity::removed(row.key, row.rev))
    };
    let mut items: Vec<_> = rows.into_iter().filter(told).map(shown).collect();
    bring_together(&mut items);
    let digest = (to == head && schema >= SCHEMA).then_some(digest);
    Ok(PullBucket { mode, to, head, more: to < upto, digest, items })
}
