//! What somebody who takes part can do about the own data, after the PIN: see and take all of it, ask for what they have
//! a right to, and take back a request or a consent (docs/access.md, Requests).

use std::collections::BTreeMap;

use app::consents::card::{ASKED, text_version};
use app::own::rights::{AskPage, AskTyped, AskView, ConsentLine, DataPage, OwnRequest, RightsPage, RightsView};
use app::own::rights::{TAKE_BACK, WithdrawPage, withdrawable};
use app::texts::{self, Lang, own_rights as words};
use app::ui::{FieldError, Tone};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::consents::{
    self as consent, Consent, ConsentAct, ConsentChannel, ConsentPurpose, standing, standing_since,
};
use domain::ids::{ConsentId, ParticipantId, RequestId, uuid_v5};
use domain::names::can_be_said;
use domain::requests::{RequestChannel, RequestKind, RequestPart, WORDS};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;
use uuid::Uuid;

use super::page::{answer, lately, own_again};
use super::{Own, door};
use crate::access::ScopedTx;
use crate::audit;
use crate::consents;
use crate::error::Error;
use crate::pages::saving::id_of_new;
use crate::pages::{Said, data_file, data_view, form_status, id_in, own_page, see_other};
use crate::people::own_data;
use crate::requests::{self, Asked, Kept, New};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(HOME, home)
        .get(ASK, ask)
        .post(ASK, send)
        .post(TAKE_BACK, take_back)
        .get(WITHDRAW, consequence)
        .post(WITHDRAW, withdraw)
        .get(DATA, data)
        .get("/own/data/download", download)
}

/// Where it begins.
const HOME: &str = "/own/rights";
const ASK: &str = "/own/rights/ask";
const WITHDRAW: &str = "/own/rights/withdraw";
const DATA: &str = "/own/data";

/// A page that the PIN opens: a word of a closed list, which tells nothing of the person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BehindPin {
    Home,
    Data,
    Ask(RequestKind),
    Withdraw(ConsentPurpose),
}

impl BehindPin {
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split_once('-') {
            None if code == "rights" => Some(Self::Home),
            None if code == "data" => Some(Self::Data),
            Some(("ask", kind)) => kind_of(kind).ok().map(Self::Ask),
            Some(("withdraw", purpose)) => purpose_of(purpose).ok().map(Self::Withdraw),
            _ => None,
        }
    }

    /// The page itself.
    pub fn path(self) -> String {
        match self {
            Self::Home => HOME.to_owned(),
            Self::Data => DATA.to_owned(),
            Self::Ask(kind) => format!("{ASK}?kind={}", kind.code()),
            Self::Withdraw(purpose) => format!("{WITHDRAW}?purpose={}", purpose.code()),
        }
    }

    /// Where the PIN is asked for before.
    pub fn pin(self) -> String {
        let code = match self {
            Self::Home => "rights".to_owned(),
            Self::Data => "data".to_owned(),
            Self::Ask(kind) => format!("ask-{}", kind.code()),
            Self::Withdraw(purpose) => format!("withdraw-{}", purpose.code()),
        };
        format!("/own/pin?then={code}")
    }

    /// That of a form of these pages.
    fn of_form(fields: &Fields) -> Self {
        let place = match fields.one("form") {
            "ask" => kind_of(fields.one("kind")).ok().map(Self::Ask),
            "withdraw" => purpose_of(fields.one("purpose")).ok().map(Self::Withdraw),
            _ => None,
        };
        place.unwrap_or(Self::Home)
    }
}

/// Every request and consent of the person, in each of the records that are theirs.
struct Known {
    /// The newest first.
    requests: Vec<requests::Request>,
    consents: BTreeMap<ParticipantId, Vec<Consent>>,
}

impl Known {
    async fn of(tx: &mut ScopedTx, own: &Own) -> Result<Self, Error> {
        let mut known = Self { requests: requests::of_records(tx, &own.records).await?, consents: BTreeMap::new() };
        for record in &own.records {
            known.consents.insert(record.id(), consents::of_person(tx, *record).await?);
        }
        Ok(known)
    }

    /// The consents that stand today, each with the day since when; those to relatives have their own page.
    fn given(&self) -> BTreeMap<ConsentPurpose, Day> {
        let since = |purpose: ConsentPurpose| {
            let of: Vec<_> = self.consents.values().flatten().filter(|one| one.purpose == purpose).collect();
            standing_since(&of).filter(|(act, _)| *act == ConsentAct::Given).map(|(_, since)| since)
        };
        ASKED.into_iter().filter_map(|purpose| Some((purpose, since(purpose)?))).collect()
    }

