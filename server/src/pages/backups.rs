//! The page of backups, for the admin of the municipality's own organisation.

use app::backups::{BackupsPage, BackupsView, Copied};
use app::texts;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::Actor;
use crate::backups;
use crate::db::Unscoped;
use crate::epochs;
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;

/// So long it is told that the database was set back: milliseconds, 30 days.
const SHOWN: i64 = 30 * 24 * 3_600 * 1_000;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/backups", show)
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    reader.require_own_admin(&actor)?;
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let last = backups::last(&mut tx).await?;
    let now = state.now();
    let set_back = epochs::last_set_back(&mut tx).await?.filter(|at| at.plus_millis(SHOWN) > now);
    drop(tx);
    let last = last.map(|made| Copied { late: backups::is_late(made.at, now), at: made.at, file: made.file });
    let view = BackupsView { own_copies: state.db.kind() == "SQLite", last, set_back };
    let lang = reader.lang;
    Ok(page(&reader, texts::backups::title(lang), move || view! { <BackupsPage lang view/> }.into_any()).await)
}
