//! Incidents: adverse events and near misses. Append only.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::codes::codes;
use crate::fields::TEXT;
use crate::ids::{GroupId, IncidentId, ParticipantId, SessionId};
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time, optional_line, past, text};
use crate::sync::verbs::verbs;
use crate::time::{Day, TimeOfDay};

codes! {
    pub enum IncidentKind {
        Fall = "fall", NearFall = "near_fall", Symptom = "symptom", Injury = "injury",
        Equipment = "equipment", Behaviour = "behaviour", Other = "other",
    }
}

codes! {
    pub enum InjuryLevel { None = "none", Minor = "minor", Treated = "treated", Hospital = "hospital", Death = "death" }
}

codes! {
    /// What was done at once.
    pub enum IncidentAction {
        Rest = "rest", FirstAid = "first_aid", Emergency = "emergency", RelativeInformed = "relative_informed",
    }
}

codes! {
    pub enum Preventable { Yes = "yes", No = "no", Unclear = "unclear" }
}

/// One recorded incident. What an operation of schema 1 does not say is not known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    pub id: IncidentId,
    pub group: GroupId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<ParticipantId>,
    pub on: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<TimeOfDay>,
    pub kind: IncidentKind,
    pub injury: InjuryLevel,
    #[serde(default)]
    pub what_happened: String,
    /// What was going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// In the order of their list, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<IncidentAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preventable: Option<Preventable>,
    /// The day on which somebody asks how the person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_on: Option<Day>,
}

impl Incident {
    /// Treated by health care or worse: the coordinator goes through it.
    pub fn is_serious(&self) -> bool {
        self.injury >= InjuryLevel::Treated
    }
}

impl Noun for Incident {
    type Id = IncidentId;
    const PERSONAL: bool = true;

    fn id(&self) -> IncidentId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        self.participant
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.group.0]
    }

    fn buckets(&self, _: &impl Places) -> BTreeSet<Bucket> {
        BTreeSet::from([Bucket::Health(self.group)])
    }
}

verbs! {
    pub enum Verb {
        Record = "incident.record" { incident: Incident },
    }
}

impl VerbRules for Verb {
    type Noun = Incident;

    fn id(&self) -> IncidentId {
        let Self::Record { incident } = self;
        incident.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Record { incident } = self;
        incident.participant
    }

    fn group(&self) -> Option<GroupId> {
        let Self::Record { incident } = self;
        Some(incident.group)
    }

    fn names(&self) -> Vec<EntityKey> {
        let Self::Record { incident } = self;
        let others = [incident.participant.map(EntityKey::from), incident.session.map(EntityKey::from)];
        others.into_iter().flatten().chain([incident.group.into()]).collect()
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Record { incident } = self;
        rights.in_group(Action::RecordIncidents, incident.group)
            && incident.participant.is_none_or(|person| rights.about(Action::RecordIncidents, person))
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Record { incident } = self;
        past(incident.on, today, "on")?;
        text(&incident.what_happened, TEXT, "what_happened")?;
        optional_line(incident.activity.as_ref(), "activity")?;
        check(incident.actions.is_sorted_by(|a, b| a < b), "actions")?;
        in_our_time(incident.follow_up_on, "follow_up_on")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Record { incident } = self;
        known.has_group(incident.group)
            && incident.participant.is_none_or(|person| known.has_person(person))
            && incident.session.is_none_or(|session| known.meets(session, incident.group))
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Record { incident } = self;
        merge::first(incident.clone(), write.at, write)
    }

    fn merge(&self, _: &Entity, there: &Incident, _: &Write<'_>) -> Merged {
        let Self::Record { incident } = self;
        merge::already(there == incident)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fall() -> Incident {
        Incident {
            id: IncidentId(Uuid::nil()),
            group: GroupId(Uuid::nil()),
            session: None,
            participant: None,
            on: "2026-11-21".parse().unwrap(),
            at: None,
            kind: IncidentKind::Fall,
            injury: InjuryLevel::Minor,
            what_happened: "Kompastui maton reunaan.".into(),
            activity: None,
            actions: Vec::new(),
            preventable: None,
            follow_up_on: None,
        }
    }

    #[test]
    fn an_incident_that_a_health_professional_treated_is_serious() {
        let serious = |injury| Incident { injury, ..fall() }.is_serious();
        let levels: Vec<_> = InjuryLevel::ALL.iter().map(|level| serious(*level)).collect();
        assert_eq!(levels, [false, false, true, true, true]);
    }

    #[test]
    fn an_incident_is_held_to_the_rules_of_its_fields() {
        use IncidentAction as A;
        let checked = |incident| Verb::Record { incident }.check("2026-11-21".parse().unwrap());
        assert_eq!(checked(Incident { actions: vec![A::Rest, A::Emergency], ..fall() }), Ok(()));
        for (wrong, incident) in [
            ("on", Incident { on: "2026-11-23".parse().unwrap(), ..fall() }),
            ("what_happened", Incident { what_happened: "a".repeat(4001), ..fall() }),
            ("activity", Incident { activity: Some("a\0".into()), ..fall() }),
            ("actions", Incident { actions: vec![A::Rest, A::Rest], ..fall() }),
            ("follow_up_on", Incident { follow_up_on: Some("2226-11-21".parse().unwrap()), ..fall() }),
        ] {
            assert_eq!(checked(incident), Err(Invalid::field(wrong)), "{wrong}");
        }
    }

    #[test]
    fn what_schema_1_left_out_is_not_known_and_stays_out() {
        let short = serde_json::to_string(&fall()).unwrap();
        assert!(!short.contains("activity") && !short.contains("actions"), "{short}");
        assert_eq!(serde_json::from_str::<Incident>(&short).unwrap(), fall());
    }
}