    /// The records in which this consent stands by what was said there: it is taken back in each.
    fn given_in(&self, purpose: ConsentPurpose) -> impl Iterator<Item = ParticipantId> {
        self.consents.iter().filter_map(move |(record, consents)| {
            let of: Vec<_> = consents.iter().filter(|one| one.purpose == purpose).collect();
            (standing(&of) == Some(ConsentAct::Given)).then_some(*record)
        })
    }
}

async fn home(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(&BehindPin::Home.pin()));
    }
    let known = Known::of(&mut state.db.read(&own.scope).await?, &own).await?;
    own.note_look(&state, "consents requests").await?;
    let lang = own.reader.lang;
    let line = |(purpose, since)| ConsentLine { purpose, since };
    let view = RightsView {
        person: own.found.person.id,
        consents: known.given().into_iter().map(line).collect(),
        requests: known.requests.into_iter().map(told).collect(),
        today: own.scope.today(),
        said: match said.as_str() {
            "sent" => Some((Tone::Good, words::sent(lang))),
            "withdrawn" => Some((Tone::Good, words::withdrawn(lang))),
            "waits" => Some((Tone::Told, words::asked_already(lang))),
            "taken_back" => Some((Tone::Good, words::taken_back(lang))),
            "answered" => Some((Tone::Told, words::answered_before(lang))),
            _ => None,
        },
    };
    Ok(answer(&state, &own, words::title(lang), move || view! { <RightsPage lang view/> }.into_any()).await)
}

fn told(request: requests::Request) -> OwnRequest {
    let requests::Request { id, asked, received_on, due_on, extended, answer, taken_back_on, .. } = request;
    let answer = answer.map(|answer| (answer.words, answer.on, answer.by));
    let requests::Asked { kind, words, channel, .. } = asked;
    OwnRequest { id, kind, words, channel, received_on, due_on, extended, answer, taken_back_on }
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

/// The form, where nothing of the kind waits for an answer already: that is shown instead.
async fn ask(State(state): State<AppState>, mut own: Own, Query(about): Query<About>) -> Result<Response, Error> {
    let kind = kind_of(&about.kind)?;
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(&BehindPin::Ask(kind).pin()));
    }
    if !waiting(&mut state.db.read(&own.scope).await?, &own, kind).await?.is_empty() {
        return Ok(see_other(&format!("{HOME}?said=waits")));
    }
    own.reader.here = BehindPin::Ask(kind).path();
    let rev = id_of_new(&state, RequestId::new).to_string();
    let (person, typed) = (own.found.person.id, AskTyped { rev, ..AskTyped::default() });
    Ok(draw_ask(&own, AskView { person, kind, typed, errors: Vec::new() }).await)
}

/// What of the kind waits for an answer, in whichever record.
async fn waiting(tx: &mut ScopedTx, own: &Own, kind: RequestKind) -> Result<Vec<RequestId>, Error> {
    let all = requests::of_records(tx, &own.records).await?;
    Ok(all.into_iter().filter(|one| one.waits() && one.asked.kind == kind).map(|one| one.id).collect())
}

async fn draw_ask(own: &Own, view: AskView) -> Response {
    let (lang, status) = (own.reader.lang, form_status(&view.errors));
    own_page(&own.reader, status, words::title(lang), true, move || view! { <AskPage lang view/> }.into_any()).await
}

async fn send(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    go_on(&state, own, &fields).await
}

async fn take_back(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    go_on(&state, own, &fields).await
}

async fn withdraw(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    go_on(&state, own, &fields).await
}

/// What the form asks, or the PIN first.
async fn go_on(state: &AppState, mut own: Own, fields: &Fields) -> Result<Response, Error> {
    if !own.drew(fields) {
        return Ok(own_again());
    }
    own.reader.here = BehindPin::of_form(fields).path();
    if own.session.has_pin(state.now()) {
        return with_pin(state, own, fields).await;
    }
    Ok(door::pin_meanwhile(state, &own, "rights", kept(fields)).await)
}

