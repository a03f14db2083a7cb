//! Who asks, and what they may touch: made from the session, or by a command on the server's own machine.

use std::collections::BTreeSet;

use domain::access::{Action, AskerKind, OPENED_BY_BREAK_GLASS, Reach, Role};
use domain::ids::{MunicipalityCode, OrganisationId, ParticipantId, UserId};
use domain::time::Day;

use crate::db::Value;
use crate::error::Error;

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asker {
    /// In the active role.
    Staff { user: UserId, role: Role, organisation: OrganisationId },
    /// About themselves.
    Participant { user: UserId, person: ParticipantId },
    /// About one person, who chose what to share (`shared`) and until when, that day included.
    Relative { user: UserId, person: ParticipantId, shared: BTreeSet<Action>, until: Day },
    /// About these municipalities, one after the other.
    Region { user: UserId, municipalities: BTreeSet<MunicipalityCode> },
    /// A command given by whoever runs the installation. Acts under the nil account.
    CommandLine,
    /// A file of the municipality's own, taken in at the desk: as far as a command, under the account's name.
    Import { user: UserId },
}

impl Asker {
    const fn kind(&self) -> AskerKind {
        match self {
            Self::Staff { role, .. } => AskerKind::Staff(*role),
            Self::Participant { .. } => AskerKind::Participant,
            Self::Relative { .. } => AskerKind::Relative,
            Self::Region { .. } => AskerKind::Region,
            Self::CommandLine | Self::Import { .. } => AskerKind::CommandLine,
        }
    }
}

/// What a transaction is bound to: who asks, the municipality that is read, and the one that may be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    asker: Asker,
    reads: MunicipalityCode,
    /// Nothing for those who only look.
    writes: Option<MunicipalityCode>,
    today: Day,
    /// The one person whose data a break-glass has opened.
    opened: Option<ParticipantId>,
}

/// The groups within reach, as values for a query (see [`super::reach`]).
#[derive(Clone, Debug)]
pub struct Within {
    /// The provider's id, or empty for every provider of the municipality.
    pub provider: String,
    /// The account whose own groups count, or empty when that does not matter.
    account: String,
    today: Day,
}

impl Scope {
    /// For commands: everything in one municipality.
    pub fn command_line(municipality: MunicipalityCode, today: Day) -> Self {
        let writes = Some(municipality.clone());
        Self { asker: Asker::CommandLine, reads: municipality, writes, today, opened: None }
    }

    /// For a file that somebody at the desk takes in, who was found to be allowed to.
    pub fn import(user: UserId, municipality: MunicipalityCode, today: Day) -> Self {
        Self { asker: Asker::Import { user }, ..Self::command_line(municipality, today) }
    }

    /// What `asker` may touch in this municipality; a region's viewer, only in one of the own.
    pub fn of(asker: Asker, municipality: MunicipalityCode, today: Day) -> Result<Self, Error> {
        let writes = match &asker {
            Asker::Staff { .. } | Asker::Participant { .. } | Asker::CommandLine | Asker::Import { .. } => {
                Some(municipality.clone())
            }
            Asker::Region { municipalities, .. } if !municipalities.contains(&municipality) => {
                return Err(Error::NotFound);
            }
            Asker::Relative { shared, until, .. } => {
                let tells = shared.contains(&Action::TellAbsence) && today <= *until;
                tells.then(|| municipality.clone())
            }
            Asker::Region { .. } => None,
        };
        Ok(Self { asker, reads: municipality, writes, today, opened: None })
    }

    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// The municipality that is read: the first value of every query.
    pub fn municipality(&self) -> &MunicipalityCode {
        &self.reads
    }

    /// The municipality that may be written; refuses those who only look.
    pub fn writes(&self) -> Result<&MunicipalityCode, Error> {
        self.writes.as_ref().ok_or(Error::Forbidden)
    }

    /// Who acts, as written into operations.
    pub fn user(&self) -> UserId {
        match self.asker {
            Asker::Staff { user, .. }
            | Asker::Participant { user, .. }
            | Asker::Relative { user, .. }
            | Asker::Region { user, .. }
            | Asker::Import { user } => user,
            Asker::CommandLine => UserId(uuid::Uuid::nil()),
        }
    }

    /// The active role of staff.
    pub fn role(&self) -> Option<Role> {
        if let Asker::Staff { role, .. } = self.asker { Some(role) } else { None }
    }

    /// Today's date in Finland when the scope was made: dated grants are read by it.
    pub fn today(&self) -> Day {
        self.today
    }

    /// The one person that a participant or a relative may ask about.
    pub fn person(&self) -> Option<ParticipantId> {
        match self.asker {
            Asker::Participant { person, .. } | Asker::Relative { person, .. } => Some(person),
            Asker::Staff { .. } | Asker::Region { .. } | Asker::CommandLine | Asker::Import { .. } => None,
        }
    }

    /// How far the asker may do this; nothing: not at all.
    pub fn reach(&self, action: Action) -> Option<Reach> {
        let shared = match &self.asker {
            Asker::Relative { shared, until, .. } => shared.contains(&action) && self.today <= *until,
            _ => true,
        };
        self.asker.kind().reach(action).filter(|_| shared)
    }

