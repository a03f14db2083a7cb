//! Incidents: adverse events and near misses (domain.md 3.4). Append only.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{GroupId, IncidentId, ParticipantId, SessionId};
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
