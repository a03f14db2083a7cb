//! The golden corpus: what released programs have written, and this one must take (docs/sync.md, Invariants:
//! I15).

use super::canon::canonical;
use super::entity::EntityKey;
use super::op::{SCHEMA, Verb};
use super::testing::memory::{Database, Open};
use super::testing::now_or_never;
use super::testing::sample::{self, NOON, Pen};
use super::wire::{Epoch, Limits, NotLifted, OpResult, Outcome, Reason, lift};
use crate::access::Role;
use crate::assessments::Assessment;
use crate::sync::server::push::{PushContext, Pushed, push};
use crate::sync::server::write::{Seen, Writer, write};

/// One canonical operation a line; `n` runs from 1. A released file is never edited.
const SCHEMA_1: &str = include_str!("../../../../tests/corpus/schema-1.jsonl");

/// What came with the second schema, of another tablet's stream.
const SCHEMA_2: &str = include_str!("../../../../tests/corpus/schema-2.jsonl");

/// What came with the third: pauses, contacts, and what a profile says since.
const SCHEMA_3: &str = include_str!("../../../../tests/corpus/schema-3.jsonl");
/// What came with the third schema about ways into the programme, of another tablet's stream.
const SCHEMA_3_WAYS: &str = include_str!("../../../../tests/corpus/schema-3-ways.jsonl");
/// What came with the fourth: a profile says whether processing is restricted, a group when it begins on each day.
const SCHEMA_4: &str = include_str!("../../../../tests/corpus/schema-4.jsonl");
/// What came with the fifth: a group says which timetables held before; outdoor friends.
const SCHEMA_5: &str = include_str!("../../../../tests/corpus/schema-5.jsonl");
/// What came with the sixth: pain among the circumstances of a test.
const SCHEMA_6: &str = include_str!("../../../../tests/corpus/schema-6.jsonl");
/// What came with the sixth about groups: a group says its level, a session of an event how many came.
const SCHEMA_6_GROUPS: &str = include_str!("../../../../tests/corpus/schema-6-groups.jsonl");
/// What came with the sixth about talks: one is taken back.
const SCHEMA_6_TALKS: &str = include_str!("../../../../tests/corpus/schema-6-talks.jsonl");

/// A test's circumstances corrected by a program of the fifth, which knew no pain, after one of the sixth had told it.
const SCHEMA_5_AMEND: &str = include_str!("../../../../tests/corpus/schema-5-amend.jsonl");

/// What the server alone writes when an import is taken back.
const SCHEMA_3_UNDO: &str = include_str!("../../../../tests/corpus/schema-3-undo.jsonl");

/// What tablets and desks have written, a file for each stream.
const FILES: [&str; 10] = [
    SCHEMA_1,
    SCHEMA_2,
    SCHEMA_3,
    SCHEMA_3_WAYS,
    SCHEMA_4,
    SCHEMA_5,
    SCHEMA_6,
    SCHEMA_6_GROUPS,
    SCHEMA_5_AMEND,
    SCHEMA_6_TALKS,
];

/// An operation of every kind, in every shape that a release has written.
pub fn lines() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().chain([SCHEMA_3_UNDO]).flat_map(str::lines)
}

#[test]
fn every_kind_is_read_as_it_was_written() {
    let ops: Vec<_> = lines().map(|line| (line, lift(line).unwrap())).collect();
    for (line, op) in &ops {
        assert_eq!(canonical(op).unwrap(), *line, "reading and writing again changes nothing");
        assert!(line.contains(&format!("\"kind\":\"{}\"", op.verb.kind())));
    }
    for kind in Verb::kinds() {
        assert!(ops.iter().any(|(_, op)| op.verb.kind() == kind), "{kind} is missing");
    }
}

/// A municipality with one group, and a coordinator on the first tablet.
pub fn town() -> Database {
    let database = Database::new("e1");
    let coordinator = sample::grants(1, Role::Coordinator, &[]);
    database.state().grants.insert((sample::device(1), coordinator.user), coordinator);
    let mut store = database.begin(Open);
    let furniture = vec![(sample::group(1), Seen::Newest)];
    let writer = Writer::import(sample::user(0));
    now_or_never(write(&mut store, &writer, furniture, NOON, &mut sample::Dice(1))).unwrap().unwrap();
    now_or_never(store.commit()).unwrap().unwrap();
    database
}

/// Everything that was ever written, taken.
pub fn furnished() -> Database {
    let database = town();
    for (n, file) in (1..).zip(FILES) {
        takes_all(&database, n, file);
    }
    database
}

#[test]
fn the_server_takes_every_operation_of_every_schema() {
    furnished();
}

#[test]
fn a_tablet_that_knows_no_pain_corrects_the_seat_and_takes_no_pain_away() {
    let database = furnished();
    let test = database.state().entities.get(&EntityKey::from(sample::test_id(6))).cloned();
    let told = test.as_ref().and_then(|entity| entity.content::<Assessment>()).map(|test| &test.circumstances).unwrap();
    assert_eq!((told.chair_cm, told.pain), (Some(40), Some(0)));
}

#[test]
fn what_the_server_alone_may_say_is_held_when_a_tablet_says_it() {
    let database = Database::new("e1");
    let coordinator = sample::grants(1, Role::Coordinator, &[]);
    database.state().grants.insert((sample::device(1), coordinator.user), coordinator);
    let results = pushed(&database, 5, SCHEMA_3_UNDO);
    assert_eq!(results.len(), 3);
    assert!(results.iter().all(|result| result.outcome == Outcome::Held), "{results:?}");
}

/// Every line of one tablet's stream takes effect.
fn takes_all(database: &Database, n: u128, file: &str) {
    let taken = |outcome| matches!(outcome, Outcome::Applied | Outcome::Noop | Outcome::Conflict);
    let results = pushed(database, n, file);
    for (line, result) in file.lines().zip(&results) {
        assert!(taken(result.outcome), "{result:?}: {line}");
    }
    assert_eq!(results.len(), file.lines().count());
}

/// What became of the lines of one tablet's stream.
fn pushed(database: &Database, n: u128, file: &str) -> Vec<OpResult> {
    let lines: Vec<_> = file.lines().collect();
    let request = Pen::new(n).pack_texts(&Epoch("e1".into()), 1, &lines);
    let context = PushContext { device: sample::device(1), signed_in: None, now: NOON, limits: Limits::default() };
    let mut store = database.begin(Open);
    let Pushed::Done { reply, .. } = now_or_never(push(&mut store, &context, &request)).unwrap().unwrap() else {
        panic!("an answer");
    };
    now_or_never(store.commit()).unwrap().unwrap();
    reply.results
}

#[test]
fn what_a_newer_program_wrote_is_held_and_what_nobody_wrote_is_told_apart() {
    let line = SCHEMA_1.lines().next().unwrap();
    let written = format!("\"schema\":{}", SCHEMA + 1);
    let newer = line.replace("\"schema\":1", &written).replace("\"kind\":\"", "\"kind\":\"later.");
    assert!(matches!(lift(&newer), Err(NotLifted::Newer(head)) if head.schema == SCHEMA + 1));
    let unknown = line.replace("\"kind\":\"", "\"kind\":\"never.");
    assert!(matches!(lift(&unknown), Err(NotLifted::Malformed(_))));
    assert_eq!(lift(&line[1..]), Err(NotLifted::Unreadable));
    assert_eq!(Reason::from_code("schema"), Some(Reason::Schema));
}
