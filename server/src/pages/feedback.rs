//! Feedback: the form that anybody fills in without a sign-in, what its sender reads, and the desk's queue with an answer
//! (docs/access.md, Feedback).

use app::feedback::{
    ChooseFeedback, FeedbackForm, FeedbackLine, FeedbackPage, FeedbackQueue, FeedbackSent, FeedbackTyped, FeedbackView,
    OTHER, QUEUE_PATH, SAME, SentFeedback,
};
use app::requests::answered::Answered;
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::feedback::{FeedbackKind, WORDS};
use domain::fields::LINE;
use domain::ids::{FeedbackId, MunicipalityCode, uuid_v5};
use domain::names::can_be_said;
use domain::time::Day;
use http::StatusCode;
use leptos::prelude::*;
use uuid::Uuid;

use super::reading::Reading;
use super::saving::{Sent, id_of_new};
use super::{Reader, Said, form_status, found_again, id_in, own_page, page, page_with_status, see_other};
use crate::access::accounts::own_organisation;
use crate::access::{Actor, attempts};
use crate::audit::{self, Entry};
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::feedback::{self, Again, Feedback, Kept, Told};
use crate::help;
use crate::letters;
use crate::routes::Routes;
use crate::state::AppState;
use crate::statements;
use crate::web::client::Client;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/feedback", choose)
        .get("/feedback/{code}", form)
        .post("/feedback/{code}", send)
        .get("/feedback/{code}/{id}", sent)
        .get(QUEUE_PATH, queue)
        .get("/requests/feedback/{id}", show)
        .post("/requests/feedback/{id}/answer", answer)
}

fn title(lang: Lang) -> &'static str {
    texts::feedback::title(lang)
}

/// Where there is one municipality nobody has to choose.
async fn choose(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let all = statements::municipalities(&mut state.db.read(Unscoped::Door).await?).await?;
    if let [(only, _)] = all.as_slice() {
        return Ok(see_other(&format!("/feedback/{}", only.as_str())));
    }
    let lang = reader.lang;
    let lines: Vec<_> = all.into_iter().map(|(code, name)| (code.as_str().to_owned(), name)).collect();
    let body = move || view! { <ChooseFeedback lang lines/> }.into_any();
    Ok(own_page(&reader.of_participants(), StatusCode::OK, title(lang), false, body).await)
}

/// A municipality that is known here.
struct Here {
    code: MunicipalityCode,
    name: String,
}

/// With whom to call there on the page, which addresses people as that municipality does.
async fn here(tx: &mut Tx, reader: &mut Reader, code: &str) -> Result<Here, Error> {
    let all = statements::municipalities(tx).await?;
    let (code, name) = all.into_iter().find(|(known, _)| known.as_str() == code).ok_or(Error::NotFound)?;
    reader.help = help::of(tx, &code).await?;
    reader.lang = reader.lang.addressing(letters::form_of(tx, &code).await?);
    Ok(Here { code, name })
}

async fn form(State(state): State<AppState>, mut reader: Reader, Path(code): Path<String>) -> Result<Response, Error> {
    let here = here(&mut state.db.read(Unscoped::Door).await?, &mut reader, &code).await?;
    let rev = id_of_new(&state, FeedbackId::new).to_string();
    let typed = FeedbackTyped { rev, ..FeedbackTyped::default() };
    Ok(found_again(draw_form(reader, here, typed, Vec::new()).await))
}

async fn draw_form(reader: Reader, here: Here, typed: FeedbackTyped, errors: Vec<FieldError>) -> Response {
    let (lang, status) = (reader.lang, form_status(&errors));
    let municipality = (here.code.as_str().to_owned(), here.name);
    let body = move || view! { <FeedbackForm lang municipality typed errors/> }.into_any();
    own_page(&reader.of_participants(), status, title(lang), false, body).await
}

