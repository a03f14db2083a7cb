//! What a broken or a hostile client sends, by chance: every push has an answer, nothing panics, and the work of others is
//! taken all the same.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::canon::canonical;
use super::corpus;
use super::handed::HandedOut;
use super::op::SCHEMA;
use super::server::push::{PushContext, Pushed, push};
use super::server::write::{Seen, Writer, write};
use super::testing::memory::{Database, Open};
use super::testing::now_or_never;
use super::testing::sample::{self, NOON, Pen};
use super::wire::{Epoch, Hole, HoleReason, Limits, MAX_N, Outcome, PushRequest, lift};
use crate::access::Role;
use crate::attendance::Mark;

/// What stands in the place of a value.
fn strange() -> impl Strategy<Value = Value> {
    let known = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(MAX_N + 1),
        json!(SCHEMA + 1),
        json!(""),
        json!("\u{0}"),
        json!("a\nb"),
        json!("x".repeat(70_000)),
        json!("0000-01-01"),
        json!("9999-12-31"),
        json!("24:00"),
        json!(sample::user(2).to_string()),
        json!([]),
        json!({}),
        json!([[], {}, null]),
    ];
    prop_oneof![
        select(known),
        any::<i64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!({"kind": "attendance.set", "body": {}})),
    ]
}

/// Puts it in the place of the `n`-th value, counted from the outside; nothing changes where there are fewer.
fn replace(value: &mut Value, n: &mut usize, strange: &Value) -> bool {
    if *n == 0 {
        *value = strange.clone();
        return true;
    }
    *n -= 1;
    match value {
        Value::Array(all) => all.iter_mut().any(|one| replace(one, n, strange)),
        Value::Object(all) => all.values_mut().any(|one| replace(one, n, strange)),
        _ => false,
    }
}

fn with(mut value: Value, mut n: usize, strange: &Value) -> String {
    replace(&mut value, &mut n, strange);
    value.to_string()
}

/// A text of which some bytes are others, and of which the end may be missing.
fn harmed(text: &str, bytes: &[(Index, u8)], end: Option<Index>) -> Vec<u8> {
    let mut harmed = text.as_bytes().to_vec();
    for (at, byte) in bytes {
        let at = at.index(harmed.len());
        harmed[at] = *byte;
    }
    harmed.truncate(end.map_or(harmed.len(), |end| end.index(harmed.len())));
    harmed
}

fn bytes() -> impl Strategy<Value = (Vec<(Index, u8)>, Option<Index>)> {
    (prop::collection::vec((any::<Index>(), any::<u8>()), 0..4), prop::option::of(any::<Index>()))
}

/// One of the operations, of the coordinator on the first tablet, as the next one of a stream.
fn next(line: &str, n: usize) -> Value {
    let mut op: Value = serde_json::from_str(line).unwrap();
    op["n"] = json!(n);
    op["op_id"] = json!(format!("01a1f376-9f80-7301-9000-0000000{:05}", 70_000 + n));
    op
}

/// A push of three marks with all that a push can say.
fn good() -> PushRequest {
    let mut pen = Pen::new(1);
    pen.n = 2;
    let ops = [0, 1, 2].map(|_| pen.op(sample::mark(1, 1, Some(Mark::Present)), None, NOON));
    let request = pen.pack(&Epoch("e1".into()), &ops);
    let holes = vec![Hole::new(1, 2, HoleReason::Missing)];
    PushRequest { holes, author: Some(sample::user(1)), ..request }
}

fn answered(database: &Database, device: u128, request: &PushRequest) -> Pushed {
    let context = PushContext { device: sample::device(device), signed_in: None, now: NOON, limits: Limits::default() };
    let mut store = database.begin(Open);
    let pushed = now_or_never(push(&mut store, &context, request)).unwrap().unwrap();
    now_or_never(store.commit()).unwrap().unwrap();
    pushed
}

/// Two people in one group, and two instructors of it, each with a tablet.
fn hall() -> Database {
    let database = corpus::town();
    for n in 1..=2 {
        let grants = sample::grants(n, Role::Instructor, &[1]);
        database.state().grants.insert((sample::device(n), grants.user), grants);
    }
    let people = (1..=2).flat_map(|n| [sample::person(n, None, false), sample::join(n, 1)]);
    let wanted = std::iter::once(sample::plan(1)).chain(people).map(|verb| (verb, Seen::Newest)).collect();
    let mut store = database.begin(Open);
    let writer = Writer::import(sample::user(0));
    let done = now_or_never(write(&mut store, &writer, wanted, NOON, &mut sample::Dice(77))).unwrap().unwrap();
    assert_eq!(done.refused(), None);
    now_or_never(store.commit()).unwrap().unwrap();
    database
}

