//! What was answered before tests: the twelve questions, and the check of the day. Facts; a professional's permission is
//! added to one. What the answers mean is [`crate::safety`]'s.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::fields::TEXT;
use crate::ids::{ParticipantId, ScreeningId};
use crate::names::can_be_said;
use crate::safety::{Clearance, PreScreen, SameDayCheck};
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, line, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// One asking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    pub id: ScreeningId,
    pub participant: ParticipantId,
    pub on: Day,
    pub asked: Asked,
}

/// What was asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The twelve questions.
    Questions(PreScreen),
    /// The check of the day.
    Today(SameDayCheck),
}

impl Screening {
    pub fn questions(&self) -> Option<&PreScreen> {
        if let Asked::Questions(questions) = &self.asked { Some(questions) } else { None }
    }

    pub fn of_today(&self) -> Option<&SameDayCheck> {
        if let Asked::Today(check) = &self.asked { Some(check) } else { None }
    }

    /// Whether tests wait for somebody's permission because of it.
    pub fn is_red(&self) -> bool {
        self.questions().is_some_and(|questions| !questions.screen().red.is_empty())
    }

    /// The same answers with that permission; the field that it lacks, where it clears nothing.
    pub fn cleared(&self, clearance: &Clearance) -> Result<Self, Invalid> {
        let questions = self.questions().ok_or(Invalid::field("id"))?;
        let before = PreScreen { clearance: None, ..questions.clone() };
        check(!before.screen().red.is_empty(), "id")?;
        let after = PreScreen { clearance: Some(clearance.clone()), ..before };
        check(after.screen().red.is_empty(), "limits")?;
        Ok(Self { asked: Asked::Questions(after), ..self.clone() })
    }
}

impl Noun for Screening {
    type Id = ScreeningId;
    const PERSONAL: bool = true;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> ScreeningId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn shown_to(mut self, schema: u16) -> Self {
        if let (..2, Asked::Questions(PreScreen { clearance: Some(clearance), .. })) = (schema, &mut self.asked) {
            clearance.because.clear();
        }
        self
    }

    /// As a test: whoever's group the person joins later must know of it, a group that was left before must not.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.groups_holding_since(self.participant, self.on).into_iter().map(Bucket::Health).collect()
    }
}

verbs! {
    pub enum Verb {
        Record = "screening.record" { screening: Screening },
        /// A professional's permission, after red answers.
        Clear = "screening.clear" { id: ScreeningId, participant: ParticipantId, clearance: Clearance },
    }
}

impl VerbRules for Verb {
    type Noun = Screening;

    fn id(&self) -> ScreeningId {
        match self {
            Self::Record { screening } => screening.id,
            Self::Clear { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        match self {
            Self::Record { screening } => Some(screening.participant),
            Self::Clear { participant, .. } => Some(*participant),
        }
    }

    fn results_of(&self, _: &impl Known) -> Option<ParticipantId> {
        match self {
            Self::Record { screening } => Some(screening.participant),
            Self::Clear { .. } => None,
        }
    }

    /// Whoever tests asks; to clear is another right. Of the person whose answers they are, whatever a permission says.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        match self {
            Self::Record { screening } => rights.about(Action::RecordAssessments, screening.participant),
            Self::Clear { id, .. } => {
                let person = rights.known.get::<Screening>(*id).map(|screening| screening.participant);
                person.is_some_and(|person| rights.about(Action::ClearScreenings, person))
            }
        }
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        match self {
            Self::Record { screening } => {
                past(screening.on, today, "on")?;
                match &screening.asked {
                    Asked::Questions(questions) => check(questions.clearance.is_none(), "clearance"),
                    Asked::Today(day) => {
                        check(day.pain <= SameDayCheck::WORST_PAIN, "pain")?;
                        check(day.lacking.is_sorted_by(|a, b| a < b), "lacking")
                    }
                }
            }
            Self::Clear { clearance, .. } => {
                check(can_be_said(&clearance.by), "by")?;
                line(&clearance.by, "by")?;
                past(clearance.on, today, "on")?;
                text(&clearance.limits, TEXT, "limits")?;
                text(&clearance.because, TEXT, "because")
            }
        }
    }

