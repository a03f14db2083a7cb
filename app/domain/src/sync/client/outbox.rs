//! The outbox: every operation that this user made on this tablet, until it is safe to forget it (docs/sync.md,
//! Outbox).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::had::Had;
use super::tally::Tally;
use crate::ids::OpId;
use crate::sync::canon::Hash;
use crate::sync::entity::EntityKey;
use crate::sync::mistakes::Mistake;
use crate::sync::op::Op;
use crate::sync::read_json;
use crate::sync::wire::{Effect, Epoch, OpResult, Outcome, Reason};
use crate::time::Instant;

/// What the server has had for longer than this goes.
pub const KEEP_MILLIS: i64 = 30 * 24 * 3_600_000;
/// What its backups hold goes when it has had that for longer than this.
pub const KEEP_DURABLE_MILLIS: i64 = 14 * 24 * 3_600_000;
/// Beyond so many bytes acknowledged rows go, the oldest first.
pub const KEEP_BYTES: usize = 20 << 20;

/// The server's answer to a row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ack {
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    /// With [`Reason::Invalid`]: the field that is wrong, where it is one.
    #[serde(default)]
    pub field: Option<String>,
    pub effects: Vec<Effect>,
    /// The effects' numbers count in this epoch.
    pub epoch: Epoch,
}

/// One operation, with what is known of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Row {
    pub n: i64,
    pub op_id: OpId,
    pub recorded_at: Instant,
    /// Chain value before this operation.
    pub chain_before: Hash,
    /// The canonical text.
    pub text: String,
    pub ack: Option<Ack>,
    /// To be sent (again): no outcome yet, or a new epoch asks for everything.
    pub queued: bool,
    /// The cache has reached its effects: it is part of the server's state here.
    pub passed: bool,
    /// The author has seen why it was rejected.
    pub dismissed: bool,
    /// It was queued once more: no answer that is kept beside it from before counts any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requeued: bool,
    #[serde(skip)]
    pub op: Option<Box<Op>>,
    /// What the operation writes, kept once the row is in the outbox: a mark's id is a hash of what it is about.
    #[serde(skip)]
    pub key: Option<EntityKey>,
}

impl Row {
    /// Takes the server's answer. What the author has read is told again where the answer is another one.
    pub fn acknowledge(&mut self, result: &OpResult, epoch: &Epoch) {
        let answer = (result.outcome, result.reason, &result.field);
        self.dismissed &= self.ack.as_ref().is_some_and(|ack| (ack.outcome, ack.reason, &ack.field) == answer);
        self.ack = Some(Ack {
            outcome: result.outcome,
            reason: result.reason,
            field: result.field.clone(),
            effects: result.effects.clone(),
            epoch: epoch.clone(),
        });
        self.queued = false;
        self.passed = false;
    }

    /// To be sent once more: nobody knows whether the server has it now.
    pub fn queued_again(&self) -> Self {
        Self { queued: true, requeued: true, ..self.clone() }
    }

    /// To be sent as if it never had been: the server does not have it any more.
    pub fn again(&self) -> Self {
        Self { ack: None, passed: false, ..self.queued_again() }
    }

    /// Whether nothing has happened to it since it was recorded.
    pub fn is_as_recorded(&self) -> bool {
        self.ack.is_none() && self.queued && !self.passed && !self.dismissed && !self.requeued
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.ack.as_ref().map(|ack| ack.outcome)
    }

    pub fn target(&self) -> Option<EntityKey> {
        self.key.or_else(|| self.op.as_ref().map(|op| op.verb.target()))
    }

    /// Whether the server has still to answer for it: it never has, or what it answered was in another life of its data, or
    /// of another stream, and nobody knows whether it has it now.
    pub fn is_unanswered(&self) -> bool {
        self.ack.is_none() || self.queued
    }

    /// Whether it is answered, and the author may have to be told more of it than that it is on the server.
    pub fn is_open(&self) -> bool {
        let plain = |ack: &Ack| matches!(ack.outcome, Outcome::Applied | Outcome::Noop) && ack.field.is_none();
        !self.is_unanswered() && !self.dismissed && !self.ack.as_ref().is_some_and(plain)
    }

    /// Whether it can lie behind that one in an envelope. One that begins the chain anew, as programs before this one did
    /// after a fork, begins an envelope: the chain after both would not be the one before the next.
    pub fn follows(&self, before: &Self) -> bool {
        before.n + 1 == self.n && self.chain_before != Hash::default()
    }

