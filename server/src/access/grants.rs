//! What an account may do now, for the step function: role, organisation, own groups.

use domain::access::{Action, Role, may};
use domain::ids::{DeviceId, MunicipalityCode, UserId};
use domain::sync::author::AuthorKey;
use domain::sync::rights::Grants;
use domain::time::Day;
use uuid::Uuid;

use super::scope::Asker;
use super::scoped_tx::ScopedTx;
use super::sessions::SignedIn;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::secrets::{Secrets, hmac};

/// The grants of an account that has signed in on this tablet, in the role it chose there. When that role
/// has been taken away, another one that uses tablets; nothing when there is none.
pub async fn on_device(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    device: DeviceId,
    user: UserId,
    today: Day,
) -> Result<Option<Grants>, Error> {
    let row = tx
        .maybe(
            sql!(
                "SELECT d.role, a.organisation FROM device_account d \
                 JOIN account a ON a.municipality = d.municipality AND a.id = d.account \
                 WHERE d.municipality = $1 AND d.device = $2 AND d.account = $3 AND a.disabled_at IS NULL"
            ),
            [tenant.into(), device.into(), user.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let chosen = row.code("role", Role::from_code)?;
    let held = super::accounts::roles(tx, tenant, user).await?;
    let uses_tablet = |role: &&Role| may(**role, Action::UseTablet).is_some();
    let role = held.iter().find(|role| **role == chosen).or_else(|| held.iter().find(uses_tablet));
    let Some(role) = role.copied() else { return Ok(None) };
    let groups = groups_led(tx, tenant, user, today).await?;
    let rights = super::rights::of(tx, tenant, user).await?;
    Ok(Some(Grants { user, role, organisation: row.parse("organisation")?, groups, rights }))
}

/// With what this account's work on this tablet is signed; nothing for one that has not signed in there since programs
/// can sign. The secret is made anew each time from the installation's own, so that no database holds it.
pub async fn author_key(
    tx: &mut Tx,
    secrets: &Secrets,
    tenant: &MunicipalityCode,
    device: DeviceId,
    user: UserId,
) -> Result<Option<AuthorKey>, Error> {
    let sql = sql!("SELECT kid FROM device_account WHERE municipality = $1 AND device = $2 AND account = $3");
    let row = tx.maybe(sql, [tenant.into(), device.into(), user.into()]).await?;
    let kid: Option<Uuid> = row.map(|row| row.parse_opt("kid")).transpose()?.flatten();
    let secret = |kid: Uuid| {
        let parts = [device.0, user.0, kid].map(Uuid::into_bytes);
        hmac(&secrets.author, &[tenant.as_str().as_bytes(), &parts[0], &parts[1], &parts[2]])
    };
    Ok(kid.map(|kid| AuthorKey::new(kid, secret(kid))))
}

/// The grants of a signed-in person in the active role.
pub async fn of_session(tx: &mut Tx, who: &SignedIn, today: Day) -> Result<Option<Grants>, Error> {
    let Some(role) = who.role else { return Ok(None) };
    let groups = groups_led(tx, &who.municipality, who.user, today).await?;
    let rights = super::rights::of(tx, &who.municipality, who.user).await?;
    Ok(Some(Grants { user: who.user, role, organisation: who.organisation, groups, rights }))
}

/// The grants of a scope; nothing for a command, which writes on nobody's behalf, and for a file taken in. Relatives and
/// regions write no operations, and those who take part by a right of their own.
pub async fn of_scope(tx: &mut ScopedTx) -> Result<Option<Grants>, Error> {
    let (user, role, organisation) = match *tx.scope().asker() {
        Asker::Staff { user, role, organisation } => (user, role, organisation),
        Asker::CommandLine | Asker::Import { .. } => return Ok(None),
        Asker::Participant { .. } | Asker::Relative { .. } | Asker::Region { .. } => return Err(Error::Forbidden),
    };
    let today = tx.scope().today();
    let (tx, tenant) = tx.unscoped(Unscoped::Sync);
    let groups = groups_led(tx, tenant, user, today).await?;
    let rights = super::rights::of(tx, tenant, user).await?;
    Ok(Some(Grants { user, role, organisation, groups, rights }))
}

/// Groups led on a day, and substitute grants that hold on it.
async fn groups_led(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    user: UserId,
    today: Day,
) -> Result<std::collections::BTreeSet<domain::ids::GroupId>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT exercise_group FROM group_staff WHERE municipality = $1 AND account = $2 \
                 AND from_day <= $3 AND (to_day IS NULL OR to_day >= $3)"
            ),
            [tenant.into(), user.into(), today.into()],
        )
        .await?;
    rows.iter().map(|row| row.parse("exercise_group")).collect()
}
