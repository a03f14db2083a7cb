//! The step as properties over the store in memory.

use proptest::prelude::*;
use std::collections::BTreeMap;

use super::held::{Settlement, settle};
use super::pull::{PullContext, pull};
use super::push::{MAX_HELD, NotOpened, PushContext, Pushed, open, push};
use super::store::{ReadStore, Sender};
use super::write::{Seen, Writer, write};
use crate::access::Role;
use crate::attendance::{Attendance, Mark};
use crate::consents::ConsentAct;
use crate::groups::{Membership, membership};
use crate::ids::PauseId;
use crate::pauses::{Pause, PauseReason};
use crate::sessions::Session;
use crate::sync::author::AuthorKey;
use crate::sync::canon::{Hash, canonical};
use crate::sync::entity::{Body, Bucket, Entity, EntityKey, EntityType};
use crate::sync::op::{Op, SCHEMA, Verb};
use crate::sync::rights::Grants;
use crate::sync::testing::memory::{Database, Open};
use crate::sync::testing::now_or_never;
use crate::sync::testing::release::reading;
use crate::sync::testing::sample::{self, NOON, Pen};
use crate::sync::wire::{
    Cursor, Envelope, Epoch, Hole, HoleReason, Limits, MAX_N, MAX_OP_BYTES, Outcome, PullBucket, PullRequest,
    PushRefusal, PushReply, PushRequest, Reason,
};
use crate::time::Instant;
use crate::{assessments, attendance, consents, pauses, sessions};

fn town() -> Database {
    let database = Database::new("e1");
    for n in 0..4 {
        let grants = sample::grants(n, Role::Instructor, &[1]);
        database.state().grants.insert((sample::device(n), grants.user), grants);
    }
    let mut verbs = vec![sample::group(1), sample::group(2), sample::plan(1), sample::test(1, 1, 95)];
    (1..=3).for_each(|n| verbs.extend([sample::person(n, None, false), sample::join(n, 1)]));
    verbs.sort_by_key(|verb| matches!(verb, Verb::Assessment(assessments::Verb::Record { .. })));
    desk(&database, verbs);
    database
}

fn desk(database: &Database, verbs: Vec<Verb>) {
    let mut store = database.begin(Open);
    let wanted = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
    let mut dice = sample::Dice(database.state().ops.len() as u64 + 5);
    let writer = Writer::import(sample::user(0));
    let done = now_or_never(write(&mut store, &writer, wanted, NOON, &mut dice)).unwrap().unwrap();
    assert_eq!(done.refused(), None);
    now_or_never(store.commit()).unwrap().unwrap();
}

fn send(database: &Database, pen: &mut Pen, device: u128, ops: &[Op]) -> PushReply {
    send_at(NOON, database, pen, device, ops)
}

fn send_at(now: Instant, database: &Database, pen: &mut Pen, device: u128, ops: &[Op]) -> PushReply {
    let request = pen.pack(&crate::sync::wire::Epoch("e1".into()), ops);
    let context = PushContext { device: sample::device(device), signed_in: None, now, limits: Limits::default() };
    let mut store = database.begin(Open);
    let pushed = now_or_never(push(&mut store, &context, &request)).unwrap().unwrap();
    now_or_never(store.commit()).unwrap().unwrap();
    match pushed {
        Pushed::Done { reply, .. } => reply,
        other => panic!("an answer, not {other:?}"),
    }
}

#[test]
fn a_stay_takes_effect_in_its_own_group_however_many_come_with_it() {
    let database = town();
    desk(&database, (10..40).flat_map(|n| [sample::group(n), sample::join(1, n)]).collect());
    let state = database.state();
    let joins = state.ops.values().filter(|op| op.kind == "membership.join");
    let told: Vec<_> = joins.map(|op| op.effects.iter().map(|effect| effect.bucket).collect::<Vec<_>>()).collect();
    assert_eq!(told.len(), 33);
    for buckets in told {
        let [Bucket::Roll(roll), Bucket::Health(health)] = buckets[..] else { panic!("{buckets:?}") };
        assert_eq!(roll, health);
    }
}

