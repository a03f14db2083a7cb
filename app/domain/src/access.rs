//! Who may do what: the one permission table. The server decides by it, the screens hide by it.
//! Told in words in docs/access.md, Actions.

use crate::codes::codes;

codes! {
    /// A staff member's role. An account may have several; one is active at a time.
    pub enum Role {
        OrganisationAdmin = "organisation_admin", Coordinator = "coordinator", Instructor = "instructor",
        PeerInstructor = "peer_instructor", MunicipalOfficer = "municipal_officer", Auditor = "auditor",
    }
}

codes! {
    /// What some may do beside their role, given to one account.
    pub enum Right {
        /// A physiotherapist among the instructors: may record a permission after answers that forbid tests.
        Physiotherapist = "physiotherapist",
    }
}

impl Right {
    /// What it adds to a role; to others it adds nothing, and nobody comes to see more people by it.
    fn adds(self, role: Role) -> &'static [Action] {
        match (self, role) {
            (Self::Physiotherapist, Role::Instructor) => &[Action::ClearScreenings],
            _ => &[],
        }
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
        /// Record a health professional's permission after answers that forbid tests.
        ClearScreenings = "clear_screenings",
        /// Create and edit groups, move people between them.
        ManageGroups = "manage_groups",
        /// Lists over people and groups at the desk.
        UseDesk = "use_desk",
        /// See what waits for a person's decision: contradictions and held operations.
        SeeReviews = "see_reviews",
        /// Aggregates with small numbers hidden.
        SeeFigures = "see_figures",
        /// Aggregates over the municipalities of a region: coarser ones.
        SeeRegionalFigures = "see_regional_figures",
        ManageAccounts = "manage_accounts",
        /// Open one person's data beyond the own reach: for an hour, with a reason, and others are told.
        BreakGlass = "break_glass",
        /// See the organisation's tablets and end them.
        ManageDevices = "manage_devices",
        /// Use a tablet: sign in on it, keep the own groups' data on it.
        UseTablet = "use_tablet",
        /// Tell that one cannot come to a session of one's own groups, and that one comes after all.
        TellAbsence = "tell_absence",
        /// Tell on which days one has exercised at home.
        TellExercise = "tell_exercise",
        /// Make personal cards for those who take part, and end them.
        ManageCards = "manage_cards",
        /// Print letters to those who take part.
        WriteLetters = "write_letters",
        /// Note when those who test were trained for it.
        NoteTraining = "note_training",
        /// Take files into the municipality at the desk: only within its own organisation.
        ImportFiles = "import_files",
        /// Erase a person with all that is about them.
        ErasePeople = "erase_people",
        /// Read the log: who has looked, changed, taken out and signed in.
        SeeLog = "see_log",
        /// See when and where a person's groups meet next.
        SeeSchedule = "see_schedule",
        /// See which sessions a person has come to.
        SeeVisits = "see_visits",
        /// See what a person's groups are told: days on which they do not meet.
        SeeMessages = "see_messages",
        /// Say what relatives are shown of a person, and make their cards; take back what the person has agreed to.
        Share = "share",
        /// See everything that is kept about oneself, and ask for what one has a right to.
        SeeOwnData = "see_own_data",
    }
}

codes! {
    /// What others did that an account's holder has to know.
    pub enum NoticeKind {
        /// An admin made a new set-up code for an account in use.
        NewCode = "new_code",
        /// An admin changed the account's roles.
        Roles = "roles",
        /// An admin turned the account's second factor off.
        SecondFactor = "second_factor",
        /// Somebody opened a person's data beyond their reach: told to whoever watches over data protection.
        BreakGlass = "break_glass",
        /// Somebody has typed many wrong PINs of one person's card.
        CardTried = "card_tried",
        /// The same with the card of somebody's relative.
        RelativeCardTried = "relative_card_tried",
    }
}

/// How far a permission reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reach {
    /// One person: oneself, or the one who shared.
    OnePerson,
    /// Groups led now, and dated substitute grants.
    OwnGroups,
    /// Groups of the own organisation.
    OwnOrganisation,
    /// The whole municipality.
    Municipality,
    /// Several municipalities, never a row of one of them.
    Region,
}

/// Who asks, as the table of permissions knows them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskerKind {
    /// In the active role.
    Staff(Role),
    /// Somebody who takes part, about themselves.
    Participant,
    /// Somebody with whom a participant shares: at most this, and only what was shared.
    Relative,
    /// A viewer of several municipalities.
    Region,
    /// Whoever runs the installation, on its own machine.
    CommandLine,
}

