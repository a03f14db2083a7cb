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
    /// Care after a fall is told although there was no fall.
    InjuryWithoutFall,
    /// Longer than [`NOTE_MAX`] characters, or with control characters other than line breaks.
    Note,
}

impl TrialProblemKind {
    /// The field that is wrong, as named in [`Trial`]; `trials` for the list as a whole.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoTrials => "trials",
            Self::ItemNotOfInstrument { .. } => "item",
            Self::TrialNumber { .. } | Self::RepeatedTrial => "trial",
            Self::Value(_) | Self::CodeNotAllowed { .. } | Self::InjuryWithoutFall => "outcome",
            Self::CourseRequired { .. } | Self::CourseNotAllowed { .. } | Self::CoursesDiffer => "course_m",
            Self::Note => "note",
        }
    }
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
/// differ by more than 40 %. A tester is asked "are you sure?", an import marks them (docs/scoring.md, Limits).
pub fn unusual(instrument: Instrument, trials: &[Trial], sex: Option<Sex>) -> Vec<usize> {
    let hands_differ = instrument == Instrument::Grip && grip::hands_differ(trials);
    let is_unusual = |trial: &Trial| {
        let quantity = quantity_for(instrument, trial.item, trial.course_m, sex);
        trial.value().is_some_and(|value| hands_differ || quantity.is_some_and(|quantity| quantity.is_unusual(value)))
    };
    trials.iter().enumerate().filter(|(_, trial)| is_unusual(trial)).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{any_trial, assessment, trial};
    use super::super::{OutcomeMeasure, class, scores};
    use super::*;
    use proptest::prelude::*;

    fn problems(instrument: Instrument, trials: &[Trial]) -> Vec<(Option<usize>, TrialProblemKind)> {
        let found = validate_trials(instrument, trials).err().unwrap_or_default();
        found.into_iter().map(|problem| (problem.trial, problem.kind)).collect()
    }

    #[test]
    fn a_test_without_trials_says_nothing() {
        assert_eq!(problems(Instrument::Tug, &[]), [(None, TrialProblemKind::NoTrials)]);
    }

    #[test]
    fn items_and_trial_numbers_belong_to_the_instrument() {
        let tug = |number| trial(Instrument::Tug, Item::Time, number, "12.0", None);
        assert_eq!(problems(Instrument::Tug, &[tug(2), tug(1)]), []);
        assert_eq!(
            problems(Instrument::Tug, &[tug(1), tug(3)]),
            [(Some(1), TrialProblemKind::TrialNumber { most: 2 })]
        );
        assert_eq!(problems(Instrument::Tug, &[tug(0)]), [(Some(0), TrialProblemKind::TrialNumber { most: 2 })]);
        assert_eq!(problems(Instrument::Tug, &[tug(1), tug(1)]), [(Some(1), TrialProblemKind::RepeatedTrial)]);
        let foreign = TrialProblemKind::ItemNotOfInstrument { instrument: Instrument::Sppb, item: Item::Time };
        assert_eq!(problems(Instrument::Sppb, &[tug(1)]), [(Some(0), foreign)]);
        for (instrument, item, most) in [
            (Instrument::Sppb, Item::Gait, 2),
            (Instrument::Sppb, Item::Tandem, 1),
            (Instrument::Gait10, Item::Maximal, 2),
            (Instrument::Grip, Item::Left, 3),
            (Instrument::SingleLeg, Item::Left, 2),
            (Instrument::Walk6, Item::Distance, 1),
            (Instrument::ArmCurl, Item::Weight, 1),
        ] {
            assert_eq!(item_rule(instrument, item, None).map(|rule| rule.trials), Some(most), "{instrument} {item}");
        }
    }

    #[test]
    fn a_walk_needs_its_course_and_only_one_it_can_have() {
        let gait = |number, printed, course| trial(Instrument::Sppb, Item::Gait, number, printed, course);
        let required = TrialProblemKind::CourseRequired { allowed: &[4, 3] };
        assert_eq!(problems(Instrument::Sppb, &[gait(1, "5.00", None)]), [(Some(0), required)]);
        assert_eq!(problems(Instrument::Sppb, &[gait(1, "tried_unable", None)]), []);
        let not_allowed = TrialProblemKind::CourseNotAllowed { allowed: &[4, 3] };
        assert_eq!(problems(Instrument::Sppb, &[gait(1, "5.00", Some(2))]), [(Some(0), not_allowed)]);
        let two_courses = [gait(1, "5.00", Some(4)), gait(2, "5.00", Some(3))];
        assert_eq!(problems(Instrument::Sppb, &two_courses), [(Some(1), TrialProblemKind::CoursesDiffer)]);
        let two_codes = [gait(1, "tried_unable", Some(4)), gait(2, "tried_unable", Some(3))];
        assert_eq!(problems(Instrument::Sppb, &two_codes), [(Some(1), TrialProblemKind::CoursesDiffer)]);
        let six_minutes = trial(Instrument::Walk6, Item::Distance, 1, "300", None);
        let required = TrialProblemKind::CourseRequired { allowed: &[15, 30] };
        assert_eq!(problems(Instrument::Walk6, &[six_minutes]), [(Some(0), required)]);
        let sitting = trial(Instrument::Grip, Item::Left, 1, "20.0", Some(4));
        let not_walked = TrialProblemKind::CourseNotAllowed { allowed: &[] };
        assert_eq!(problems(Instrument::Grip, &[sitting]), [(Some(0), not_walked)]);
    }

    #[test]
    fn the_stop_rule_skips_two_stands_and_nothing_else() {
        for instrument in Instrument::ALL {
            for item in super::super::items(*instrument) {
                let skipped = trial(*instrument, item, 1, "skipped_by_rule", None);
                let allowed = matches!(item, Item::SemiTandem | Item::Tandem);
                assert_eq!(problems(*instrument, &[skipped]).is_empty(), allowed, "{instrument} {item}");
            }
        }
    }

    #[test]
    fn a_value_outside_the_hard_limits_is_refused_wherever_it_comes_from() {
        let mut rises = trial(Instrument::Sppb, Item::Chair5, 1, "60.00", None);
        rises.outcome = TrialOutcome::Value(6001);
        let out = ValueProblem::OutOfRange { low: 300, high: 6000, decimals: 2 };
        assert_eq!(problems(Instrument::Sppb, &[rises]), [(Some(0), TrialProblemKind::Value(out))]);
    }

    #[test]
    fn a_note_may_have_line_breaks_but_no_control_characters() {
        let noted =
            |note: &str| Trial { note: Some(note.to_owned()), ..trial(Instrument::Tug, Item::Time, 1, "12.0", None) };
        assert_eq!(problems(Instrument::Tug, &[noted("kipeä polvi\nuudet kengät")]), []);
        for bad in ["a\0b".to_owned(), "ä".repeat(NOTE_MAX + 1)] {
            assert_eq!(problems(Instrument::Tug, &[noted(&bad)]), [(Some(0), TrialProblemKind::Note)]);
        }
    }

    #[test]
    fn each_instrument_has_the_items_of_its_row() {
        let counts: Vec<_> =
            Instrument::ALL.iter().map(|instrument| super::super::items(*instrument).count()).collect();
        assert_eq!(counts, [5, 2, 1, 2, 2, 2, 1, 1, 2, 13]);
    }

    proptest! {
        #[test]
        fn any_trials_are_scored_and_judged_without_a_panic(
            instrument in proptest::sample::select(Instrument::ALL),
            trials in proptest::collection::vec(any_trial(), 0..10),
            age in any::<i32>(),
        ) {
            let assessment = assessment(instrument, trials);
            let _ = (validate(&assessment), unusual(instrument, &assessment.trials, Some(Sex::Female)));
            let scores = scores(&assessment);
            prop_assert!(scores.windows(2).all(|pair| pair[0].outcome < pair[1].outcome), "in the order of the table");
            for score in scores {
                let _ = (class(&score, Some(age), Some(Sex::Male)), score.value().map(|value| score.outcome.write(value)));
            }
        }

        #[test]
        fn a_valid_value_reads_back_as_it_is_written(
            instrument in proptest::sample::select(Instrument::ALL),
            place in 0usize..20,
            share in 0.0f64..=1.0,
        ) {
            let items: Vec<_> = super::super::items(instrument).collect();
            let quantity = item_rule(instrument, items[place % items.len()], None).unwrap().quantity;
            let value = quantity.hard.0 + ((quantity.hard.1 - quantity.hard.0) as f64 * share) as i64;
            prop_assume!(quantity.check(value).is_ok());
            for reading in [super::super::Reading::File, super::super::Reading::Typed] {
                prop_assert_eq!(quantity.read(&quantity.write(value), reading), Ok(value));
                prop_assert_eq!(quantity.read(&quantity.write(value).replace('.', ","), reading), Ok(value));
            }
        }

        #[test]
        fn scores_of_every_instrument_are_written_with_their_decimals(value in -1000i64..100_000) {
            prop_assert_eq!(OutcomeMeasure::Chair5Time.write(value).replace('.', "").parse::<i64>(), Ok(value));
            prop_assert_eq!(OutcomeMeasure::TugTime.write(value).replace('.', "").parse::<i64>(), Ok(value));
        }
    }
}