#[test]
fn whoever_brings_one_person_in_writes_their_stay_in_an_own_group_and_nothing_else() {
    let database = town();
    desk(&database, vec![sample::person(7, None, false), sample::person(8, None, false), sample::join(7, 2)]);
    let grants = sample::grants(0, Role::Instructor, &[1]);
    let (today, brought) = (sample::today(), sample::person_id(7));
    let stay = |group, person, day| {
        let membership = Membership::begun(sample::group_id(group), person, day);
        Verb::Membership(membership::Verb::Join { membership })
    };
    let told = |writer: &Writer, verb: Verb| {
        let mut store = database.begin(Open);
        let mut dice = sample::Dice(database.state().ops.len() as u64 + 5);
        let wanted = vec![(verb, Seen::Newest)];
        let done = now_or_never(write(&mut store, writer, wanted, NOON, &mut dice)).unwrap().unwrap();
        now_or_never(store.commit()).unwrap().unwrap();
        (done.results[0].outcome, done.results[0].reason)
    };
    let held = (Outcome::Held, Some(Reason::Rights));
    let bringing = Writer::bringing(grants.clone(), brought);
    assert_eq!(told(&Writer::desk(grants.clone()), stay(1, brought, today)), held, "a stranger by id");
    for refused in [
        stay(2, brought, today.plus_days(-1)),
        stay(1, sample::person_id(8), today),
        stay(1, brought, today.plus_days(1)),
        stay(1, brought, today.plus_days(-90)),
        sample::mark(1, 7, Some(Mark::Present)),
    ] {
        assert_eq!(told(&bringing, refused.clone()), held, "{refused:?}");
    }
    let peer = sample::grants(1, Role::PeerInstructor, &[1]);
    let officer = Grants { role: Role::MunicipalOfficer, ..grants };
    assert_eq!(told(&Writer::bringing(officer, brought), stay(1, brought, today)), held);
    assert_eq!(told(&bringing, stay(1, brought, today)), (Outcome::Applied, None));
    assert_eq!(told(&Writer::bringing(peer, brought), stay(1, brought, today)), (Outcome::Noop, None));
}

/// What people see, without the numbers that tell the order of arrival.
fn visible(database: &Database) -> BTreeMap<EntityKey, Option<Body>> {
    let strip = |entity: &Entity| {
        let mut body = entity.body.clone();
        match &mut body {
            Some(Body::Attendance(mark)) => {
                mark.contenders.iter_mut().for_each(|contender| contender.rev = 0);
                mark.contenders.sort_by(|a, b| a.at.cmp(&b.at));
            }
            Some(Body::Assessment(test)) => test.versions.iter_mut().for_each(|version| version.rev = 0),
            Some(Body::Participant(person)) => person.clocks.values_mut().for_each(|written| written.rev = 0),
            _ => {}
        }
        (entity.key, body)
    };
    database.state().entities.values().map(strip).collect()
}

fn verbs() -> impl Strategy<Value = Verb> {
    let marks = [None, Some(Mark::Present), Some(Mark::AbsentUnknown)];
    prop_oneof![
        4 => (1u128..4, prop::sample::select(marks.to_vec())).prop_map(|(n, mark)| sample::mark(1, n, mark)),
        1 => (90i64..99).prop_map(|tenths| sample::amend(1, 1, tenths)),
        1 => (2u128..9, 1u128..4).prop_map(|(n, person)| sample::test(n, person, 95)),
        1 => (1u128..9).prop_map(|n| sample::consent(n, 1, ConsentAct::Given, &[])),
        1 => Just(sample::plan(1)),
    ]
}

