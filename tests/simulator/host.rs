//! The server: requests as units of work that run step by step beside each other, wait for locks, are repeated on
//! conflicts, and die with the process.

use domain::ids::{DeviceId, GroupId, ParticipantId, StreamId, UserId};
use domain::sync::canon::Hash;
use domain::sync::entity::{Body, Entity, EntityKey};
use domain::sync::handed::HandedOut;
use domain::sync::op::{Op, SCHEMA, Verb};
use domain::sync::server::erase::erase;
use domain::sync::server::held::{Settlement, settle};
use domain::sync::server::lapse;
use domain::sync::server::pull::{PullContext, pull};
use domain::sync::server::push::{PushContext, Pushed, outcomes, push};
use domain::sync::server::store::{OpRow, StreamRow};
use domain::sync::server::write::{Seen, Writer, write};
use domain::sync::testing::memory::{Database, Fault, Gate, Passage, State};
use domain::sync::testing::release::reading;
use domain::sync::testing::sample::{self, Dice};
use domain::sync::wire::{
    Epoch, Limits, OUTCOMES_PATH, OpResult, Order, Outcome, OutcomesRequest, PULL_PATH, PUSH_PATH, Poke, PullRequest,
    PushRequest, Reason, StreamInfo,
};
use domain::time::Instant;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use crate::backup::Backups;
use crate::mutant::{Flawed, Mutant, Sequence};
use crate::tablet::Address;

/// A request on its way.
#[derive(Clone)]
pub struct Request {
    pub from: Address,
    pub id: u64,
    pub path: &'static str,
    pub body: String,
    pub device: DeviceId,
    pub user: UserId,
}

/// An answer on its way.
#[derive(Clone)]
pub struct Answer {
    pub to: Address,
    pub id: u64,
    pub path: &'static str,
    pub status: u16,
    pub body: Vec<u8>,
}

