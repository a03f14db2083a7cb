//! Recording tests and correcting them.

use std::collections::BTreeSet;

use super::{Assessment, Circumstances, Instrument, Trial, validate_trials};
use crate::access::Action;
use crate::fields::TEXT;
use crate::ids::{AssessmentId, ParticipantId};
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::merge::{self, Merged, Write, is_concurrent};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::{Against, Contradiction, ReviewKind};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// Trials of one test, at most.
const TRIALS: usize = 64;

impl Noun for Assessment {
    type Id = AssessmentId;
    const PERSONAL: bool = true;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> AssessmentId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.groups_holding_since(self.participant, self.measured_on).into_iter().map(Bucket::Health).collect()
    }

    fn contested(&self) -> Option<(ReviewKind, bool)> {
        Some((ReviewKind::Amendment, self.disputed))
    }
}

verbs! {
    pub enum Verb {
        Record = "assessment.record" { assessment: Box<Assessment> },
        /// Adds a version with all trials as they should be, and with the circumstances, where they are corrected too.
        Amend = "assessment.amend" {
            id: AssessmentId, participant: ParticipantId, trials: Vec<Trial>, reason: String,
            #[later] circumstances: Option<Box<Circumstances>>,
        },
        /// It was never measured: recorded by an import that is taken back. Written by the program alone.
        TakeBack = "assessment.take_back" { id: AssessmentId, participant: ParticipantId },
    }
}

/// The schema from which on a correction may say the circumstances, too.
const CIRCUMSTANCES_AMENDED_SINCE: u16 = 5;

impl VerbRules for Verb {
    type Noun = Assessment;

    fn id(&self) -> AssessmentId {
        match self {
            Self::Record { assessment } => assessment.id,
            Self::Amend { id, .. } | Self::TakeBack { id, .. } => *id,
        }
    }

    /// A server that corrects values alone must not take a correction of circumstances for one of these.
    fn since(&self) -> u16 {
        match self {
            Self::Amend { circumstances: Some(_), .. } => CIRCUMSTANCES_AMENDED_SINCE,
            _ => Assessment::SINCE,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        match self {
            Self::Record { assessment } => Some(assessment.participant),
            Self::Amend { participant, .. } | Self::TakeBack { participant, .. } => Some(*participant),
        }
    }

    fn results_of(&self, _: &impl Known) -> Option<ParticipantId> {
        match self {
            Self::Record { assessment } => Some(assessment.participant),
            Self::Amend { .. } | Self::TakeBack { .. } => None,
        }
    }

    /// Undoing an import looks first at what rests on it.
    fn has_own_way(&self) -> bool {
        matches!(self, Self::TakeBack { .. })
    }

    /// Of the person whose test it is, whatever a correction says.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let person = match self {
            Self::Record { assessment } => Some(assessment.participant),
            Self::Amend { id, .. } => rights.known.get::<Assessment>(*id).map(|test| test.participant),
            Self::TakeBack { .. } => None,
        };
        person.is_some_and(|person| rights.about(Action::RecordAssessments, person))
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        match self {
            Self::Record { assessment } => {
                past(assessment.measured_on, today, "measured_on")?;
                check(assessment.amended_because.is_none() && !assessment.disputed, "amended_because")?;
                listed(&assessment.trials)?;
                assessment.circumstances.check()?;
                measured(assessment.instrument, &assessment.trials)
            }
            Self::Amend { trials, reason, circumstances, .. } => {
                check(!reason.trim().is_empty(), "reason")?;
                text(reason, TEXT, "reason")?;
                if let Some(told) = circumstances {
                    told.check()?;
                }
                // Their instrument is the fact's: the merge holds them against it.
                listed(trials)
            }
            Self::TakeBack { .. } => Ok(()),
        }
    }

    fn fits(&self, known: &impl Known) -> bool {
        match self {
            Self::Record { assessment } => known.has_person(assessment.participant),
            Self::Amend { .. } | Self::TakeBack { .. } => true,
        }
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Record { assessment } = self else { return Merged::Invalid(None) };
        merge::first((**assessment).clone(), write.at, write)
    }

    fn merge(&self, entity: &Entity, there: &Assessment, write: &Write<'_>) -> Merged {
        match self {
            Self::Record { assessment } => merge::already(there == &**assessment),
            Self::Amend { participant, .. } | Self::TakeBack { participant, .. }
                if *participant != there.participant =>
            {
                Merged::Invalid(Some(Invalid::field("participant")))
            }
            Self::Amend { trials, reason, circumstances, .. } => match measured(there.instrument, trials) {
                Err(wrong) => Merged::Invalid(Some(wrong)),
                Ok(()) => {
                    let circumstances = circumstances.as_deref().unwrap_or(&there.circumstances);
                    let amended = Assessment {
                        trials: trials.clone(),
                        amended_because: Some(reason.clone()),
                        circumstances: circumstances.clone(),
                        ..there.clone()
                    };
                    amend(entity, there, amended, write)
                }
            },
            Self::TakeBack { .. } => merge::gone(entity, write),
        }
    }

    fn resembles(&self, known: &impl Known, write: &Write<'_>) -> Vec<(ReviewKind, Vec<EntityKey>)> {
        let Self::Record { assessment } = self else { return Vec::new() };
        vec![(ReviewKind::PossibleDuplicate, same_tests(known, assessment, write))]
    }
}

