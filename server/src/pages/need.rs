//! Places and need: how many places there are, how many are taken, and who waits where; as a page and as a file.

use app::outcomes::need::{ByArea, NeedPage, NeedView, drawings, tables};
use app::texts;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::need::{by_area, by_provider};
use domain::outcomes::suppression::Gate;
use leptos::prelude::*;

use super::downloads::{Wanted, of_tables};
use super::drawings::OneAsked;
use super::{Reader, page, script};
use crate::access::{Actor, ScopedTx};
use crate::error::Error;
use crate::outcomes::council::municipality_name;
use crate::outcomes::need::places_and_homes;
use crate::outcomes::pages::told_by_area;
use crate::outcomes::{area_plan, settings};
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/figures/need", show).get("/figures/need/sheet", sheet).get("/figures/need/drawing", drawing)
}

async fn view_of(tx: &mut ScopedTx) -> Result<NeedView, Error> {
    let (groups, people) = places_and_homes(tx).await?;
    let today = tx.scope().today();
    let told_by = area_plan(tx).await?.of_need(&told_by_area(tx).await?, today.year());
    let limits = settings(tx).await?;
    let gate = Gate::new(&limits);
    let everybody = match &told_by {
        Some(by) => by_area(&gate, &by.areas, &by.others, &groups, &people),
        None => by_area(&gate, &[], &[], &groups, &people),
    };
    Ok(NeedView {
        today,
        providers: by_provider(&gate, &groups),
        // One and the same row: what the areas hide of all, the head of the page does not tell.
        everywhere: everybody.all.clone(),
        areas: match told_by {
            Some(by) => ByArea::Told { year: by.year, table: everybody },
            None if limits.areas.is_empty() => ByArea::NoAreas,
            None => ByArea::NotYet,
        },
        places: limits.places,
        k: i64::from(limits.k),
        basis: i64::from(limits.basis),
    })
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let view = view_of(&mut state.db.read(&actor.scope).await?).await?;
    let lang = reader.lang;
    let body = move || {
        view! {
            <NeedPage lang view/>
            {script("copy.js")}
        }
        .into_any()
    };
    Ok(page(&reader, texts::need::title(lang), body).await)
}

async fn drawing(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<OneAsked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (view, municipality) = (view_of(&mut tx).await?, municipality_name(&mut tx).await?);
    drop(tx);
    asked.file(drawings(asked.language(&reader), &view), &municipality, view.today)
}

async fn sheet(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (view, municipality) = (view_of(&mut tx).await?, municipality_name(&mut tx).await?);
    drop(tx);
    let tables = tables(reader.lang, &municipality, &view);
    of_tables(&state, reader.lang, texts::need::file(reader.lang), wanted.form, &tables)
}
