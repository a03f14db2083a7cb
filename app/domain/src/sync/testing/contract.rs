//! The suite that every server store must pass: the same cases over memory and over each SQL database.
//!
//! A test of a store calls [`suite`] with its [`Backend`] on an empty database; a failed case panics.

use std::collections::BTreeMap;
use std::future::Future;

use super::sample::{self, Dice, NOON, Pen};
use crate::access::Role;
use crate::attendance::Mark;
use crate::groups::membership;
use crate::ids::{DeviceId, OpId, OrganisationId, UserId};
use crate::people::{self, ProfileChange};
use crate::sync::canon::Hash;
use crate::sync::digest::Digest;
use crate::sync::entity::{Body, Bucket, EntityKey};
use crate::sync::op::{Op, SCHEMA, Verb};
use crate::sync::rights::Grants;
use crate::sync::server::pull::PullContext;
use crate::sync::server::push::{PushContext, Pushed};
use crate::sync::server::store::WriteOf;
use crate::sync::server::write::{Done, Seen, Writer};
use crate::sync::wire::{
    Cursor, Epoch, Limits, Outcome, OutcomesReply, OutcomesRequest, PullMode, PullReply, PullRequest, PushRefusal,
    PushReply, PushRequest, Reason,
};

/// A database under test. Every method is one unit of work, committed at its end.
pub trait Backend {
    fn epoch(&mut self) -> impl Future<Output = Epoch>;

    fn push(&mut self, context: &PushContext, request: &PushRequest) -> impl Future<Output = Pushed>;

    fn outcomes(&mut self, request: &OutcomesRequest) -> impl Future<Output = OutcomesReply>;

    fn pull(&mut self, context: PullContext, request: &PullRequest) -> impl Future<Output = PullReply>;

    fn write(&mut self, writer: &Writer, wanted: Vec<(Verb, Seen)>, dice: &mut Dice) -> impl Future<Output = Done>;

    /// [`crate::sync::server::held::settle`] to apply it; whether it was settled.
    fn settle(&mut self, op_id: OpId, user: UserId) -> impl Future<Output = bool>;

    fn writes_of(&mut self, key: EntityKey) -> impl Future<Output = Vec<WriteOf>>;

    /// Makes the account exist with these rights, signed in on this tablet. Called again: the rights change.
    fn grant(&mut self, device: DeviceId, grants: Grants) -> impl Future<Output = ()>;
}

/// Every case, on one empty database.
pub async fn suite<B: Backend>(backend: &mut B) {
    furnish(backend).await;
    operations_take_effect_once(backend).await;
    a_gap_and_a_fork_are_refused(backend).await;
    what_does_not_follow_the_stream_is_a_fork(backend).await;
    contradictions_leave_reviews(backend).await;
    lost_rights_hold_the_work(backend).await;
    pages_add_up_to_the_digest(backend).await;
    a_stay_moves_a_person_and_a_mistake_takes_them_out(backend).await;
    a_repeated_unit_of_work_has_one_effect(backend).await;
    a_person_without_a_group_is_of_those_who_registered_them(backend).await;
    a_reference_is_one_persons_in_every_unit_of_work(backend).await;
    super::instruments::every_instrument_refuses_what_lies_beyond_its_limits(backend).await;
}

async fn desk<B: Backend>(backend: &mut B, verbs: Vec<Verb>) -> Vec<Outcome> {
    let writer = Writer::import(sample::user(0));
    // Distinct randomness for each call: ids must not repeat.
    let known = verbs.iter().map(Verb::kind).chain(["desk"]).fold(verbs.len() as u64, |sum, kind| {
        kind.bytes().fold(sum, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
    });
    let mut dice = Dice(known | 1);
    let wanted = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
    let done = backend.write(&writer, wanted, &mut dice).await;
    done.results.iter().map(|result| result.outcome).collect()
}

async fn furnish<B: Backend>(backend: &mut B) {
    for n in 1..=3 {
        backend.grant(sample::device(n), sample::grants(n, Role::Instructor, &[1])).await;
    }
    let mut verbs = vec![sample::group(1), sample::group(2), sample::plan(1)];
    for n in 1..=5 {
        verbs.extend([sample::person(n, None, false), sample::join(n, 1)]);
    }
    let outcomes = desk(backend, verbs).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Applied), "{outcomes:?}");
    let again = desk(backend, vec![sample::person(1, None, false), sample::join(1, 1), sample::plan(1)]).await;
    assert!(again.iter().all(|outcome| *outcome == Outcome::Noop), "an import twice changes nothing: {again:?}");
}