impl AskerKind {
    /// How far this asker may do `action`; `None`: not at all.
    pub fn reach(self, action: Action) -> Option<Reach> {
        let row = PERMISSIONS.iter().find(|(kind, _, actions)| *kind == self && actions.contains(&action));
        row.map(|(_, reach, _)| *reach)
    }
}

/// The table. What is not in it is refused.
pub const PERMISSIONS: &[(AskerKind, Reach, &[Action])] = &[
    (
        AskerKind::Staff(Role::PeerInstructor),
        Reach::OwnGroups,
        &[Action::SeeRoll, Action::MarkAttendance, Action::RegisterWalkIn, Action::RecordIncidents, Action::UseTablet],
    ),
    (
        AskerKind::Staff(Role::Instructor),
        Reach::OwnGroups,
        &[
            Action::SeeRoll,
            Action::MarkAttendance,
            Action::RegisterWalkIn,
            Action::SeeProfiles,
            Action::SeeSchedule,
            Action::SeeVisits,
            Action::EditProfiles,
            Action::SeeAssessments,
            Action::RecordAssessments,
            Action::RecordConsents,
            Action::RecordIncidents,
            Action::ManageCards,
            Action::Share,
            Action::WriteLetters,
            Action::UseTablet,
        ],
    ),
    (
        AskerKind::Staff(Role::Coordinator),
        Reach::OwnOrganisation,
        &[
            Action::SeeRoll,
            Action::MarkAttendance,
            Action::RegisterWalkIn,
            Action::SeeProfiles,
            Action::SeeSchedule,
            Action::SeeVisits,
            Action::SeeMessages,
            Action::Share,
            Action::EditProfiles,
            Action::SeeAssessments,
            Action::RecordAssessments,
            Action::RecordConsents,
            Action::RecordIncidents,
            Action::ClearScreenings,
            Action::ManageGroups,
            Action::UseDesk,
            Action::SeeReviews,
            Action::ManageDevices,
            Action::BreakGlass,
            Action::ManageCards,
            Action::WriteLetters,
            Action::NoteTraining,
            Action::ImportFiles,
            Action::ErasePeople,
        ],
    ),
    (AskerKind::Staff(Role::MunicipalOfficer), Reach::Municipality, &[Action::SeeFigures]),
    (AskerKind::Staff(Role::Auditor), Reach::Municipality, &[Action::SeeLog]),
    (
        AskerKind::Staff(Role::OrganisationAdmin),
        Reach::OwnOrganisation,
        &[Action::ManageAccounts, Action::ManageDevices, Action::BreakGlass, Action::NoteTraining],
    ),
    (
        AskerKind::Participant,
        Reach::OnePerson,
        &[
            Action::SeeProfiles,
            Action::SeeSchedule,
            Action::SeeVisits,
            Action::SeeMessages,
            Action::SeeAssessments,
            Action::TellAbsence,
            Action::TellExercise,
            Action::Share,
            Action::SeeOwnData,
        ],
    ),
    (
        AskerKind::Relative,
        Reach::OnePerson,
        &[Action::SeeSchedule, Action::SeeVisits, Action::SeeMessages, Action::SeeAssessments, Action::TellAbsence],
    ),
    (AskerKind::Region, Reach::Region, &[Action::SeeRegionalFigures]),
    (AskerKind::CommandLine, Reach::Municipality, Action::ALL),
];

/// What somebody may do about the one person whose data a break-glass has opened: look, and nothing else.
pub const OPENED_BY_BREAK_GLASS: &[Action] =
    &[Action::SeeProfiles, Action::SeeSchedule, Action::SeeVisits, Action::SeeAssessments];

/// How far `role` may do `action`; `None`: not at all.
pub fn may(role: Role, action: Action) -> Option<Reach> {
    AskerKind::Staff(role).reach(action)
}

/// As [`may`], of an account that has these rights beside its role.
pub fn may_with(role: Role, rights: impl IntoIterator<Item = Right>, action: Action) -> Option<Reach> {
    let added = || rights.into_iter().any(|right| right.adds(role).contains(&action));
    // As far as the role itself reaches: everybody has one reach for all that they may do.
    may(role, action).or_else(|| added().then(|| AskerKind::Staff(role).own_reach())?)
}

impl AskerKind {
    fn own_reach(self) -> Option<Reach> {
        PERMISSIONS.iter().find(|(kind, ..)| *kind == self).map(|(_, reach, _)| *reach)
    }
}

