//! The tablet's machine against a server that is played by hand.

use std::collections::BTreeMap;

use super::*;
use crate::attendance::Mark;
use crate::sync::author::AuthorKey;
use crate::sync::canon::Hash;
use crate::sync::digest::Digest;
use crate::sync::testing::sample::{Dice, NOON, mark, stream, user};
use crate::sync::wire::{
    Epoch, Hole, HoleReason, LEASE_MILLIS, Lease, MAX_PULL, MAX_PUSH_OPS, OpResult, Order, Outcome, PULL_PATH,
    PUSH_PATH, Poke, PullBucket, PullMode, PullReply, PullRequest, PushRefusal, PushReply, PushRequest, Receipt,
    StreamInfo,
};

/// A tablet with its store, and what it does.
struct Played {
    client: Client,
    disk: BTreeMap<(Area, String), Vec<u8>>,
    sent: Vec<(u64, &'static str, String)>,
    waits: Vec<i64>,
    dice: Dice,
    /// The server's epoch, and what it gives as its word for how much it has: nothing, as older ones.
    epoch: Epoch,
    receipt: Option<Hash>,
    /// What it says that backups hold; nothing: as much as it has.
    durable: Option<i64>,
    /// How many operations it says to take at once.
    takes: u32,
    /// What the tablet's clock shows.
    clock: Instant,
}

fn identity(key: Option<AuthorKey>) -> Identity {
    Identity { user: user(1), new_stream: stream(1), key }
}

fn key(n: u8) -> AuthorKey {
    AuthorKey::new(uuid::Uuid::from_u128(u128::from(n)), [n; 32])
}

impl Played {
    fn new() -> Self {
        Self::over(identity(None), BTreeMap::new())
    }

    fn over(identity: Identity, disk: BTreeMap<(Area, String), Vec<u8>>) -> Self {
        let client = Client::new(identity, stored(&disk));
        let (sent, waits) = (Vec::new(), Vec::new());
        let (dice, takes) = (Dice(7), MAX_PUSH_OPS);
        Self { client, disk, sent, waits, dice, epoch: epoch(), receipt: None, durable: None, takes, clock: NOON }
    }

    /// The app starts anew over what is stored.
    fn restarted(self) -> Self {
        Self::over(self.client.identity, self.disk)
    }

    fn tell(&mut self, event: Event) {
        let effects = self.client.handle(event, self.clock, &mut self.dice);
        for effect in effects {
            match effect {
                Effect::Persist { token, writes, .. } => {
                    self.write(writes);
                    self.tell(Event::Committed(token));
                }
                Effect::Send { id, path, body } => self.sent.push((id, path, body)),
                Effect::Wake { after_millis } => self.waits.push(after_millis),
                Effect::Reload => self.tell(Event::Loaded(stored(&self.disk))),
                _ => {}
            }
        }
    }

    fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Put { area, key, bytes } | Write::Add { area, key, bytes } => {
                    self.disk.insert((area, key), bytes);
                }
                Write::Delete { area, key } => {
                    self.disk.remove(&(area, key));
                }
                Write::DeleteUnder { area, prefix } => {
                    self.disk.retain(|(at, key), _| *at != area || !key.starts_with(&prefix));
                }
            }
        }
    }

    fn record(&mut self, marks: usize) {
        for ticket in 0..marks {
            let verb = mark(1, 1 + ticket as u128, Some(Mark::Present));
            self.tell(Event::Record { ticket: ticket as u64, verb });
        }
    }

    fn last(&self) -> (u64, &'static str, &str) {
        let (id, path, body) = self.sent.last().expect("something was sent");
        (*id, path, body)
    }

    fn push(&self) -> PushRequest {
        let (_, path, body) = self.last();
        assert_eq!(path, PUSH_PATH);
        serde_json::from_str(body).unwrap()
    }

    fn answer(&mut self, status: u16, body: Vec<u8>) {
        let (id, ..) = self.last();
        self.tell(Event::Answer { id, status, retry_after: None, body });
    }

    /// The server takes everything that was pushed.
    fn take_push(&mut self) {
        let reply = self.taken();
        self.answer(200, reply);
    }

    /// Its answer.
    fn taken(&self) -> Vec<u8> {
        let push = self.push();
        let texts = push.envelopes.iter().flat_map(|envelope| envelope.open().unwrap());
        let results = texts.map(|text| OpResult {
            op_id: serde_json::from_str::<crate::sync::op::Op>(text).unwrap().op_id,
            outcome: Outcome::Noop,
            reason: None,
            field: None,
            effects: Vec::new(),
        });
        let contig = push.envelopes.last().map_or(push.created_n, |e| e.first_n + i64::from(e.count) - 1);
        let stream = StreamInfo { contig, durable: self.durable.unwrap_or(contig), receipt: self.receipt };
        let reply = PushReply {
            epoch: self.epoch.clone(),
            limits: Limits { ops: self.takes, ..Limits::default() },
            stream,
            results: results.collect(),
            echoes: BTreeMap::new(),
        };
        serde_json::to_vec(&reply).unwrap()
    }

    /// Lets it handle this and no more: nothing that it asks of the storage happens. The tokens of what it asks.
    fn only(&mut self, event: Event) -> Vec<u64> {
        let mut tokens = Vec::new();
        for effect in self.client.handle(event, NOON, &mut self.dice) {
            match effect {
                Effect::Send { id, path, body } => self.sent.push((id, path, body)),
                Effect::Persist { token, .. } => tokens.push(token),
                _ => {}
            }
        }
        tokens
    }

    fn pull(&self) -> PullRequest {
        let (_, path, body) = self.last();
        assert_eq!(path, PULL_PATH);
        serde_json::from_str(body).unwrap()
    }

    /// A pull without news; the server has the stream up to here.
    fn answer_pull(&mut self, contig: i64) {
        self.answer_pull_with(Some(contig), BTreeMap::new());
    }

    /// `contig`: `None` from a server that does not tell it.
    fn answer_pull_with(&mut self, contig: Option<i64>, buckets: BTreeMap<Bucket, PullBucket>) {
        self.answer_pull_ordering(contig, buckets, Vec::new());
    }

    fn answer_pull_ordering(&mut self, contig: Option<i64>, buckets: BTreeMap<Bucket, PullBucket>, orders: Vec<Order>) {
        let asked = self.pull();
        let held = |contig| self.durable.unwrap_or(contig);
        let info = contig.map(|contig| StreamInfo { contig, durable: held(contig), receipt: self.receipt });
        let reply = PullReply {
            server_time: NOON,
            epoch: self.epoch.clone(),
            lease: Lease { until: NOON.plus_millis(LEASE_MILLIS) },
            min_client: 1,
            granted: buckets.keys().copied().collect(),
            revoked: Vec::new(),
            keys: Vec::new(),
            buckets,
            streams: asked.stream.into_iter().zip(info).collect(),
            orders,
            you: None,
            authors: BTreeMap::new(),
        };
        self.answer(200, serde_json::to_vec(&reply).unwrap());
    }

    fn refuse(&mut self, refusal: &PushRefusal) {
        self.answer(409, serde_json::to_vec(refusal).unwrap());
    }

    /// Leads, and has had its first pull.
    fn leading(mut self) -> Self {
        self.tell(Event::Leader(true));
        self.answer_pull(0);
        self
    }

    /// Its wait is over.
    fn waited(&mut self) {
        self.tell(Event::Tick);
    }

    fn forget(&mut self, numbers: std::ops::RangeInclusive<i64>) {
        numbers.for_each(|n| drop(self.disk.remove(&(Area::Outbox, format!("op/{n:012}")))));
    }
}

