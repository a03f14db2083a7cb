//! What somebody who takes part can do about the own data, after the PIN: see and take all of it, ask for what they have
//! a right to, and take a consent back (docs/access.md, Requests).

use std::collections::BTreeMap;

use app::consents::card::{ASKED, text_version};
use app::own::rights::{AskPage, AskTyped, AskView, ConsentLine, DataPage, OwnRequest, RightsPage, RightsView};
use app::own::rights::{WithdrawPage, withdrawable};
use app::own::seen::LookLine;
use app::texts::own_rights as words;
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use domain::consents::{self as consent, Consent, ConsentAct, ConsentChannel, ConsentPurpose, standing_since};
use domain::ids::{ConsentId, RequestId, uuid_v5};
use domain::names::can_be_said;
use domain::requests::{RequestChannel, RequestKind, RequestPart, WORDS};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use http::header;
use leptos::prelude::*;
use uuid::Uuid;

use super::page::answer;
use super::{Own, door};
use crate::access::ScopedTx;
use crate::audit;
use crate::consents;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::saving::id_of_new;
use crate::pages::{Said, data_view, form_status, id_in, own_page, see_other};
use crate::people::merged;
use crate::people::own_data::{self, OwnData};
use crate::requests::{self, Asked, New};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(HOME, home)
        .get(ASK, ask)
        .post(ASK, send)
        .get(WITHDRAW, consequence)
        .post(WITHDRAW, withdraw)
        .get("/own/data", data)
        .get("/own/data/download", download)
}

/// Where it begins.
pub(super) const HOME: &str = "/own/rights";
/// Where the PIN is asked for before.
pub(super) const PIN: &str = "/own/pin?then=rights";
const ASK: &str = "/own/rights/ask";
const WITHDRAW: &str = "/own/rights/withdraw";

/// Every request and consent of the person, in each of the records that are theirs.
struct Known {
    requests: Vec<requests::Request>,
    consents: Vec<Consent>,
}

impl Known {
    async fn of(tx: &mut ScopedTx, own: &Own) -> Result<Self, Error> {
        let reached = own.found.reached;
        let mut records = merged::others(tx, reached, domain::access::Action::SeeOwnData).await?;
        records.push(reached);
        let mut known = Self { requests: Vec::new(), consents: Vec::new() };
        for record in records {
            known.requests.extend(requests::of_person(tx, record).await?);
            known.consents.extend(consents::of_person(tx, record).await?);
        }
        known.requests.sort_by_key(|one| std::cmp::Reverse((one.received_on, one.id)));
        Ok(known)
    }

    /// The consents that stand today, each with the day since when; those to relatives have their own page.
    fn given(&self) -> BTreeMap<ConsentPurpose, Day> {
        let since = |purpose: ConsentPurpose| {
            let of: Vec<_> = self.consents.iter().filter(|one| one.purpose == purpose).collect();
            standing_since(&of).filter(|(act, _)| *act == ConsentAct::Given).map(|(_, since)| (purpose, since))
        };
        ASKED.into_iter().filter_map(since).collect()
    }
}

async fn home(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(PIN));
    }
    let known = Known::of(&mut state.db.read(&own.scope).await?, &own).await?;
    own.note_look(&state, "consents requests").await?;
    let lang = own.reader.lang;
    let line = |(purpose, since)| ConsentLine { purpose, since };
    let view = RightsView {
        consents: known.given().into_iter().map(line).collect(),
        requests: known.requests.into_iter().map(told).collect(),
        said: match said.as_str() {
            "sent" => Some(words::sent(lang)),
            "withdrawn" => Some(words::withdrawn(lang)),
            _ => None,
        },
    };
    Ok(answer(&state, &own, words::title(lang), move || view! { <RightsPage lang view/> }.into_any()).await)
}

fn told(request: requests::Request) -> OwnRequest {
    let requests::Request { asked, received_on, due_on, extended, answer, .. } = request;
    let answer = answer.map(|answer| (answer.words, answer.on, answer.by));
    OwnRequest { kind: asked.kind, words: asked.words, received_on, due_on, extended, answer }
}

