//! The oracle: the invariants by name (docs/sync.md, Invariants), checked against plain models that share no code with
//! the rules.

use domain::attendance::Mark;
use domain::consents::{Consent, ConsentAct};
use domain::groups::{Membership, membership};
use domain::ids::{GroupId, OpId, ParticipantId, StreamId, UserId};
use domain::sync::client::cache::Contents;
use domain::sync::client::outbox::{Ack, Row};
use domain::sync::client::{Client, Identity};
use domain::sync::digest::Digest;
use domain::sync::entity::{Body, Bucket, Entity, EntityKey};
use domain::sync::hlc::Hlc;
use domain::sync::noun::Places;
use domain::sync::op::{Op, Verb};
use domain::sync::review::ReviewKind;
use domain::sync::server::store::OpRow;
use domain::sync::testing::memory::State;
use domain::sync::wire::{LEASE_MILLIS, Outcome};
use domain::time::{Day, Instant};
use domain::{applications, assessments, consents, incidents, people, screenings};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::Ordering;

use crate::count::Fault;
use crate::tablet::{Harm, Saved, Tab};
use crate::world::World;

macro_rules! invariants {
    ($($name:ident = $says:literal),* $(,)?) => {
        /// What must hold, by its name in docs/sync.md, Invariants.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Invariant { $($name),* }

        impl Invariant {
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says),* }
            }
        }
    };
}

invariants! {
    I1 = "what was acknowledged is in the log",
    I2 = "an operation takes effect once",
    I3 = "a stream is applied in its own order",
    I4 = "at rest every replica holds what the server holds",
    I5 = "what was recorded here shows here",
    I6 = "a cursor never goes back and passes over nothing",
    I7 = "nobody holds what is not granted any more",
    I8 = "what was called saved is a fact, held, refused with a reason, or named as lost",
    I9 = "contradictions have a review",
    I10 = "merging gives the same in whichever order",
    I11 = "what is held ends",
    I12 = "of what was erased nothing is left",
    I13 = "nothing delays what comes after it",
    I14 = "what a tablet still has is not lost by a restore",
}

/// A broken promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub invariant: Invariant,
    pub what: String,
}

impl Violation {
    pub fn new(invariant: Invariant, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({}): {}", self.invariant, self.invariant.says(), self.what)
    }
}

type Checked = Result<(), Violation>;

fn check(good: bool, invariant: Invariant, what: impl FnOnce() -> String) -> Checked {
    if good { Ok(()) } else { Err(Violation::new(invariant, what())) }
}

/// What must hold after every step, on every tablet. It follows from what the tabs hold, so that where nothing has happened
/// since it was last checked, it holds still.
pub fn always(world: &mut World) -> Checked {
    world.breach.clone().map_or(Ok(()), Err)?;
    let (disturbed, set_back, now) = (world.disturbed, world.set_back, world.now);
    let (forgetful, database) = (world.is_set_back_unnoticed(), world.host.database.clone());
    let state = database.state();
    let mut lapsed = 0;
    for tablet in &mut world.tablets {
        let clock = tablet.clock(now);
        for slot in tablet.slots.iter_mut().filter(|slot| slot.touched) {
            slot.touched = false;
            for (index, tab) in slot.tabs.iter().enumerate() {
                let client = &tab.client;
                check(client.digest_mismatches() == 0 || set_back || slot.doubtful, Invariant::I6, || {
                    "the items of a bucket did not add up".into()
                })?;
                own_writes_are_visible(client, disturbed, &state)?;
                check(forgetful || answered_is_there(client, &state), Invariant::I1, || {
                    "the server does not have what it has answered in this epoch".into()
                })?;
                lapsed += u64::from(is_lapsed(client, clock)?);
                let cursors = client.cursors();
                for (bucket, contents) in client.cache().buckets() {
                    let known = cursors.granted.contains(&bucket) || contents.keys().next().is_none();
                    // While a page is being stored the cache is ahead of the cursors.
                    check(known || tab.asked.is_some() || tab.reload, Invariant::I7, || {
                        format!("{bucket} is not granted")
                    })?;
                }
                // A tab that does not lead, or only just, shows what it has read until it reads again.
                let leads = index == 0 && tab.asked.is_none() && !tab.reload;
                for (bucket, position) in cursors.buckets.iter().filter(|_| leads) {
                    let reached = slot.reached.entry((position.epoch.0.clone(), *bucket)).or_default();
                    check(position.seq >= *reached || set_back, Invariant::I6, || {
                        format!("the cursor of {bucket} went back")
                    })?;
                    *reached = position.seq;
                }
            }
        }
    }
    drop(state);
    (0..lapsed).for_each(|_| world.counts.hit(Fault::TabletLapsed));
    Ok(())
}