fn epoch() -> Epoch {
    Epoch("e".into())
}

fn stored(disk: &BTreeMap<(Area, String), Vec<u8>>) -> Vec<Stored> {
    disk.iter().map(|((area, key), bytes)| (*area, key.clone(), bytes.clone())).collect()
}

/// Ten marks of which the server has told that it has them.
fn ten_sent() -> Played {
    let mut tablet = Played::new().leading();
    tablet.record(10);
    // The first went as soon as it was there, the others together after it.
    tablet.take_push();
    tablet.take_push();
    tablet.answer_pull(10);
    assert_eq!(tablet.client.status().unsent, 0);
    tablet
}

#[test]
fn a_start_after_a_sign_in_on_a_new_identity_signs_with_its_secret_whatever_the_store_says() {
    let mut first = Played::over(identity(Some(key(1))), BTreeMap::new()).leading();
    first.record(1);
    assert!(key(1).has_signed(stream(1), &first.push().envelopes[0]));
    let mut second = Played::over(identity(Some(key(2))), first.disk);
    // The page has looked round before it leads, so that it reads the store once more.
    second.tell(Event::Tick);
    second.tell(Event::Leader(true));
    assert!(key(2).has_signed(stream(1), &second.push().envelopes[0]));
    second.tell(Event::StoreMoved);
    second.tell(Event::Online);
    let again = Played::over(identity(None), second.disk);
    assert_eq!(again.client.meta.key, Some(key(2)), "the store was told, for the other tabs");
}

#[test]
fn a_tab_that_comes_to_lead_sends_what_the_one_before_it_stored_and_told_nobody() {
    let mut first = Played::new().leading();
    let mut second = Played::over(identity(None), first.disk.clone());
    first.record(1);
    // The first one dies. Of the second nothing has been asked since it read the store.
    second.disk = first.disk;
    second.tell(Event::Leader(true));
    assert_eq!(second.push().envelopes[0].first_n, 1);
    second.take_push();
    second.answer_pull(1);
    second.record(1);
    assert_eq!(second.push().envelopes[0].first_n, 2);
}

#[test]
fn a_secret_that_could_not_be_stored_is_not_forgotten_by_a_reload_and_is_stored_later() {
    let mut tablet = Played::over(identity(Some(key(1))), BTreeMap::new()).leading();
    let asked = tablet.only(Event::SignedIn { key: Some(key(2)) });
    assert!(tablet.only(Event::NotCommitted(asked[0], Trouble::Full)).is_empty(), "not at once again");
    let kept = |tablet: &Played| Client::new(identity(None), stored(&tablet.disk)).meta.key;
    tablet.tell(Event::StoreMoved);
    assert_eq!((tablet.client.meta.key, kept(&tablet)), (Some(key(2)), Some(key(1))));
    tablet.tell(Event::Tick);
    assert_eq!((tablet.client.meta.key, kept(&tablet)), (Some(key(2)), Some(key(2))));
}

#[test]
fn a_full_tablet_makes_no_room_of_rows_that_another_tab_has_queued_again() {
    let mut first = ten_answered();
    let mut second = Played::over(identity(None), first.disk.clone());
    let asked = second.only(Event::Record { ticket: 1, verb: mark(1, 2, Some(Mark::Present)) });
    first.epoch = Epoch("another life".into());
    first.tell(Event::Online);
    first.answer_pull(0);
    second.disk = first.disk;
    assert!(second.only(Event::StoreMoved).is_empty());
    second.tell(Event::NotCommitted(asked[0], Trouble::Full));
    let rows: Vec<_> = second.client.outbox().rows().map(|row| (row.n, row.queued)).collect();
    assert_eq!(rows, (1..=11).map(|n| (n, true)).collect::<Vec<_>>());
}

#[test]
fn a_secret_that_comes_while_something_is_being_stored_is_kept() {
    let mut tablet = Played::over(identity(Some(key(1))), BTreeMap::new()).leading();
    let verb = mark(1, 1, Some(Mark::Present));
    let effects = tablet.client.handle(Event::Record { ticket: 1, verb }, NOON, &mut Dice(1));
    let Some(Effect::Persist { token, .. }) = effects.first() else { panic!("{effects:?}") };
    tablet.tell(Event::SignedIn { key: Some(key(2)) });
    tablet.tell(Event::Committed(*token));
    assert!(key(2).has_signed(stream(1), &tablet.push().envelopes[0]));
}

#[test]
fn what_was_recorded_about_somebody_erased_is_forgotten_once_the_server_has_it_and_not_before() {
    let mut tablet = ten_sent();
    tablet.record(1);
    tablet.answer(500, Vec::new());
    let ids: Vec<_> = tablet.client.outbox().rows().map(|row| row.op_id).collect();
    let op_ids = vec![ids[2], ids[10], OpId::new(NOON, &mut Dice(3))];
    tablet.answer_pull_ordering(Some(10), BTreeMap::new(), vec![Order::Forget { op_ids }]);
    let left = |tablet: &Played| tablet.client.outbox().rows().map(|row| row.n).collect::<Vec<_>>();
    let rest: Vec<_> = (1..=11).filter(|n| *n != 3).collect();
    assert_eq!((left(&tablet), tablet.client.status().unsent), (rest.clone(), 1));
    let again = tablet.restarted();
    assert_eq!((left(&again), again.client.made()), (rest, 11));
}

#[test]
fn what_a_server_that_was_set_back_has_lost_is_queued_again_and_counts_as_unsent() {
    let mut tablet = ten_sent();
    tablet.tell(Event::Online);
    tablet.answer_pull(4);
    assert_eq!(tablet.client.status().unsent, 6, "nobody signs out now");
    assert_eq!(tablet.client.cursors().durable, 4);
    let push = tablet.push();
    assert_eq!((push.envelopes[0].first_n, push.envelopes[0].count, push.holes.len()), (5, 6, 0));
    tablet.take_push();
    assert_eq!(tablet.client.status().unsent, 0);
}

/// Ten marks of which the server has told that it has them, with its word for it; then it has four.
fn set_back_to_four(by: fn(&mut Played)) -> Played {
    let mut tablet = Played::new().leading();
    tablet.receipt = Some(Hash::of(b"ten"));
    tablet.record(10);
    tablet.take_push();
    tablet.take_push();
    tablet.answer_pull(10);
    tablet.receipt = Some(Hash::of(b"four"));
    tablet.tell(Event::Online);
    assert_eq!(tablet.pull().told, None, "while nothing is wrong it shows nothing");
    by(&mut tablet);
    tablet
}

