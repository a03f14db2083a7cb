//! What a store function may touch. Every store function takes a [`Scope`]; a query without one does not compile.

use domain::access::{Action, Reach, Role, may};
use domain::ids::{MunicipalityCode, OrganisationId, UserId};
use domain::time::Day;

use crate::db::Value;
use crate::error::Error;

/// Made from the session alone, or by a command on the server's own machine.
#[derive(Clone, Debug)]
pub struct Scope {
    municipality: MunicipalityCode,
    user: UserId,
    today: Day,
    who: Who,
}

#[derive(Clone, Debug)]
enum Who {
    /// A command given by whoever runs the installation: the whole municipality, every action.
    CommandLine,
    Staff {
        role: Role,
        organisation: OrganisationId,
    },
}

/// The groups within reach, as values for a query (see [`groups_within_reach!`]).
#[derive(Clone, Debug)]
pub struct Within {
    tenant: MunicipalityCode,
    /// The provider's id, or empty for every provider of the municipality.
    pub provider: String,
    /// The account whose own groups count, or empty when that does not matter.
    pub account: String,
    pub today: Day,
}

impl Scope {
    /// For commands: everything in one municipality. Acts under the nil account.
    pub fn command_line(municipality: MunicipalityCode, today: Day) -> Self {
        Self { municipality, user: UserId(uuid::Uuid::nil()), today, who: Who::CommandLine }
    }

    pub(crate) fn staff(
        municipality: MunicipalityCode,
        user: UserId,
        role: Role,
        organisation: OrganisationId,
        today: Day,
    ) -> Self {
        Self { municipality, user, today, who: Who::Staff { role, organisation } }
    }

    pub fn municipality(&self) -> &MunicipalityCode {
        &self.municipality
    }

    /// The municipality as a bound value: the first of every query.
    pub fn tenant(&self) -> Value {
        Value::from(&self.municipality)
    }

    /// Who acts, as written into operations.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Today's date in Finland when the scope was made: dated grants are read by it.
    pub fn today(&self) -> Day {
        self.today
    }

    /// The active role; nothing for a command.
    pub fn role(&self) -> Option<Role> {
        match self.who {
            Who::CommandLine => None,
            Who::Staff { role, .. } => Some(role),
        }
    }

    /// The actor's organisation; nothing for a command.
    pub fn organisation(&self) -> Option<OrganisationId> {
        match self.who {
            Who::CommandLine => None,
            Who::Staff { organisation, .. } => Some(organisation),
        }
    }

    /// How far the actor may do this; nothing: not at all.
    pub fn reach(&self, action: Action) -> Option<Reach> {
        match self.who {
            Who::CommandLine => Some(Reach::Municipality),
            Who::Staff { role, .. } => may(role, action),
        }
    }

    pub fn may(&self, action: Action) -> bool {
        self.reach(action).is_some()
    }

    /// Refuses when the role may not do this anywhere.
    pub fn require(&self, action: Action) -> Result<Reach, Error> {
        self.reach(action).ok_or(Error::Forbidden)
    }

    /// The groups in which the actor may do this; refuses when there can be none.
    pub fn within(&self, action: Action) -> Result<Within, Error> {
        let reach = self.require(action)?;
        let provider = match (reach, &self.who) {
            (Reach::OwnOrganisation, Who::Staff { organisation, .. }) => organisation.to_string(),
            _ => String::new(),
        };
        let account = if reach == Reach::OwnGroups { self.user.to_string() } else { String::new() };
        Ok(Within { tenant: self.municipality.clone(), provider, account, today: self.today })
    }
}

impl Within {
    /// `$1` … `$4` of [`groups_within_reach!`], as `[tenant, provider, account, today]`.
    pub fn values(&self) -> [Value; 4] {
        [Value::from(&self.tenant), Value::from(&self.provider), Value::from(&self.account), Value::from(self.today)]
    }
}

/// `SELECT id …` of the groups within reach, for `concat!("… WHERE g.id IN (", groups_within_reach!(), ")")`.
/// `$1` municipality, `$2` provider or empty, `$3` account or empty, `$4` today: [`Within::values`].
#[macro_export]
macro_rules! groups_within_reach {
    () => {
        "SELECT w.id FROM exercise_group w WHERE w.municipality = $1 AND w.deleted_at IS NULL \
         AND ($2 = '' OR w.provider = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM group_staff s \
         WHERE s.municipality = w.municipality AND s.exercise_group = w.id AND s.account = $3 \
         AND s.from_day <= $4 AND (s.to_day IS NULL OR s.to_day >= $4)))"
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(role: Role) -> Scope {
        let municipality = MunicipalityCode::new("091").expect("code");
        let id = uuid::Uuid::from_u128(7);
        Scope::staff(municipality, UserId(id), role, OrganisationId(id), Day::new(2026, 11, 21).expect("day"))
    }

    #[test]
    fn an_instructor_reaches_only_groups_that_the_account_leads() {
        let within = scope(Role::Instructor).within(Action::SeeRoll).expect("allowed");
        assert_eq!((within.provider.as_str(), within.account.is_empty()), ("", false));
    }

    #[test]
    fn a_coordinator_reaches_the_own_organisation_and_no_other() {
        let within = scope(Role::Coordinator).within(Action::SeeRoll).expect("allowed");
        assert_eq!((within.provider.is_empty(), within.account.as_str()), (false, ""));
    }

    #[test]
    fn an_officer_gets_no_group_at_all() {
        assert!(matches!(scope(Role::MunicipalOfficer).within(Action::SeeRoll), Err(Error::Forbidden)));
    }
}
