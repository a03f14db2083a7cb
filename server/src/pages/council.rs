//! The report for the council: drafted from a period's frozen page and the officer's texts, frozen with a reason, and
//! opened as it was ever after. The archive lists everything frozen.

mod archive;
mod edit;
mod files;
mod goals;

pub(super) use self::edit::too_long;
pub(super) use self::files::of_draft as files_of_draft;

use app::outcomes::council::form::FreezeView;
use app::outcomes::council::frozen::FrozenFacts;
use app::outcomes::council::report::{CouncilPage, CouncilView, Stage};
use app::outcomes::council::{changed, heading};
use app::outcomes::page::NoFigures;
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use domain::access::Action;
use domain::fields::LINE;
use domain::outcomes::council::{CouncilReport, checksum};
use http::header;
use leptos::prelude::*;
use uuid::Uuid;

use super::downloads::{As, FileKind, attachment};
use super::figures::{chosen_period, code, figures_address, links, report_address, update_address, words};
use super::saving::Sent;
use super::{Reader, form_status, id_in, page, page_with_status, script, see_other};
use crate::access::Actor;
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::outcomes::council::{self, CouncilPart, Frozen};
use crate::outcomes::periods::{FixedPeriod, period_of};
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/figures/report", draft)
        .post("/figures/report/freeze", freeze)
        .get(MARGINS, margins)
        .get("/figures/report/{id}", frozen)
        .get("/figures/report/{id}/file", file)
        .with(edit::routes)
        .with(files::routes)
        .with(goals::routes)
        .with(archive::routes)
}

/// The stylesheet of a report's paper.
const MARGINS: &str = "/figures/report/margins.css";

/// Which report, in which language.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    period: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    said: String,
    /// In which form a table is wanted.
    #[serde(default, rename = "as")]
    form: As,
}

impl Asked {
    /// A report is read in any language, whatever the reader's own: the whole page is in it.
    fn reader(&self, reader: Reader) -> Reader {
        let lang = Lang::from_code(&self.language).unwrap_or(reader.lang);
        Reader { lang, ..reader }
    }
}

async fn draft(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let reader = asked.reader(reader);
    let today = actor.scope.today();
    let period = chosen_period(&asked.period, today)?;
    let Some(report) = council::draft(&mut state.db.read(&actor.scope).await?, &period).await? else {
        let (lang, update) = (reader.lang, update_address(&period));
        let periods = links(lang, today, &period);
        let title = texts::council::title(lang);
        return Ok(page(&reader, title, move || view! { <NoFigures lang periods update/> }.into_any()).await);
    };
    let freeze = FreezeView { saved: asked.said == "saved", ..begun(reader.lang, &period, &report) };
    Ok(draw_draft(&reader, &period, report, freeze).await)
}

/// With the script that copies its text.
fn drawn(lang: Lang, view: CouncilView) -> AnyView {
    view! {
        <CouncilPage lang view/>
        {script("copy.js")}
    }
    .into_any()
}

/// The form that freezes what stands above it.
fn begun(lang: Lang, period: &FixedPeriod, report: &CouncilReport) -> FreezeView {
    let edit = |part: CouncilPart| {
        let words = match part {
            CouncilPart::Words(of) => texts::council::texts_in(lang, of.own_name()),
            CouncilPart::Costs | CouncilPart::GroupCosts(_) => texts::council::costs::title(lang).to_owned(),
        };
        (edit::address(period, part), words)
    };
    let goals = (goals::HERE.to_owned(), texts::goals::title(lang).to_owned());
    FreezeView {
        action: format!("/figures/report/freeze?period={}#freeze", code(period)),
        seen: checksum(&report.canonical()),
        texts: CouncilPart::ALL.map(edit).into_iter().chain([goals]).collect(),
        reason: String::new(),
        nobody: report.page.report.is_of_nobody(),
        saved: false,
        errors: Vec::new(),
    }
}

async fn draw_draft(reader: &Reader, period: &FixedPeriod, report: CouncilReport, freeze: FreezeView) -> Response {
    let (lang, status) = (reader.lang, form_status(&freeze.errors));
    let (address, margins) = (report_address(period), margins_of(lang, period));
    let files = files::of_draft(lang, period);
    let back = (figures_address(period), texts::outcomes::title(lang).to_owned());
    let period = words(lang, period);
    let title = heading(lang, &report.municipality, &period);
    let view = CouncilView { report, period, address, files, back, margins, stage: Stage::Draft(freeze) };
    page_with_status(reader, status, &title, move || drawn(lang, view)).await
}

