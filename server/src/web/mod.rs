//! What stands round every route: request id, log line, limits, headers, CSRF, error pages.

pub mod csrf;
pub mod form;
pub mod headers;
pub mod health;
pub mod json;
pub mod limits;
pub mod once;
pub mod refusal;
pub mod request;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;

use crate::state::AppState;

/// Puts the layers round the routes; the last one added is the first to see a request.
pub fn around(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    router
        .fallback(refusal::no_such_page)
        .method_not_allowed_fallback(refusal::wrong_method)
        .layer(DefaultBodyLimit::max(limits::BODY))
        .layer(from_fn_with_state(state.clone(), csrf::check))
        .layer(from_fn_with_state(state.clone(), limits::check))
        .layer(CatchPanicLayer::custom(refusal::after_panic))
        .layer(from_fn_with_state(state.clone(), refusal::render))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .layer(from_fn_with_state(state.clone(), request::log))
}
