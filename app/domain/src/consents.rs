//! Consents are events: given or withdrawn, never edited (domain.md 6.2).

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{ConsentId, ParticipantId};
use crate::time::Day;

codes! {
    /// What the consent is about.
    pub enum ConsentPurpose {
        HealthTests = "health_tests", RelativeSchedule = "relative_schedule",
        RelativeAttendance = "relative_attendance", RelativeResults = "relative_results",
        RelativeMessages = "relative_messages", HomeCareExchange = "home_care_exchange",
        ContactSurvey = "contact_survey",
    }
}

codes! {
    pub enum ConsentChannel { OwnPhone = "own_phone", Paper = "paper", Spoken = "spoken", Import = "import" }
}

codes! {
    pub enum ConsentAct { Given = "given", Withdrawn = "withdrawn" }
}

/// One consent event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub id: ConsentId,
    pub participant: ParticipantId,
    pub purpose: ConsentPurpose,
    pub act: ConsentAct,
    pub channel: ConsentChannel,
    /// The day of the event.
    pub on: Day,
    /// Version of the text that was read or heard, for example `health_tests/1`.
    pub text_version: String,
    /// Language in which it was read or heard: `fi`, `sv` or `en`.
    pub language: String,
    /// The newest events of the same person and purpose that the writer knew of. Whoever records leaves
    /// it empty; the tablet's engine and the server's step fill it in. With it a withdrawal beats a grant
    /// whose writer had not seen it (sync.md 4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ConsentId>,
}