/// I1: what a tablet knows to be answered in the server's present life is in its log.
fn answered_is_there(client: &Client, state: &State) -> bool {
    let now = |ack: &Ack| ack.epoch.0 == state.epoch;
    let mut answered = client.outbox().rows().filter(|row| row.ack.as_ref().is_some_and(now));
    answered.all(|row| state.ops.contains_key(&row.op_id))
}

/// I7: what was fetched may be read for some days after the last contact, and no longer.
fn is_lapsed(client: &Client, clock: Instant) -> Result<bool, Violation> {
    let Some((_, here)) = client.cursors().contact else { return Ok(false) };
    let since = clock.millis_since(here);
    let lapsed = client.lapsed_since(clock).is_some();
    check(since <= LEASE_MILLIS || lapsed, Invariant::I7, || format!("readable {since} ms after the last contact"))?;
    check(!(0..=LEASE_MILLIS).contains(&since) || !lapsed, Invariant::I7, || {
        format!("lapsed {since} ms after the last contact")
    })?;
    Ok(lapsed)
}

/// I5: what was recorded here and not taken back by an outcome shows in the view.
fn own_writes_are_visible(client: &Client, disturbed: bool, state: &State) -> Checked {
    // A stay that ends on an earlier day takes what was measured since out of the group, answered as it is.
    let lies_here = |key: EntityKey| {
        let buckets = state.entities.get(&key).and_then(|entity| Some(entity.body.as_ref()?.buckets(&Map::of(state))));
        buckets.into_iter().flatten().any(|bucket| client.cursors().granted.contains(&bucket))
    };
    for row in client.outbox().rows() {
        let Some(op) = &row.op else { continue };
        let refused = matches!(row.outcome(), Some(Outcome::Rejected));
        let elsewhere = row.ack.as_ref().is_some_and(|ack| {
            ack.effects.is_empty() || !ack.effects.iter().any(|e| client.cursors().granted.contains(&e.bucket))
        });
        let facts = matches!(
            op.verb,
            Verb::Participant(people::Verb::Register { .. })
                | Verb::Assessment(assessments::Verb::Record { .. })
                | Verb::Consent(consents::Verb::Record { .. })
                | Verb::Incident(incidents::Verb::Record { .. })
                | Verb::Screening(screenings::Verb::Record { .. })
                | Verb::Application(applications::Verb::Record { .. })
                | Verb::Membership(membership::Verb::Join { .. })
                | Verb::Attendance(_)
        );
        let must_show = facts && !refused && (row.ack.is_none() || (!disturbed && !elsewhere));
        let shown = client.entity(op.verb.target()).is_some();
        let gone = || row.ack.is_some() && !lies_here(op.verb.target());
        check(shown || !must_show || gone(), Invariant::I5, || {
            let cached = client.cache().get(op.verb.target(), None).is_some();
            format!("not visible (cached: {cached}, {:?}): {row:?}", client.cursors())
        })?;
        if let (Verb::Attendance(verb), None) = (&op.verb, &row.ack) {
            let mark = verb.said().mark;
            let last = client.outbox().of(op.verb.target()).last();
            let entity = client.entity(op.verb.target()).and_then(|entity| entity.body.as_ref());
            let seen = match entity {
                Some(Body::Attendance(a)) => a.mark == mark || a.contenders.iter().any(|c| c.mark == mark),
                _ => false,
            };
            let newest = last.is_some_and(|last| last.op_id == row.op_id);
            check(seen || !newest, Invariant::I5, || format!("the mark {} is not visible", row.op_id))?;
        }
    }
    Ok(())
}

