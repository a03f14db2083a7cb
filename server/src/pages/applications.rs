//! The desk's pages of applications: the queue, one application with its decision and its place.

mod decide;
mod details;
mod form;
mod public;
mod ways_in;

use std::collections::HashMap;

use app::applications::page::{ApplicationPage, ApplicationPageView, Typed};
use app::applications::queue::{FormLine, Free, Line, Queue as QueuePage, QueueView};
use app::people::stays::Joinable;
use app::texts::{self, Lang};
use app::ui::{FieldError, Tone};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::applications::{Answers, Standing, comes_before};
use domain::ids::{ApplicationId, GroupId, UserId};
use domain::time::Instant;
use leptos::prelude::*;
use uuid::Uuid;

use super::people::joinable;
use super::saving::Sent;
use super::{Reader, Said, form_status, id_in, page, page_with_status, see_other};
use crate::access::{Actor, ScopedTx};
use crate::applications::forms::{self, Found, PutBack, Waiting};
use crate::applications::{self, Advised, ApplicationRow, Queue, settings};
use crate::audit::{self, Entry};
use crate::db::{Lookup, Unscoped};
use crate::error::Error;
use crate::people::merged;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

/// How many of each kind the queue shows.
const MOST: i64 = 300;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/applications", queue)
        .get("/applications/{id}", show)
        .post("/application-forms/{id}/drop", drop_form)
        .with(form::routes)
        .with(decide::routes)
        .with(public::routes)
        .with(ways_in::routes)
}

/// Which part of the waiting list: a group's id says nothing about a person.
#[derive(serde::Deserialize)]
struct Narrowed {
    #[serde(default)]
    group: String,
    #[serde(default)]
    said: String,
}

async fn queue(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Narrowed { group, said }): Query<Narrowed>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let lang = reader.lang;
    let mut tx = state.db.read(&actor.scope).await?;
    let mut view = queue_view(&mut tx, lang, group.parse().ok(), state.now()).await?;
    drop(tx);
    view.done = match said.as_str() {
        "dropped" => Some((Tone::Good, texts::applications::queue::dropped(lang))),
        "put_back" => Some((Tone::Good, texts::applications::queue::put_back_done(lang))),
        "gone" => Some((Tone::Look, texts::applications::queue::put_back_late(lang))),
        "full" => Some((Tone::Look, texts::applications::queue::put_back_full(lang))),
        _ => None,
    };
    let named = view.forms.len() + view.dropped.len() + view.undecided.len() + view.waiting.len();
    audit::note_list(&state, &actor, None, named, &request::id_of(&extensions)).await?;
    let body = move || view! { <QueuePage lang view/> }.into_any();
    Ok(page(&reader, texts::applications::title(lang), body).await)
}

async fn queue_view(tx: &mut ScopedTx, lang: Lang, chosen: Option<GroupId>, now: Instant) -> Result<QueueView, Error> {
    let (mode, today) = (settings::mode(tx).await?, tx.scope().today());
    let groups = joinable(tx, lang).await?;
    let names: Vec<_> = groups.iter().map(|group| (group.id, group.name.clone())).collect();
    let undecided = applications::queued(tx, Queue::Undecided, MOST).await?;
    let waiting = applications::queued(tx, Queue::Waiting, MOST).await?;
    let free = free(&groups, &waiting, today);
    let mut undecided = applications::advised(tx, undecided, mode).await?;
    let mut waiting = applications::advised(tx, waiting, mode).await?;
    waiting.retain(|one| chosen.is_none_or(|group| one.row.application.answers.would_suit(group)));
    for list in [&mut undecided, &mut waiting] {
        list.sort_by(|one, other| {
            let key = |advised: &Advised| (advised.row.application.clone(), advised.advice.total());
            let (one, other) = (key(one), key(other));
            comes_before((&one.0, one.1), (&other.0, other.1))
        });
        // Whoever has died lies last: nothing is to be decided but that the application is closed.
        list.sort_by_key(|one| !one.row.is_alive());
    }
    let named: HashMap<_, _> = names.iter().cloned().collect();
    Ok(QueueView {
        today,
        forms: forms::list(tx, MOST).await?.into_iter().map(|form| form_line(form, &named)).collect(),
        dropped: forms::dropped(tx, now).await?.into_iter().map(|form| form_line(form, &named)).collect(),
        undecided: undecided.into_iter().map(|one| line(one, &named)).collect(),
        waiting: waiting.into_iter().map(|one| line(one, &named)).collect(),
        free,
        groups,
        chosen,
        names,
        funnel: applications::funnel(tx, today.a_year_before()).await?,
        done: None,
    })
}

