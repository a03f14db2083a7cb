//! What is synchronised: entities in buckets.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

use crate::assessments::Assessment;
use crate::attendance::Attendance;
use crate::codes::codes;
use crate::consents::Consent;
use crate::groups::{Group, Membership};
use crate::ids::{GroupId, StreamId, UserId};
use crate::incidents::Incident;
use crate::people::Participant;
use crate::sessions::Session;
use crate::sync::hlc::Hlc;

codes! {
    pub enum EntityType {
        Participant = "participant", Group = "group", Membership = "membership", Session = "session",
        Attendance = "attendance", Assessment = "assessment", Consent = "consent", Incident = "incident",
    }
}

impl EntityType {
    /// Whether its content says something of a person: to hand it out is a look that is logged (security.md 6).
    pub const fn is_personal(self) -> bool {
        match self {
            Self::Group | Self::Session => false,
            Self::Participant | Self::Membership | Self::Attendance => true,
            Self::Assessment | Self::Consent | Self::Incident => true,
        }
    }
}

/// An entity's content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    Participant(Participant),
    Group(Group),
    Membership(Membership),
    Session(Session),
    Attendance(Attendance),
    Assessment(Assessment),
    Consent(Consent),
    Incident(Incident),
}

/// Which entity: its type and id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct EntityKey {
    pub etype: EntityType,
    pub id: Uuid,
}

impl Body {
    pub fn key(&self) -> EntityKey {
        let (etype, id) = match self {
            Self::Participant(x) => (EntityType::Participant, x.id.0),
            Self::Group(x) => (EntityType::Group, x.id.0),
            Self::Membership(x) => (EntityType::Membership, x.id.0),
            Self::Session(x) => (EntityType::Session, x.id.0),
            Self::Attendance(x) => (EntityType::Attendance, x.id.0),
            Self::Assessment(x) => (EntityType::Assessment, x.id.0),
            Self::Consent(x) => (EntityType::Consent, x.id.0),
            Self::Incident(x) => (EntityType::Incident, x.id.0),
        };
        EntityKey { etype, id }
    }

    /// The person, session or group under which it is listed.
    pub fn parents(&self) -> Vec<Uuid> {
        match self {
            Self::Membership(stay) => vec![stay.group.0, stay.participant.0],
            Self::Session(session) => vec![session.group.0],
            Self::Attendance(mark) => vec![mark.session.0],
            Self::Assessment(test) => vec![test.participant.0],
            Self::Consent(consent) => vec![consent.participant.0],
            Self::Incident(incident) => vec![incident.group.0],
            Self::Participant(_) | Self::Group(_) => Vec::new(),
        }
    }
}

/// An entity as the server holds it. `body: None` is a tombstone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    pub key: EntityKey,
    /// 1 for the first version; every effect adds one.
    pub rev: i64,
    pub body: Option<Body>,
    /// Who wrote the newest version.
    pub stream: StreamId,
    /// The newest version written by any other stream than `stream`; 0 when there is none.
    /// With it the merge tells a sequence of one tablet from a concurrent write (sync.md 4).
    pub other_rev: i64,
    /// When what is shown was written (`updated_hlc` in the tables). Of two writes that had not seen
    /// each other, the later one is shown.
    pub at: Hlc,
}

impl Entity {
    /// What a pull says of an entity that is not in the bucket any more.
    pub fn removed(key: EntityKey, rev: i64) -> Self {
        Self { key, rev, body: None, stream: StreamId(Uuid::nil()), other_rev: 0, at: Hlc::default() }
    }
}

/// The unit of access, cursor, key and reset (sync.md 3.1).
///
/// A group has two: what its peer instructors may see too (names, sessions, marks), and what they may
/// not (profiles, tests, consents, incidents), because a bucket is what one key will open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bucket {
    /// Groups of the organisation tree that the tablet shows in its lists.
    Organisation(crate::ids::OrganisationId),
    /// Roster, sessions and attendance of one group.
    Roll(GroupId),
    /// Profiles, assessments, consents and incidents of one group's members.
    Health(GroupId),
    /// One user's own outcomes and tasks.
    Me(UserId),
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organisation(id) => write!(f, "org:{id}"),
            Self::Roll(id) => write!(f, "grp:{id}"),
            Self::Health(id) => write!(f, "hth:{id}"),
            Self::Me(id) => write!(f, "me:{id}"),
        }
    }
}

impl FromStr for Bucket {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("not a bucket: {text}");
        let (kind, id) = text.split_once(':').ok_or_else(wrong)?;
        let id = Uuid::from_str(id).map_err(|_| wrong())?;
        Ok(match kind {
            "org" => Self::Organisation(crate::ids::OrganisationId(id)),
            "grp" => Self::Roll(GroupId(id)),
            "hth" => Self::Health(GroupId(id)),
            "me" => Self::Me(UserId(id)),
            _ => return Err(wrong()),
        })
    }
}

impl Serialize for Bucket {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bucket {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
