//! Signing in: the same answer, after the same time, whether the name is unknown or the password is wrong.

use std::net::IpAddr;

use domain::access::Role;
use domain::ids::{MunicipalityCode, OrganisationId, UserId};

use super::{accounts, attempts, password};
use crate::audit;
use crate::db::{Row, Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;

/// An account whose password was right.
#[derive(Clone, Debug)]
pub struct Known {
    pub municipality: MunicipalityCode,
    pub user: UserId,
    pub organisation: OrganisationId,
    pub name: String,
    pub language: String,
    pub roles: Vec<Role>,
}

/// Why nobody was signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Name or password; never which of the two.
    Wrong,
    /// Too many tries: so many seconds.
    Wait(i64),
}

/// What was typed, and from where.
pub struct Attempt<'a> {
    pub login: &'a str,
    pub password: &'a str,
    pub ip: IpAddr,
    pub request_id: &'a str,
}

/// Checks a name and a password.
pub async fn check(state: &AppState, attempt: &Attempt<'_>) -> Result<Result<Known, Refused>, Error> {
    let login = accounts::normal_login(attempt.login);
    let row = match counted(state, &login, attempt.ip).await? {
        Ok(row) => row,
        Err(seconds) => return Ok(Err(Refused::Wait(seconds))),
    };
    let stored = match &row {
        Some(row) if row.is_null("disabled_at") => row.get::<Option<String>>("password")?,
        _ => None,
    };
    // The upper bound keeps a huge text from costing hashing time; nobody's password is longer.
    let typed: String = attempt.password.chars().take(*password::LENGTHS.end() + 1).collect();
    let right = password::verify(&state.secrets, typed, stored).await?;
    let (row, login) = (&row, &login);
    let known = state.write(Unscoped::Door, |mut tx| async move {
        let known = match row {
            Some(row) => Some(known(&mut tx, row).await?),
            None => None,
        };
        if let Some(known) = &known {
            note(state, &mut tx, known, right, attempt.request_id).await?;
        }
        if right {
            attempts::succeeded(&mut tx, login, attempt.ip).await?;
        }
        Ok(tx.done(known))
    });
    Ok(known.await?.filter(|_| right).ok_or(Refused::Wrong))
}

/// Counts the attempt and looks the name up; or the seconds to wait.
async fn counted(state: &AppState, login: &str, ip: IpAddr) -> Result<Result<Option<Row>, i64>, Error> {
    let sql =
        "SELECT municipality, id, organisation, name, language, password, disabled_at FROM account WHERE login = $1";
    state
        .write(Unscoped::Door, |mut tx| async move {
            if let Some(seconds) = attempts::begin(&mut tx, login, ip, state.now()).await? {
                return Ok(tx.undone(Err(seconds)));
            }
            let row = tx.maybe(sql, [login.into()]).await?;
            Ok(tx.done(Ok(row)))
        })
        .await
}

/// The account of a row with its present roles.
pub async fn known(tx: &mut Tx, row: &Row) -> Result<Known, Error> {
    let municipality = row.code("municipality", MunicipalityCode::new)?;
    let user = row.parse("id")?;
    let roles = accounts::roles(tx, &municipality, user).await?;
    let (organisation, name, language) = (row.parse("organisation")?, row.get("name")?, row.get("language")?);
    Ok(Known { municipality, user, organisation, name, language, roles })
}

async fn note(state: &AppState, tx: &mut Tx, known: &Known, right: bool, request_id: &str) -> Result<(), Error> {
    let entry = audit::Entry {
        at: state.now(),
        actor: Some(known.user),
        role: None,
        device: None,
        verb: "sign_in".to_owned(),
        entities: format!("account:{}", known.user),
        fields: String::new(),
        result: if right { "ok" } else { "wrong_password" }.to_owned(),
        request_id: request_id.to_owned(),
    };
    audit::append(tx, &state.secrets, &known.municipality, &entry).await
}