/// Groups with room for which somebody waits to whom nothing is offered; offered places are taken off.
fn free(groups: &[Joinable], waiting: &[ApplicationRow], today: domain::time::Day) -> Vec<Free> {
    let places = |group: &Joinable| {
        let room = [(group.id, group.capacity.map_or(0, i64::from) - group.members)];
        let places = applications::free_places(waiting, &room, today);
        (places > 0).then(|| Free { group: group.id, name: group.name.clone(), places })
    };
    groups.iter().filter(|group| group.capacity.is_some()).filter_map(places).collect()
}

fn form_line(Waiting { id, received_at, filled }: Waiting, names: &HashMap<GroupId, String>) -> FormLine {
    FormLine {
        id: id.to_string(),
        name: format!("{} {}", filled.given_names, filled.family_name),
        birth_year: filled.birth_year,
        phone: filled.phone,
        received_at,
        referred_by: filled.start.referred_by,
        wish: filled.group.and_then(|group| names.get(&group).cloned()),
    }
}

fn line(Advised { row, advice }: Advised, names: &HashMap<GroupId, String>) -> Line {
    Line {
        id: row.application.id,
        rev: row.rev,
        name: row.person.profile.full_name(),
        died_on: row.person.profile.died_on,
        wishes: wish_names(&row.application.answers, names),
        application: row.application,
        advice,
    }
}

fn wish_names(answers: &Answers, names: &HashMap<GroupId, String>) -> Vec<String> {
    answers.wishes.iter().filter_map(|group| names.get(group).cloned()).collect()
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let view = seen(&state, reader.lang, &actor, id_in(&id)?, &request::id_of(&extensions)).await?;
    use texts::applications::page as t;
    let done = match said.as_str() {
        "saved" => Some(t::saved(reader.lang)),
        "decided" => Some(t::decision_saved(reader.lang)),
        // Back from the answer, the call has been made.
        "offered" if matches!(view.application.standing(view.today), Standing::Offered { .. }) => {
            Some(t::offer_saved(reader.lang))
        }
        "replied" => Some(t::reply_saved(reader.lang)),
        _ => None,
    };
    Ok(draw(&reader, ApplicationPageView { done, ..view }).await)
}

async fn draw(reader: &Reader, view: ApplicationPageView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    // No name in the tab: the history of a shared desk keeps titles.
    let body = move || view! { <ApplicationPage lang view/> }.into_any();
    page_with_status(reader, status, texts::applications::one(lang), body).await
}

/// The page with one of its forms as it was typed, and what is wrong with it. It is a look like any other.
async fn shown_again(sent: &Sent, id: ApplicationId, typed: Typed, errors: Vec<FieldError>) -> Result<Response, Error> {
    let view = seen(&sent.state, sent.lang(), &sent.actor, id, &sent.request_id).await?;
    Ok(draw(&sent.reader, ApplicationPageView { typed: Some(typed), errors, ..view }).await)
}

