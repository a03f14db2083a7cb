//! The desk's pages of participants: list and search, one person, making and changing, joining and leaving.

mod card;
mod form;
mod person;
mod ways;

pub(super) use form::{Groups, alike, joinable, read_joining, told_apart, unlikely_age};

use std::collections::HashMap;
use std::sync::mpsc;

use app::people::finding::Finder;
use app::people::list::{PAGE, PeopleList, PeopleView, PersonLine};
use app::texts;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::ids::ParticipantId;
use domain::people::naming::{Form, named_by_id};
use leptos::prelude::*;
use leptos_meta::Script;

use super::{Reader, page, page_number};
use crate::access::{Actor, InReach, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;
use crate::{memberships, people, site};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people", list)
        .post("/people/search", search)
        .post("/api/desk/v1/people/find", find)
        .with(card::routes)
        .with(form::routes)
        .with(person::routes)
        .with(ways::routes)
}

/// How much of what was typed is looked for.
const MOST_TYPED: usize = 100;

/// Which part of the list.
#[derive(serde::Deserialize)]
struct WhichPeople {
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
    Query(which): Query<WhichPeople>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let number = page_number(&which.page);
    let view = match which.incomplete.is_empty() {
        true => found(&mut tx, String::new(), number).await?,
        false => incomplete(&mut tx, number).await?,
    };
    drop(tx);
    shown(&state, &reader, &actor, &extensions, view).await
}

async fn search(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let view = looked_for(&state, &actor, fields.one("q"), page_number(fields.one("page"))).await?;
    shown(&state, &reader, &actor, &extensions, view).await
}

/// The search while somebody types: a server function, which finds as the page does.
async fn find(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
    request: Request,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    // The function itself can say no more than that it failed: what failed is answered as everywhere.
    let (failed, why) = mpsc::channel();
    let finder = Finder::new(move |typed| {
        let (state, actor, extensions, failed) = (state.clone(), actor.clone(), extensions.clone(), failed.clone());
        async move {
            let found = async {
                let view = looked_for(&state, &actor, &typed, 1).await?;
                note_look(&state, &actor, &extensions, &view).await?;
                Ok(view.found(reader.lang))
            };
            found.await.map_err(|error: Error| failed.send(error)).ok()
        }
    });
    let answer = leptos_axum::handle_server_fns_with_context(move || provide_context(finder.clone()), request).await;
    why.try_recv().map_or_else(|_| Ok(answer.into_response()), Err)
}

async fn looked_for(state: &AppState, actor: &Actor, typed: &str, page: i64) -> Result<PeopleView, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    found(&mut tx, typed.chars().take(MOST_TYPED).collect(), page).await
}

/// The page, once the look at everybody it names is logged.
async fn shown(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    extensions: &http::Extensions,
    view: PeopleView,
) -> Result<Response, Error> {
    note_look(state, actor, extensions, &view).await?;
    let lang = reader.lang;
    let body = move || {
        view! {
            <Script src=site::asset("find.js") type_="module"/>
            <PeopleList lang view/>
        }
        .into_any()
    };
    Ok(page(reader, texts::people::title(lang), body).await)
}

async fn note_look(
    state: &AppState,
    actor: &Actor,
    extensions: &http::Extensions,
    view: &PeopleView,
) -> Result<(), Error> {
    audit::note_list(state, actor, None, view.lines.len(), &request::id_of(extensions)).await
}

async fn found(tx: &mut ScopedTx, typed: String, page: i64) -> Result<PeopleView, Error> {
    let skip = (page - 1) * PAGE;
    let (people, total) = match typed.trim().is_empty() {
        true => people::list(tx, PAGE, skip).await?,
        false => people::search(tx, &typed, PAGE, skip).await?,
    };
    with_groups(tx, people, PeopleView { typed, page, ..PeopleView::all(total) }).await
}

async fn incomplete(tx: &mut ScopedTx, page: i64) -> Result<PeopleView, Error> {
    let total = people::how_many_incomplete(tx).await?;
    let people = people::incomplete(tx, PAGE, (page - 1) * PAGE).await?;
    with_groups(tx, people, PeopleView { page, incomplete: true, ..PeopleView::all(total) }).await
}

/// The names of the groups in which these people are today.
async fn groups_of(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<HashMap<ParticipantId, Vec<String>>, Error> {
    let today = tx.scope().today();
    let mut groups: HashMap<ParticipantId, Vec<String>> = HashMap::new();
    for (stay, group) in memberships::of_people(tx, people).await? {
        let names = groups.entry(stay.participant).or_default();
        // Two stays in one group are one group.
        if stay.covers(today) && !names.contains(&group.name) {
            names.push(group.name);
        }
    }
    Ok(groups)
}

async fn with_groups(tx: &mut ScopedTx, found: Vec<people::Listed>, view: PeopleView) -> Result<PeopleView, Error> {
    let mut groups = groups_of(tx, found.iter().map(|(reached, _)| *reached)).await?;
    let names = named_by_id(Form::Listed, found.iter().map(|(_, person)| person));
    let lines = found
        .into_iter()
        .map(|(_, person)| PersonLine {
            groups: groups.remove(&person.id).unwrap_or_default(),
            id: person.id,
            // The year of birth stands in every line.
            name: names.get(&person.id).map(|named| named.name.clone()).unwrap_or_default(),
            initials: person.profile.initials(),
            birth_year: person.profile.year_of_birth(),
            provisional: person.provisional,
        })
        .collect();
    Ok(PeopleView { lines, may_create: tx.scope().may(Action::ManageGroups), ..view })
}