/// Three tablets' operations, all made before any of them was sent.
fn tablets() -> impl Strategy<Value = Vec<(Pen, Vec<Op>)>> {
    prop::collection::vec(prop::collection::vec((verbs(), 1i64..5000), 0..6), 3).prop_map(|tablets| {
        let mut all = Vec::new();
        for (n, list) in tablets.into_iter().enumerate() {
            let mut pen = Pen::new(n as u128);
            let base = |verb: &Verb| matches!(verb, Verb::Assessment(assessments::Verb::Amend { .. })).then_some(1);
            let ops = list.into_iter().map(|(verb, at)| {
                let base = base(&verb);
                pen.op(verb, base, NOON.plus_millis(at))
            });
            let ops = ops.collect();
            all.push((pen, ops));
        }
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each tablet's operations arrive one by one or together, once or repeatedly, before or after the others'.
    #[test]
    fn order_and_repetition_of_delivery_do_not_matter(tablets in tablets(), turns in prop::collection::vec((0usize..3, 1usize..4), 30)) {
        let (plain, mixed) = (town(), town());
        for (n, (pen, ops)) in tablets.clone().iter_mut().enumerate() {
            if !ops.is_empty() {
                send(&plain, pen, n as u128, ops);
            }
        }
        let mut sent = [0usize; 3];
        for (n, upto) in turns.into_iter().chain([(0, 9), (1, 9), (2, 9), (0, 9), (1, 9), (2, 9)]) {
            let (pen, ops) = &tablets[n];
            let end = (sent[n] + upto).min(ops.len());
            // Everything from the start again: what has come before is known.
            if end > 0 {
                send(&mixed, &mut pen.clone(), n as u128, &ops[..end]);
            }
            sent[n] = end;
        }
        // Facts with one id may be recorded by two tablets here, which real ids exclude: the first one stays.
        let facts = |mut seen: BTreeMap<EntityKey, Option<Body>>| {
            seen.retain(|_, body| !matches!(body, Some(Body::Assessment(test)) if test.id != sample::test_id(1)));
            seen
        };
        prop_assert_eq!(facts(visible(&plain)), facts(visible(&mixed)));
        prop_assert_eq!(plain.state().ops.len(), mixed.state().ops.len());
    }
}

#[test]
fn what_is_rejected_or_held_changes_nothing() {
    let database = town();
    let mut pen = Pen::new(1);
    let before = (visible(&database), heads(&database));
    let mut stranger = sample::grants(1, Role::Instructor, &[1]);
    stranger.groups.clear();
    let wrong = pen.op(sample::consent(1, 1, ConsentAct::Given, &[]), None, NOON);
    let wrong = Op { actor: sample::user(2), ..wrong };
    let first = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    let newer = Op { schema: SCHEMA + 1, ..pen.op(sample::mark(1, 2, Some(Mark::Present)), None, NOON) };
    database.state().grants.insert((sample::device(1), stranger.user), stranger);
    let ops = [Op { actor: sample::user(1), ..wrong.clone() }, first, newer];
    let reply = send(&database, &mut pen, 1, &ops);
    let outcomes: Vec<_> = reply.results.iter().map(|r| (r.outcome, r.reason)).collect();
    let held = (Outcome::Held, Some(Reason::Rights));
    assert_eq!(outcomes, [held, held, (Outcome::Held, Some(Reason::Schema))]);
    assert_eq!((visible(&database), heads(&database)), before);
    let foreign = Op { n: 4, ..wrong };
    let reply = send(&database, &mut pen, 1, &[Op { op_id: crate::ids::OpId(uuid::Uuid::from_u128(77)), ..foreign }]);
    assert_eq!((reply.results[0].outcome, reply.results[0].reason), (Outcome::Rejected, Some(Reason::Invalid)));
    assert_eq!((visible(&database), heads(&database)), before, "somebody else's name is refused");
}

fn heads(database: &Database) -> Vec<i64> {
    database.state().buckets.values().map(|row| row.head).collect()
}

#[test]
fn what_is_about_an_erased_person_is_rejected_and_its_text_dropped() {
    let database = town();
    let key = EntityKey { etype: crate::sync::entity::EntityType::Participant, id: sample::person_id(1).0 };
    if let Some(entity) = database.state().entities.get_mut(&key) {
        entity.body = None;
    }
    let mut pen = Pen::new(1);
    let op = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    let reply = send(&database, &mut pen, 1, std::slice::from_ref(&op));
    assert_eq!((reply.results[0].outcome, reply.results[0].reason), (Outcome::Rejected, Some(Reason::Erased)));
    assert_eq!(database.state().ops[&op.op_id].body, "");
    // At the desk, too, where somebody had the page open.
    let writer = Writer::import(sample::user(1));
    let wanted = vec![(sample::mark(1, 1, Some(Mark::Present)), Seen::Newest)];
    let mut store = database.begin(Open);
    let done = now_or_never(write(&mut store, &writer, wanted, NOON, &mut sample::Dice(5))).unwrap().unwrap();
    now_or_never(store.commit()).unwrap().unwrap();
    assert_eq!(done.results[0].reason, Some(Reason::Erased));
    assert_eq!(database.state().ops[&done.results[0].op_id].body, "");
}

#[test]
fn an_envelope_that_cannot_be_opened_is_kept_and_does_not_block() {
    let database = town();
    let mut pen = Pen::new(1);
    let ops = [pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON), pen.op(sample::plan(1), None, NOON)];
    let mut request = pen.pack(&crate::sync::wire::Epoch("e1".into()), &ops);
    request.envelopes[0].alg = "sealed/v1".into();
    let context = PushContext { device: sample::device(1), signed_in: None, now: NOON, limits: Limits::default() };
    let mut store = database.begin(Open);
    let Pushed::Done { reply, .. } = now_or_never(push(&mut store, &context, &request)).unwrap().unwrap() else {
        panic!("an answer");
    };
    now_or_never(store.commit()).unwrap().unwrap();
    assert!(reply.results.iter().all(|r| r.reason == Some(Reason::Unreadable)) && reply.stream.contig == 2);
    let kept = database.state().ops.values().filter(|row| row.body.contains(&canonical(&ops[0]).unwrap())).count();
    assert_eq!(kept, 1);
    let next = pen.op(sample::mark(1, 2, Some(Mark::Present)), None, NOON);
    assert_eq!(send(&database, &mut pen, 1, &[next]).stream.contig, 3);
}

#[test]
fn rights_that_one_does_not_have_hold_the_operation_whether_its_target_exists_or_not() {
    let database = town();
    let peer = sample::grants(1, Role::PeerInstructor, &[1]);
    database.state().grants.insert((sample::device(1), peer.user), peer);
    let mut pen = Pen::new(1);
    let ops = [
        pen.op(sample::test(5, 1, 95), None, NOON),
        pen.op(sample::test(6, 999, 95), None, NOON),
        pen.op(sample::join(1, 2), None, NOON),
        pen.op(sample::group(1), None, NOON),
        pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON),
    ];
    let outcomes: Vec<_> = send(&database, &mut pen, 1, &ops).results.iter().map(|r| r.outcome).collect();
    assert_eq!(outcomes, [Outcome::Held, Outcome::Held, Outcome::Held, Outcome::Held, Outcome::Applied]);
}