/// What the page shows, once the look is logged.
async fn seen(
    state: &AppState,
    lang: Lang,
    actor: &Actor,
    id: ApplicationId,
    request_id: &str,
) -> Result<ApplicationPageView, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let mut row = applications::find(&mut tx, id).await?;
    merged::protect(&mut tx, [&mut row.person]).await?;
    let mode = settings::mode(&mut tx).await?;
    let rev = row.rev;
    let advised = applications::advised(&mut tx, vec![row], mode).await?.pop().ok_or(Error::NotFound)?;
    let Advised { row: ApplicationRow { application, person, .. }, advice } = advised;
    let groups = joinable(&mut tx, lang).await?;
    let offered = application.offers.iter().map(|offer| offer.group);
    let named = application.answers.wishes.iter().copied().chain(offered);
    let names = crate::groups::names(&mut tx, Action::ManageGroups, named.collect::<Vec<_>>()).await?;
    let decided_by = match &application.decided {
        Some(decided) => name_of(&mut tx, decided.by).await?,
        None => None,
    };
    let today = tx.scope().today();
    drop(tx);
    let look = Entry::of_profile(actor, state.now(), person.id, request_id);
    audit::note(state, actor.scope.municipality(), &look).await?;
    Ok(ApplicationPageView {
        application,
        person,
        advice,
        rev,
        today,
        groups,
        names: names.into_iter().collect(),
        decided_by,
        done: None,
        typed: None,
        errors: Vec::new(),
    })
}

const NAME_OF: Lookup = lookup!("SELECT name FROM account WHERE municipality = $1 AND id IN (", ")");

/// What the account is called that decided.
async fn name_of(tx: &mut ScopedTx, user: UserId) -> Result<Option<String>, Error> {
    let rows = tx.lookup(&NAME_OF, [user]).await?;
    rows.first().map(|row| row.get("name")).transpose()
}

/// A public form is dropped; for a day it can be put back, and then nothing of it is left but a row of the log.
async fn drop_form(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let id: Uuid = id_in(&id)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let found = forms::find(&mut tx, id).await?;
    drop(tx);
    let undo = sent.fields.one("undo") == "yes";
    let said = match found {
        // The button was pressed twice.
        Found::Waiting(_) if undo => "put_back",
        Found::Settled if !undo => "dropped",
        Found::Waiting(_) => {
            settle(&sent, id, Handling::Drop).await?;
            "dropped"
        }
        Found::Settled => match settle(&sent, id, Handling::PutBack).await? {
            PutBack::Done => "put_back",
            PutBack::Gone => "gone",
            PutBack::Full => "full",
        },
    };
    Ok(see_other(&format!("/applications?said={said}")))
}

/// What is done with a public form.
#[derive(Clone, Copy)]
enum Handling {
    TakeUp,
    Drop,
    PutBack,
}

impl Handling {
    /// As the log says it.
    const fn verb(self) -> &'static str {
        match self {
            Self::TakeUp => "application_form.take_up",
            Self::Drop => "application_form.drop",
            Self::PutBack => "application_form.put_back",
        }
    }
}

/// Handles a form that was found within reach, with a row of the log where something was done.
async fn settle(sent: &Sent, form: Uuid, how: Handling) -> Result<PutBack, Error> {
    let now = sent.state.now();
    let entry = Entry::of_form(&sent.actor, now, how.verb(), form, &sent.request_id);
    let entry = &entry;
    sent.state
        .write(sent.scope(), |mut tx| async move {
            match how {
                Handling::TakeUp => forms::take_up(&mut tx, form, now).await?,
                Handling::Drop => forms::drop_one(&mut tx, form, now).await?,
                Handling::PutBack => {
                    let came = forms::put_back(&mut tx, form, now).await?;
                    if came != PutBack::Done {
                        return Ok(tx.undone(came));
                    }
                }
            }
            let (bare, tenant) = tx.unscoped(Unscoped::Audit);
            audit::append(bare, &sent.state.secrets, tenant, entry).await?;
            Ok(tx.done(PutBack::Done))
        })
        .await
}
