//! The end of a unit of work: everything is written, heads last, and each operation learns where it took effect.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::reviews;
use super::step::{Decision, Step};
use super::store::{Audit, AuditVerb, ChangeRow, Changes, HeadMove, Log, OpRow, ServerStore, StreamRow};
use super::world::{Move, Moved, World};
use crate::sync::entity::{Bucket, EntityKey};
use crate::sync::noun::Known as _;
use crate::sync::wire::{Echoes, Effect, Poke, Print, Reason};

/// One operation to store, with what was decided on it.
pub(super) struct Stored {
    pub row: OpRow,
    pub decision: Decision,
}

/// What the unit of work has to tell: results in the given order, and the heads that moved.
pub(super) struct Finished {
    pub rows: Vec<OpRow>,
    pub pokes: Vec<Poke>,
    /// Of a push.
    pub echoes: Echoes,
}

/// What the operations have made of their own entities. What else they moved is not for their writer to guess.
fn echoes(log: &Log, world: &World) -> Echoes {
    let mut echoes = Echoes::new();
    let places = |row: &OpRow| {
        let key = row.target;
        row.effects.iter().filter_map(move |effect| Some((key?, effect.bucket, effect.seq))).collect::<Vec<_>>()
    };
    let made: HashSet<_> = log.ops.iter().flat_map(places).collect();
    for change in log.changes.iter().filter(|change| !change.removed) {
        let own = made.contains(&(change.key, change.bucket, change.seq));
        let print = world.entity(change.key).filter(|_| own);
        let print = print.and_then(|entity| Print::of(&entity.clone().shown_in(change.bucket)));
        if let Some(print) = print {
            echoes.entry(change.bucket).or_default().insert(change.seq, print);
        }
    }
    echoes
}

/// Writes what comes last. A tablet's echoes are made out meanwhile: the database takes as long for the first rows.
async fn write_log<S: ServerStore>(store: &mut S, log: &Log, world: &World) -> Result<Echoes, S::Error> {
    let mut written = pin!(store.log(log));
    let begun = poll_fn(|cx| Poll::Ready(written.as_mut().poll(cx))).await;
    let echoes = if log.audit.verb == AuditVerb::Push { echoes(log, world) } else { Echoes::new() };
    match begun {
        Poll::Ready(done) => done?,
        Poll::Pending => written.await?,
    }
    Ok(echoes)
}

/// Writes entities and reviews, moves the heads in sorted order, then writes change rows, operations, the stream
/// and the audit row (docs/sync.md, Push).
pub(super) async fn finish<S: ServerStore>(
    store: &mut S,
    step: Step,
    stored: Vec<Stored>,
    stream: Option<StreamRow>,
    mut audit: Audit,
) -> Result<Finished, S::Error> {
    let reviews = reviews::resolve(store, &step.questions, &step.written, &step.world, step.now).await?;
    let changes = Changes {
        entities: step.world.writes(),
        reviews,
        settled: step.settled.iter().copied().collect(),
        registered: step.world.registered(),
        opened: step.world.opened(),
    };
    if !changes.entities.is_empty() || !changes.reviews.is_empty() {
        store.save(&changes).await?;
    }
    let (moves, heads) = step.world.moves();
    let new_heads = if heads.is_empty() { Vec::new() } else { store.move_heads(&heads).await? };
    let rows = numbered(&moves, &heads, &new_heads);
    let ops = with_effects(stored, &rows, &mut audit);
    let log = Log { changes: rows, ops, stream, audit };
    let echoes = write_log(store, &log, &step.world).await?;
    Ok(Finished { rows: log.ops, pokes: pokes(&heads, &new_heads), echoes })
}

/// The change rows of what moved, numbered up to the new heads.
pub(super) fn numbered(moves: &[Move], heads: &[HeadMove], new_heads: &[i64]) -> Vec<ChangeRow> {
    let mut next: BTreeMap<Bucket, i64> =
        heads.iter().zip(new_heads).map(|(head, new)| (head.bucket, new - head.by)).collect();
    let row = |m: &Move| {
        let seq = next.entry(m.bucket).or_default();
        *seq += 1;
        ChangeRow { bucket: m.bucket, seq: *seq, key: m.key, rev: m.rev, removed: m.removed }
    };
    moves.iter().map(row).collect()
}

pub(super) fn pokes(heads: &[HeadMove], new_heads: &[i64]) -> Vec<Poke> {
    heads.iter().zip(new_heads).map(|(head, new)| Poke { bucket: head.bucket, head: *new }).collect()
}

/// Where what moved has change rows. Of somebody in a thousand groups only the buckets of one are looked at.
fn within(moved: &Moved, seqs: &BTreeMap<Bucket, i64>) -> Vec<(Bucket, i64)> {
    let of = |bucket| seqs.get(&bucket).map(|seq| (bucket, *seq));
    match moved.within {
        Some(group) => [Bucket::Roll(group), Bucket::Health(group)].into_iter().filter_map(of).collect(),
        None => seqs.iter().map(|(bucket, seq)| (*bucket, *seq)).collect(),
    }
}

/// The effect of an operation in a bucket is the last change row of anything that it moved there. Of one about somebody
/// who was erased no text is kept, whoever wrote it.
fn with_effects(stored: Vec<Stored>, rows: &[ChangeRow], audit: &mut Audit) -> Vec<OpRow> {
    let mut by_key: HashMap<EntityKey, BTreeMap<Bucket, i64>> = HashMap::new();
    for row in rows {
        by_key.entry(row.key).or_default().insert(row.bucket, row.seq);
    }
    stored
        .into_iter()
        .map(|Stored { mut row, decision }| {
            let mut effects: BTreeMap<Bucket, i64> = BTreeMap::new();
            for moved in &decision.moved {
                let Some(seqs) = by_key.get(&moved.key) else { continue };
                for (bucket, seq) in within(moved, seqs) {
                    let last = effects.entry(bucket).or_insert(seq);
                    *last = (*last).max(seq);
                }
            }
            row.effects = effects.into_iter().map(|(bucket, seq)| Effect { bucket, seq }).collect();
            row.outcome = decision.outcome;
            row.reason = decision.reason;
            row.field = decision.field.map(|field| field.to_string());
            row.rev = decision.rev;
            if row.reason == Some(Reason::Erased) {
                row.body.clear();
            }
            if let Some(count) = audit.outcomes.get_mut(row.outcome as usize) {
                *count += 1;
            }
            row
        })
        .collect()
}
