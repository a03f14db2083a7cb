//! Operations: who did what, when, on which version. The history of everything.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use super::canon::settled;
pub use super::nouns::Verb;
use crate::ids::{OpId, UserId};
use crate::sync::hlc::Hlc;

/// The schema that this program writes. A newer one is held, an older one lifted.
pub const SCHEMA: u16 = 6;

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

/// A verb's fields, without its kind.
struct Fields<'a>(&'a Verb);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write_fields(serializer)
    }
}

impl Serialize for Op {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut op = serializer.serialize_struct("Op", 8)?;
        op.serialize_field("op_id", &self.op_id)?;
        op.serialize_field("n", &self.n)?;
        op.serialize_field("schema", &self.schema)?;
        op.serialize_field("hlc", &self.hlc)?;
        op.serialize_field("base_rev", &self.base_rev)?;
        op.serialize_field("actor", &self.actor)?;
        op.serialize_field("kind", self.verb.kind())?;
        op.serialize_field("body", &Fields(&self.verb))?;
        op.end()
    }
}

/// The body is set aside until its kind is known. Its texts are read as they are to be kept, however they were sent.
impl<'de> Deserialize<'de> for Op {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Apart {
            op_id: OpId,
            n: i64,
            schema: u16,
            hlc: Hlc,
            base_rev: Option<i64>,
            actor: UserId,
            kind: String,
            body: Box<RawValue>,
        }
        let Apart { op_id, n, schema, hlc, base_rev, actor, kind, body } = Apart::deserialize(deserializer)?;
        let unknown = || de::Error::custom(format_args!("not a kind of operation: {kind}"));
        let body = match settled(body.get()) {
            Some(settled) => RawValue::from_string(settled).map_err(de::Error::custom)?,
            None => body,
        };
        let verb = Verb::read(&kind, &body).ok_or_else(unknown)?.map_err(de::Error::custom)?;
        Ok(Self { op_id, n, schema, hlc, base_rev, actor, verb })
    }
}