/// Names and values of a form of these pages, to be carried through the page that asks for the PIN; nothing of any other.
pub(super) fn kept(fields: &Fields) -> Vec<(String, String)> {
    let names: &[&str] = match fields.one("form") {
        "ask" => &["form", "person", "kind", "rev", "part", "words"],
        "withdraw" => &["form", "person", "purpose", "rev"],
        "take_back" => &["form", "person", "request"],
        _ => &[],
    };
    names.iter().map(|name| ((*name).to_owned(), fields.one(name).to_owned())).collect()
}

/// As [`go_on`], after the PIN.
pub(super) async fn with_pin(state: &AppState, own: Own, fields: &Fields) -> Result<Response, Error> {
    match fields.one("form") {
        _ if !own.drew(fields) => Ok(own_again()),
        "ask" => asked(state, own, fields).await,
        "withdraw" => withdrawn(state, own, fields).await,
        "take_back" => taken_back_request(state, &own, fields).await,
        _ => Ok(see_other(HOME)),
    }
}

async fn asked(state: &AppState, mut own: Own, fields: &Fields) -> Result<Response, Error> {
    let (kind, lang) = (kind_of(fields.one("kind"))?, own.reader.lang);
    own.reader.here = BehindPin::Ask(kind).path();
    let one = |name| fields.one(name).to_owned();
    let typed = AskTyped { rev: one("rev"), part: one("part"), words: one("words").replace("\r\n", "\n") };
    let part = RequestPart::from_code(&typed.part).filter(|_| kind == RequestKind::Correction);
    let person = own.found.person.id;
    let errors = wrong(lang, kind, part, &typed);
    if !errors.is_empty() {
        return Ok(draw_ask(&own, AskView { person, kind, typed, errors }).await);
    }
    let id = RequestId::of(person, id_in(&typed.rev)?);
    let (words, channel) = (typed.words.clone(), RequestChannel::OwnPage);
    let asked = Asked { kind, part, words, language: lang.alone(), channel };
    let refused = match keep(state, &own, &New { id, asked, received_on: own.scope.today(), entered_by: None }).await? {
        Some(Kept::New | Kept::Same | Kept::Changed) => return Ok(see_other(&format!("{HOME}?said=sent"))),
        Some(Kept::Settled) => words::ask::error::settled(lang),
        Some(Kept::TakenBack) => words::ask::error::taken_back(lang),
        None => words::ask::error::waits(lang),
    };
    // What was typed begins anew: its form has been used.
    let typed = AskTyped { rev: id_of_new(state, RequestId::new).to_string(), ..typed };
    let errors = vec![FieldError::new("words", refused)];
    Ok(draw_ask(&own, AskView { person, kind, typed, errors }).await)
}

/// Everything that is wrong with what was typed.
fn wrong(lang: Lang, kind: RequestKind, part: Option<RequestPart>, typed: &AskTyped) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if kind == RequestKind::Correction && part.is_none() {
        errors.push(FieldError::new("part", words::ask::error::part(lang)));
    }
    if kind.needs_words() && !can_be_said(&typed.words) {
        errors.push(FieldError::new("words", words::ask::error::words(lang)));
    }
    if typed.words.chars().count() > WORDS {
        let most = texts::whole(WORDS);
        errors.push(FieldError::new("words", words::ask::error::too_long(lang, most)));
    }
    errors
}

/// Keeps it with its row of the log; nothing where another of the kind waits for an answer.
async fn keep(state: &AppState, own: &Own, new: &New) -> Result<Option<Kept>, Error> {
    let kept = state.write(&own.scope, |mut tx| async move {
        let waiting = waiting(&mut tx, own, new.asked.kind).await?;
        if !waiting.is_empty() && !waiting.contains(&new.id) {
            return Ok(tx.undone(None));
        }
        let kept = requests::keep(&mut tx, own.found.reached, new).await?;
        if let Some(verb) = kept.verb() {
            let fields = format!("kind={}", new.asked.kind.code());
            let entities = format!("participant:{} request:{}", own.found.person.id, new.id);
            let entry = own.session.whose.entry(state, verb, &own.request_id);
            audit::append_in_scope(&mut tx, &state.secrets, &audit::Entry { entities, fields, ..entry }).await?;
        }
        Ok(tx.done(Some(kept)))
    });
    kept.await
}

/// What was asked goes no further, as long as nobody has answered it. Pressed twice it says the same.
async fn taken_back_request(state: &AppState, own: &Own, fields: &Fields) -> Result<Response, Error> {
    let said = if end(state, own, id_in(fields.one("request"))?).await? { "taken_back" } else { "answered" };
    Ok(see_other(&format!("{HOME}?said={said}")))
}

