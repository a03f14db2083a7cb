//! The tablet's side of the sync: a state machine without clock, chance, storage or network of its own.
//!
//! How an app uses it. It loads everything stored, makes a [`Client`], and from then on hands in every
//! [`Event`] and carries out every [`Effect`], in order:
//!
//! - [`Effect::Persist`]: one storage transaction, all or nothing; then [`Event::Committed`] or
//!   [`Event::NotCommitted`] with the same token. There is never more than one under way.
//! - [`Effect::Send`]: POST the body to the path; then [`Event::Answer`] with whatever came back, however
//!   broken, or [`Event::Unreachable`].
//! - [`Effect::Saved`] and [`Effect::NotSaved`]: only now may a screen say *saved*; or it says why not.
//! - [`Effect::Changed`]: screens read again what they show.
//! - [`Effect::Wake`]: hand in [`Event::Tick`] after so many milliseconds (a newer one replaces an older one), by a
//!   timer that no setting of the wall clock moves.
//! - [`Effect::Reload`]: read everything stored again and hand it in as [`Event::Loaded`].
//!
//! Memory follows storage: what an effect stores becomes visible when its transaction has completed. Dropping
//! the client at any moment loses nothing but what was never said to be saved.
//!
//! Screens read through [`view`] (`client.groups()`, `client.marks(group, session)`, `client.state_of(key)`, …).

pub mod cache;
pub mod http;
pub mod outbox;
pub mod stored;
pub mod trace;
pub mod view;

mod answers;
mod clock;
mod cycle;
mod echo;
mod had;
mod hand_out;
mod incoming;
mod marks;
mod pace;
mod reading;
mod record;
mod rolls;
mod rows;
mod tally;

pub use self::cycle::PATIENCE_MILLIS;
#[cfg(test)]
mod slow_line;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use self::cache::Cache;
use self::cycle::{LEAST_PULL, Phase};
use self::outbox::{Outbox, Row};
use self::pace::Pace;
use self::stored::{Cursors, Damaged, Meta};
use super::author::AuthorKey;
use super::canon::Hash;
use super::entity::{Bucket, EntityKey};
use super::mistakes::Mistake;
use super::op::Verb;
use super::validate::Invalid;
use super::wire::{Limits, MAX_PULL, Poke, SURE_PUSH_OPS};
use crate::ids::{Chance, OpId, StreamId, UserId};
use crate::time::Instant;

/// Where something is stored. The outbox is never thrown away by the program; the cache can be fetched again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Area {
    Outbox,
    Cache,
}

/// One write of a storage transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Write {
    Put {
        area: Area,
        key: String,
        bytes: Vec<u8>,
    },
    /// As `Put`, but the transaction must fail with [`Trouble::Taken`] when the key is there already
    /// (`IDBObjectStore.add`): another tab has used this number.
    Add {
        area: Area,
        key: String,
        bytes: Vec<u8>,
    },
    Delete {
        area: Area,
        key: String,
    },
    /// Every key that begins with the prefix.
    DeleteUnder {
        area: Area,
        prefix: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// On the disk before the transaction completes: what a person is told is saved.
    Strict,
    /// Left to the browser: what can be fetched or asked for again.
    Relaxed,
}

/// Why a storage transaction did not happen. Nothing of it was stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// No room.
    Full,
    /// Anything else: try again.
    Aborted,
    /// A key of an [`Write::Add`] is there already.
    Taken,
}

/// One stored value, as read back.
pub type Stored = (Area, String, Vec<u8>);

/// Which of the person's doings an answer belongs to; chosen by the caller of [`Event::Record`].
pub type Ticket = u64;

#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// Everything stored, read after [`Effect::Reload`].
    Loaded(Vec<Stored>),
    /// A person recorded something. Several at once go into one transaction.
    Record {
        ticket: Ticket,
        verb: Verb,
    },
    /// What belongs together, under one ticket: one transaction.
    RecordAll {
        ticket: Ticket,
        verbs: Vec<Verb>,
    },
    /// The author has read why this was rejected, and all that is told the same of the same thing.
    Dismiss(OpId),
    Committed(u64),
    NotCommitted(u64, Trouble),
    /// An HTTP answer. `retry_after`: that header's seconds.
    Answer {
        id: u64,
        status: u16,
        retry_after: Option<u32>,
        body: Vec<u8>,
    },
    /// No answer: no network, connection broken off.
    Unreachable(u64),
    /// No answer: nothing moved for too long. Less is asked at once from here on.
    TimedOut(u64),
    /// Bytes arrived for this request: it is alive.
    Progress(u64),
    Tick,
    /// The network is back, or the page has the focus again.
    Online,
    Poke(Poke),
    /// The person has signed in again, and was given this to sign with.
    SignedIn {
        key: Option<AuthorKey>,
    },
    /// Whether this tab talks to the server.
    Leader(bool),
    /// Another tab has stored something.
    StoreMoved,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    Persist { token: u64, durability: Durability, writes: Vec<Write> },
    Send { id: u64, path: &'static str, body: String },
    Saved { ticket: Ticket, op_id: OpId },
    NotSaved { ticket: Ticket, why: NotSaved },
    Changed(ChangeSet),
    Wake { after_millis: i64 },
    Reload,
}

