//! The figures from season to season and from year to year, as a page and as a file.

use std::collections::BTreeMap;

use app::outcomes::trend::{TrendPage, TrendView, drawings, tables};
use app::texts::{self, Lang};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::dataset::Limits;
use domain::outcomes::{Page, PageKind};
use domain::time::Day;
use leptos::prelude::*;

use super::downloads::{Wanted, of_tables};
use super::drawings::OneAsked;
use super::figures::words;
use super::{Reader, page, script};
use crate::access::{Actor, ScopedTx};
use crate::error::Error;
use crate::outcomes::council::municipality_name;
use crate::outcomes::pages::newest_of_each;
use crate::outcomes::periods::period_of;
use crate::outcomes::settings;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/figures/trend", show).get("/figures/trend/sheet", sheet).get("/figures/trend/drawing", drawing)
}

async fn view_of(tx: &mut ScopedTx, lang: Lang) -> Result<TrendView, Error> {
    let (kept, today) = (newest_of_each(tx).await?, settings(tx).await?.limits());
    let newest: BTreeMap<(Day, Day), Page> = kept.into_iter().map(|one| (one.days(), one.snapshot.page)).collect();
    let of_kind = |kind: PageKind| {
        let periods = newest.iter().map(|((from, to), page)| (period_of(*from, *to), page));
        let periods = periods.filter(|(period, _)| period.page_kind() == kind);
        periods.map(|(period, page)| (words(lang, &period), page.clone())).collect::<Vec<_>>()
    };
    let (seasons, years) = (of_kind(PageKind::Season), of_kind(PageKind::Year));
    // Pages of several limits stand side by side: what is hidden on all of them is hidden.
    let least = |of: fn(Limits) -> u32| {
        let told = seasons.iter().chain(&years).map(|(_, page)| of(page.limits()));
        i64::from(told.min().unwrap_or(of(today)))
    };
    let (k, basis) = (least(|limits| limits.k), least(|limits| limits.basis));
    Ok(TrendView { seasons, years, k, basis })
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let lang = reader.lang;
    let view = view_of(&mut state.db.read(&actor.scope).await?, lang).await?;
    let title = texts::outcomes::trend::title(lang);
    let body = move || {
        view! {
            <TrendPage lang view/>
            {script("copy.js")}
        }
        .into_any()
    };
    Ok(page(&reader, title, body).await)
}

async fn drawing(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<OneAsked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let (lang, mut tx) = (asked.language(&reader), state.db.read(&actor.scope).await?);
    let (view, municipality) = (view_of(&mut tx, lang).await?, municipality_name(&mut tx).await?);
    drop(tx);
    asked.file(drawings(lang, &view), &municipality, actor.scope.today())
}

async fn sheet(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let (lang, mut tx) = (reader.lang, state.db.read(&actor.scope).await?);
    let (view, municipality) = (view_of(&mut tx, lang).await?, municipality_name(&mut tx).await?);
    drop(tx);
    let tables = tables(lang, &municipality, &view);
    of_tables(&state, lang, texts::outcomes::trend::file(lang), wanted.form, &tables)
}