    fn fits(&self, known: &impl Known) -> bool {
        match self {
            Self::Record { screening } => known.has_person(screening.participant),
            Self::Clear { .. } => true,
        }
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Record { screening } = self else { return Merged::Invalid(None) };
        merge::first(screening.clone(), write.at, write)
    }

    fn merge(&self, entity: &Entity, there: &Screening, write: &Write<'_>) -> Merged {
        match self {
            Self::Record { screening } => merge::already(there == screening),
            Self::Clear { participant, .. } if *participant != there.participant => {
                Merged::Invalid(Some(Invalid::field("participant")))
            }
            Self::Clear { clearance, .. } => match there.cleared(clearance) {
                Err(wrong) => Merged::Invalid(Some(wrong)),
                Ok(cleared) => merge::latest(entity, cleared, ReviewKind::Screening, write),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::safety::{DayFact, Question};
    use uuid::Uuid;

    fn yes_to(questions: &[Question]) -> Screening {
        let answers = std::array::from_fn(|place| Some(questions.contains(&Question::ALL[place])));
        asked(Asked::Questions(PreScreen { answers, clearance: None }))
    }

    fn asked(asked: Asked) -> Screening {
        let (id, participant) = (ScreeningId(Uuid::nil()), ParticipantId(Uuid::nil()));
        Screening { id, participant, on: today(), asked }
    }

    fn today() -> Day {
        "2026-09-08".parse().unwrap()
    }

    fn permission(limits: &str) -> Clearance {
        Clearance { by: "fysioterapeutti Laine".into(), on: today(), limits: limits.into(), because: String::new() }
    }

    #[test]
    fn a_permission_clears_red_answers_and_nothing_else() {
        let red = yes_to(&[Question::ChestPain]);
        assert!(red.is_red() && !red.cleared(&permission("")).unwrap().is_red());
        assert_eq!(yes_to(&[Question::FallsOrInjury]).cleared(&permission("")), Err(Invalid::field("id")));
        let check = asked(Asked::Today(SameDayCheck::default()));
        assert_eq!(check.cleared(&permission("")), Err(Invalid::field("id")));
    }

    #[test]
    fn a_doctors_restriction_needs_its_limits_in_writing() {
        let restricted = yes_to(&[Question::ExerciseRestricted]);
        assert_eq!(restricted.cleared(&permission(" ")), Err(Invalid::field("limits")));
        assert!(restricted.cleared(&permission("ei nostoja pään yli")).is_ok());
    }

    #[test]
    fn answers_and_permissions_are_held_to_the_rules_of_their_fields() {
        let recorded = |screening| Verb::Record { screening }.check(today());
        let check_of =
            |lacking: &[DayFact], pain| asked(Asked::Today(SameDayCheck { lacking: lacking.to_vec(), pain }));
        assert_eq!(recorded(check_of(&[DayFact::FeelsWell, DayFact::ProperShoes], 10)), Ok(()));
        assert_eq!(recorded(check_of(&[], 11)), Err(Invalid::field("pain")));
        assert_eq!(recorded(check_of(&[DayFact::ProperShoes; 2], 0)), Err(Invalid::field("lacking")));
        let cleared = yes_to(&[Question::ChestPain]).cleared(&permission("")).unwrap();
        assert_eq!(recorded(cleared), Err(Invalid::field("clearance")), "nobody clears while recording");
        assert_eq!(recorded(Screening { on: today().plus_days(2), ..yes_to(&[]) }), Err(Invalid::field("on")));
        let given = |clearance| {
            let (id, participant) = (ScreeningId(Uuid::nil()), ParticipantId(Uuid::nil()));
            Verb::Clear { id, participant, clearance }.check(today())
        };
        assert_eq!(given(permission("")), Ok(()));
        assert_eq!(given(Clearance { by: "  ".into(), ..permission("") }), Err(Invalid::field("by")));
        assert_eq!(given(Clearance { on: today().plus_days(2), ..permission("") }), Err(Invalid::field("on")));
        assert_eq!(given(Clearance { because: "a\0".into(), ..permission("") }), Err(Invalid::field("because")));
        assert_eq!(given(permission(&"a".repeat(4001))), Err(Invalid::field("limits")));
    }
}
