//! Work of chance on two stores at once: what tablets and the desk do, one whose rows lie in a database's tables answers
//! as the one in memory does, over which the simulator runs its schedules.

use std::collections::{BTreeMap, BTreeSet};

use super::contract::Backend;
use super::memory::{Database, Open};
use super::sample::{self, Dice, NOON, Pen};
use crate::access::Role;
use crate::attendance::Mark;
use crate::consents::ConsentAct;
use crate::groups::{self, Membership, membership};
use crate::ids::{DeviceId, OpId, UserId};
use crate::people::{self, ProfileChange};
use crate::sessions::{self, SessionStatus};
use crate::sync::canon::{Hash, canonical};
use crate::sync::entity::{Bucket, EntityKey};
use crate::sync::op::{Op, SCHEMA, Verb};
use crate::sync::rights::Grants;
use crate::sync::server::held::{Settlement, settle};
use crate::sync::server::pull::{PullContext, pull};
use crate::sync::server::push::{PushContext, Pushed, outcomes, push};
use crate::sync::server::store::{ReadStore, ServerStore, WriteOf};
use crate::sync::server::write::{Done, Seen, Writer, write};
use crate::sync::wire::{
    Cursor, Epoch, Limits, OpResult, Outcome, OutcomesReply, OutcomesRequest, PullMode, PullReply, PullRequest,
    PushRefusal, PushReply, PushRequest, Reason,
};

/// A database in memory.
pub struct Memory(pub Database);

impl Backend for Memory {
    async fn epoch(&mut self) -> Epoch {
        self.0.begin(Open).epoch().await.unwrap_or_else(never)
    }

    async fn push(&mut self, context: &PushContext, request: &PushRequest) -> Pushed {
        let mut store = self.0.begin(Open);
        let pushed = push(&mut store, context, request).await.unwrap_or_else(never);
        store.commit().await.unwrap_or_else(never);
        pushed
    }

    async fn outcomes(&mut self, request: &OutcomesRequest) -> OutcomesReply {
        outcomes(&mut self.0.begin(Open), request).await.unwrap_or_else(never)
    }

    async fn pull(&mut self, context: PullContext, request: &PullRequest) -> PullReply {
        pull(&mut self.0.begin(Open), context, request).await.unwrap_or_else(never)
    }

    async fn write(&mut self, writer: &Writer, wanted: Vec<(Verb, Seen)>, dice: &mut Dice) -> Done {
        let mut store = self.0.begin(Open);
        let done = write(&mut store, writer, wanted, NOON, dice).await.unwrap_or_else(never);
        store.commit().await.unwrap_or_else(never);
        done
    }

    async fn settle(&mut self, op_id: OpId, user: UserId) -> bool {
        let mut store = self.0.begin(Open);
        let settled = settle(&mut store, op_id, Settlement::Apply, user, NOON).await.unwrap_or_else(never);
        store.commit().await.unwrap_or_else(never);
        settled.is_some()
    }

    async fn writes_of(&mut self, key: EntityKey) -> Vec<WriteOf> {
        self.0.begin(Open).writes_of(&[key]).await.unwrap_or_else(never)
    }

    async fn grant(&mut self, device: DeviceId, grants: Grants) {
        self.0.state().grants.insert((device, grants.user), grants);
    }
}

/// One alone meets nobody, and dies of nothing.
fn never<T>(fault: super::memory::Fault) -> T {
    panic!("{fault:?}, with nobody else there")
}

const TABLETS: u128 = 4;
const GROUPS: u128 = 3;
const PEOPLE: u128 = 6;

/// What units of work came to: those that never came to something test nothing of it.
pub type Met = BTreeSet<&'static str>;

/// One tablet, as far as it asks for anything.
struct Tablet {
    device: DeviceId,
    pen: Pen,
    grants: Grants,
    cursors: BTreeMap<Bucket, Cursor>,
    /// Numbers of changes that it has by its own pushes.
    echoed: BTreeMap<Bucket, BTreeSet<i64>>,
}