/// What is asked for: a word of a closed list, which tells nothing of the person.
#[derive(serde::Deserialize)]
struct About {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    purpose: String,
}

fn kind_of(code: &str) -> Result<RequestKind, Error> {
    let kind = RequestKind::from_code(code).filter(|kind| RequestKind::ON_OWN_PAGE.contains(kind));
    kind.ok_or(Error::NotFound)
}

async fn ask(State(state): State<AppState>, own: Own, Query(about): Query<About>) -> Result<Response, Error> {
    let kind = kind_of(&about.kind)?;
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(PIN));
    }
    let rev = id_of_new(&state, RequestId::new).to_string();
    Ok(draw_ask(&own, AskView { kind, typed: AskTyped { rev, ..AskTyped::default() }, errors: Vec::new() }).await)
}

async fn draw_ask(own: &Own, view: AskView) -> Response {
    let (lang, status) = (own.reader.lang, form_status(&view.errors));
    own_page(&own.reader, status, words::title(lang), true, move || view! { <AskPage lang view/> }.into_any()).await
}

async fn send(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    go_on(&state, own, &fields).await
}

async fn withdraw(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    go_on(&state, own, &fields).await
}

/// What the form asks, or the PIN first.
async fn go_on(state: &AppState, own: Own, fields: &Fields) -> Result<Response, Error> {
    if own.session.has_pin(state.now()) {
        return with_pin(state, own, fields).await;
    }
    Ok(door::pin_meanwhile(state, &own, "rights", kept(fields)).await)
}

/// Names and values of a form of these pages, to be carried through the page that asks for the PIN; nothing of any other.
pub(super) fn kept(fields: &Fields) -> Vec<(String, String)> {
    let names: &[&str] = match fields.one("form") {
        "ask" => &["form", "kind", "rev", "part", "words"],
        "withdraw" => &["form", "purpose", "rev"],
        _ => &[],
    };
    names.iter().map(|name| ((*name).to_owned(), fields.one(name).to_owned())).collect()
}

/// As [`go_on`], after the PIN.
pub(super) async fn with_pin(state: &AppState, own: Own, fields: &Fields) -> Result<Response, Error> {
    match fields.one("form") {
        "ask" => asked(state, own, fields).await,
        "withdraw" => withdrawn(state, own, fields).await,
        _ => Ok(see_other(HOME)),
    }
}

async fn asked(state: &AppState, mut own: Own, fields: &Fields) -> Result<Response, Error> {
    ASK.clone_into(&mut own.reader.here);
    let (kind, lang) = (kind_of(fields.one("kind"))?, own.reader.lang);
    let one = |name| fields.one(name).to_owned();
    let typed = AskTyped { rev: one("rev"), part: one("part"), words: one("words").replace("\r\n", "\n") };
    let part = RequestPart::from_code(&typed.part).filter(|_| kind == RequestKind::Correction);
    let mut errors = Vec::new();
    if kind == RequestKind::Correction && part.is_none() {
        errors.push(FieldError::new("part", words::ask::error::part(lang)));
    }
    if kind.needs_words() && !can_be_said(&typed.words) {
        errors.push(FieldError::new("words", words::ask::error::words(lang)));
    }
    if typed.words.chars().count() > WORDS {
        let most = i64::try_from(WORDS).unwrap_or(i64::MAX);
        errors.push(FieldError::new("words", words::ask::error::too_long(lang, most)));
    }
    if !errors.is_empty() {
        return Ok(draw_ask(&own, AskView { kind, typed, errors }).await);
    }
    let id = RequestId::of(own.found.person.id, id_in(&typed.rev)?);
    let asked = Asked { kind, part, words: typed.words, language: lang, channel: RequestChannel::OwnPage };
    keep(state, &own, &New { id, asked, received_on: own.scope.today(), entered_by: None }).await?;
    Ok(see_other(&format!("{HOME}?said=sent")))
}