/// What must hold when everything is at rest.
pub fn finally(world: &mut World) -> Checked {
    always(world)?;
    let met = &world.host.met;
    for (fault, n) in [
        (Fault::TransactionConflict, met.conflicts.load(Ordering::Relaxed)),
        (Fault::StreamForked, met.forks.load(Ordering::Relaxed)),
        (Fault::PeopleLapsed, met.lapses.load(Ordering::Relaxed)),
        (Fault::SetBackNoticed, met.noticed.load(Ordering::Relaxed)),
    ] {
        if n > 0 {
            *world.counts.faults.entry(fault).or_default() += n;
        }
    }
    let noticed = world.counts.faults.contains_key(&Fault::SetBackNoticed);
    check(world.set_back_silently || !noticed, Invariant::I14, || {
        "an epoch began although nothing was set back".into()
    })?;
    let database = world.host.database.clone();
    let state = database.state();
    let ops: BTreeMap<OpId, Op> =
        state.ops.values().filter_map(|row| Some((row.op_id, serde_json::from_str(&row.body).ok()?))).collect();
    nothing_is_lost(world, &state)?;
    starts_show_the_same(world)?;
    one_effect_each(&state)?;
    order_within_streams(&state, world.cloned)?;
    marks_are_what_the_log_says(&state, &ops)?;
    contradictions_have_reviews(&state, &ops)?;
    open_questions_are_open(&state)?;
    buckets_add_up(&state, &true_contents(&state))?;
    check(!state.ops.values().any(|row| row.outcome == Outcome::Held), Invariant::I11, || {
        "something is still held".into()
    })?;
    nothing_of_the_erased(world, &state)?;
    groups_show_their_people(world, &state)?;
    count(world, &state);
    Ok(())
}

/// I1, I8, I14: acknowledged operations and everything that a screen called saved are in the log with an outcome. What
/// the tablet itself does not have any more is named on its screen, and at the desk.
fn nothing_is_lost(world: &World, state: &State) -> Checked {
    let mut told = BTreeSet::new();
    // Another copy of the tablet has given this number, to something else, or has told that it cannot read what was there.
    let taken = |user: UserId, op_id: OpId, n: i64| {
        let of = |stream: StreamId| state.streams.get(&stream).is_some_and(|stream| stream.user == user);
        let given = state.ops.values().any(|row| row.n == n && row.op_id != op_id && of(row.stream));
        given || state.lost.iter().any(|(stream, lost)| of(*stream) && (lost.from..=lost.to).contains(&n))
    };
    for slot in world.tablets.iter().flat_map(|tablet| &tablet.slots) {
        // As its next start would show it, whoever uses the tablet now.
        let identity = Identity { user: slot.user, new_stream: StreamId(uuid::Uuid::nil()), key: None };
        let client = Client::new(identity, slot.disk.outbox());
        // What was under way when the store went with all that told how many there were may have come under numbers that
        // were given anew: of those that cannot be read here the server has others.
        let twice = slot.saved.iter().any(|saved| saved.harm == Harm::Untold);
        for Saved { op_id, verb, n, harm, .. } in &slot.saved {
            let row = state.ops.get(op_id);
            let kept = client.outbox().by_op(*op_id).is_some();
            let only_here = kept && !(world.confuses_still() && taken(slot.user, *op_id, *n));
            check(row.is_some() || !only_here, Invariant::I14, || {
                format!("{} {op_id} is kept here only", verb.kind())
            })?;
            let lost = client.lost().iter().any(|hole| (hole.from..=hole.to).contains(n));
            let damaged = client.damaged().iter().any(|row| row.n == Some(*n));
            let here = lost || damaged;
            // Of a cloned tablet's damaged row the server cannot know whether the other copy has sent it.
            let there = state.lost.iter().any(|(_, lost)| (lost.from..=lost.to).contains(n));
            let there = there || (world.cloned && damaged);
            let told_of = match harm {
                Harm::None => (kept && !only_here) || (world.cloned && here && there),
                Harm::Named => {
                    let confused = (world.cloned && world.set_back) || (twice && here);
                    there || (confused && taken(slot.user, *op_id, *n))
                }
                Harm::Untold => true,
            };
            check(row.is_some() || told_of, Invariant::I8, || {
                format!("saved {} {op_id} ({n}) has vanished", verb.kind())
            })?;
            if told_of {
                told.insert(*op_id);
            }
            let explained = row.is_none_or(|row| row.outcome != Outcome::Rejected || row.reason.is_some());
            check(explained, Invariant::I8, || format!("{op_id} was rejected without a reason"))?;
        }
    }
    for op_id in &world.acked {
        let excused = world.confuses_still() || told.contains(op_id) || world.harmed.contains(op_id);
        let known = state.ops.contains_key(op_id) || excused;
        check(known, Invariant::I1, || format!("acknowledged {op_id} is missing"))?;
    }
    Ok(())
}

