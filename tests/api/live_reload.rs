//! Live reload belongs to a development run alone; there it reaches every kind of page.

use axum::body::Body;
use http::{Request, StatusCode, header};
use server::config::Config;
use server::state::AppState;
use std::sync::Arc;
use tests::App;
use tower::ServiceExt as _;

const SCRIPT: &str = "<script type=\"module\" src=\"/dev-reload.js\"></script>";

/// The same application as `cargo xtask dev` starts it.
fn in_development(app: &App) -> AppState {
    let config = Config { live_reload: true, ..Config::clone(&app.state.config) };
    AppState { config: Arc::new(config), ..app.state.clone() }
}

async fn ask(state: AppState, path: &str) -> http::Response<Body> {
    let request = Request::get(path).header("host", "127.0.0.1:3000").header(header::ACCEPT_ENCODING, "br");
    let request = request.body(Body::empty()).expect("a valid path");
    server::router(state).oneshot(request).await.expect("the router always answers")
}

async fn text(response: http::Response<Body>) -> String {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the body is complete");
    String::from_utf8_lossy(&body).into_owned()
}

/// A page, a refusal, and the tablet's shell where the site is built in.
fn pages() -> Vec<&'static str> {
    let shell = (!server::site::assets().is_empty()).then_some("/tablet");
    ["/set-up", "/no-such-page"].into_iter().chain(shell).collect()
}

#[tokio::test]
async fn every_page_of_a_development_run_has_the_script() {
    let app = App::sqlite().await;
    let development = in_development(&app);
    for path in pages() {
        let response = ask(development.clone(), path).await;
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
        let page = text(response).await;
        assert_eq!(page.matches(SCRIPT).count(), 1, "{path}: {page}");
    }
    let script = ask(development, "/dev-reload.js").await;
    assert_eq!(script.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn no_other_run_has_it() {
    let app = App::sqlite().await;
    for path in pages() {
        assert!(!app.get(path).await.text().contains("dev-reload"), "{path}");
    }
    for path in ["/dev-reload", "/dev-reload.js"] {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn each_start_calls_itself_another_build_and_a_stopping_server_lets_go() {
    let app = App::sqlite().await;
    let development = in_development(&app);
    let first = ask(development.clone(), "/dev-reload").await;
    let second = ask(development.clone(), "/dev-reload").await;
    development.draining.send_replace(true);
    let (first, second) = (text(first).await, text(second).await);
    assert!(first.starts_with("event: build\ndata: "), "{first}");
    assert_ne!(first, second);
}