struct Pair<'a, B> {
    memory: Memory,
    other: &'a mut B,
    epoch: Epoch,
    tablets: Vec<Tablet>,
    dice: Dice,
    /// What was pushed, by which tablet.
    sent: Vec<(usize, PushRequest)>,
    known: Vec<OpId>,
    held: Vec<OpId>,
    written: BTreeSet<EntityKey>,
    met: Met,
}

/// So many units of work by this seed, on an empty database; what they came to. The first answer that is another one
/// than memory's panics.
pub async fn in_step<B: Backend>(backend: &mut B, seed: u64, units: usize) -> Met {
    let epoch = backend.epoch().await;
    let memory = Memory(Database::new(&epoch.0));
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    dice.warm_up();
    let mut pair = Pair {
        memory,
        other: backend,
        epoch,
        tablets: Vec::new(),
        dice,
        sent: Vec::new(),
        known: Vec::new(),
        held: Vec::new(),
        written: BTreeSet::new(),
        met: Met::new(),
    };
    pair.furnish().await;
    for _ in 0..units {
        pair.work().await;
    }
    pair.look_at_everything().await;
    pair.met
}

impl<B: Backend> Pair<'_, B> {
    async fn furnish(&mut self) {
        for n in 1..=TABLETS {
            let grants = sample::grants(n, Role::Instructor, &[1, 1 + n % GROUPS]);
            let (device, pen) = (sample::device(n), Pen::new(n));
            self.grant(device, grants.clone()).await;
            self.tablets.push(Tablet { device, pen, grants, cursors: BTreeMap::new(), echoed: BTreeMap::new() });
        }
        let mut verbs: Vec<_> = (1..=GROUPS).flat_map(|n| [sample::group(n), sample::plan(n)]).collect();
        verbs.extend((1..=PEOPLE).flat_map(|n| [sample::person(n, None, false), sample::join(n, 1 + n % GROUPS)]));
        self.write(verbs).await;
    }

    async fn work(&mut self) {
        match self.dice.below(100) {
            0..46 => self.push_new().await,
            46..53 => self.push_again().await,
            53..57 => self.push_of_a_copy().await,
            57..72 => self.pull_some().await,
            72..86 => self.desk().await,
            86..90 => self.change_rights().await,
            90..95 => self.settle().await,
            _ => self.ask().await,
        }
    }

    fn one_of(&mut self, most: u128) -> u128 {
        1 + self.dice.roll() as u128 % most
    }

    fn tablet(&mut self) -> usize {
        self.dice.below(self.tablets.len())
    }

    async fn grant(&mut self, device: DeviceId, grants: Grants) {
        self.memory.grant(device, grants.clone()).await;
        self.other.grant(device, grants).await;
    }

    async fn write(&mut self, verbs: Vec<Verb>) {
        self.written.extend(verbs.iter().map(Verb::target));
        let wanted: Vec<_> = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
        let writer = Writer::import(sample::user(0));
        let mut dice = Dice(self.dice.roll() | 1);
        let done = self.memory.write(&writer, wanted.clone(), &mut dice.clone()).await;
        assert_eq!(self.other.write(&writer, wanted.clone(), &mut dice).await, done, "the desk wrote {wanted:?}");
        self.note(&done.results);
    }

    fn note(&mut self, results: &[OpResult]) {
        self.met.extend(results.iter().map(|result| result.outcome.code()));
        self.met.extend(results.iter().filter_map(|result| result.reason).map(Reason::code));
    }

    async fn desk(&mut self) {
        let (person, group) = (self.one_of(PEOPLE), self.one_of(GROUPS));
        let verb = match self.dice.below(6) {
            0 => sample::join(person, group),
            1 => self.stay_ended(person, group),
            2 => self.merged(),
            3 => self.edited(person),
            4 => self.group_renamed(group),
            _ => self.status(group),
        };
        self.write(vec![verb]).await;
    }

    fn stay_ended(&mut self, person: u128, group: u128) -> Verb {
        let (group, participant) = (sample::group_id(group), sample::person_id(person));
        let joined = sample::today().plus_days(-30);
        let left_on = if self.dice.below(2) == 0 { joined.plus_days(-1) } else { sample::today() };
        let id = Membership::id_of(group, participant, joined);
        membership::Verb::Leave { id, group, left_on: Some(left_on), exit_reason: None }.into()
    }

    /// Two records are one person's, or are not after all.
    fn merged(&mut self) -> Verb {
        let (id, into) = (sample::person_id(self.one_of(3)), sample::person_id(3 + self.one_of(3)));
        let same_as = (self.dice.below(3) > 0).then_some(into);
        people::Verb::Edit { id, changes: vec![ProfileChange::SameAs(same_as)] }.into()
    }

    fn edited(&mut self, person: u128) -> Verb {
        let change = match self.dice.below(3) {
            0 => ProfileChange::Phone(Some(format!("040 {:07}", self.dice.below(3)))),
            1 => ProfileChange::CalledName(Some(format!("Aino {}", self.dice.below(5)))),
            _ => ProfileChange::PostalCode(Some(format!("{:05}", self.dice.below(100_000)))),
        };
        people::Verb::Edit { id: sample::person_id(person), changes: vec![change] }.into()
    }

    fn group_renamed(&mut self, group: u128) -> Verb {
        match sample::group(group) {
            Verb::Group(groups::Verb::Put { mut group }) => {
                group.name = format!("Ryhmä {}", self.dice.below(4));
                groups::Verb::Put { group }.into()
            }
            other => other,
        }
    }

    fn status(&mut self, group: u128) -> Verb {
        let status = [Some(SessionStatus::Held), None].get(self.dice.below(2)).copied().flatten();
        sessions::Verb::Status { id: sample::session_of(group), group: sample::group_id(group), status }.into()
    }

    /// What somebody does in the hall, also about a group or a person that is not theirs.
    fn doing(&mut self) -> Verb {
        let (person, group, n) = (self.one_of(PEOPLE), self.one_of(GROUPS), self.one_of(8));
        let marks = [Some(Mark::Present), Some(Mark::AbsentUnknown), Some(Mark::Remote), None];
        match self.dice.below(12) {
            0..5 => sample::mark(group, person, marks.get(self.dice.below(4)).copied().flatten()),
            5 => sample::test(n, person, 80 + self.dice.below(60) as i64),
            6 => sample::amend(n, person, 80 + self.dice.below(60) as i64),
            7 => {
                let act = if self.dice.below(2) == 0 { ConsentAct::Given } else { ConsentAct::Withdrawn };
                sample::consent(100 * n + self.one_of(50), person, act, &[])
            }
            8 => sample::person(PEOPLE + n, Some(group), true),
            9 => sample::join(PEOPLE + n, group),
            10 => self.status(group),
            _ => self.edited(person),
        }
    }

    /// An operation of a tablet, now and then under an id that is taken.
    fn op(&mut self, tablet: usize) -> Op {
        let (verb, base) = (self.doing(), self.dice.below(8) as i64);
        let reused = self.known.get(self.dice.below(self.known.len())).copied().filter(|_| self.dice.below(30) == 0);
        let at = NOON.plus_millis(self.dice.below(400_000) as i64);
        let mut op = self.tablets[tablet].pen.op(verb, (base > 0).then_some(base - 1), at);
        op.op_id = reused.unwrap_or(op.op_id);
        op
    }

    async fn push_new(&mut self) {
        let which = self.tablet();
        if self.dice.below(14) == 0 {
            // Made, and never sent: what comes next leaves a gap.
            drop(self.op(which));
        }
        let ops: Vec<_> = (0..=self.dice.below(6)).map(|_| self.op(which)).collect();
        self.written.extend(ops.iter().map(|op| op.verb.target()));
        self.known.extend(ops.iter().map(|op| op.op_id));
        let later = self.dice.below(12) == 0;
        let texts = ops.iter().map(|op| canonical(op).expect("it can be written"));
        let texts: Vec<_> = texts.map(|text| if later { of_a_later_program(&text) } else { text }).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let request = self.tablets[which].pen.pack_texts(&self.epoch, ops[0].n, &texts);
        let pushed = self.push(which, request).await;
        self.follow(which, ops[0].n, &pushed);
    }

    /// What the tablet makes of the answer.
    fn follow(&mut self, which: usize, first: i64, pushed: &Pushed) {
        let pen = &mut self.tablets[which].pen;
        match pushed {
            Pushed::Refused(PushRefusal::Gap { expected }) => pen.n = expected - 1,
            Pushed::Refused(PushRefusal::StreamFork { new_stream }) => {
                // It goes there with the next one, which begins its chain anew.
                pen.stream = *new_stream;
                pen.n = first - 1;
                pen.chains.remove(&first);
            }
            _ => {}
        }
    }

    async fn push(&mut self, which: usize, request: PushRequest) -> Pushed {
        let device = self.tablets[which].device;
        let limits = Limits { ops: 5, ..Limits::default() };
        let context = PushContext { device, signed_in: None, now: NOON, limits };
        let pushed = self.memory.push(&context, &request).await;
        assert_eq!(self.other.push(&context, &request).await, pushed, "tablet {which} pushed {request:?}");
        match &pushed {
            Pushed::Done { reply, .. } => self.learn(which, reply),
            Pushed::Refused(PushRefusal::Gap { .. }) => drop(self.met.insert("gap")),
            Pushed::Refused(PushRefusal::StreamFork { .. }) => drop(self.met.insert("fork")),
            Pushed::TooLarge => drop(self.met.insert("too large")),
            _ => {}
        }
        self.sent.push((which, request));
        pushed
    }

    fn learn(&mut self, which: usize, reply: &PushReply) {
        self.note(&reply.results);
        let held = reply.results.iter().filter(|result| result.outcome == Outcome::Held);
        self.held.extend(held.map(|result| result.op_id));
        for (bucket, prints) in &reply.echoes {
            self.tablets[which].echoed.entry(*bucket).or_default().extend(prints.keys());
        }
    }

    /// The same once more: the answer was lost.
    async fn push_again(&mut self) {
        if let Some((which, request)) = self.sent.get(self.dice.below(self.sent.len())).cloned() {
            self.push(which, request).await;
        }
    }

    /// A copy of the tablet gives numbers that are taken.
    async fn push_of_a_copy(&mut self) {
        let which = self.tablet();
        let verb = self.doing();
        let mut copy = self.tablets[which].pen.clone();
        copy.dice = Dice(self.dice.roll() | 1);
        copy.n = (copy.n - self.dice.below(4) as i64).max(0);
        if self.dice.below(2) == 0 {
            copy.chains.insert(copy.n + 1, Hash::of(b"of another copy"));
        }
        let op = copy.op(verb, None, NOON);
        let request = copy.pack(&self.epoch, std::slice::from_ref(&op));
        self.known.push(op.op_id);
        self.push(which, request).await;
    }

    async fn change_rights(&mut self) {
        let which = self.tablet();
        let first = self.one_of(GROUPS);
        let groups = (0..self.dice.below(3) as u128).map(|n| 1 + (first + n) % GROUPS);
        let groups: Vec<_> = groups.collect();
        let n = which as u128 + 1;
        let grants = sample::grants(n, Role::Instructor, &groups);
        self.tablets[which].grants = grants.clone();
        self.grant(self.tablets[which].device, grants).await;
    }

    async fn settle(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let op_id = self.held.remove(self.dice.below(self.held.len()));
        let settled = self.memory.settle(op_id, sample::user(0)).await;
        assert_eq!(self.other.settle(op_id, sample::user(0)).await, settled, "{op_id} was settled");
        if settled {
            self.met.insert("settled");
        }
    }

    async fn ask(&mut self) {
        let asked = (0..6).filter_map(|_| self.known.get(self.dice.below(self.known.len())).copied());
        let op_ids: Vec<_> = asked.collect::<BTreeSet<_>>().into_iter().collect();
        let request = OutcomesRequest { op_ids };
        let mut replies = [self.memory.outcomes(&request).await, self.other.outcomes(&request).await];
        // One that has several is asked for all of them at once.
        replies.iter_mut().for_each(|reply| reply.results.sort_by_key(|result| result.op_id));
        assert_eq!(replies[1], replies[0], "asked about {request:?}");
    }

    async fn pull_some(&mut self) {
        let which = self.tablet();
        if self.dice.below(8) == 0 {
            self.tablets[which].cursors.clear();
        }
        let limit = [1, 3, 7, 100].get(self.dice.below(4)).copied().unwrap_or(7);
        self.pull(which, limit).await;
    }

    /// One page of every bucket; whether more follows.
    async fn pull(&mut self, which: usize, limit: u32) -> bool {
        let tablet = &self.tablets[which];
        let granted = tablet.grants.buckets();
        let context = PullContext { granted, streams: BTreeMap::new(), orders: Vec::new(), you: None, now: NOON };
        let have = tablet.echoed.iter().map(|(bucket, seqs)| (*bucket, seqs.iter().map(|seq| (*seq, *seq)).collect()));
        let (cursors, have) = (tablet.cursors.clone(), have.collect());
        let request = PullRequest { schema: SCHEMA, cursors, limit, stream: None, have, told: None };
        let mut replies = [self.memory.pull(context.clone(), &request).await, self.other.pull(context, &request).await];
        for page in replies.iter_mut().flat_map(|reply| reply.buckets.values_mut()) {
            // Their order means nothing.
            page.items.sort_by_key(|item| item.key);
        }
        assert_eq!(replies[1], replies[0], "tablet {which} pulled with {request:?}");
        let [reply, _] = replies;
        self.met.extend(reply.buckets.values().map(|page| page.mode.code()));
        self.place(which, &reply);
        reply.buckets.values().any(|page| page.more)
    }

    fn place(&mut self, which: usize, reply: &PullReply) {
        let tablet = &mut self.tablets[which];
        for (bucket, page) in &reply.buckets {
            if page.mode == PullMode::Gone {
                tablet.cursors.remove(bucket);
                continue;
            }
            let before = tablet.cursors.get(bucket).and_then(|cursor| cursor.reset_to);
            let reset_to = (page.mode == PullMode::Reset && page.more).then(|| before.unwrap_or(page.head));
            tablet.cursors.insert(*bucket, Cursor { epoch: reply.epoch.clone(), seq: page.to, reset_to });
            tablet.echoed.entry(*bucket).or_default().retain(|seq| *seq > page.to);
        }
    }

    /// In the end everything that anybody may see, and who has written it.
    async fn look_at_everything(&mut self) {
        for which in 0..self.tablets.len() {
            self.tablets[which].cursors.clear();
            self.tablets[which].echoed.clear();
            while self.pull(which, 100).await {}
        }
        for key in self.written.clone() {
            let mut writes = [self.memory.writes_of(key).await, self.other.writes_of(key).await];
            writes.iter_mut().for_each(|writes| writes.sort_by_key(|write| write.rev));
            assert_eq!(writes[1], writes[0], "who has written {key:?}");
        }
    }
}