fn listed(trials: &[Trial]) -> Result<(), Invalid> {
    check((1..=TRIALS).contains(&trials.len()), "trials")
}

/// The rules and hard limits of the instrument. Soft limits were the tester's to confirm.
fn measured(instrument: Instrument, trials: &[Trial]) -> Result<(), Invalid> {
    let Err(problems) = validate_trials(instrument, trials) else { return Ok(()) };
    let Some(first) = problems.first() else { return Ok(()) };
    let trial = first.trial.and_then(|place| trials.get(place)).map(|trial| (trial.item, trial.trial));
    Err(Invalid { field: first.kind.field(), trial })
}

/// Two amendments of one version are both kept (the log has them), the later one is shown, and the test stays
/// out of the aggregates until an amendment that has seen both decides.
fn amend(entity: &Entity, there: &Assessment, amended: Assessment, write: &Write<'_>) -> Merged {
    let concurrent = is_concurrent(entity, write);
    let wins = !concurrent || *write.at > entity.at;
    let mut test = if wins { amended } else { there.clone() };
    test.disputed = concurrent;
    let at = if wins { write.at.clone() } else { entity.at.clone() };
    let contradiction = Contradiction { kind: ReviewKind::Amendment, against: Against::Unseen };
    merge::changed(merge::next(entity, test, at, write), concurrent.then_some(contradiction))
}

/// The same participant, test and day from another stream.
fn same_tests(known: &impl Known, new: &Assessment, write: &Write<'_>) -> Vec<EntityKey> {
    let same = |entity: &&Entity| {
        let foreign = entity.stream != write.stream || entity.other_rev > 0;
        foreign
            && entity.content::<Assessment>().is_some_and(|test| {
                test.id != new.id && test.instrument == new.instrument && test.measured_on == new.measured_on
            })
    };
    known.results_of(new.participant).filter(same).map(|entity| entity.key).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;
    use uuid::Uuid;

    use super::*;
    use crate::assessments::{Item, TrialOutcome};
    use crate::sync::noun::Written;

    fn amend(circumstances: Option<Circumstances>) -> Verb {
        Verb::Amend {
            id: AssessmentId(Uuid::nil()),
            participant: ParticipantId(Uuid::nil()),
            trials: vec![Trial::new(Item::Time, 1, TrialOutcome::Value(97))],
            reason: "väärä tuoli".into(),
            circumstances: circumstances.map(Box::new),
        }
    }

    fn written(verb: &Verb) -> String {
        let mut text = Vec::new();
        verb.write_fields(&mut serde_json::Serializer::new(&mut text)).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_came_later_is_written_only_where_it_says_something() {
        let seat = Circumstances { chair_cm: Some(45), ..Circumstances::default() };
        let told = amend(Some(seat));
        assert!(written(&told).ends_with(r#""circumstances":{"chair_cm":45}}"#), "{}", written(&told));
        assert!(!written(&amend(None)).contains("circumstances"), "as every earlier program wrote it");
        for verb in [told, amend(None)] {
            let fields = RawValue::from_string(written(&verb)).unwrap();
            assert_eq!(Verb::read("assessment.amend", &fields).unwrap().unwrap(), verb);
        }
    }

    #[test]
    fn a_correction_of_circumstances_is_held_by_a_server_that_knows_none() {
        let told = amend(Some(Circumstances { chair_cm: Some(45), ..Circumstances::default() }));
        assert_eq!((amend(None).since(), told.since()), (1, 5));
        assert_eq!(crate::sync::op::Verb::from(told).since(), 5);
    }

    #[test]
    fn circumstances_that_cannot_be_are_refused_in_a_correction_too() {
        let today = "2026-09-08".parse().unwrap();
        let seat = |cm| amend(Some(Circumstances { chair_cm: Some(cm), ..Circumstances::default() })).check(today);
        assert_eq!((seat(45), amend(None).check(today)), (Ok(()), Ok(())));
        assert_eq!(seat(20), Err(Invalid::field("chair_cm")));
    }
}