#[test]
fn a_server_that_has_less_than_it_had_told_is_shown_its_word_before_anything_is_sent() {
    let mut tablet = set_back_to_four(|tablet| tablet.answer_pull(4));
    assert_eq!(tablet.pull().told, Some(Receipt { contig: 10, seal: Hash::of(b"ten") }));
    assert_eq!(tablet.client.status().unsent, 6, "nobody signs out now");
    tablet.epoch = Epoch("another life".into());
    tablet.answer_pull(4);
    let push = tablet.push();
    assert_eq!((push.epoch, push.envelopes[0].first_n, push.envelopes[0].count), (tablet.epoch.clone(), 1, 10));
    tablet.take_push();
    assert_eq!((tablet.client.status().unsent, tablet.pull().told), (0, None));
}

#[test]
fn a_gap_shows_a_server_its_word_too() {
    let mut tablet = set_back_to_four(|tablet| {
        tablet.answer_pull(10);
        tablet.record(1);
        tablet.refuse(&PushRefusal::Gap { expected: 5 });
        tablet.waited();
    });
    // By the second pull the first receipt was replaced.
    assert_eq!(tablet.pull().told, Some(Receipt { contig: 10, seal: Hash::of(b"four") }));
    tablet.answer(401, Vec::new());
    tablet.waited();
    assert_eq!((tablet.push().envelopes[0].first_n, tablet.push().envelopes[0].count), (5, 7), "nobody is signed in");
}

#[test]
fn a_server_that_does_not_know_its_word_is_sent_what_it_has_not() {
    let mut tablet = set_back_to_four(|tablet| {
        tablet.answer_pull(4);
        tablet.answer_pull(4);
    });
    assert_eq!((tablet.push().envelopes[0].first_n, tablet.push().envelopes[0].count), (5, 6));
    tablet.take_push();
    assert_eq!((tablet.client.status().unsent, tablet.pull().told), (0, None));
}

#[test]
fn in_a_new_life_of_the_server_nothing_counts_as_sent_before_it_has_answered() {
    let mut tablet = ten_sent();
    tablet.epoch = Epoch("another life".into());
    tablet.tell(Event::Online);
    // Nothing tells yet how much of the stream is there.
    tablet.answer_pull(4);
    let status = tablet.client.status();
    assert_eq!((status.unsent, status.oldest_unsent), (10, Some(NOON)), "nobody signs out now");
    assert_eq!(tablet.push().envelopes[0].count, 10);
    tablet.answer(401, Vec::new());
    assert_eq!(tablet.client.status().unsent, 10, "as long as nobody is signed in");
    let file = tablet.client.hand_out(crate::sync::testing::sample::device(1));
    assert_eq!(file.pushes.iter().map(|push| push.envelopes[0].count).sum::<u32>(), 10);
    tablet.answer(401, Vec::new());
    tablet.waited();
    tablet.take_push();
    assert_eq!(tablet.client.status().unsent, 0);
}

#[test]
fn what_was_read_is_told_again_where_the_servers_answer_is_another() {
    let mut row = ten_sent().client.outbox().get(1).expect("the first").clone();
    let op_id = row.op_id;
    let answer = |outcome| OpResult { op_id, outcome, reason: None, field: None, effects: Vec::new() };
    row.acknowledge(&answer(Outcome::Held), &epoch());
    (row.dismissed, row.queued) = (true, true);
    row.acknowledge(&answer(Outcome::Held), &Epoch("another life".into()));
    assert!(row.dismissed && !row.queued);
    row.acknowledge(&answer(Outcome::Rejected), &epoch());
    assert!(!row.dismissed, "nothing is refused silently");
}

#[test]
fn a_line_that_is_lost_meanwhile_keeps_no_server_from_its_word_and_nothing_from_being_sent_for_ever() {
    let mut tablet = set_back_to_four(|tablet| tablet.answer_pull(4));
    for _ in 0..5 {
        assert_eq!(tablet.pull().told.map(|told| told.contig), Some(10));
        let (id, ..) = tablet.last();
        tablet.tell(Event::Unreachable(id));
        tablet.waited();
    }
    assert_eq!(tablet.pull().told.map(|told| told.contig), Some(10));
    let (id, ..) = tablet.last();
    tablet.tell(Event::Unreachable(id));
    tablet.waited();
    assert_eq!(tablet.push().envelopes[0].first_n, 5);
}

#[test]
fn how_much_backups_hold_is_what_the_server_says_last() {
    let mut tablet = ten_sent();
    tablet.record(1);
    assert_eq!(tablet.client.cursors().durable, 10, "a server before said as much as it had");
    tablet.durable = Some(0);
    tablet.take_push();
    assert_eq!(tablet.client.cursors().durable, 0);
    tablet.durable = Some(7);
    tablet.answer_pull(11);
    assert_eq!(tablet.client.cursors().durable, 7);
    tablet.durable = Some(3);
    tablet.tell(Event::Online);
    tablet.answer_pull(11);
    assert_eq!(tablet.client.cursors().durable, 3);
}

#[test]
fn a_row_with_which_the_chain_begins_anew_begins_an_envelope() {
    let mut tablet = Played::new();
    tablet.record(2);
    // As a program before this one went on after a fork.
    tablet.client.meta.chain = Hash::default();
    tablet.record(2);
    let mut tablet = tablet.restarted().leading();
    let mut sent = Vec::new();
    for _ in 0..2 {
        let envelope = tablet.push().envelopes[0].clone();
        sent.push((envelope.first_n, envelope.count, envelope.chain_before));
        tablet.take_push();
    }
    assert_eq!(sent, [(1, 2, Hash::default()), (3, 2, Hash::default())]);
}

#[test]
fn a_fork_sends_again_what_is_retained_and_goes_on_with_the_chain() {
    let mut tablet = ten_sent();
    tablet.record(1);
    let before = tablet.push().envelopes[0].chain_before;
    tablet.refuse(&PushRefusal::StreamFork { new_stream: stream(2) });
    tablet.waited();
    let push = tablet.push();
    assert_eq!((push.stream, push.envelopes[0].first_n, push.envelopes[0].count), (stream(2), 1, 11));
    let reached = push.envelopes[0].chain_after;
    tablet.take_push();
    tablet.answer_pull(11);
    tablet.record(1);
    assert_eq!(tablet.push().envelopes[0].chain_before, reached);
    assert_ne!(reached, before);
}

#[test]
fn behind_a_last_row_that_cannot_be_read_the_chain_begins_anew() {
    let mut tablet = Played::new();
    tablet.record(2);
    tablet.disk.insert((Area::Outbox, format!("op/{:012}", 2)), b"?".to_vec());
    let mut tablet = tablet.restarted().leading_at(2);
    tablet.record(1);
    let rows: Vec<_> = tablet.client.outbox().rows().map(|row| (row.n, row.chain_before)).collect();
    assert_eq!(rows, [(1, Hash::default()), (3, Hash::default())], "it names no value that it does not know");
}

