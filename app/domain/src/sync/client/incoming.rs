//! What a pull brings: one page is one transaction, items and cursors together (docs/sync.md, Pull).

use std::collections::{BTreeMap, BTreeSet};

use super::cache::Contents;
use super::clock::agreed;
use super::cycle::Phase;
use super::outbox::Row;
use super::stored::{Cursors, Meta, Position};
use super::{Client, Doing, Durability, Effect, Write, stored};
use crate::ids::{Chance, OpId};
use crate::sync::entity::{Body, Bucket, Entity, EntityKey, EntityType};
use crate::sync::hlc::{Hlc, MAX_AHEAD_MILLIS};
use crate::sync::mistakes::Mistake;
use crate::sync::wire::{Cursor, Order, PullBucket, PullMode, PullReply};
use crate::time::Instant;

/// A reset under way: fills beside what is shown, and replaces it with the last page.
pub(super) struct Shadow {
    contents: Contents,
    pub seq: i64,
    pub reset_to: i64,
}

/// What memory becomes when the page is stored.
pub(super) struct Page {
    touched: BTreeSet<EntityKey>,
    cursors: Cursors,
    meta: Meta,
    rows: Vec<Row>,
    dropped: Vec<i64>,
    more: bool,
    now: Instant,
    random: u8,
}

/// The page while it is being put together.
struct Draft {
    touched: BTreeSet<EntityKey>,
    writes: Vec<Write>,
    cursors: Cursors,
    hlc: Hlc,
    more: bool,
    /// A page was not taken, since what waits here goes first: whatever more there is comes after that.
    put_off: bool,
    /// What the outbox is to forget.
    erased: BTreeSet<OpId>,
}

impl Client {
    pub(super) fn pulled(
        &mut self,
        asked: &BTreeMap<Bucket, Cursor>,
        reply: PullReply,
        now: Instant,
        chance: &mut dyn Chance,
        effects: &mut Vec<Effect>,
    ) {
        // What was not taken for want of a signature is not cured by a pull.
        self.needs_sign_in &= self.unsigned;
        if self.meta.epoch.0.is_empty() {
            self.meta.epoch = reply.epoch.clone();
        }
        if reply.epoch != self.meta.epoch {
            self.adopt_epoch(reply.epoch, effects);
            return;
        }
        let mut hlc = self.meta.hlc.clone();
        if hlc.wall > reply.server_time.plus_millis(MAX_AHEAD_MILLIS).millis() {
            // A clock that ran years ahead has been put right: the server would clamp every later reading.
            hlc.wall = 0;
        }
        hlc.see(&Hlc { wall: reply.server_time.millis(), counter: 0, node: String::new() });
        let (touched, writes, cursors) = (BTreeSet::new(), Vec::new(), self.cursors.clone());
        let erased = BTreeSet::new();
        let mut draft = Draft { touched, writes, cursors, hlc, more: false, put_off: false, erased };
        for (bucket, page) in reply.buckets {
            self.take_bucket(bucket, page, asked.get(&bucket), &mut draft);
        }
        self.drop_all(|bucket| !reply.granted.contains(&bucket) && !Mistake::RevokedStays.is_made(), &mut draft);
        self.know_contested(&mut draft);
        for order in &reply.orders {
            self.obey(order, &mut draft);
        }
        // An older server says nothing of its users: then what was known holds.
        draft.cursors.you = reply.you.clone().unwrap_or(draft.cursors.you);
        draft.cursors.authors.extend(reply.authors.clone());
        draft.cursors.granted = reply.granted.iter().copied().collect();
        draft.cursors.contact = Some((reply.server_time, now));
        draft.cursors.set_back = None;
        draft.cursors.lease_until = Some(now.plus_millis(reply.lease.until.millis_since(reply.server_time)));
        let shown = std::mem::take(&mut self.server_has_less);
        if let Some(info) = reply.streams.get(&self.meta.stream) {
            self.server_has_less = draft.cursors.hear(info, shown);
            self.contig = Some(info.contig);
            if let Some(at) = agreed(reply.server_time, now) {
                draft.cursors.had.note(&self.meta.epoch, self.meta.stream, info.contig, at);
            }
        }
        self.pull_pace.speed_up(self.pull_pace.now());
        self.store_page(draft, now, chance, effects);
    }