async fn send<B: Backend>(backend: &mut B, pen: &mut Pen, device: u128, ops: &[Op]) -> Pushed {
    let request = pen.pack(&backend.epoch().await, ops);
    backend.push(&context(device), &request).await
}

pub(super) async fn sent<B: Backend>(backend: &mut B, pen: &mut Pen, device: u128, ops: &[Op]) -> PushReply {
    match send(backend, pen, device, ops).await {
        Pushed::Done { reply, .. } => reply,
        other => panic!("expected a reply, got {other:?}"),
    }
}

async fn operations_take_effect_once<B: Backend>(backend: &mut B) {
    let mut pen = Pen::new(1);
    let ops: Vec<_> = [1, 2].map(|n| pen.op(sample::mark(1, n, Some(Mark::Present)), None, NOON)).into_iter().collect();
    let first = sent(backend, &mut pen, 1, &ops).await;
    assert!(first.results.iter().all(|r| r.outcome == Outcome::Applied && r.effects.len() == 1), "{first:?}");
    assert_eq!((first.stream.contig, first.stream.durable), (2, 0), "no backup holds it yet");
    let third = pen.op(sample::mark(1, 3, Some(Mark::Remote)), None, NOON);
    let again = sent(backend, &mut pen, 1, &[ops.clone(), vec![third.clone()]].concat()).await;
    assert_eq!(again.results[..2], first.results[..], "the stored outcome, not a second effect");
    assert_eq!(again.stream.contig, 3);
    let request = OutcomesRequest { op_ids: vec![third.op_id, OpId(uuid::Uuid::nil())] };
    let outcomes = backend.outcomes(&request).await;
    assert_eq!(outcomes.results, again.results[2..]);
    let mut reused = pen.op(sample::mark(1, 4, Some(Mark::Present)), None, NOON);
    reused.op_id = third.op_id;
    let reply = sent(backend, &mut pen, 1, &[reused.clone()]).await;
    assert_eq!(reply.results[0].reason, Some(Reason::IdReuse));
    assert_eq!(reply.stream.contig, 4, "the queue does not block");
    let reply = sent(backend, &mut pen, 1, &[reused]).await;
    assert_eq!((reply.results[0].reason, reply.stream.contig), (Some(Reason::IdReuse), 4));
}

async fn a_gap_and_a_fork_are_refused<B: Backend>(backend: &mut B) {
    let mut pen = Pen::new(2);
    let first = pen.op(sample::mark(1, 1, Some(Mark::Present)), Some(1), NOON);
    let second = pen.op(sample::mark(1, 2, Some(Mark::Present)), Some(1), NOON);
    let refused = send(backend, &mut pen, 2, &[second]).await;
    assert_eq!(refused, Pushed::Refused(PushRefusal::Gap { expected: 1 }));
    let mut clone = pen.clone();
    clone.dice = sample::Dice(99);
    sent(backend, &mut pen, 2, &[first]).await;
    clone.n = 0;
    let other = clone.op(sample::mark(1, 5, Some(Mark::Present)), None, NOON);
    let refused = send(backend, &mut clone.clone(), 2, std::slice::from_ref(&other)).await;
    let Pushed::Refused(PushRefusal::StreamFork { new_stream }) = refused else { panic!("expected a fork") };
    let again = send(backend, &mut clone, 2, std::slice::from_ref(&other)).await;
    assert_eq!(again, refused, "asked twice, it is one stream");
    clone.stream = new_stream;
    let reply = sent(backend, &mut clone, 2, &[other]).await;
    assert_eq!(reply.results[0].outcome, Outcome::Applied, "the copy goes on in a stream of its own");
    let mut third = Pen { stream: pen.stream, n: 0, dice: sample::Dice(98), ..clone.clone() };
    let another = third.op(sample::mark(1, 6, Some(Mark::Present)), None, NOON);
    third.stream = new_stream;
    let refused = send(backend, &mut third, 2, &[another]).await;
    let Pushed::Refused(PushRefusal::StreamFork { new_stream: next }) = refused else { panic!("expected a fork") };
    assert_ne!(next, new_stream, "a third copy does not write into the second one's");
}

