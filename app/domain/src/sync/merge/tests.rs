//! The merge rules as properties: whichever of two concurrent writes comes first, everybody ends with the same.

use proptest::prelude::*;

use super::*;
use crate::assessments::Circumstances;
use crate::attendance::Mark;
use crate::groups::membership;
use crate::people::ProfileChange;
use crate::sessions::{Cancellation, SessionStatus};
use crate::sync::entity::EntityKey;
use crate::sync::op::SCHEMA;
use crate::sync::testing::sample;
use crate::{assessments, attendance, people, sessions};

const STREAMS: usize = 3;

/// One write of one of the streams; its place in the list is its place in that stream.
#[derive(Clone, Debug)]
struct Doing {
    stream: usize,
    verb: Verb,
    at: Hlc,
    /// Of the program that wrote it.
    schema: u16,
}

/// All doings know only the first version, made by an import.
fn first(verb: &Verb) -> Entity {
    let at = Hlc { wall: 1, counter: 0, node: "import".into() };
    let write = Write { stream: sample::stream(99), at: &at, base_rev: None, settled: true };
    match apply(None, verb, &write) {
        Merged::Changed { entity, .. } => *entity,
        other => panic!("a first version, not {other:?}"),
    }
}

/// As [`apply`], by a program of that schema.
fn apply_by(schema: u16, entity: &Entity, verb: &Verb, write: &Write<'_>) -> Merged {
    verb.merge_by(schema, entity, entity.body.as_ref().expect("content"), write)
}

fn run(start: &Entity, doings: &[Doing]) -> (Entity, bool) {
    let mut asked = false;
    let entity = doings.iter().fold(start.clone(), |entity, doing| {
        let stream = sample::stream(doing.stream as u128);
        let write = Write { stream, at: &doing.at, base_rev: Some(1), settled: false };
        match apply_by(doing.schema, &entity, &doing.verb, &write) {
            Merged::Changed { entity, contradiction, .. } => {
                asked |= contradiction.is_some();
                *entity
            }
            other => panic!("a change, not {other:?}"),
        }
    });
    (entity, asked)
}

/// What a person sees, without the numbers that tell in which order writes came in.
fn seen(entity: &Entity) -> (EntityKey, Option<Body>, i64) {
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
    (entity.key, body, entity.rev)
}

/// Another order of arrival in which every stream keeps its own order.
fn interleave(doings: &[Doing], picks: &[usize]) -> Vec<Doing> {
    let mut queues: Vec<Vec<Doing>> = (0..STREAMS)
        .map(|stream| doings.iter().filter(|doing| doing.stream == stream).rev().cloned().collect())
        .collect();
    let mut order = Vec::new();
    for pick in picks.iter().cycle().take(doings.len() * STREAMS * 4) {
        let open: Vec<_> = (0..STREAMS).filter(|stream| !queues[*stream].is_empty()).collect();
        if let Some(stream) = open.get(pick % open.len().max(1)) {
            order.extend(queues[*stream].pop());
        }
    }
    assert_eq!(order.len(), doings.len());
    order
}

/// Up to six doings with one verb each; readings rise within each stream.
fn doings(verb: impl Strategy<Value = Verb> + 'static) -> impl Strategy<Value = Vec<Doing>> {
    let one = (0..STREAMS, verb, 1i64..40);
    prop::collection::vec(one, 2..7).prop_map(|list| {
        let mut walls = [100i64; STREAMS];
        let doing = |(stream, verb, later): (usize, Verb, i64)| {
            walls[stream] += later;
            let at = Hlc { wall: walls[stream], counter: 0, node: sample::stream(stream as u128).to_string() };
            Doing { stream, verb, at, schema: SCHEMA }
        };
        list.into_iter().map(doing).collect()
    })
}

fn marks() -> impl Strategy<Value = Verb> {
    let mark = prop::sample::select(vec![None, Some(Mark::Present), Some(Mark::AbsentUnknown), Some(Mark::Remote)]);
    mark.prop_map(|mark| sample::mark(1, 1, mark))
}

fn edits() -> impl Strategy<Value = Verb> {
    let change = prop_oneof![
        prop::sample::select(vec![None, Some("040 1".to_owned()), Some("040 2".into())]).prop_map(ProfileChange::Phone),
        prop::sample::select(vec!["Aino", "Aune"]).prop_map(|name| ProfileChange::GivenNames(name.into())),
        prop::sample::select(vec![None, Some(sample::today())]).prop_map(ProfileChange::BirthDate),
    ];
    let id = sample::person_id(1);
    prop::collection::vec(change, 1..3).prop_map(move |changes| Verb::Participant(people::Verb::Edit { id, changes }))
}