    /// Whether a person is told the same of both: they are about one thing, and the server's answers are alike.
    pub fn is_told_like(&self, other: &Self) -> bool {
        let alike = match (&self.ack, &other.ack) {
            (Some(one), Some(two)) => (one.outcome, one.reason, &one.field) == (two.outcome, two.reason, &two.field),
            (None, None) => true,
            _ => false,
        };
        self.n == other.n || (alike && self.key.is_some() && self.key == other.key)
    }

    /// Whether the view shows this row on top of the server's state.
    pub fn is_overlay(&self) -> bool {
        match self.outcome() {
            Some(Outcome::Rejected | Outcome::Noop) => false,
            Some(Outcome::Held) | None => true,
            Some(Outcome::Applied | Outcome::Conflict) => !self.passed,
        }
    }

    /// Whether it is needed here only should the server be set back: final, seen, part of the cache. A row without an
    /// outcome never is.
    fn is_settled(&self) -> bool {
        let told_of = self.dismissed || self.ack.as_ref().is_some_and(|ack| ack.field.is_none());
        let settled = match self.outcome() {
            Some(Outcome::Applied | Outcome::Conflict) => self.passed && told_of,
            Some(Outcome::Noop) => told_of,
            Some(Outcome::Rejected) => self.dismissed,
            Some(Outcome::Held) | None => false,
        };
        settled && !self.queued
    }
}

#[derive(Clone, Default)]
pub struct Outbox {
    rows: BTreeMap<i64, Row>,
    by_op: HashMap<OpId, i64>,
    by_target: HashMap<EntityKey, BTreeSet<i64>>,
    tally: Tally,
    /// Entries of the list of what waits that are without an answer.
    unsent: usize,
}