async fn what_does_not_follow_the_stream_is_a_fork<B: Backend>(backend: &mut B) {
    backend.grant(sample::device(22), sample::grants(22, Role::Instructor, &[1])).await;
    let mut pen = Pen::new(22);
    let ops: Vec<_> = (1..=4).map(|_| pen.op(sample::mark(1, 2, Some(Mark::Present)), Some(100), NOON)).collect();
    sent(backend, &mut pen, 22, &ops[..2]).await;
    let mut copy = pen.clone();
    copy.chains.insert(3, Hash::of(b"of another copy"));
    let refused = send(backend, &mut copy, 22, &ops[2..3]).await;
    assert!(matches!(refused, Pushed::Refused(PushRefusal::StreamFork { .. })), "{refused:?}");
    assert_eq!(sent(backend, &mut pen, 22, &ops[2..3]).await.stream.contig, 3, "the stream itself goes on");
    pen.chains.remove(&4);
    assert_eq!(sent(backend, &mut pen, 22, &ops[3..]).await.stream.contig, 4, "an envelope that names no value");
}

async fn contradictions_leave_reviews<B: Backend>(backend: &mut B) {
    let (mut a, mut b) = (Pen::new(11), Pen::new(12));
    for n in [11, 12] {
        backend.grant(sample::device(n), sample::grants(n, Role::Instructor, &[1])).await;
    }
    let op = a.op(sample::mark(1, 4, Some(Mark::Present)), None, NOON);
    assert_eq!(sent(backend, &mut a, 11, &[op]).await.results[0].outcome, Outcome::Applied);
    let op = b.op(sample::mark(1, 4, Some(Mark::AbsentUnknown)), None, NOON.plus_millis(5));
    let result = sent(backend, &mut b, 12, &[op]).await.results.remove(0);
    assert_eq!((result.outcome, result.reason), (Outcome::Conflict, Some(Reason::Contradiction)));
    let tests = [a.op(sample::test(1, 1, 95), None, NOON), a.op(sample::amend(1, 1, 96), None, NOON)];
    let results = sent(backend, &mut a, 11, &tests).await.results;
    assert!(results.iter().all(|r| r.outcome == Outcome::Applied), "own amendment is a sequence: {results:?}");
    let amend = b.op(sample::amend(1, 1, 97), Some(1), NOON.plus_millis(9));
    let twin = b.op(sample::test(2, 1, 99), None, NOON.plus_millis(9));
    let results = sent(backend, &mut b, 12, &[amend, twin]).await.results;
    assert_eq!(results[0].outcome, Outcome::Conflict);
    assert_eq!((results[1].outcome, results[1].reason), (Outcome::Conflict, Some(Reason::PossibleDuplicate)));
    let reply = pull_all(backend, &[Bucket::Health(sample::group_id(1))]).await;
    let disputed = |body: &Body| matches!(body, Body::Assessment(test) if test.disputed && test.sides().count() == 2);
    assert!(reply.values().any(disputed), "two amendments of one version are in dispute, and both are told");
}

async fn lost_rights_hold_the_work<B: Backend>(backend: &mut B) {
    backend.grant(sample::device(3), sample::grants(3, Role::Instructor, &[2])).await;
    let mut pen = Pen::new(3);
    let foreign = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    let newer = {
        let op = pen.op(sample::mark(1, 1, None), None, NOON);
        crate::sync::canon::canonical(&op).unwrap().replace("\"schema\":1", "\"schema\":9")
    };
    let wrong = pen.op(sample::person(77, Some(2), true), None, NOON);
    let wrong = crate::sync::canon::canonical(&wrong).unwrap().replace("Aino77", " ").replace("Aho", "");
    let fine = pen.op(sample::person(78, Some(2), true), None, NOON);
    let texts = [crate::sync::canon::canonical(&foreign).unwrap(), newer, wrong];
    let mut texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let fine = crate::sync::canon::canonical(&fine).unwrap();
    texts.push(&fine);
    let request = pen.pack_texts(&backend.epoch().await, 1, &texts);
    let Pushed::Done { reply, .. } = backend.push(&context(3), &request).await else {
        panic!("expected a reply");
    };
    let seen: Vec<_> = reply.results.iter().map(|r| (r.outcome, r.reason)).collect();
    assert_eq!(
        seen,
        [
            (Outcome::Held, Some(Reason::Rights)),
            (Outcome::Held, Some(Reason::Schema)),
            (Outcome::Rejected, Some(Reason::Invalid)),
            (Outcome::Applied, None)
        ],
        "a held or rejected operation does not delay the next"
    );
    for expected in [true, false] {
        let settled = backend.settle(foreign.op_id, sample::user(0)).await;
        assert_eq!(settled, expected, "a held operation is settled once");
    }
}

