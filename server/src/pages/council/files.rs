//! Files of a report for the council: its tables as a spreadsheet, and all of it as a text to paste. Of the draft as it
//! stands, and of a frozen report as it was frozen.

use app::outcomes::council::plain;
use app::outcomes::council::report::FrozenFacts;
use app::outcomes::council::tables::{Column, Table, tables};
use app::outcomes::value::{Kind, Number, Value};
use app::texts::{self, Lang};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use domain::access::Action;
use domain::outcomes::council::CouncilReport;
use http::header;

use super::super::Reader;
use super::super::downloads::XLSX;
use super::super::figures::{chosen_period, code, words};
use super::{Asked, facts_of, found};
use crate::access::Actor;
use crate::error::Error;
use crate::files::xlsx::{self, Cell, Sheet};
use crate::outcomes::council;
use crate::outcomes::periods::{FixedPeriod, period_of};
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/figures/report/sheet", draft_sheet)
        .get("/figures/report/text", draft_text)
        .get("/figures/report/{id}/sheet", frozen_sheet)
        .get("/figures/report/{id}/text", frozen_text)
}

/// Addresses and names of a draft's files.
pub fn of_draft(lang: Lang, period: &FixedPeriod) -> Vec<(String, &'static str)> {
    let address = |kind: &str| format!("/figures/report/{kind}?period={}&language={}", code(period), lang.code());
    vec![(address("sheet"), texts::council::xlsx(lang)), (address("text"), texts::council::txt(lang))]
}

/// Addresses and names of a frozen report's files.
pub fn of_frozen(lang: Lang, id: &str) -> Vec<(String, &'static str)> {
    let address = |kind: &str| format!("/figures/report/{id}/{kind}?language={}", lang.code());
    vec![
        (address("sheet"), texts::council::xlsx(lang)),
        (address("text"), texts::council::txt(lang)),
        (format!("/figures/report/{id}/file"), texts::council::file(lang)),
    ]
}

/// A report and what is known of it, in the language that was asked for.
struct Reported {
    lang: Lang,
    report: CouncilReport,
    /// The words of its period.
    period: String,
    facts: Option<FrozenFacts>,
}

async fn draft(state: &AppState, reader: Reader, actor: &Actor, asked: &Asked) -> Result<Reported, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let lang = asked.reader(reader).lang;
    let period = chosen_period(&asked.period, actor.scope.today())?;
    let report = council::draft(&mut state.db.read(&actor.scope).await?, &period).await?.ok_or(Error::NotFound)?;
    Ok(Reported { lang, report, period: words(lang, &period), facts: None })
}

async fn frozen(state: &AppState, reader: Reader, actor: &Actor, asked: &Asked, id: String) -> Result<Reported, Error> {
    let lang = asked.reader(reader).lang;
    let (frozen, _) = found(state, actor, &id).await?;
    let report = frozen.report()?;
    let period = words(lang, &period_of(frozen.from, frozen.to));
    Ok(Reported { lang, report, period, facts: Some(facts_of(id, frozen, None)) })
}

async fn draft_sheet(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    draft(&state, reader, &actor, &asked).await?.as_sheet(&state)
}

async fn draft_text(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    Ok(draft(&state, reader, &actor, &asked).await?.as_text())
}

async fn frozen_sheet(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    frozen(&state, reader, &actor, &asked, id).await?.as_sheet(&state)
}

async fn frozen_text(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    Ok(frozen(&state, reader, &actor, &asked, id).await?.as_text())
}

impl Reported {
    fn as_sheet(&self, state: &AppState) -> Result<Response, Error> {
        // A frozen report is the same file to the byte, whenever it is taken out.
        let made_at = self.facts.as_ref().map_or_else(|| state.now(), |facts| facts.made_at);
        let tables = tables(self.lang, &self.report, &self.period, self.facts.as_ref());
        let sheets: Vec<_> = tables.iter().map(|table| sheet(self.lang, table)).collect();
        Ok(self.hand_out(XLSX, "xlsx", xlsx::book(&sheets, made_at)?))
    }

    fn as_text(&self) -> Response {
        let text = plain::text(self.lang, &self.report, &self.period, self.facts.as_ref());
        self.hand_out("text/plain; charset=utf-8", "txt", text.into_bytes())
    }

    fn hand_out(&self, media: &'static str, ending: &str, bytes: Vec<u8>) -> Response {
        let (name, of) = (texts::council::sheet::file(self.lang), &self.report.page.report);
        let disposition = format!("attachment; filename=\"{name}-{}-{}.{ending}\"", of.from, of.to);
        let headers = [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
        (headers, bytes).into_response()
    }
}

/// Columns are as wide as what stands in them, within what a screen shows.
fn sheet(lang: Lang, table: &Table) -> Sheet {
    let days = if lang == Lang::En { "d mmm yyyy" } else { "d.m.yyyy" };
    let headings = table.columns.iter().flat_map(|column| headings(lang, column));
    let rows: Vec<Vec<Cell>> = table.rows.iter().map(|row| cells(&table.columns, row)).collect();
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(letters).max().unwrap_or_default();
    let width =
        |at: usize, heading: &str| u8::try_from(widest(at).max(heading.chars().count()).clamp(8, 60)).unwrap_or(60);
    let columns = headings.enumerate().map(|(at, heading)| xlsx::Column { heading, width: width(at, heading) });
    let columns = columns.collect();
    Sheet { name: table.name, columns, rows, days }
}

fn headings(lang: Lang, column: &Column) -> Vec<&'static str> {
    if column.range {
        vec![texts::council::sheet::low(lang), texts::council::sheet::high(lang)]
    } else {
        vec![column.heading]
    }
}

fn letters(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.chars().count(),
        _ => 10,
    }
}

fn cells(columns: &[Column], row: &[Value]) -> Vec<Cell> {
    let places = columns.iter().zip(row);
    let cells = places.flat_map(|(column, value)| match (column.range, value) {
        (true, Value::Range(low, high)) => vec![number(*low), number(*high)],
        // Both ends are hidden, or not known.
        (true, value) => vec![cell(value), cell(value)],
        (false, value) => vec![cell(value)],
    });
    cells.collect()
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Nothing | Value::Range(..) => Cell::Nothing,
        Value::Words(words) => Cell::text(words.as_str()),
        Value::Day(day) => Cell::Day(*day),
        Value::Number(one) => number(*one),
    }
}

fn number(number: Number) -> Cell {
    match number.kind {
        Kind::Percent => Cell::Percent(number.digits),
        Kind::Plain | Kind::Change => Cell::Number(number.digits, number.places),
    }
}
