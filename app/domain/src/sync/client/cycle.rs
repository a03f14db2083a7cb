//! The cycle: push, ask for outcomes, pull, with back-off. One request at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::http::{Asked, Failure, Reply};
use super::outbox::Row;
use super::stored::{Cursors, Meta};
use super::{Client, Doing, Durability, Effect, Then, Write, stored};
use crate::ids::{Chance, StreamId};
use crate::sync::entity::Bucket;
use crate::sync::mistakes::Mistake;
use crate::sync::op::SCHEMA;
use crate::sync::wire::{
    Cursor, Envelope, Epoch, Hole, HoleReason, OUTCOMES_PATH, OpResult, Outcome, OutcomesRequest, PULL_PATH, PUSH_PATH,
    PullRequest, PushRefusal, PushReply, PushRequest, Reason, SURE_PUSH_OPS,
};
use crate::time::Instant;

/// After so long a silence whoever carries a request out gives it up (docs/sync.md, Cycle).
pub const PATIENCE_MILLIS: u32 = 30_000;
/// A request of which nothing is heard for so long, not even that it was given up, is lost. Inactivity counts, not the
/// total time.
const SILENCE_MILLIS: i64 = 120_000;
/// Between two cycles when nothing else starts one; ± 30 %.
const PAUSE_MILLIS: i64 = 60_000;
const SHORTEST_MILLIS: i64 = 1_000;
const LONGEST_MILLIS: i64 = 300_000;
/// After so many failures in a row, what the server has lost is sent again whether or not it was told that it was set back.
const SHOWN_AGAIN: u32 = 5;
/// Bytes of the texts of one push, at most: written as JSON, and as it is where a browser cannot compress, it stays below
/// the mebibyte that servers take.
const MOST_TEXT: usize = 512 << 10;
/// However slow the line, so many changes are asked for at once.
pub(super) const LEAST_PULL: u32 = 50;

pub(super) enum Phase {
    Idle,
    Waiting {
        id: u64,
        request: Request,
    },
    /// The answer is here and is being stored.
    Digesting,
}

/// What the request under way was about; a push by the numbers of its operations, in order.
pub(super) enum Request {
    Push { ns: Vec<i64>, holes: Vec<Hole> },
    Outcomes,
    Pull { cursors: BTreeMap<Bucket, Cursor> },
}

impl Request {
    const fn asked(&self) -> Asked {
        match self {
            Self::Push { .. } => Asked::Push,
            Self::Outcomes => Asked::Outcomes,
            Self::Pull { .. } => Asked::Pull,
        }
    }
}

pub(super) struct Answer {
    request: Request,
    result: Result<Reply, Failure>,
}

impl Client {
    /// Sends what comes next, if anything may be sent.
    pub(super) fn cycle(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        let waits = self.not_before.is_some_and(|until| now < until);
        if !self.leader || !self.wants_sync || waits || !matches!(self.phase, Phase::Idle) {
            return;
        }
        let push = if self.pull_first || self.server_has_less { None } else { self.next_push() };
        if let Some(push) = push {
            self.send_push(push, effects);
        } else if let Some((last, ask)) = self.open_questions() {
            self.asked_upto = last;
            self.send(OUTCOMES_PATH, Request::Outcomes, json(&ask), effects);
        } else {
            let cursors = self.pull_cursors();
            self.poked.clear();
            let pull = PullRequest {
                schema: SCHEMA,
                cursors: cursors.clone(),
                limit: self.pull_pace.now(),
                stream: Some(self.meta.stream),
                have: self.echoed.iter().map(|(bucket, seqs)| (*bucket, ranges(seqs))).collect(),
                told: self.cursors.told.filter(|_| self.server_has_less),
            };
            self.send(PULL_PATH, Request::Pull { cursors }, json(&pull), effects);
        }
    }

    fn send(&mut self, path: &'static str, request: Request, body: String, effects: &mut Vec<Effect>) {
        let id = self.fresh_id();
        self.phase = Phase::Waiting { id, request };
        self.changed.status = true;
        effects.push(Effect::Send { id, path, body });
        effects.push(Effect::Wake { after_millis: SILENCE_MILLIS });
    }