    fn store_page(&mut self, draft: Draft, now: Instant, chance: &mut dyn Chance, effects: &mut Vec<Effect>) {
        let Draft { touched, mut writes, cursors, hlc, more, put_off, erased } = draft;
        let more = more && !put_off;
        let meta = Meta { hlc, ..self.meta.clone() };
        let contig = self.contig.unwrap_or(i64::MAX);
        let passing = self.outbox.passing(contig).filter(|row| self.has_passed(row, &cursors));
        let mut rows: Vec<_> = passing.map(|row| Row { passed: true, ..row.clone() }).collect();
        // The server was set back: what it has lost is sent again.
        rows.extend(self.outbox.taken_back(contig).map(Row::again));
        let today = cursors.contact.and_then(|(server, here)| agreed(server, here));
        let mut dropped = self.outbox.to_drop(cursors.durable, &cursors.had, today, false);
        dropped.extend(self.outbox.to_forget(&erased));
        writes.extend(rows.iter().map(stored::put_row));
        writes.extend(self.drop_rows(&dropped));
        writes.push(stored::put_cursors(&cursors));
        writes.push(stored::put_meta(&meta));
        let mut random = [0u8; 1];
        chance.fill(&mut random);
        let page = Page { touched, cursors, meta, rows, dropped, more, now, random: random[0] };
        self.phase = Phase::Digesting;
        self.persist(Durability::Relaxed, writes, Doing::Page(Box::new(page)), effects);
    }

    pub(super) fn page_stored(&mut self, page: Page, effects: &mut Vec<Effect>) {
        let mut keys = page.touched;
        keys.extend(page.rows.iter().filter_map(Row::target));
        self.cursors = page.cursors;
        self.meta_stored(page.meta);
        page.rows.into_iter().for_each(|row| self.outbox.put(row));
        keys.extend(self.forget(page.dropped));
        self.merge(keys);
        self.changed.status = true;
        self.phase = Phase::Idle;
        if page.more {
            return;
        }
        if !self.has_to_push() {
            self.pull_first = false;
            self.rest(page.random, effects);
        } else if std::mem::take(&mut self.pull_first) {
            // The server is there and did not take the last push: not at once again.
            self.asked_upto = 0;
            self.wait(None, page.now, page.random, effects);
        }
    }

    fn take_bucket(&mut self, bucket: Bucket, page: PullBucket, asked: Option<&Cursor>, draft: &mut Draft) {
        for entity in &page.items {
            see_clocks(&mut draft.hlc, entity);
        }
        if page.mode == PullMode::Delta && self.takes_away_what_waits(&page) {
            draft.put_off = true;
            return;
        }
        draft.more |= page.more;
        match page.mode {
            PullMode::Gone => self.drop_all(|other| other == bucket, draft),
            PullMode::Delta => self.take_delta(bucket, page, asked, draft),
            PullMode::Reset => self.take_reset(bucket, page, asked, draft),
        }
    }

    /// Whether somebody leaves by this page about whom something waits here: the page is taken when that is away, so that
    /// what waits can be told by name (docs/access.md, Limits in time).
    fn takes_away_what_waits(&self, page: &PullBucket) -> bool {
        let gone = page.items.iter().filter(|item| item.body.is_none()).map(|item| item.key);
        let leaving: BTreeSet<EntityKey> = gone.filter(|key| key.etype == EntityType::Participant).collect();
        let waiting = self.outbox.rows().filter(|row| row.ack.is_none()).filter_map(|row| row.op.as_ref());
        !leaving.is_empty()
            && waiting.filter_map(|op| op.verb.participant()).any(|person| leaving.contains(&EntityKey::from(person)))
    }

    /// A delta counts only for the cursor that was asked with, and never leads back (docs/sync.md, Invariants: I6).
    fn take_delta(&mut self, bucket: Bucket, mut page: PullBucket, asked: Option<&Cursor>, draft: &mut Draft) {
        let at = draft.cursors.seq(bucket);
        if at.is_none() || at != asked.map(|cursor| cursor.seq) || at.is_some_and(|seq| page.to < seq) {
            return;
        }
        if at == Some(page.to) && page.items.is_empty() {
            return self.check_digest(bucket, &page, draft);
        }
        let mut contents = self.cache.remove(bucket).unwrap_or_default();
        let mut chunks = BTreeSet::new();
        let (to, items) = (page.to, std::mem::take(&mut page.items));
        for entity in items.into_iter().filter(|item| item.body.is_some() || !Mistake::RemovalsIgnored.is_made()) {
            draft.touched.insert(entity.key);
            chunks.extend(contents.take(entity));
        }
        draft.writes.extend(contents.writes(bucket, &chunks));
        self.cache.set(bucket, contents);
        self.place(bucket, to, page.more, draft);
        self.check_digest(bucket, &page, draft);
    }

    fn take_reset(&mut self, bucket: Bucket, mut page: PullBucket, asked: Option<&Cursor>, draft: &mut Draft) {
        let goes_on = asked.is_some_and(|cursor| cursor.reset_to.is_some());
        // A server that was set back behind the end of the reset begins it anew.
        let begun = self.shadows.remove(&bucket).filter(|shadow| {
            goes_on
                && shadow.reset_to <= page.head
                && asked.is_some_and(|c| c.seq == shadow.seq && c.reset_to == Some(shadow.reset_to))
        });
        let mut shadow = begun.unwrap_or_else(|| Shadow { contents: Contents::default(), seq: 0, reset_to: page.head });
        for entity in std::mem::take(&mut page.items) {
            shadow.contents.take(entity);
        }
        shadow.seq = page.to;
        if page.more && !Mistake::ResetWithFirstPage.is_made() {
            self.shadows.insert(bucket, shadow);
            return;
        }
        draft.touched.extend(shadow.contents.keys());
        draft.touched.extend(self.cache.contents(bucket).into_iter().flat_map(Contents::seen));
        draft.writes.push(stored::drop_bucket(bucket));
        draft.writes.extend(shadow.contents.all_writes(bucket));
        self.cache.set(bucket, shadow.contents);
        draft.cursors.buckets.remove(&bucket);
        self.place(bucket, page.to, false, draft);
        self.check_digest(bucket, &page, draft);
    }

