//! Whether the trials of an assessment can be recorded, and which values are unusual.

use super::quantity::{ItemRule, ValueProblem, item_rule, quantity_for};
use super::{Assessment, Instrument, Item, NotDone, Trial, TrialOutcome, grip};
use crate::people::Sex;

/// Longest note in characters.
pub const NOTE_MAX: usize = 2000;

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialProblem {
    /// The trial's place in the list, from 0; `None`: the list as a whole.
    pub trial: Option<usize>,
    pub kind: TrialProblemKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrialProblemKind {
    NoTrials,
    /// The instrument has no such item.
    ItemNotOfInstrument {
        instrument: Instrument,
        item: Item,
    },
    /// Trials are numbered 1 to `most`.
    TrialNumber {
        most: u8,
    },
    /// The same trial of the same item twice.
    RepeatedTrial,
    Value(ValueProblem),
    /// `skipped_by_rule` belongs to SPPB's semi-tandem and tandem stands only.
    CodeNotAllowed {
        code: NotDone,
    },
    /// A walked value without the length of its course.
    CourseRequired {
        allowed: &'static [u16],
    },
    /// No such course for this item; for an item that is not walked `allowed` is empty.
    CourseNotAllowed {
        allowed: &'static [u16],
    },
    /// Two walks of one test on different courses.
    CoursesDiffer,
    /// Care after a fall is told although there was no fall (domain.md 2.11 Z3).
    InjuryWithoutFall,
    /// Longer than [`NOTE_MAX`] characters, or with control characters other than line breaks.
    Note,
}

/// Holds an assessment against the rules of its instrument; all problems at once, in the order of the trials.
pub fn validate(assessment: &Assessment) -> Result<(), Vec<TrialProblem>> {
    validate_trials(assessment.instrument, &assessment.trials)
}

/// [`validate`] for trials that are not yet part of an assessment.
pub fn validate_trials(instrument: Instrument, trials: &[Trial]) -> Result<(), Vec<TrialProblem>> {
    let mut problems = Vec::new();
    if trials.is_empty() {
        problems.push(TrialProblem { trial: None, kind: TrialProblemKind::NoTrials });
    }
    for (place, trial) in trials.iter().enumerate() {
        let before = trials.get(..place).unwrap_or(&[]);
        let kinds = trial_problems(instrument, trial, before);
        problems.extend(kinds.into_iter().map(|kind| TrialProblem { trial: Some(place), kind }));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn trial_problems(instrument: Instrument, trial: &Trial, before: &[Trial]) -> Vec<TrialProblemKind> {
    let Some(rule) = item_rule(instrument, trial.item, trial.course_m) else {
        return vec![TrialProblemKind::ItemNotOfInstrument { instrument, item: trial.item }];
    };
    let repeated = before.iter().any(|earlier| (earlier.item, earlier.trial) == (trial.item, trial.trial));
    let other_course = |earlier: &Trial| earlier.course_m.is_some() && earlier.course_m != trial.course_m;
    let courses_differ = trial.course_m.is_some() && before.iter().any(other_course);
    [
        (!(1..=rule.trials).contains(&trial.trial)).then_some(TrialProblemKind::TrialNumber { most: rule.trials }),
        repeated.then_some(TrialProblemKind::RepeatedTrial),
        outcome_problem(instrument, trial, &rule),
        course_problem(trial, &rule),
        courses_differ.then_some(TrialProblemKind::CoursesDiffer),
        injury_without_fall(trial, before).then_some(TrialProblemKind::InjuryWithoutFall),
        trial.note.as_deref().is_some_and(is_bad_note).then_some(TrialProblemKind::Note),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn outcome_problem(instrument: Instrument, trial: &Trial, rule: &ItemRule) -> Option<TrialProblemKind> {
    match trial.outcome {
        TrialOutcome::Value(value) => rule.quantity.check(value).err().map(TrialProblemKind::Value),
        TrialOutcome::NotDone(code) => {
            (!code_allowed(instrument, trial.item, code)).then_some(TrialProblemKind::CodeNotAllowed { code })
        }
    }
}

/// Whether a reason can be given for an item.
pub fn code_allowed(instrument: Instrument, item: Item, code: NotDone) -> bool {
    code != NotDone::SkippedByRule
        || (instrument == Instrument::Sppb && matches!(item, Item::SemiTandem | Item::Tandem))
}

fn course_problem(trial: &Trial, rule: &ItemRule) -> Option<TrialProblemKind> {
    match trial.course_m {
        Some(course) if !rule.courses.contains(&course) => {
            Some(TrialProblemKind::CourseNotAllowed { allowed: rule.courses })
        }
        None if rule.course_required && trial.value().is_some() => {
            Some(TrialProblemKind::CourseRequired { allowed: rule.courses })
        }
        _ => None,
    }
}

/// Blames whichever of the two rows comes second.
fn injury_without_fall(trial: &Trial, before: &[Trial]) -> bool {
    let no_fall = |t: &Trial| t.item == Item::Falls12 && t.value() == Some(0);
    let injury = |t: &Trial| t.item == Item::FallInjury && t.value().is_some();
    (injury(trial) && before.iter().any(no_fall)) || (no_fall(trial) && before.iter().any(injury))
}

fn is_bad_note(note: &str) -> bool {
    note.chars().count() > NOTE_MAX || note.chars().any(|c| c.is_control() && c != '\n' && c != '\r')
}

/// The places of trials whose value lies outside its soft limits; for grip also of all values when the hands
/// differ by more than 40 %. A tester is asked "are you sure?", an import marks them (formats.md ruling 14).
pub fn unusual(instrument: Instrument, trials: &[Trial], sex: Option<Sex>) -> Vec<usize> {
    let hands_differ = instrument == Instrument::Grip && grip::hands_differ(trials);
    let is_unusual = |trial: &Trial| {
        let quantity = quantity_for(instrument, trial.item, trial.course_m, sex);
        trial.value().is_some_and(|value| hands_differ || quantity.is_some_and(|quantity| quantity.is_unusual(value)))
    };
    trials.iter().enumerate().filter(|(_, trial)| is_unusual(trial)).map(|(place, _)| place).collect()
}
