//! Sessions: one meeting of a group on one day.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{GroupId, SessionId, uuid_v5};
use crate::time::{Day, TimeOfDay};

codes! {
    /// Whether the session took place (domain.md 4.3).
    pub enum SessionStatus { Held = "held", CancelledByOrganiser = "cancelled_by_organiser", Holiday = "holiday" }
}

/// One meeting. A planned session exists in the calendar before anyone says that it was held.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub id: SessionId,
    pub group: GroupId,
    pub day: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<TimeOfDay>,
    /// `None`: planned, nothing said yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SessionStatus>,
}

impl Session {
    /// A group has one planned session a day; its id follows from group and slot (sync.md 4), so two
    /// tablets, the desk and an import that make it independently make the same one.
    pub fn planned_id(group: GroupId, day: Day) -> SessionId {
        SessionId(uuid_v5(group.0, &["session", &day.to_string()]))
    }
}
