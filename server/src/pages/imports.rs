//! Files at the desk: sent, looked at, taken in; and what earlier ones came to, row by row, and taken back.

mod history;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use app::imports::{
    FilePage, FileView, FoundKind, FoundLine, FoundView, ImportLine, ImportsPage, ImportsView, LISTED, State as Shown,
};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::response::Response;
use domain::ids::{ParticipantId, UserId, uuid_v5, uuid_v7};
use domain::sync::canon::Hash;
use domain::time::Instant;
use http::header::{HeaderValue, REFRESH};
use leptos::prelude::*;
use uuid::Uuid;

use super::{PageAsked, Reader, form_status, id_in, page, page_with_status, see_other};
use crate::access::{Actor, Scope, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::files::import::upload::{self, Found, KindLine, Line, MOST_BYTES, NewFile, Sent, Stage};
use crate::files::import::view::{self, Import};
use crate::files::kinds::Kind;
use crate::files::{messages, present};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::web::upload::{SentFile, Upload};
use history::{ask_undo, rows, undo};

/// So long an answer waits for what is being done; then the page says how far it has come.
const PATIENCE: Duration = Duration::from_secs(3);

/// After so many seconds the page of something under way loads itself again.
const AGAIN: &str = "3";

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(app::imports::PATH, list)
        .post(app::imports::PATH, send)
        .get("/imports/{id}", show)
        .post("/imports/{id}/start", start)
        .post("/imports/{id}/drop", drop_file)
        .get("/imports/{id}/rows", rows)
        .get("/imports/{id}/undo", ask_undo)
        .post("/imports/{id}/undo", undo)
}

/// Who may import, with the scope in which files are taken in.
struct Importer {
    state: AppState,
    reader: Reader,
    actor: Actor,
    scope: Scope,
    request_id: String,
}

impl FromRequestParts<AppState> for Importer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut http::request::Parts, state: &AppState) -> Result<Self, Error> {
        let actor = Actor::from_request_parts(parts, state).await?;
        let scope = upload::scope_of(state, &actor).await?;
        let reader = Reader::from_request_parts(parts, state).await?;
        Ok(Self { state: state.clone(), reader, actor, scope, request_id: request::id_of(&parts.extensions) })
    }
}

/// Which kind of file is to be chosen already, and which page of the imports is asked for.
#[derive(serde::Deserialize)]
struct ListAsked {
    #[serde(default)]
    kind: String,
    #[serde(flatten)]
    part: PageAsked,
}

async fn list(by: Importer, Query(ListAsked { kind, part }): Query<ListAsked>) -> Result<Response, Error> {
    draw_list(&by, part.number(), Vec::new(), kind, None).await
}

async fn draw_list(
    by: &Importer,
    asked: i64,
    errors: Vec<FieldError>,
    kind: String,
    rev: Option<Uuid>,
) -> Result<Response, Error> {
    let mut tx = by.state.db.read(&by.scope).await?;
    let lang = by.reader.lang;
    let now = by.state.now();
    let rev = rev.unwrap_or_else(|| by.state.with_chance(|chance| uuid_v7(now, chance))).to_string();
    let total = upload::count(&mut tx).await?;
    // One page further than there are: the way back leads to the last one.
    let number = asked.min(total / LISTED + 2);
    let lines = lines(&mut tx, lang, number).await?;
    let view = ImportsView { lines, page: number, total, kinds: kinds(lang), kind, rev, errors };
    drop(tx);
    let status = form_status(&view.errors);
    let body = move || view! { <ImportsPage lang view/> }.into_any();
    Ok(page_with_status(&by.reader, status, texts::imports::title(lang), body).await)
}

fn kinds(lang: Lang) -> Vec<app::imports::KindOfFile> {
    let kind = |kind: &Kind| app::imports::KindOfFile {
        code: kind.code(),
        words: messages::kind(lang, *kind),
        columns: kind.columns(),
        required: kind.required(),
    };
    Kind::ALL.iter().map(kind).collect()
}