impl Outbox {
    pub fn new(rows: Vec<Row>) -> Self {
        let mut outbox = Self::default();
        for mut row in rows {
            row.op = read_json(&row.text).ok().map(Box::new);
            outbox.insert(row);
        }
        // Once for all of them.
        outbox.unsent = outbox.waiting().filter(|row| row.is_unanswered() && outbox.is_last(row)).count();
        outbox
    }

    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.rows.values()
    }

    /// Those that the server has answered although it has nothing beyond `contig`: it was set back since.
    pub fn taken_back(&self, contig: i64) -> impl Iterator<Item = &Row> {
        let beyond = self.rows.range(contig.saturating_add(1)..).map(|(_, row)| row);
        beyond.filter(|row| (row.ack.is_some() || !row.queued) && !Mistake::GapNotResent.is_made())
    }

    /// The first number from this one on that is here.
    pub fn next_from(&self, n: i64) -> Option<i64> {
        self.rows.range(n..).next().map(|(n, _)| *n)
    }

    pub fn get(&self, n: i64) -> Option<&Row> {
        self.rows.get(&n)
    }

    /// Those from the one number to the other, which must not be less.
    pub fn between(&self, first: i64, last: i64) -> impl Iterator<Item = &Row> {
        self.rows.range(first..=last).map(|(_, row)| row)
    }

    /// How many entries without an answer are on the list of what waits.
    pub const fn unsent(&self) -> usize {
        self.unsent
    }

    /// For how many rows the server has still to answer.
    pub fn unanswered(&self) -> usize {
        self.tally.unanswered.len()
    }

    /// When the oldest of those was recorded.
    pub fn oldest_unanswered(&self) -> Option<Instant> {
        self.tally.unanswered.first().map(|(at, _)| *at)
    }

    /// Whether one of them was never answered.
    pub const fn has_silent(&self) -> bool {
        self.tally.silent > 0
    }

    /// Those of whose answers the author may have to be told, in order.
    pub fn open(&self) -> impl Iterator<Item = &Row> {
        self.tally.open.iter().filter_map(|n| self.rows.get(n))
    }

    /// Those without an answer, and those of whose answers the author may have to be told, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Row> {
        let unanswered = self.tally.unanswered.iter().map(|(_, n)| *n);
        let numbers: BTreeSet<_> = unanswered.chain(self.tally.open.iter().copied()).collect();
        numbers.into_iter().filter_map(|n| self.rows.get(&n))
    }

    /// Those up to this number that are answered and not known to be part of the cache, in order.
    pub fn passing(&self, upto: i64) -> impl Iterator<Item = &Row> {
        self.tally.passing.range(..=upto).filter_map(|n| self.rows.get(n))
    }

    pub fn put(&mut self, row: Row) {
        self.remove(row.n);
        self.recount(row.target(), |outbox| outbox.insert(row));
    }

    pub fn remove(&mut self, n: i64) -> Option<Row> {
        let key = self.rows.get(&n)?.key;
        self.recount(key, |outbox| outbox.take(n))
    }

    /// Changes one row, about this entity, and keeps count of the entries that are without an answer.
    fn recount<T>(&mut self, key: Option<EntityKey>, change: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.unsent_of(key);
        let changed = change(self);
        self.unsent = (self.unsent + self.unsent_of(key)).saturating_sub(before);
        changed
    }

    /// The entries without an answer that are about it, by the same rule as [`Self::is_last`]. A row of which nobody knows
    /// what it is about is an entry by itself: there the rows are counted, whose number changes alike.
    fn unsent_of(&self, key: Option<EntityKey>) -> usize {
        let Some(key) = key else { return self.unanswered() };
        let (mut later, mut entries): (Vec<&Row>, usize) = (Vec::new(), 0);
        let numbers = self.by_target.get(&key).into_iter().flat_map(|numbers| numbers.iter().rev());
        for row in numbers.filter_map(|n| self.rows.get(n)) {
            if !later.iter().any(|other| other.is_told_like(row)) {
                entries += usize::from(row.is_unanswered());
                later.extend((!row.dismissed).then_some(row));
            }
        }
        entries
    }

    fn insert(&mut self, mut row: Row) {
        self.by_op.insert(row.op_id, row.n);
        row.key = row.target();
        if let Some(key) = row.key {
            self.by_target.entry(key).or_default().insert(row.n);
        }
        self.tally.enter(&row);
        self.rows.insert(row.n, row);
    }

    fn take(&mut self, n: i64) -> Option<Row> {
        let row = self.rows.remove(&n)?;
        self.tally.leave(&row);
        self.by_op.remove(&row.op_id);
        if let Some(rows) = row.target().and_then(|key| self.by_target.get_mut(&key)) {
            rows.remove(&n);
        }
        Some(row)
    }

    pub fn by_op(&self, op_id: OpId) -> Option<&Row> {
        self.rows.get(self.by_op.get(&op_id)?)
    }

    /// Rows that write this entity, in order.
    pub fn of(&self, key: EntityKey) -> impl Iterator<Item = &Row> {
        self.by_target.get(&key).into_iter().flatten().filter_map(|n| self.rows.get(n))
    }

    /// Whether of no later operation on the same thing the same is told.
    pub fn is_last(&self, row: &Row) -> bool {
        let Some(same) = row.key.and_then(|key| self.by_target.get(&key)) else { return true };
        for n in same {
            if *n > row.n && self.rows.get(n).is_some_and(|later| !later.dismissed && later.is_told_like(row)) {
                return false;
            }
        }
        true
    }

    /// Rows in order that are to be sent next: consecutive numbers from the first queued one.
    pub fn batch(&self, most: usize, bytes: usize) -> Vec<&Row> {
        self.batch_from(i64::MIN, most, bytes)
    }

    /// The same of those from this number on.
    pub fn batch_from(&self, from: i64, most: usize, bytes: usize) -> Vec<&Row> {
        let mut size = 0;
        let mut batch: Vec<&Row> = Vec::new();
        let first = self.tally.queued.range(from..).next().copied().unwrap_or(i64::MAX);
        for row in self.rows.range(first..).map(|(_, row)| row) {
            size += row.text.len() + 1;
            let consecutive = batch.last().is_none_or(|last| row.follows(last));
            if !row.queued || !consecutive || batch.len() >= most || (size > bytes && !batch.is_empty()) {
                break;
            }
            batch.push(row);
        }
        batch
    }

    /// Those of these operations that may be forgotten, however new they are: they are about people who were erased, and
    /// a server that was set back would not take them again.
    pub fn to_forget(&self, ops: &BTreeSet<OpId>) -> Vec<i64> {
        let rows = ops.iter().filter_map(|op| self.by_op(*op));
        let may_go = rows.filter(|row| row.is_settled() && !Mistake::ErasedKeptInOutbox.is_made());
        may_go.map(|row| row.n).collect()
    }

    /// Rows to forget now. `durable`: up to here the server's backups hold them. `had`: since when the server has them;
    /// nothing is old where clocks do not agree on the present day (`now`). `pressed`: the tablet is full, all that backups
    /// hold goes, and where that is nothing, all that is settled: what is being recorded is nowhere else.
    pub fn to_drop(&self, durable: i64, had: &Had, now: Option<Instant>, pressed: bool) -> Vec<i64> {
        let settled: Vec<_> = self.rows.values().filter(|row| row.is_settled()).collect();
        let mut bytes: usize = settled.iter().map(|row| row.text.len()).sum();
        let mut drop = Vec::new();
        for row in &settled {
            let held = row.n <= durable || Mistake::DropsIgnoringDurable.is_made();
            let kept_for = if held { KEEP_DURABLE_MILLIS } else { KEEP_MILLIS };
            let since = if Mistake::OldByOwnClock.is_made() { Some(row.recorded_at) } else { had.since(row.n) };
            let old = now.zip(since).is_some_and(|(now, since)| now.millis_since(since) > kept_for);
            if (pressed && held) || old || bytes > KEEP_BYTES {
                bytes = bytes.saturating_sub(row.text.len());
                drop.push(row.n);
            }
        }
        if pressed && drop.is_empty() {
            drop = settled.iter().map(|row| row.n).collect();
        }
        drop
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::entity::EntityType;
    use crate::sync::testing::sample::{Dice, NOON};
    use uuid::Uuid;

    /// A row about one of a few things or about nothing that is known, in any state.
    fn row(n: i64, dice: &mut Dice) -> Row {
        let about = dice.below(6);
        let key = (about > 0).then(|| EntityKey { etype: EntityType::Attendance, id: Uuid::from_u128(about as u128) });
        let mut row = Row {
            n,
            op_id: OpId(Uuid::from_u128(n as u128)),
            recorded_at: NOON.plus_millis(dice.below(50) as i64),
            chain_before: Hash::default(),
            text: String::new(),
            ack: None,
            queued: dice.below(8) > 0,
            passed: false,
            dismissed: false,
            requeued: false,
            op: None,
            key,
        };
        if dice.below(2) == 0 {
            let outcome = Outcome::ALL[dice.below(Outcome::ALL.len())];
            let field = (dice.below(3) == 0).then(|| "day".to_owned());
            let result = OpResult { op_id: row.op_id, outcome, reason: None, field, effects: Vec::new() };
            row.acknowledge(&result, &Epoch("e".into()));
            (row.passed, row.queued, row.dismissed) = (dice.below(2) == 0, dice.below(4) == 0, dice.below(4) == 0);
        }
        row
    }

    fn numbers<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<i64> {
        rows.map(|row| row.n).collect()
    }

    fn counts(outbox: &Outbox) -> (usize, usize, Option<Instant>, bool) {
        (outbox.unsent(), outbox.unanswered(), outbox.oldest_unanswered(), outbox.has_silent())
    }

    #[test]
    fn what_is_kept_of_the_rows_is_what_a_walk_over_all_of_them_finds() {
        let (mut outbox, mut dice) = (Outbox::default(), Dice(5));
        for _ in 0..3_000 {
            let n = 1 + dice.below(40) as i64;
            match dice.below(5) {
                0 => drop(outbox.remove(n)),
                _ => outbox.put(row(n, &mut dice)),
            }
            let without = |row: &&Row| row.is_unanswered();
            let entries = outbox.rows().filter(without).filter(|row| outbox.is_last(row)).count();
            let oldest = outbox.rows().filter(without).map(|row| row.recorded_at).min();
            let silent = outbox.rows().any(|row| row.ack.is_none());
            assert_eq!(counts(&outbox), (entries, outbox.rows().filter(without).count(), oldest, silent));
            assert_eq!(numbers(outbox.open()), numbers(outbox.rows().filter(|row| row.is_open())));
            let waiting = outbox.rows().filter(|row| row.is_unanswered() || row.is_open());
            assert_eq!(numbers(outbox.waiting()), numbers(waiting));
            let passing = outbox.rows().filter(|row| row.n <= 20 && row.ack.is_some() && !row.passed);
            assert_eq!(numbers(outbox.passing(20)), numbers(passing));
            let next = outbox.rows().find(|row| row.queued).map(|row| row.n);
            assert_eq!(outbox.batch(9, 9).first().map(|row| row.n), next);
            assert_eq!(counts(&Outbox::new(outbox.rows().cloned().collect())), counts(&outbox), "after a new start");
        }
    }
}
