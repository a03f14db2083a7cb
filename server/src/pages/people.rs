//! The desk's pages of participants: list and search, one person, making and changing, joining and leaving.

mod card;
mod form;
mod friends;
mod home_exercise;
mod messages;
mod person;
mod rights;
mod several;
mod touch;
mod ways;

pub(super) use card::card as results_card;
pub(super) use form::{Groups, alike, joinable, read_joining, told_apart, unlikely_age};
pub(in crate::pages) use person::joining;
pub(in crate::pages) use rights::persons_request;
pub(crate) use rights::{data_file, data_view};

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc;

use app::people::finding::Finder;
use app::people::list::{PAGE, PeopleList, PeopleView, PersonLine};
use app::people::narrow::{Choices, Chosen, Only, order_of, sort_of};
use app::people::stays::Joinable;
use app::texts::{self, Lang};
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::groups::Group;
use domain::ids::{GroupId, ParticipantId, QueryId, UserId};
use domain::people::naming::{Form, Named, named_by_id};
use domain::people::{Decision, Participant, PersonLanguage, Standing};
use domain::time::Day;
use leptos::prelude::*;

use super::saving::Sent;
use super::{Reader, page, page_number, script, see_other};
use crate::access::{Actor, InReach, ScopedTx, leading};
use crate::audit;
use crate::error::Error;
use crate::people::overview::{self, Narrowed, TableRow, Wanted};
use crate::people::{queries, rows};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::{groups, memberships, people};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people", list)
        .post("/people/search", search)
        .post("/api/desk/v1/people/find", find)
        .with(card::routes)
        .with(form::routes)
        .with(several::routes)
        .with(person::routes)
        .with(touch::routes)
        .with(home_exercise::routes)
        .with(messages::routes)
        .with(rights::routes)
        .with(ways::routes)
        .with(friends::routes)
}

/// How much of what was typed is looked for.
const MOST_TYPED: usize = 100;

/// The table with what its address narrows it to.
async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(chosen): Query<Chosen>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    rows::renew_some(&state, actor.scope.municipality()).await?;
    let mut tx = state.db.read(&actor.scope).await?;
    let view = asked(&mut tx, &state, reader.lang, chosen).await?;
    drop(tx);
    shown(&state, &reader, &actor, &extensions, view).await
}

/// The page of the table that an address asks for.
async fn asked(tx: &mut ScopedTx, state: &AppState, lang: Lang, chosen: Chosen) -> Result<PeopleView, Error> {
    let choices = choices(tx, lang).await?;
    let (chosen, narrowed) = read_chosen(chosen, &choices);
    let user = tx.scope().user();
    let typed = match chosen.q.parse() {
        Ok(query) => queries::find(tx, query, user, state.now()).await?.unwrap_or_default(),
        Err(_) => String::new(),
    };
    table(tx, typed, chosen, narrowed, choices).await
}

/// What was typed is kept, and its page has an address in which it does not stand.
async fn search(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let typed: String = sent.fields.one("q").chars().take(MOST_TYPED).collect();
    if typed.is_empty() {
        return Ok(see_other("/people"));
    }
    let (state, now) = (&sent.state, sent.state.now());
    let id = state.with_chance(|chance| QueryId::new(now, chance));
    let (account, typed) = (sent.scope().user(), typed.as_str());
    state
        .write(sent.scope(), |mut tx| async move {
            queries::keep(&mut tx, id, account, typed, now).await?;
            Ok(tx.done(()))
        })
        .await?;
    Ok(see_other(&Chosen { q: id.to_string(), ..Chosen::default() }.address()))
}

/// What of an address can be read: the rest is left out, of what is asked and of the addresses on the page.
fn read_chosen(chosen: Chosen, choices: &Choices) -> (Chosen, Narrowed) {
    let only = match chosen.incomplete.is_empty() {
        true => Only::from_code(&chosen.only),
        false => Some(Only::Incomplete),
    };
    let group = |id: &GroupId| choices.groups.iter().any(|group| group.id == *id);
    let instructor = |id: &UserId| choices.instructors.iter().any(|(known, _)| *known == id.to_string());
    let area: String = chosen.area.chars().filter(char::is_ascii_digit).take(5).collect();
    let narrowed = Narrowed {
        standing: Standing::from_code(&chosen.standing),
        decision: Decision::from_code(&chosen.decision),
        language: PersonLanguage::from_code(&chosen.language),
        area: area.clone(),
        group: chosen.group.parse().ok().filter(group),
        instructor: chosen.instructor.parse().ok().filter(instructor),
        due: only == Some(Only::Due),
        missed: only == Some(Only::Missed),
        incomplete: only == Some(Only::Incomplete),
        contact: only == Some(Only::Contact),
        unexplained: only == Some(Only::Unexplained),
    };
    let (order, down) = order_of(&chosen.sort);
    let page = page_number(&chosen.page);
    let text = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
    let chosen = Chosen {
        q: chosen.q.parse::<QueryId>().map(|id| id.to_string()).unwrap_or_default(),
        standing: text(narrowed.standing.map(Standing::code)),
        decision: text(narrowed.decision.map(Decision::code)),
        language: text(narrowed.language.map(PersonLanguage::code)),
        area,
        group: narrowed.group.map(|id| id.to_string()).unwrap_or_default(),
        instructor: narrowed.instructor.map(|id| id.to_string()).unwrap_or_default(),
        only: text(only.map(Only::code)),
        sort: sort_of(order, down),
        page: if page > 1 { page.to_string() } else { String::new() },
        incomplete: String::new(),
    };
    (chosen, narrowed)
}