    fn send_push(&mut self, (ns, push): (Vec<i64>, PushRequest), effects: &mut Vec<Effect>) {
        let holes = push.holes.clone();
        self.send(PUSH_PATH, Request::Push { ns, holes }, json(&push), effects);
    }

    /// Sends the next push while the answer to the last one is being stored; up to this number all is answered.
    fn send_ahead(&mut self, answered: i64, effects: &mut Vec<Effect>) {
        let waits = self.pull_first || self.server_has_less || self.wants_reload;
        if self.leader
            && self.wants_sync
            && !waits
            && let Some(push) = self.push_from(answered.saturating_add(1))
        {
            self.send_push(push, effects);
        }
    }

    fn next_push(&self) -> Option<(Vec<i64>, PushRequest)> {
        self.push_from(i64::MIN)
    }

    /// What is to be pushed next from this number on. Nothing is pushed before the first pull has told the server's epoch.
    fn push_from(&self, from: i64) -> Option<(Vec<i64>, PushRequest)> {
        if self.meta.epoch.0.is_empty() {
            return None;
        }
        let most = self.pace.now().min(self.limits.ops).max(1) as usize;
        let batch = self.outbox.batch_from(from, most, MOST_TEXT.min(self.limits.bytes as usize / 2));
        let hole = self.hole_before(batch.first().map_or(self.meta.created_n + 1, |row| row.n));
        if batch.is_empty() && hole.is_none() {
            return None;
        }
        Some((batch.iter().map(|row| row.n).collect(), self.push_of(&batch, hole)))
    }

    /// A push of these rows, and of the numbers before them that never come.
    pub(super) fn push_of(&self, rows: &[&Row], hole: Option<Hole>) -> PushRequest {
        PushRequest {
            epoch: self.meta.epoch.clone(),
            stream: self.meta.stream,
            created_n: self.meta.created_n,
            envelopes: self.envelope(rows).into_iter().collect(),
            author: hole.as_ref().map(|_| self.identity.user),
            holes: hole.map(|hole| self.signed(hole)).into_iter().collect(),
            hand: self.hand(),
        }
    }

    fn envelope(&self, batch: &[&Row]) -> Option<Envelope> {
        let first = batch.first()?;
        let texts: Vec<_> = batch.iter().map(|row| row.text.as_str()).collect();
        let envelope = Envelope::clear(first.n, first.chain_before, &texts);
        Some(match &self.meta.key {
            Some(key) => key.sign(self.meta.stream, envelope),
            None => envelope,
        })
    }

    fn signed(&self, hole: Hole) -> Hole {
        match &self.meta.key {
            Some(key) => key.sign_hole(self.meta.stream, hole),
            None => hole,
        }
    }

    /// Whether something is to be sent, or to be told to be lost.
    pub fn has_to_push(&self) -> bool {
        !self.outbox.batch(1, 0).is_empty() || self.hole_before(self.meta.created_n + 1).is_some()
    }

    /// What lies between the server's last and this number is not here any more (docs/sync.md, Gaps and forks). It is
    /// one hole, however many of its numbers are damaged and how many gone: a hundred pieces would be a hundred
    /// questions to whoever settles them, and more than one push takes.
    fn hole_before(&self, next: i64) -> Option<Hole> {
        let from = self.contig?.saturating_add(1);
        // What lies here is no hole, answered or not: the server asks for it, or the next pull does.
        let next = self.outbox.next_from(from).map_or(next, |here| here.min(next));
        if from >= next || Mistake::HoleNotDeclared.is_made() {
            return None;
        }
        let unreadable: BTreeSet<_> = self.damaged.iter().filter_map(|row| row.n).collect();
        let lies_here = (from..next).all(|n| unreadable.contains(&n));
        let reason = if lies_here { HoleReason::Unreadable } else { HoleReason::Missing };
        Some(Hole::new(from, next - 1, reason))
    }

