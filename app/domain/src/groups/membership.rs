//! The dated stays of participants in groups. They say who belongs where: a person's records lie in the buckets of
//! every group in which the person has a stay. A stay that ends before it begins was entered by mistake and opens
//! nothing.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::codes::codes;
use crate::ids::{GroupId, MembershipId, ParticipantId};
use crate::people::Participant;
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time};
use crate::sync::verbs::verbs;
use crate::time::Day;

codes! {
    /// The one main reason for leaving.
    pub enum ExitReason {
        HealthWorse = "health_worse", Hospital = "hospital", MovedTo24hCare = "moved_to_24h_care",
        Died = "died", MovedAway = "moved_away", Transport = "transport", TimeOrCaring = "time_or_caring",
        DidNotSuit = "did_not_suit", Cost = "cost", GroupEnded = "group_ended",
        GoalReached = "goal_reached", Unknown = "unknown",
    }
}

/// One dated stay. Its key in files is group, person and `joined_on`.
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

    /// Entered by mistake: ends before it begins.
    pub fn is_void(&self) -> bool {
        self.left_on.is_some_and(|left| left < self.joined_on)
    }

    pub fn covers(&self, day: Day) -> bool {
        self.joined_on <= day && self.left_on.is_none_or(|left| day <= left)
    }
}

impl Noun for Membership {
    type Id = MembershipId;
    const PERSONAL: bool = true;

    fn id(&self) -> MembershipId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.group.0, self.participant.0]
    }

    fn stands_on(&self) -> Vec<EntityKey> {
        vec![self.group.into(), self.participant.into()]
    }

    fn buckets(&self, _: &impl Places) -> BTreeSet<Bucket> {
        BTreeSet::from([Bucket::Roll(self.group)])
    }
}

verbs! {
    pub enum Verb {
        Join = "membership.join" { membership: Membership },
        /// `left_on: None`: the person has not left after all.
        Leave = "membership.leave" {
            id: MembershipId, group: GroupId, left_on: Option<Day>, exit_reason: Option<ExitReason>,
        },
    }
}

impl VerbRules for Verb {
    type Noun = Membership;

    fn id(&self) -> MembershipId {
        match self {
            Self::Join { membership } => membership.id,
            Self::Leave { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        match self {
            Self::Join { membership } => Some(membership.participant),
            Self::Leave { .. } => None,
        }
    }

    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Join { membership } => Some(membership.group),
            Self::Leave { group, .. } => Some(*group),
        }
    }

    fn results_of(&self, known: &impl Known) -> Option<ParticipantId> {
        self.participant().or_else(|| Some(known.get::<Membership>(self.id())?.participant))
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        match self {
            Self::Join { membership: stay } => {
                rights.in_group(Action::ManageGroups, stay.group)
                    || rights.in_group(Action::RegisterWalkIn, stay.group) && may_bring(rights, stay.participant)
            }
            Self::Leave { id, .. } => {
                let stay = rights.known.get::<Membership>(*id);
                stay.is_some_and(|stay| rights.in_group(Action::ManageGroups, stay.group))
            }
        }
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        match self {
            Self::Join { membership: stay } => {
                check(stay.id == Membership::id_of(stay.group, stay.participant, stay.joined_on), "id")?;
                in_our_time(Some(stay.joined_on), "joined_on")?;
                in_our_time(stay.left_on, "left_on")?;
                check(!stay.is_void(), "left_on")
            }
            Self::Leave { left_on, .. } => in_our_time(*left_on, "left_on"),
        }
    }

    fn fits(&self, known: &impl Known) -> bool {
        match self {
            Self::Join { membership: stay } => known.has_group(stay.group) && known.has_person(stay.participant),
            Self::Leave { id, group, left_on, .. } => known.get::<Membership>(*id).is_some_and(|stay| {
                // One day before the first: entered by mistake.
                let first = stay.joined_on.plus_days(-1);
                stay.group == *group && left_on.is_none_or(|left| left >= first)
            }),
        }
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Join { membership } = self else { return Merged::Invalid(None) };
        // Nothing is said about leaving yet: any later word on it wins.
        let nothing = Hlc::default();
        let at = if membership.left_on.is_none() { &nothing } else { write.at };
        merge::first(membership.clone(), at, write)
    }

    fn merge(&self, entity: &Entity, there: &Membership, write: &Write<'_>) -> Merged {
        match self {
            Self::Join { membership: stay } => {
                let same = (there.group, there.participant, there.joined_on);
                merge::already(same == (stay.group, stay.participant, stay.joined_on))
            }
            Self::Leave { left_on, exit_reason, .. } => {
                let wanted = Membership { left_on: *left_on, exit_reason: *exit_reason, ..there.clone() };
                merge::latest(entity, wanted, ReviewKind::Membership, write)
            }
        }
    }
}

/// An instructor may bring in a person registered just now, or one of the own groups; never a stranger by id,
/// which would open that person's results to them.
fn may_bring(rights: &Rights<'_, impl Known>, person: ParticipantId) -> bool {
    let groups = rights.known.groups_of(person);
    if groups.is_empty() {
        rights.known.get::<Participant>(person).is_some_and(|person| person.provisional)
    } else {
        groups.into_iter().any(|group| rights.in_group(Action::SeeRoll, group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stay_carries_the_id_of_its_key_and_does_not_end_before_it_begins() {
        let today: Day = "2026-11-21".parse().unwrap();
        let (group, participant) = (GroupId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let joined_on = today;
        let id = Membership::id_of(group, participant, joined_on);
        let stay = Membership { id, group, participant, joined_on, left_on: None, exit_reason: None };
        let checked = |membership| Verb::Join { membership }.check(today);
        assert_eq!(checked(stay.clone()), Ok(()));
        let other = Membership { joined_on: today.plus_days(1), ..stay.clone() };
        assert_eq!(checked(other), Err(Invalid::field("id")));
        let void = Membership { left_on: Some(today.plus_days(-1)), ..stay };
        assert_eq!(checked(void), Err(Invalid::field("left_on")));
    }
}
