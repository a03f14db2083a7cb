//! The desk's pages of participants: list and search, one person, making and changing, joining and leaving.

mod form;
mod person;

use std::collections::HashMap;

use app::people::list::{PAGE, PeopleList, PeopleView, PersonLine};
use app::texts;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::ParticipantId;
use domain::people::Participant;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::{Actor, Scope};
use crate::db::Tx;
use crate::error::Error;
use crate::people;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/people", list).post("/people/search", search).with(form::routes).with(person::routes)
}

/// Which part of the list: never a name, which would stand in logs and histories.
#[derive(serde::Deserialize)]
struct Part {
    #[serde(default)]
    page: String,
    /// Anything: only those whose details are to be completed.
    #[serde(default)]
    incomplete: String,
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(part): Query<Part>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read().await?;
    if part.incomplete.is_empty() {
        return draw(&mut tx, &reader, &actor.scope, String::new(), page_number(&part.page)).await;
    }
    let people = people::incomplete(&mut tx, &actor.scope).await?;
    let total = i64::try_from(people.len()).unwrap_or(i64::MAX);
    draw_people(&mut tx, &reader, &actor.scope, people, PeopleView::all(total)).await
}

async fn search(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    fields: Fields,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read().await?;
    let typed: String = fields.one("q").chars().take(100).collect();
    draw(&mut tx, &reader, &actor.scope, typed, page_number(fields.one("page"))).await
}

/// 1-based; what is no number is the first page.
fn page_number(text: &str) -> i64 {
    text.parse().unwrap_or(1).clamp(1, 100_000)
}

async fn draw(tx: &mut Tx, reader: &Reader, scope: &Scope, typed: String, page: i64) -> Result<Response, Error> {
    let (people, total) = people::search(tx, scope, &typed, PAGE, (page - 1) * PAGE).await?;
    draw_people(tx, reader, scope, people, PeopleView { typed, page, ..PeopleView::all(total) }).await
}

async fn draw_people(
    tx: &mut Tx,
    reader: &Reader,
    scope: &Scope,
    found: Vec<Participant>,
    view: PeopleView,
) -> Result<Response, Error> {
    let mut groups: HashMap<ParticipantId, Vec<String>> = HashMap::new();
    for (stay, group) in people::stays(tx, scope, found.iter().map(|person| person.id)).await? {
        let names = groups.entry(stay.participant).or_default();
        // A list of few keys repeats its last one for the database, so a stay may come twice.
        if stay.covers(scope.today()) && !names.contains(&group.name) {
            names.push(group.name);
        }
    }
    let lines = found
        .into_iter()
        .map(|person| PersonLine {
            groups: groups.remove(&person.id).unwrap_or_default(),
            id: person.id,
            name: person.profile.list_name(),
            initials: person.profile.initials(),
            birth_year: person.profile.birth_date.map(|day| day.year()).or(person.profile.birth_year),
            provisional: person.provisional,
        })
        .collect();
    let view = PeopleView { lines, may_create: scope.may(Action::ManageGroups), ..view };
    let lang = reader.lang;
    Ok(page(reader, texts::people::title(lang), || view! { <PeopleList lang view/> }.into_any()))
}