    /// Held rows may have been decided on since; each is asked about once per cycle.
    fn open_questions(&self) -> Option<(i64, OutcomesRequest)> {
        let held = |row: &&Row| row.outcome() == Some(Outcome::Held) && row.n > self.asked_upto;
        let rows: Vec<_> = self.outbox.rows().filter(held).take(self.limits.ops as usize).collect();
        let last = rows.last()?.n;
        Some((last, OutcomesRequest { op_ids: rows.iter().map(|row| row.op_id).collect() }))
    }

    fn pull_cursors(&self) -> BTreeMap<Bucket, Cursor> {
        let epoch = &self.meta.epoch;
        let at = |bucket: &Bucket| match self.shadows.get(bucket) {
            Some(shadow) => Some(Cursor { epoch: epoch.clone(), seq: shadow.seq, reset_to: Some(shadow.reset_to) }),
            None => self.cursors.seq(*bucket).map(|seq| Cursor { epoch: epoch.clone(), seq, reset_to: None }),
        };
        let buckets = self.cursors.buckets.keys().chain(self.shadows.keys());
        buckets.filter_map(|bucket| Some((*bucket, at(bucket)?))).collect()
    }

    pub(super) fn answered(&mut self, answered: u64, read: impl FnOnce(Asked) -> Result<Reply, Failure>) {
        match std::mem::replace(&mut self.phase, Phase::Digesting) {
            Phase::Waiting { id, request, .. } if id == answered => {
                let result = read(request.asked());
                self.answer = Some(Box::new(Answer { request, result }));
            }
            // Late, repeated or meant for an earlier life of this client.
            other => self.phase = other,
        }
    }

    /// The request is alive: the silence is counted from here.
    pub(super) fn progress(&mut self, moved: u64, effects: &mut Vec<Effect>) {
        if matches!(&self.phase, Phase::Waiting { id, .. } if *id == moved) {
            effects.push(Effect::Wake { after_millis: SILENCE_MILLIS });
        }
    }