/// I5: a start finds of every row what the tab says of it now, in whichever way its answer is stored. What a tab that died
/// has stored and told nobody, no screen has called saved: the one that leads finds it when a next tab is opened, or
/// when it gives the same number.
fn starts_show_the_same(world: &World) -> Checked {
    for slot in world.tablets.iter().flat_map(|tablet| &tablet.slots).filter(|slot| !slot.untold) {
        let at_rest = |tab: &&Tab| tab.asked.is_none() && !tab.reload;
        let Some(tab) = slot.tabs.first().filter(at_rest) else { continue };
        let identity = Identity { user: slot.user, new_stream: StreamId(uuid::Uuid::nil()), key: None };
        let (said, found) = (answers(&tab.client), answers(&Client::new(identity, slot.disk.outbox())));
        let other = || said.iter().zip(&found).find(|(said, found)| said != found);
        check(said == found, Invariant::I5, || {
            format!("a start finds {} rows of {}, the first that differs: {:?}", found.len(), said.len(), other())
        })?;
    }
    Ok(())
}

/// What is known of each row: its number, its answer, and whether it is queued, part of the cache, dismissed.
fn answers(client: &Client) -> Vec<(i64, Option<Ack>, [bool; 3])> {
    let known = |row: &Row| (row.n, row.ack.clone(), [row.queued, row.passed, row.dismissed]);
    client.outbox().rows().map(known).collect()
}

/// I2: the revisions of an entity are made by different operations, one each, without gaps.
fn one_effect_each(state: &State) -> Checked {
    let mut revs: BTreeMap<EntityKey, Vec<i64>> = BTreeMap::new();
    for row in state.ops.values() {
        if let (Some(key), Some(rev)) = (row.target, row.rev) {
            revs.entry(key).or_default().push(rev);
        }
    }
    for (key, mut revs) in revs {
        revs.sort_unstable();
        // The tombstone is the last revision, and no operation's.
        let newest = state.entities.get(&key).map_or(0, |entity| entity.rev - i64::from(entity.body.is_none()));
        let expected: Vec<_> = (1..=newest).collect();
        check(revs == expected, Invariant::I2, || format!("{} {}: revisions {revs:?} of {newest}", key.etype, key.id))?;
    }
    Ok(())
}

/// I3: n without gaps but those that were declared, and per entity later operations of a stream make later revisions,
/// unless settled later. Of a cloned tablet's operations some came by the other copy's stream.
fn order_within_streams(state: &State, cloned: bool) -> Checked {
    let mut streams: BTreeMap<StreamId, Vec<&OpRow>> = BTreeMap::new();
    state.ops.values().for_each(|row| streams.entry(row.stream).or_default().push(row));
    for (stream, mut rows) in streams {
        rows.sort_by_key(|row| row.n);
        let lost = |n: i64| state.lost.iter().any(|(of, lost)| *of == stream && (lost.from..=lost.to).contains(&n));
        let user = |id| state.streams.get(&id).map(|row| row.user);
        let elsewhere = |n: i64| state.ops.values().any(|row| row.n == n && user(row.stream) == user(stream));
        let gapless = rows.windows(2).all(|pair| match pair {
            [a, b] => a.n < b.n && (a.n + 1..b.n).all(|n| lost(n) || (cloned && elsewhere(n))),
            _ => false,
        });
        let numbers = || rows.iter().map(|row| row.n).collect::<Vec<_>>();
        check(gapless, Invariant::I3, || format!("stream {stream} has a gap: {:?}", numbers()))?;
        let last = state.streams.get(&stream).map_or(0, |row| row.last_n);
        check(rows.last().is_some_and(|row| row.n <= last), Invariant::I3, || {
            format!("stream {stream} is ahead of itself")
        })?;
    }
    Ok(())
}