fn statuses() -> impl Strategy<Value = Verb> {
    let (id, group) = (sample::session_of(1), sample::group_id(1));
    let status = prop::sample::select(vec![None, Some(SessionStatus::Held), Some(SessionStatus::CancelledByOrganiser)]);
    let status = status.prop_map(move |status| sessions::Verb::Status { id, group, status });
    let reason = prop::sample::select(vec![Cancellation::Weather, Cancellation::Holiday]);
    let cancel = reason.prop_map(move |reason| sessions::Verb::Cancel { id, group, reason });
    let note = prop::sample::select(vec!["", "Kahviossa", "Salissa 2"]);
    let note = note.prop_map(move |note| sessions::Verb::Note { id, group, note: note.into() });
    let place = prop::sample::select(vec![None, Some("Kahvio".to_owned())]);
    let moved = place.prop_map(move |place| sessions::Verb::Move { id, group, starts_at: None, place });
    let people = prop::sample::select(vec![None, Some(0), Some(40)]);
    let counted = people.prop_map(move |people| sessions::Verb::Count { id, group, people });
    prop_oneof![3 => status, 1 => cancel, 2 => note, 2 => moved, 2 => counted].prop_map(Verb::Session)
}

fn leavings() -> impl Strategy<Value = Verb> {
    let Verb::Membership(membership::Verb::Join { membership }) = sample::join(1, 1) else { panic!("a join") };
    let day = prop::option::of(0i64..3);
    day.prop_map(move |day| {
        Verb::Membership(membership::Verb::Leave {
            id: membership.id,
            group: membership.group,
            left_on: day.map(|day| sample::today().plus_days(day)),
            exit_reason: None,
        })
    })
}

fn amendments() -> impl Strategy<Value = Verb> {
    (90i64..93).prop_map(|tenths| sample::amend(1, 1, tenths))
}

/// Some tell pain, some a seat, some nothing of circumstances, as programs did that knew none.
fn corrections() -> impl Strategy<Value = Verb> {
    let told = prop::sample::select(vec![None, Some(hurting(2)), Some(hurting(6)), Some(seated(40)), Some(seated(45))]);
    (90i64..93, told).prop_map(|(tenths, told)| match told {
        Some(told) => amend_told(tenths, told),
        None => sample::amend(1, 1, tenths),
    })
}

fn check_order(first_verb: &Verb, doings: &[Doing], picks: &[usize]) -> Result<(), TestCaseError> {
    let start = first(first_verb);
    let (one, other) = (run(&start, doings), run(&start, &interleave(doings, picks)));
    prop_assert_eq!(seen(&one.0), seen(&other.0));
    Ok(())
}

fn picks() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..6usize, 8)
}

proptest! {
    #[test]
    fn marks_end_the_same_in_every_order(doings in doings(marks()), picks in picks()) {
        check_order(&sample::mark(1, 1, None), &doings, &picks)?;
    }

    #[test]
    fn profiles_end_the_same_in_every_order(doings in doings(edits()), picks in picks()) {
        check_order(&sample::person(1, None, true), &doings, &picks)?;
    }

    #[test]
    fn session_states_end_the_same_in_every_order(doings in doings(statuses()), picks in picks()) {
        check_order(&sample::plan(1), &doings, &picks)?;
    }

    #[test]
    fn stays_end_the_same_in_every_order(doings in doings(leavings()), picks in picks()) {
        check_order(&sample::join(1, 1), &doings, &picks)?;
    }

    #[test]
    fn amendments_end_the_same_in_every_order(doings in doings(amendments()), picks in picks()) {
        check_order(&sample::test(1, 1, 95), &doings, &picks)?;
    }

    #[test]
    fn corrections_of_circumstances_end_the_same_in_every_order(
        doings in doings(corrections()),
        schemas in prop::collection::vec(5..=SCHEMA, 6),
        picks in picks(),
    ) {
        let by = |(doing, schema)| Doing { schema, ..doing };
        let doings: Vec<_> = doings.into_iter().zip(schemas).map(by).collect();
        check_order(&measured_in(hurting(1)), &doings, &picks)?;
    }

    #[test]
    fn one_stream_alone_never_contradicts_itself(verbs in prop::collection::vec(marks(), 1..6)) {
        let doing = |(i, verb): (usize, Verb)| Doing {
            stream: 1,
            verb,
            at: Hlc { wall: 100 + i as i64, counter: 0, node: sample::stream(1).to_string() },
            schema: SCHEMA,
        };
        let doings: Vec<_> = verbs.into_iter().enumerate().map(doing).collect();
        let (entity, asked) = run(&first(&sample::mark(1, 1, None)), &doings);
        let Some(Body::Attendance(shown)) = &entity.body else { panic!("a mark") };
        let Verb::Attendance(attendance::Verb::Set { mark, .. }) = &doings[doings.len() - 1].verb else { panic!("a mark") };
        prop_assert_eq!(shown.mark, *mark);
        prop_assert!(!asked && shown.contenders.is_empty());
    }
}