/// Pulls in pages of three until nothing is left; checks cursors and digests on the way.
async fn pull_all<B: Backend>(backend: &mut B, granted: &[Bucket]) -> BTreeMap<(Bucket, EntityKey), Body> {
    let mut held: BTreeMap<(Bucket, EntityKey), (i64, Body)> = BTreeMap::new();
    let mut cursors: BTreeMap<Bucket, Cursor> = BTreeMap::new();
    for _ in 0..1000 {
        let reply = pull_page(backend, granted, cursors.clone()).await;
        let mut more = false;
        for (bucket, page) in &reply.buckets {
            assert_ne!(page.mode, PullMode::Gone);
            for entity in &page.items {
                match &entity.body {
                    Some(body) => held.insert((*bucket, entity.key), (entity.rev, body.clone())),
                    None => held.remove(&(*bucket, entity.key)),
                };
            }
            let reset_to = (page.mode == PullMode::Reset && page.more)
                .then(|| cursors.get(bucket).and_then(|c| c.reset_to).unwrap_or(page.head));
            cursors.insert(*bucket, Cursor { epoch: reply.epoch.clone(), seq: page.to, reset_to });
            more |= page.more;
            if let Some(digest) = page.digest {
                let mut own = Digest::default();
                held.iter().filter(|((b, _), _)| b == bucket).for_each(|((_, key), (rev, _))| own.enter(*key, *rev));
                assert_eq!(own, digest, "the pages add up to the bucket {bucket}");
            }
        }
        if !more {
            return held.into_iter().map(|(key, (_, body))| (key, body)).collect();
        }
    }
    panic!("the pages never end");
}

async fn pull_page<B: Backend>(backend: &mut B, granted: &[Bucket], cursors: BTreeMap<Bucket, Cursor>) -> PullReply {
    let granted = granted.to_vec();
    let context = PullContext { granted, streams: BTreeMap::new(), orders: Vec::new(), you: None, now: NOON };
    backend
        .pull(
            context,
            &PullRequest { schema: SCHEMA, cursors, limit: 3, stream: None, have: BTreeMap::new(), told: None },
        )
        .await
}

async fn pages_add_up_to_the_digest<B: Backend>(backend: &mut B) {
    let granted = sample::grants(1, Role::Instructor, &[1]).buckets();
    let held = pull_all(backend, &granted).await;
    let roll = Bucket::Roll(sample::group_id(1));
    let people = held.iter().filter(|((bucket, _), body)| *bucket == roll && matches!(body, Body::Participant(_)));
    let bare = people.clone().all(|(_, body)| matches!(body, Body::Participant(p) if p.profile.birth_year.is_none()));
    assert!(people.count() == 5 && bare, "the roll names its people and tells no year of birth");
    assert!(held.values().any(|body| matches!(body, Body::Participant(p) if p.profile.birth_year.is_some())));
}