#[test]
fn what_an_earlier_program_held_is_known_by_what_it_is_about_once_somebody_decides_on_it() {
    for settlement in [Settlement::Apply, Settlement::Refuse] {
        let database = town();
        let mut pen = Pen::new(1);
        let pause = Pause {
            id: PauseId(uuid::Uuid::from_u128(1)),
            participant: sample::person_id(1),
            from: sample::today(),
            to: None,
            reason: PauseReason::Other,
            holds: true,
        };
        let op = pen.op(pauses::Verb::Set { pause }.into(), None, NOON);
        let held = reading(1, || send(&database, &mut pen, 1, std::slice::from_ref(&op)));
        assert_eq!(held.results[0].reason, Some(Reason::Schema));
        let mut store = database.begin(Open);
        now_or_never(settle(&mut store, op.op_id, settlement, sample::user(0), NOON)).unwrap().unwrap();
        now_or_never(store.commit()).unwrap().unwrap();
        let row = database.state().ops[&op.op_id].clone();
        assert_eq!((row.target, row.rev), (Some(op.verb.target()), (settlement == Settlement::Apply).then_some(1)));
    }
}

#[test]
fn an_instructor_cannot_open_a_strangers_results_by_naming_them_a_member() {
    let database = town();
    desk(&database, vec![sample::person(50, None, false), sample::join(50, 2), sample::person(52, None, true)]);
    let mut pen = Pen::new(1);
    let verbs = [sample::join(50, 1), sample::join(52, 1), sample::person(51, Some(1), true), sample::join(51, 1)];
    let ops = verbs.map(|verb| pen.op(verb, None, NOON));
    let outcomes: Vec<_> = send(&database, &mut pen, 1, &ops).results.iter().map(|r| r.outcome).collect();
    let wanted = [Outcome::Held, Outcome::Held, Outcome::Applied, Outcome::Applied];
    assert_eq!(outcomes, wanted, "only somebody whom the own organisation has registered just now");
}

#[test]
fn a_units_reads_are_checked_at_its_commit() {
    let database = town();
    let key = sample::plan(1).target();
    let mut store = database.begin(Open);
    now_or_never(store.entities(&[key])).unwrap().unwrap();
    desk(
        &database,
        vec![Verb::Session(sessions::Verb::Status {
            id: sample::session_of(1),
            group: sample::group_id(1),
            status: Some(crate::sessions::SessionStatus::Held),
        })],
    );
    assert!(now_or_never(store.commit()).unwrap().is_err());
}

#[test]
fn what_is_still_to_come_is_told_by_the_finnish_calendar() {
    // 00:30 on the next day in Finland; in Greenwich the day is not over yet.
    let night = NOON.plus_millis(12 * 3_600_000 + 30 * 60_000);
    let database = town();
    let mut pen = Pen::new(1);
    let mut on = |n, ahead| {
        let mut verb = sample::consent(n, 1, ConsentAct::Given, &[]);
        if let Verb::Consent(consents::Verb::Record { consent }) = &mut verb {
            consent.on = sample::today().plus_days(ahead);
        }
        pen.op(verb, None, night)
    };
    let ops = [on(1, 2), on(2, 3)];
    let results = send_at(night, &database, &mut pen, 1, &ops).results;
    let said: Vec<_> = results.iter().map(|result| (result.outcome, result.field.as_deref())).collect();
    assert_eq!(said, [(Outcome::Applied, None), (Outcome::Rejected, Some("on"))], "a day of grace, no more");
}

#[test]
fn the_tablets_own_identity_is_nobodys_hand_once_its_users_can_sign() {
    let database = town();
    let key = |n: u8| AuthorKey::new(uuid::Uuid::from_u128(u128::from(n)), [n; 32]);
    database.state().author_keys.insert((sample::device(1), sample::user(1)), key(1));
    let mut pen = Pen::new(1);
    let op = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    let unsigned = pen.pack(&crate::sync::wire::Epoch("e1".into()), std::slice::from_ref(&op));
    let sign = |key: AuthorKey| {
        let mut request = unsigned.clone();
        request.envelopes = request.envelopes.into_iter().map(|one| key.sign(request.stream, one)).collect();
        request
    };
    let take = |request: &crate::sync::wire::PushRequest| {
        let (device, signed_in) = (sample::device(1), Some(sample::user(1)));
        let context = PushContext { device, signed_in, now: NOON, limits: Limits::default() };
        let mut store = database.begin(Open);
        let pushed = now_or_never(push(&mut store, &context, request)).unwrap().unwrap();
        now_or_never(store.commit()).unwrap().unwrap();
        pushed
    };
    assert_eq!(take(&unsigned), Pushed::Unsigned);
    assert_eq!(take(&sign(key(2))), Pushed::Unsigned, "another's hand");
    assert!(!database.state().ops.contains_key(&op.op_id) && !database.state().streams.contains_key(&unsigned.stream));
    assert!(matches!(take(&sign(key(1))), Pushed::Done { .. }));
    assert_eq!(database.state().ops[&op.op_id].outcome, Outcome::Applied);
    let sender = database.state().audit.last().unwrap().sender;
    assert_eq!(sender, Some(Sender { signed_in: true, signed: true }));
}

#[test]
fn a_tablet_whose_user_was_never_given_a_secret_is_taken_as_before() {
    let database = town();
    let mut pen = Pen::new(1);
    let op = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    assert_eq!(send(&database, &mut pen, 1, &[op]).results[0].outcome, Outcome::Applied);
    let sender = database.state().audit.last().unwrap().sender;
    assert_eq!(sender, Some(Sender { signed_in: false, signed: false }));
}