fn doing(stream: usize, wall: i64, verb: Verb) -> Doing {
    let at = Hlc { wall, counter: 0, node: sample::stream(stream as u128).to_string() };
    Doing { stream, verb, at, schema: SCHEMA }
}

fn mark_of(entity: &Entity) -> Option<Mark> {
    match &entity.body {
        Some(Body::Attendance(shown)) => shown.mark,
        other => panic!("a mark, not {other:?}"),
    }
}

#[test]
fn a_status_beats_an_undone_mark_without_a_question() {
    let start = first(&sample::mark(1, 1, Some(Mark::Remote)));
    let undo = doing(0, 200, sample::mark(1, 1, None));
    let set = doing(1, 100, sample::mark(1, 1, Some(Mark::Present)));
    for order in [[undo.clone(), set.clone()], [set, undo]] {
        let (entity, asked) = run(&start, &order);
        assert_eq!((mark_of(&entity), asked), (Some(Mark::Present), false));
    }
}

#[test]
fn of_two_different_marks_the_later_is_shown_and_a_person_is_asked() {
    let start = first(&sample::mark(1, 1, None));
    let early = doing(0, 100, sample::mark(1, 1, Some(Mark::Present)));
    let late = doing(1, 200, sample::mark(1, 1, Some(Mark::AbsentUnknown)));
    for order in [[early.clone(), late.clone()], [late, early]] {
        let (entity, asked) = run(&start, &order);
        assert_eq!((mark_of(&entity), asked), (Some(Mark::AbsentUnknown), true));
    }
}

#[test]
fn an_undone_mark_does_not_come_back_through_another_tablets_write() {
    let start = first(&sample::mark(1, 1, None));
    let mine = [doing(0, 150, sample::mark(1, 1, Some(Mark::Present))), doing(0, 160, sample::mark(1, 1, None))];
    let theirs = doing(1, 100, sample::mark(1, 1, Some(Mark::AbsentUnknown)));
    let [set, undo] = mine;
    let (entity, _) = run(&start, &[theirs, set, undo]);
    assert_eq!(mark_of(&entity), Some(Mark::AbsentUnknown));
}

#[test]
fn a_write_that_has_seen_both_settles_a_contradiction() {
    let start = first(&sample::test(1, 1, 95));
    let both = [doing(0, 100, sample::amend(1, 1, 96)), doing(1, 110, sample::amend(1, 1, 97))];
    let (disputed, asked) = run(&start, &both);
    assert!(asked && matches!(&disputed.body, Some(Body::Assessment(test)) if test.disputed));
    let verb = sample::amend(1, 1, 98);
    let at = Hlc { wall: 120, counter: 0, node: "c".into() };
    let write = Write { stream: sample::stream(7), at: &at, base_rev: Some(disputed.rev), settled: false };
    let Merged::Changed { entity, contradiction: None, .. } = apply(Some(&disputed), &verb, &write) else {
        panic!("a change")
    };
    assert!(matches!(&entity.body, Some(Body::Assessment(test)) if !test.disputed));
}

/// What each of the contradicting corrections says, the newest first: whose it is and its time in tenths of a second.
fn sides(entity: &Entity) -> Vec<(StreamId, Option<i64>)> {
    let Some(Body::Assessment(test)) = &entity.body else { panic!("a test") };
    test.sides().map(|version| (version.stream, version.trials[0].value())).collect()
}