/// Why something was not recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotSaved {
    /// It breaks a rule, and so nothing of its ticket was recorded.
    Invalid(Invalid),
    /// The tablet is full.
    Full,
    /// The tablet could not store it; nothing was stored.
    Aborted,
}

/// What screens must read again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangeSet {
    pub keys: BTreeSet<EntityKey>,
    /// The store was read anew: whatever is shown may have changed.
    pub everything: bool,
    /// Counts, last contact, what waits, whether a sign-in is needed.
    pub status: bool,
}

impl ChangeSet {
    fn is_empty(&self) -> bool {
        self.keys.is_empty() && !self.status && !self.everything
    }
}

/// Whose tablet app this is. One user, one store, one client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    pub user: UserId,
    /// The stream to begin when nothing is stored yet: a fresh random id.
    pub new_stream: StreamId,
    /// What the sign-in on this tablet gave to sign with.
    pub key: Option<AuthorKey>,
}

/// A stream, and how many operations were made in it.
pub type Made = (StreamId, i64);

/// Where a store that is gone had come, and so where its user goes on ([`Client::goes_on_after`]): by what was kept beside
/// it, else by what the server knows, which may be that nothing was made.
pub fn goes_on_at(beside: Option<Made>, known: Made) -> Made {
    match beside {
        Some((stream, made)) if stream == known.0 => (stream, made.max(known.1)),
        Some(beside) => beside,
        None => known,
    }
}

/// What the storage transaction under way will have done.
enum Doing {
    Record {
        rows: Vec<Row>,
        meta: Meta,
        tickets: Vec<Ticket>,
    },
    Rows {
        rows: Vec<Row>,
        dropped: Vec<i64>,
        meta: Option<Meta>,
        cursors: Option<Box<Cursors>>,
        then: Then,
    },
    /// The cache itself is changed already; its view and everything else follow.
    Page(Box<incoming::Page>),
}

/// What follows once rows are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Then {
    /// The cycle goes on.
    Cycle,
    Nothing,
}

pub struct Client {
    identity: Identity,
    /// So many operations were made before the store was lost.
    made_before: i64,
    meta: Meta,
    cursors: Cursors,
    outbox: Outbox,
    /// Records of answers that lie beside the outbox's rows.
    answers: answers::Spans,
    cache: Cache,
    /// Entities with something on top that is not known to be in the server's state.
    overlay: cache::Shelf,
    waiting: VecDeque<(Ticket, Verb)>,
    dismissed: Vec<OpId>,
    storing: Option<(u64, Doing)>,
    /// An answer that waits for the storage.
    answer: Option<Box<cycle::Answer>>,
    /// Changes beyond the cursors that the cache has, since their own operations were made here: they are not fetched.
    echoed: BTreeMap<Bucket, BTreeSet<i64>>,
    /// Resets under way: what has come of them so far.
    shadows: BTreeMap<Bucket, incoming::Shadow>,
    phase: Phase,
    limits: Limits,
    /// Operations per push.
    pace: Pace,
    /// Changes per pull.
    pull_pace: Pace,
    /// Up to which number the server has this stream, as it last said.
    contig: Option<i64>,
    /// The last push was not taken for want of a sign-in.
    unsigned: bool,
    /// The last push was answered and not taken: a pull comes before the next one.
    pull_first: bool,
    /// Less of the stream than it had told: the next pull, before any push, shows it its word for that.
    server_has_less: bool,
    leader: bool,
    wants_reload: bool,
    reloading: bool,
    /// A new sign-in's secret is not stored yet.
    new_key: bool,
    /// The storage was asked to, and not in vain as far as is known: else it is asked once more with the next tick.
    keeping_key: bool,
    wants_sync: bool,
    /// What was told of since the last pull was sent: the answer to that one may be older.
    poked: BTreeMap<Bucket, i64>,
    needs_sign_in: bool,
    /// Held rows up to this number were asked about in this cycle.
    asked_upto: i64,
    /// Room was made once for what waits to be recorded.
    made_room: bool,
    failures: u32,
    /// Until when a back-off waits at most by the wall clock; its tick may end it before.
    not_before: Option<Instant>,
    next_id: u64,
    trouble: Option<Trouble>,
    damaged: Vec<Damaged>,
    digest_mismatches: u32,
    changed: ChangeSet,
}

