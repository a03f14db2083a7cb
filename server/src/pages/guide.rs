//! The guide to the tests: the same for everybody on the staff, without anybody's data.

use app::assessments::guide_page::GuidePage;
use app::texts;
use axum::response::Response;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::Actor;
use crate::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/tests/guide", guide)
}

/// Whoever has a role may read it: [`Actor`] asks for one.
async fn guide(reader: Reader, _: Actor) -> Response {
    let lang = reader.lang;
    page(&reader, texts::guide::title(lang), move || view! { <GuidePage lang/> }.into_any()).await
}
