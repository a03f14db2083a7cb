//! Identities. Every id is a type of its own, so that a group's id cannot be handed in as a person's.
//!
//! Records are born with a UUIDv7 where they are made, tablet included; planned sessions have a
//! UUIDv5 of group and slot, so that two tablets which plan the same session make the same one.
//! A UUID is a name, never a secret.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

use crate::time::Instant;

/// Where randomness comes from: the operating system, the browser, or a seed in tests.
pub trait Chance {
    /// Fills the buffer with random bytes.
    fn fill(&mut self, buffer: &mut [u8]);
}

/// A time-ordered identifier (UUIDv7) from the given clock reading and randomness.
pub fn uuid_v7(now: Instant, chance: &mut dyn Chance) -> Uuid {
    let mut random = [0u8; 10];
    chance.fill(&mut random);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A name-based identifier (UUIDv5) below `namespace`: the same parts always give the same id.
pub fn uuid_v5(namespace: Uuid, parts: &[&str]) -> Uuid {
    Uuid::new_v5(&namespace, parts.join("\u{1f}").as_bytes())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id from the clock and randomness of the place where the record is born.
            pub fn new(now: Instant, chance: &mut dyn Chance) -> Self {
                Self(uuid_v7(now, chance))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    )*};
}

impl UserId {
    /// Whose account could not be read.
    pub const NOBODY: Self = Self(Uuid::nil());
}

ids! {
    /// A person in the programme.
    ParticipantId,
    /// An exercise group.
    GroupId,
    /// One meeting of a group.
    SessionId,
    /// A dated stay of a participant in a group.
    MembershipId,
    /// One mark of one participant in one session.
    AttendanceId,
    /// One functional-ability test of one participant on one day.
    AssessmentId,
    /// One consent event.
    ConsentId,
    /// One adverse event or near miss.
    IncidentId,
    /// One asking of the questions before a test.
    ScreeningId,
    /// One note on one session.
    NoteId,
    /// One application of one person.
    ApplicationId,
    /// One exercise counselling talk.
    TalkId,
    /// A municipality's own or a partner organisation.
    OrganisationId,
    /// One place in which groups meet.
    PlaceId,
    /// A staff account.
    UserId,
    /// An enrolled tablet.
    DeviceId,
    /// One writer's sequence of operations: one device, one user.
    StreamId,
    /// One operation.
    OpId,
    /// One question that a person must decide.
    ReviewId,
    /// Numbers of one stream that will never come.
    HoleId,
    /// Somebody to whom people who take part show something of theirs.
    RelativeId,
    /// Something that somebody asks for by their rights.
    RequestId,
    /// Something that anybody has said to the municipality.
    FeedbackId,
    PauseId,
    ContactId,
    /// What one person does at home.
    HomeProgrammeId,
    /// One week of it.
    HomeWeekId,
    /// A volunteer and a participant who go out together.
    FriendPairId,
    /// What somebody looked for among people.
    QueryId,
    /// One message to one person or relative about one session.
    MessageId,
}

impl AttendanceId {
    /// There is one mark per session and participant, whoever writes it.
    pub fn of(session: SessionId, participant: ParticipantId) -> Self {
        Self(uuid_v5(session.0, &["attendance", &participant.to_string()]))
    }
}

impl RelativeId {
    /// The relative whom this person invites by the form with this id: sent twice it is one relative, and no form names
    /// anybody who is there already.
    pub fn of(person: ParticipantId, form: Uuid) -> Self {
        Self(uuid_v5(person.0, &["relative", &form.to_string()]))
    }
}

impl RequestId {
    /// What this person asks by the form with this id: sent twice it is one request, and no form names somebody else's.
    pub fn of(person: ParticipantId, form: Uuid) -> Self {
        Self(uuid_v5(person.0, &["request", &form.to_string()]))
    }
}

/// A municipality's official number of three digits, for example `091` (Statistics Finland).
/// It is the tenant key: every table and every query's scope carries it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MunicipalityCode(String);

impl MunicipalityCode {
    /// Three digits, leading zeros kept; anything else is refused.
    pub fn new(code: &str) -> Option<Self> {
        (code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit())).then(|| Self(code.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MunicipalityCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or_else(|| format!("not a municipality code: {text}"))
    }
}

impl From<MunicipalityCode> for String {
    fn from(code: MunicipalityCode) -> Self {
        code.0
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;
    impl Chance for Zeros {
        fn fill(&mut self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = ParticipantId::new(Instant::from_millis(1), &mut Zeros);
        let late = ParticipantId::new(Instant::from_millis(2), &mut Zeros);
        assert!(early < late);
        assert_eq!(late.0.get_version_num(), 7);
    }

    #[test]
    fn two_tablets_give_one_mark_the_same_id() {
        let session = SessionId::new(Instant::from_millis(1), &mut Zeros);
        let person = ParticipantId::new(Instant::from_millis(2), &mut Zeros);
        assert_eq!(AttendanceId::of(session, person), AttendanceId::of(session, person));
    }

    #[test]
    fn a_municipality_code_keeps_its_leading_zero_and_has_three_digits() {
        assert_eq!(MunicipalityCode::new("020").map(|c| c.to_string()), Some("020".into()));
        for wrong in ["", "91", "0911", "o91", "٠٩١"] {
            assert_eq!(MunicipalityCode::new(wrong), None);
        }
    }
}