impl Client {
    /// A client over everything that is stored; an empty list: a new one.
    pub fn new(identity: Identity, stored: Vec<Stored>) -> Self {
        let mut client = Self {
            identity,
            made_before: 0,
            meta: Meta::new(&identity),
            cursors: Cursors::default(),
            outbox: Outbox::default(),
            answers: answers::Spans::new(),
            cache: Cache::default(),
            overlay: cache::Shelf::default(),
            waiting: VecDeque::new(),
            dismissed: Vec::new(),
            storing: None,
            answer: None,
            echoed: BTreeMap::new(),
            shadows: BTreeMap::new(),
            phase: Phase::Idle,
            limits: Limits::default(),
            pace: Pace::beginning_with(SURE_PUSH_OPS, 1, u32::MAX),
            pull_pace: Pace::new(LEAST_PULL, MAX_PULL),
            contig: None,
            unsigned: false,
            pull_first: false,
            server_has_less: false,
            leader: false,
            wants_reload: false,
            reloading: false,
            new_key: false,
            keeping_key: false,
            wants_sync: true,
            poked: BTreeMap::new(),
            needs_sign_in: false,
            asked_upto: 0,
            made_room: false,
            failures: 0,
            not_before: None,
            next_id: 1,
            trouble: None,
            damaged: Vec::new(),
            digest_mismatches: 0,
            changed: ChangeSet::default(),
        };
        client.load(stored);
        // The newest sign-in's, whatever an older one left in the store.
        client.take_key(identity.key);
        client
    }

    /// The store was lost after so many operations had been made in the identity's stream: the next one goes on behind
    /// them, and of those that the server does not have it is told that they will never come. Too late where something was
    /// recorded since: that has its numbers, and goes into a stream of its own.
    pub fn goes_on_after(&mut self, made: i64) {
        if self.outbox.rows().next().is_none() && !Mistake::CountsFromOneAgain.is_made() {
            self.made_before = made.max(self.made_before);
            self.count_made_before();
        }
    }

    fn count_made_before(&mut self) {
        if self.meta.stream == self.identity.new_stream {
            self.count_made(self.made_before);
        }
    }

    /// So many were made, of which the last cannot be read here: the chain begins anew behind it.
    fn count_made(&mut self, made: i64) {
        if self.meta.created_n < made {
            (self.meta.created_n, self.meta.chain) = (made, Hash::default());
        }
    }

