//! Names of accounts and organisations, and what imports remember of rows, as they look (`domain::text`).

use domain::ids::MunicipalityCode;
use domain::names::sort_key;
use domain::text::normal;

use super::AT_ONCE;
use crate::access::accounts::normal_login;
use crate::db::{Row, Tx, Unscoped};
use crate::error::Error;
use crate::files::kinds::Kind;
use crate::state::AppState;

/// Rows of what imports remember that are looked at in one transaction: nearly all stay as they are.
const REMEMBERED: i64 = 5_000;

pub(super) async fn settle(state: &AppState, tenant: &MunicipalityCode) -> Result<(), Error> {
    settle_accounts(state, tenant).await?;
    settle_organisations(state, tenant).await?;
    for kind in Kind::ALL {
        settle_memory(state, tenant, *kind).await?;
    }
    Ok(())
}

async fn settle_accounts(state: &AppState, tenant: &MunicipalityCode) -> Result<(), Error> {
    let sql = sql!("SELECT id, login, name FROM account WHERE municipality = $1 AND id > $2 ORDER BY id LIMIT $3");
    let mut last = String::new();
    loop {
        let mut tx = state.db.begin(Unscoped::Installation).await?;
        let rows = tx.all(sql, [tenant.into(), last.as_str().into(), AT_ONCE.into()]).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.get("id")?;
        for row in &rows {
            settle_account(&mut tx, tenant, row).await?;
        }
        tx.commit().await?;
    }
}

async fn settle_account(tx: &mut Tx, tenant: &MunicipalityCode, row: &Row) -> Result<(), Error> {
    let (id, login, name): (String, String, String) = (row.get("id")?, row.get("login")?, row.get("name")?);
    let (wanted, plain) = (normal_login(&login), normal(&name));
    if wanted == login && plain == name {
        return Ok(());
    }
    let free = match wanted == login {
        true => wanted.clone(),
        false => free_login(tx, &wanted).await?,
    };
    if free != wanted {
        tracing::warn!(
            municipality = %tenant, account = id,
            "two sign-in names look the same: this account signs in with {free:?} from now on; tell its holder"
        );
    }
    let sql = sql!("UPDATE account SET login = $3, name = $4, sort_key = $5 WHERE municipality = $1 AND id = $2");
    let sorted = sort_key(&plain);
    tx.run(sql, [tenant.into(), id.into(), free.into(), plain.into_owned().into(), sorted.into()]).await?;
    Ok(())
}

/// The sign-in name, with a number behind it when another account has it already: names are one for the installation.
async fn free_login(tx: &mut Tx, wanted: &str) -> Result<String, Error> {
    let sql = sql!("SELECT id FROM account WHERE login = $1");
    let mut login = wanted.to_owned();
    let mut number = 2;
    while tx.maybe(sql, [login.as_str().into()]).await?.is_some() {
        login = format!("{wanted}-{number}");
        number += 1;
    }
    Ok(login)
}

async fn settle_organisations(state: &AppState, tenant: &MunicipalityCode) -> Result<(), Error> {
    let all = sql!("SELECT id, name FROM organisation WHERE municipality = $1 ORDER BY id");
    let taken = sql!("SELECT id FROM organisation WHERE municipality = $1 AND name = $2");
    let rename = sql!("UPDATE organisation SET name = $3, sort_key = $4 WHERE municipality = $1 AND id = $2");
    let mut tx = state.db.begin(Unscoped::Installation).await?;
    for row in tx.all(all, [tenant.into()]).await? {
        let (id, name): (String, String) = (row.get("id")?, row.get("name")?);
        let plain = &*normal(&name);
        if plain == name {
            continue;
        }
        if tx.maybe(taken, [tenant.into(), plain.into()]).await?.is_some() {
            tracing::warn!(municipality = %tenant, organisation = id, "two organisations are named {plain:?}: both stay");
            continue;
        }
        tx.run(rename, [tenant.into(), id.into(), plain.into(), sort_key(plain).into()]).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn settle_memory(state: &AppState, tenant: &MunicipalityCode, kind: Kind) -> Result<(), Error> {
    let sql = sql!(
        "SELECT key, entity_id, row FROM import_row WHERE municipality = $1 AND kind = $2 AND key > $3 \
         ORDER BY key LIMIT $4"
    );
    let mut last = String::new();
    loop {
        let mut tx = state.db.begin(Unscoped::Installation).await?;
        let rows = tx.all(sql, [tenant.into(), kind.code().into(), last.as_str().into(), REMEMBERED.into()]).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.get("key")?;
        for row in &rows {
            settle_remembered(&mut tx, tenant, kind, row).await?;
        }
        tx.commit().await?;
    }
}

/// What was said of one row. Where the row is remembered under both spellings, the one of today stays and the other is
/// found no more.
async fn settle_remembered(tx: &mut Tx, tenant: &MunicipalityCode, kind: Kind, row: &Row) -> Result<(), Error> {
    let (key, text): (String, String) = (row.get("key")?, row.get("row")?);
    let cells: Vec<Option<String>> = row.json("row")?;
    let parts: Vec<_> = key.split('\u{1f}').map(normal).collect();
    let cells: Vec<_> = cells.iter().map(|cell| cell.as_deref().map(normal)).collect();
    let (wanted, plain) = (parts.join("\u{1f}"), serde_json::to_string(&cells).unwrap_or_default());
    if wanted == key && plain == text {
        return Ok(());
    }
    if wanted == key {
        let sql = sql!("UPDATE import_row SET row = $4 WHERE municipality = $1 AND kind = $2 AND key = $3");
        tx.run(sql, [tenant.into(), kind.code().into(), key.into(), plain.into()]).await?;
        return Ok(());
    }
    let sql = sql!(
        "INSERT INTO import_row (municipality, kind, key, entity_id, row) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (municipality, kind, key) DO NOTHING"
    );
    let entity: String = row.get("entity_id")?;
    tx.run(sql, [tenant.into(), kind.code().into(), wanted.into(), entity.into(), plain.into()]).await?;
    let sql = sql!("DELETE FROM import_row WHERE municipality = $1 AND kind = $2 AND key = $3");
    tx.run(sql, [tenant.into(), kind.code().into(), key.into()]).await?;
    Ok(())
}