/// Freezes what the officer has seen, and nothing else.
async fn freeze(Query(asked): Query<Asked>, sent: Sent) -> Result<Response, Error> {
    use texts::council::freeze as words;
    sent.scope().require(Action::SeeFigures)?;
    let (lang, reason) = (sent.lang(), sent.fields.one("reason").to_owned());
    let period = chosen_period(&asked.period, sent.scope().today())?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let report = council::draft(&mut tx, &period).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let freeze = begun(lang, &period, &report);
    let wrong = if sent.fields.one("seen") != freeze.seen {
        Some(words::changed_meanwhile(lang).to_owned())
    } else if freeze.nobody {
        Some(words::nobody(lang).to_owned())
    } else if reason.is_empty() {
        Some(words::reason_missing(lang).to_owned())
    } else {
        too_long(lang, &reason, LINE)
    };
    if let Some(wrong) = wrong {
        let errors = vec![FieldError::new("reason", wrong)];
        let freeze = FreezeView { reason, errors, ..freeze };
        return Ok(draw_draft(&sent.reader, &period, report, freeze).await);
    }
    let id = keep(&sent, &report, &reason).await?;
    // A place of its own: without one, the browser would go on to the form that was sent.
    Ok(see_other(&format!("/figures/report/{id}#main")))
}

async fn keep(sent: &Sent, report: &CouncilReport, reason: &str) -> Result<Uuid, Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        let (id, new) = council::freeze(&mut tx, report, reason, now).await?;
        if new {
            let entry = Entry::at_the_desk(&sent.actor, now, "figures.report", &sent.request_id);
            let entry = Entry { entities: format!("council_report:{id}"), ..entry };
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(id))
    });
    kept.await
}

/// The report with this id, and the one of its period before it.
async fn found(state: &AppState, actor: &Actor, id: &str) -> Result<(Frozen, Option<Frozen>), Error> {
    actor.scope.require(Action::SeeFigures)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let frozen = council::find(&mut tx, id_in(id)?).await?;
    let before = council::before(&mut tx, &frozen).await?;
    Ok((frozen, before))
}

async fn frozen(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let reader = asked.reader(reader);
    let lang = reader.lang;
    let (frozen, before) = found(&state, &actor, &id).await?;
    let report = frozen.report()?;
    let before = before.map(|before| before.report()).transpose()?;
    let changed = before.map(|before| changed::report(lang, &before, &report));
    let period = period_of(frozen.from, frozen.to);
    let (period, margins) = (words(lang, &period), margins_of(lang, &period));
    let back = ("/figures/archive".to_owned(), texts::council::archive::title(lang).to_owned());
    let title = heading(lang, &report.municipality, &period);
    let address = format!("/figures/report/{id}");
    let files = files::of_frozen(lang, &id);
    let stage = Stage::Frozen(facts_of(id, frozen, changed));
    let view = CouncilView { report, period, address, files, back, margins, stage };
    Ok(page(&reader, &title, move || drawn(lang, view)).await)
}

fn facts_of(id: String, frozen: Frozen, changed: Option<Vec<String>>) -> FrozenFacts {
    let whole = frozen.is_whole();
    let Frozen { by, made_at, reason, checksum, .. } = frozen;
    FrozenFacts { id, by, made_at, reason, checksum, whole, changed }
}

/// Where the words of a report's margins are.
fn margins_of(lang: Lang, period: &FixedPeriod) -> String {
    format!("{MARGINS}?from={}&to={}&language={}", period.from, period.to, lang.code())
}

/// What the margins tell of: the days of a period, in a language.
#[derive(serde::Deserialize)]
struct OfPaper {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    language: String,
}

/// Municipality and period at the head of every sheet but the first, so that a loose one tells where it belongs. The
/// margins of paper take their words from a stylesheet alone.
async fn margins(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(of): Query<OfPaper>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let lang = Lang::from_code(&of.language).unwrap_or(reader.lang);
    let period = match (of.from.parse(), of.to.parse()) {
        (Ok(from), Ok(to)) => period_of(from, to),
        _ => chosen_period("", actor.scope.today())?,
    };
    let municipality = council::municipality_name(&mut state.db.read(&actor.scope).await?).await?;
    let head = css_text(&heading(lang, &municipality, &words(lang, &period)));
    let looks = "font-size: 9pt; font-family: \"Atkinson Hyperlegible Next\", sans-serif;";
    let sheet = format!(
        "@page council {{ @top-left {{ content: {head}; {looks} }} }}\n\
         @page council:first {{ @top-left {{ content: none; }} }}\n"
    );
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], sheet).into_response())
}

/// A text of CSS: whatever the municipality is called, it stays one.
fn css_text(words: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' | '<' => format!("\\{:x} ", u32::from(c)),
        c if c.is_control() => format!("\\{:x} ", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", words.chars().map(escaped).collect::<String>())
}

/// The text that the checksum is of, to the byte.
async fn file(State(state): State<AppState>, actor: Actor, Path(id): Path<String>) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let frozen = council::find(&mut state.db.read(&actor.scope).await?, id_in(&id)?).await?;
    Ok(attachment(&format!("{}-{}", frozen.from, frozen.to), FileKind::Json, frozen.body))
}

#[cfg(test)]
mod tests {
    use super::css_text;

    #[test]
    fn no_name_of_a_municipality_ends_the_text_that_it_stands_in() {
        assert_eq!(css_text("Koskela, vuosi 2026"), "\"Koskela, vuosi 2026\"");
        assert_eq!(css_text("a\"; } \\ \n"), "\"a\\22 ; } \\5c  \\a \"");
    }
}