async fn send(
    State(state): State<AppState>,
    mut reader: Reader,
    Client(from): Client,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let here = here(&mut state.db.read(Unscoped::Door).await?, &mut reader, &code).await?;
    let typed = typed(&fields);
    let told = match read(reader.lang, &typed) {
        Ok(told) => told,
        Err(errors) => return Ok(draw_form(reader, here, typed, errors).await),
    };
    // Nobody sees that field: what fills it in is a program, and nothing of it is kept.
    if !fields.one("website").is_empty() {
        return Ok(see_other("/feedback"));
    }
    attempts::counted(&state, &attempts::of_feedback(from)).await?;
    let error = match keep(&state, &here.code, id_on(&state, &typed), &told, again(&typed)).await? {
        Kept::As(id) => return Ok(see_other(&format!("/feedback/{}/{id}", here.code.as_str()))),
        Kept::Asks => FieldError::new("again", texts::feedback::error::again(reader.lang)),
        Kept::Full => FieldError::new("words", texts::feedback::error::too_many(reader.lang)),
    };
    Ok(draw_form(reader, here, typed, vec![error]).await)
}

fn again(typed: &FeedbackTyped) -> Again {
    match typed.again.as_str() {
        SAME => Again::Same,
        OTHER => Again::Other,
        _ => Again::Unsaid,
    }
}

fn typed(fields: &Fields) -> FeedbackTyped {
    let one = |name| fields.one(name).to_owned();
    FeedbackTyped {
        rev: one("rev"),
        kind: one("kind"),
        words: one("words").replace("\r\n", "\n"),
        name: one("name"),
        contact: one("contact"),
        again: one("again"),
    }
}

/// By the page alone: sent again after going back it is the same; with other words it says whether it is.
fn id_on(state: &AppState, typed: &FeedbackTyped) -> FeedbackId {
    let page = typed.rev.parse::<Uuid>().unwrap_or_else(|_| id_of_new(state, FeedbackId::new).0);
    FeedbackId(uuid_v5(page, &["feedback"]))
}

/// What was filled in, or everything that is wrong with it.
fn read(lang: Lang, typed: &FeedbackTyped) -> Result<Told, Vec<FieldError>> {
    use texts::feedback::error as e;
    let mut form = Reading::new(lang);
    let kind = form.chosen("kind", FeedbackKind::from_code(&typed.kind), e::kind(lang));
    if !can_be_said(&typed.words) {
        form.wrong::<()>("words", e::words(lang));
    }
    for (field, text, most) in
        [("words", &typed.words, WORDS), ("name", &typed.name, LINE), ("contact", &typed.contact, LINE)]
    {
        if text.chars().count() > most {
            let most = texts::whole(most);
            form.wrong::<()>(field, texts::requests::error::too_long(lang, most));
        }
    }
    let (Some(kind), true) = (kind, form.errors.is_empty()) else { return Err(form.errors) };
    let FeedbackTyped { words, name, contact, .. } = typed.clone();
    Ok(Told { kind, words, language: lang.alone(), name, contact })
}

async fn keep(
    state: &AppState,
    code: &MunicipalityCode,
    id: FeedbackId,
    told: &Told,
    again: Again,
) -> Result<Kept, Error> {
    let today = state.today();
    let kept = state.write(Unscoped::Door, |mut tx| async move {
        let own = own_organisation(&mut tx, code).await?.ok_or(Error::NotFound)?;
        let kept = feedback::keep(&mut tx, code, own, (id, told, again), today).await?;
        Ok(tx.done(kept))
    });
    kept.await
}

/// Whoever sent it knows its address, and nobody else can guess it.
async fn sent(
    State(state): State<AppState>,
    mut reader: Reader,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    let Here { code, name } = here(&mut tx, &mut reader, &code).await?;
    let found = feedback::sent(&mut tx, &code, id_in(&id)?).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let Feedback { number, due_on, answer, .. } = found;
    let answer = answer.map(|answer| (answer.words, answer.on));
    let sent = SentFeedback { municipality: name, number, due_on, answer };
    let (lang, code) = (reader.lang, code.as_str().to_owned());
    let body = move || view! { <FeedbackSent lang code sent/> }.into_any();
    Ok(own_page(&reader.of_participants(), StatusCode::OK, texts::feedback::sent::title(lang), false, body).await)
}

async fn queue(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ErasePeople)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (waiting, answered) = (feedback::queue(&mut tx).await?, feedback::answered(&mut tx).await?);
    drop(tx);
    audit::note_list(&state, &actor, None, waiting.len() + answered.len(), &request::id_of(&extensions)).await?;
    let (lang, today) = (reader.lang, actor.scope.today());
    let (waiting, answered): (Vec<_>, Vec<_>) =
        (waiting.into_iter().map(line).collect(), answered.into_iter().map(line).collect());
    let body = move || view! { <FeedbackQueue lang today waiting answered/> }.into_any();
    Ok(page(&reader, texts::feedback::queue::title(lang), body).await)
}

