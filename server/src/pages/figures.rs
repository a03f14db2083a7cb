//! The officer's page: frozen reports of fixed periods. Nothing but the period can be chosen.

use app::outcomes::page::{FiguresPage, FiguresView, NoFigures, PeriodWords, period_words};
use app::texts::{self, Lang};
use app::ui::{FieldError, Way};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::population::of_period;
use domain::outcomes::publishing::next_day;
use domain::time::Day;
use http::StatusCode;
use leptos::prelude::*;

use super::council::files_of_draft;
use super::saving::Sent;
use super::{Reader, page, page_with_status, script, see_other};
use crate::access::{Actor, ScopedTx};
use crate::error::Error;
use crate::outcomes::pages::{Taken, latest_snapshot, put_together};
use crate::outcomes::periods::{FixedPeriod, PeriodKind, fixed_periods};
use crate::outcomes::{population, settings};
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/figures", show).post("/figures/update", update)
}

#[derive(serde::Deserialize)]
struct Chosen {
    #[serde(default)]
    period: String,
    #[serde(default)]
    said: String,
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let period = chosen_period(&chosen.period, actor.scope.today())?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (lang, title) = (reader.lang, texts::outcomes::title(reader.lang));
    // Looking changes nothing: figures are frozen by the button alone.
    match view_of(&mut tx, lang, &period).await? {
        Some(view) => {
            let view = FiguresView { updated: chosen.said == "updated", ..view };
            Ok(page(&reader, title, move || drawn(lang, view)).await)
        }
        None => {
            let (periods, update) = (links(lang, actor.scope.today(), &period), update_address(&period));
            Ok(page(&reader, title, move || view! { <NoFigures lang periods update/> }.into_any()).await)
        }
    }
}

/// What the page of a period shows; nothing before its figures were put together.
async fn view_of(tx: &mut ScopedTx, lang: Lang, period: &FixedPeriod) -> Result<Option<FiguresView>, Error> {
    let Some(snapshot) = latest_snapshot(tx, period.from, period.to).await? else { return Ok(None) };
    let today = tx.scope().today();
    let (places, limits) = (settings(tx).await?.places, snapshot.page.limits());
    // Of a page that was made before the clock was set back nobody waits for the month.
    let next = Some(next_day(snapshot.page.made_on)).filter(|next| today < *next && snapshot.page.made_on <= today);
    Ok(Some(FiguresView {
        page: snapshot.page.with_places(places),
        made_at: snapshot.made_at,
        population: of_period(&population::all(tx).await?, period.to).cloned(),
        periods: links(lang, today, period),
        update: update_address(period),
        report: report_address(period),
        files: files_of_draft(lang, period),
        drawings: drawings_address(lang, period),
        not_before: next,
        k: i64::from(limits.k),
        basis: i64::from(limits.basis),
        updated: false,
        errors: Vec::new(),
    }))
}

/// Freezes the figures of the period as the data stand now: once a month, or to replace wrong ones with a reason.
async fn update(Query(chosen): Query<Chosen>, sent: Sent) -> Result<Response, Error> {
    let Sent { state, reader, actor, fields, request_id, .. } = sent;
    actor.scope.require(Action::SeeFigures)?;
    let period = chosen_period(&chosen.period, actor.scope.today())?;
    let reason = fields.one("reason");
    if fields.one("correct") == "yes" && reason.is_empty() {
        return reason_missing(&state, &reader, &actor, &period).await;
    }
    let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    let taken = put_together(&state, &actor.scope, vec![period], reason, &request_id).await?;
    // A second click finds this month's figures there already.
    let said = if matches!(taken.first(), Some(Taken::Page(_))) { "&said=updated" } else { "" };
    Ok(see_other(&format!("{}{said}", figures_address(&period))))
}

async fn reason_missing(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    period: &FixedPeriod,
) -> Result<Response, Error> {
    let lang = reader.lang;
    let mut tx = state.db.read(&actor.scope).await?;
    let view = view_of(&mut tx, lang, period).await?.ok_or(Error::NotFound)?;
    let missing = FieldError::new("reason", texts::outcomes::correct::reason_missing(lang));
    let view = FiguresView { errors: vec![missing], ..view };
    let title = texts::outcomes::title(lang);
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page_with_status(reader, refused, title, move || drawn(lang, view)).await)
}

/// With the script that copies its drawings.
fn drawn(lang: Lang, view: FiguresView) -> AnyView {
    view! {
        <FiguresPage lang view/>
        {script("copy.js")}
    }
    .into_any()
}

pub(super) fn figures_address(period: &FixedPeriod) -> String {
    format!("/figures?period={}", code(period))
}

pub(super) fn update_address(period: &FixedPeriod) -> String {
    format!("/figures/update?period={}", code(period))
}

/// Where the period's report for the council is drafted.
pub(super) fn report_address(period: &FixedPeriod) -> String {
    format!("/figures/report?period={}", code(period))
}

/// Where the period's pictures are, up to a picture's name.
pub(super) fn drawings_address(lang: Lang, period: &FixedPeriod) -> String {
    format!("/figures/drawing?period={}&language={}&of=", code(period), lang.code())
}

pub(super) fn links(lang: Lang, today: Day, current: &FixedPeriod) -> Vec<Way> {
    fixed_periods(today).iter().map(|one| link(lang, one, current)).collect()
}

/// The period in addresses: `autumn-2026`, `year-2026`, `term-2025`.
pub(super) fn code(period: &FixedPeriod) -> String {
    let kind = match period.kind {
        PeriodKind::Autumn => "autumn",
        PeriodKind::Spring => "spring",
        PeriodKind::CalendarYear => "year",
        PeriodKind::CouncilTerm => "term",
    };
    format!("{kind}-{}", period.from.year())
}

/// One of the fixed periods by its code; without a code this year, any other code is not found.
pub(super) fn chosen_period(wanted: &str, today: Day) -> Result<FixedPeriod, Error> {
    let periods = fixed_periods(today);
    let found = match wanted {
        "" => periods.iter().find(|period| period.kind == PeriodKind::CalendarYear),
        wanted => periods.iter().find(|period| code(period) == wanted),
    };
    found.copied().ok_or(Error::NotFound)
}

fn link(lang: Lang, period: &FixedPeriod, current: &FixedPeriod) -> Way {
    let (href, current) = (figures_address(period), period == current);
    Way { href, words: words(lang, period), current }
}

/// What the period is called.
pub(super) fn words(lang: Lang, period: &FixedPeriod) -> String {
    let year = period.from.year();
    let kind = match period.kind {
        PeriodKind::Autumn => PeriodWords::Autumn(year),
        PeriodKind::Spring => PeriodWords::Spring(year),
        PeriodKind::CalendarYear => PeriodWords::CalendarYear(year),
        PeriodKind::CouncilTerm => PeriodWords::CouncilTerm(year, period.to.year()),
    };
    period_words(lang, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixed_period_has_an_address_of_its_own_and_nothing_else_has_one() {
        let today = Day::new(2026, 11, 21).unwrap();
        let periods = fixed_periods(today);
        for period in &periods {
            assert_eq!(chosen_period(&code(period), today).unwrap(), *period);
        }
        assert_eq!(chosen_period("", today).unwrap().kind, PeriodKind::CalendarYear);
        for other in ["2026-01-01", "autumn-1999", "AUTUMN-2026"] {
            assert!(chosen_period(other, today).is_err(), "{other}");
        }
    }
}