    /// The time that was last asked for has passed, whatever the tablet's clock shows: a clock that was set back
    /// makes no wait longer.
    pub(super) fn tick(&mut self, now: Instant, chance: &mut dyn Chance, effects: &mut Vec<Effect>) {
        (self.not_before, self.keeping_key) = (None, false);
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Waiting { request, .. } => self.failed(&request, Failure::TimedOut, now, chance, effects),
            // An answer that is being stored is stored to its end.
            other => (self.phase, self.wants_sync) = (other, true),
        }
    }

    pub(super) fn sync_now(&mut self) {
        self.wants_sync = true;
        (self.not_before, self.keeping_key) = (None, false);
    }

    pub(super) fn back_off(
        &mut self,
        asked_for: Option<u32>,
        now: Instant,
        chance: &mut dyn Chance,
        effects: &mut Vec<Effect>,
    ) {
        let mut random = [0u8; 1];
        chance.fill(&mut random);
        self.wait(asked_for, now, random[0], effects);
    }

    /// Waits longer each time. `random`: 0 … 255.
    pub(super) fn wait(&mut self, asked_for: Option<u32>, now: Instant, random: u8, effects: &mut Vec<Effect>) {
        let doubled = SHORTEST_MILLIS << self.failures.min(9);
        let wait = doubled.min(LONGEST_MILLIS).max(i64::from(asked_for.unwrap_or(0)) * 1000).min(LONGEST_MILLIS);
        self.failures = self.failures.saturating_add(1);
        let wait = spread(wait, 50, random);
        self.not_before = Some(now.plus_millis(wait));
        self.changed.status = true;
        effects.push(Effect::Wake { after_millis: wait });
    }

    /// Whether something was told of that has not been fetched.
    pub(super) fn is_behind_pokes(&self) -> bool {
        self.poked.iter().any(|(bucket, head)| self.cursors.seq(*bucket).is_none_or(|seq| seq < *head))
    }

    /// A cycle has come to its end: everything that was there is sent and fetched. `random`: 0 … 255.
    pub(super) fn rest(&mut self, random: u8, effects: &mut Vec<Effect>) {
        self.wants_sync = self.is_behind_pokes();
        self.asked_upto = 0;
        self.failures = 0;
        self.not_before = None;
        effects.push(Effect::Wake { after_millis: spread(PAUSE_MILLIS, 30, random) });
    }

    /// Takes an answer in; the storage is free.
    pub(super) fn take_in(&mut self, answer: Answer, now: Instant, chance: &mut dyn Chance, effects: &mut Vec<Effect>) {
        match (answer.request, answer.result) {
            (request, Err(failure)) => self.failed(&request, failure, now, chance, effects),
            (Request::Push { ns, holes }, Ok(Reply::Push(reply))) => {
                self.pushed(&ns, holes, reply, now, chance, effects);
            }
            (Request::Outcomes, Ok(Reply::Outcomes(reply))) => {
                let rows = self.acknowledge(&reply.results, &reply.epoch);
                self.store_rows(rows, None, None, Durability::Relaxed, effects);
            }
            // Somebody else has signed in beside this user, in another tab: what is theirs is kept in their store alone.
            (request, Ok(Reply::Pull(reply))) if reply.is_for_another(self.identity.user) => {
                self.failed(&request, Failure::NeedsSignIn, now, chance, effects);
            }
            (Request::Pull { cursors }, Ok(Reply::Pull(reply))) => {
                self.pulled(&cursors, *reply, now, chance, effects);
            }
            (_, Ok(Reply::Refused(refusal))) => {
                self.back_off(None, now, chance, effects);
                self.refused(refusal, effects);
            }
            (request, Ok(_)) => self.failed(&request, Failure::Unreadable, now, chance, effects),
        }
    }

    fn failed(
        &mut self,
        request: &Request,
        failure: Failure,
        now: Instant,
        chance: &mut dyn Chance,
        effects: &mut Vec<Effect>,
    ) {
        self.phase = Phase::Idle;
        let pushed = matches!(request, Request::Push { .. });
        let answered = !matches!(failure, Failure::Unreachable | Failure::TimedOut);
        let busy = matches!(failure, Failure::Busy { .. });
        // A lost line shows it again. Else perhaps nobody is signed in: what the server has lost is sent again all the same.
        let lost = matches!(failure, Failure::Unreachable) && self.failures < SHOWN_AGAIN;
        self.server_has_less &= lost || !matches!(request, Request::Pull { .. });
        let mut asked_for = None;
        match (failure, request) {
            (Failure::NeedsSignIn, _) => (self.needs_sign_in, self.unsigned) = (true, pushed || self.unsigned),
            (Failure::Busy { retry_after }, Request::Push { ns, .. }) => {
                asked_for = retry_after;
                self.pace.halve(amount(ns));
            }
            (Failure::Busy { retry_after }, _) => asked_for = retry_after,
            (Failure::TooLarge, Request::Push { ns, .. }) => self.send_less(ns),
            (Failure::ServerError, Request::Push { ns, .. }) => self.pace.halve(amount(ns)),
            (Failure::TimedOut, Request::Push { ns, .. }) => self.pace.slow_down(amount(ns)),
            (Failure::TimedOut, Request::Pull { .. }) => self.pull_pace.slow_down(self.pull_pace.now()),
            _ => {}
        }
        // What is not taken must not keep away what is new.
        self.pull_first = pushed && answered;
        if busy || !self.pull_first {
            self.back_off(asked_for, now, chance, effects);
        }
    }

    /// So much was too much for the server; perhaps its program is an earlier one by now than the one that told its limits.
    fn send_less(&mut self, ns: &[i64]) {
        self.pace.halve(amount(ns));
        self.limits.ops = self.limits.ops.min(SURE_PUSH_OPS);
    }

    fn pushed(
        &mut self,
        ns: &[i64],
        holes: Vec<Hole>,
        reply: PushReply,
        now: Instant,
        chance: &mut dyn Chance,
        effects: &mut Vec<Effect>,
    ) {
        self.limits = reply.limits;
        self.pace.speed_up(amount(ns));
        let mut rows = match reply.epoch == self.meta.epoch {
            true => self.acknowledge(&reply.results, &reply.epoch),
            false => Vec::new(),
        };
        rows.extend(self.unreadable(ns, &reply));
        let lost = match reply.epoch == self.meta.epoch {
            true => self.confirmed(holes, reply.stream.contig),
            false => None,
        };
        if lost.is_none() && !rows.iter().any(|row| ns.binary_search(&row.n).is_ok()) {
            // An answer that answers nothing must not be asked for again at once.
            self.pull_first = true;
            self.back_off(None, now, chance, effects);
        } else {
            self.failures = 0;
            self.not_before = None;
        }
        (self.needs_sign_in, self.unsigned) = (false, false);
        let mut cursors = self.cursors.clone();
        if reply.epoch == self.meta.epoch {
            self.server_has_less = cursors.hear(&reply.stream, false);
        }
        let writes = self.take_echoes(&rows, &reply.echoes, &mut cursors);
        let goes_on = lost.is_none() && answers_all(ns, &rows, &reply);
        self.store_all(rows, lost, Some(cursors), writes, Durability::Relaxed, effects);
        if goes_on {
            self.send_ahead(reply.stream.contig, effects);
        }
    }

    /// Notes how far the server is, and keeps what it was told will never come: a person must be able to read it.
    fn confirmed(&mut self, holes: Vec<Hole>, contig: i64) -> Option<Meta> {
        self.contig = Some(contig);
        if holes.is_empty() || holes.iter().any(|hole| hole.to > contig) {
            return None;
        }
        let mut lost = self.meta.lost.clone();
        // Declared again, since the server was set back behind them once more.
        lost.retain(|old| !holes.iter().any(|hole| hole.from <= old.from && old.to <= hole.to));
        lost.extend(holes.into_iter().map(Hole::unsigned));
        Some(Meta { lost, ..self.meta.clone() })
    }

    /// Rows that the server has passed without naming them: it could not read even their ids.
    fn unreadable(&self, ns: &[i64], reply: &PushReply) -> Vec<Row> {
        let named: BTreeSet<_> = reply.results.iter().map(|result| result.op_id).collect();
        let passed = ns.iter().filter(|n| **n <= reply.stream.contig && reply.epoch == self.meta.epoch);
        let rows = passed.filter_map(|n| self.outbox.get(*n)).filter(|row| !named.contains(&row.op_id));
        let mark = |row: &Row| {
            let (op_id, reason) = (row.op_id, Some(Reason::Unreadable));
            let mut row = row.clone();
            row.acknowledge(
                &OpResult { op_id, outcome: Outcome::Held, reason, field: None, effects: Vec::new() },
                &reply.epoch,
            );
            row
        };
        rows.map(mark).collect()
    }

    /// The rows that these results are about, with them.
    fn acknowledge(&self, results: &[OpResult], epoch: &Epoch) -> Vec<Row> {
        let row = |result: &OpResult| {
            let mut row = self.outbox.by_op(result.op_id)?.clone();
            let same = row.ack.as_ref().is_some_and(|ack| ack.outcome == result.outcome && ack.epoch == *epoch);
            if same && !row.queued {
                return None;
            }
            row.acknowledge(result, epoch);
            Some(row)
        };
        results.iter().filter_map(row).collect()
    }

    /// Stores rows that a reply has changed, and goes on with the cycle.
    fn store_rows(
        &mut self,
        rows: Vec<Row>,
        meta: Option<Meta>,
        cursors: Option<Cursors>,
        durability: Durability,
        effects: &mut Vec<Effect>,
    ) {
        self.store_all(rows, meta, cursors, Vec::new(), durability, effects);
    }

    /// The same with these writes of the cache.
    fn store_all(
        &mut self,
        mut rows: Vec<Row>,
        meta: Option<Meta>,
        cursors: Option<Cursors>,
        cached: Vec<Write>,
        durability: Durability,
        effects: &mut Vec<Effect>,
    ) {
        self.phase = Phase::Digesting;
        let place = cursors.as_ref().unwrap_or(&self.cursors);
        rows.iter_mut().for_each(|row| row.passed = row.passed || self.has_passed(row, place));
        let mut writes = self.put_answered(&rows);
        writes.extend(cached);
        writes.extend(meta.as_ref().map(stored::put_meta));
        writes.extend(cursors.as_ref().map(stored::put_cursors));
        let cursors = cursors.map(Box::new);
        let doing = Doing::Rows { rows, dropped: Vec::new(), meta, cursors, then: Then::Cycle };
        if writes.is_empty() {
            self.phase = Phase::Idle;
        } else {
            self.persist(durability, writes, doing, effects);
        }
    }

    fn refused(&mut self, refusal: PushRefusal, effects: &mut Vec<Effect>) {
        match refusal {
            PushRefusal::EpochChanged { epoch } => self.adopt_epoch(epoch, effects),
            PushRefusal::Gap { expected } => {
                self.pull_first = true;
                self.server_has_less = self.cursors.told.is_some_and(|told| told.contig >= expected);
                self.contig = Some(expected.saturating_sub(1));
                let rows = self.outbox.taken_back(expected.saturating_sub(1)).map(Row::again).collect();
                self.store_rows(rows, None, None, Durability::Relaxed, effects);
            }
            PushRefusal::StreamFork { new_stream } => self.fork(new_stream, effects),
        }
    }

    /// Another copy of this tablet writes the old stream: this one goes on in a stream of its own. What it retains is sent
    /// again there: of what was acknowledged, some may have been the other copy's.
    fn fork(&mut self, new_stream: StreamId, effects: &mut Vec<Effect>) {
        (self.contig, self.server_has_less) = (None, false);
        let new_stream = if Mistake::ForkIgnored.is_made() { self.meta.stream } else { new_stream };
        let rows = self.outbox.rows().map(Row::queued_again).collect();
        let cursors = Cursors { durable: 0, told: None, ..self.cursors.clone() };
        let meta = Meta { stream: new_stream, ..self.meta.clone() };
        self.store_rows(rows, Some(meta), Some(cursors), Durability::Strict, effects);
    }

    /// The server's data has a new life: everything retained is sent again, everything cached fetched again;
    /// until then the cache is shown as it is.
    pub(super) fn adopt_epoch(&mut self, epoch: Epoch, effects: &mut Vec<Effect>) {
        let asked_for = self.outbox.rows().filter(|row| row.queued || !Mistake::NewEpochSendsNothingAgain.is_made());
        let rows = asked_for.map(Row::queued_again).collect();
        let mut cursors = Cursors { durable: 0, told: None, ..self.cursors.clone() };
        cursors.buckets.values_mut().for_each(|position| position.stale = true);
        self.shadows.clear();
        self.echoed.clear();
        (self.contig, self.server_has_less) = (None, false);
        let meta = Meta { epoch, ..self.meta.clone() };
        self.store_rows(rows, Some(meta), Some(cursors), Durability::Strict, effects);
    }
}