    /// Takes one event and answers what is to be done, in order.
    pub fn handle(&mut self, event: Event, now: Instant, chance: &mut dyn Chance) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.take(event, now, chance, &mut effects);
        self.advance(now, chance, &mut effects);
        let changed = std::mem::take(&mut self.changed);
        if !changed.is_empty() {
            effects.push(Effect::Changed(changed));
        }
        effects
    }

    fn take(&mut self, event: Event, now: Instant, chance: &mut dyn Chance, effects: &mut Vec<Effect>) {
        match event {
            Event::Loaded(stored) => {
                self.load(stored);
                self.reloading = false;
            }
            Event::Record { ticket, verb } => self.ask_to_record(ticket, vec![verb], now, effects),
            Event::RecordAll { ticket, verbs } => self.ask_to_record(ticket, verbs, now, effects),
            Event::Dismiss(op_id) => self.dismissed.push(op_id),
            Event::Committed(token) => self.committed(token, effects),
            Event::NotCommitted(token, trouble) => self.not_committed(token, trouble, now, chance, effects),
            Event::Answer { id, status, retry_after, body } => {
                self.answered(id, |asked| http::read(asked, status, retry_after, &body));
            }
            Event::Unreachable(id) => self.answered(id, |_| Err(http::Failure::Unreachable)),
            Event::TimedOut(id) => self.answered(id, |_| Err(http::Failure::TimedOut)),
            Event::Progress(id) => self.progress(id, effects),
            Event::Tick => self.tick(now, chance, effects),
            Event::Online => self.sync_now(),
            Event::SignedIn { key } => {
                (self.needs_sign_in, self.unsigned) = (false, false);
                self.take_key(key);
                self.sync_now();
            }
            Event::Poke(poke) => {
                let head = self.poked.entry(poke.bucket).or_insert(poke.head);
                *head = poke.head.max(*head);
                self.wants_sync |= self.is_behind_pokes();
            }
            Event::Leader(leads) => {
                // Another tab may have stored something since this one read the store, also where nothing has happened here
                // since: one that dies after it has stored tells nobody.
                self.wants_reload |= leads && !self.leader;
                self.leader = leads;
            }
            Event::StoreMoved => self.wants_reload = true,
        }
    }

    /// Starts whatever can start: one storage transaction at a time, recordings first.
    fn advance(&mut self, now: Instant, chance: &mut dyn Chance, effects: &mut Vec<Effect>) {
        if self.storing.is_some() || self.reloading {
            return;
        }
        if self.wants_reload {
            self.wants_reload = false;
            self.reloading = true;
            effects.push(Effect::Reload);
            return;
        }
        self.record_waiting(now, chance, effects);
        if self.storing.is_none() {
            self.dismiss_waiting(effects);
        }
        if self.storing.is_none() {
            self.keep_key(effects);
        }
        if self.storing.is_none() {
            self.note_clock(now, effects);
        }
        if self.storing.is_none()
            && let Some(answer) = self.answer.take()
        {
            self.take_in(*answer, now, chance, effects);
        }
        if self.storing.is_none() {
            self.cycle(now, effects);
        }
    }

    fn persist(&mut self, durability: Durability, writes: Vec<Write>, doing: Doing, effects: &mut Vec<Effect>) {
        let token = self.fresh_id();
        self.storing = Some((token, doing));
        effects.push(Effect::Persist { token, durability, writes });
    }

    /// What a sign-in gave to sign with; nothing leaves the earlier one.
    fn take_key(&mut self, key: Option<AuthorKey>) {
        if key.is_some() && key != self.meta.key {
            (self.new_key, self.keeping_key) = (true, false);
        }
        self.meta.key = key.or(self.meta.key);
    }

    /// These counters are the present ones, but for a secret that came while something was being stored.
    fn set_meta(&mut self, meta: Meta) {
        self.meta = Meta { key: self.meta.key, ..meta };
    }

    /// The same of counters that were stored whole, with the secret.
    fn meta_stored(&mut self, meta: Meta) {
        self.new_key &= meta.key != self.meta.key;
        self.set_meta(meta);
    }

    /// Stores a new sign-in's secret, before anything is sent with it and for the other tabs.
    fn keep_key(&mut self, effects: &mut Vec<Effect>) {
        if self.new_key && !std::mem::replace(&mut self.keeping_key, true) {
            let meta = self.meta.clone();
            let writes = vec![stored::put_meta(&meta)];
            let doing = Doing::Rows {
                rows: Vec::new(),
                dropped: Vec::new(),
                meta: Some(meta),
                cursors: None,
                then: Then::Nothing,
            };
            self.persist(Durability::Strict, writes, doing, effects);
        }
    }

    fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Reads everything stored. What cannot be read of the cache is fetched again; of the outbox it is counted.
    fn load(&mut self, stored: Vec<Stored>) {
        let read = reading::read(&self.identity, stored);
        // A secret that is not stored yet is newer than the stored one.
        let kept = if self.new_key { None } else { read.meta.key };
        self.meta = Meta { key: kept.or(self.meta.key), ..read.meta };
        self.cursors = read.cursors;
        self.outbox = Outbox::new(read.rows);
        self.answers = read.answers;
        if let Some(last) = self.outbox.rows().next_back() {
            self.meta.catch_up(last);
        }
        self.count_made(read.damaged.iter().filter_map(|row| row.n).max().unwrap_or(0));
        self.count_made_before();
        self.cache = read.cache;
        self.damaged = read.damaged;
        self.contig = None;
        (self.pull_first, self.server_has_less) = (false, false);
        self.phase = Phase::Idle;
        self.answer = None;
        self.shadows.clear();
        self.echoed.clear();
        self.wants_sync = true;
        self.lay_over();
        self.changed.everything = true;
        self.changed.status = true;
    }
}
