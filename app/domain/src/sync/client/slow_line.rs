//! Slow lines in virtual time: the tablet's machine and the server's step with a line between them that carries so many
//! bits a second, and gives a request up as the browser's fetch does (docs/sync.md, Cycle).

use super::*;
use crate::access::Role;
use crate::attendance::Mark;
use crate::ids::DeviceId;
use crate::sync::rights::Grants;
use crate::sync::server::pull::{PullContext, pull};
use crate::sync::server::push::{PushContext, Pushed, push};
use crate::sync::server::write::{Seen, Writer, write};
use crate::sync::testing::memory::{Database, Open};
use crate::sync::testing::now_or_never;
use crate::sync::testing::sample::{self, Dice, NOON, mark, stream, user};
use crate::sync::wire::{PULL_PATH, PUSH_PATH, PullRequest, PushRequest, StreamInfo};

const MINUTE: i64 = 60_000;
/// There and back.
const LATENCY_MILLIS: i64 = 600;

/// What the line will say, and when.
type Coming = (Instant, Event);

struct Hall {
    client: Client,
    database: Database,
    bits_a_second: i64,
    now: Instant,
    wake: Option<Instant>,
    coming: VecDeque<Coming>,
    given_up: usize,
    dice: Dice,
}

impl Hall {
    fn new(database: Database, bits_a_second: i64) -> Self {
        let identity = Identity { user: user(1), new_stream: stream(1), key: None };
        let client = Client::new(identity, Vec::new());
        let (wake, coming) = (None, VecDeque::new());
        Self { client, database, bits_a_second, now: NOON, wake, coming, given_up: 0, dice: Dice(11) }
    }

    fn tell(&mut self, event: Event) {
        for effect in self.client.handle(event, self.now, &mut self.dice) {
            match effect {
                Effect::Persist { token, .. } => self.tell(Event::Committed(token)),
                Effect::Send { id, path, body } => self.send(id, path, &body),
                // It comes to lead before anything is stored.
                Effect::Reload => self.tell(Event::Loaded(Vec::new())),
                Effect::Wake { after_millis } => self.wake = Some(self.now.plus_millis(after_millis)),
                _ => {}
            }
        }
    }

    fn millis_for(&self, bytes: usize) -> i64 {
        i64::try_from(bytes).unwrap() * 8 * 1000 / self.bits_a_second
    }

    /// The way up shows no progress in a browser; what does not arrive in time has not been sent whole. Nothing is
    /// compressed here: the worst case.
    fn send(&mut self, id: u64, path: &str, body: &str) {
        let patience = i64::from(PATIENCE_MILLIS);
        let up = self.millis_for(body.len()) + LATENCY_MILLIS;
        if up > patience {
            self.given_up += 1;
            self.coming.push_back((self.now.plus_millis(patience), Event::TimedOut(id)));
            return;
        }
        let (status, body) = self.serve(path, body);
        let (first, down) = (self.now.plus_millis(up), self.millis_for(body.len()));
        for second in 1..=down / 1000 {
            self.coming.push_back((first.plus_millis(second * 1000), Event::Progress(id)));
        }
        self.coming.push_back((first.plus_millis(down), Event::Answer { id, status, retry_after: None, body }));
    }

    fn serve(&self, path: &str, body: &str) -> (u16, Vec<u8>) {
        let mut store = self.database.begin(Open);
        match path {
            PUSH_PATH => {
                let asked: PushRequest = serde_json::from_str(body).unwrap();
                let (device, limits) = (sample::device(1), Limits::default());
                let context = PushContext { device, signed_in: None, now: self.now, limits };
                let pushed = now_or_never(push(&mut store, &context, &asked)).unwrap().unwrap();
                now_or_never(store.commit()).unwrap().unwrap();
                let Pushed::Done { reply, .. } = pushed else { panic!("taken, not {pushed:?}") };
                (200, serde_json::to_vec(&reply).unwrap())
            }
            PULL_PATH => {
                let asked: PullRequest = serde_json::from_str(body).unwrap();
                let state = self.database.state();
                let info = |id| (id, state.streams.get(&id).map_or_else(StreamInfo::default, |row| row.info()));
                let streams = asked.stream.map(info).into_iter().collect();
                let granted = state.grants[&whose()].buckets();
                drop(state);
                let context = PullContext { granted, streams, orders: Vec::new(), you: None, now: self.now };
                let reply = now_or_never(pull(&mut store, context, &asked)).unwrap().unwrap();
                (200, serde_json::to_vec(&reply).unwrap())
            }
            other => panic!("nothing is asked of {other}"),
        }
    }

