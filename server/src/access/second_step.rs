//! The second step of a sign-in: after the password the code, where the account has a second factor.

use app::access::own_account::{CodeView, code_page};
use app::texts::access::own_account as words;
use app::ui::FieldError;
use axum::extract::State;
use axum::response::Response;
use domain::ids::{MunicipalityCode, UserId};
use domain::time::Instant;
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::cookies::Cookie;
use super::places::SignInPlace;
use super::second_factor::{self, Confirmed};
use super::sign_in::{Known, known};
use super::{attempts, door as entrance, token};
use crate::audit;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::pages::{Reader, door, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::client::Client;
use crate::web::form::Fields;
use crate::web::request;

/// How long the code may follow the password, in milliseconds.
const WAITS: i64 = 10 * 60_000;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/sign-in/code", show).post("/sign-in/code", check)
}

/// The password was right: asks for the code, and remembers who is asked in this browser.
pub(super) async fn ask(state: &AppState, known: &Known) -> Result<Response, Error> {
    let secret = &state.secret();
    let begun = state.write(Unscoped::Door, |mut tx| async move {
        let now = state.now();
        let old = now.plus_millis(-WAITS);
        tx.run(sql!("DELETE FROM sign_in_step WHERE created_at < $1"), [old.into()]).await?;
        let sql = sql!("INSERT INTO sign_in_step (hash, municipality, account, created_at) VALUES ($1, $2, $3, $4)");
        let values = [token::hash(secret).into(), (&known.municipality).into(), known.user.into(), now.into()];
        tx.run(sql, values).await?;
        Ok(tx.done(()))
    });
    begun.await?;
    Ok(Cookie::Step.set(see_other("/sign-in/code"), &state.config, secret.clone(), Some(WAITS / 1000)))
}

/// Whose password was right in this browser a moment ago.
async fn asked(
    state: &AppState,
    tx: &mut Tx,
    headers: &HeaderMap,
) -> Result<Option<(String, MunicipalityCode, UserId)>, Error> {
    let Some(secret) = Cookie::Step.read(headers, &state.config) else { return Ok(None) };
    let (hash, now): (String, Instant) = (token::hash(&secret), state.now());
    let sql = sql!("SELECT municipality, account FROM sign_in_step WHERE hash = $1 AND created_at >= $2");
    let row = tx.maybe(sql, [hash.as_str().into(), now.plus_millis(-WAITS).into()]).await?;
    row.map(|row| Ok((hash, row.code("municipality", MunicipalityCode::new)?, row.parse("account")?))).transpose()
}

async fn show(State(state): State<AppState>, reader: Reader, headers: HeaderMap) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    if reader.who.is_some() || asked(&state, &mut tx, &headers).await?.is_none() {
        return Ok(see_other("/sign-in"));
    }
    Ok(draw(&reader, StatusCode::OK, Vec::new()).await)
}

async fn draw(reader: &Reader, status: StatusCode, errors: Vec<FieldError>) -> Response {
    let lang = reader.lang;
    door(reader, status, words::code_title(lang), move || code_page(lang, CodeView { errors }).into_any()).await
}

async fn check(
    State(state): State<AppState>,
    reader: Reader,
    Client(from): Client,
    headers: HeaderMap,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let Some((hash, tenant, user)) = asked(&state, &mut state.db.read(Unscoped::Door).await?, &headers).await? else {
        return Ok(see_other("/sign-in"));
    };
    let request_id = request::id_of(&extensions);
    let counters = &attempts::of_second_factor(user);
    attempts::counted(&state, counters).await?;
    let (whose, typed, hash) = (&(tenant, user), fields.one("code"), &hash);
    let (server, id) = (&state, &request_id);
    let taken = state.write(Unscoped::Door, |mut tx| async move {
        let (tenant, user) = (&whose.0, whose.1);
        let confirmed = second_factor::take(server, &mut tx, (tenant, user), typed).await?;
        note(server, &mut tx, (tenant, user), confirmed, id).await?;
        if confirmed.is_none() {
            return Ok(tx.done(None));
        }
        attempts::forgive(&mut tx, counters).await?;
        tx.run(sql!("DELETE FROM sign_in_step WHERE hash = $1"), [hash.as_str().into()]).await?;
        let sql = sql!(
            "SELECT municipality, id, login, organisation, name, language FROM account \
             WHERE municipality = $1 AND id = $2 AND disabled_at IS NULL"
        );
        let row = tx.maybe(sql, [tenant.into(), user.into()]).await?.ok_or(Error::SignInNeeded)?;
        let known = known(&mut tx, &row).await?;
        Ok(tx.done(Some(known)))
    });
    let Some(known) = taken.await? else {
        let errors = vec![FieldError::new("code", words::wrong_code(reader.lang))];
        return Ok(draw(&reader, StatusCode::UNPROCESSABLE_ENTITY, errors).await);
    };
    let before = Cookie::Session.read(&headers, &state.config);
    let browser = Cookie::Browser.read(&headers, &state.config).unwrap_or_else(|| state.secret());
    let place = SignInPlace::new(from, Some(&browser));
    let response = entrance::enter(&state, &known, before, Some(place), &request_id).await?;
    let response = Cookie::Step.clear(response, &state.config);
    Ok(Cookie::Browser.set(response, &state.config, browser, Some(entrance::BROWSER_SECONDS)))
}

async fn note(
    state: &AppState,
    tx: &mut Tx,
    (tenant, user): (&MunicipalityCode, UserId),
    confirmed: Option<Confirmed>,
    request_id: &str,
) -> Result<(), Error> {
    let result = match confirmed {
        Some(Confirmed::Code) => "ok",
        Some(Confirmed::RecoveryCode) => "recovery_code",
        None => "wrong_code",
    };
    let entry = audit::Entry {
        actor: Some(user),
        entities: format!("account:{user}"),
        result: result.to_owned(),
        ..audit::Entry::new(state.now(), "sign_in.code", request_id)
    };
    audit::append(tx, &state.secrets, tenant, &entry).await
}