#[test]
fn rows_that_are_gone_when_the_server_was_set_back_are_declared_and_named() {
    let mut tablet = ten_sent();
    tablet.forget(1..=7);
    let mut tablet = tablet.restarted();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull(4);
    let push = tablet.push();
    assert_eq!(push.holes, [Hole::new(5, 7, HoleReason::Missing)]);
    assert_eq!((push.envelopes[0].first_n, push.envelopes[0].count), (8, 3));
    assert_eq!(tablet.client.status().lost, 0, "not before the server knows");
    tablet.take_push();
    assert_eq!(tablet.client.status().lost, 3);
    assert_eq!(tablet.restarted().client.status().lost, 3, "and after a new start");
}

#[test]
fn rows_at_the_end_that_are_gone_are_declared_without_waiting_for_a_later_one() {
    let mut tablet = ten_sent();
    tablet.forget(1..=10);
    let mut tablet = tablet.restarted();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull(4);
    let push = tablet.push();
    assert_eq!((push.holes.as_slice(), push.envelopes.len()), ([Hole::new(5, 10, HoleReason::Missing)].as_slice(), 0));
    tablet.take_push();
    assert_eq!(tablet.client.status().lost, 6);
    assert!(!tablet.client.has_to_push());
}

#[test]
fn a_gap_is_sent_again_from_where_the_server_says() {
    let mut tablet = ten_sent();
    tablet.record(1);
    assert_eq!(tablet.push().envelopes[0].first_n, 11);
    tablet.refuse(&PushRefusal::Gap { expected: 5 });
    tablet.waited();
    tablet.answer_pull_with(None, BTreeMap::new());
    tablet.waited();
    let push = tablet.push();
    assert_eq!((push.envelopes[0].first_n, push.envelopes[0].count, push.holes.len()), (5, 7, 0));
}

#[test]
fn a_gap_is_sent_again_also_where_nothing_can_be_fetched() {
    let mut tablet = ten_sent();
    tablet.record(1);
    tablet.refuse(&PushRefusal::Gap { expected: 5 });
    tablet.waited();
    assert_eq!(tablet.last().1, PULL_PATH);
    // The session has ended; to send, the tablet's own identity is enough.
    tablet.answer(401, Vec::new());
    tablet.waited();
    assert_eq!((tablet.push().envelopes[0].first_n, tablet.push().envelopes[0].count), (5, 7));
}

#[test]
fn an_unreadable_row_is_set_aside_and_the_later_ones_go_on() {
    let mut tablet = Played::new();
    tablet.record(3);
    let damaged = tablet.disk.get_mut(&(Area::Outbox, format!("op/{:012}", 2))).unwrap();
    damaged.truncate(20);
    let bytes = damaged.clone();
    let mut tablet = tablet.restarted().leading();
    assert_eq!((tablet.client.status().damaged, tablet.client.damaged()[0].bytes.clone()), (1, bytes), "to hand out");
    assert_eq!((tablet.push().envelopes[0].first_n, tablet.push().envelopes[0].count), (1, 1));
    tablet.take_push();
    let push = tablet.push();
    assert_eq!(push.holes, [Hole::new(2, 2, HoleReason::Unreadable)]);
    assert_eq!((push.envelopes[0].first_n, push.envelopes[0].count), (3, 1));
    tablet.take_push();
    let status = tablet.client.status();
    assert_eq!((status.unsent, status.damaged, status.lost), (0, 1, 0), "it is told of once, as damaged");
}

#[test]
fn what_is_gone_and_what_is_damaged_side_by_side_is_declared_as_one_however_much_it_is() {
    let mut tablet = Played::new();
    tablet.record(450);
    for n in 1..450 {
        tablet.disk.insert((Area::Outbox, format!("op/{n:012}")), b"?".to_vec());
        if n % 2 == 0 {
            tablet.forget(n..=n);
        }
    }
    let mut tablet = tablet.restarted().leading();
    let push = tablet.push();
    assert_eq!(push.holes, [Hole::new(1, 449, HoleReason::Missing)], "not more than a push takes");
    assert_eq!(push.envelopes[0].first_n, 450);
    tablet.take_push();
    let status = tablet.client.status();
    assert_eq!((status.unsent, status.damaged, status.lost), (0, 225, 224));
}

#[test]
fn what_is_declared_lost_again_is_counted_once() {
    let mut tablet = ten_sent();
    tablet.forget(1..=7);
    let mut tablet = tablet.restarted();
    tablet.tell(Event::Leader(true));
    for (contig, first) in [(4, 5), (5, 6), (3, 4)] {
        tablet.answer_pull(contig);
        assert_eq!(tablet.push().holes, [Hole::new(first, 7, HoleReason::Missing)]);
        tablet.take_push();
        tablet.answer_pull(10);
        tablet.tell(Event::Online);
    }
    assert_eq!(tablet.client.status().lost, 4, "4 to 7");
}

#[test]
fn what_is_lost_is_declared_in_its_authors_name_and_hand() {
    let mut tablet = Played::over(identity(Some(key(1))), BTreeMap::new()).leading();
    tablet.record(2);
    tablet.forget(1..=2);
    let meta = Meta { created_n: 2, ..tablet.client.meta.clone() };
    tablet.write(vec![stored::put_meta(&meta)]);
    let mut tablet = Played::over(identity(Some(key(1))), tablet.disk);
    tablet.tell(Event::Leader(true));
    tablet.answer_pull(0);
    let push = tablet.push();
    assert_eq!((push.author, push.envelopes.len()), (Some(user(1)), 0));
    assert!(key(1).has_signed_hole(stream(1), &push.holes[0]));
    tablet.take_push();
    assert_eq!(tablet.client.lost(), [Hole::new(1, 2, HoleReason::Missing)], "kept as older programs keep it");
}

#[test]
fn a_lost_store_goes_on_behind_what_was_made_and_names_what_is_missing_by_number() {
    let mut tablet = Played::over(identity(Some(key(1))), BTreeMap::new());
    tablet.client.goes_on_after(5);
    // Read anew before anything was stored: it is not forgotten.
    tablet.tell(Event::StoreMoved);
    tablet.tell(Event::Leader(true));
    tablet.record(1);
    tablet.answer_pull(3);
    let push = tablet.push();
    let holes: Vec<_> = push.holes.iter().cloned().map(Hole::unsigned).collect();
    assert_eq!(holes, [Hole::new(4, 5, HoleReason::Missing)]);
    assert_eq!((push.envelopes[0].first_n, push.created_n), (6, 6), "no number is used twice");
    tablet.take_push();
    let status = tablet.client.status();
    assert_eq!((status.unsent, status.lost), (0, 2));
    assert_eq!((tablet.client.made(), tablet.restarted().client.made()), (6, 6));
}

#[test]
fn what_was_recorded_since_a_store_was_lost_keeps_its_numbers() {
    let mut tablet = Played::new();
    tablet.record(1);
    tablet.client.goes_on_after(5);
    assert_eq!(tablet.client.made(), 1);
}

#[test]
fn a_lost_store_of_which_all_had_arrived_declares_nothing() {
    let mut tablet = Played::new();
    tablet.client.goes_on_after(5);
    tablet.tell(Event::Leader(true));
    tablet.record(1);
    tablet.answer_pull(5);
    let push = tablet.push();
    assert_eq!((push.holes.len(), push.envelopes[0].first_n), (0, 6));
}