fn request(envelopes: Vec<Envelope>) -> PushRequest {
    PushRequest {
        epoch: Epoch("e1".into()),
        stream: sample::stream(1),
        created_n: 1,
        envelopes,
        holes: Vec::new(),
        hand: None,
        author: None,
    }
}

fn envelope(first_n: i64, count: u32, text: &str) -> Envelope {
    Envelope { first_n, count, ..Envelope::clear(1, Hash::default(), &[text]) }
}

#[test]
fn a_push_is_measured_by_what_it_says_of_itself_before_any_of_it_is_split() {
    let limits = Limits { ops: 200, ..Limits::default() };
    let opened = |envelopes| open(&request(envelopes), limits).err();
    assert_eq!(opened(vec![envelope(1, u32::MAX, "")]), Some(NotOpened::TooLarge));
    assert_eq!(opened(vec![envelope(1, 150, ""), envelope(151, 51, "")]), Some(NotOpened::TooLarge));
    assert_eq!(opened(vec![envelope(1, 1, ""); 201]), Some(NotOpened::TooLarge));
    for first_n in [i64::MIN, -1, 0, MAX_N + 1, i64::MAX] {
        assert_eq!(opened(vec![envelope(first_n, 1, "")]), Some(NotOpened::Malformed), "{first_n}");
    }
    assert_eq!(opened(vec![envelope(MAX_N, 2, "\n")]), Some(NotOpened::Malformed));
    assert_eq!(opened(vec![envelope(1, 0, "")]), Some(NotOpened::Malformed));
    assert_eq!(opened(vec![envelope(MAX_N, 1, "")]), None);
    for created_n in [-1, i64::MAX] {
        let wanted = PushRequest { created_n, ..request(Vec::new()) };
        assert_eq!(open(&wanted, limits).err(), Some(NotOpened::Malformed), "{created_n}");
    }
    assert_eq!(envelope(1, 1, &"\n".repeat(4_000_000)).open(), None, "line breaks are counted, not listed");
}

#[test]
fn a_push_whose_texts_are_not_those_of_its_chain_was_altered_on_its_way() {
    let mut pen = Pen::new(1);
    let ops: Vec<_> = (1..=2).map(|n| pen.op(sample::mark(1, n, Some(Mark::Present)), None, NOON)).collect();
    let good = pen.pack(&Epoch("e1".into()), &ops);
    let opened = |change: fn(&mut Envelope)| {
        let mut altered = good.clone();
        change(&mut altered.envelopes[0]);
        open(&altered, Limits::default()).err()
    };
    assert_eq!(opened(|_| {}), None);
    for change in [
        (|envelope: &mut Envelope| envelope.text = envelope.text.replace("present", "remote")) as fn(&mut Envelope),
        |envelope: &mut Envelope| envelope.chain_before = Hash::of(b"another"),
        |envelope: &mut Envelope| envelope.chain_after = Hash::default(),
    ] {
        assert_eq!(opened(change), Some(NotOpened::Malformed));
    }
    assert_eq!(opened(|envelope| envelope.alg = "sealed/v1".into()), None, "what cannot be opened is held");
}

#[test]
fn a_text_beyond_measure_is_refused_and_not_kept() {
    let (database, mut pen) = (town(), Pen::new(1));
    let long = "x".repeat(MAX_OP_BYTES + 1);
    let request = pen.pack_texts(&Epoch("e1".into()), 1, &[&long]);
    let reply = sent(&database, 1, &request);
    assert_eq!((reply.results[0].outcome, reply.results[0].reason), (Outcome::Rejected, Some(Reason::Invalid)));
    assert_eq!(database.state().ops[&reply.results[0].op_id].body, "");
    assert_eq!(reply.stream.contig, 1, "and it is passed");
}

fn sent(database: &Database, device: u128, request: &PushRequest) -> PushReply {
    match tried(database, device, request) {
        Pushed::Done { reply, .. } => reply,
        other => panic!("an answer, not {other:?}"),
    }
}

fn tried(database: &Database, device: u128, request: &PushRequest) -> Pushed {
    let context = PushContext { device: sample::device(device), signed_in: None, now: NOON, limits: Limits::default() };
    let mut store = database.begin(Open);
    let pushed = now_or_never(push(&mut store, &context, request)).unwrap().unwrap();
    if matches!(pushed, Pushed::Done { .. } | Pushed::Refused(_)) {
        now_or_never(store.commit()).unwrap().unwrap();
    }
    pushed
}

#[test]
fn what_waits_from_one_tablet_has_a_limit_that_keeps_away_only_what_would_wait_too() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let unreadable = vec!["?"; 200];
    for batch in 0..MAX_HELD / 200 {
        let request = pen.pack_texts(&epoch, batch * 200 + 1, &unreadable);
        assert_eq!(sent(&database, 1, &request).stream.contig, batch * 200 + 200);
    }
    assert_eq!(tried(&database, 1, &pen.pack_texts(&epoch, MAX_HELD + 1, &["?"])), Pushed::Full);
    pen.n = MAX_HELD;
    let op = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    assert_eq!(sent(&database, 1, &pen.pack(&epoch, &[op])).results[0].outcome, Outcome::Applied);
    let mut other = Pen::new(2);
    assert_eq!(sent(&database, 2, &other.pack_texts(&epoch, 1, &["?"])).results[0].outcome, Outcome::Held);
}

