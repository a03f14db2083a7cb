//! How much is worked on at once and for how long; what is too much is told to come back.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::sync::wire;

use app::access::handed::PATH as HANDED_PATH;
use app::imports::PATH as IMPORTS_PATH;

use super::client::Client;
use super::connections::Activity;
use crate::error::Error;
use crate::state::AppState;

/// Longest body of a form or a small request, in bytes.
pub const BODY: usize = 64 * 1024;
/// Longest body of a push as it travels, in bytes.
pub const PUSH_BODY: usize = 1024 * 1024;
/// Longest body of a file that is sent to the desk, with the form round it, in bytes.
pub const FILE_BODY: usize = 10 * 1024 * 1024 + 16 * 1024;
/// Longest address with its query, in bytes.
const ADDRESS: usize = 4096;

/// How long the body of a request to this path may be.
pub fn most_of(path: &str) -> usize {
    match path {
        wire::PUSH_PATH => PUSH_BODY,
        IMPORTS_PATH | HANDED_PATH => FILE_BODY,
        _ => BODY,
    }
}

/// Refuses what is too long before anything of it is read.
pub async fn check_address(request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS) {
        return Error::BadRequest("address too long".into()).into_response();
    }
    next.run(request).await
}

/// A place among those that are worked on, which may have to be waited for; whoever is not through in time loses it. The
/// body is here already, so that nobody holds a place by sending slowly.
pub async fn work(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Client(from) = Client::of(request.extensions());
    // From here on it is us for whom the connection waits.
    if let Some(activity) = request.extensions().get::<Activity>() {
        activity.works(Instant::now());
    }
    let Some(_place) = state.guard.requests.enter(from).await else { return busy(&state).into_response() };
    let sync = request.uri().path().starts_with("/api/sync/");
    let limit = Duration::from_secs(if sync { 30 } else { 10 });
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => busy(&state).into_response(),
    }
}

/// Come back in 1 … 4 seconds: those turned away must not all come at once.
pub fn busy(state: &AppState) -> Error {
    let [byte] = state.random::<1>();
    Error::Busy { retry_after: 1 + u32::from(byte & 3) }
}

/// How much one push may carry.
pub fn push_limits() -> wire::Limits {
    wire::Limits::default()
}
