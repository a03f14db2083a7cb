//! Values bound to a query: the palette TEXT, BIGINT, DOUBLE PRECISION, each with NULL.

use std::sync::Arc;

use domain::ids::*;
use domain::time::{Day, Instant, TimeOfDay};
use uuid::Uuid;

/// One bound value. NULL keeps its type, because PostgreSQL asks for it. A text is shared: of a thousand rows every one
/// has the same municipality.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(Option<Arc<str>>),
    Int(Option<i64>),
    Real(Option<f64>),
}

macro_rules! bind_value {
    ($query:expr, $value:expr) => {
        match $value {
            $crate::db::Value::Text(v) => $query.bind(v),
            $crate::db::Value::Int(v) => $query.bind(v),
            $crate::db::Value::Real(v) => $query.bind(v),
        }
    };
}
pub(super) use bind_value;

macro_rules! text {
    ($($kind:ty: $written:expr),* $(,)?) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                let written: fn($kind) -> Arc<str> = $written;
                Self::Text(Some(written(value)))
            }
        }
        impl From<Option<$kind>> for Value {
            fn from(value: Option<$kind>) -> Self {
                Self::Text(value.map($written))
            }
        }
    )*};
}

text!(
    &str: |text| text.into(),
    &String: |text| text.as_str().into(),
    String: |text| text.into(),
    &MunicipalityCode: |code| Arc::from(code.as_str()),
    Day: |day| Arc::from(day.to_string()),
    TimeOfDay: |time| Arc::from(time.to_string()),
    Uuid: name,
);

/// Ids are most of what is bound: written without a text in between.
fn name(id: Uuid) -> Arc<str> {
    Arc::from(&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

macro_rules! ids {
    ($($kind:ty),* $(,)?) => { text!($($kind: |id| name(id.0)),*); };
}

ids!(
    ParticipantId,
    domain::ids::RelativeId,
    GroupId,
    SessionId,
    MembershipId,
    AttendanceId,
    AssessmentId,
    ConsentId,
    IncidentId,
    ScreeningId,
    NoteId,
    ApplicationId,
    TalkId,
    OrganisationId,
    PlaceId,
    UserId,
    DeviceId,
    StreamId,
    OpId,
    ReviewId,
    HoleId,
    QueryId,
    RequestId,
    FeedbackId,
    PauseId,
    ContactId,
    HomeProgrammeId,
    HomeWeekId,
    FriendPairId,
    MessageId,
);

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Self::Int(Some(value.millis()))
    }
}

impl From<Option<Instant>> for Value {
    fn from(value: Option<Instant>) -> Self {
        Self::Int(value.map(Instant::millis))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(Some(value))
    }
}

impl From<Option<f64>> for Value {
    fn from(value: Option<f64>) -> Self {
        Self::Real(value)
    }
}
