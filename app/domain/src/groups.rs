//! Groups and the dated stays of participants in them.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{GroupId, MembershipId, OrganisationId, ParticipantId};
use crate::time::{Day, TimeOfDay};

codes! {
    /// Kind of group (domain.md 1.3).
    pub enum GroupKind {
        StrengthBalance = "strength_balance", Outdoor = "outdoor", Counselling = "counselling",
        Home = "home", Peer = "peer", Event = "event",
    }
}

codes! {
    /// The one main reason for leaving (domain.md 4.4).
    pub enum ExitReason {
        HealthWorse = "health_worse", Hospital = "hospital", MovedTo24hCare = "moved_to_24h_care",
        Died = "died", MovedAway = "moved_away", Transport = "transport", TimeOrCaring = "time_or_caring",
        DidNotSuit = "did_not_suit", Cost = "cost", GroupEnded = "group_ended",
        GoalReached = "goal_reached", Unknown = "unknown",
    }
}

/// A group of one season. `None` means "not known".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: GroupId,
    /// The municipality's own key (`group_ref` in files).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub name: String,
    pub kind: GroupKind,
    /// The organisation that runs the group.
    pub provider: OrganisationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// ISO week days (Monday 1 … Sunday 7), ascending, without repeats.
    #[serde(default)]
    pub weekdays: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<TimeOfDay>,
    /// Length of a session in minutes, 1 … 1440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season_start: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season_end: Option<Day>,
}

impl Group {
    /// Whether the group's plan has a session on that day: a week day of its own, inside its season.
    pub fn meets_on(&self, day: Day) -> bool {
        self.weekdays.contains(&day.weekday())
            && self.season_start.is_none_or(|start| start <= day)
            && self.season_end.is_none_or(|end| day <= end)
    }
}

/// One dated stay. Its key in files is group, person and `joined_on` (formats.md, ruling 30).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    pub id: MembershipId,
    pub group: GroupId,
    pub participant: ParticipantId,
    pub joined_on: Day,
    /// The last day that belongs to the stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_reason: Option<ExitReason>,
}

impl Membership {
    /// A membership's id follows from its key, so that the same stay made twice is one.
    pub fn id_of(group: GroupId, participant: ParticipantId, joined_on: Day) -> MembershipId {
        let parts = ["membership", &participant.to_string(), &joined_on.to_string()];
        MembershipId(crate::ids::uuid_v5(group.0, &parts))
    }

    pub fn covers(&self, day: Day) -> bool {
        self.joined_on <= day && self.left_on.is_none_or(|left| day <= left)
    }
}