    fn place(&mut self, bucket: Bucket, seq: i64, behind: bool, draft: &mut Draft) {
        self.forget_echoes(bucket, seq);
        let contents = self.cache.contents(bucket);
        let (marks, contested) = (contents.map(Contents::marks_digest), contents.map(|all| all.contested().clone()));
        let narrowed = draft.cursors.buckets.get(&bucket).is_some_and(|position| position.narrowed);
        let (epoch, stale) = (self.meta.epoch.clone(), false);
        let position = Position { epoch, seq, stale, behind, marks, contested, narrowed };
        draft.cursors.buckets.insert(bucket, position);
    }

    /// A program before did not keep which marks contradict each other: its rolls are read for it once.
    fn know_contested(&self, draft: &mut Draft) {
        for (bucket, position) in &mut draft.cursors.buckets {
            if position.contested.is_none() {
                position.contested = self.cache.contents(*bucket).map(|all| all.contested().clone());
            }
        }
    }

    /// What does not add up is fetched anew; so is, once it comes with a digest, what came without: something was left out
    /// of it, which revisions do not show (docs/sync.md, Digest).
    fn check_digest(&mut self, bucket: Bucket, page: &PullBucket, draft: &mut Draft) {
        let own = self.cache.contents(bucket).map(Contents::digest).unwrap_or_default();
        let position = draft.cursors.buckets.get_mut(&bucket);
        let Some(position) = position.filter(|position| position.seq == page.head) else { return };
        let Some(digest) = page.digest else {
            position.narrowed = true;
            return;
        };
        let differs = digest != own;
        if (differs || position.narrowed) && !Mistake::DigestIgnored.is_made() {
            self.digest_mismatches += u32::from(differs);
            position.stale = true;
            draft.more = true;
        }
    }

    /// Drops cached buckets; outbox rows are never touched.
    fn drop_all(&mut self, which: impl Fn(Bucket) -> bool, draft: &mut Draft) {
        let known: BTreeSet<_> =
            self.cache.buckets().map(|(bucket, _)| bucket).chain(draft.cursors.buckets.keys().copied()).collect();
        for bucket in known.into_iter().filter(|bucket| which(*bucket)) {
            let contents = self.cache.remove(bucket);
            draft.touched.extend(contents.iter().flat_map(Contents::seen));
            draft.cursors.buckets.remove(&bucket);
            self.forget_echoes(bucket, i64::MAX);
            draft.writes.push(stored::drop_bucket(bucket));
        }
        self.shadows.retain(|bucket, _| !which(*bucket));
    }

    fn obey(&mut self, order: &Order, draft: &mut Draft) {
        match order {
            Order::PurgeUser { user } if *user == self.identity.user => {
                self.drop_all(|_| true, draft);
                draft.writes.push(stored::drop_cache());
            }
            Order::Forget { op_ids } => draft.erased.extend(op_ids),
            // Later stages'.
            Order::PurgeUser { .. } | Order::Wipe => {}
        }
    }

    /// Whether the cache shows everything that an acknowledged row did. Without any effect: when its entity is
    /// here, or nothing that may belong to it is still on its way.
    pub(super) fn has_passed(&self, row: &Row, cursors: &Cursors) -> bool {
        let Some(ack) = &row.ack else { return false };
        if Mistake::LeavesViewAtAnswer.is_made() {
            return true;
        }
        let reached = |bucket: Bucket, seq: i64| match cursors.buckets.get(&bucket) {
            Some(position) => {
                let whole = !position.stale && !position.behind;
                let here = position.seq >= seq || self.has_echo(bucket, seq);
                whole && position.epoch == ack.epoch && here
            }
            // Not granted: it will never show here. Not fetched yet: wait for it.
            None => cursors.contact.is_some() && !cursors.granted.contains(&bucket),
        };
        if ack.effects.is_empty() {
            let here = row.op.as_ref().is_some_and(|op| self.cached(&op.verb).is_some());
            return here || !self.outbox.has_silent();
        }
        ack.effects.iter().all(|effect| reached(effect.bucket, effect.seq))
    }
}

/// The next reading made here comes after everything that was seen.
fn see_clocks(hlc: &mut Hlc, entity: &Entity) {
    hlc.see(&entity.at);
    entity.body.iter().flat_map(Body::readings).for_each(|at| hlc.see(at));
}