fn of_a_later_program(text: &str) -> String {
    (1..=SCHEMA).fold(text.to_owned(), |text, n| text.replace(&format!("\"schema\":{n}}}"), "\"schema\":9}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::testing::now_or_never;

    #[test]
    fn work_of_chance_comes_to_everything_that_it_can_come_to() {
        let mut met = Met::new();
        for seed in 1..=6 {
            let mut memory = Memory(Database::new("e1"));
            met.extend(now_or_never(in_step(&mut memory, seed, 400)).expect("nobody waits"));
        }
        let wanted = ["delta", "fork", "gap", "gone", "reset", "settled", "too large"];
        let outcomes = Outcome::ALL.iter().map(|outcome| outcome.code());
        let reasons = [Reason::Contradiction, Reason::IdReuse, Reason::Invalid, Reason::Rights, Reason::Schema];
        let wanted = wanted.into_iter().chain(outcomes).chain(reasons.map(Reason::code));
        assert_eq!(wanted.filter(|one| !met.contains(one)).collect::<Vec<_>>(), Vec::<&str>::new(), "of {met:?}");
    }

    #[test]
    #[should_panic(expected = "the desk wrote")]
    fn a_store_that_answers_otherwise_is_found_out() {
        let mut another = Memory(Database::new("e1"));
        let wanted = vec![(sample::group(1), Seen::Newest)];
        now_or_never(another.write(&Writer::import(sample::user(0)), wanted, &mut Dice(1)));
        now_or_never(in_step(&mut another, 1, 0));
    }
}
