//! Whether an operation's author may do it: the permission table and the author's relation to the groups that
//! the operation touches, as pure functions.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::entity::Bucket;
use super::op::Verb;
use crate::access::{Action, Reach, Role, may};
use crate::groups::Group;
use crate::ids::{GroupId, OrganisationId, UserId};

/// What an account may do now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grants {
    pub user: UserId,
    /// The active role.
    pub role: Role,
    pub organisation: OrganisationId,
    /// Groups led now, and dated substitute grants that hold today.
    pub groups: BTreeSet<GroupId>,
}

impl Grants {
    /// Whether the account may do `action` with data of this group.
    pub fn reaches(&self, action: Action, group: GroupId, provider: Option<OrganisationId>) -> bool {
        match may(self.role, action) {
            None | Some(Reach::OnePerson | Reach::Region) => false,
            Some(Reach::OwnGroups) => self.groups.contains(&group),
            Some(Reach::OwnOrganisation) => provider == Some(self.organisation),
            Some(Reach::Municipality) => true,
        }
    }

    /// The buckets that a tablet of this account holds; none for a role that does not use a tablet.
    pub fn buckets(&self) -> Vec<Bucket> {
        if may(self.role, Action::UseTablet).is_none() {
            return Vec::new();
        }
        let mut buckets = vec![Bucket::Organisation(self.organisation), Bucket::Me(self.user)];
        let of = |action, bucket: fn(GroupId) -> Bucket| {
            let groups = if may(self.role, action).is_some() { Some(&self.groups) } else { None };
            groups.into_iter().flatten().copied().map(bucket).collect::<Vec<_>>()
        };
        buckets.extend(of(Action::SeeRoll, Bucket::Roll));
        buckets.extend(of(Action::SeeAssessments, Bucket::Health));
        buckets
    }
}

/// What must be known of an operation's surroundings to judge it.
pub trait Surroundings {
    fn group(&self, id: GroupId) -> Option<&Group>;
    /// Groups in which the person has a stay that was not entered by mistake.
    fn groups_of(&self, participant: crate::ids::ParticipantId) -> Vec<GroupId>;
    /// Whether the person was registered the short way and not completed yet.
    fn is_provisional(&self, participant: crate::ids::ParticipantId) -> bool;
    /// The participant whose assessment this is, the group whose session this is: the stored truth, not what
    /// the operation claims.
    fn subject(&self, verb: &Verb) -> Subject;
}

/// Whom or what an operation is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    Person(crate::ids::ParticipantId),
    Group(GroupId),
    /// Nothing that exists.
    Unknown,
}

/// Whether the author may do this.
pub fn allowed(grants: &Grants, verb: &Verb, around: &impl Surroundings) -> bool {
    let in_group = |action, group: GroupId| grants.reaches(action, group, around.group(group).map(|g| g.provider));
    let about = |action| match around.subject(verb) {
        Subject::Person(person) => around.groups_of(person).into_iter().any(|group| in_group(action, group)),
        Subject::Group(group) => in_group(action, group),
        Subject::Unknown => false,
    };
    match verb {
        Verb::ParticipantRegister { group: Some(group), provisional, .. } => {
            let action = if *provisional { Action::RegisterWalkIn } else { Action::EditProfiles };
            in_group(action, *group)
        }
        Verb::ParticipantRegister { group: None, .. } => may(grants.role, Action::UseDesk).is_some(),
        Verb::ParticipantEdit { id, .. } => {
            let unplaced = around.groups_of(*id).is_empty() && may(grants.role, Action::UseDesk).is_some();
            unplaced || about(Action::EditProfiles)
        }
        Verb::GroupPut { group } => {
            let before = around.group(group.id).is_none_or(|_| in_group(Action::ManageGroups, group.id));
            before && grants.reaches(Action::ManageGroups, group.id, Some(group.provider))
        }
        Verb::MembershipJoin { membership } => {
            in_group(Action::ManageGroups, membership.group)
                || in_group(Action::RegisterWalkIn, membership.group)
                    && may_bring(grants, membership.participant, around)
        }
        Verb::MembershipLeave { .. } => about(Action::ManageGroups),
        Verb::SessionPlan { .. } | Verb::SessionStatus { .. } | Verb::AttendanceSet { .. } => {
            about(Action::MarkAttendance)
        }
        Verb::AssessmentRecord { .. } | Verb::AssessmentAmend { .. } => about(Action::RecordAssessments),
        Verb::ConsentRecord { .. } => about(Action::RecordConsents),
        Verb::IncidentRecord { .. } => about(Action::RecordIncidents),
    }
}

/// An instructor may bring in a person registered just now, or one of the own groups; never a stranger by id,
/// which would open that person's results to them.
fn may_bring(grants: &Grants, person: crate::ids::ParticipantId, around: &impl Surroundings) -> bool {
    let groups = around.groups_of(person);
    let own = |group: &GroupId| grants.reaches(Action::SeeRoll, *group, around.group(*group).map(|g| g.provider));
    if groups.is_empty() { around.is_provisional(person) } else { groups.iter().any(own) }
}