#[test]
fn holes_are_passed_where_they_name_every_missing_number_and_only_by_the_streams_own_tablet() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let ops: Vec<_> = (1..=3).map(|n| pen.op(sample::mark(1, n, Some(Mark::Present)), None, NOON)).collect();
    let declared = |holes: &[Hole], request: &PushRequest| PushRequest { holes: holes.to_vec(), ..request.clone() };
    let request = pen.pack(&epoch, &ops[2..]);
    for short in [Hole::new(1, 1, HoleReason::Missing), Hole::new(2, 2, HoleReason::Missing)] {
        let refused = tried(&database, 1, &declared(&[short], &request));
        assert!(matches!(refused, Pushed::Refused(_)), "{refused:?}");
    }
    database.state().grants.insert((sample::device(2), sample::user(1)), sample::grants(1, Role::Instructor, &[1]));
    let parts = [Hole::new(2, 2, HoleReason::Unreadable), Hole::new(1, 1, HoleReason::Missing)];
    assert!(
        matches!(tried(&database, 2, &declared(&parts, &request)), Pushed::Done { .. }),
        "a new stream's own tablet"
    );
    let foreign = declared(&[Hole::new(4, 9, HoleReason::Missing)], &self::request(Vec::new()));
    let foreign = PushRequest { created_n: 9, ..foreign };
    assert!(matches!(tried(&database, 1, &foreign), Pushed::Refused(_)), "not another tablet's");
    assert_eq!(database.state().streams[&pen.stream].last_n, 3);
    assert_eq!(database.state().lost.len(), 2);
}

#[test]
fn a_fork_begins_at_what_is_missing_before_it() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let ops: Vec<_> = (1..=3).map(|n| pen.op(sample::mark(1, n, Some(Mark::Present)), None, NOON)).collect();
    sent(&database, 1, &pen.pack(&epoch, &ops[..1]));
    database.state().grants.insert((sample::device(2), sample::user(1)), sample::grants(1, Role::Instructor, &[1]));
    let last = pen.pack(&epoch, &ops[2..]);
    let context = PushContext { device: sample::device(2), signed_in: None, now: NOON, limits: Limits::default() };
    let mut store = database.begin(Open);
    let forked = now_or_never(push(&mut store, &context, &last)).unwrap().unwrap();
    now_or_never(store.commit()).unwrap().unwrap();
    let Pushed::Refused(PushRefusal::StreamFork { new_stream }) = forked else { panic!("a fork, not {forked:?}") };
    let there = PushRequest { stream: new_stream, ..last };
    assert_eq!(tried(&database, 2, &there), Pushed::Refused(PushRefusal::Gap { expected: 2 }));
}

#[test]
fn what_is_lost_is_said_by_its_author_alone() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let key = |n: u8| AuthorKey::new(uuid::Uuid::from_u128(u128::from(n)), [n; 32]);
    let op = pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    sent(&database, 1, &pen.pack(&epoch, &[op]));
    database.state().author_keys.insert((sample::device(1), sample::user(1)), key(1));
    let hole = Hole::new(2, 9, HoleReason::Missing);
    let declared = |hole: Hole| PushRequest { created_n: 9, holes: vec![hole], ..request(Vec::new()) };
    for strange in [hole.clone(), key(2).sign_hole(pen.stream, hole.clone())] {
        assert_eq!(tried(&database, 1, &declared(strange)), Pushed::Unsigned);
    }
    assert_eq!(database.state().streams[&pen.stream].last_n, 1);
    let reply = sent(&database, 1, &declared(key(1).sign_hole(pen.stream, hole.clone())));
    assert_eq!((reply.stream.contig, database.state().lost.len()), (9, 1));
    let nobodys = PushRequest { stream: sample::stream(7), ..declared(hole.clone()) };
    assert_eq!(tried(&database, 1, &nobodys), Pushed::Unsigned, "nobody's work is lost");
    let named = PushRequest { author: Some(sample::user(2)), ..nobodys };
    assert_eq!(
        tried(&database, 1, &named),
        Pushed::Unsigned,
        "who has never worked on this tablet has lost nothing there"
    );
    database.state().grants.insert((sample::device(1), sample::user(2)), sample::grants(2, Role::Instructor, &[1]));
    assert!(matches!(tried(&database, 1, &named), Pushed::Done { .. }), "as work without a secret");
    database.state().author_keys.insert((sample::device(1), sample::user(2)), key(2));
    let another = PushRequest { stream: sample::stream(8), ..named };
    assert_eq!(tried(&database, 1, &another), Pushed::Unsigned, "nor on a stream of which nothing is known");
}

