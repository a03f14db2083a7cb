//! Signing in: the same answer, after the same work, whether the name is unknown or the password is wrong.

use domain::access::Role;
use domain::ids::{MunicipalityCode, OrganisationId, UserId};

use super::attempts::{self, Counter};
use super::password::{self, Verdict};
use super::places::SignInPlace;
use super::{accounts, offers};
use crate::audit::{self, Chain};
use crate::db::{Row, Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;

/// An account whose password was right.
#[derive(Clone, Debug)]
pub struct Known {
    pub municipality: MunicipalityCode,
    pub user: UserId,
    pub login: String,
    pub organisation: OrganisationId,
    pub name: String,
    pub language: String,
    pub roles: Vec<Role>,
    /// Roles that wait for this person's yes.
    pub offered: Vec<Role>,
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
    pub from: &'a SignInPlace,
    pub request_id: &'a str,
    /// The role in which an account with these roles begins there; nothing when it has to choose.
    pub role_of: fn(&[Role]) -> Option<Role>,
}

/// Checks a name and a password. Every refusal has asked and written the same statements and hashed once.
pub async fn check(state: &AppState, attempt: &Attempt<'_>) -> Result<Result<Known, Refused>, Error> {
    let login = accounts::normal_login(attempt.login);
    let (counters, row) = match counted(state, &login, attempt.from).await? {
        Ok(counted) => counted,
        Err(seconds) => return Ok(Err(Refused::Wait(seconds))),
    };
    let stored = match &row {
        Some(row) if row.is_null("disabled_at") => row.get::<Option<String>>("password")?,
        _ => None,
    };
    let verdict = password::verify(&state.hashing, &state.secrets, attempt.password, stored).await?;
    let right = verdict != Verdict::Wrong;
    if let (Verdict::Formerly, Some(row)) = (verdict, &row) {
        hash_anew(state, row, attempt.password).await?;
    }
    let (row, counters) = (row.as_ref(), &counters);
    let known = state.write(Unscoped::Door, |mut tx| async move {
        let known = match row.filter(|_| right) {
            Some(row) => Some(known(&mut tx, row).await?),
            None => None,
        };
        if known.is_some() {
            attempts::succeeded(&mut tx, counters).await?;
        }
        let role = known.as_ref().and_then(|known| (attempt.role_of)(&known.roles));
        note(state, &mut tx, row, role, right, attempt.request_id).await?;
        Ok(tx.done(known))
    });
    Ok(known.await?.ok_or(Refused::Wrong))
}

/// Keeps the password that was right in the form in which passwords are taken now. Nothing else changes by it.
async fn hash_anew(state: &AppState, row: &Row, typed: &str) -> Result<(), Error> {
    let hashed = &password::hash(&state.hashing, &state.secrets, typed, state.random()).await?;
    let sql = sql!("UPDATE account SET password = $3 WHERE municipality = $1 AND id = $2 AND password = $4");
    state
        .write(Unscoped::Door, |mut tx| async move {
            let (municipality, id, before) =
                (row.get::<String>("municipality")?, row.get::<String>("id")?, row.get::<String>("password")?);
            tx.run(sql, [municipality.into(), id.into(), hashed.as_str().into(), before.into()]).await?;
            Ok(tx.done(()))
        })
        .await
}

type Counted = ([Counter; 3], Option<Row>);

/// Counts the attempt and looks the name up; or the seconds to wait.
async fn counted(state: &AppState, login: &str, from: &SignInPlace) -> Result<Result<Counted, i64>, Error> {
    let sql = sql!(
        "SELECT municipality, id, login, organisation, name, language, password, disabled_at FROM account \
         WHERE login = $1"
    );
    let now = state.now();
    state
        .write(Unscoped::Door, |mut tx| async move {
            let familiar = from.familiar(&mut tx, login, now).await?;
            let counters = attempts::of_sign_in(login, from, familiar);
            if let Some(seconds) = attempts::begin(&mut tx, &counters, now).await? {
                // Lasting, since a counter that was ahead of the clock has been set back.
                return Ok(tx.done(Err(seconds)));
            }
            let row = tx.maybe(sql, [login.into()]).await?;
            Ok(tx.done(Ok((counters, row))))
        })
        .await
}

/// The account of a row with its present roles.
pub async fn known(tx: &mut Tx, row: &Row) -> Result<Known, Error> {
    let municipality = row.code("municipality", MunicipalityCode::new)?;
    let user = row.parse("id")?;
    let roles = accounts::roles(tx, &municipality, user).await?;
    let offers = offers::of(tx, &municipality, user).await?;
    let offered = offers.into_iter().map(|offer| offer.role).collect();
    let (login, name, language) = (row.get("login")?, row.get("name")?, row.get("language")?);
    Ok(Known { municipality, user, login, organisation: row.parse("organisation")?, name, language, roles, offered })
}

/// One row in the log. A name that nobody has goes into the installation's own chain, without the name: what was
/// typed there may be a password.
async fn note(
    state: &AppState,
    tx: &mut Tx,
    row: Option<&Row>,
    role: Option<Role>,
    right: bool,
    request_id: &str,
) -> Result<(), Error> {
    let user: Option<UserId> = row.map(|row| row.parse("id")).transpose()?;
    let chain = match row {
        Some(row) => Chain::Municipality(row.code("municipality", MunicipalityCode::new)?),
        None => Chain::Installation,
    };
    let result = match (right, user) {
        (true, _) => "ok",
        (false, Some(_)) => "wrong_password",
        (false, None) => "unknown_name",
    };
    let entry = audit::Entry {
        actor: user,
        role,
        entities: user.map(|user| format!("account:{user}")).unwrap_or_default(),
        result: result.to_owned(),
        ..audit::Entry::new(state.now(), "sign_in", request_id)
    };
    audit::append(tx, &state.secrets, chain, &entry).await
}