#[test]
fn both_of_two_corrections_are_kept_with_their_writers_until_one_that_has_seen_both() {
    let start = first(&sample::test(1, 1, 95));
    let (early, late) = (doing(0, 100, sample::amend(1, 1, 96)), doing(1, 110, sample::amend(1, 1, 97)));
    for order in [[early.clone(), late.clone()], [late.clone(), early.clone()]] {
        let (entity, _) = run(&start, &order);
        assert_eq!(sides(&entity), [(sample::stream(1), Some(97)), (sample::stream(0), Some(96))]);
        let at = Hlc { wall: 105, counter: 0, node: "c".into() };
        let write = Write { stream: sample::stream(7), at: &at, base_rev: Some(entity.rev), settled: false };
        let Merged::Changed { entity, .. } = apply(Some(&entity), &sample::amend(1, 1, 98), &write) else {
            panic!("a change")
        };
        let Some(Body::Assessment(test)) = &entity.body else { panic!("a test") };
        assert_eq!((test.trials[0].value(), test.disputed, sides(&entity)), (Some(98), false, Vec::new()));
    }
    let (alone, _) = run(&start, std::slice::from_ref(&early));
    assert!(sides(&alone).is_empty(), "one correction contradicts nothing");
    let again = doing(0, 120, sample::amend(1, 1, 99));
    let (entity, _) = run(&start, &[early, late, again]);
    let expected = [(sample::stream(0), Some(99)), (sample::stream(1), Some(97))];
    assert_eq!(sides(&entity), expected, "of one tablet its newest");
}

/// The same amendment, with the circumstances as they should be.
fn amend_told(tenths: i64, told: Circumstances) -> Verb {
    match sample::amend(1, 1, tenths) {
        Verb::Assessment(assessments::Verb::Amend { id, participant, trials, reason, .. }) => {
            let circumstances = Some(Box::new(told));
            assessments::Verb::Amend { id, participant, trials, reason, circumstances }.into()
        }
        other => other,
    }
}

#[test]
fn an_amendment_corrects_the_circumstances_that_it_tells_and_leaves_those_of_which_it_says_nothing() {
    let seat = |cm| Circumstances { chair_cm: Some(cm), ..Circumstances::default() };
    let mut entity = first(&sample::test(1, 1, 95));
    let steps = [(amend_told(95, seat(45)), 45), (sample::amend(1, 1, 97), 45), (amend_told(97, seat(40)), 40)];
    for (wall, (verb, expected)) in (100..).zip(steps) {
        let at = Hlc { wall, counter: 0, node: "c".into() };
        let write = Write { stream: sample::stream(7), at: &at, base_rev: Some(entity.rev), settled: false };
        let Merged::Changed { entity: next, contradiction: None, .. } = apply(Some(&entity), &verb, &write) else {
            panic!("a change")
        };
        let Some(Body::Assessment(test)) = &next.body else { panic!("a test") };
        assert_eq!((test.circumstances.chair_cm, test.disputed), (Some(expected), false));
        assert_eq!(test.amended_because.as_deref(), Some("Väärä rivi"));
        entity = *next;
    }
}

#[test]
fn of_two_corrections_at_once_the_later_ones_circumstances_stand() {
    let seat = |cm| Circumstances { chair_cm: Some(cm), ..Circumstances::default() };
    let start = first(&sample::test(1, 1, 95));
    let (early, late) = (doing(0, 100, amend_told(96, seat(45))), doing(1, 110, amend_told(97, seat(40))));
    for order in [[early.clone(), late.clone()], [late, early]] {
        let (entity, asked) = run(&start, &order);
        let Some(Body::Assessment(test)) = &entity.body else { panic!("a test") };
        assert_eq!((test.circumstances.chair_cm, test.disputed, asked), (Some(40), true, true));
    }
}

fn hurting(pain: u8) -> Circumstances {
    Circumstances { pain: Some(pain), ..Circumstances::default() }
}

fn seated(cm: u8) -> Circumstances {
    Circumstances { chair_cm: Some(cm), ..Circumstances::default() }
}

/// The first version of the test, under these circumstances.
fn measured_in(circumstances: Circumstances) -> Verb {
    match sample::test(1, 1, 95) {
        Verb::Assessment(assessments::Verb::Record { assessment }) => {
            let assessment = Box::new(assessments::Assessment { circumstances, ..*assessment });
            assessments::Verb::Record { assessment }.into()
        }
        other => other,
    }
}

/// What a correction says: its time in tenths of a second, and its pain.
type Side = (Option<i64>, Option<u8>);

/// The pain that is shown, and what each of the contradicting corrections says, the newest first.
fn pains(entity: &Entity) -> (Option<u8>, Vec<Side>) {
    let Some(Body::Assessment(test)) = &entity.body else { panic!("a test") };
    let side = |version: assessments::Version| (version.trials[0].value(), version.circumstances.pain);
    (test.circumstances.pain, test.sides().map(side).collect())
}