/// Who waits for an answer: which tab, to which of its requests.
pub type Waiter = (Address, u64, &'static str);

/// What a unit of work came to.
pub enum Done {
    Answer {
        status: u16,
        body: String,
        pokes: Vec<Poke>,
    },
    /// The process died in it.
    Died,
}

/// What the units of work have met, for the counts.
#[derive(Default)]
pub struct Met {
    pub conflicts: AtomicU64,
    pub forks: AtomicU64,
    /// Groups of which somebody lapsed or came back by the day.
    pub lapses: AtomicU64,
    /// A tablet has shown that the database was set back.
    pub noticed: AtomicU64,
}

struct Job {
    /// Nobody waits for the answer of the desk's work.
    from: Option<Waiter>,
    work: Pin<Box<dyn Future<Output = Done> + Send>>,
    /// When it began, in polls of the host.
    began: u64,
    /// The newest schema that the node reads which does it.
    schema: u16,
}

/// So few changes in one page that what a group has takes many.
pub const SMALL_PAGE: u32 = 7;

pub struct Host {
    pub database: Database,
    jobs: Vec<Job>,
    mutant: Option<Mutant>,
    sequence: Sequence,
    pub met: Arc<Met>,
    /// So many days later it is by the server's calendar than by its clock.
    pub days_ahead: i64,
    /// The newest schema that its program reads.
    pub schema: u16,
    /// Of two nodes one has the newest program already.
    pub upgrading: bool,
    pub backups: Backups,
    /// Changes in one answer to a pull, at most.
    pub page: u32,
    polls: u64,
    last_began: u64,
}

/// Lets a unit of work pass, wait or die at each storage step.
#[derive(Clone)]
struct Turnstile {
    dice: Dice,
    /// Percent of steps at which others get a turn.
    waits: usize,
    dies: bool,
    steps: usize,
}

impl Gate for Turnstile {
    fn pass(&mut self, _step: &'static str) -> Passage {
        if self.waits > 0 && self.dice.below(100) < self.waits {
            return Passage::Wait;
        }
        self.steps += 1;
        if self.dies && self.dice.below(8) == 0 { Passage::Die } else { Passage::Go }
    }
}

impl Host {
    pub fn new(database: Database, mutant: Option<Mutant>) -> Self {
        Self {
            database,
            jobs: Vec::new(),
            mutant,
            sequence: Sequence::default(),
            met: Arc::default(),
            days_ahead: 0,
            schema: SCHEMA,
            upgrading: false,
            backups: Backups::default(),
            page: SMALL_PAGE,
            polls: 0,
            last_began: 0,
        }
    }

    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    pub fn busy(&self) -> usize {
        self.jobs.len()
    }

    /// The process dies: whatever was not committed never happened, and nobody is answered.
    pub fn kill(&mut self) -> Vec<Waiter> {
        self.jobs.drain(..).filter_map(|job| job.from).collect()
    }

    pub fn accept(&mut self, request: Request, now: Instant, dice: &mut Dice, faulty: bool) {
        let from = Some((request.from, request.id, request.path));
        let pulls = request.path != PUSH_PATH;
        let gate = turnstile(dice, faulty, pulls);
        let (database, mutant, sequence) = (self.database.clone(), self.mutant, Arc::clone(&self.sequence));
        let met = Arc::clone(&self.met);
        let forgets = mutant == Some(Mutant::ForgetAnAck) && dice.below(3) == 0;
        let day = now.day_in_finland().plus_days(self.days_ahead);
        let page = self.page;
        let work = async move {
            let groups = match mutant {
                Some(Mutant::LapsedStays) => Vec::new(),
                _ => groups_to_bring(&database, &request),
            };
            for group in groups {
                for _ in 0..4 {
                    let inner = database.begin(gate.clone());
                    let mut store = Flawed { inner, mutant, first_n: 1, sequence: Arc::clone(&sequence) };
                    let brought = lapse::bring_to(&mut store, group, day).await;
                    match brought {
                        Err(Fault::Killed) => return Done::Died,
                        Ok(pokes) if store.inner.commit().await.is_ok() => {
                            met.lapses.fetch_add(u64::from(!pokes.is_empty()), Ordering::Relaxed);
                            break;
                        }
                        _ => {}
                    }
                }
            }
            for _ in 0..4 {
                let inner = database.begin(gate.clone());
                let flawed = Flawed { inner, mutant, first_n: 1, sequence: Arc::clone(&sequence) };
                match serve(flawed, &request, page, now, forgets, &met).await {
                    Ok(done) => return done,
                    Err(Fault::Killed) => return Done::Died,
                    Err(Fault::Conflict) => drop(met.conflicts.fetch_add(1, Ordering::Relaxed)),
                }
            }
            Done::Answer { status: 503, body: String::new(), pokes: Vec::new() }
        };
        self.begin(from, Box::pin(work));
    }

    /// The desk writes.
    pub fn desk(&mut self, verbs: Vec<Verb>, user: UserId, now: Instant, dice: &mut Dice, faulty: bool) {
        let gate = turnstile(dice, faulty, false);
        let (database, mutant, sequence) = (self.database.clone(), self.mutant, Arc::clone(&self.sequence));
        let mut chance = Dice(dice.roll() | 1);
        let work = async move {
            for _ in 0..4 {
                let mutant = mutant.filter(|m| *m != Mutant::ApplyTwice);
                let inner = database.begin(gate.clone());
                let mut store = Flawed { inner, mutant, first_n: 1, sequence: Arc::clone(&sequence) };
                let wanted = verbs.iter().cloned().map(|verb| (verb, Seen::Newest)).collect();
                let done = write(&mut store, &Writer::import(user), wanted, now, &mut chance).await;
                match done {
                    Ok(done) if store.inner.commit().await.is_ok() => {
                        return Done::Answer { status: 200, body: String::new(), pokes: done.pokes };
                    }
                    Err(Fault::Killed) => return Done::Died,
                    _ => {}
                }
            }
            Done::Answer { status: 503, body: String::new(), pokes: Vec::new() }
        };
        self.begin(None, Box::pin(work));
    }

    /// A coordinator decides on something held; at once, without company.
    pub fn settle(&mut self, op_id: domain::ids::OpId, verdict: Settlement, now: Instant) -> bool {
        use domain::sync::testing::{memory::Open, now_or_never};
        let database = self.database.clone();
        let work = async move {
            let mut store = database.begin(Open);
            let settled = settle(&mut store, op_id, verdict, domain::sync::testing::sample::user(0), now).await;
            matches!(settled, Ok(Some(_))) && store.commit().await.is_ok()
        };
        reading(self.schema, || now_or_never(work)).unwrap_or(false)
    }

    /// The desk takes in what a tablet has handed out: up to the first push that cannot be taken, and nothing of what its
    /// author has not signed. At once, without company.
    pub fn take_in(&mut self, file: HandedOut, now: Instant) -> Vec<OpResult> {
        use domain::sync::testing::{memory::Open, now_or_never};
        let key = self.database.state().author_keys.get(&(file.device, file.user)).copied();
        if !key.is_some_and(|key| file.pushes.iter().all(|push| key.has_signed_all(push))) {
            return Vec::new();
        }
        let (epoch, database) = (Epoch(self.database.state().epoch.clone()), self.database.clone());
        let context = PushContext { device: file.device, signed_in: None, now, limits: Limits::default() };
        let work = async move {
            let mut results = Vec::new();
            for asked in file.pushes {
                let mut store = database.begin(Open);
                let pushed = push(&mut store, &context, &PushRequest { epoch: epoch.clone(), ..asked }).await;
                let Ok(Pushed::Done { reply, .. }) = pushed else { break };
                if store.commit().await.is_err() {
                    break;
                }
                results.extend(reply.results);
            }
            results
        };
        reading(self.schema, || now_or_never(work)).unwrap_or_default()
    }

    /// Erases a person, with all that is about them and what was said of it; at once, without company. Whether there was
    /// one.
    pub fn erase(&mut self, person: ParticipantId, now: Instant) -> bool {
        use domain::sync::testing::{memory::Open, now_or_never};
        let about = |entity: &&Entity| entity.body.as_ref().and_then(Body::participant) == Some(person);
        let keys: Vec<_> = self.database.state().entities.values().filter(about).map(|entity| entity.key).collect();
        let database = self.database.clone();
        let work = async {
            let mut store = database.begin(Open);
            let erased = erase(&mut store, person, &keys, sample::user(0), now).await;
            erased.is_ok_and(|pokes| !pokes.is_empty()) && store.commit().await.is_ok()
        };
        let erased = now_or_never(work).unwrap_or(false);
        if erased && self.mutant != Some(Mutant::ErasedInHistory) {
            empty_history(&mut self.database.state(), person, &keys);
        }
        erased
    }

    /// The machine is switched over to its twin: what was under way either had its end there or never happened, and
    /// nobody is answered.
    pub fn fail_over(&mut self, dice: &mut Dice) -> Vec<Waiter> {
        for job in &mut self.jobs {
            for _ in 0..dice.below(30) {
                let polled = reading(job.schema, || job.work.as_mut().poll(&mut Context::from_waker(Waker::noop())));
                if polled.is_ready() {
                    job.work = Box::pin(std::future::pending());
                }
            }
        }
        self.kill()
    }

    fn begin(&mut self, from: Option<(Address, u64, &'static str)>, work: Pin<Box<dyn Future<Output = Done> + Send>>) {
        self.polls += 1;
        let schema = if self.upgrading && self.polls.is_multiple_of(2) { SCHEMA } else { self.schema };
        self.jobs.push(Job { from, work, began: self.polls, schema });
    }

    /// Gives one unit of work a turn. Answers it when it has come to its end, and whether one that began later
    /// had ended before.
    pub fn poll(&mut self, which: usize) -> Option<(Option<Waiter>, Done, bool)> {
        let index = which.checked_rem(self.jobs.len())?;
        let job = self.jobs.get_mut(index)?;
        let polled = reading(job.schema, || job.work.as_mut().poll(&mut Context::from_waker(Waker::noop())));
        let Poll::Ready(done) = polled else { return None };
        let job = self.jobs.remove(index);
        let swapped = job.began < self.last_began;
        self.last_began = self.last_began.max(job.began);
        Some((job.from, done, swapped))
    }
}

/// The texts of operations about somebody who was erased go; that there were some stays.
fn empty_history(state: &mut State, person: ParticipantId, keys: &[EntityKey]) {
    for row in state.ops.values_mut() {
        let said_of_them =
            || serde_json::from_str::<Op>(&row.body).is_ok_and(|op| op.verb.participant() == Some(person));
        let held = row.outcome == Outcome::Held && said_of_them();
        if held || row.target.is_some_and(|key| keys.contains(&key)) {
            row.body.clear();
            row.reason = Some(Reason::Erased);
        }
    }
}

fn turnstile(dice: &mut Dice, faulty: bool, pulls: bool) -> Turnstile {
    // A pull reads in one snapshot: nobody gets a turn inside it.
    let waits = if faulty && !pulls { 15 + dice.below(50) } else { 0 };
    Turnstile { dice: Dice(dice.roll() | 1), waits, dies: faulty && dice.below(40) == 0, steps: 0 }
}

async fn serve(
    mut store: Flawed,
    request: &Request,
    page: u32,
    now: Instant,
    forgets: bool,
    met: &Met,
) -> Result<Done, Fault> {
    let answer = |status, body, pokes| Ok(Done::Answer { status, body, pokes });
    match request.path {
        PUSH_PATH => {
            let Ok(asked) = serde_json::from_str::<PushRequest>(&request.body) else {
                return answer(400, String::new(), Vec::new());
            };
            store.first_n = asked.envelopes.first().map_or(1, |envelope| envelope.first_n);
            let limits = Limits { ops: 8, ..Limits::default() };
            let context = PushContext { device: request.device, signed_in: None, now, limits };
            let pushed = push(&mut store, &context, &asked).await?;
            if !forgets {
                store.inner.commit().await?;
            }
            match pushed {
                Pushed::Done { mut reply, pokes } => {
                    reply.stream.receipt = Some(seal(&reply.epoch.0, asked.stream, reply.stream.contig));
                    answer(200, json(&reply), pokes)
                }
                Pushed::Refused(refusal) => {
                    if matches!(refusal, domain::sync::wire::PushRefusal::StreamFork { .. }) {
                        met.forks.fetch_add(1, Ordering::Relaxed);
                    }
                    answer(409, json(&refusal), Vec::new())
                }
                Pushed::TooLarge => answer(413, String::new(), Vec::new()),
                Pushed::Malformed => answer(400, String::new(), Vec::new()),
                Pushed::Full => answer(429, String::new(), Vec::new()),
                Pushed::Unsigned => answer(401, String::new(), Vec::new()),
            }
        }
        PULL_PATH => {
            let Ok(mut asked) = serde_json::from_str::<PullRequest>(&request.body) else {
                return answer(400, String::new(), Vec::new());
            };
            asked.limit = page;
            begin_anew(store.inner.database(), &asked, met);
            let context = pull_context(store.inner_state(request, asked.stream), now);
            let reply = pull(&mut store, context, &asked).await?;
            answer(200, json(&reply), Vec::new())
        }
        OUTCOMES_PATH => {
            let Ok(asked) = serde_json::from_str::<OutcomesRequest>(&request.body) else {
                return answer(400, String::new(), Vec::new());
            };
            let reply = outcomes(&mut store, &asked).await?;
            answer(200, json(&reply), Vec::new())
        }
        _ => answer(404, String::new(), Vec::new()),
    }
}

/// The groups of which a pull tells.
fn groups_to_bring(database: &Database, request: &Request) -> Vec<GroupId> {
    let state = database.state();
    let grants = state.grants.get(&(request.device, request.user)).filter(|_| request.path == PULL_PATH);
    grants.into_iter().flat_map(|grants| grants.groups.iter().copied()).collect()
}

/// What the user's session says at a pull.
struct Session {
    granted: Vec<domain::sync::entity::Bucket>,
    streams: std::collections::BTreeMap<StreamId, StreamInfo>,
    orders: Vec<Order>,
}

impl Flawed {
    fn inner_state(&self, request: &Request, asked: Option<StreamId>) -> Session {
        let state = self.inner.database().state();
        let grants = state.grants.get(&(request.device, request.user));
        let own = state.streams.values().filter(|s| s.user == request.user);
        let own = own.filter(|s| s.device == Some(request.device) || Some(s.id) == asked);
        let unknown = asked.filter(|id| !state.streams.contains_key(id)).map(|id| (id, StreamInfo::default()));
        let lies_here = |row: &&OpRow| {
            let stream = state.streams.get(&row.stream);
            stream.is_some_and(|stream| (stream.device, stream.user) == (Some(request.device), request.user))
        };
        let forget = state.ops.values().filter(|row| row.body.is_empty()).filter(lies_here);
        let op_ids: Vec<_> = forget.map(|row| row.op_id).collect();
        Session {
            orders: if op_ids.is_empty() { Vec::new() } else { vec![Order::Forget { op_ids }] },
            granted: grants.map(domain::sync::rights::Grants::buckets).unwrap_or_default(),
            streams: own.map(|stream| (stream.id, told(&state.epoch, stream))).chain(unknown).collect(),
        }
    }
}

/// The server's word for how much of a stream it has.
fn seal(epoch: &str, stream: StreamId, contig: i64) -> Hash {
    Hash::of(format!("{epoch} {stream} {contig}").as_bytes())
}

fn told(epoch: &str, stream: &StreamRow) -> StreamInfo {
    StreamInfo { receipt: Some(seal(epoch, stream.id, stream.last_n)), ..stream.info() }
}

/// Where less of a stream is there than was told, the database was set back: it has another life from here on.
fn begin_anew(database: &Database, asked: &PullRequest, met: &Met) {
    let (Some(stream), Some(told)) = (asked.stream, asked.told) else { return };
    let mut state = database.state();
    let there = state.streams.get(&stream).map_or(0, |row| row.last_n);
    if told.contig > there && told.seal == seal(&state.epoch, stream, told.contig) {
        state.epoch.push('+');
        met.noticed.fetch_add(1, Ordering::Relaxed);
    }
}

fn pull_context(session: Session, now: Instant) -> PullContext {
    PullContext { granted: session.granted, streams: session.streams, orders: session.orders, you: None, now }
}

fn json<T: ?Sized + serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
