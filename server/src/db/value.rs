//! Values bound to a query: the palette TEXT, BIGINT, DOUBLE PRECISION, each with NULL.

use domain::ids::*;
use domain::time::{Day, Instant, TimeOfDay};

/// One bound value. NULL keeps its type, because PostgreSQL asks for it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(Option<String>),
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
    ($($kind:ty),* $(,)?) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::Text(Some(value.to_string()))
            }
        }
        impl From<Option<$kind>> for Value {
            fn from(value: Option<$kind>) -> Self {
                Self::Text(value.map(|v| v.to_string()))
            }
        }
    )*};
}

text!(
    &str,
    &String,
    Day,
    TimeOfDay,
    uuid::Uuid,
    &MunicipalityCode,
    ParticipantId,
    GroupId,
    SessionId,
    MembershipId,
    AttendanceId,
    AssessmentId,
    ConsentId,
    IncidentId,
    OrganisationId,
    UserId,
    DeviceId,
    StreamId,
    OpId,
    ReviewId,
    HoleId,
);

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

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
