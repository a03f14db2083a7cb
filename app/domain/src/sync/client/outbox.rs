//! The outbox: every operation that this user made on this tablet, until it is safe to forget it (docs/sync.md,
//! Outbox).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::ids::OpId;
use crate::sync::canon::Hash;
use crate::sync::entity::EntityKey;
use crate::sync::mistakes::Mistake;
use crate::sync::op::Op;
use crate::sync::wire::{Effect, Epoch, OpResult, Outcome, Reason};
use crate::time::Instant;

/// Acknowledged rows older than this go.
pub const KEEP_MILLIS: i64 = 30 * 24 * 3_600_000;
/// Those that the server's backups hold go when they are older than this.
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

    /// To be sent as if it never had been: the server does not have it any more.
    pub fn again(&self) -> Self {
        Self { ack: None, queued: true, passed: false, ..self.clone() }
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
}

impl Outbox {
    pub fn new(rows: Vec<Row>) -> Self {
        let mut outbox = Self::default();
        for mut row in rows {
            row.op = serde_json::from_str(&row.text).ok().map(Box::new);
            outbox.put(row);
        }
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

    pub fn put(&mut self, mut row: Row) {
        self.by_op.insert(row.op_id, row.n);
        row.key = row.target();
        if let Some(key) = row.key {
            self.by_target.entry(key).or_default().insert(row.n);
        }
        self.rows.insert(row.n, row);
    }

    pub fn remove(&mut self, n: i64) -> Option<Row> {
        let row = self.rows.remove(&n)?;
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
        let mut size = 0;
        let mut batch: Vec<&Row> = Vec::new();
        for row in self.rows.values().skip_while(|row| !row.queued) {
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

    /// Rows to forget now. `durable`: up to here the server's backups hold them. `pressed`: the tablet is full, all that
    /// they hold goes, and where that is nothing, all that is settled: what is being recorded is nowhere else.
    pub fn to_drop(&self, durable: i64, now: Instant, pressed: bool) -> Vec<i64> {
        let settled: Vec<_> = self.rows.values().filter(|row| row.is_settled()).collect();
        let mut bytes: usize = settled.iter().map(|row| row.text.len()).sum();
        let mut drop = Vec::new();
        for row in &settled {
            let held = row.n <= durable || Mistake::DropsIgnoringDurable.is_made();
            let kept_for = if held { KEEP_DURABLE_MILLIS } else { KEEP_MILLIS };
            let old = now.millis_since(row.recorded_at) > kept_for;
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