/// One write to one mark, as a plain model sees it.
struct MarkWrite {
    op_id: OpId,
    rev: i64,
    stream: StreamId,
    base: i64,
    mark: Option<Mark>,
    at: Hlc,
}

impl MarkWrite {
    fn has_seen(&self, earlier: &Self) -> bool {
        earlier.rev < self.rev && (earlier.stream == self.stream || earlier.rev <= self.base)
    }
}

fn mark_writes(state: &State, ops: &BTreeMap<OpId, Op>) -> BTreeMap<EntityKey, Vec<MarkWrite>> {
    let mut writes: BTreeMap<EntityKey, Vec<MarkWrite>> = BTreeMap::new();
    for row in state.ops.values() {
        let (Some(key), Some(rev), Some(op)) = (row.target, row.rev, ops.get(&row.op_id)) else { continue };
        if let Verb::Attendance(verb) = &op.verb {
            writes.entry(key).or_default().push(MarkWrite {
                op_id: row.op_id,
                rev,
                stream: row.stream,
                base: op.base_rev.unwrap_or(0),
                mark: verb.said().mark,
                at: row.hlc.clone(),
            });
        }
    }
    writes.values_mut().for_each(|list| list.sort_by_key(|write| write.rev));
    writes
}

/// The shown mark is the latest status among the writes that nobody who knew them has replaced.
fn marks_are_what_the_log_says(state: &State, ops: &BTreeMap<OpId, Op>) -> Checked {
    for (key, writes) in mark_writes(state, ops) {
        let alive = writes.iter().filter(|write| !writes.iter().any(|later| later.has_seen(write)));
        let shown = alive.max_by(|a, b| (a.mark.is_some(), &a.at).cmp(&(b.mark.is_some(), &b.at)));
        let stored = match state.entities.get(&key).and_then(|entity| entity.body.as_ref()) {
            Some(Body::Attendance(mark)) => mark.mark,
            _ => None,
        };
        check(shown.and_then(|write| write.mark) == stored, Invariant::I10, || {
            format!("mark {} shows {stored:?}", key.id)
        })?;
    }
    Ok(())
}

/// I9: every pair of concurrent contradicting writes to one mark, test or consent has a review row.
fn contradictions_have_reviews(state: &State, ops: &BTreeMap<OpId, Op>) -> Checked {
    let reviewed = |kind: ReviewKind, a: OpId, b: OpId| {
        state.reviews.values().any(|r| r.kind == kind && r.op_ids.contains(&a) && r.op_ids.contains(&b))
    };
    for writes in mark_writes(state, ops).values() {
        for (i, late) in writes.iter().enumerate() {
            let before = writes.get(..i).unwrap_or_default();
            let alive = |early: &&MarkWrite| !before.iter().any(|between| between.has_seen(early));
            for early in before.iter().filter(alive).filter(|early| !late.has_seen(early)) {
                let contradict = early.mark.is_some() && late.mark.is_some() && early.mark != late.mark;
                let good = !contradict || reviewed(ReviewKind::Attendance, early.op_id, late.op_id);
                check(good, Invariant::I9, || format!("marks {} and {} without a review", early.op_id, late.op_id))?;
            }
        }
    }
    amendments_have_reviews(state, ops, &reviewed)?;
    consents_have_reviews(state, ops, &reviewed)
}

/// I9, the other way: whoever has seen both and writes has answered the question, and no question is left about what
/// nothing contradicts any more.
fn open_questions_are_open(state: &State) -> Checked {
    for review in state.reviews.values().filter(|review| !state.answered.contains(&review.id)) {
        let body = state.entities.get(&review.entity).and_then(|entity| entity.body.as_ref());
        let Some((kind, still)) = body.and_then(domain::sync::entity::Body::contested) else { continue };
        let good = still || kind != review.kind;
        check(good, Invariant::I9, || {
            format!("{} is asked about {:?}, which nothing contradicts", kind.code(), review.entity)
        })?;
    }
    Ok(())
}

