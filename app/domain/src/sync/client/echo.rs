//! Own echoes: what a push made of the tablet's own records need not be fetched, where the tablet arrives at the same by
//! the same merge functions (docs/sync.md, Echoes).

use std::collections::{BTreeMap, BTreeSet};

use super::outbox::Row;
use super::stored::Cursors;
use super::view::on_top;
use super::{Client, Write};
use crate::ids::GroupId;
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::wire::{Echoes, Outcome, Print};

impl Client {
    /// Takes into the cache what came of these rows, as far as it is what the server says that it is; answers the writes.
    pub(super) fn take_echoes(&mut self, rows: &[Row], echoes: &Echoes, cursors: &mut Cursors) -> Vec<Write> {
        let mut writes = Vec::new();
        // Before anything is taken: in one bucket there may be less to be seen than in another.
        let assumed = self.assumed_of(rows);
        for (bucket, prints) in echoes {
            if !self.takes_echoes(*bucket, cursors) {
                continue;
            }
            let made = |(row, entity): &(&Row, Entity)| {
                let effects = row.ack.iter().flat_map(|ack| &ack.effects).filter(|effect| effect.bucket == *bucket);
                let (seq, print) = effects.filter_map(|effect| prints.get_key_value(&effect.seq)).next()?;
                let entity = entity.clone().shown_in(*bucket);
                (Print::of(&entity) == Some(*print)).then_some((*seq, entity))
            };
            let taken: Vec<_> = assumed.iter().filter_map(made).collect();
            if taken.is_empty() {
                continue;
            }
            let mut contents = self.cache.remove(*bucket).unwrap_or_default();
            let chunks: BTreeSet<_> = taken.iter().filter_map(|(_, entity)| contents.take(entity.clone())).collect();
            writes.extend(contents.writes(*bucket, &chunks));
            if let Some(position) = cursors.buckets.get_mut(bucket) {
                position.marks = Some(contents.marks_digest());
                position.contested = Some(contents.contested().clone());
            }
            self.cache.set(*bucket, contents);
            self.echoed.entry(*bucket).or_default().extend(taken.into_iter().map(|(seq, _)| seq));
        }
        writes
    }

    /// Only over contents that deltas can follow, and to which nothing older is still to come.
    fn takes_echoes(&self, bucket: Bucket, cursors: &Cursors) -> bool {
        let whole = cursors
            .buckets
            .get(&bucket)
            .is_some_and(|position| !position.stale && !position.behind && position.epoch == self.meta.epoch);
        whole && !self.shadows.contains_key(&bucket)
    }

    /// What each of these rows has made of its entity. Where many are about one thing, that is computed once.
    fn assumed_of<'a>(&self, rows: &'a [Row]) -> Vec<(&'a Row, Entity)> {
        // Should one be answered twice in one reply, the first answer counts.
        let acknowledged: BTreeMap<_, _> = rows.iter().rev().map(|row| (row.n, row)).collect();
        let mut known: BTreeMap<(EntityKey, Option<GroupId>), Option<Entity>> = BTreeMap::new();
        let mut assumed = Vec::new();
        for row in rows {
            let (Some(key), Some(op)) = (row.target(), &row.op) else { continue };
            let made = known.entry((key, op.verb.group())).or_insert_with(|| self.assumed(row, &acknowledged));
            assumed.extend(made.clone().map(|entity| (row, entity)));
        }
        assumed
    }

    /// What this row has made of its entity, by all that is known here: the cache, and what was taken on top since.
    /// `acknowledged`: rows by number, as the reply leaves them.
    fn assumed(&self, row: &Row, acknowledged: &BTreeMap<i64, &Row>) -> Option<Entity> {
        let op = row.op.as_ref()?;
        let mut entity = self.cached(&op.verb).cloned();
        for own in self.outbox.of(row.target()?) {
            let own = acknowledged.get(&own.n).copied().unwrap_or(own);
            let took_effect = matches!(own.outcome(), Some(Outcome::Applied | Outcome::Conflict)) && !own.passed;
            if let Some(op) = own.op.as_ref().filter(|_| took_effect) {
                entity = on_top(entity, op, self.meta.stream);
            }
        }
        entity
    }

    pub(super) fn has_echo(&self, bucket: Bucket, seq: i64) -> bool {
        self.echoed.get(&bucket).is_some_and(|seqs| seqs.contains(&seq))
    }

    /// Up to here the cursor says it.
    pub(super) fn forget_echoes(&mut self, bucket: Bucket, upto: i64) {
        if let Some(seqs) = self.echoed.get_mut(&bucket) {
            seqs.retain(|seq| *seq > upto);
        }
        self.echoed.retain(|_, seqs| !seqs.is_empty());
    }
}
