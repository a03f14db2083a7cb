//! The active role: chosen, and roles that were offered taken or declined.

use app::access::role_choice::{RoleOffer, role_choice};
use app::texts::access::role_choice as words;
use app::ui::FieldError;
use axum::extract::State;
use axum::response::Response;
use domain::access::Role;
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::cookies::Cookie;
use super::offers::{self, Offer};
use super::sessions::{self, SignedIn};
use super::{kept, second_factor};
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::{Reader, door, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/role", show).post("/role", choose).post("/role/offer", answer)
}

async fn show(State(state): State<AppState>, reader: Reader, who: SignedIn) -> Result<Response, Error> {
    draw(&state, &reader, StatusCode::OK, &who, Vec::new()).await
}

async fn draw(
    state: &AppState,
    reader: &Reader,
    status: StatusCode,
    who: &SignedIn,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let roles = who.roles(&mut tx).await?;
    let offers = offers::of(&mut tx, &who.municipality, who.user).await?;
    let shown = |offer: Offer| RoleOffer { role: offer.role, by: offer.by_name, on: offer.at.in_finland().0 };
    let offers: Vec<_> = offers.into_iter().map(shown).collect();
    let lang = reader.lang;
    let active = who.role;
    let body = move || role_choice(lang, &roles, active, offers, errors).into_any();
    Ok(door(reader, status, words::title(lang), body).await)
}

async fn choose(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    headers: HeaderMap,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let roles = who.roles(&mut state.db.read(Unscoped::SignedIn).await?).await?;
    let Some(role) = Role::from_code(fields.one("role")).filter(|role| roles.contains(role)) else {
        let errors = vec![FieldError::new("role", words::choose(reader.lang))];
        return draw(&state, &reader, StatusCode::UNPROCESSABLE_ENTITY, &who, errors).await;
    };
    // A tablet asks for no code: what needs one, or is to have one, is opened at a desk.
    if who.device.is_some() && second_factor::is_for(&[role]) {
        let whose = (&who.municipality, who.user);
        if second_factor::is_required(&state)
            || second_factor::is_on(&mut state.db.read(Unscoped::SignedIn).await?, whose).await?
        {
            let errors = vec![FieldError::new("role", words::at_the_desk(reader.lang))];
            return draw(&state, &reader, StatusCode::UNPROCESSABLE_ENTITY, &who, errors).await;
        }
    }
    enter(&state, &who, role, &headers, &request::id_of(&extensions)).await
}

/// Goes on in the role, with what the browser had sent when an earlier session was over.
async fn enter(
    state: &AppState,
    who: &SignedIn,
    role: Role,
    headers: &HeaderMap,
    request_id: &str,
) -> Result<Response, Error> {
    let token = who.choose(state, role, request_id).await?;
    let (before, after) = (Cookie::Session.read(headers, &state.config).unwrap_or_default(), token.as_str());
    let carried = state.write(Unscoped::SignedIn, |mut tx| {
        let before = &before;
        async move {
            let whose = (&who.municipality, who.user);
            let carried = kept::carry(state, &mut tx, (before, after), whose).await?;
            Ok(tx.done(carried))
        }
    });
    let next = if carried.await? { kept::PATH } else { "/" };
    let seconds = sessions::cookie_seconds(who.device.is_some());
    Ok(Cookie::Session.set(see_other(next), &state.config, token, seconds))
}

/// The person's own yes or no to a role that an admin has offered. Whoever had no role at a desk goes on in the new one.
async fn answer(
    State(state): State<AppState>,
    who: SignedIn,
    headers: HeaderMap,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let role = Role::from_code(fields.one("role")).ok_or(Error::NotFound)?;
    let yes = fields.one("answer") == "yes";
    let (verb, sign) = if yes { ("account.accept", '+') } else { ("account.decline", '-') };
    let (told, request_id) = (&format!("{sign}{role}"), &request::id_of(&extensions));
    let (state, who) = (&state, &who);
    let settled = state.write(Unscoped::SignedIn, |mut tx| async move {
        let (tenant, user) = (&who.municipality, who.user);
        if !offers::settle(&mut tx, tenant, user, role, yes, state.now()).await? {
            // The button was pressed twice: the role is there, or is not, as was answered.
            let there = who.roles(&mut tx).await?.contains(&role);
            return if there == yes { Ok(tx.undone(false)) } else { Err(Error::NotFound) };
        }
        super::manage::note(state, &mut tx, tenant, (Some(user), who.role), verb, user, told, request_id).await?;
        Ok(tx.done(true))
    });
    let settled = settled.await?;
    state.hub.rights_changed(&who.municipality, who.user);
    // On a tablet it is chosen ([`choose`]): there it may be one that is opened at a desk alone.
    if settled && yes && who.role.is_none() && who.device.is_none() {
        enter(state, who, role, &headers, request_id).await
    } else {
        Ok(see_other("/role"))
    }
}
