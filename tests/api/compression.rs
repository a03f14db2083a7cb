//! Pages and data are compressed by the server itself, for whom accepts it; what is live, packed or secret goes as it is.

use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use domain::access::Role;
use domain::devices::API_HEADER;
use domain::sync::op::SCHEMA;
use domain::sync::wire::PULL_PATH;
use http::{HeaderMap, StatusCode};
use tests::tablet::Tablet;
use tests::town::{Browser, Town};
use tests::{Answer, App};
use tower::ServiceExt as _;

const ANY: &str = "gzip, deflate, br, zstd";

async fn asked(app: &App, browser: &Browser, method: &str, path: &str, accepts: &str) -> Answer {
    let request = browser.request(method, path).header("accept-encoding", accepts);
    app.send(request.body(Body::empty()).expect("a request")).await
}

/// All values of `Content-Encoding`.
fn coding(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all("content-encoding").iter().filter_map(|value| value.to_str().ok()).collect()
}

fn varies(headers: &HeaderMap) -> bool {
    let named = headers.get_all("vary").iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("accept-encoding"))
}

fn unpacked(answer: &Answer) -> String {
    let mut text = Vec::new();
    match coding(&answer.headers)[..] {
        ["br"] => brotli::BrotliDecompress(&mut &*answer.body, &mut text).expect("brotli"),
        ["gzip"] => {
            flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut text).expect("gzip");
        }
        _ => text.clone_from(&answer.body),
    }
    String::from_utf8(text).expect("a text")
}

tests::on_both_databases! {
    async fn a_page_is_sent_as_the_browser_accepts_it(app) {
        let town = Town::on(app).await;
        let browser = town.signed_in(Role::Coordinator, true).await;
        let plain = browser.get(&town.app, "/groups").await;
        assert!(coding(&plain.headers).is_empty() && varies(&plain.headers), "a cache keeps them apart");
        for (accepts, expected) in [
            (ANY, vec!["br"]),
            ("gzip", vec!["gzip"]),
            ("br;q=0, gzip;q=0.5", vec!["gzip"]),
            ("br;q=0", Vec::new()),
            ("identity", Vec::new()),
        ] {
            let page = asked(&town.app, &browser, "GET", "/groups", accepts).await;
            assert_eq!(coding(&page.headers), expected, "{accepts}");
            assert!(varies(&page.headers), "{accepts}");
            assert!(unpacked(&page).contains("</html>"), "{accepts}");
            assert!(expected.is_empty() || page.body.len() * 2 < plain.body.len(), "{accepts}: {}", page.body.len());
        }
    }

    async fn what_is_asked_for_without_its_body_says_the_same(app) {
        let nobody = Browser::default();
        let (page, head) = (asked(&app, &nobody, "GET", "/set-up", ANY).await, asked(&app, &nobody, "HEAD", "/set-up", ANY).await);
        assert_eq!((page.status, coding(&page.headers)), (StatusCode::OK, vec!["br"]));
        assert_eq!((head.status, coding(&head.headers)), (StatusCode::OK, vec!["br"]));
        assert!(head.body.is_empty() && varies(&head.headers));
        // The length of what would have come, or none; never that of the page before it was compressed.
        assert!(head.headers.get("content-length").is_none(), "{:?}", head.headers);
    }

    async fn a_refused_page_is_compressed_like_any_other(app) {
        let page = asked(&app, &Browser::default(), "GET", "/no-such-page", ANY).await;
        assert_eq!((page.status, coding(&page.headers)), (StatusCode::NOT_FOUND, vec!["br"]));
        assert!(unpacked(&page).contains("</html>"));
    }

    async fn data_that_was_compressed_already_is_not_compressed_again(app) {
        let town = Town::on(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let request = tablet.browser.request("POST", PULL_PATH).header("accept-encoding", "gzip");
        let request = request.header("content-type", "application/json").header(API_HEADER, "1");
        let body = serde_json::json!({ "schema": SCHEMA, "cursors": {}, "limit": 2000 }).to_string();
        let answer = town.app.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(coding(&answer.headers), ["gzip"]);
        assert!(unpacked(&answer).starts_with('{'));
    }

    async fn the_live_connection_is_never_compressed(app) {
        let town = Town::on(app).await;
        let (browser, _) = town.on_tablet(Role::Instructor).await;
        let peer = MockConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000)));
        let router = server::router(town.app.state.clone()).layer(peer);
        let request = browser.request("GET", "/api/sync/v1/events").header("accept-encoding", ANY);
        // Its body has no end, and is not read.
        let answer = router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert!(coding(answer.headers()).is_empty(), "{:?}", answer.headers());
    }

    async fn a_page_that_shows_a_secret_goes_as_it_is(app) {
        let town = Town::on(app).await;
        let browser = town.signed_in(Role::Coordinator, true).await;
        browser.post(&town.app, "/second-factor/begin", &[]).await;
        let page = asked(&town.app, &browser, "GET", "/second-factor", ANY).await;
        assert!(page.text().contains("<code class=\"code\">"), "{}", page.text());
        assert!(coding(&page.headers).is_empty(), "the authenticator's key");
        let path = format!("/people/{}/personal-card", town.own.participant);
        let made = browser.post(&town.app, &path, &[("language", "fi")]).await;
        let to = made.headers["location"].to_str().expect("an address");
        let page = asked(&town.app, &browser, "GET", to, ANY).await;
        assert!(page.text().contains("personal-card__number") && coding(&page.headers).is_empty(), "{}", page.text());
        // Afterwards it says that it was shown, and no more.
        let again = asked(&town.app, &browser, "GET", to, ANY).await;
        assert_eq!(coding(&again.headers), ["br"]);
    }
}

#[tokio::test]
async fn a_file_of_the_site_goes_as_it_was_compressed_and_not_modified_stays_bare() {
    let (app, nobody) = (App::sqlite().await, Browser::default());
    for asset in server::site::assets().iter().filter(|asset| asset.name != "sw-off.js") {
        let answer = asked(&app, &nobody, "GET", asset.url, ANY).await;
        if let Some(packed) = asset.brotli {
            assert_eq!((coding(&answer.headers), &*answer.body), (vec!["br"], packed), "{}", asset.url);
        }
        let request =
            nobody.request("GET", asset.url).header("accept-encoding", "gzip").header("if-none-match", asset.etag);
        let known = app.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0), "{}", asset.url);
        assert!(coding(&known.headers).is_empty(), "{}", asset.url);
    }
}
