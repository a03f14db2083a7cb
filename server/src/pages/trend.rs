//! The figures from season to season and from year to year.

use std::collections::BTreeMap;

use app::outcomes::trend::{TrendPage, TrendView};
use app::texts;
use axum::extract::State;
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::{Page, PageKind};
use domain::time::Day;
use leptos::prelude::*;

use super::figures::words;
use super::{Reader, page};
use crate::access::Actor;
use crate::error::Error;
use crate::outcomes::pages::archive;
use crate::outcomes::periods::period_of;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/figures/trend", show)
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let kept = archive(&mut state.db.read(&actor.scope).await?).await?;
    // The oldest come first: of each period the newest stays.
    let newest: BTreeMap<(Day, Day), Page> = kept.into_iter().map(|one| (one.days(), one.snapshot.page)).collect();
    let lang = reader.lang;
    let of_kind = |kind: PageKind| {
        let periods = newest.iter().map(|((from, to), page)| (period_of(*from, *to), page));
        let periods = periods.filter(|(period, _)| period.page_kind() == kind);
        periods.map(|(period, page)| (words(lang, &period), page.clone())).collect::<Vec<_>>()
    };
    let view = TrendView { seasons: of_kind(PageKind::Season), years: of_kind(PageKind::Year) };
    let title = texts::outcomes::trend::title(lang);
    Ok(page(&reader, title, move || view! { <TrendPage lang view/> }.into_any()).await)
}