fn amendments_have_reviews(
    state: &State,
    ops: &BTreeMap<OpId, Op>,
    reviewed: &impl Fn(ReviewKind, OpId, OpId) -> bool,
) -> Checked {
    let amendment = |row: &&OpRow| {
        ops.get(&row.op_id).is_some_and(|op| matches!(op.verb, Verb::Assessment(assessments::Verb::Amend { .. })))
    };
    let rows: Vec<_> = state.ops.values().filter(|row| row.rev.is_some()).filter(amendment).collect();
    for late in &rows {
        let base = ops.get(&late.op_id).and_then(|op| op.base_rev).unwrap_or(0);
        for early in rows.iter().filter(|early| early.target == late.target && early.rev < late.rev) {
            let unseen = early.stream != late.stream && early.rev.is_some_and(|rev| rev > base);
            let good = !unseen || reviewed(ReviewKind::Amendment, early.op_id, late.op_id);
            check(good, Invariant::I9, || format!("amendments {} and {} without a review", early.op_id, late.op_id))?;
        }
    }
    Ok(())
}

fn consents_have_reviews(
    state: &State,
    ops: &BTreeMap<OpId, Op>,
    reviewed: &impl Fn(ReviewKind, OpId, OpId) -> bool,
) -> Checked {
    let events: Vec<(&OpRow, &Consent)> = state
        .ops
        .values()
        .filter(|row| row.rev.is_some())
        .filter_map(|row| match &ops.get(&row.op_id)?.verb {
            Verb::Consent(consents::Verb::Record { consent }) => Some((row, consent)),
            _ => None,
        })
        .collect();
    let of = |id| events.iter().find(|(_, consent)| consent.id == id).map(|(_, consent)| *consent);
    let knew = |later: &Consent, earlier: &Consent| {
        let (mut open, mut met) = (later.after.clone(), BTreeSet::new());
        while let Some(id) = open.pop() {
            if met.insert(id) {
                open.extend(of(id).into_iter().flat_map(|consent| consent.after.iter().copied()));
            }
        }
        met.contains(&earlier.id)
    };
    for (row, withdrawn) in events.iter().filter(|(_, consent)| consent.act == ConsentAct::Withdrawn) {
        for (other, given) in events.iter().filter(|(_, consent)| consent.act == ConsentAct::Given) {
            let same = given.participant == withdrawn.participant && given.purpose == withdrawn.purpose;
            let aware = knew(given, withdrawn) || knew(withdrawn, given) || row.stream == other.stream;
            // Either was already answered by someone who knew it.
            let answered = events.iter().any(|(_, c)| {
                c.id != given.id && c.act == ConsentAct::Given && knew(c, withdrawn)
                    || c.id != withdrawn.id && c.act == ConsentAct::Withdrawn && knew(c, given)
            });
            // The server itself writes with everything known before it.
            let server = [row, other].iter().any(|r| state.streams.get(&r.stream).is_some_and(|s| s.device.is_none()));
            let good = !same || aware || answered || server || reviewed(ReviewKind::Consent, row.op_id, other.op_id);
            check(good, Invariant::I9, || format!("consents {} and {} without a review", row.op_id, other.op_id))?;
        }
    }
    Ok(())
}

/// Where everything belongs, from the entities alone.
struct Map<'a> {
    state: &'a State,
    stays: BTreeMap<ParticipantId, Vec<&'a Membership>>,
}

impl<'a> Map<'a> {
    fn of(state: &'a State) -> Self {
        let mut stays: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for stay in state.entities.values().filter_map(Entity::content::<Membership>) {
            stays.entry(stay.participant).or_default().push(stay);
        }
        Self { state, stays }
    }

