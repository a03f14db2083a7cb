//! Operations: who did what, when, on which version. The history of everything (design.md 3).

use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::assessments::{Assessment, Trial};
use crate::attendance::Mark;
use crate::consents::Consent;
use crate::groups::{ExitReason, Group, Membership};
use crate::ids::{AssessmentId, AttendanceId, GroupId, MembershipId, OpId, ParticipantId, SessionId, UserId};
use crate::incidents::Incident;
use crate::people::{Profile, ProfileChange};
use crate::sessions::{Session, SessionStatus};
use crate::sync::entity::{EntityKey, EntityType};
use crate::sync::hlc::Hlc;
use crate::time::Day;

/// The schema that this program writes. A newer one is held, an older one lifted.
pub const SCHEMA: u16 = 1;

/// What an operation does: a variant per verb. By itself it is written as `{kind: body}`; an [`Op`] writes the two
/// as fields of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Verb {
    /// A new participant; `group` says in whose hall (the right to write follows from it).
    #[serde(rename = "participant.register")]
    ParticipantRegister { id: ParticipantId, group: Option<GroupId>, profile: Box<Profile>, provisional: bool },
    #[serde(rename = "participant.edit")]
    ParticipantEdit { id: ParticipantId, changes: Vec<ProfileChange> },
    /// Creates a group, or writes it whole.
    #[serde(rename = "group.put")]
    GroupPut { group: Box<Group> },
    #[serde(rename = "membership.join")]
    MembershipJoin { membership: Membership },
    #[serde(rename = "membership.leave")]
    MembershipLeave { id: MembershipId, group: GroupId, left_on: Option<Day>, exit_reason: Option<ExitReason> },
    /// Makes the session exist; an existing one stays as it is.
    #[serde(rename = "session.plan")]
    SessionPlan { session: Session },
    #[serde(rename = "session.status")]
    SessionStatus { id: SessionId, group: GroupId, status: Option<SessionStatus> },
    /// Sets or undoes (`mark: None`) one mark.
    #[serde(rename = "attendance.set")]
    AttendanceSet { session: SessionId, group: GroupId, participant: ParticipantId, mark: Option<Mark> },
    #[serde(rename = "assessment.record")]
    AssessmentRecord { assessment: Box<Assessment> },
    /// Adds a version with all trials as they should be.
    #[serde(rename = "assessment.amend")]
    AssessmentAmend { id: AssessmentId, participant: ParticipantId, trials: Vec<Trial>, reason: String },
    #[serde(rename = "consent.record")]
    ConsentRecord { consent: Consent },
    #[serde(rename = "incident.record")]
    IncidentRecord { incident: Incident },
}

impl Verb {
    /// Every kind, in the order of the variants.
    pub const KINDS: [&str; 12] = [
        "participant.register",
        "participant.edit",
        "group.put",
        "membership.join",
        "membership.leave",
        "session.plan",
        "session.status",
        "attendance.set",
        "assessment.record",
        "assessment.amend",
        "consent.record",
        "incident.record",
    ];

    /// The entity that the operation writes.
    pub fn target(&self) -> EntityKey {
        let (etype, id) = match self {
            Self::ParticipantRegister { id, .. } | Self::ParticipantEdit { id, .. } => (EntityType::Participant, id.0),
            Self::GroupPut { group } => (EntityType::Group, group.id.0),
            Self::MembershipJoin { membership } => (EntityType::Membership, membership.id.0),
            Self::MembershipLeave { id, .. } => (EntityType::Membership, id.0),
            Self::SessionPlan { session } => (EntityType::Session, session.id.0),
            Self::SessionStatus { id, .. } => (EntityType::Session, id.0),
            Self::AttendanceSet { session, participant, .. } => {
                (EntityType::Attendance, AttendanceId::of(*session, *participant).0)
            }
            Self::AssessmentRecord { assessment } => (EntityType::Assessment, assessment.id.0),
            Self::AssessmentAmend { id, .. } => (EntityType::Assessment, id.0),
            Self::ConsentRecord { consent } => (EntityType::Consent, consent.id.0),
            Self::IncidentRecord { incident } => (EntityType::Incident, incident.id.0),
        };
        EntityKey { etype, id }
    }

