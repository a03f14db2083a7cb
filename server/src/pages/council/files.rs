//! Files of a report for the council: its tables as a spreadsheet, and all of it as a text to paste. Of the draft as it
//! stands, and of a frozen report as it was frozen.

use app::outcomes::council::frozen::FrozenFacts;
use app::outcomes::council::plain;
use app::outcomes::council::tables::tables;
use app::texts::{self, Lang};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::council::CouncilReport;

use super::super::Reader;
use super::super::downloads::{As, FileKind, attachment};
use super::super::figures::{chosen_period, code, words};
use super::{Asked, facts_of, found};
use crate::access::Actor;
use crate::error::Error;
use crate::files::{write, xlsx};
use crate::outcomes::council;
use crate::outcomes::periods::{FixedPeriod, period_of};
use crate::outcomes::tables::{long, sheets};
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
    vec![
        (address("sheet"), texts::council::xlsx(lang)),
        (address("sheet") + "&as=csv", texts::council::csv(lang)),
        (address("text"), texts::council::txt(lang)),
    ]
}

/// Addresses and names of a frozen report's files.
pub fn of_frozen(lang: Lang, id: &str) -> Vec<(String, &'static str)> {
    let address = |kind: &str| format!("/figures/report/{id}/{kind}?language={}", lang.code());
    vec![
        (address("sheet"), texts::council::xlsx(lang)),
        (address("sheet") + "&as=csv", texts::council::csv(lang)),
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
    draft(&state, reader, &actor, &asked).await?.as_sheet(&state, asked.form)
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
    frozen(&state, reader, &actor, &asked, id).await?.as_sheet(&state, asked.form)
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
    fn as_sheet(&self, state: &AppState, form: As) -> Result<Response, Error> {
        // One version of the program makes the same file of a frozen report to the byte, whenever it is taken out; what the
        // checksum is of is the report's own text alone.
        let made_at = self.facts.as_ref().map_or_else(|| state.now(), |facts| facts.made_at);
        let tables = tables(self.lang, &self.report, &self.period, self.facts.as_ref());
        let bytes = match form {
            As::Xlsx => xlsx::book(&sheets(self.lang, &tables), made_at)?,
            As::Csv => write::sheet(&long(self.lang, &tables)).into_bytes(),
        };
        Ok(self.hand_out(form.into(), bytes))
    }

    fn as_text(&self) -> Response {
        let text = plain::text(self.lang, &self.report, &self.period, self.facts.as_ref());
        self.hand_out(FileKind::Text, text.into_bytes())
    }

    fn hand_out(&self, kind: FileKind, bytes: Vec<u8>) -> Response {
        let (name, of) = (texts::council::sheet::file(self.lang), &self.report.page.report);
        attachment(&format!("{name}-{}-{}", of.from, of.to), kind, bytes)
    }
}
