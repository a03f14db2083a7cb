//! What stands round every connection and every route: limits, request id, log line, headers, CSRF, error pages.

pub mod body;
pub mod client;
pub mod compression;
pub mod connections;
pub mod csrf;
pub mod form;
pub mod guard;
pub mod headers;
pub mod health;
pub mod json;
pub mod limits;
pub mod line;
pub mod listen;
pub mod once;
pub mod quota;
pub mod refusal;
pub mod request;
pub mod upload;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

use crate::access::kept;
use crate::state::AppState;

/// Puts the layers round the routes; the last one added is the first to see a request.
pub fn around(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    router
        .fallback(refusal::no_such_page)
        .method_not_allowed_fallback(refusal::wrong_method)
        // `body::read` has read the whole of it within the limits of its path.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(state.clone(), kept::around))
        .layer(from_fn_with_state(state.clone(), limits::work))
        .layer(from_fn_with_state(state.clone(), body::read))
        .layer(from_fn_with_state(state.clone(), csrf::check))
        .layer(from_fn(limits::check_address))
        .layer(CatchPanicLayer::custom(refusal::after_panic))
        .layer(from_fn_with_state(state.clone(), refusal::render))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .layer(compression::layer())
        .layer(from_fn_with_state(state.clone(), client::find))
        .layer(from_fn_with_state(state.clone(), request::log))
}
