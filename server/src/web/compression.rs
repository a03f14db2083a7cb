//! Pages, JSON and texts are compressed on their way out: an installation may have no proxy that does it. Files of the
//! site were compressed when they were built, and go as they are.
//!
//! The length of a compressed answer tells how much of what a stranger put into it stands in it already (BREACH), and so,
//! guess by guess, a secret that stands there every time. No page of ours has one: changes are guarded by where they come
//! from, not by a token in the form; cookies go with no request that another site makes, except where a reader follows a
//! link; what is searched for is posted and in no address. What shows a secret once ([`as_it_is`]) cannot be asked for
//! twice, and is left out all the same.

use axum::response::Response;
use http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, CompressionLevel, Predicate};

/// Of brotli and of gzip: a page of 100 kB takes some two milliseconds and a tenth more bytes than at their best.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);
/// What is shorter fits into one packet anyway, in bytes. The length of pages is not known before, and they are longer.
const FROM: u16 = 1024;

/// Says of an answer that it holds a secret.
#[derive(Clone, Copy)]
struct Secret;

/// An answer that shows a secret travels as it is.
#[must_use]
pub fn as_it_is(mut answer: Response) -> Response {
    answer.extensions_mut().insert(Secret);
    answer
}

/// Compresses for whom accepts it what is worth it and not compressed yet; whether it did follows from the header that
/// `Vary` names.
pub fn layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().quality(LEVEL).compress_when(SizeAbove::new(FROM).and(is_worth_it))
}

/// Texts and JSON. Not the live connection: its few words must leave at once. Pictures and spreadsheets are packed
/// already.
fn is_worth_it(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_text = kind.starts_with("text/") && !kind.starts_with("text/event-stream");
    (is_text || kind.starts_with("application/json")) && extensions.get::<Secret>().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn is_compressed(kind: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        is_worth_it(StatusCode::OK, Version::HTTP_11, &headers, &Extensions::new())
    }

    #[test]
    fn texts_and_json_are_compressed_and_what_is_packed_or_live_is_not() {
        for kind in ["text/html; charset=utf-8", "text/csv; charset=utf-8", "text/calendar", "application/json"] {
            assert!(is_compressed(kind), "{kind}");
        }
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for kind in ["text/event-stream", "image/png", "image/svg+xml", "font/woff2", "application/zip", sheet] {
            assert!(!is_compressed(kind), "{kind}");
        }
    }

    #[test]
    fn what_shows_a_secret_is_not_compressed() {
        let page = as_it_is(Response::new(axum::body::Body::empty()));
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
        assert!(!is_worth_it(StatusCode::OK, Version::HTTP_11, &headers, page.extensions()));
    }
}
