//! Who may do what: the one permission table. The server decides by it, the screens hide by it.
//! Source: security.md 3, domain.md 1.5.

use crate::codes::codes;

codes! {
    /// A staff member's role. An account may have several; one is active at a time.
    pub enum Role {
        OrganisationAdmin = "organisation_admin", Coordinator = "coordinator", Instructor = "instructor",
        PeerInstructor = "peer_instructor", MunicipalOfficer = "municipal_officer",
    }
}

codes! {
    /// What can be done with data.
    pub enum Action {
        /// See names, sessions and marks of a group.
        SeeRoll = "see_roll",
        /// Mark attendance, say that a session was held or cancelled.
        MarkAttendance = "mark_attendance",
        /// Register a person in the hall: the short way, with a membership from that day.
        RegisterWalkIn = "register_walk_in",
        /// See birth dates, contact data, history.
        SeeProfiles = "see_profiles",
        EditProfiles = "edit_profiles",
        /// See results of functional-ability tests.
        SeeAssessments = "see_assessments",
        RecordAssessments = "record_assessments",
        RecordConsents = "record_consents",
        RecordIncidents = "record_incidents",
        /// Create and edit groups, move people between them.
        ManageGroups = "manage_groups",
        /// Lists over people and groups at the desk.
        UseDesk = "use_desk",
        /// See what waits for a person's decision: contradictions and held operations.
        SeeReviews = "see_reviews",
        /// Aggregates with small numbers hidden.
        SeeFigures = "see_figures",
        ManageAccounts = "manage_accounts",
        /// Use a tablet: sign in on it, keep the own groups' data on it.
        UseTablet = "use_tablet",
    }
}

/// How far a permission reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// Groups led now, and dated substitute grants.
    OwnGroups,
    /// Groups of the own organisation.
    OwnOrganisation,
    /// The whole municipality.
    Municipality,
}

/// The table. What is not in it is refused.
pub const PERMISSIONS: &[(Role, Reach, &[Action])] = &[
    (
        Role::PeerInstructor,
        Reach::OwnGroups,
        &[Action::SeeRoll, Action::MarkAttendance, Action::RegisterWalkIn, Action::RecordIncidents, Action::UseTablet],
    ),
    (
        Role::Instructor,
        Reach::OwnGroups,
        &[
            Action::SeeRoll,
            Action::MarkAttendance,
            Action::RegisterWalkIn,
            Action::SeeProfiles,
            Action::EditProfiles,
            Action::SeeAssessments,
            Action::RecordAssessments,
            Action::RecordConsents,
            Action::RecordIncidents,
            Action::UseTablet,
        ],
    ),
    (
        Role::Coordinator,
        Reach::OwnOrganisation,
        &[
            Action::SeeRoll,
            Action::MarkAttendance,
            Action::RegisterWalkIn,
            Action::SeeProfiles,
            Action::EditProfiles,
            Action::SeeAssessments,
            Action::RecordAssessments,
            Action::RecordConsents,
            Action::RecordIncidents,
            Action::ManageGroups,
            Action::UseDesk,
            Action::SeeReviews,
        ],
    ),
    (Role::MunicipalOfficer, Reach::Municipality, &[Action::SeeFigures]),
    (Role::OrganisationAdmin, Reach::OwnOrganisation, &[Action::ManageAccounts]),
];

/// How far `role` may do `action`; `None`: not at all.
pub fn may(role: Role, action: Action) -> Option<Reach> {
    PERMISSIONS.iter().find(|(r, _, actions)| *r == role && actions.contains(&action)).map(|(_, reach, _)| *reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_sees_figures_and_nothing_of_persons() {
        let allowed: Vec<_> =
            Action::ALL.iter().filter(|a| may(Role::MunicipalOfficer, **a).is_some()).copied().collect();
        assert_eq!(allowed, [Action::SeeFigures]);
    }

    #[test]
    fn a_peer_instructor_sees_no_profile_and_no_result() {
        for action in [Action::SeeProfiles, Action::EditProfiles, Action::SeeAssessments, Action::RecordAssessments] {
            assert_eq!(may(Role::PeerInstructor, action), None);
        }
    }

    #[test]
    fn an_organisation_admin_sees_no_health_data() {
        for action in [Action::SeeRoll, Action::SeeProfiles, Action::SeeAssessments, Action::UseDesk] {
            assert_eq!(may(Role::OrganisationAdmin, action), None);
        }
    }
}
