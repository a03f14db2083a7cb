//! Bodies are read whole before a request gets a place: within a length, at a pace, and within what is held at once.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use http::{Method, StatusCode, header};

use super::client::{Client, Network};
use super::limits;
use super::quota::Share;
use crate::error::Error;
use crate::state::AppState;

/// A line is slow, but lives, while in so long so much arrives, or the end.
const SPAN: Duration = Duration::from_secs(10);
const IN_A_SPAN: usize = 4 * 1024;

/// Why a body was not taken.
enum Refused {
    TooLarge,
    TooSlow,
    /// So much is being received that there is no room.
    Full,
    Broken,
}

pub async fn read(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let most = limits::most_of(request.uri().path());
    let (parts, body) = request.into_parts();
    let Client(from) = Client::of(&parts.extensions);
    let said = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let received = match said.is_some_and(|length| length > most) {
        true => Err(Refused::TooLarge),
        false => receive(&state, from, body.into_data_stream(), most).await,
    };
    match received {
        // The room that it takes is given back when the request is over.
        Ok((bytes, _room)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(Refused::TooLarge) => Error::TooLarge.into_response(),
        Err(Refused::Full) => limits::busy(&state).into_response(),
        Err(Refused::Broken) => Error::BadRequest("the body broke off".into()).into_response(),
        Err(Refused::TooSlow) => {
            let mut response = StatusCode::REQUEST_TIMEOUT.into_response();
            response.headers_mut().insert(header::CONNECTION, http::HeaderValue::from_static("close"));
            response
        }
    }
}

async fn receive(
    state: &AppState,
    from: Network,
    mut stream: BodyDataStream,
    most: usize,
) -> Result<(Bytes, Share<Network>), Refused> {
    let mut room = state.guard.bodies.take(from, 1).ok_or(Refused::Full)?;
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let span = receive_span(&mut stream, &mut bytes, &mut room, most);
        match tokio::time::timeout(SPAN, span).await {
            Ok(Ok(())) => return Ok((bytes.into(), room)),
            Ok(Err(refused)) => return Err(refused),
            Err(_) if bytes.len() - before < IN_A_SPAN => return Err(Refused::TooSlow),
            Err(_) => {}
        }
    }
}

/// Receives to the end, unless it is given up: what has arrived by then stays in `bytes`.
async fn receive_span(
    stream: &mut BodyDataStream,
    bytes: &mut Vec<u8>,
    room: &mut Share<Network>,
    most: usize,
) -> Result<(), Refused> {
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Refused::Broken)?;
        if bytes.len() + piece.len() > most {
            return Err(Refused::TooLarge);
        }
        let more = (bytes.len() + piece.len()) / 1024 - bytes.len() / 1024;
        if !room.grow(more) {
            return Err(Refused::Full);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(())
}