/// The groups and instructors to choose from.
async fn choices(tx: &mut ScopedTx, lang: Lang) -> Result<Choices, Error> {
    let today = tx.scope().today();
    let of = |group: Group| Joinable { capacity: None, ..Joinable::of(lang, group, 0, today) };
    let groups = groups::to_choose_from(tx, Action::UseDesk).await?.into_iter().map(of).collect();
    let instructors = match tx.scope().may(Action::ManageGroups) {
        true => leading::candidates(tx).await?,
        false => Vec::new(),
    };
    Ok(Choices { groups, instructors: instructors.into_iter().map(|(id, name, _)| (id.to_string(), name)).collect() })
}

async fn table(
    tx: &mut ScopedTx,
    typed: String,
    chosen: Chosen,
    narrowed: Narrowed,
    choices: Choices,
) -> Result<PeopleView, Error> {
    let (page, (order, descending)) = (page_number(&chosen.page), order_of(&chosen.sort));
    let wanted = Wanted { narrowed, typed, order, descending, most: PAGE, skip: (page - 1) * PAGE };
    let (rows, total) = overview::page(tx, &wanted).await?;
    let mut groups = groups_of(tx, rows.iter().map(|row| row.reached)).await?;
    let names = named_by_id(Form::Listed, rows.iter().map(|row| &row.person));
    let today = tx.scope().today();
    let line = |row: TableRow| PersonLine {
        standing: Some(row.standing),
        last_visit: row.last_visit,
        due_on: row.due_on,
        is_due: row.is_due,
        missed: row.missed,
        ..person_line(&row.person, &names, &mut groups, today)
    };
    let lines = rows.into_iter().map(line).collect();
    let may_create = tx.scope().may(Action::ManageGroups);
    Ok(PeopleView { lines, typed: wanted.typed, total, page, chosen, choices, may_create })
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
                let view = looked_for(&state, &actor, &typed).await?;
                note_look(&state, &actor, &extensions, &view).await?;
                Ok(view.found(reader.lang))
            };
            found.await.map_err(|error: Error| failed.send(error)).ok()
        }
    });
    let answer = leptos_axum::handle_server_fns_with_context(move || provide_context(finder.clone()), request).await;
    why.try_recv().map_or_else(|_| Ok(answer.into_response()), Err)
}

async fn looked_for(state: &AppState, actor: &Actor, typed: &str) -> Result<PeopleView, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let typed: String = typed.chars().take(MOST_TYPED).collect();
    let (people, total) = match typed.trim().is_empty() {
        true => people::list(&mut tx, PAGE, 0).await?,
        false => people::search(&mut tx, &typed, PAGE, 0).await?,
    };
    let mut groups = groups_of(&mut tx, people.iter().map(|(reached, _)| *reached)).await?;
    let names = named_by_id(Form::Listed, people.iter().map(|(_, person)| person));
    let today = tx.scope().today();
    let lines = people.iter().map(|(_, person)| person_line(person, &names, &mut groups, today)).collect();
    let (chosen, choices) = (Chosen::default(), Choices::default());
    Ok(PeopleView { lines, typed, total, page: 1, chosen, choices, may_create: false })
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
            <PeopleList lang view/>
            {script("find.js")}
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

/// The names of the groups in which these people are today.
pub(super) async fn groups_of(
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

/// Who it is, with the groups of today.
fn person_line(
    person: &Participant,
    names: &BTreeMap<ParticipantId, Named>,
    groups: &mut HashMap<ParticipantId, Vec<String>>,
    today: Day,
) -> PersonLine {
    PersonLine {
        id: person.id,
        // The year of birth stands in every line.
        name: names.get(&person.id).map(|named| named.name.clone()).unwrap_or_default(),
        initials: person.profile.listed_initials(),
        birth_year: person.profile.year_of_birth(),
        age: person.profile.birth_date.map(|birth| today.age_of_born(birth)),
        groups: groups.remove(&person.id).unwrap_or_default(),
        provisional: person.provisional,
        standing: None,
        last_visit: None,
        due_on: None,
        is_due: false,
        missed: false,
    }
}