#[test]
fn how_much_was_made_is_said_by_its_author_alone() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let key = AuthorKey::new(uuid::Uuid::from_u128(1), [1; 32]);
    let mut op = || pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON);
    let ops = [op(), op()];
    let made = || database.state().streams[&sample::stream(1)].created_n;
    let mut pen = Pen::new(1);
    pen.n = 1;
    sent(&database, 1, &pen.pack(&epoch, &ops[..1]));
    database.state().author_keys.insert((sample::device(1), sample::user(1)), key);
    let logged = database.state().audit.len();
    let empty = |created_n| PushRequest { created_n, ..request(Vec::new()) };
    assert_eq!(tried(&database, 1, &empty(900)), Pushed::Unsigned);
    let by = |n, of| Some(key.sign_count(sample::stream(of), n));
    assert_eq!(tried(&database, 1, &PushRequest { hand: by(899, 1), ..empty(900) }), Pushed::Unsigned);
    assert_eq!(tried(&database, 1, &PushRequest { hand: by(900, 2), ..empty(900) }), Pushed::Unsigned);
    assert!(matches!(tried(&database, 1, &empty(1)), Pushed::Done { .. }), "it says nothing new");
    assert_eq!((made(), database.state().audit.len()), (1, logged), "and nothing is written for it");
    // A program that signs its operations and not their number.
    let mut older = pen.pack(&epoch, &ops[1..]);
    older.envelopes = older.envelopes.into_iter().map(|envelope| key.sign(pen.stream, envelope)).collect();
    sent(&database, 1, &PushRequest { created_n: 900, ..older });
    assert_eq!(made(), 2, "believed as far as what it signed goes");
    sent(&database, 1, &PushRequest { hand: by(9, 1), ..empty(9) });
    assert_eq!(made(), 9);
    for stranger in [None, Some(sample::user(2)), Some(sample::user(1))] {
        let unknown = PushRequest { stream: sample::stream(7), author: stranger, ..empty(900) };
        assert_eq!(tried(&database, 1, &unknown), Pushed::Unsigned, "{stranger:?}");
    }
    assert!(!database.state().streams.contains_key(&sample::stream(7)));
}

#[test]
fn holes_that_overlap_are_counted_once() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let ops: Vec<_> = (1..=6).map(|n| pen.op(sample::mark(1, 1 + n % 3, Some(Mark::Present)), None, NOON)).collect();
    let holes = [(1, 3), (2, 5), (1, 2), (4, 5)].map(|(from, to)| Hole::new(from, to, HoleReason::Missing)).to_vec();
    sent(&database, 1, &PushRequest { holes, ..pen.pack(&epoch, &ops[5..]) });
    let counted = database.state().lost.iter().map(|(_, lost)| lost.to - lost.from + 1).sum::<i64>();
    assert_eq!(counted, 5);
}

#[test]
fn a_push_that_does_not_follow_what_the_stream_has_goes_into_a_stream_of_its_own() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let ops: Vec<_> = (1..=4).map(|n| pen.op(sample::mark(1, 1 + n % 3, Some(Mark::Present)), None, NOON)).collect();
    sent(&database, 1, &pen.pack(&epoch, &ops[..2]));
    pen.chains.insert(3, Hash::of(b"of another copy"));
    let refused = tried(&database, 1, &pen.pack(&epoch, &ops[2..3]));
    let Pushed::Refused(PushRefusal::StreamFork { new_stream }) = refused else { panic!("a fork, not {refused:?}") };
    assert_eq!(database.state().streams[&pen.stream].last_n, 2, "nothing of it was taken");
    pen.stream = new_stream;
    assert_eq!(sent(&database, 1, &pen.pack(&epoch, &ops[2..3])).stream.contig, 3);
    assert_eq!(sent(&database, 1, &pen.pack(&epoch, &ops[3..])).stream.contig, 4, "and it goes on there");
}

#[test]
fn the_chain_begins_anew_behind_a_hole_and_where_none_is_named() {
    let (database, mut pen, epoch) = (town(), Pen::new(1), Epoch("e1".into()));
    let ops: Vec<_> = (1..=6).map(|n| pen.op(sample::mark(1, 1 + n % 3, Some(Mark::Present)), None, NOON)).collect();
    sent(&database, 1, &pen.pack(&epoch, &ops[..2]));
    pen.chains.remove(&3);
    assert_eq!(sent(&database, 1, &pen.pack(&epoch, &ops[2..3])).stream.contig, 3);
    pen.chains.insert(5, Hash::of(b"what was lost"));
    let holes = vec![Hole::new(4, 4, HoleReason::Missing)];
    let behind = PushRequest { holes, ..pen.pack(&epoch, &ops[4..5]) };
    assert_eq!(sent(&database, 1, &behind).stream.contig, 5);
    assert_eq!(sent(&database, 1, &pen.pack(&epoch, &ops[5..])).stream.contig, 6);
}

