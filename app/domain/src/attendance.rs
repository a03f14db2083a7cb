//! Attendance: one mark of one participant in one session.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{AttendanceId, ParticipantId, SessionId, StreamId};
use crate::sync::hlc::Hlc;

codes! {
    /// What the instructor marked (domain.md 4.3).
    pub enum Mark {
        Present = "present",
        /// Late or part of the time; counts as present.
        LateOrPartial = "late_or_partial",
        Remote = "remote",
        AbsentInformed = "absent_informed",
        AbsentUnknown = "absent_unknown",
        /// Inside an agreed pause: the session is not counted as offered.
        Paused = "paused",
    }
}

impl Mark {
    /// Whether the person took part.
    pub const fn attended(self) -> bool {
        matches!(self, Self::Present | Self::LateOrPartial | Self::Remote)
    }
}

/// The mark of one participant in one session. `mark: None` is an undone mark.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    pub id: AttendanceId,
    pub session: SessionId,
    pub participant: ParticipantId,
    pub mark: Option<Mark>,
    /// When the shown mark was written; the merge of concurrent marks compares it.
    pub at: Hlc,
    /// Writes that had not seen each other, the shown one included; empty when there is only one.
    /// The next write that has seen them all empties it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contenders: Vec<Contender>,
}

/// One of several marks that were written without knowledge of each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contender {
    pub mark: Option<Mark>,
    pub at: Hlc,
    /// The revision that this write made.
    pub rev: i64,
    pub stream: StreamId,
}