/// Whether the reply has answered all that was pushed, and the server's stream ends there.
fn answers_all(ns: &[i64], rows: &[Row], reply: &PushReply) -> bool {
    let answered: BTreeSet<_> = rows.iter().filter(|row| !row.queued).map(|row| row.n).collect();
    ns.last() == Some(&reply.stream.contig) && ns.iter().all(|n| answered.contains(n))
}

/// How many numbers these are.
fn amount(ns: &[i64]) -> u32 {
    u32::try_from(ns.len()).unwrap_or(u32::MAX)
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // The wire types have text keys and no values that JSON cannot hold.
    serde_json::to_string(value).unwrap_or_default()
}

/// Numbers as first and last ones of those that follow each other.
fn ranges(numbers: &BTreeSet<i64>) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for n in numbers {
        match ranges.last_mut().filter(|(_, last)| last + 1 == *n) {
            Some((_, last)) => *last = *n,
            None => ranges.push((*n, *n)),
        }
    }
    ranges
}

/// `millis` ± `percent`, as the random byte says.
fn spread(millis: i64, percent: i64, random: u8) -> i64 {
    millis + millis * percent * (i64::from(random) * 2 - 255) / (255 * 100)
}

#[cfg(test)]
mod tests {
    use super::super::{Event, Identity, Stored, Write};
    use super::*;
    use crate::attendance::Mark;
    use crate::sync::author::AuthorKey;
    use crate::sync::testing::sample::{Dice, NOON, mark, stream, user};

