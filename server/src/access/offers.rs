//! Roles that wait for a yes. Nobody comes to see people by one admin's word alone: a second admin says so, too, or the
//! person does at the next sign-in (docs/access.md, Who gives roles).

use domain::access::Role;
use domain::ids::{MunicipalityCode, UserId};
use domain::time::Instant;

use super::accounts;
use crate::db::{Row, Tx};
use crate::error::Error;

/// A role that an account may come to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    pub role: Role,
    pub by: UserId,
    pub by_name: String,
    pub at: Instant,
}

/// What becomes of an account's roles when somebody chooses new ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleChange {
    pub granted: Vec<Role>,
    pub offered: Vec<Role>,
    pub removed: Vec<Role>,
    /// The admin who chose; nobody when the command line did.
    pub by: Option<UserId>,
}

impl RoleChange {
    /// From these roles to those. The command line grants by itself: whoever gives it runs the installation.
    pub fn between(before: &[Role], wanted: &[Role], by: Option<UserId>) -> Self {
        let new = wanted.iter().copied().filter(|role| !before.contains(role));
        let (offered, granted) = new.partition(|role| role.sees_people() && by.is_some());
        let removed = before.iter().copied().filter(|role| !wanted.contains(role)).collect();
        Self { granted, offered, removed, by }
    }

    /// For the log: `+organisation_admin ?coordinator -instructor`.
    pub fn told(&self) -> String {
        let signed = |sign: char, roles: &[Role]| roles.iter().map(|role| format!("{sign}{role}")).collect::<Vec<_>>();
        [signed('+', &self.granted), signed('?', &self.offered), signed('-', &self.removed)].concat().join(" ")
    }

    /// Carries it out. What is no longer wanted is no longer offered either.
    pub async fn make(
        &self,
        tx: &mut Tx,
        tenant: &MunicipalityCode,
        account: UserId,
        wanted: &[Role],
        now: Instant,
    ) -> Result<(), Error> {
        for role in &self.removed {
            tx.run(
                sql!("DELETE FROM account_role WHERE municipality = $1 AND account = $2 AND role = $3"),
                [tenant.into(), account.into(), role.code().into()],
            )
            .await?;
        }
        for offer in of(tx, tenant, account).await?.iter().filter(|offer| !wanted.contains(&offer.role)) {
            take(tx, tenant, account, offer.role).await?;
        }
        accounts::grant_roles(tx, tenant, account, &self.granted, now).await?;
        for role in &self.offered {
            tx.run(
                sql!(
                    "INSERT INTO role_offer (municipality, account, role, offered_by, offered_at) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (municipality, account, role) DO NOTHING"
                ),
                [tenant.into(), account.into(), role.code().into(), self.by.into(), now.into()],
            )
            .await?;
        }
        Ok(())
    }
}

/// The roles that wait for this account, in the order of the table of roles.
pub async fn of(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<Vec<Offer>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT o.role, o.offered_by, o.offered_at, a.name FROM role_offer o \
                 JOIN account a ON a.municipality = o.municipality AND a.id = o.offered_by \
                 WHERE o.municipality = $1 AND o.account = $2"
            ),
            [tenant.into(), account.into()],
        )
        .await?;
    let mut offers = rows.iter().map(offer).collect::<Result<Vec<_>, _>>()?;
    offers.sort_by_key(|offer| offer.role);
    Ok(offers)
}

fn offer(row: &Row) -> Result<Offer, Error> {
    Ok(Offer {
        role: row.code("role", Role::from_code)?,
        by: row.parse("offered_by")?,
        by_name: row.get("name")?,
        at: row.get("offered_at")?,
    })
}

/// Takes an offer off the list; whether there was one.
async fn take(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId, role: Role) -> Result<bool, Error> {
    let values = [tenant.into(), account.into(), role.code().into()];
    let sql = sql!("DELETE FROM role_offer WHERE municipality = $1 AND account = $2 AND role = $3");
    Ok(tx.run(sql, values).await? > 0)
}

/// The person's own answer, or a second admin's yes; whether there was such an offer.
pub async fn settle(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    account: UserId,
    role: Role,
    yes: bool,
    now: Instant,
) -> Result<bool, Error> {
    let taken = take(tx, tenant, account, role).await?;
    if taken && yes {
        accounts::grant_roles(tx, tenant, account, &[role], now).await?;
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_shows_people_waits_and_others_do_not() {
        use Role::{Coordinator, Instructor, MunicipalOfficer, OrganisationAdmin};
        let wanted = [OrganisationAdmin, Coordinator, MunicipalOfficer];
        let admin = Some(UserId(uuid::Uuid::from_u128(1)));
        let change = RoleChange::between(&[Instructor, MunicipalOfficer], &wanted, admin);
        assert_eq!(change.told(), "+organisation_admin ?coordinator -instructor");
        let by_command = RoleChange::between(&[], &[Coordinator], None);
        assert_eq!(by_command.told(), "+coordinator");
        assert_eq!(RoleChange::between(&[Coordinator], &[Coordinator], admin).told(), "");
    }
}