#[test]
fn a_server_that_is_busy_is_asked_for_less() {
    let mut tablet = Played::new().leading();
    tablet.tell(Event::Leader(false));
    tablet.record(120);
    tablet.tell(Event::Leader(true));
    for expected in [60, 30] {
        tablet.answer(503, Vec::new());
        tablet.waited();
        tablet.answer_pull(0);
        tablet.waited();
        assert_eq!(tablet.push().envelopes[0].count, expected);
    }
}

#[test]
fn a_row_under_another_rows_number_is_set_aside() {
    let mut tablet = Played::new();
    tablet.record(2);
    let second = tablet.disk.remove(&(Area::Outbox, format!("op/{:012}", 2))).unwrap();
    tablet.disk.insert((Area::Outbox, format!("op/{:012}", 3)), second);
    let tablet = tablet.restarted();
    assert_eq!((tablet.client.status().damaged, tablet.client.status().unsent), (1, 1));
}

#[test]
fn a_push_that_fails_for_good_does_not_keep_pulls_away_nor_they_it() {
    for status in [400, 401, 403, 409, 413, 500] {
        let mut tablet = Played::new().leading();
        tablet.record(1);
        for _ in 0..6 {
            tablet.push();
            tablet.answer(status, b"{}".to_vec());
            assert_eq!(tablet.last().1, PULL_PATH, "after {status}");
            let before = tablet.sent.len();
            tablet.answer_pull(0);
            assert_eq!(tablet.sent.len(), before, "it is not asked again at once");
            tablet.waited();
        }
        assert!(tablet.waits.iter().all(|wait| *wait <= 450_000), "{:?}", tablet.waits);
        tablet.answer(status, b"{}".to_vec());
        tablet.answer(500, Vec::new());
        tablet.waited();
        tablet.take_push();
        assert_eq!(tablet.client.status().unsent, 0);
    }
}

#[test]
fn a_time_out_halves_what_is_asked_for_and_success_doubles_it() {
    let mut tablet = Played::new().leading();
    tablet.record(1);
    tablet.take_push();
    tablet.answer_pull(1);
    tablet.tell(Event::Leader(false));
    tablet.record(120);
    tablet.tell(Event::Leader(true));
    let counts = |tablet: &Played| tablet.push().envelopes[0].count;
    assert_eq!(counts(&tablet), 120);
    for expected in [60, 30, 15] {
        let (id, ..) = tablet.last();
        tablet.tell(Event::TimedOut(id));
        tablet.waited();
        assert_eq!(counts(&tablet), expected);
    }
    // Its own timer says the same.
    tablet.waited();
    tablet.waited();
    assert_eq!(counts(&tablet), 7);
    tablet.take_push();
    assert_eq!(counts(&tablet), 14);
}

#[test]
fn the_next_push_goes_while_the_answer_to_the_last_is_being_stored() {
    let mut tablet = waiting_before(MAX_PUSH_OPS, 700);
    let taken = |tablet: &Played| {
        let (id, ..) = tablet.last();
        Event::Answer { id, status: 200, retry_after: None, body: tablet.taken() }
    };
    let pushed = |tablet: &Played| (tablet.push().envelopes[0].first_n, tablet.push().envelopes[0].count);
    assert_eq!(pushed(&tablet), (1, 200));
    let first = tablet.only(taken(&tablet));
    assert_eq!((first.len(), pushed(&tablet)), (1, (201, 400)));
    assert_eq!(tablet.client.status().unsent, 700, "what is not stored is not said");
    let sent = tablet.sent.len();
    assert!(tablet.only(taken(&tablet)).is_empty(), "one storage transaction at a time");
    assert_eq!(tablet.sent.len(), sent);
    let second = tablet.only(Event::Committed(first[0]));
    assert_eq!((second.len(), pushed(&tablet), tablet.client.status().unsent), (1, (601, 100), 500));
    // What could not be stored is sent again, and the answer that comes meanwhile counts for nothing.
    let late = taken(&tablet);
    assert!(tablet.only(Event::NotCommitted(second[0], Trouble::Aborted)).is_empty());
    assert!(tablet.only(late).is_empty());
    tablet.waited();
    assert_eq!((pushed(&tablet), tablet.client.status().unsent), ((201, 500), 500));
    tablet.take_push();
    assert_eq!(tablet.client.status().unsent, 0);
}

/// Ten marks that were answered, the first alone, the others by one reply.
fn ten_answered() -> Played {
    let mut tablet = Played::new().leading();
    tablet.record(10);
    tablet.take_push();
    tablet.take_push();
    tablet
}

/// The records of answers that lie beside the rows, by their first numbers.
fn records(tablet: &Played) -> Vec<&str> {
    let own = tablet.disk.keys().filter(|(area, _)| *area == Area::Outbox);
    own.filter_map(|(_, key)| key.strip_prefix("answers/")).collect()
}

#[test]
fn answers_to_many_rows_are_one_record_and_each_row_is_read_back_with_its_own() {
    let tablet = ten_answered();
    assert_eq!(records(&tablet), ["000000000002"]);
    for n in 1..=10 {
        let bytes = &tablet.disk[&(Area::Outbox, format!("op/{n:012}"))];
        let row: outbox::Row = serde_json::from_slice(bytes).unwrap();
        assert_eq!(row.is_as_recorded(), n > 1, "{n}");
    }
    let rows = |tablet: &Played| tablet.client.outbox().rows().cloned().collect::<Vec<_>>();
    let before = rows(&tablet);
    let again = tablet.restarted();
    assert_eq!(rows(&again), before);
    assert_eq!(again.client.status().unsent, 0);
}

#[test]
fn where_a_record_of_answers_cannot_be_read_its_rows_are_sent_again() {
    let mut tablet = ten_answered();
    tablet.disk.insert((Area::Outbox, "answers/000000000002".to_owned()), b"?".to_vec());
    let mut tablet = tablet.restarted();
    assert_eq!((tablet.client.status().unsent, tablet.client.status().damaged), (9, 0));
    tablet.tell(Event::Leader(true));
    assert_eq!((tablet.push().envelopes[0].first_n, tablet.push().envelopes[0].count), (2, 9));
    tablet.take_push();
    assert_eq!((tablet.client.status().unsent, tablet.restarted().client.status().unsent), (0, 0));
}

#[test]
fn an_answer_that_lies_beside_a_row_counts_no_more_once_the_row_is_queued_again() {
    let mut tablet = ten_answered();
    tablet.answer_pull(4);
    assert_eq!(records(&tablet), ["000000000002"]);
    assert_eq!(tablet.restarted().client.status().unsent, 6, "the server was set back");

    let mut tablet = ten_answered();
    tablet.epoch = Epoch("another life".into());
    tablet.answer_pull(10);
    assert_eq!(tablet.restarted().client.status().unsent, 10, "nothing of it is known to be there");

    let mut tablet = ten_answered();
    tablet.answer(500, Vec::new());
    tablet.record(1);
    tablet.waited();
    tablet.refuse(&PushRefusal::StreamFork { new_stream: stream(2) });
    assert_eq!(tablet.restarted().client.status().unsent, 11, "all of it goes into the new stream");
}