/// The push of a body, if it is one; then the mark of somebody else on another tablet, which must take effect.
fn survives(body: &[u8]) {
    let database = hall();
    if let Ok(request) = serde_json::from_slice::<PushRequest>(body) {
        answered(&database, 1, &request);
    }
    let mut other = Pen::new(2);
    let mark = other.op(sample::mark(1, 2, Some(Mark::Present)), None, NOON);
    let request = other.pack(&Epoch("e1".into()), &[mark]);
    let Pushed::Done { reply, .. } = answered(&database, 2, &request) else { panic!("an answer") };
    let all: Vec<_> = reply.results.iter().map(|result| (result.outcome, result.reason)).collect();
    assert_eq!(all, [(Outcome::Applied, None)]);
}

#[test]
fn the_push_that_is_harmed_is_a_good_one() {
    let database = hall();
    let body = serde_json::to_vec(&good()).unwrap();
    let Pushed::Done { reply, .. } = answered(&database, 1, &serde_json::from_slice(&body).unwrap()) else {
        panic!("an answer");
    };
    assert_eq!((reply.results.len(), reply.stream.contig), (3, 5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_operation_of_any_bytes_is_read_or_refused(
        line in select(corpus::lines().collect::<Vec<_>>()), (bytes, end) in bytes(), noise in ".{0,200}",
        n in 0usize..60, strange in strange(),
    ) {
        let harmed = String::from_utf8_lossy(&harmed(line, &bytes, end)).into_owned();
        for text in [harmed, noise, with(serde_json::from_str(line).unwrap(), n, &strange)] {
            let Ok(op) = lift(&text) else { continue };
            let _ = op.verb.check(sample::today());
            if let Ok(again) = canonical(&op) {
                prop_assert!(lift(&again).is_ok(), "what was read is written so that it can be read: {again}");
            }
        }
    }

    #[test]
    fn a_push_of_any_bytes_is_answered_and_keeps_nobody_else_away(
        (bytes, end) in bytes(), noise in prop::collection::vec(any::<u8>(), 0..200), n in 0usize..30, strange in strange(),
    ) {
        let body = serde_json::to_value(good()).unwrap();
        survives(with(body.clone(), n, &strange).as_bytes());
        survives(&harmed(&body.to_string(), &bytes, end));
        survives(&noise);
    }

    #[test]
    fn a_file_of_any_bytes_is_read_or_refused(
        (bytes, end) in bytes(), noise in prop::collection::vec(any::<u8>(), 0..200), n in 0usize..40, strange in strange(),
    ) {
        let file = HandedOut {
            format: super::handed::FORMAT.into(),
            device: sample::device(1),
            user: sample::user(1),
            pushes: vec![good()],
            unreadable: Vec::new(),
        };
        let file = serde_json::to_value(file).unwrap();
        let strange = with(file.clone(), n, &strange).into_bytes();
        for body in [strange, harmed(&file.to_string(), &bytes, end), noise] {
            if let Some(read) = HandedOut::read(&body) {
                read.count();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Where everything is there that they are about, so that the rules of every kind meet them.
    #[test]
    fn strange_values_in_operations_are_answered_one_by_one(
        wanted in prop::collection::vec((select(corpus::lines().collect::<Vec<_>>()), 1usize..60, strange()), 40),
    ) {
        let database = corpus::furnished();
        let ops = wanted.iter().zip(1..).map(|((line, at, strange), n)| with(next(line, n), *at, strange));
        let ops: Vec<_> = ops.collect();
        let texts: Vec<_> = ops.iter().map(String::as_str).collect();
        // A tablet that has furnished nothing: each file of the corpus came from one of its own.
        let request = Pen::new(1_000).pack_texts(&Epoch("e1".into()), 1, &texts);
        let pushed = answered(&database, 1, &request);
        let Pushed::Done { reply, .. } = &pushed else { return Err(TestCaseError::fail(format!("{pushed:?}"))) };
        prop_assert_eq!((reply.results.len(), reply.stream.contig), (40, 40));
    }
}
