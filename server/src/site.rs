//! The embedded site: style, fonts, icons, the tablet app, its shell and its worker.
//! The table is made by `build.rs` from what `cargo xtask` gathered.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::routes::Routes;
use crate::state::AppState;

/// One file of the site.
pub struct Asset {
    /// The name it has in the sources, as `main.css`.
    pub name: &'static str,
    /// Its address, as `/assets/main-0123456789abcdef.css`.
    pub url: &'static str,
    /// The value of `Content-Type`.
    pub mime: &'static str,
    /// Hash of the content, quoted.
    pub etag: &'static str,
    /// Whether the address changes with the content.
    pub immutable: bool,
    /// The content as it is.
    pub bytes: &'static [u8],
    /// The content compressed at build time.
    pub brotli: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/site_files.rs"));

const NOT_BUILT: &str =
    "The site is not built into this server. Build it with `cargo xtask build`, or serve it with `cargo xtask demo`.\n";

/// The site's addresses; all of them are public and hold nothing personal.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/assets/{*path}", file)
        .get("/tablet", shell)
        .get("/tablet/{*path}", shell)
        .get("/tablet.html", shell)
        .get("/offline.html", offline)
        .get("/sw.js", worker)
        .get("/keep-worker.js", keep_worker)
}

/// Every file, for tests and for `doctor`; empty when the server was compiled without a site.
pub fn assets() -> &'static [Asset] {
    ASSETS
}

/// The address of a file by the name it has in the sources: `asset("main.css")`.
pub fn asset(name: &str) -> &str {
    find(|asset| asset.name == name).map_or(name, |asset| asset.url)
}

/// `GET /assets/{*path}`: files with a hash in their address.
pub async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let asset = find(|asset| asset.url.strip_prefix("/assets/") == Some(path.as_str()));
    asset.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| asset.answer(&headers))
}

/// `GET /tablet`, `GET /tablet/{*path}` and `GET /tablet.html`: the tablet app's shell, the same for every address.
pub async fn shell(headers: HeaderMap) -> Response {
    fixed("tablet.html", &headers)
}

/// `GET /offline.html`: what the worker shows in place of a page that needs the server.
pub async fn offline(headers: HeaderMap) -> Response {
    fixed("offline.html", &headers)
}

/// `GET /sw.js`: the service worker; switched off, one that removes the earlier one and its cached files.
pub async fn worker(State(state): State<AppState>, headers: HeaderMap) -> Response {
    fixed(if state.config.worker { "sw.js" } else { "sw-off.js" }, &headers)
}

/// `GET /keep-worker.js`: the worker of what somebody has kept on their own phone; switched off like the other one.
pub async fn keep_worker(State(state): State<AppState>, headers: HeaderMap) -> Response {
    fixed(if state.config.worker { "keep-worker.js" } else { "sw-off.js" }, &headers)
}

fn fixed(name: &str, headers: &HeaderMap) -> Response {
    match find(|asset| asset.name == name) {
        Some(asset) => asset.answer(headers),
        None => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
    }
}

fn find(wanted: impl Fn(&Asset) -> bool) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| wanted(asset))
}

impl Asset {
    fn answer(&self, request: &HeaderMap) -> Response {
        let kept = if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        let packed = self.brotli.filter(|_| accepts_brotli(request));
        let mut response = if names(request, self.etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(packed.unwrap_or(self.bytes)))
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.mime));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
        headers.insert(ETAG, HeaderValue::from_static(self.etag));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if packed.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        response
    }
}

/// `br` is offered and not refused by `q=0`.
fn accepts_brotli(request: &HeaderMap) -> bool {
    let offers = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let (coding, quality) = offer.split_once(';').unwrap_or((offer, "q=1"));
        let refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
        coding.trim().eq_ignore_ascii_case("br") && !refused
    })
}

/// Whether the browser already has the content with this tag.
fn names(request: &HeaderMap, etag: &str) -> bool {
    let tags = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Asset = Asset {
        name: "main.css",
        url: "/assets/main-0.css",
        mime: "text/css; charset=utf-8",
        etag: "\"0\"",
        immutable: true,
        bytes: b"body{}",
        brotli: Some(b"packed"),
    };

    fn request(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_goes_only_to_those_who_take_it() {
        assert!(STYLE.answer(&request(ACCEPT_ENCODING, "gzip, br;q=0.9")).headers().contains_key(CONTENT_ENCODING));
        for refusing in ["gzip", "br;q=0", "brx"] {
            assert!(!STYLE.answer(&request(ACCEPT_ENCODING, refusing)).headers().contains_key(CONTENT_ENCODING));
        }
    }

    #[test]
    fn a_hashed_file_is_kept_for_ever_and_the_worker_is_asked_for_each_time() {
        let kept = |asset: &Asset| asset.answer(&HeaderMap::new()).headers().get(CACHE_CONTROL).cloned();
        assert_eq!(kept(&STYLE), Some(HeaderValue::from_static("public, max-age=31536000, immutable")));
        assert_eq!(kept(&Asset { immutable: false, ..STYLE }), Some(HeaderValue::from_static("no-cache")));
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        assert_eq!(STYLE.answer(&request(IF_NONE_MATCH, "W/\"0\", \"1\"")).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(STYLE.answer(&request(IF_NONE_MATCH, "\"1\"")).status(), StatusCode::OK);
    }

    #[test]
    fn an_unknown_name_is_its_own_address() {
        assert_eq!(asset("no-such-file.css"), "no-such-file.css");
    }
}