#[test]
fn a_record_of_answers_goes_with_the_last_of_its_rows() {
    let mut tablet = ten_sent();
    let ids: Vec<_> = tablet.client.outbox().rows().map(|row| row.op_id).collect();
    let forget = |ids: &[OpId]| vec![Order::Forget { op_ids: ids.to_vec() }];
    tablet.tell(Event::Online);
    tablet.answer_pull_ordering(Some(10), BTreeMap::new(), forget(&ids[..9]));
    assert_eq!(tablet.client.outbox().rows().map(|row| row.n).collect::<Vec<_>>(), [10]);
    assert_eq!(records(&tablet), ["000000000002"], "one of them is left");
    tablet.tell(Event::Online);
    tablet.answer_pull_ordering(Some(10), BTreeMap::new(), forget(&ids));
    assert!(records(&tablet).is_empty());
    assert!(tablet.client.outbox().rows().next().is_none());
}

#[test]
fn a_record_whose_rows_an_earlier_program_has_forgotten_goes_with_the_next_ones_that_go() {
    let mut tablet = ten_sent();
    let op_ids = vec![tablet.client.outbox().get(1).unwrap().op_id];
    tablet.forget(2..=10);
    let mut tablet = tablet.restarted();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull(10);
    assert_eq!(records(&tablet), ["000000000002"], "nothing went");
    tablet.tell(Event::Online);
    tablet.answer_pull_ordering(Some(10), BTreeMap::new(), vec![Order::Forget { op_ids }]);
    assert!(records(&tablet).is_empty());
}

#[test]
fn a_record_of_answers_counts_in_its_epoch_and_in_its_stream_alone() {
    // An earlier program has followed the server there: on the rows it says nothing of having queued them again.
    let unsent = |follow: fn(&mut Meta)| {
        let mut tablet = ten_answered();
        let bytes = tablet.disk.get_mut(&(Area::Outbox, "meta".to_owned())).unwrap();
        let mut meta: Meta = serde_json::from_slice(bytes).unwrap();
        follow(&mut meta);
        *bytes = serde_json::to_vec(&meta).unwrap();
        tablet.restarted().client.status().unsent
    };
    assert_eq!(unsent(|_| ()), 0);
    assert_eq!(unsent(|meta| meta.epoch = Epoch("another life".into())), 9);
    assert_eq!(unsent(|meta| meta.stream = stream(2)), 9);
}

/// So many marks that wait, before a server that takes so many at once.
fn waiting_before(takes: u32, marks: usize) -> Played {
    let mut tablet = Played::new();
    tablet.takes = takes;
    tablet.record(marks);
    tablet.leading()
}

#[test]
fn pushes_grow_up_to_what_the_server_takes() {
    let counts = |takes| {
        let (mut tablet, mut counts) = (waiting_before(takes, 2_500), Vec::new());
        while tablet.client.status().unsent > 0 {
            counts.push(tablet.push().envelopes[0].count);
            tablet.take_push();
        }
        counts
    };
    assert_eq!(counts(MAX_PUSH_OPS), [200, 400, 800, 1_000, 100]);
    assert_eq!(counts(300), [200, 300, 300, 300, 300, 300, 300, 300, 200]);
    assert_eq!(counts(200)[..4], [200; 4], "a server with an earlier program");
}

#[test]
fn a_server_that_has_an_earlier_program_again_is_sent_as_much_as_it_takes() {
    let mut tablet = waiting_before(MAX_PUSH_OPS, 2_500);
    for _ in 0..3 {
        tablet.take_push();
    }
    assert_eq!(tablet.push().envelopes[0].count, 1_000);
    tablet.answer(413, Vec::new());
    tablet.answer_pull(1_400);
    tablet.waited();
    assert_eq!(tablet.push().envelopes[0].count, 200);
    tablet.takes = 200;
    tablet.take_push();
    assert_eq!(tablet.push().envelopes[0].count, 200);
}

/// A year that a clock is wrong by.
const YEAR: i64 = 365 * 24 * 3_600_000;

#[test]
fn a_wrong_clock_makes_nothing_old_that_was_recorded_a_moment_ago() {
    let kept = |tablet: &Played| tablet.client.outbox().rows().count();
    let mut began_anew = Played::new().leading();
    began_anew.clock = NOON.plus_millis(-9 * YEAR);
    began_anew.record(1);
    began_anew.take_push();
    // The network has put it right.
    began_anew.clock = NOON;
    began_anew.answer_pull(1);
    assert_eq!((began_anew.client.status().unsent, kept(&began_anew)), (0, 1));
    let mut ran_ahead = ten_sent();
    ran_ahead.clock = NOON.plus_millis(YEAR);
    ran_ahead.tell(Event::Online);
    ran_ahead.answer_pull(10);
    assert_eq!(kept(&ran_ahead), 10);
}

#[test]
fn a_pull_that_times_out_asks_for_less() {
    let limit = |tablet: &Played| serde_json::from_str::<PullRequest>(tablet.last().2).unwrap().limit;
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    assert_eq!(limit(&tablet), MAX_PULL);
    for expected in [1000, 500, 250, 125, 62, 50, 50] {
        let (id, ..) = tablet.last();
        tablet.tell(Event::TimedOut(id));
        tablet.waited();
        assert_eq!(limit(&tablet), expected);
    }
    tablet.answer_pull(0);
    tablet.tell(Event::Online);
    assert_eq!(limit(&tablet), 100);
}

#[test]
fn a_stream_that_begins_anew_declares_nothing_of_the_old_one() {
    let mut tablet = ten_sent();
    tablet.forget(1..=10);
    let mut tablet = tablet.restarted().leading_at(10);
    tablet.record(1);
    assert!(tablet.push().holes.is_empty());
    tablet.refuse(&PushRefusal::StreamFork { new_stream: stream(2) });
    tablet.waited();
    let push = tablet.push();
    assert_eq!((push.stream, push.holes.len(), push.envelopes[0].first_n), (stream(2), 0, 11));
    assert_ne!(push.envelopes[0].chain_after, Hash::default());
}

impl Played {
    fn leading_at(mut self, contig: i64) -> Self {
        self.tell(Event::Leader(true));
        self.answer_pull(contig);
        self
    }
}

#[test]
fn what_the_servers_backups_hold_goes_sooner_and_the_rest_when_it_is_old_or_there_is_no_other_room() {
    let mut tablet = ten_sent();
    tablet.record(1);
    let outbox = tablet.client.outbox();
    let had = &tablet.client.cursors().had;
    let after = |millis: i64| Some(NOON.plus_millis(millis + 1));
    assert_eq!(outbox.to_drop(4, had, after(outbox::KEEP_DURABLE_MILLIS), false), [1, 2, 3, 4]);
    assert!(outbox.to_drop(0, had, after(outbox::KEEP_DURABLE_MILLIS), false).is_empty(), "no backup is made");
    assert!(outbox.to_drop(10, had, Some(NOON), false).is_empty(), "the server may be set back");
    let all: Vec<i64> = (1..=10).collect();
    assert_eq!(outbox.to_drop(0, had, after(outbox::KEEP_MILLIS), false), all);
    assert!(
        outbox.to_drop(0, &had::Had::default(), after(outbox::KEEP_MILLIS), false).is_empty(),
        "nobody knows since when"
    );
    assert_eq!(outbox.to_drop(4, had, None, true), [1, 2, 3, 4], "the tablet is full");
    assert_eq!(outbox.to_drop(0, had, None, true), all, "and what is recorded is nowhere else");
    assert!(outbox.get(11).is_some_and(|row| row.ack.is_none()), "which never goes");
}

