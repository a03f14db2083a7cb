//! Files of the desk: people, a group's attendance, a group's results, each as a spreadsheet or as CSV (`?as=csv`) of the
//! same rows. A file about people is logged before it is handed out.

use app::outcomes::council::tables::Table;
use app::texts::{self, Lang};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::ids::GroupId;
use http::header;
use serde::Deserialize;

use super::{Reader, id_in};
use crate::access::{Actor, reach};
use crate::audit;
use crate::error::Error;
use crate::files::desk;
use crate::files::write;
use crate::files::xlsx::{self, Sheet};
use crate::outcomes::tables::{long, sheets};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

/// What a file that is handed out holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    Xlsx,
    Csv,
    Json,
    Text,
    Svg,
}

impl FileKind {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Svg => "image/svg+xml",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Text => "txt",
            Self::Svg => "svg",
        }
    }
}

/// A file for the reader to keep. `name`: its own, without the extension, of letters that need no quoting.
pub fn attachment(name: &str, kind: FileKind, content: impl IntoResponse) -> Response {
    let disposition = format!("attachment; filename=\"{name}.{}\"", kind.extension());
    let headers = [(header::CONTENT_TYPE, kind.media_type().to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, content).into_response()
}

/// As what a table is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum As {
    #[default]
    Xlsx,
    Csv,
}

impl From<As> for FileKind {
    fn from(form: As) -> Self {
        match form {
            As::Xlsx => Self::Xlsx,
            As::Csv => Self::Csv,
        }
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default, rename = "as")]
    pub form: As,
}

/// Tables of figures as a file for the reader to keep: a spreadsheet with a sheet for each, or one long table.
pub fn of_tables(state: &AppState, lang: Lang, name: &str, form: As, tables: &[Table]) -> Result<Response, Error> {
    let bytes = match form {
        As::Xlsx => xlsx::book(&sheets(lang, tables), state.now())?,
        As::Csv => write::sheet(&long(lang, tables)).into_bytes(),
    };
    Ok(attachment(name, form.into(), bytes))
}

/// A file with how many rows it has.
struct Made {
    form: As,
    bytes: Vec<u8>,
    rows: usize,
}

impl Made {
    fn of(sheet: &Sheet, form: As, state: &AppState) -> Result<Self, Error> {
        let bytes = match form {
            As::Xlsx => xlsx::file(sheet, state.now())?,
            As::Csv => write::sheet(sheet).into_bytes(),
        };
        Ok(Self { form, bytes, rows: sheet.rows.len() })
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/download", people)
        .get("/groups/{id}/attendance", attendance)
        .get("/groups/{id}/results", results)
}

async fn people(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(wanted): Query<Wanted>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let (scope, lang, form) = (actor.scope.clone(), reader.lang, wanted.form);
    // A whole organisation's people take a while.
    let read = state
        .aside(async move |state| {
            let mut tx = state.db.read(&scope).await?;
            let sheet = desk::people(&mut tx, lang).await?;
            drop(tx);
            Made::of(&sheet, form, &state)
        })
        .await?;
    let name = texts::downloads::people_file(lang);
    hand_out(&state, &actor, &extensions, Kind::People, read, name).await
}

async fn attendance(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    of_group(&state, &reader, &actor, &id, &extensions, (Of::Attendance, wanted.form)).await
}

async fn results(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    of_group(&state, &reader, &actor, &id, &extensions, (Of::Results, wanted.form)).await
}

/// What is taken out about a group.
#[derive(Clone, Copy)]
enum Of {
    Attendance,
    Results,
}

/// What the log calls the file.
#[derive(Clone, Copy)]
enum Kind {
    People,
    Group(GroupId, Of),
}

async fn of_group(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    id: &str,
    extensions: &http::Extensions,
    (of, form): (Of, As),
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let (id, lang): (GroupId, Lang) = (id_in(id)?, reader.lang);
    let mut tx = state.db.read(&actor.scope).await?;
    let group = reach::group(&mut tx, Action::SeeRoll, id).await?;
    let (sheet, name): (Sheet, _) = match of {
        Of::Attendance => (desk::attendance(&mut tx, lang, group).await?, texts::downloads::attendance_file(lang)),
        Of::Results => (desk::results(&mut tx, lang, group).await?, texts::downloads::results_file(lang)),
    };
    drop(tx);
    let file = Made::of(&sheet, form, state)?;
    hand_out(state, actor, extensions, Kind::Group(id, of), file, name).await
}

/// The file, once it is logged with its rows. No name of a group or a person stands in the file's own.
async fn hand_out(
    state: &AppState,
    actor: &Actor,
    extensions: &http::Extensions,
    kind: Kind,
    file: Made,
    name: &str,
) -> Result<Response, Error> {
    let (code, group) = match kind {
        Kind::People => ("participants", None),
        Kind::Group(group, Of::Attendance) => ("attendance", Some(group)),
        Kind::Group(group, Of::Results) => ("scores", Some(group)),
    };
    let request_id = request::id_of(extensions);
    let look = audit::Entry::of_download(actor, state.now(), code, group, file.rows, &request_id);
    audit::note(state, actor.scope.municipality(), &look).await?;
    Ok(attachment(&format!("{name}-{}", state.today()), file.form.into(), file.bytes))
}
