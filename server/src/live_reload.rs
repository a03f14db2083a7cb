//! Live reload, only in a development run (`cargo xtask dev` sets `VIREA_LIVE_RELOAD=1` for `virea demo`): every page
//! gets a script that loads it again when the server has come back as another build.
//!
//! The script is a file of its own, as the content policy wants it, and is not part of the embedded site.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::{Stream, StreamExt as _, stream};
use http::StatusCode;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH};

use crate::state::AppState;

const SCRIPT: &str = include_str!("../../public/dev-reload.js");
const TAG: &str = "<script type=\"module\" src=\"/dev-reload.js\"></script></head>";
/// How long a browser waits before it asks again for a server that was stopped.
const RETRY: Duration = Duration::from_millis(300);
/// No page is nearly as long, in bytes.
const LONGEST_PAGE: usize = 16 * 1024 * 1024;

/// The script and what it listens to. They stand outside the list of routes, which is that of every run.
pub fn routes(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    // Each start has a new one: a demo's database is new then, too.
    let build = state.secret();
    router
        .route("/dev-reload.js", get(async || ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)))
        .route("/dev-reload", get(async move |state: State<AppState>| builds(&state, &build)))
}

/// Says once which build this is; that the connection ends is what tells the browser to ask again.
fn builds(state: &AppState, build: &str) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let event = Event::default().event("build").data(build).retry(RETRY);
    let mut draining = state.draining.subscribe();
    // Otherwise a stopping server would wait for it.
    let stopping = async move { drop(draining.wait_for(|draining| *draining).await) };
    Sse::new(stream::iter([Ok(event)]).chain(stream::pending().take_until(stopping)))
}

/// Puts the script into every page on its way out.
pub async fn add_script(mut request: Request, next: Next) -> Response {
    // The page must come as text, and not from what a run without the script left in the browser.
    request.headers_mut().remove(ACCEPT_ENCODING);
    request.headers_mut().remove(IF_NONE_MATCH);
    let response = next.run(request).await;
    if !response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(page) = to_bytes(body, LONGEST_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(CONTENT_LENGTH);
    let page = String::from_utf8_lossy(&page).replacen("</head>", TAG, 1);
    Response::from_parts(parts, Body::from(page))
}