#[test]
fn who_leaves_the_tablet_stays_until_what_waits_about_them_is_away() {
    use crate::sync::entity::{Entity, EntityKey};
    use crate::sync::hlc::Hlc;
    use crate::sync::testing::sample::{group_id, person, person_id};
    let (roll, leaving) = (Bucket::Roll(group_id(1)), EntityKey::from(person_id(1)));
    let Some(body) = registered(&person(1, Some(1), false)) else { panic!("a person") };
    let shown = Entity { key: leaving, rev: 1, body: Some(body), stream: stream(9), other_rev: 0, at: Hlc::default() };
    let page = |mode, to, items: Vec<Entity>| {
        let mut digest = Digest::default();
        items.iter().filter(|item| item.body.is_some()).for_each(|item| digest.enter(item.key, item.rev));
        BTreeMap::from([(roll, PullBucket { mode, to, head: to, more: false, digest: Some(digest), items })])
    };
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), page(PullMode::Reset, 1, vec![shown]));
    tablet.waited();
    // While the pull is under way somebody taps.
    let asked = tablet.pull();
    assert_eq!(asked.cursors[&roll].seq, 1);
    tablet.record(1);
    let gone = || page(PullMode::Delta, 2, vec![Entity::removed(leaving, 1)]);
    tablet.answer_pull_with(Some(0), gone());
    assert!(tablet.client.participant(person_id(1)).is_some(), "what waits is about them");
    tablet.take_push();
    assert_eq!(tablet.pull().cursors[&roll].seq, 1, "asked for again");
    tablet.answer_pull_with(Some(1), gone());
    assert!(tablet.client.participant(person_id(1)).is_none());
    assert!(tablet.restarted().client.participant(person_id(1)).is_none(), "nor is it in the store");
}

#[test]
fn what_was_said_in_any_record_of_a_person_is_the_persons() {
    use crate::consents::ConsentAct;
    use crate::people::{self, ProfileChange};
    use crate::sync::testing::sample::{consent, person, person_id};
    let mut tablet = Played::new();
    let registered = (1..=3).map(|n| person(n, Some(1), false));
    let asked = (1..=3).map(|n| consent(n, n, ConsentAct::Given, &[]));
    for (ticket, verb) in (0..).zip(registered.chain(asked)) {
        tablet.tell(Event::Record { ticket, verb });
    }
    let told = |tablet: &Played, n| {
        let mut records: Vec<_> = tablet.client.consents(person_id(n)).iter().map(|one| one.participant).collect();
        records.sort_unstable();
        records
    };
    assert_eq!(told(&tablet, 1), [person_id(1)]);
    let changes = vec![ProfileChange::SameAs(Some(person_id(1)))];
    let merge = super::Verb::Participant(people::Verb::Edit { id: person_id(2), changes });
    tablet.tell(Event::Record { ticket: 9, verb: merge });
    for n in [1, 2] {
        assert_eq!(told(&tablet, n), [person_id(1), person_id(2)], "{n}");
    }
    assert_eq!(told(&tablet, 3), [person_id(3)]);
}

fn registered(verb: &super::Verb) -> Option<crate::sync::entity::Body> {
    use crate::sync::merge::{Merged, Write as By, apply};
    let at = crate::sync::hlc::Hlc::default();
    match apply(None, verb, &By { stream: stream(9), at: &at, base_rev: None, settled: false }) {
        Merged::Changed { entity, .. } => entity.body,
        _ => None,
    }
}

#[test]
fn marks_that_contradict_each_other_are_known_from_the_page_that_brings_them_until_they_are_settled() {
    use crate::attendance::{Attendance, Contender};
    use crate::sync::entity::{Body, Entity};
    use crate::sync::hlc::Hlc;
    use crate::sync::testing::sample::group_id;
    let (roll, verb) = (Bucket::Roll(group_id(1)), mark(1, 1, Some(Mark::Present)));
    let Some(Body::Attendance(told)) = registered(&verb) else { panic!("a mark") };
    let stand = |(rev, mark)| Contender { mark: Some(mark), at: Hlc::default(), rev, stream: stream(9) };
    let contenders = [(1, Mark::AbsentUnknown), (2, Mark::Present)].map(stand).into();
    let open = Attendance { contenders, ..told.clone() };
    let item = |rev, mark: Attendance| {
        let (key, stream, at) = (verb.target(), stream(9), Hlc::default());
        vec![Entity { key, rev, body: Some(mark.into()), stream, other_rev: 0, at }]
    };
    let page =
        |mode, to, items| BTreeMap::from([(roll, PullBucket { mode, to, head: to, more: false, digest: None, items })]);
    let known = |tablet: &Played| tablet.client.cursors().buckets[&roll].contested.clone();
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), page(PullMode::Reset, 1, item(2, open)));
    let one = Some([verb.target()].into());
    assert_eq!((tablet.client.contested().len(), known(&tablet)), (1, one.clone()));

    let cursors = tablet.disk.get_mut(&(Area::Cache, "cursors".to_owned())).unwrap();
    let mut older: serde_json::Value = serde_json::from_slice(cursors).unwrap();
    older["buckets"][roll.to_string()].as_object_mut().unwrap().remove("contested").unwrap();
    *cursors = older.to_string().into_bytes();
    let mut tablet = tablet.restarted();
    assert_eq!((tablet.client.contested().len(), known(&tablet)), (1, None), "as a program before has stored it");
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), page(PullMode::Delta, 1, Vec::new()));
    assert_eq!(known(&tablet), one, "told by the next pull");

    tablet.tell(Event::Online);
    tablet.answer_pull_with(Some(0), page(PullMode::Delta, 2, item(3, told)));
    assert_eq!((tablet.client.contested().len(), known(&tablet)), (0, Some([].into())));
}