impl Role {
    /// Whether it shows data about persons. Nobody gets such a role by one admin's word alone.
    pub fn sees_people(self) -> bool {
        let about_people = [Action::SeeRoll, Action::SeeProfiles, Action::SeeAssessments, Action::UseDesk];
        about_people.into_iter().any(|action| may(self, action).is_some())
    }
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
    fn an_auditor_reads_the_log_and_nothing_else_and_nobody_else_reads_it() {
        let allowed = |role: Role| Action::ALL.iter().filter(move |a| may(role, **a).is_some()).copied();
        assert_eq!(allowed(Role::Auditor).collect::<Vec<_>>(), [Action::SeeLog]);
        let readers: Vec<_> = Role::ALL.iter().filter(|role| may(**role, Action::SeeLog).is_some()).collect();
        assert_eq!(readers, [&Role::Auditor]);
    }

    #[test]
    fn the_roles_that_show_people_are_those_of_groups_and_no_others() {
        let seeing: Vec<_> = Role::ALL.iter().filter(|role| role.sees_people()).copied().collect();
        assert_eq!(seeing, [Role::Coordinator, Role::Instructor, Role::PeerInstructor]);
    }

    #[test]
    fn a_peer_instructor_sees_no_profile_and_no_result() {
        for action in [Action::SeeProfiles, Action::EditProfiles, Action::SeeAssessments, Action::RecordAssessments] {
            assert_eq!(may(Role::PeerInstructor, action), None);
        }
    }

    #[test]
    fn a_physiotherapist_clears_answers_in_the_own_groups_and_the_right_shows_nobody_more() {
        let added = |role: Role| {
            let with = |action: &Action| may_with(role, [Right::Physiotherapist], *action);
            let new = Action::ALL.iter().filter(|action| may(role, **action).is_none() && with(action).is_some());
            new.map(|action| (*action, with(action).unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(added(Role::Instructor), [(Action::ClearScreenings, Reach::OwnGroups)]);
        let others = Role::ALL.iter().filter(|role| **role != Role::Instructor);
        assert!(others.into_iter().all(|role| added(*role).is_empty()));
        assert_eq!(may_with(Role::Instructor, [], Action::ClearScreenings), None);
        assert_eq!(may_with(Role::Coordinator, [], Action::ClearScreenings), Some(Reach::OwnOrganisation));
    }

    #[test]
    fn an_organisation_admin_sees_no_health_data() {
        for action in [Action::SeeRoll, Action::SeeProfiles, Action::SeeAssessments, Action::UseDesk] {
            assert_eq!(may(Role::OrganisationAdmin, action), None);
        }
    }

    #[test]
    fn a_break_glass_opens_looks_alone_and_only_to_coordinators_and_admins() {
        let may_open: Vec<_> = Role::ALL.iter().filter(|role| may(**role, Action::BreakGlass).is_some()).collect();
        assert_eq!(may_open, [&Role::OrganisationAdmin, &Role::Coordinator]);
        let participant = AskerKind::Participant;
        assert!(OPENED_BY_BREAK_GLASS.iter().all(|action| participant.reach(*action) == Some(Reach::OnePerson)));
    }

    #[test]
    fn everybody_has_one_reach_for_all_that_they_may_do() {
        for (at, (kind, ..)) in PERMISSIONS.iter().enumerate() {
            assert_eq!(PERMISSIONS.iter().position(|(other, ..)| other == kind), Some(at), "{kind:?}");
        }
    }

    #[test]
    fn a_participant_and_a_relative_reach_one_person_and_a_region_reaches_nobody() {
        let allowed = |kind: AskerKind| {
            Action::ALL.iter().filter_map(|action| Some((*action, kind.reach(*action)?))).collect::<Vec<_>>()
        };
        let of_one = |actions: &[Action]| actions.iter().map(|one| (*one, Reach::OnePerson)).collect::<Vec<_>>();
        let shown = [Action::SeeSchedule, Action::SeeVisits, Action::SeeMessages];
        let told = [Action::TellAbsence, Action::TellExercise];
        let last = [Action::Share, Action::SeeOwnData];
        let own = [&[Action::SeeProfiles, Action::SeeAssessments], &told[..], &shown[..], &last];
        assert_eq!(allowed(AskerKind::Participant), of_one(&own.concat()));
        let relatives = [&[Action::SeeAssessments, Action::TellAbsence], &shown[..]].concat();
        assert_eq!(allowed(AskerKind::Relative), of_one(&relatives));
        assert_eq!(allowed(AskerKind::Region), [(Action::SeeRegionalFigures, Reach::Region)]);
    }

    #[test]
    fn the_command_line_may_do_everything_in_the_municipality() {
        assert!(Action::ALL.iter().all(|action| AskerKind::CommandLine.reach(*action) == Some(Reach::Municipality)));
    }
}