    /// Lets time pass until it is so; how long it took.
    fn until(&mut self, so: impl Fn(&Client) -> bool) -> i64 {
        let begun = self.now;
        while !so(&self.client) {
            let line = self.coming.front().map(|(at, _)| *at);
            let next = [line, self.wake].into_iter().flatten().min().expect("something is still to come");
            self.now = self.now.max(next);
            assert!(self.now.millis_since(begun) < 24 * 60 * MINUTE, "it never ends");
            if line == Some(next) {
                let (_, event) = self.coming.pop_front().expect("it is there");
                self.tell(event);
            } else {
                // Whatever was still on the line is nobody's business any more.
                (self.wake, self.coming) = (None, VecDeque::new());
                self.tell(Event::Tick);
            }
        }
        self.now.millis_since(begun)
    }
}

fn whose() -> (DeviceId, crate::ids::UserId) {
    (sample::device(1), user(1))
}

/// A town in which the first user leads so many groups of so many people each, who all have a mark.
fn town(groups: u128, people: u128, marked: bool) -> Database {
    let database = Database::new("e1");
    let led: Vec<_> = (1..=groups).collect();
    let grants: Grants = sample::grants(1, Role::Instructor, &led);
    database.state().grants.insert(whose(), grants);
    let mut verbs: Vec<_> = led.iter().flat_map(|n| [sample::group(*n), sample::plan(*n)]).collect();
    verbs.extend((1..=people).map(|n| sample::person(n, None, false)));
    verbs.extend(led.iter().flat_map(|group| (1..=people).map(|n| sample::join(n, *group))));
    if marked {
        verbs.extend(led.iter().flat_map(|group| (1..=people).map(|n| mark(*group, n, Some(Mark::Present)))));
    }
    let mut dice = Dice(5);
    let writer = Writer::import(user(0));
    let wanted = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
    let mut store = database.begin(Open);
    let done = now_or_never(write(&mut store, &writer, wanted, NOON, &mut dice)).unwrap().unwrap();
    assert_eq!(done.refused(), None);
    now_or_never(store.commit()).unwrap().unwrap();
    database
}

#[test]
fn two_hundred_marks_arrive_over_a_line_of_twenty_kilobits() {
    let mut hall = Hall::new(town(10, 20, false), 20_000);
    hall.tell(Event::Leader(true));
    hall.until(|client| client.cursors().contact.is_some() && !client.status().sending);
    // The first goes at once, alone; the others as soon as it is answered.
    for (ticket, (group, person)) in (1..=10).flat_map(|group| (1..=20).map(move |person| (group, person))).enumerate()
    {
        let verb = mark(group, person, Some(Mark::Present));
        hall.tell(Event::Record { ticket: ticket as u64, verb });
    }
    assert_eq!(hall.client.status().unsent, 200);
    let took = hall.until(|client| client.status().unsent == 0);
    assert!(hall.given_up > 0, "the whole of it at once is too much for the line");
    assert!(took < 10 * MINUTE, "{took} ms");
    let marks = hall.database.state().ops.values().filter(|op| op.kind == "attendance.set").count();
    assert_eq!(marks, 200);
}

#[test]
fn a_first_download_of_two_and_a_half_thousand_marks_arrives_over_a_line_of_two_hundred_kilobits() {
    let mut hall = Hall::new(town(50, 50, true), 200_000);
    hall.tell(Event::Leader(true));
    let whole = |client: &Client| {
        let marks = |n| client.marks(sample::group_id(n), sample::session_of(n)).count();
        client.cursors().contact.is_some() && !client.status().sending && (1..=50).map(marks).sum::<usize>() == 2_500
    };
    let took = hall.until(whole);
    assert!(took < 10 * MINUTE, "{took} ms");
    assert_eq!(hall.client.digest_mismatches(), 0);
}