#[test]
fn whether_an_old_contradiction_is_settled_is_read_from_its_own_roll_alone() {
    use super::outbox::{Ack, Row};
    use crate::sync::entity::Entity;
    use crate::sync::hlc::Hlc;
    use crate::sync::testing::sample::group_id;
    use crate::sync::wire::Reason;
    let (own, other) = (Bucket::Roll(group_id(1)), Bucket::Roll(group_id(2)));
    let page = |group| {
        let verb = mark(group, 1, Some(Mark::Present));
        let (key, stream, at) = (verb.target(), stream(9), Hlc::default());
        let items = vec![Entity { key, rev: 1, body: registered(&verb), stream, other_rev: 0, at }];
        PullBucket { mode: PullMode::Reset, to: 1, head: 1, more: false, digest: None, items }
    };
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), BTreeMap::from([(own, page(1)), (other, page(2))]));
    tablet.record(1);
    let mut tablet = tablet.restarted();
    let row = tablet.client.outbox.rows().next().unwrap().clone();
    let reason = Some(Reason::Contradiction);
    let ack = Ack { outcome: Outcome::Conflict, reason, field: None, effects: Vec::new(), epoch: epoch() };
    tablet.client.outbox.put(Row { ack: Some(ack), queued: false, passed: true, ..row });
    let status = tablet.client.status();
    assert_eq!((status.unsent, status.needs_look), (0, 0), "nothing contradicts it any more");
    let seen = |roll| tablet.client.cache.contents(roll).unwrap().seen().count();
    assert_eq!((seen(own), seen(other)), (1, 0));
}

#[test]
fn what_is_told_of_while_an_answer_is_on_its_way_is_fetched_at_once() {
    let bucket = Bucket::Me(user(1));
    let page = |mode, to| PullBucket { mode, to, head: to, more: false, digest: None, items: Vec::new() };
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.tell(Event::Poke(Poke { bucket, head: 2 }));
    tablet.answer_pull_with(Some(0), BTreeMap::from([(bucket, page(PullMode::Reset, 1))]));
    assert_eq!(tablet.pull().cursors[&bucket].seq, 1, "the answer was older than what was told of");
    let sent = tablet.sent.len();
    tablet.tell(Event::Poke(Poke { bucket, head: 2 }));
    tablet.answer_pull_with(Some(0), BTreeMap::from([(bucket, page(PullMode::Delta, 2))]));
    assert_eq!(tablet.sent.len(), sent, "what was told of is here");
}

#[test]
fn a_group_that_is_led_no_more_is_let_go_and_what_waits_about_it_is_still_sent() {
    let roll = Bucket::Roll(crate::sync::testing::sample::group_id(1));
    let page = PullBucket { mode: PullMode::Reset, to: 1, head: 1, more: false, digest: None, items: Vec::new() };
    let holds = |tablet: &Played| tablet.client.cursors().buckets.contains_key(&roll);
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), BTreeMap::from([(roll, page)]));
    assert!(holds(&tablet));
    tablet.record(1);
    // The server has no time for the push, and tells that something has changed.
    tablet.answer(500, Vec::new());
    tablet.tell(Event::Poke(Poke { bucket: roll, head: 2 }));
    tablet.answer_pull(0);
    assert!(!holds(&tablet));
    assert_eq!(tablet.client.status().unsent, 1, "nobody signs out now");
    tablet.waited();
    assert_eq!(tablet.push().envelopes[0].count, 1);
    tablet.take_push();
    let asked = tablet.sent.len();
    tablet.answer_pull(1);
    assert_eq!((tablet.client.status().unsent, tablet.sent.len()), (0, asked), "and it does not ask for ever");
}

#[test]
fn what_is_granted_to_somebody_else_who_has_signed_in_beside_is_not_taken_and_what_waits_is_sent() {
    let page = || PullBucket { mode: PullMode::Reset, to: 1, head: 1, more: false, digest: None, items: Vec::new() };
    let (own, other) = (Bucket::Me(user(1)), Bucket::Me(user(2)));
    let held = |tablet: &Played| tablet.client.cursors().buckets.keys().copied().collect::<Vec<_>>();
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), BTreeMap::from([(own, page())]));
    tablet.tell(Event::Online);
    tablet.answer_pull_with(None, BTreeMap::from([(other, page())]));
    assert_eq!((held(&tablet), tablet.client.status().needs_sign_in), (vec![own], true));
    tablet.record(1);
    tablet.waited();
    tablet.take_push();
    assert_eq!(tablet.client.status().unsent, 0, "it is signed by its own author");
    tablet.answer_pull_with(Some(1), BTreeMap::from([(own, page())]));
    assert_eq!((held(&tablet), tablet.client.status().needs_sign_in), (vec![own], false));
}

#[test]
fn a_bucket_that_does_not_add_up_is_fetched_anew() {
    let bucket = Bucket::Me(user(1));
    let page = |mode, digest| PullBucket { mode, to: 1, head: 1, more: false, digest: Some(digest), items: Vec::new() };
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), BTreeMap::from([(bucket, page(PullMode::Reset, Digest::default()))]));
    tablet.tell(Event::Online);
    assert_eq!(tablet.pull().cursors[&bucket].seq, 1, "it adds up: only what is new");
    let mut other = Digest::default();
    other.enter(mark(1, 1, Some(Mark::Present)).target(), 1);
    tablet.answer_pull_with(Some(0), BTreeMap::from([(bucket, page(PullMode::Delta, other))]));
    assert_eq!(tablet.client.digest_mismatches(), 1);
    assert!(!tablet.pull().cursors.contains_key(&bucket), "from the beginning, at once");
    tablet.answer_pull_with(Some(0), BTreeMap::from([(bucket, page(PullMode::Reset, Digest::default()))]));
    tablet.tell(Event::Online);
    assert_eq!(tablet.pull().cursors[&bucket].seq, 1);
}

#[test]
fn a_bucket_of_which_something_was_left_out_is_fetched_anew_once_it_comes_whole() {
    let bucket = Bucket::Me(user(1));
    let page = |mode, digest| {
        BTreeMap::from([(bucket, PullBucket { mode, to: 1, head: 1, more: false, digest, items: Vec::new() })])
    };
    let whole = Some(Digest::default());
    let mut tablet = Played::new();
    tablet.tell(Event::Leader(true));
    tablet.answer_pull_with(Some(0), page(PullMode::Reset, None));
    tablet.tell(Event::Online);
    assert_eq!(tablet.pull().cursors[&bucket].seq, 1, "as long as something is left out, only what is new");
    tablet.answer_pull_with(Some(0), page(PullMode::Delta, whole));
    assert!(!tablet.pull().cursors.contains_key(&bucket), "from the beginning, at once");
    tablet.answer_pull_with(Some(0), page(PullMode::Reset, whole));
    tablet.tell(Event::Online);
    assert_eq!((tablet.pull().cursors[&bucket].seq, tablet.client.digest_mismatches()), (1, 0), "once");
    tablet.answer_pull_with(Some(0), page(PullMode::Delta, whole));

    // An earlier program did not note whether anything was left out.
    let cursors = tablet.disk.get_mut(&(Area::Cache, "cursors".to_owned())).unwrap();
    let mut older: serde_json::Value = serde_json::from_slice(cursors).unwrap();
    older["buckets"][bucket.to_string()].as_object_mut().unwrap().remove("narrowed").unwrap();
    *cursors = older.to_string().into_bytes();
    let mut tablet = tablet.restarted();
    tablet.tell(Event::Leader(true));
    assert_eq!(tablet.pull().cursors[&bucket].seq, 1);
    tablet.answer_pull_with(Some(0), page(PullMode::Delta, whole));
    assert!(!tablet.pull().cursors.contains_key(&bucket));
}