async fn a_stay_moves_a_person_and_a_mistake_takes_them_out<B: Backend>(backend: &mut B) {
    use crate::groups::Membership;
    let other = [Bucket::Roll(sample::group_id(2)), Bucket::Health(sample::group_id(2))];
    let of = |held: &BTreeMap<(Bucket, EntityKey), Body>| {
        let health = held.iter().filter(|((bucket, _), _)| *bucket == other[1]);
        (
            health.clone().filter(|(_, body)| matches!(body, Body::Participant(_))).count(),
            health.filter(|(_, body)| matches!(body, Body::Assessment(_))).count(),
        )
    };
    let before = of(&pull_all(backend, &other).await);
    assert_eq!(desk(backend, vec![sample::join(1, 2)]).await, [Outcome::Applied]);
    let joined = of(&pull_all(backend, &other).await);
    assert_eq!(joined, (before.0 + 1, before.1 + 2), "the person enters with their results");
    let day = sample::today().plus_days(-30);
    let id = Membership::id_of(sample::group_id(2), sample::person_id(1), day);
    let group = sample::group_id(2);
    let mistake =
        Verb::Membership(membership::Verb::Leave { id, group, left_on: Some(day.plus_days(-1)), exit_reason: None });
    assert_eq!(desk(backend, vec![mistake]).await, [Outcome::Applied]);
    assert_eq!(of(&pull_all(backend, &other).await), before, "a stay entered by mistake opens nothing");
}

/// After a lost connection the caller does not know whether the commit happened, and repeats.
async fn a_repeated_unit_of_work_has_one_effect<B: Backend>(backend: &mut B) {
    let mut pen = Pen::new(21);
    backend.grant(sample::device(21), sample::grants(21, Role::Instructor, &[1])).await;
    let op = pen.op(sample::mark(1, 5, Some(Mark::Paused)), Some(100), NOON);
    let request = pen.pack(&backend.epoch().await, &[op]);
    for _ in 0..3 {
        let pushed = backend.push(&context(21), &request).await;
        assert!(matches!(pushed, Pushed::Done { .. }), "{pushed:?}");
    }
    let writes = backend.writes_of(sample::mark(1, 5, None).target()).await;
    assert_eq!(writes.iter().filter(|write| write.stream == pen.stream).count(), 1, "one effect");
}

/// What one coordinator wants to be written, by itself.
async fn by_desk<B: Backend>(backend: &mut B, grants: &Grants, verb: Verb, seed: u64) -> Outcome {
    let done = backend.write(&Writer::desk(grants.clone()), vec![(verb, Seen::Newest)], &mut Dice(seed)).await;
    done.results[0].outcome
}

async fn a_person_without_a_group_is_of_those_who_registered_them<B: Backend>(backend: &mut B) {
    let own = sample::grants(8, Role::Coordinator, &[]);
    let others = Grants {
        organisation: OrganisationId(uuid::Uuid::from_u128(0xa9)),
        ..sample::grants(9, Role::Coordinator, &[])
    };
    let edit = |n, phone: &str| {
        let changes = vec![ProfileChange::Phone(Some(phone.into()))];
        Verb::Participant(people::Verb::Edit { id: sample::person_id(n), changes })
    };
    assert_eq!(by_desk(backend, &own, sample::person(81, None, false), 801).await, Outcome::Applied);
    assert_eq!(by_desk(backend, &own, edit(81, "0401234567"), 802).await, Outcome::Applied);
    assert_eq!(by_desk(backend, &others, edit(81, "0407654321"), 803).await, Outcome::Held);
    assert_eq!(by_desk(backend, &others, sample::join(81, 1), 804).await, Outcome::Held);
}

async fn a_reference_is_one_persons_in_every_unit_of_work<B: Backend>(backend: &mut B) {
    let refer = |n, reference: Option<&str>| {
        let changes = vec![ProfileChange::Reference(reference.map(str::to_owned))];
        Verb::Participant(people::Verb::Edit { id: sample::person_id(n), changes })
    };
    assert_eq!(desk(backend, vec![refer(1, Some("R-1")), refer(2, Some("R-1"))]).await[1], Outcome::Rejected);
    assert_eq!(desk(backend, vec![refer(2, Some("R-1"))]).await, [Outcome::Rejected]);
    let handed_over = vec![refer(1, None), refer(2, Some("R-1")), refer(2, None)];
    assert_eq!(desk(backend, handed_over).await, [Outcome::Applied; 3]);
}

fn context(device: u128) -> PushContext {
    PushContext { device: sample::device(device), signed_in: None, now: NOON, limits: Limits::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::testing::lockstep::Memory;
    use crate::sync::testing::memory::Database;
    use crate::sync::testing::now_or_never;

    #[test]
    fn the_memory_store_keeps_the_contract() {
        let mut backend = Memory(Database::new("e1"));
        assert_eq!(now_or_never(suite(&mut backend)), Some(()));
    }
}
