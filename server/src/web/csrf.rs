//! Changes come only from our own pages (docs/access.md, Our own pages): Fetch Metadata, else
//! the origin, else refused.
//! The API also asks for a header that no form of another site can set, and for JSON.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::devices::API_HEADER;
use http::{HeaderMap, Method, header};

use crate::config::check_public_url;
use crate::error::Error;
use crate::state::AppState;

/// Browsers send reports on their own, with another content type. The endpoint only counts.
const EXEMPT: &str = "/api/csp-report";

pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    if safe || path == EXEMPT {
        return next.run(request).await;
    }
    let headers = request.headers();
    if !from_our_pages(headers, &state.config.public_url) {
        tell(&state, headers);
        return Error::CrossSite.into_response();
    }
    if path.starts_with("/api/") && !is_api_call(headers) {
        return Error::CrossSite.into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site: same-origin` and nothing else; where the browser does not send it, the exact origin.
fn from_our_pages(headers: &HeaderMap, public_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site.as_bytes() == b"same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() == public_url.as_bytes()),
    }
}

/// Says once for each origin what to set: a browser that comes by another name or over plain HTTP sends no Fetch
/// Metadata, and then its origin must be the address that is set.
fn tell(state: &AppState, headers: &HeaderMap) {
    let named = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).map(check_public_url);
    let Some(Ok(origin)) = named else { return };
    if state.guard.foreign_origins.is_new(origin.clone()) {
        let public_url = &state.config.public_url;
        tracing::warn!(
            origin,
            public_url,
            "a change was refused because it came from another origin than public_url: if people open the program at \
             {origin}, set --public-url {origin}"
        );
    }
}

fn is_api_call(headers: &HeaderMap) -> bool {
    let marked = headers.get(API_HEADER).is_some_and(|value| value.as_bytes() == b"1");
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    marked && kind.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair =
            |(k, v): &(&'static str, &'static str)| (HeaderName::from_static(k), http::HeaderValue::from_static(v));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_our_own_pages_may_change_anything() {
        let ours = "https://v.fi";
        for (pairs, good) in [
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")][..], true),
            (&[("sec-fetch-site", "same-site"), ("origin", "https://v.fi")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://v.fi")], true),
            (&[("origin", "http://v.fi")], false),
            (&[("origin", "https://v.fi.evil.example")], false),
            (&[("origin", "null")], false),
            (&[], false),
        ] {
            assert_eq!(from_our_pages(&headers(pairs), ours), good, "{pairs:?}");
        }
    }

    #[test]
    fn the_api_takes_json_with_its_header_only() {
        assert!(is_api_call(&headers(&[("x-virea", "1"), ("content-type", "application/json; charset=utf-8")])));
        assert!(!is_api_call(&headers(&[("content-type", "application/json")])));
        assert!(!is_api_call(&headers(&[("x-virea", "1"), ("content-type", "text/plain")])));
    }
}
