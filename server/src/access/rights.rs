//! What an account may do beside its role (docs/access.md, Rights beside a role).

use std::collections::BTreeSet;

use domain::access::{Action, Right};
use domain::ids::{MunicipalityCode, UserId};
use domain::time::Instant;

use super::accounts;
use super::scoped_tx::ScopedTx;
use crate::db::{Tx, Unscoped};
use crate::error::Error;

/// The rights of an account, in the order of their list.
pub async fn of(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<BTreeSet<Right>, Error> {
    let sql = sql!("SELECT code FROM account_right WHERE municipality = $1 AND account = $2");
    let rows = tx.all(sql, [tenant.into(), account.into()]).await?;
    rows.iter().map(|row| row.code("code", Right::from_code)).collect()
}

/// Makes these an account's rights. They show nobody whom its roles do not, and so one admin's word is enough. What
/// changed, for the log: `+physiotherapist`, `-physiotherapist`.
pub async fn set(tx: &mut ScopedTx, account: UserId, wanted: &BTreeSet<Right>, now: Instant) -> Result<String, Error> {
    tx.require(Action::ManageAccounts)?;
    accounts::find(tx, account).await?.ok_or(Error::NotFound)?;
    let (tx, tenant) = tx.unscoped(Unscoped::Account);
    let before = of(tx, tenant, account).await?;
    let mut told = Vec::new();
    for right in wanted.difference(&before) {
        let sql = sql!(
            "INSERT INTO account_right (municipality, account, code, granted_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (municipality, account, code) DO NOTHING"
        );
        tx.run(sql, [tenant.into(), account.into(), right.code().into(), now.into()]).await?;
        told.push(format!("+{right}"));
    }
    for right in before.difference(wanted) {
        let sql = sql!("DELETE FROM account_right WHERE municipality = $1 AND account = $2 AND code = $3");
        tx.run(sql, [tenant.into(), account.into(), right.code().into()]).await?;
        told.push(format!("-{right}"));
    }
    Ok(told.join(" "))
}
