//! What an account may do, as far as an operation touches it: the permission table and the account's relation to
//! groups, as pure functions.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::entity::Bucket;
use super::noun::Known;
use crate::access::{Action, Reach, Right, Role, may, may_with};
use crate::groups::Group;
use crate::ids::{GroupId, OrganisationId, ParticipantId, UserId};

/// What an account may do now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grants {
    pub user: UserId,
    /// The active role.
    pub role: Role,
    pub organisation: OrganisationId,
    /// Groups led now, and dated substitute grants that hold today.
    pub groups: BTreeSet<GroupId>,
    /// What the account may do beside its role.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rights: BTreeSet<Right>,
}

impl Grants {
    /// How far the account may do `action`; `None`: not at all.
    pub fn may(&self, action: Action) -> Option<Reach> {
        may_with(self.role, self.rights.iter().copied(), action)
    }

    /// Whether the account looks after people whom its organisation has registered, in a group or not.
    pub fn reaches_without_group(&self) -> bool {
        may(self.role, Action::UseDesk) == Some(Reach::OwnOrganisation)
    }

    /// Whether the account may do `action` with data of this group.
    pub fn reaches(&self, action: Action, group: GroupId, provider: Option<OrganisationId>) -> bool {
        match self.may(action) {
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

/// An author's grants, held against what is known of the groups and persons that an operation touches.
pub struct Rights<'a, K> {
    pub grants: &'a Grants,
    pub known: &'a K,
}

impl<K: Known> Rights<'_, K> {
    /// Whether the author may do `action` with data of this group.
    pub fn in_group(&self, action: Action, group: GroupId) -> bool {
        let provider = self.known.get::<Group>(group).map(|group| group.provider);
        self.grants.reaches(action, group, provider)
    }

    /// Whether the author may do `action` with data of this person: in one of the person's groups, and at the desk with
    /// those whom the own organisation has registered, group or not.
    pub fn about(&self, action: Action, person: ParticipantId) -> bool {
        let kept = || {
            let organisation = self.grants.may(action) == Some(Reach::OwnOrganisation);
            organisation && self.known.keeps(self.grants.organisation, person)
        };
        self.known.groups_of(person).into_iter().any(|group| self.in_group(action, group)) || kept()
    }

    /// Whether the author works at the desk, where people without a group are looked after too.
    pub fn at_desk(&self) -> bool {
        may(self.grants.role, Action::UseDesk).is_some()
    }
}
