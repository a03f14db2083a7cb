//! When those who test were last trained in it: noted at the desk, and told on their tablets when it is long ago.

use domain::access::{Action, Role};
use domain::ids::{MunicipalityCode, UserId};
use domain::time::Day;

use super::scoped_tx::ScopedTx;
use crate::db::{Row, Tx};
use crate::error::Error;

/// Somebody who tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tester {
    pub id: UserId,
    pub name: String,
    pub trained_on: Option<Day>,
}

/// `$2`: the organisation. `$3`: the admin's own, whose partners lie within reach too; the coordinator's do not.
/// `$4`: the role of those who test.
macro_rules! testers {
    ($rest:literal) => {
        sql!(
            "SELECT a.id, a.name, a.trained_on FROM organisation o CROSS JOIN account a \
             WHERE o.municipality = $1 AND ($2 = '' OR o.id = $2 OR o.parent = $3) AND a.municipality = $1 \
             AND a.organisation = o.id AND a.disabled_at IS NULL AND EXISTS (SELECT 1 FROM account_role r \
             WHERE r.municipality = $1 AND r.account = a.id AND r.role = $4)",
            $rest
        )
    };
}

/// Everybody within reach who tests, by name.
pub async fn list(tx: &mut ScopedTx) -> Result<Vec<Tester>, Error> {
    let (own, with_partners) = reached(tx)?;
    let values = [own.into(), with_partners.into(), Role::Instructor.code().into()];
    let rows = tx.all(testers!(" ORDER BY a.sort_key, a.id"), values).await?;
    rows.iter().map(tester).collect()
}

/// One of them; out of reach is not found.
pub async fn find(tx: &mut ScopedTx, id: UserId) -> Result<Tester, Error> {
    let (own, with_partners) = reached(tx)?;
    let values = [own.into(), with_partners.into(), Role::Instructor.code().into(), id.into()];
    let row = tx.maybe(testers!(" AND a.id = $5"), values).await?;
    tester(&row.ok_or(Error::NotFound)?)
}

/// Notes when somebody within reach was trained; `None`: it is not known after all.
pub async fn set(tx: &mut ScopedTx, id: UserId, trained_on: Option<Day>) -> Result<(), Error> {
    find(tx, id).await?;
    let sql = sql!("UPDATE account SET trained_on = $3 WHERE municipality = $1 AND id = $2");
    tx.run(sql, [id.into(), trained_on.into()]).await?;
    Ok(())
}

/// When this account's holder was trained.
pub async fn of(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<Option<Day>, Error> {
    let sql = sql!("SELECT trained_on FROM account WHERE municipality = $1 AND id = $2");
    tx.one(sql, [tenant.into(), account.into()]).await?.parse_opt("trained_on")
}

/// The organisation within reach (empty: every one), and the one whose partners are too (empty: none).
fn reached(tx: &ScopedTx) -> Result<(String, String), Error> {
    let own = tx.scope().within(Action::NoteTraining)?.provider;
    let partners = tx.scope().may(Action::ManageAccounts);
    let with_partners = if partners { own.clone() } else { String::new() };
    Ok((own, with_partners))
}

fn tester(row: &Row) -> Result<Tester, Error> {
    Ok(Tester { id: row.parse("id")?, name: row.get("name")?, trained_on: row.parse_opt("trained_on")? })
}