/// One page of the jobs and the files that are not taken in yet, the newest first. Both are read up to its end: what stands
/// on a page is known once they lie among each other.
async fn lines(tx: &mut ScopedTx, lang: Lang, number: i64) -> Result<Vec<ImportLine>, Error> {
    let jobs = view::newest(tx, number * LISTED).await?;
    let sent = upload::newest(tx, number * LISTED).await?;
    let names = upload::senders(tx).await?;
    let by: HashMap<Uuid, UserId> = sent.iter().map(|one| (one.id, one.by)).collect();
    let name = |user: &UserId| names.get(user).cloned().unwrap_or_default();
    let waiting = sent.iter().filter(|one| !jobs.iter().any(|job| job.id == one.id));
    let waiting = waiting.map(|one| ImportLine {
        href: format!("/imports/{}", one.id),
        at: one.sent_at,
        file: one.file.clone(),
        kind: messages::kind(lang, one.kind),
        by: name(&one.by),
        state: shown(one, None),
    });
    let jobs = jobs.iter().map(|job| ImportLine {
        href: format!("/imports/{}", job.id),
        at: job.started_at,
        file: job.file.clone(),
        kind: messages::kind(lang, job.kind),
        by: by.get(&job.id).map(name).unwrap_or_default(),
        state: of_job(job),
    });
    let mut all: Vec<_> = jobs.chain(waiting).collect();
    all.sort_by_key(|line| std::cmp::Reverse(line.at));
    let at = |n: i64| usize::try_from(n).unwrap_or_default();
    Ok(all.into_iter().skip(at((number - 1) * LISTED)).take(at(LISTED)).collect())
}

fn shown(sent: &Sent, job: Option<&Import>) -> Shown {
    match (sent.stage(), job) {
        (Stage::Checking, _) => Shown::Checking,
        (Stage::Refused, _) => {
            Shown::Refused { wrong: texts::whole(sent.found.as_ref().map_or(0, |found| found.wrong)) }
        }
        (Stage::Sound, _) => Shown::Sound,
        (Stage::Wanted, None) => Shown::Writing { done: 0, all: 0 },
        (Stage::Wanted | Stage::TakenIn, Some(job)) => of_job(job),
        (Stage::TakenIn | Stage::Dropped, _) => Shown::Dropped,
    }
}

fn of_job(job: &Import) -> Shown {
    match job.ended_at {
        Some(at) => {
            Shown::Done { at, created: job.created, changed: job.changed, unchanged: job.unchanged, undone: job.undone }
        }
        None if job.checked_at.is_none() => Shown::Writing { done: 0, all: 0 },
        None => Shown::Writing { done: job.rows_done, all: job.rows_all },
    }
}

/// A form with a file, from somebody who may import.
struct SentForm {
    by: Importer,
    upload: Upload,
}

impl FromRequest<AppState> for SentForm {
    type Rejection = Error;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let by = Importer::from_request_parts(&mut parts, state).await?;
        let upload = Upload::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { by, upload })
    }
}

async fn send(SentForm { by, upload: Upload { fields, file } }: SentForm) -> Result<Response, Error> {
    let lang = by.reader.lang;
    let kind = Kind::from_code(fields.one("kind"));
    let id = fields.one("rev").parse::<Uuid>().ok();
    let (errors, sound) = match (kind, file) {
        (Some(kind), Some(file)) if file.bytes.len() <= MOST_BYTES && !file.bytes.is_empty() => {
            (Vec::new(), Some((kind, file)))
        }
        (kind, file) => (wrong(lang, kind, file.as_ref()), None),
    };
    let Some((kind, file)) = sound else {
        return draw_list(&by, 1, errors, fields.one("kind").to_owned(), id).await;
    };
    let now = by.state.now();
    let form = id.unwrap_or_else(|| by.state.with_chance(|chance| uuid_v7(now, chance)));
    // A second click is the same file; another file, sent by going back, is another one.
    let id = uuid_v5(form, &["import", kind.code(), &Hash::of(&file.bytes).to_string()]);
    let new = NewFile { id, kind, name: &file.name, bytes: &file.bytes };
    upload::keep(&by.state, &by.scope, &by.actor, &new, &by.request_id).await?;
    begin(&by, id).await;
    Ok(see_other(&format!("/imports/{id}")))
}

