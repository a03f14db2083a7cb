//! What is synchronised: entities in buckets.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

pub use super::nouns::{Body, EntityType};
use crate::ids::{GroupId, OrganisationId, StreamId, UserId};
use crate::sync::hlc::Hlc;
use crate::sync::noun::Typed;

/// Which entity: its type and id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct EntityKey {
    pub etype: EntityType,
    pub id: Uuid,
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
    /// With it the merge tells a sequence of one tablet from a concurrent write (docs/sync.md, Merge rules).
    pub other_rev: i64,
    /// When what is shown was written (`updated_hlc` in the tables). Of two writes that had not seen
    /// each other, the later one is shown.
    pub at: Hlc,
}

impl Entity {
    /// Its content, when it is a live one of this noun.
    pub fn content<N: Typed>(&self) -> Option<&N> {
        N::of(self.body.as_ref()?)
    }

    /// What the bucket shows of it.
    #[must_use]
    pub fn shown_in(self, bucket: Bucket) -> Self {
        Self { body: self.body.map(|body| body.shown_in(bucket)), ..self }
    }

    /// What a program of that schema can read of it.
    #[must_use]
    pub fn shown_to(self, schema: u16) -> Self {
        Self { body: self.body.map(|body| body.shown_to(schema)), ..self }
    }

    /// What a pull says of an entity that is not in the bucket any more.
    pub fn removed(key: EntityKey, rev: i64) -> Self {
        Self { key, rev, body: None, stream: StreamId(Uuid::nil()), other_rev: 0, at: Hlc::default() }
    }
}

/// The unit of access, cursor, key and reset.
///
/// A group has two: what its peer instructors may see too (names, sessions, marks), and what they may
/// not (profiles, tests, consents, incidents), because a bucket is what one key will open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bucket {
    /// Groups of the organisation tree that the tablet shows in its lists.
    Organisation(OrganisationId),
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
            "org" => Self::Organisation(OrganisationId(id)),
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
