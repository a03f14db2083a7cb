//! The tablet's shell, its worker and the files with hashed names.

use http::StatusCode;

tests::on_both_databases! {
    async fn a_deep_link_of_the_tablet_opens_the_same_shell(app) {
        let (root, deep) = (app.get("/tablet").await, app.get("/tablet/groups/1/roll").await);
        assert_eq!(root.status, deep.status);
        assert_eq!(root.text(), deep.text());
        // Compiled without a site (plain `cargo test`) the server says so instead.
        let built = !server::site::assets().is_empty();
        assert_eq!(root.status, if built { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE });
    }
}

#[tokio::test]
async fn every_file_of_the_site_is_served_with_its_type_and_caching() {
    let app = tests::App::sqlite().await;
    for asset in server::site::assets().iter().filter(|asset| asset.name != "sw-off.js") {
        let answer = app.get(asset.url).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", asset.url);
        assert_eq!(answer.headers["content-type"], asset.mime, "{}", asset.url);
        let kept = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        assert_eq!(answer.headers["cache-control"], kept, "{}", asset.url);
    }
}

#[tokio::test]
async fn no_page_of_the_shell_has_an_inline_script_or_style() {
    for asset in server::site::assets().iter().filter(|asset| asset.mime.starts_with("text/html")) {
        let page = String::from_utf8_lossy(asset.bytes);
        assert!(!page.contains("<style") && !page.contains(" style="), "{}", asset.name);
        assert!(
            page.split("<script").skip(1).all(|script| script.trim_start().contains("src=\"/assets/")),
            "{}",
            asset.name
        );
        let handler = |word: &str| word.starts_with("on") && word.contains("=\"");
        assert!(!page.split_whitespace().any(handler), "an event handler in {}", asset.name);
    }
}

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    assert_eq!(tests::App::sqlite().await.get("/assets/main-0000.css").await.status, StatusCode::NOT_FOUND);
}