/// Pain is told at once with another correction, made at its time: it stands in both, whichever is the later or comes first.
fn pain_stands_beside(other: impl Fn(i64) -> Doing) {
    for before in [Circumstances::default(), hurting(1)] {
        let start = first(&measured_in(before));
        for (told_at, other_at) in [(100, 110), (110, 100)] {
            let (told, other) = (doing(0, told_at, amend_told(96, hurting(4))), other(other_at));
            let mut sides = vec![(Some(96), Some(4)), (Some(97), Some(4))];
            if other_at > told_at {
                sides.reverse();
            }
            for order in [[told.clone(), other.clone()], [other, told]] {
                let (entity, asked) = run(&start, &order);
                assert!(asked);
                assert_eq!(pains(&entity), (Some(4), sides.clone()));
            }
        }
    }
}

#[test]
fn pain_told_by_one_correction_stands_where_another_at_once_tells_no_circumstances() {
    pain_stands_beside(|wall| doing(1, wall, sample::amend(1, 1, 97)));
}

#[test]
fn pain_told_by_one_correction_stands_where_a_program_that_knows_none_tells_the_seat_at_once() {
    pain_stands_beside(|wall| Doing { schema: 5, ..doing(1, wall, amend_told(97, seated(40))) });
}

#[test]
fn a_program_that_knows_no_pain_takes_none_away_and_one_that_knows_it_does() {
    let start = first(&measured_in(Circumstances { chair_cm: Some(45), ..hurting(4) }));
    let at = Hlc { wall: 100, counter: 0, node: "c".into() };
    let write = Write { stream: sample::stream(7), at: &at, base_rev: Some(start.rev), settled: false };
    let corrected = |schema, told| match apply_by(schema, &start, &amend_told(97, told), &write) {
        Merged::Changed { entity, contradiction: None, .. } => match entity.body {
            Some(Body::Assessment(test)) => (test.circumstances.chair_cm, test.circumstances.pain, test.has_sides()),
            other => panic!("a test, not {other:?}"),
        },
        other => panic!("a change, not {other:?}"),
    };
    assert_eq!(corrected(5, seated(40)), (Some(40), Some(4), false));
    assert_eq!(corrected(6, seated(40)), (Some(40), None, false));
    assert_eq!(corrected(5, Circumstances::default()), (None, Some(4), false), "the seat is not known after all");
}

#[test]
fn pain_that_a_correction_without_circumstances_had_seen_stands_beside_pain_told_at_once() {
    let start = first(&measured_in(hurting(1)));
    let written = |entity: &Entity, stream: u128, base_rev: i64, wall: i64, verb: &Verb| {
        let at = Hlc { wall, counter: 0, node: sample::stream(stream).to_string() };
        let write = Write { stream: sample::stream(stream), at: &at, base_rev: Some(base_rev), settled: false };
        match apply(Some(entity), verb, &write) {
            Merged::Changed { entity, .. } => *entity,
            other => panic!("a change, not {other:?}"),
        }
    };
    let told = written(&start, 0, 1, 100, &amend_told(96, hurting(4)));
    let silent = written(&told, 1, 2, 120, &sample::amend(1, 1, 97));
    assert_eq!(pains(&silent), (Some(4), Vec::new()), "nothing contradicts");
    let unseen = amend_told(98, hurting(2));
    let both = written(&silent, 2, 1, 90, &unseen);
    assert_eq!(pains(&both), (Some(4), vec![(Some(97), Some(4)), (Some(98), Some(2))]));
    let before = written(&told, 2, 1, 90, &unseen);
    assert_eq!(seen(&written(&before, 1, 2, 120, &sample::amend(1, 1, 97))), seen(&both), "in the other order, too");
    let seen_by_both = written(&silent, 2, 2, 130, &unseen);
    assert_eq!(pains(&seen_by_both), (Some(2), vec![(Some(98), Some(2)), (Some(97), Some(2))]), "corrected since");
}

#[test]
fn a_fact_is_never_overwritten() {
    let start = first(&sample::test(1, 1, 95));
    let at = Hlc { wall: 9, counter: 0, node: "c".into() };
    let again = sample::test(1, 1, 95);
    let other = sample::test(1, 1, 90);
    let write = Write { stream: sample::stream(7), at: &at, base_rev: Some(1), settled: false };
    assert_eq!(apply(Some(&start), &again, &write), Merged::Noop);
    assert_eq!(apply(Some(&start), &other, &write), Merged::Invalid(None));
    let erased = Entity { body: None, ..start };
    assert_eq!(apply(Some(&erased), &again, &write), Merged::Erased);
}