    fn stays_of(&self, participant: ParticipantId) -> impl Iterator<Item = &'a Membership> {
        self.stays.get(&participant).into_iter().flatten().copied()
    }

    fn groups_with(&self, participant: ParticipantId, holds: impl Fn(&Membership) -> bool) -> Vec<GroupId> {
        let stays = self.stays_of(participant).filter(|stay| !stay.is_void() && holds(stay));
        stays.map(|stay| stay.group).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Places for Map<'_> {
    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId> {
        self.groups_with(participant, |_| true)
    }

    fn groups_reaching(&self, participant: ParticipantId, day: Day) -> Vec<GroupId> {
        self.groups_with(participant, |stay| stay.left_on.is_none_or(|left| left >= day))
    }

    /// The last of the stays that were meant, or of the mistakes where nothing else is there, ended before the group's
    /// people are shown.
    fn has_lapsed(&self, participant: ParticipantId, group: GroupId) -> bool {
        let Some(since) = self.state.shown_since.get(&group) else { return false };
        let last = |mistake: bool| {
            let stays = self.stays_of(participant).filter(|stay| stay.group == group && stay.is_void() == mistake);
            stays.map(|stay| stay.left_on.map_or((true, *since), |left| (false, left))).max()
        };
        last(false).or_else(|| last(true)).is_some_and(|(open, left)| !open && left < *since)
    }

    fn is_restricted(&self, participant: ParticipantId) -> bool {
        let person = self.state.entities.get(&participant.into());
        person.and_then(Entity::content::<people::Participant>).is_some_and(|person| person.profile.restricted)
    }
}

/// What lies in each bucket.
pub type Truth = BTreeMap<Bucket, BTreeMap<EntityKey, Entity>>;

pub fn true_contents(state: &State) -> Truth {
    let (map, mut contents) = (Map::of(state), Truth::new());
    for entity in state.entities.values() {
        let buckets = entity.body.as_ref().map(|body| body.buckets(&map)).unwrap_or_default();
        for bucket in buckets {
            contents.entry(bucket).or_default().insert(entity.key, entity.clone().shown_in(bucket));
        }
    }
    contents
}

/// The server's own heads, change rows and digests say what the entities say.
fn buckets_add_up(state: &State, truth: &Truth) -> Checked {
    for (bucket, row) in &state.buckets {
        let mut digest = Digest::default();
        for entity in truth.get(bucket).into_iter().flat_map(BTreeMap::values) {
            digest.enter(entity.key, entity.rev);
        }
        check(digest == row.digest, Invariant::I4, || format!("the server's digest of {bucket} is wrong"))?;
        let listed = state.changes.range((*bucket, 0)..=(*bucket, i64::MAX)).filter(|(_, change)| !change.removed);
        let listed: BTreeSet<_> = listed.map(|(_, change)| (change.key, change.rev)).collect();
        let wanted: BTreeSet<_> =
            truth.get(bucket).into_iter().flat_map(BTreeMap::values).map(|entity| (entity.key, entity.rev)).collect();
        check(listed == wanted, Invariant::I4, || format!("the change rows of {bucket} are wrong"))?;
    }
    Ok(())
}

/// I4, I7: every tablet holds exactly the granted buckets, with the server's contents.
pub fn replicas_agree(world: &World, state: &State, truth: &Truth) -> Checked {
    let nothing = BTreeMap::new();
    for tablet in &world.tablets {
        for slot in &tablet.slots {
            let granted = state.grants.get(&(tablet.device, slot.user)).map(|grants| grants.buckets());
            for tab in &slot.tabs {
                let known: BTreeSet<_> = tab.client.cursors().buckets.keys().copied().collect();
                let granted: BTreeSet<_> = granted.clone().unwrap_or_default().into_iter().collect();
                check(known == granted, Invariant::I7, || format!("user {} holds {known:?}", slot.number))?;
                for bucket in granted {
                    let wanted = truth.get(&bucket).unwrap_or(&nothing);
                    let held = tab.client.cache().contents(bucket).into_iter().flat_map(Contents::entities);
                    let held: BTreeMap<_, _> = held.map(|entity| (entity.key, entity)).collect();
                    // Set back without a word, the server gives revisions anew; until an epoch begins, only their
                    // numbers are compared.
                    let same = match world.is_set_back_unnoticed() {
                        true => held.values().map(|e| (e.key, e.rev)).eq(wanted.values().map(|e| (e.key, e.rev))),
                        false => held.values().copied().eq(wanted.values()),
                    };
                    check(same, Invariant::I4, || format!("user {} differs in {bucket}", slot.number))?;
                }
                let told = |row: &&Row| !world.confuses_still() || state.ops.contains_key(&row.op_id);
                let overlay = tab.client.outbox().rows().filter(told).find(|row| row.is_overlay());
                check(overlay.is_none(), Invariant::I4, || format!("never left the overlay: {overlay:?}"))?;
            }
        }
    }
    Ok(())
}

