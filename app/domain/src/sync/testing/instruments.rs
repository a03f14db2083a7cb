//! The contract's case about tests: every instrument's own rules and hard limits hold on the server too.

use super::contract::{Backend, sent};
use super::sample::{self, NOON, Pen};
use crate::access::Role;
use crate::assessments;
use crate::assessments::{Assessment, Instrument, Item, NotDone, Trial, TrialOutcome};
use crate::sync::op::Verb;
use crate::sync::wire::{OpResult, Outcome, OutcomesRequest, Reason};

/// Trials that the instrument takes, trials that it refuses, and which field is wrong in them.
struct Sample {
    instrument: Instrument,
    good: Vec<Trial>,
    bad: Vec<Trial>,
    field: &'static str,
}

fn value(item: Item, number: u8, value: i64) -> Trial {
    Trial { item, trial: number, ..sample::trial(value) }
}

fn walked(item: Item, time: i64, course_m: u16) -> Trial {
    Trial { course_m: Some(course_m), ..value(item, 1, time) }
}

fn not_done(item: Item, why: NotDone) -> Trial {
    Trial { outcome: TrialOutcome::NotDone(why), ..value(item, 1, 0) }
}

/// At the limits (docs/scoring.md, Limits) and just beyond them.
fn samples() -> Vec<Sample> {
    use Instrument as I;
    let sample = |instrument, good, bad, field| Sample { instrument, good, bad, field };
    vec![
        sample(
            I::Sppb,
            vec![value(Item::SideBySide, 1, 1000), walked(Item::Gait, 420, 4), value(Item::Chair5, 1, 6000)],
            vec![value(Item::SideBySide, 1, 1000), walked(Item::Gait, 420, 4), value(Item::Chair5, 1, 6001)],
            "chair5.1.outcome",
        ),
        sample(
            I::Gait10,
            vec![value(Item::Usual, 1, 900), value(Item::Maximal, 1, 334)],
            vec![value(Item::Usual, 1, 900), value(Item::Maximal, 1, 333)],
            "maximal.1.outcome",
        ),
        sample(I::Tug, vec![sample::trial(1800)], vec![sample::trial(29)], "time.1.outcome"),
        sample(
            I::Chair30,
            vec![value(Item::Stands, 1, 40)],
            vec![not_done(Item::Stands, NotDone::SkippedByRule)],
            "stands.1.outcome",
        ),
        sample(
            I::Grip,
            vec![value(Item::Left, 3, 900)],
            vec![value(Item::Right, 1, 200), value(Item::Left, 4, 200)],
            "left.4.trial",
        ),
        sample(I::SingleLeg, vec![value(Item::Right, 2, 300)], vec![value(Item::Right, 1, 301)], "right.1.outcome"),
        sample(
            I::Walk6,
            vec![walked(Item::Distance, 900, 15)],
            vec![value(Item::Distance, 1, 300)],
            "distance.1.course_m",
        ),
        sample(I::Step2, vec![value(Item::Steps, 1, 200)], vec![value(Item::Stands, 1, 20)], "stands.1.item"),
        sample(
            I::ArmCurl,
            vec![value(Item::Curls, 1, 0)],
            vec![Trial { note: Some("a\0b".into()), ..value(Item::Curls, 1, 9) }],
            "curls.1.note",
        ),
        sample(
            I::SelfReport,
            vec![value(Item::Falls12, 1, 1), value(Item::FallInjury, 1, 1)],
            vec![value(Item::Falls12, 1, 0), value(Item::FallInjury, 1, 1)],
            "fall_injury.1.outcome",
        ),
    ]
}

fn record(id: u128, instrument: Instrument, trials: &[Trial]) -> Verb {
    let (id, person) = (sample::test_id(id), sample::person_id(5));
    let assessment = Assessment::new(id, person, sample::today(), instrument, trials.to_vec());
    Verb::Assessment(assessments::Verb::Record { assessment: Box::new(assessment) })
}

fn amend(id: u128, trials: &[Trial]) -> Verb {
    let (id, participant) = (sample::test_id(id), sample::person_id(5));
    Verb::Assessment(assessments::Verb::Amend {
        id,
        participant,
        trials: trials.to_vec(),
        reason: "Väärä rivi".into(),
        circumstances: None,
    })
}

/// Refused with the field that is wrong, recorded or amended; and taken when nothing is.
pub(super) async fn every_instrument_refuses_what_lies_beyond_its_limits<B: Backend>(backend: &mut B) {
    backend.grant(sample::device(31), sample::grants(31, Role::Instructor, &[1])).await;
    let mut pen = Pen::new(31);
    let known: Vec<_> = samples().iter().map(|sample| sample.instrument).collect();
    assert_eq!(known, Instrument::ALL, "a sample for every instrument");
    for (place, Sample { instrument, good, bad, field }) in (200..).step_by(2).zip(samples()) {
        let ops = [
            pen.op(record(place, instrument, &good), None, NOON),
            pen.op(record(place + 1, instrument, &bad), None, NOON),
            pen.op(amend(place, &bad), Some(1), NOON),
            pen.op(amend(place, &good), Some(1), NOON),
        ];
        let results = sent(backend, &mut pen, 31, &ops).await.results;
        let said = |r: &OpResult| (r.outcome, r.reason, r.field.clone());
        let taken = (Outcome::Applied, None, None);
        let refused = (Outcome::Rejected, Some(Reason::Invalid), Some(field.to_owned()));
        let expected = [taken.clone(), refused.clone(), refused.clone(), taken];
        assert_eq!(results.iter().map(said).collect::<Vec<_>>(), expected, "{instrument}");
        let again = backend.outcomes(&OutcomesRequest { op_ids: vec![ops[1].op_id] }).await.results;
        assert_eq!(again.iter().map(said).collect::<Vec<_>>(), [refused], "said again after a lost reply");
    }
}
