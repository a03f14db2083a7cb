//! Short spellings for the tests of this folder: vectors are written the way testers write.

use proptest::prelude::*;

use super::quantity::{Reading, quantity};
use super::{Aid, Assessment, Instrument, Item, NotDone, OutcomeMeasure, Score, Trial, TrialOutcome, scores};
use crate::ids::{AssessmentId, ParticipantId};

/// A trial from its printed form: a number is read and rounded as in a file, anything else is a code.
pub fn trial(instrument: Instrument, item: Item, number: u8, printed: &str, course_m: Option<u16>) -> Trial {
    let outcome = match NotDone::from_code(printed) {
        Some(code) => TrialOutcome::NotDone(code),
        None => {
            let quantity = quantity(instrument, item, course_m).unwrap();
            TrialOutcome::Value(quantity.read(printed, Reading::File).unwrap())
        }
    };
    Trial { course_m, ..Trial::new(item, number, outcome) }
}

/// The trials 1, 2, … of one item.
pub fn trials(instrument: Instrument, item: Item, printed: &[&str], course_m: Option<u16>) -> Vec<Trial> {
    (1..).zip(printed).map(|(number, printed)| trial(instrument, item, number, printed, course_m)).collect()
}

pub fn assessment(instrument: Instrument, trials: Vec<Trial>) -> Assessment {
    let nil = uuid::Uuid::nil();
    Assessment::new(AssessmentId(nil), ParticipantId(nil), "2026-09-08".parse().unwrap(), instrument, trials)
}

/// The one score of an outcome.
pub fn score(instrument: Instrument, trials: Vec<Trial>, outcome: OutcomeMeasure) -> Score {
    let all = scores(&assessment(instrument, trials));
    let mut of_outcome = all.into_iter().filter(|score| score.outcome == outcome);
    let score = of_outcome.next().unwrap();
    assert_eq!(of_outcome.next(), None, "{outcome} twice");
    score
}

/// Any trial at all, also such that no rule allows.
pub fn any_trial() -> impl Strategy<Value = Trial> {
    let outcome = prop_oneof![
        (-5i64..15_000).prop_map(TrialOutcome::Value),
        any::<i64>().prop_map(TrialOutcome::Value),
        proptest::sample::select(NotDone::ALL).prop_map(TrialOutcome::NotDone),
    ];
    let course = proptest::sample::select(vec![None, Some(3), Some(4), Some(10), Some(15), Some(0), Some(u16::MAX)]);
    let aid = proptest::option::of(proptest::sample::select(Aid::ALL));
    (proptest::sample::select(Item::ALL), 0u8..5, outcome, course, aid)
        .prop_map(|(item, trial, outcome, course_m, aid)| Trial { course_m, aid, ..Trial::new(item, trial, outcome) })
}
