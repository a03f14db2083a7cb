//! What the sender of a refused request sees: a page in the own language, or a short JSON word for the API.

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::letters::FormOfAddress;
use http::{StatusCode, header};

use crate::access::SignedIn;
use crate::access::cookies::Cookie;
use crate::audit;
use crate::db::Unscoped;
use crate::error::{CROSS_SITE, Error, FORBIDDEN, SIGN_IN, Unrendered};
use crate::help;
use crate::letters;
use crate::own;
use crate::pages::{Around, Reader, not_ours_page, own_refusal_page, refusal_page};
use crate::state::AppState;
use crate::web::once::Once;
use crate::web::request;

/// For addresses that do not exist.
pub async fn no_such_page() -> Error {
    Error::NotFound
}

/// For methods that a route does not have.
pub async fn wrong_method() -> Error {
    Error::WrongMethod
}

/// After a panic: generic, and an error in the log. The request is over, the server goes on.
pub fn after_panic(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or("without words"), "a handler panicked");
    Error::Broken("a handler panicked".into()).into_response()
}

/// Draws what the handlers only named.
pub async fn render(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let own = own::is_own(request.uri().path());
    // The route's pattern, not the address: that one names a person.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let (route, request_id) = (format!("{} {route}", request.method()), request::id_of(request.extensions()));
    let (mut parts, body) = request.into_parts();
    let mut kept = parts.clone();
    kept.extensions = http::Extensions::new();
    Once::<Option<SignedIn>>::share(&mut parts.extensions, &mut kept.extensions);
    Once::<Around>::share(&mut parts.extensions, &mut kept.extensions);
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(named) = refused(&response) else {
        return response;
    };
    let Unrendered { status, word } = named;
    if word == FORBIDDEN {
        note(&state, &mut kept, &route, &request_id).await;
    }
    let drawn = if api {
        (status, axum::Json(serde_json::json!({ "error": word }))).into_response()
    } else {
        match word {
            SIGN_IN if own => Redirect::to("/own/sign-in").into_response(),
            SIGN_IN => Redirect::to("/sign-in").into_response(),
            "set_up_second_factor" => Redirect::to("/second-factor").into_response(),
            "choose_role" => Redirect::to("/role").into_response(),
            _ => page(&state, kept, named).await,
        }
    };
    with_headers_of(response, drawn)
}

/// What a handler named; or what an extractor refused in English words of its own, before any handler: an address that
/// is no UTF-8, a parameter that comes twice.
fn refused(response: &Response) -> Option<Unrendered> {
    let named = response.extensions().get::<Unrendered>().copied();
    let type_is_plain = || {
        let of = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        of.is_some_and(|of| of.starts_with("text/plain"))
    };
    named.or_else(|| {
        let status = StatusCode::BAD_REQUEST;
        (response.status() == status && type_is_plain()).then_some(Unrendered { status, word: "bad_request" })
    })
}

/// One row in the log for somebody signed in who asked for what the own role may not do. Nothing was shown, so an answer
/// does not wait for a log that cannot be written.
async fn note(state: &AppState, parts: &mut http::request::Parts, route: &str, request_id: &str) {
    let Ok(who) = SignedIn::from_request_parts(parts, state).await else { return };
    let entry = audit::Entry::of_refusal(&who, state.now(), route, request_id);
    if let Err(error) = audit::note(state, &who.municipality, &entry).await {
        tracing::error!(%error, "a refusal could not be logged");
    }
}

async fn page(state: &AppState, mut parts: http::request::Parts, named: Unrendered) -> Response {
    if own::is_own(parts.uri.path()) && named.word != CROSS_SITE {
        return own_refusal_page(&own_reader(state, &parts).await, named.status).await;
    }
    let reader = Reader::from_request_parts(&mut parts, state).await;
    // The database is down: a page without a reader still says what happened.
    let reader = reader.unwrap_or_else(|_| Reader::nobody(&parts.headers, state));
    if named.word == CROSS_SITE {
        return not_ours_page(&reader, named.status, &state.config.public_url).await;
    }
    refusal_page(&reader, named.status).await
}

/// Whoever is on a page of those who take part: addressed as their municipality does, where a card has signed them in.
/// Where the database is down, with nobody to call.
async fn own_reader(state: &AppState, parts: &http::request::Parts) -> Reader {
    let mut reader = Reader::nobody(&parts.headers, state).of_participants();
    reader.here = "/own/sign-in".to_owned();
    let session = match Cookie::Own.read(&parts.headers, &state.config) {
        Some(token) => own::sessions::find(state, &token).await.ok().flatten(),
        None => None,
    };
    let Ok(mut tx) = state.db.read(Unscoped::Door).await else { return reader };
    if let Some(session) = session {
        let municipality = &session.whose.municipality;
        reader.help = help::of(&mut tx, municipality).await.unwrap_or_default();
        return reader.addressed(letters::form_of(&mut tx, municipality).await.unwrap_or(FormOfAddress::USUAL));
    }
    let form = letters::form_at_the_door(&mut tx).await.unwrap_or(FormOfAddress::USUAL);
    reader.help = help::at_the_door(&mut tx).await.unwrap_or_default();
    reader.addressed(form)
}

/// `Retry-After` and `Allow` stay.
fn with_headers_of(named: Response, mut drawn: Response) -> Response {
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = named.headers().get(&name) {
            drawn.headers_mut().insert(name, value.clone());
        }
    }
    drawn
}