/// Ends a request of the person's own, in whichever record it lies, with its row of the log; `false`: it was answered.
async fn end(state: &AppState, own: &Own, id: RequestId) -> Result<bool, Error> {
    let ended = state.write(&own.scope, |mut tx| async move {
        let all = requests::of_records(&mut tx, &own.records).await?;
        let there = all.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
        let of = own.records.iter().find(|record| record.id() == there.participant).ok_or(Error::NotFound)?;
        if !there.waits() || !requests::take_back(&mut tx, *of, id).await? {
            return Ok(tx.undone(there.taken_back_on.is_some()));
        }
        let fields = format!("kind={}", there.asked.kind.code());
        let entities = format!("participant:{} request:{id}", own.found.person.id);
        let entry = own.session.whose.entry(state, "request.take_back", &own.request_id);
        audit::append_in_scope(&mut tx, &state.secrets, &audit::Entry { entities, fields, ..entry }).await?;
        Ok(tx.done(true))
    });
    ended.await
}

fn purpose_of(code: &str) -> Result<ConsentPurpose, Error> {
    ConsentPurpose::from_code(code).filter(|purpose| withdrawable(*purpose)).ok_or(Error::NotFound)
}

/// What follows, before the press. What does not stand cannot be taken back.
async fn consequence(
    State(state): State<AppState>,
    mut own: Own,
    Query(about): Query<About>,
) -> Result<Response, Error> {
    let purpose = purpose_of(&about.purpose)?;
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(&BehindPin::Withdraw(purpose).pin()));
    }
    own.reader.here = BehindPin::Withdraw(purpose).path();
    let known = Known::of(&mut state.db.read(&own.scope).await?, &own).await?;
    if !known.given().contains_key(&purpose) {
        return Ok(see_other(HOME));
    }
    own.note_look(&state, "consents").await?;
    let lang = own.reader.lang;
    let rev = id_of_new(&state, ConsentId::new).to_string();
    let person = own.found.person.id;
    let body = move || view! { <WithdrawPage lang person purpose rev/> }.into_any();
    Ok(answer(&state, &own, words::title(lang), body).await)
}

/// One event in the person's own name, today, in each record in which it stands: it holds at once. Pressed twice it is said
/// once.
async fn withdrawn(state: &AppState, own: Own, fields: &Fields) -> Result<Response, Error> {
    let purpose = purpose_of(fields.one("purpose"))?;
    let rev: Uuid = id_in(fields.one("rev"))?;
    let then = see_other(&format!("{HOME}?said=withdrawn"));
    let known = Known::of(&mut state.db.read(&own.scope).await?, &own).await?;
    let event = |record| (taken_back(&own, record, purpose, rev), Seen::Newest);
    let wanted: Vec<_> = known.given_in(purpose).map(event).collect();
    if wanted.is_empty() {
        return Ok(then);
    }
    match state.change(&own.scope, &own.request_id, &wanted).await? {
        Ok(()) => Ok(then),
        // An old form that is sent again: it begins anew.
        Err(_) => Ok(see_other(HOME)),
    }
}

fn taken_back(own: &Own, participant: ParticipantId, purpose: ConsentPurpose, rev: Uuid) -> Verb {
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
    consent::Verb::Record { consent }.into()
}

/// All that is kept, in every record of the person, with the looks of the last months as on the page of looks: nobody's own
/// page goes through the whole log, for which others would wait.
async fn data(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(&BehindPin::Data.pin()));
    }
    let mut tx = state.db.read(&own.scope).await?;
    let data = own_data::without_looks(&mut tx, own.found.clone()).await?;
    let looks = lately(&mut tx, &own, state.now()).await?;
    drop(tx);
    own.note_look(&state, "own_data").await?;
    let lang = own.reader.lang;
    let view = data_view(lang, &data);
    let body = move || view! { <DataPage lang view looks/> }.into_any();
    Ok(answer(&state, &own, words::data::title(lang), body).await)
}

/// The same with all looks; the log is gone through, which takes a while.
async fn download(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(&BehindPin::Home.pin()));
    }
    let (scope, found) = (own.scope.clone(), own.found.clone());
    let gathered = state.aside(async move |state| own_data::of(&mut state.db.read(&scope).await?, found).await);
    let data = gathered.await?;
    own.note_look(&state, "own_data").await?;
    data_file(own.reader.lang, state.today(), &data)
}