    fn key(n: u8) -> AuthorKey {
        AuthorKey::new(uuid::Uuid::from_u128(u128::from(n)), [n; 32])
    }

    /// A tablet with one mark to send.
    fn tablet(key: Option<AuthorKey>, stored: Vec<Stored>) -> Client {
        let mut client = Client::new(Identity { user: user(1), new_stream: stream(1), key }, stored);
        let verb = mark(1, 1, Some(Mark::Present));
        let effects = client.handle(Event::Record { ticket: 1, verb }, NOON, &mut Dice(1));
        commit(&mut client, &effects);
        client.meta.epoch = Epoch("e".into());
        client
    }

    /// Completes the storage that was asked for; what it wrote.
    fn commit(client: &mut Client, effects: &[Effect]) -> Vec<Stored> {
        let mut written = Vec::new();
        for effect in effects {
            if let Effect::Persist { token, writes, .. } = effect {
                client.handle(Event::Committed(*token), NOON, &mut Dice(2));
                written.extend(writes.iter().filter_map(|write| match write.clone() {
                    Write::Put { area, key, bytes } => Some((area, key, bytes)),
                    _ => None,
                }));
            }
        }
        written
    }

    fn is_signed(client: &Client, key: AuthorKey) -> bool {
        let (_, push) = client.next_push().unwrap();
        push.envelopes.iter().all(|envelope| key.has_signed(push.stream, envelope))
    }

