//! Every request has an id and one line in the log: no names, no ids of people, no query.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;

use crate::state::AppState;

/// The request's id: in the answer's header, in the log and in the audit row.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The id of the request at hand; the word `none` outside of one.
pub fn id_of(extensions: &http::Extensions) -> String {
    extensions.get::<RequestId>().map_or_else(|| "none".to_owned(), |id| id.0.clone())
}

pub async fn log(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = state.now();
    let id = state.with_chance(|chance| domain::ids::uuid_v7(started, chance)).to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The route's pattern, not the address: that one names a person.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let millis = state.now().millis_since(started);
    tracing::info!(%method, route, status = response.status().as_u16(), millis, request = id, "request");
    response
}
