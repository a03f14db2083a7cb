//! Whose data have been kept for their time: shown first, erased when somebody says so.

use app::people::purge::{PurgeLine, PurgePage, PurgeView};
use app::texts;
use app::ui::FieldError;
use axum::extract::State;
use axum::response::Response;
use domain::access::Action;
use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::saving::Sent;
use super::{Reader, form_status, page_with_status};
use crate::access::{Actor, Scope};
use crate::audit;
use crate::erasure::purge::{self, Expired};
use crate::erasure::{self, Why};
use crate::error::Error;
use crate::files::import::upload;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/purge", show).post("/purge", erase)
}

/// The whole municipality's, for whoever may take in its files, too.
async fn scope_of(state: &AppState, actor: &Actor) -> Result<Scope, Error> {
    actor.scope.require(Action::ErasePeople)?;
    upload::scope_of(state, actor).await
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let scope = scope_of(&state, &actor).await?;
    let request_id = request::id_of(&extensions);
    draw(&state, &reader, &actor, &scope, &request_id, Done::default()).await
}

/// What became of the form.
#[derive(Default)]
struct Done {
    /// How many were erased.
    erased: Option<i64>,
    /// Who was ticked in a form that comes back; nothing: everybody who is due.
    ticked: Option<Vec<ParticipantId>>,
    errors: Vec<FieldError>,
}

async fn draw(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    scope: &Scope,
    request_id: &str,
    done: Done,
) -> Result<Response, Error> {
    let (reach, lang) = (scope.clone(), reader.lang);
    // Everybody is looked at.
    let (months, mut found) = state
        .aside(async move |state| {
            let mut tx = state.db.read(&reach).await?;
            Ok((purge::months(&mut tx).await?, purge::expired(&mut tx, purge::AT_ONCE + 1).await?))
        })
        .await?;
    let more = found.len() > purge::AT_ONCE;
    found.truncate(purge::AT_ONCE);
    audit::note_list(state, actor, None, found.len(), request_id).await?;
    let Done { erased, ticked, errors } = done;
    // Whoever is to stay is taken off: the list is what is due.
    let is_ticked = |id| ticked.as_ref().is_none_or(|ticked| ticked.contains(&id));
    let lines = found.into_iter().map(|one| line(&one, is_ticked(one.person.id))).collect();
    let view = PurgeView { months: i64::from(months), lines, more, erased, errors };
    let status = form_status(&view.errors);
    let body = move || view! { <PurgePage lang view/> }.into_any();
    Ok(page_with_status(reader, status, texts::purge::title(lang), body).await)
}

fn line(expired: &Expired, ticked: bool) -> PurgeLine {
    let Expired { person, left_on, measured_on, not_accepted } = expired;
    let birth_year = person.profile.birth_date.map(|day| day.year()).or(person.profile.birth_year);
    PurgeLine {
        id: person.id,
        name: person.profile.list_name(),
        birth_year,
        left_on: *left_on,
        measured_on: *measured_on,
        not_accepted: *not_accepted,
        ticked,
    }
}

async fn erase(sent: Sent) -> Result<Response, Error> {
    use texts::purge as t;
    let (state, lang) = (&sent.state, sent.lang());
    let scope = scope_of(state, &sent.actor).await?;
    let ids: Vec<ParticipantId> = sent.fields.all("people").iter().filter_map(|id| id.parse().ok()).collect();
    let nobody = ids.is_empty().then(|| FieldError::new("people", t::nobody(lang)));
    let unsure = (sent.fields.one("sure") != "yes").then(|| FieldError::new("sure", t::not_sure(lang)));
    let errors: Vec<_> = nobody.into_iter().chain(unsure).collect();
    if !errors.is_empty() {
        let done = Done { ticked: Some(ids), errors, erased: None };
        return draw(state, &sent.reader, &sent.actor, &scope, &sent.request_id, done).await;
    }
    // What has happened since the list was shown counts.
    let due = purge::among(&mut state.db.read(&scope).await?, &ids).await?;
    let mut n = 0;
    for id in due {
        n += i64::from(erasure::erase(state, &scope, id, Why::Expired, &sent.request_id).await?);
    }
    let done = Done { erased: Some(n), ..Done::default() };
    draw(state, &sent.reader, &sent.actor, &scope, &sent.request_id, done).await
}