    #[test]
    fn what_is_sent_is_signed_by_the_newest_sign_in_in_every_tab() {
        let mut client = tablet(Some(key(1)), Vec::new());
        assert!(is_signed(&client, key(1)));
        let effects = client.handle(Event::SignedIn { key: Some(key(2)) }, NOON, &mut Dice(3));
        let stored = commit(&mut client, &effects);
        assert!(is_signed(&client, key(2)), "what was recorded before, too");
        assert!(is_signed(&tablet(None, stored.clone()), key(2)), "a tab that only reads the store");
        assert!(is_signed(&tablet(Some(key(3)), stored), key(3)), "a start after a later sign-in");
    }

    #[test]
    fn what_lies_here_is_never_told_to_be_lost() {
        let mut client = tablet(None, Vec::new());
        let mut row = client.outbox.get(1).unwrap().clone();
        let (op_id, epoch) = (row.op_id, client.meta.epoch.clone());
        row.acknowledge(
            &OpResult { op_id, outcome: Outcome::Applied, reason: None, field: None, effects: Vec::new() },
            &epoch,
        );
        client.outbox.put(row);
        let verb = mark(1, 2, Some(Mark::Present));
        let effects = client.handle(Event::Record { ticket: 2, verb }, NOON, &mut Dice(4));
        commit(&mut client, &effects);
        // The server was set back, and the page that said so could not be stored: the first row is not queued again.
        client.contig = Some(0);
        let (ns, push) = client.next_push().unwrap();
        assert_eq!((ns, push.holes.len()), (vec![2], 0));
    }

    #[test]
    fn a_tablet_that_was_given_no_secret_signs_nothing() {
        let mut client = tablet(None, Vec::new());
        client.handle(Event::SignedIn { key: None }, NOON, &mut Dice(3));
        let (_, push) = client.next_push().unwrap();
        assert_eq!((&push.envelopes[0].kid, &push.envelopes[0].sig), (&None, &None));
    }
}
