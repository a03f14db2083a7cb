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
use crate::sync::validate::{Invalid, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

codes! {
    pub enum IncidentKind {
        Fall = "fall", NearFall = "near_fall", Symptom = "symptom", Injury = "injury",
        Equipment = "equipment", Behaviour = "behaviour", Other = "other",
    }
}

codes! {
    pub enum InjuryLevel { None = "none", Minor = "minor", Treated = "treated", Hospital = "hospital", Death = "death" }
}

/// One recorded incident.
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
    pub kind: IncidentKind,
    pub injury: InjuryLevel,
    #[serde(default)]
    pub what_happened: String,
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
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Record { incident } = self;
        past(incident.on, today, "on")?;
        text(&incident.what_happened, TEXT, "what_happened")
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