async fn keep(state: &AppState, own: &Own, new: &New) -> Result<(), Error> {
    let kept = state.write(&own.scope, |mut tx| async move {
        if requests::keep(&mut tx, own.found.reached, new).await? {
            let fields = format!("kind={}", new.asked.kind.code());
            let entities = format!("participant:{} request:{}", own.found.person.id, new.id);
            let entry = own.session.whose.entry(state, "request.make", &own.request_id);
            let (bare, tenant) = tx.unscoped(Unscoped::Audit);
            audit::append(bare, &state.secrets, tenant, &audit::Entry { entities, fields, ..entry }).await?;
        }
        Ok(tx.done(()))
    });
    kept.await
}

fn purpose_of(code: &str) -> Result<ConsentPurpose, Error> {
    ConsentPurpose::from_code(code).filter(|purpose| withdrawable(*purpose)).ok_or(Error::NotFound)
}

/// What follows, before the press. What does not stand cannot be taken back.
async fn consequence(State(state): State<AppState>, own: Own, Query(about): Query<About>) -> Result<Response, Error> {
    let purpose = purpose_of(&about.purpose)?;
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(PIN));
    }
    let known = Known::of(&mut state.db.read(&own.scope).await?, &own).await?;
    if !known.given().contains_key(&purpose) {
        return Ok(see_other(HOME));
    }
    own.note_look(&state, "consents").await?;
    let lang = own.reader.lang;
    let rev = id_of_new(&state, ConsentId::new).to_string();
    let body = move || view! { <WithdrawPage lang purpose rev/> }.into_any();
    Ok(answer(&state, &own, words::title(lang), body).await)
}

/// One event in the person's own name, today: it holds at once. Pressed twice it is said once.
async fn withdrawn(state: &AppState, own: Own, fields: &Fields) -> Result<Response, Error> {
    let purpose = purpose_of(fields.one("purpose"))?;
    let rev: Uuid = id_in(fields.one("rev"))?;
    let then = see_other(&format!("{HOME}?said=withdrawn"));
    let known = Known::of(&mut state.db.read(&own.scope).await?, &own).await?;
    if !known.given().contains_key(&purpose) {
        return Ok(then);
    }
    let participant = own.found.person.id;
    let consent = Consent {
        id: ConsentId(uuid_v5(rev, &[&participant.to_string(), purpose.code()])),
        participant,
        purpose,
        act: ConsentAct::Withdrawn,
        channel: ConsentChannel::OwnPhone,
        on: own.scope.today(),
        text_version: text_version(purpose).to_owned(),
        language: own.reader.lang.code().to_owned(),
        after: Vec::new(),
        relative: None,
        until: None,
    };
    let verb: Verb = consent::Verb::Record { consent }.into();
    match state.change(&own.scope, &own.request_id, &[(verb, Seen::Newest)]).await? {
        Ok(()) => Ok(then),
        // An old form that is sent again: it begins anew.
        Err(_) => Ok(see_other(HOME)),
    }
}

/// All that is kept, in every record of the person; the log is gone through, which takes a while.
async fn gathered(state: &AppState, own: &Own) -> Result<OwnData, Error> {
    let (scope, found) = (own.scope.clone(), own.found.clone());
    let gathered = state.aside(async move |state| own_data::of(&mut state.db.read(&scope).await?, found).await);
    let data = gathered.await?;
    own.note_look(state, "own_data").await?;
    Ok(data)
}

async fn data(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(PIN));
    }
    let data = gathered(&state, &own).await?;
    let lang = own.reader.lang;
    let look =
        |look: &own_data::OfLooks| LookLine { by: look.by.clone(), how: look.how, last: look.last_at.day_in_finland() };
    let looks: Vec<_> = data.looks.iter().map(look).collect();
    let view = data_view(lang, &data);
    let body = move || view! { <DataPage lang view looks/> }.into_any();
    Ok(answer(&state, &own, words::data::title(lang), body).await)
}

async fn download(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(PIN));
    }
    let data = gathered(&state, &own).await?;
    let text = serde_json::to_string_pretty(&data).map_err(|error| Error::Broken(error.to_string()))?;
    // No name stands in the file's own.
    let name = app::texts::rights::file(own.reader.lang);
    let disposition = format!("attachment; filename=\"{name}-{}.json\"", state.today());
    let kind = "application/json; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}
