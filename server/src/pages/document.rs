//! The document round every page, drawn by Leptos' integration for axum: complete without a script.

use std::future::ready;
use std::pin::Pin;

use app::texts::{Lang, common, frame};
use app::ui::Theme;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::stream::{self, Stream, StreamExt as _};
use http::{StatusCode, Uri};
use leptos::prelude::*;
use leptos_axum::{ResponseOptions, handle_response_inner};
use leptos_meta::{Html, Link, Meta, MetaTags, Stylesheet, Title, provide_meta_context};

use super::Reader;
use crate::site;

/// How the integration takes the HTML.
type Chunks = Pin<Box<dyn Stream<Item = String> + Send>>;

/// What stands in a page. Of one type for all, so that what draws pages is compiled once and not for each of them.
pub(super) type Drawn = Box<dyn FnOnce() -> AnyView + Send>;

/// A whole page with this status; at 422, for a form with errors, its title begins with the word for error.
/// `body` is called within Leptos' owner for this answer.
pub(super) async fn draw(reader: &Reader, status: StatusCode, title: &str, body: Drawn) -> Response {
    let title = match status {
        StatusCode::UNPROCESSABLE_ENTITY => common::error_prefix(reader.lang, title),
        _ => title.to_owned(),
    };
    let of = if reader.participants { "participant" } else { "desk" };
    let head = Head { lang: reader.lang, theme: reader.theme, size: reader.size, title, of };
    let answer_with = move || expect_context::<ResponseOptions>().set_status(status);
    let page = move || {
        provide_meta_context();
        document(head, body()).into_any()
    };
    // All at once and without the scripts for hydration: nothing hydrates here.
    handle_response_inner(answer_with, page, request_for(&reader.here), |page, _hydration, _| {
        let html = page.to_html_stream_in_order();
        Box::pin(async move { Box::pin(stream::once(ready(html.collect::<String>().await))) as Chunks })
    })
    .await
}

/// What the views may know of the request: the path, never the query or the headers.
fn request_for(path: &str) -> Request {
    let mut request = Request::new(Body::empty());
    // What has no path (`CONNECT`) is answered like a request for the start page.
    let uri = path.parse().ok().filter(|uri: &Uri| uri.path_and_query().is_some());
    *request.uri_mut() = uri.unwrap_or_default();
    request
}

struct Head {
    lang: Lang,
    theme: Theme,
    /// Text size in per cent: 100, 125, 150.
    size: u16,
    title: String,
    /// Whose page it is, as the style names them.
    of: &'static str,
}

fn document(head: Head, body: AnyView) -> impl IntoView {
    let Head { lang, theme, size, title, of } = head;
    let theme = (theme != Theme::System).then_some(theme.code());
    let size = (size != 100).then(|| size.to_string());
    view! {
        <!DOCTYPE html>
        <html>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <MetaTags/>
            </head>
            <body class=of>
                <Html {..} lang=lang.code() dir="ltr" data-theme=theme data-size=size/>
                <Title text=title formatter=tab_title/>
                <Meta name="description" content=frame::description(lang)/>
                <Stylesheet href=site::asset("main.css")/>
                <Link rel="icon" href=site::asset("icons/icon.svg") type_="image/svg+xml"/>
                {body}
            </body>
        </html>
    }
}

/// A script of our own. `leptos_meta` would write a nonce beside it, which the content policy does not need, and no two
/// answers would be the same any more: nobody could tell by them whether something that is refused is there.
pub(crate) fn script(name: &'static str) -> AnyView {
    view! { <script src=site::asset(name) type="module"></script> }.into_any()
}

/// The text of `<title>`. Unlike any other text, `leptos_meta` writes this one as it is given, and names that people
/// typed stand in it.
fn tab_title(title: String) -> String {
    html_escape::encode_text(&format!("{title} – Vireä")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_the_title_cannot_end_it() {
        assert_eq!(tab_title("</title><b>".to_owned()), "&lt;/title&gt;&lt;b&gt; – Vireä");
    }

    #[test]
    fn every_kind_of_address_can_be_answered() {
        for (path, known) in [("/people", "/people"), ("", "/"), ("*", "*"), ("v.example:443", "/")] {
            assert!(request_for(path).uri().path_and_query().is_some_and(|it| it.as_str() == known), "{path}");
        }
    }
}