fn wrong(lang: Lang, kind: Option<Kind>, file: Option<&SentFile>) -> Vec<FieldError> {
    use texts::imports::error as t;
    let kind = kind.is_none().then(|| FieldError::new("kind", t::kind(lang)));
    let file = match file {
        None => Some(t::file(lang).to_owned()),
        Some(file) if file.bytes.is_empty() => Some(t::empty(lang).to_owned()),
        Some(file) if file.bytes.len() > MOST_BYTES => {
            Some(t::too_large(lang, texts::whole(MOST_BYTES / (1024 * 1024))))
        }
        Some(_) => None,
    };
    kind.into_iter().chain(file.map(|text| FieldError::new("file", text))).collect()
}

/// Has the file worked on beside the requests, and waits a moment for the end.
async fn begin(by: &Importer, id: Uuid) {
    let (state, scope) = (by.state.clone(), by.scope.clone());
    let stuck = "a file that was sent to the desk could not be worked on";
    begin_work(stuck, async move { upload::work(&state, &scope, id).await }).await;
}

/// Begins work beside the requests, and waits a moment for its end; `stuck`: what the log says where it fails.
async fn begin_work(stuck: &'static str, work: impl Future<Output = Result<(), Error>> + Send + 'static) {
    let work = tokio::spawn(async move {
        if let Err(error) = work.await {
            tracing::error!(%error, "{stuck}");
        }
    });
    // Who does not wait so long sees the page of what is under way; the work goes on.
    let _ = tokio::time::timeout(PATIENCE, work).await;
}

async fn show(by: Importer, Path(id): Path<String>) -> Result<Response, Error> {
    let (id, lang) = (id_in(&id)?, by.reader.lang);
    let mut tx = by.state.db.read(&by.scope).await?;
    let job = view::of(&mut tx, id).await?;
    let sent = match upload::find(&mut tx, id).await {
        Ok(sent) => Some(sent),
        // A file of the command line has a job alone.
        Err(Error::NotFound) if job.is_some() => None,
        Err(error) => return Err(error),
    };
    let notices = match &job {
        Some(job) if job.ended_at.is_some() => view::notices_of(&mut tx, id).await?,
        _ => Vec::new(),
    };
    let names = upload::senders(&mut tx).await?;
    let people = changed_people(&mut tx, sent.as_ref()).await?;
    drop(tx);
    let Some(head) = Head::of(sent.as_ref(), job.as_ref()) else { return Err(Error::NotFound) };
    let state =
        sent.as_ref().map_or_else(|| job.as_ref().map_or(Shown::Dropped, of_job), |sent| shown(sent, job.as_ref()));
    let found = sent.and_then(|sent| sent.found).filter(|_| matches!(state, Shown::Refused { .. } | Shown::Sound));
    let mut found = found.map(|found| found_view(lang, found, &people)).unwrap_or_default();
    if matches!(state, Shown::Done { .. }) {
        found.noticed = job.as_ref().map_or(0, |job| job.notices);
        found.notices =
            notices.iter().take(MOST_NOTICES).map(|one| noticed_line(lang, upload::notice_line(one))).collect();
    }
    let named = match head.kind {
        Kind::Participants => found.changes.len() + found.problems.len(),
        _ => people.len().min(found.changes.len()),
    };
    audit::note_list(&by.state, &by.actor, None, named, &by.request_id).await?;
    let view = FileView {
        id: id.to_string(),
        file: head.file,
        kind: messages::kind(lang, head.kind),
        kind_code: head.kind.code(),
        by: head.by.and_then(|by| names.get(&by).cloned()).unwrap_or_default(),
        at: head.at,
        state,
        found,
    };
    let goes_on = view.state.goes_on();
    let body = move || view! { <FilePage lang view/> }.into_any();
    let mut response = page(&by.reader, texts::imports::one(lang), body).await;
    if goes_on {
        response.headers_mut().insert(REFRESH, HeaderValue::from_static(AGAIN));
    }
    Ok(response)
}

