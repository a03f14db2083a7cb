//! The desk's pages of what people ask for by their rights: the queue, one request with its answer, and entering one.

use app::requests::PersonsRequest;
use app::requests::answered::Answered;
use app::requests::form::{AT_DESK, EnterRequest, EnterView, RequestTyped};
use app::requests::page::{RequestPage, RequestView};
use app::requests::queue::{PAGE, Queue, QueueLine, RequestQueue, TakenBackLine};
use app::texts::{self, Lang, typed_day};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::{ParticipantId, RequestId};
use domain::names::can_be_said;
use domain::requests::{RequestChannel, RequestKind, RequestPart, WORDS, due_extended};
use domain::time::Day;
use leptos::prelude::*;

use super::people::persons_request;
use super::reading::Reading;
use super::saving::{Sent, id_of_new};
use super::{PageAsked, Reader, Said, form_status, id_in, page, page_with_status, see_other};
use crate::access::{Actor, Scope};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::people::{self, Found, merged};
use crate::requests::{self, Asked, Kept, New, Queued, Request, TakenBack};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/requests", queue)
        .get("/requests/{id}", show)
        .post("/requests/{id}/answer", answer)
        .post("/requests/{id}/extend", extend)
        .get("/people/{id}/requests/new", new_form)
        .post("/people/{id}/requests/new", enter)
}

async fn queue(
    State(state): State<AppState>,
    mut reader: Reader,
    actor: Actor,
    Query(part): Query<PageAsked>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ErasePeople)?;
    let number = part.number();
    let mut tx = state.db.read(&actor.scope).await?;
    let (rows, total) = requests::queue(&mut tx, PAGE, (number - 1) * PAGE).await?;
    let taken_back = if number == 1 { requests::taken_back(&mut tx).await? } else { Vec::new() };
    drop(tx);
    let named = rows.len() + taken_back.len();
    audit::note_list(&state, &actor, None, named, &request::id_of(&extensions)).await?;
    reader.here = format!("/requests?page={number}");
    let (lang, today) = (reader.lang, actor.scope.today());
    let feedback = reader.own.then_some(reader.feedback.all);
    let lines = rows.into_iter().map(line).collect();
    let taken_back = taken_back.into_iter().map(taken_back_line).collect();
    let view = Queue { today, lines, page: number, total, taken_back, feedback };
    Ok(page(&reader, texts::requests::title(lang), move || view! { <RequestQueue lang view/> }.into_any()).await)
}

fn line(queued: Queued) -> QueueLine {
    let Queued { id, person, kind, received_on, due_on, extended } = queued;
    let restricted = person.profile.restricted;
    QueueLine { id, name: person.profile.list_name(), kind, received_on, due_on, extended, restricted }
}

fn taken_back_line(taken_back: TakenBack) -> TakenBackLine {
    let TakenBack { id, person, kind, received_on, on } = taken_back;
    TakenBackLine { id, name: person.profile.list_name(), kind, received_on, taken_back_on: on }
}

/// One request within reach, with whose it is now.
struct Here {
    request: Request,
    /// The record that stands for the one under which it came.
    person: Found,
}

async fn here(state: &AppState, scope: &Scope, id: &str) -> Result<Here, Error> {
    scope.require(Action::ErasePeople)?;
    let mut tx = state.db.read(scope).await?;
    let request = requests::find(&mut tx, id_in(id)?).await?;
    let kept = merged::stood_for(&mut tx, Action::ErasePeople, request.participant).await?;
    let person = people::find(&mut tx, Action::ErasePeople, kept.unwrap_or(request.participant)).await?;
    Ok(Here { request, person })
}

async fn note_look(state: &AppState, actor: &Actor, person: ParticipantId, request_id: &str) -> Result<(), Error> {
    let look = Entry { fields: "request".to_owned(), ..Entry::of_look(actor, state.now(), person, request_id) };
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let here = here(&state, &actor.scope, &id).await?;
    note_look(&state, &actor, here.person.person.id, &request::id_of(&extensions)).await?;
    let lang = reader.lang;
    let said = match said.as_str() {
        "saved" => Some(texts::requests::page::saved(lang)),
        "answered" => Some(texts::requests::page::answered(lang)),
        "extended" => Some(texts::requests::page::extended_done(lang)),
        _ => None,
    };
    Ok(draw(&reader, RequestView { said, ..view_of(here, actor.scope.today()) }).await)
}

async fn draw(reader: &Reader, view: RequestView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let title = texts::requests::one(lang);
    page_with_status(reader, status, title, move || view! { <RequestPage lang view/> }.into_any()).await
}

fn view_of(here: Here, today: Day) -> RequestView {
    let Here { request, person } = here;
    let may_extend_to = may_extend(&request, today).then(|| due_extended(request.received_on));
    let Asked { kind, part, words, language, channel } = request.asked;
    let answered = |answer: requests::Answer| Answered { words: answer.words, on: answer.on, by: answer.by };
    RequestView {
        id: request.id,
        person: person.person.id,
        name: person.person.profile.full_name(),
        restricted: person.person.profile.restricted,
        today,
        kind,
        part,
        words,
        language,
        channel,
        received_on: request.received_on,
        due_on: request.due_on,
        entered_by: request.entered_by,
        extended: request.extended,
        may_extend_to,
        answer: request.answer.map(answered),
        taken_back_on: request.taken_back_on,
        typed: (String::new(), String::new()),
        errors: Vec::new(),
        said: None,
    }
}

