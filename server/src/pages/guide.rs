//! The guide to the tests: the same for everybody on the staff, without anybody's data.

use app::assessments::guide_page::GuidePage;
use app::texts;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::Actor;
use crate::db::Unscoped;
use crate::error::Error;
use crate::letters;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/tests/guide", guide)
}

/// Whoever has a role may read it: [`Actor`] asks for one. What is read out to people is said as on the municipality's
/// tablets.
async fn guide(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    let form = letters::form_of(&mut state.db.read(Unscoped::SignedIn).await?, actor.scope.municipality()).await?;
    let lang = reader.lang.addressing(form);
    Ok(page(&reader, texts::guide::title(lang), move || view! { <GuidePage lang/> }.into_any()).await)
}