/// Of very many notices the page of an import tells the first.
const MOST_NOTICES: usize = 1_000;

/// What a file and its job are called.
struct Head {
    file: String,
    kind: Kind,
    at: Instant,
    by: Option<UserId>,
}

impl Head {
    fn of(sent: Option<&Sent>, job: Option<&Import>) -> Option<Self> {
        let of_sent =
            sent.map(|one| Self { file: one.file.clone(), kind: one.kind, at: one.sent_at, by: Some(one.by) });
        of_sent.or_else(|| job.map(|job| Self { file: job.file.clone(), kind: job.kind, at: job.started_at, by: None }))
    }
}

/// Names of those whom the changes are about that a file would make.
async fn changed_people(tx: &mut ScopedTx, sent: Option<&Sent>) -> Result<HashMap<ParticipantId, String>, Error> {
    let found = sent.and_then(|sent| sent.found.as_ref());
    let ids: BTreeSet<_> = found.into_iter().flat_map(|found| &found.changes).filter_map(|line| line.person).collect();
    let people = present::people_by_id(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(people.into_iter().map(|(id, person)| (id, person.profile.list_name())).collect())
}

fn found_view(lang: Lang, found: Found, people: &HashMap<ParticipantId, String>) -> FoundView {
    let Found { created, changed, unchanged, noticed, notices, wrong, problems, kinds, changes } = found;
    FoundView {
        counts: [created, changed, unchanged].map(texts::whole),
        noticed: texts::whole(noticed),
        notices: notices.into_iter().map(|line| noticed_line(lang, line)).collect(),
        wrong: texts::whole(wrong),
        problems: problems.into_iter().map(|line| found_line(lang, line)).collect(),
        kinds: kinds.into_iter().map(|kind| found_kind(lang, kind)).collect(),
        changes: changes.into_iter().map(|line| change_line(lang, line, people)).collect(),
    }
}

fn change_line(lang: Lang, line: Line, people: &HashMap<ParticipantId, String>) -> FoundLine {
    let name = line.person.and_then(|person| people.get(&person));
    let told = found_line(lang, line);
    match name {
        Some(name) => FoundLine { value: name.clone(), ..told },
        None => told,
    }
}

fn in_language(lang: Lang, words: [String; 3]) -> String {
    let at = Lang::ALL.iter().position(|other| *other == lang);
    at.and_then(|at| words.into_iter().nth(at)).unwrap_or_default()
}

fn found_line(lang: Lang, line: Line) -> FoundLine {
    let Line { line, column, value, words, .. } = line;
    FoundLine { line: line.map(texts::whole), column, value, words: in_language(lang, words) }
}

fn noticed_line(lang: Lang, line: Line) -> FoundLine {
    let line = found_line(lang, line);
    FoundLine { value: messages::notice_value(lang, &line.value), ..line }
}

fn found_kind(lang: Lang, kind: KindLine) -> FoundKind {
    let KindLine { column, count: n, lines, words } = kind;
    FoundKind { column, count: texts::whole(n), lines, words: in_language(lang, words) }
}

async fn start(by: Importer, Path(id): Path<String>) -> Result<Response, Error> {
    let id = id_in(&id)?;
    if upload::want(&by.state, &by.scope, &by.actor, id, &by.request_id).await? {
        begin(&by, id).await;
    }
    Ok(see_other(&format!("/imports/{id}")))
}

async fn drop_file(by: Importer, Path(id): Path<String>) -> Result<Response, Error> {
    let id = id_in(&id)?;
    upload::drop_file(&by.state, &by.scope, id).await?;
    Ok(see_other(app::imports::PATH))
}