/// More time is taken once, and told within the first month.
fn may_extend(request: &Request, today: Day) -> bool {
    request.waits() && request.extended.is_none() && today <= request.due_on
}

/// Several lines as typed, at most as long as is kept; nothing where nothing was said.
fn words(form: &mut Reading, fields: &Fields, field: &'static str, missing: &'static str) -> String {
    let typed = fields.one(field).replace("\r\n", "\n");
    if !can_be_said(&typed) {
        form.wrong::<()>(field, missing);
    } else {
        not_too_long(form, field, &typed);
    }
    typed
}

fn not_too_long(form: &mut Reading, field: &'static str, typed: &str) {
    if typed.chars().count() > WORDS {
        let most = texts::whole(WORDS);
        form.wrong::<()>(field, texts::requests::error::too_long(form.lang(), most));
    }
}

/// The page with what was typed, and what is wrong with it; what was done by others meanwhile stands there, too.
async fn again(sent: &Sent, id: &str, typed: (String, String), errors: Vec<FieldError>) -> Result<Response, Error> {
    let here = here(&sent.state, sent.scope(), id).await?;
    note_look(&sent.state, &sent.actor, here.person.person.id, &sent.request_id).await?;
    Ok(draw(&sent.reader, RequestView { typed, errors, ..view_of(here, sent.scope().today()) }).await)
}

async fn answer(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    use texts::requests::error as e;
    let Here { request, .. } = here(&sent.state, sent.scope(), &id).await?;
    let mut form = Reading::new(sent.lang());
    let typed = words(&mut form, &sent.fields, "answer", e::answer(sent.lang()));
    if !form.errors.is_empty() {
        return again(&sent, &id, (typed, String::new()), form.errors).await;
    }
    let then = see_other(&format!("/requests/{}?said=answered", request.id));
    // The button was pressed twice.
    if request.answer.as_ref().is_some_and(|answer| answer.words == typed) {
        return Ok(then);
    }
    if done(&sent, &request, Done::Answered(&typed)).await? {
        return Ok(then);
    }
    // Somebody was first: a colleague with an answer, or the person.
    let taken_back = here(&sent.state, sent.scope(), &id).await?.request.taken_back_on.is_some();
    let first = if taken_back { e::taken_back(sent.lang()) } else { e::answered(sent.lang()) };
    again(&sent, &id, (typed, String::new()), vec![FieldError::new("answer", first)]).await
}

async fn extend(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    use texts::requests::error as e;
    let Here { request, .. } = here(&sent.state, sent.scope(), &id).await?;
    let mut form = Reading::new(sent.lang());
    let typed = words(&mut form, &sent.fields, "why", e::why(sent.lang()));
    let then = see_other(&format!("/requests/{}?said=extended", request.id));
    // The button was pressed twice.
    if request.extended.as_ref().is_some_and(|(_, why)| *why == typed) {
        return Ok(then);
    }
    if form.errors.is_empty() && !may_extend(&request, sent.scope().today()) {
        form.wrong::<()>("why", e::no_more_time(sent.lang()));
    }
    if form.errors.is_empty() && !done(&sent, &request, Done::Extended(&typed)).await? {
        form.wrong::<()>("why", e::no_more_time(sent.lang()));
    }
    if form.errors.is_empty() {
        return Ok(then);
    }
    again(&sent, &id, (String::new(), typed), form.errors).await
}

/// What is done with a request.
#[derive(Clone, Copy)]
enum Done<'a> {
    Answered(&'a str),
    Extended(&'a str),
}

/// Writes it with its row of the log; `false`: somebody was first.
async fn done(sent: &Sent, request: &Request, done: Done<'_>) -> Result<bool, Error> {
    let state = &sent.state;
    let changed = state.write(sent.scope(), |mut tx| async move {
        let (changed, verb) = match done {
            Done::Answered(words) => (requests::answer(&mut tx, request, words).await?, "request.answer"),
            Done::Extended(why) => (requests::extend(&mut tx, request, why).await?, "request.extend"),
        };
        if changed {
            let entry = entry(sent, verb, request.participant, request.id, request.asked.kind);
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(changed))
    });
    changed.await
}

fn entry(sent: &Sent, verb: &str, person: ParticipantId, id: RequestId, kind: RequestKind) -> Entry {
    let (entities, fields) = (format!("participant:{person} request:{id}"), format!("kind={}", kind.code()));
    Entry { entities, fields, ..Entry::at_the_desk(&sent.actor, sent.state.now(), verb, &sent.request_id) }
}

/// The person of the form, within reach, also where the processing is restricted; and what of them waits for an answer.
async fn about(state: &AppState, scope: &Scope, id: &str) -> Result<(Found, Vec<PersonsRequest>), Error> {
    scope.require(Action::ErasePeople)?;
    let mut tx = state.db.read(scope).await?;
    let found = people::find(&mut tx, Action::ErasePeople, id_in(id)?).await?;
    let records = merged::all(&mut tx, found.reached, Action::ErasePeople).await?;
    let all = requests::of_records(&mut tx, &records).await?;
    Ok((found, all.into_iter().filter(Request::waits).map(persons_request).collect()))
}

async fn new_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let (found, waiting) = about(&state, &actor.scope, &id).await?;
    note_look(&state, &actor, found.person.id, &request::id_of(&extensions)).await?;
    let spoken = Lang::of_person(found.person.profile.language).unwrap_or(reader.lang);
    let typed = RequestTyped {
        rev: id_of_new(&state, RequestId::new).to_string(),
        channel: RequestChannel::Phone.code().to_owned(),
        language: spoken.code().to_owned(),
        received_on: typed_day(actor.scope.today()),
        ..RequestTyped::default()
    };
    let view = entering(&found, waiting, actor.scope.today());
    Ok(draw_form(&reader, EnterView { typed, ..view }).await)
}

