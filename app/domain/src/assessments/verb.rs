//! Recording tests and correcting them.

use std::collections::BTreeSet;

use super::circumstances::PAIN_SINCE;
use super::{Assessment, Circumstances, Instrument, Trial, Version, in_full, validate_trials};
use crate::access::Action;
use crate::fields::TEXT;
use crate::ids::{AssessmentId, ParticipantId};
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write, is_concurrent};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::op::SCHEMA;
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

    fn shown_to(self, schema: u16) -> Self {
        let versions = if schema < VERSIONS_SINCE { Vec::new() } else { self.versions };
        Self { versions, circumstances: self.circumstances.shown_to(schema), ..self }
    }

    fn contested(&self) -> Option<(ReviewKind, bool)> {
        Some((ReviewKind::Amendment, self.disputed))
    }

    fn readings(&self) -> Vec<&Hlc> {
        self.versions.iter().map(|version| &version.at).collect()
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

/// The schema from which on tablets are told each of the corrections that contradict each other.
const VERSIONS_SINCE: u16 = 6;

impl VerbRules for Verb {
    type Noun = Assessment;

    fn id(&self) -> AssessmentId {
        match self {
            Self::Record { assessment } => assessment.id,
            Self::Amend { id, .. } | Self::TakeBack { id, .. } => *id,
        }
    }

    /// A server that corrects values alone must not take a correction of circumstances for one of these, and none that
    /// knows no pain must refuse it. Circumstances without pain say that there was none or that it is not known: programs
    /// before the sixth schema, which wrote the fifth, say nothing of it.
    fn since(&self) -> u16 {
        match self {
            Self::Record { assessment } if assessment.circumstances.pain.is_some() => PAIN_SINCE,
            Self::Amend { circumstances: Some(_), .. } => PAIN_SINCE,
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
                let is_first = assessment.amended_because.is_none() && !assessment.disputed;
                check(is_first && assessment.versions.is_empty(), "amended_because")?;
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
        self.merge_by(SCHEMA, entity, there, write)
    }

    /// Pain that a newer program told stays where one that knows none corrects the rest of the circumstances.
    fn merge_by(&self, schema: u16, entity: &Entity, there: &Assessment, write: &Write<'_>) -> Merged {
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
                    let told = circumstances.as_deref().cloned();
                    let tells = Tells {
                        pain: told.as_ref().is_some_and(|told| schema >= PAIN_SINCE || told.tells_pain()),
                        rest: told.is_some(),
                    };
                    let amended = Version {
                        trials: trials.clone(),
                        amended_because: Some(reason.clone()),
                        circumstances: told.unwrap_or_default(),
                        at: write.at.clone(),
                        rev: entity.rev + 1,
                        stream: write.stream,
                    };
                    amend(entity, there, amended, tells, write)
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

/// Two amendments of one version are both kept, the later one is shown, and the test stays out of the aggregates until an
/// amendment that has seen both decides. One replaces what its author had seen: the trials, and of the circumstances what it
/// tells.
fn amend(entity: &Entity, there: &Assessment, amended: Version, tells: Tells, write: &Write<'_>) -> Merged {
    let concurrent = is_concurrent(entity, write);
    let seen = |one: &Version| one.stream == write.stream || one.rev <= write.base_rev.unwrap_or(0);
    let (before, mut versions): (Vec<_>, Vec<_>) = versions(entity, there).into_iter().partition(seen);
    versions.extend(staying(before, tells));
    versions.push(amended);
    versions.sort_by_cached_key(|one| one.at.clone());
    let Some(shown) = in_full(&versions).pop() else { return Merged::Invalid(None) };
    if versions.len() == 1 {
        versions.clear();
    }
    let Version { trials, amended_because, circumstances, at, .. } = shown;
    let test = Assessment { trials, amended_because, circumstances, versions, disputed: concurrent, ..there.clone() };
    let contradiction = Contradiction { kind: ReviewKind::Amendment, against: Against::Unseen };
    merge::changed(merge::next(entity, test, at, write), concurrent.then_some(contradiction))
}

/// What an amendment tells of the circumstances: pain, and all the rest of them.
#[derive(Clone, Copy)]
struct Tells {
    pain: bool,
    rest: bool,
}

/// Of what an amendment does not tell, the newest that its author had seen, without trials.
fn staying(before: Vec<Version>, tells: Tells) -> impl Iterator<Item = Version> {
    let newest = |told: fn(&Circumstances) -> bool| before.iter().rposition(|one| told(&one.circumstances));
    let pain = newest(Circumstances::tells_pain).filter(|_| !tells.pain);
    let rest = newest(Circumstances::tells_rest).filter(|_| !tells.rest);
    before.into_iter().enumerate().filter(move |(place, _)| [pain, rest].contains(&Some(*place))).map(
        move |(place, one)| {
            let told = one.circumstances.pain.filter(|_| pain == Some(place));
            let others = if rest == Some(place) { one.circumstances } else { Circumstances::default() };
            let circumstances = Circumstances { pain: told, ..others };
            Version { trials: Vec::new(), amended_because: None, circumstances, ..one }
        },
    )
}

/// The versions that stand beside each other; of a test that nothing contradicts, the one that is shown. Programs of before
/// kept the later one of two alone.
fn versions(entity: &Entity, there: &Assessment) -> Vec<Version> {
    if !there.versions.is_empty() {
        return there.versions.clone();
    }
    vec![Version {
        trials: there.trials.clone(),
        amended_because: there.amended_because.clone(),
        circumstances: there.circumstances.clone(),
        at: entity.at.clone(),
        rev: entity.rev,
        stream: entity.stream,
    }]
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
        assert_eq!((amend(None).since(), told.since()), (1, 6));
        assert_eq!(crate::sync::op::Verb::from(told).since(), 6);
    }

    #[test]
    fn a_test_with_pain_is_held_by_a_server_that_knows_none() {
        let told = Circumstances { pain: Some(3), ..Circumstances::default() };
        let record = |circumstances| {
            let (id, who, day) = (AssessmentId(Uuid::nil()), ParticipantId(Uuid::nil()), "2026-09-08".parse().unwrap());
            let trials = vec![Trial::new(Item::Time, 1, TrialOutcome::Value(97))];
            let test = Assessment { circumstances, ..Assessment::new(id, who, day, Instrument::Tug, trials) };
            Verb::Record { assessment: Box::new(test) }
        };
        assert_eq!((record(Circumstances::default()).since(), record(told.clone()).since()), (1, 6));
        assert_eq!(amend(Some(told)).since(), 6);
    }

    #[test]
    fn circumstances_that_cannot_be_are_refused_in_a_correction_too() {
        let today = "2026-09-08".parse().unwrap();
        let seat = |cm| amend(Some(Circumstances { chair_cm: Some(cm), ..Circumstances::default() })).check(today);
        assert_eq!((seat(45), amend(None).check(today)), (Ok(()), Ok(())));
        assert_eq!(seat(20), Err(Invalid::field("chair_cm")));
    }
}
