//! One's own sign-ins: listed, and each ended with one press.

use app::access::sessions::{OwnSession, own_sessions};
use app::texts::access::own_sessions as words;
use axum::extract::{Path, State};
use axum::response::Response;
use leptos::prelude::*;

use super::second_factor;
use super::sessions::{self, SignedIn};
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::{Reader, page, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/sessions", list).post("/sessions/{id}/end", end)
}

async fn list(State(state): State<AppState>, reader: Reader, who: SignedIn) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let lines = sessions::list(&state, &mut tx, &who).await?;
    let may_have_factor = second_factor::is_for(&who.roles(&mut tx).await?);
    drop(tx);
    let shown: Vec<_> = lines
        .into_iter()
        .map(|line| OwnSession {
            id: line.id,
            role: line.role,
            on_tablet: line.device_label == "tablet",
            seen: line.seen_at.in_finland(),
            current: line.current,
        })
        .collect();
    let lang = reader.lang;
    Ok(page(&reader, words::title(lang), move || own_sessions(lang, shown, may_have_factor).into_any()).await)
}

/// Somebody else's session and one that does not exist are the same: not found.
async fn end(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    if sessions::end_own(&state, &who, &id, &request::id_of(&extensions)).await?.is_none() {
        // One that has ended is no error: the button was pressed twice.
        let mut tx = state.db.read(Unscoped::SignedIn).await?;
        if !sessions::is_own(&mut tx, &who, &id).await? {
            return Err(Error::NotFound);
        }
    }
    Ok(see_other(if id == who.session { "/sign-in?said=signed-out" } else { "/sessions" }))
}