    /// With what a break-glass has opened at this moment.
    #[must_use]
    pub fn with_opened(self, person: Option<ParticipantId>) -> Self {
        Self { opened: person, ..self }
    }

    /// The one person about whom a break-glass allows this beyond the reach.
    pub fn opens(&self, action: Action) -> Option<ParticipantId> {
        self.opened.filter(|_| OPENED_BY_BREAK_GLASS.contains(&action))
    }

    pub fn may(&self, action: Action) -> bool {
        self.reach(action).is_some()
    }

    /// Refuses when the asker may not do this anywhere.
    pub fn require(&self, action: Action) -> Result<Reach, Error> {
        self.reach(action).ok_or(Error::Forbidden)
    }

    /// The groups in which the asker may do this; refuses when there can be none.
    pub fn within(&self, action: Action) -> Result<Within, Error> {
        let nothing = String::new;
        let (provider, account) = match (self.require(action)?, &self.asker) {
            (Reach::Municipality, _) => (nothing(), nothing()),
            (Reach::OwnOrganisation, Asker::Staff { organisation, .. }) => (organisation.to_string(), nothing()),
            (Reach::OwnGroups, Asker::Staff { user, .. }) => (nothing(), user.to_string()),
            _ => return Err(Error::Forbidden),
        };
        Ok(Within { provider, account, today: self.today })
    }
}

impl Within {
    /// `$2` … `$4` of a text about groups or people within reach.
    pub(super) fn values(self) -> [Value; 3] {
        [self.provider.into(), self.account.into(), self.today.into()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: uuid::Uuid = uuid::Uuid::from_u128(7);

    fn today() -> Day {
        Day::new(2026, 11, 21).expect("day")
    }

    fn code(text: &str) -> MunicipalityCode {
        MunicipalityCode::new(text).expect("code")
    }

    fn of(asker: Asker) -> Scope {
        Scope::of(asker, code("091"), today()).expect("a scope")
    }

    fn staff(role: Role) -> Scope {
        of(Asker::Staff { user: UserId(ID), role, organisation: OrganisationId(ID) })
    }

    fn relative(until: Day) -> Scope {
        let shared = BTreeSet::from([Action::SeeAssessments, Action::EditProfiles]);
        of(Asker::Relative { user: UserId(ID), person: ParticipantId(ID), shared, until })
    }

    #[test]
    fn an_instructor_reaches_only_groups_that_the_account_leads() {
        let within = staff(Role::Instructor).within(Action::SeeRoll).expect("allowed");
        assert_eq!((within.provider.as_str(), within.account.is_empty()), ("", false));
    }

    #[test]
    fn a_coordinator_reaches_the_own_organisation_and_no_other() {
        let within = staff(Role::Coordinator).within(Action::SeeRoll).expect("allowed");
        assert_eq!((within.provider.is_empty(), within.account.as_str()), (false, ""));
    }

    #[test]
    fn an_officer_gets_no_group_at_all() {
        assert!(matches!(staff(Role::MunicipalOfficer).within(Action::SeeRoll), Err(Error::Forbidden)));
    }

    #[test]
    fn a_participant_reaches_one_person_and_no_group() {
        let scope = of(Asker::Participant { user: UserId(ID), person: ParticipantId(ID) });
        assert_eq!(scope.person(), Some(ParticipantId(ID)));
        assert_eq!(scope.reach(Action::SeeAssessments), Some(Reach::OnePerson));
        assert!(matches!(scope.within(Action::SeeAssessments), Err(Error::Forbidden)));
        assert!(scope.writes().is_ok());
    }

    #[test]
    fn a_relative_sees_what_was_shared_until_the_day_that_was_agreed_and_writes_nothing() {
        assert_eq!(relative(today()).reach(Action::SeeAssessments), Some(Reach::OnePerson));
        assert_eq!(relative(today().plus_days(-1)).reach(Action::SeeAssessments), None);
        // Nobody can share more than the table gives to relatives.
        assert_eq!(relative(today()).reach(Action::EditProfiles), None);
        assert!(matches!(relative(today()).writes(), Err(Error::Forbidden)));
    }

    #[test]
    fn a_relative_who_may_tell_of_absences_writes_until_the_last_day() {
        let tells = |until| {
            let shared = BTreeSet::from([Action::TellAbsence]);
            of(Asker::Relative { user: UserId(ID), person: ParticipantId(ID), shared, until })
        };
        assert!(tells(today()).writes().is_ok());
        assert!(matches!(tells(today().plus_days(-1)).writes(), Err(Error::Forbidden)));
    }

    #[test]
    fn a_region_reads_its_own_municipalities_and_writes_none() {
        let region = Asker::Region { user: UserId(ID), municipalities: BTreeSet::from([code("091")]) };
        assert!(matches!(Scope::of(region.clone(), code("049"), today()), Err(Error::NotFound)));
        let scope = of(region);
        assert_eq!((scope.municipality(), scope.writes().is_ok()), (&code("091"), false));
        assert!(!scope.may(Action::SeeFigures) && scope.may(Action::SeeRegionalFigures));
    }
}