/// A page of the first group's roll.
fn page(database: &Database, after: i64, limit: u32, have: &[(i64, i64)]) -> PullBucket {
    let roll = Bucket::Roll(sample::group_id(1));
    let streams = BTreeMap::new();
    let context = PullContext { granted: vec![roll], streams, orders: Vec::new(), you: None, now: NOON };
    let cursor = Cursor { epoch: Epoch("e1".into()), seq: after, reset_to: None };
    let (cursors, have) = (BTreeMap::from([(roll, cursor)]), BTreeMap::from([(roll, have.to_vec())]));
    let request = PullRequest { schema: SCHEMA, cursors, limit, stream: None, have, told: None };
    let mut store = database.begin(Open);
    now_or_never(pull(&mut store, context, &request)).unwrap().unwrap().buckets.remove(&roll).unwrap()
}

/// What is told page by page to the end, and how many pages that took.
fn pages(database: &Database, after: i64, limit: u32, have: &[(i64, i64)]) -> (Vec<EntityKey>, usize) {
    let (mut told, mut at) = (Vec::new(), after);
    for pages in 1.. {
        let page = page(database, at, limit, have);
        told.extend(page.items.iter().map(|item| item.key));
        if !page.more {
            assert_eq!(page.to, page.head);
            return (told, pages);
        }
        assert!(page.to > at, "each page leads on");
        at = page.to;
    }
    panic!("the pages never end");
}

/// The first group's roll with many people, and its changes by number.
fn full_roll() -> (Database, BTreeMap<i64, EntityKey>) {
    let database = town();
    desk(&database, (10..90).flat_map(|n| [sample::person(n, None, false), sample::join(n, 1)]).collect());
    let roll = Bucket::Roll(sample::group_id(1));
    let state = database.state();
    let changes = state.changes.range((roll, 0)..=(roll, i64::MAX)).map(|((_, seq), row)| (*seq, row.key)).collect();
    drop(state);
    (database, changes)
}

#[test]
fn a_pull_tells_all_but_what_the_tablet_has_once_and_in_order_in_pages_that_are_full() {
    let (database, changes) = full_roll();
    let mut dice = sample::Dice(7);
    let mut below = |sides: usize| i64::try_from(dice.below(sides)).unwrap();
    for _ in 0..300 {
        let (after, limit) = (below(changes.len()), u32::try_from(1 + below(40)).unwrap());
        // Overlapping, beyond the head, and the wrong way round, too.
        let ranges = 0..below(6);
        let have: Vec<_> = ranges.map(|_| (below(200) - 5, below(30) - 3)).map(|(from, n)| (from, from + n)).collect();
        let has = |seq: i64| have.iter().any(|(from, to)| (*from..=*to).contains(&seq));
        let lacks = changes.iter().filter(|(seq, _)| **seq > after && !has(**seq));
        let lacks: Vec<_> = lacks.map(|(_, key)| *key).collect();
        let full = lacks.len().div_ceil(limit as usize).max(1);
        assert_eq!(pages(&database, after, limit, &have), (lacks, full), "{after} {limit} {have:?}");
    }
}

#[test]
fn a_pull_reads_only_so_many_stretches_and_the_next_one_goes_on() {
    let (database, changes) = full_roll();
    let every_other: Vec<_> = changes.keys().filter(|seq| *seq % 2 == 0).map(|seq| (*seq, *seq)).collect();
    let first = page(&database, 0, 2000, &every_other);
    assert_eq!((first.items.len(), first.more), (65, true), "one, and 64 beside it");
    let (told, pages) = pages(&database, 0, 2000, &every_other);
    assert_eq!((told.len(), pages), (changes.len() - every_other.len(), 2));
}

#[test]
fn who_begins_anew_is_told_everything_whatever_it_says_to_have() {
    let (database, changes) = full_roll();
    let beyond = page(&database, i64::MAX, 2000, &[(1, i64::MAX)]);
    let live = changes.len();
    assert_eq!((beyond.items.len(), beyond.to), (live, beyond.head));
    let there = page(&database, 0, 2000, &[(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)]);
    assert_eq!((there.items.len(), there.to), (0, there.head));
}

#[test]
fn marks_come_in_the_order_in_which_they_were_made_behind_everything_else() {
    let (database, group) = (town(), sample::group_id(1));
    let days = [7, 14, 21, 28].map(|days| sample::today().plus_days(-days));
    let plan = |day| Verb::Session(sessions::Verb::Plan { session: Session::planned(group, day, None) });
    let mark = |person, day| {
        let (session, participant) = (Session::planned_id(group, day), sample::person_id(person));
        Verb::Attendance(attendance::Verb::Set { session, group, participant, mark: Some(Mark::Present) })
    };
    let marks = (1..=3).flat_map(|person| days.map(|day| mark(person, day)));
    desk(&database, days.into_iter().map(plan).chain(marks).collect());
    let page = page(&database, 0, 2000, &[]);
    let made = |item: &Entity| item.content::<Attendance>().map(|mark| (mark.at.wall, mark.at.counter));
    let made: Vec<_> = page.items.iter().map(made).collect();
    assert_eq!(made.iter().flatten().count(), 12);
    assert!(made.is_sorted(), "{made:?}");
    let marks = page.items.iter().map(|item| item.key).filter(|key| key.etype == EntityType::Attendance);
    assert!(!marks.is_sorted(), "as their numbers are");
}