/// A form in which nothing was typed.
fn entering(found: &Found, waiting: Vec<PersonsRequest>, today: Day) -> EnterView {
    let (person, name) = (found.person.id, found.person.profile.full_name());
    EnterView { person, name, today, waiting, typed: RequestTyped::default(), errors: Vec::new() }
}

async fn draw_form(reader: &Reader, view: EnterView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let body = move || view! { <EnterRequest lang view/> }.into_any();
    page_with_status(reader, status, texts::requests::enter(lang), body).await
}

async fn enter(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (found, waiting) = about(&sent.state, sent.scope(), &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = RequestTyped {
        rev: one("rev"),
        kind: one("kind"),
        part: one("part"),
        words: one("words").replace("\r\n", "\n"),
        channel: one("channel"),
        language: one("request_language"),
        received_on: one("received_on"),
    };
    let (asked, received_on) = match read(&sent, &typed) {
        Ok(read) => read,
        Err(errors) => return form_again(&sent, &found, waiting, typed, errors).await,
    };
    let id = RequestId::of(found.person.id, sent.carried(RequestId::new).0);
    let new = New { id, asked, received_on, entered_by: Some(sent.actor.user) };
    if !matches!(keep(&sent, &found, &new).await?, Kept::Settled | Kept::TakenBack) {
        return Ok(see_other(&format!("/requests/{id}?said=saved")));
    }
    // What was typed begins anew: its form has been used.
    let typed = RequestTyped { rev: id_of_new(&sent.state, RequestId::new).to_string(), ..typed };
    let errors = vec![FieldError::new("kind", texts::requests::error::settled(sent.lang()))];
    form_again(&sent, &found, waiting, typed, errors).await
}

async fn form_again(
    sent: &Sent,
    found: &Found,
    waiting: Vec<PersonsRequest>,
    typed: RequestTyped,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    note_look(&sent.state, &sent.actor, found.person.id, &sent.request_id).await?;
    let view = entering(found, waiting, sent.scope().today());
    Ok(draw_form(&sent.reader, EnterView { typed, errors, ..view }).await)
}

/// What was asked and when it came, or everything that is wrong with it.
fn read(sent: &Sent, typed: &RequestTyped) -> Result<(Asked, Day), Vec<FieldError>> {
    use texts::requests::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let kind = form.chosen("kind", RequestKind::from_code(&typed.kind), e::kind(lang));
    let part = form.maybe("part", &typed.part, e::choose(lang), RequestPart::from_code);
    if kind.is_some_and(RequestKind::needs_words) && !can_be_said(&typed.words) {
        form.wrong::<()>("words", e::words(lang));
    }
    not_too_long(&mut form, "words", &typed.words);
    let channel = RequestChannel::from_code(&typed.channel).filter(|channel| AT_DESK.contains(channel));
    let channel = form.chosen("channel", channel, e::choose(lang));
    let language = form.chosen("request_language", Lang::from_code(&typed.language), e::choose(lang));
    let received = form.needed_day("received_on", &typed.received_on, texts::people::error::day(lang), today);
    if received.is_some_and(|day| day > today) {
        form.wrong::<()>("received_on", e::future(lang));
    }
    let (Some(kind), Some(channel), Some(language), Some(received), true) =
        (kind, channel, language, received, form.errors.is_empty())
    else {
        return Err(form.errors);
    };
    Ok((Asked { kind, part, words: typed.words.clone(), language, channel }, received))
}

async fn keep(sent: &Sent, found: &Found, new: &New) -> Result<Kept, Error> {
    let state = &sent.state;
    let kept = state.write(sent.scope(), |mut tx| async move {
        let kept = requests::keep(&mut tx, found.reached, new).await?;
        if let Some(verb) = kept.verb() {
            let entry = entry(sent, verb, found.person.id, new.id, new.asked.kind);
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(kept))
    });
    kept.await
}