/// I12: of who was erased nothing is left in the server's state and history, nor on a tablet that needs it no more: what
/// is answered and part of the cache.
fn nothing_of_the_erased(world: &World, state: &State) -> Checked {
    let is_of_them = |person: Option<ParticipantId>| person.is_some_and(|person| world.erased.contains(&person));
    let left = state.entities.values().find(|entity| is_of_them(entity.body.as_ref().and_then(Body::participant)));
    check(left.is_none(), Invariant::I12, || format!("left of somebody erased: {left:?}"))?;
    let said = |op: &Op| is_of_them(op.verb.participant());
    // What never came to be anything, since it was refused, is about nothing that is known.
    let known = state.ops.values().filter(|row| row.target.is_some_and(|key| state.entities.contains_key(&key)));
    let mut told = known.filter(|row| !row.body.is_empty());
    let told = told.find(|row| serde_json::from_str::<Op>(&row.body).is_ok_and(|op| said(&op)));
    check(told.is_none(), Invariant::I12, || format!("told of somebody erased: {told:?}"))?;
    let slots = world.tablets.iter().flat_map(|tablet| tablet.slots.iter().map(|slot| (tablet.device, slot)));
    for (device, tab) in slots.flat_map(|(device, slot)| slot.tabs.iter().map(move |tab| (device, tab))) {
        let mut needless = tab.client.outbox().rows().filter(|row| row.passed && !row.queued);
        let kept = needless.find(|row| {
            let settled = matches!(row.outcome(), Some(Outcome::Applied | Outcome::Conflict));
            let told_of = row.ack.as_ref().is_some_and(|ack| ack.field.is_none());
            let emptied = state.ops.get(&row.op_id).filter(|there| there.body.is_empty());
            // A tablet that has another identity since is told of what it has sent under that one.
            let stream = emptied.and_then(|there| state.streams.get(&there.stream));
            let emptied = stream.is_some_and(|stream| stream.device == Some(device));
            settled && told_of && emptied && row.op.as_ref().is_some_and(|op| said(op))
        });
        check(kept.is_none(), Invariant::I12, || format!("a tablet keeps {kept:?}"))?;
    }
    Ok(())
}

/// I7: the groups of whoever has just pulled show whoever left within the last year, by the server's calendar.
fn groups_show_their_people(world: &World, state: &State) -> Checked {
    let today = world.now.day_in_finland().plus_days(world.host.days_ahead);
    // Midnight may have passed while everybody pulled.
    let since = [today.a_year_before(), today.plus_days(-1).a_year_before()];
    for tablet in &world.tablets {
        let grants = tablet.slots.iter().filter_map(|slot| state.grants.get(&(tablet.device, slot.user)));
        for (group, shown) in
            grants.flat_map(|grants| &grants.groups).filter_map(|g| Some((g, state.shown_since.get(g)?)))
        {
            check(since.contains(shown), Invariant::I7, || format!("{group} shows those who left since {shown}"))?;
        }
    }
    Ok(())
}

fn count(world: &mut World, state: &State) {
    if world.tablets.iter().any(|tablet| tablet.slots.len() > 2) {
        world.counts.hit(Fault::ManyUsers);
    }
    let mut forgotten = 0;
    for slot in world.tablets.iter().flat_map(|tablet| &tablet.slots) {
        let kept = slot.tabs.first().map(|tab| tab.client.outbox());
        let gone =
            |saved: &&Saved| saved.harm == Harm::None && kept.is_some_and(|rows| rows.by_op(saved.op_id).is_none());
        forgotten += slot.saved.iter().filter(gone).count();
    }
    (0..forgotten).for_each(|_| world.counts.hit(Fault::RowForgotten));
    state.lost.iter().for_each(|_| world.counts.hit(Fault::HoleDeclared));
    for review in state.reviews.values() {
        match review.kind {
            ReviewKind::Amendment => world.counts.hit(Fault::AmendedTwice),
            ReviewKind::Attendance => world.counts.hit(Fault::TwoMarksOneSession),
            _ => {}
        }
    }
}