/// So much of it stands in the list.
const BEGINS: usize = 80;

fn line(feedback: Feedback) -> FeedbackLine {
    let Feedback { id, number, told, received_on, due_on, answer } = feedback;
    let mut begins: String = told.words.chars().take(BEGINS).collect();
    if begins.len() < told.words.len() {
        begins.push('…');
    }
    FeedbackLine {
        id,
        number,
        kind: told.kind,
        begins,
        received_on,
        due_on,
        answered_on: answer.map(|answer| answer.on),
    }
}

/// One that came to the own organisation, read with a row of the log.
async fn read_by(state: &AppState, actor: &Actor, id: &str, request_id: &str) -> Result<Feedback, Error> {
    actor.scope.require(Action::ErasePeople)?;
    let found = feedback::find(&mut state.db.read(&actor.scope).await?, id_in(id)?).await?;
    let look = Entry::of_feedback(actor, state.now(), "view", found.id, request_id);
    audit::note(state, actor.scope.municipality(), &look).await?;
    Ok(found)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let found = read_by(&state, &actor, &id, &request::id_of(&extensions)).await?;
    let said = (said == "answered").then(|| texts::feedback::page::answered(reader.lang));
    Ok(draw(&reader, FeedbackView { said, ..view_of(found, actor.scope.today()) }).await)
}

fn view_of(feedback: Feedback, today: Day) -> FeedbackView {
    let Feedback { id, number, told, received_on, due_on, answer } = feedback;
    let Told { kind, words, language, name, contact } = told;
    let answer = answer.map(|answer| Answered { words: answer.words, on: answer.on, by: answer.by });
    FeedbackView {
        id,
        number,
        kind,
        words,
        language,
        name,
        contact,
        today,
        received_on,
        due_on,
        answer,
        typed: String::new(),
        errors: Vec::new(),
        said: None,
    }
}

async fn draw(reader: &Reader, view: FeedbackView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let title = texts::feedback::one(lang);
    page_with_status(reader, status, title, move || view! { <FeedbackPage lang view/> }.into_any()).await
}

async fn answer(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    use texts::feedback::error as e;
    sent.scope().require(Action::ErasePeople)?;
    let lang = sent.lang();
    let found = feedback::find(&mut sent.state.db.read(sent.scope()).await?, id_in(&id)?).await?;
    let typed = sent.fields.one("answer").replace("\r\n", "\n");
    let mut form = Reading::new(lang);
    if !can_be_said(&typed) {
        form.wrong::<()>("answer", texts::requests::error::answer(lang));
    } else if typed.chars().count() > WORDS {
        form.wrong::<()>("answer", texts::requests::error::too_long(lang, texts::whole(WORDS)));
    }
    let then = see_other(&format!("{QUEUE_PATH}/{}?said=answered", found.id));
    // The button was pressed twice.
    if form.errors.is_empty() && found.answer.as_ref().is_some_and(|answer| answer.words == typed) {
        return Ok(then);
    }
    if form.errors.is_empty() && write_answer(&sent, &found, &typed).await? {
        return Ok(then);
    }
    if form.errors.is_empty() {
        form.wrong::<()>("answer", e::answered(lang));
    }
    let found = read_by(&sent.state, &sent.actor, &id, &sent.request_id).await?;
    Ok(draw(&sent.reader, FeedbackView { typed, errors: form.errors, ..view_of(found, sent.scope().today()) }).await)
}

/// Writes it with its row of the log; `false`: somebody was first.
async fn write_answer(sent: &Sent, found: &Feedback, words: &str) -> Result<bool, Error> {
    let state = &sent.state;
    let entry = &Entry::of_feedback(&sent.actor, state.now(), "feedback.answer", found.id, &sent.request_id);
    let answered = state.write(sent.scope(), |mut tx| async move {
        let answered = feedback::answer(&mut tx, found, words).await?;
        if answered {
            let (bare, tenant) = tx.unscoped(Unscoped::Audit);
            audit::append(bare, &state.secrets, tenant, entry).await?;
        }
        Ok(tx.done(answered))
    });
    answered.await
}