    /// The person whom the operation names.
    pub fn participant(&self) -> Option<ParticipantId> {
        match self {
            Self::ParticipantRegister { id, .. } | Self::ParticipantEdit { id, .. } => Some(*id),
            Self::MembershipJoin { membership } => Some(membership.participant),
            Self::AttendanceSet { participant, .. } | Self::AssessmentAmend { participant, .. } => Some(*participant),
            Self::AssessmentRecord { assessment } => Some(assessment.participant),
            Self::ConsentRecord { consent } => Some(consent.participant),
            Self::IncidentRecord { incident } => incident.participant,
            Self::GroupPut { .. } | Self::MembershipLeave { .. } => None,
            Self::SessionPlan { .. } | Self::SessionStatus { .. } => None,
        }
    }

    /// The group that the operation names.
    pub fn group(&self) -> Option<GroupId> {
        match self {
            Self::ParticipantRegister { group, .. } => *group,
            Self::GroupPut { group } => Some(group.id),
            Self::MembershipJoin { membership } => Some(membership.group),
            Self::MembershipLeave { group, .. } | Self::SessionStatus { group, .. } => Some(*group),
            Self::AttendanceSet { group, .. } => Some(*group),
            Self::SessionPlan { session } => Some(session.group),
            Self::IncidentRecord { incident } => Some(incident.group),
            Self::ParticipantEdit { .. } | Self::ConsentRecord { .. } => None,
            Self::AssessmentRecord { .. } | Self::AssessmentAmend { .. } => None,
        }
    }

    /// The kind as written in the operation, for example `attendance.set`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ParticipantRegister { .. } => "participant.register",
            Self::ParticipantEdit { .. } => "participant.edit",
            Self::GroupPut { .. } => "group.put",
            Self::MembershipJoin { .. } => "membership.join",
            Self::MembershipLeave { .. } => "membership.leave",
            Self::SessionPlan { .. } => "session.plan",
            Self::SessionStatus { .. } => "session.status",
            Self::AttendanceSet { .. } => "attendance.set",
            Self::AssessmentRecord { .. } => "assessment.record",
            Self::AssessmentAmend { .. } => "assessment.amend",
            Self::ConsentRecord { .. } => "consent.record",
            Self::IncidentRecord { .. } => "incident.record",
        }
    }
}

/// One operation as recorded. Its canonical JSON text is what is stored, hashed and sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Op {
    pub op_id: OpId,
    /// 1-based and without gaps within its stream.
    pub n: i64,
    pub schema: u16,
    pub hlc: Hlc,
    /// The version of the target that the user was looking at; `None`: none.
    pub base_rev: Option<i64>,
    /// The account that acts.
    pub actor: UserId,
    pub verb: Verb,
}

impl Serialize for Op {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verb = serde_json::to_string(&self.verb).map_err(S::Error::custom)?;
        let body: BTreeMap<Cow<'_, str>, &RawValue> = crate::json::read_text(&verb).map_err(S::Error::custom)?;
        let mut op = serializer.serialize_struct("Op", 8)?;
        op.serialize_field("op_id", &self.op_id)?;
        op.serialize_field("n", &self.n)?;
        op.serialize_field("schema", &self.schema)?;
        op.serialize_field("hlc", &self.hlc)?;
        op.serialize_field("base_rev", &self.base_rev)?;
        op.serialize_field("actor", &self.actor)?;
        op.serialize_field("kind", self.verb.kind())?;
        op.serialize_field("body", &body.get(self.verb.kind()))?;
        op.end()
    }
}

/// Tagged content needs a copy of every reader for content that was set aside; all of them together would be a
/// tenth of what the tablet loads. So the body is set aside as text, and read once its kind is known.
impl<'de> Deserialize<'de> for Op {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            op_id: OpId,
            n: i64,
            schema: u16,
            hlc: Hlc,
            base_rev: Option<i64>,
            actor: UserId,
            kind: String,
            body: Box<RawValue>,
        }
        let Written { op_id, n, schema, hlc, base_rev, actor, kind, body } = Written::deserialize(deserializer)?;
        let kind = serde_json::to_string(&kind).map_err(de::Error::custom)?;
        let verb = crate::json::read_text(&format!("{{{kind}:{body}}}")).map_err(de::Error::custom)?;
        Ok(Self { op_id, n, schema, hlc, base_rev, actor, verb })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_kinds_is_complete_and_says_what_the_wire_says() {
        let error = serde_json::from_str::<Verb>(r#"{"no.such":null}"#).unwrap_err().to_string();
        let (_, expected) = error.split_once("expected one of ").unwrap();
        let known: Vec<_> = expected.split('`').skip(1).step_by(2).collect();
        assert_eq!(known, Verb::KINDS);
    }
}
