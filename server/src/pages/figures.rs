//! The officer's page: frozen reports of fixed periods. Nothing but the period can be chosen (ux.md 6.2).

use app::outcomes::page::{FiguresPage, FiguresView, NoFigures, PeriodLink, PeriodWords, period_words};
use app::texts::{self, Lang};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::time::Day;
use leptos::prelude::*;

use super::{Reader, page, see_other};
use crate::access::Actor;
use crate::error::Error;
use crate::outcomes::{FixedPeriod, PeriodKind, fixed_periods, latest_snapshot, settings, take_snapshot};
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
    let lang = reader.lang;
    let periods = fixed_periods(actor.scope.today()).iter().map(|one| link(lang, one, &period)).collect();
    let update = format!("/figures/update?period={}", code(&period));
    let title = texts::outcomes::title(lang);
    // Looking changes nothing: figures are frozen by the button alone.
    let Some(snapshot) = latest_snapshot(&mut tx, period.from, period.to).await? else {
        return Ok(page(&reader, title, move || view! { <NoFigures lang periods update/> }.into_any()).await);
    };
    let k = settings(&mut tx).await?.k;
    let view = FiguresView {
        report: snapshot.report,
        made_at: snapshot.made_at,
        periods,
        update,
        k: i64::from(k),
        updated: chosen.said == "updated",
    };
    Ok(page(&reader, title, move || view! { <FiguresPage lang view/> }.into_any()).await)
}

/// Freezes the figures of the period as the data stand now.
async fn update(State(state): State<AppState>, actor: Actor, Query(chosen): Query<Chosen>) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let period = chosen_period(&chosen.period, actor.scope.today())?;
    let (state, as_of) = (&state, &period.as_of(actor.scope.today()));
    let taken = state.write(&actor.scope, |mut tx| async move {
        take_snapshot(state, &mut tx, as_of).await?;
        Ok(tx.done(()))
    });
    taken.await?;
    Ok(see_other(&format!("/figures?period={}&said=updated", code(&period))))
}

/// The period in addresses: `autumn-2026`, `year-2026`, `term-2025`.
fn code(period: &FixedPeriod) -> String {
    let kind = match period.kind {
        PeriodKind::Autumn => "autumn",
        PeriodKind::Spring => "spring",
        PeriodKind::CalendarYear => "year",
        PeriodKind::CouncilTerm => "term",
    };
    format!("{kind}-{}", period.from.year())
}

/// One of the fixed periods by its code; without a code this year, any other code is not found.
fn chosen_period(wanted: &str, today: Day) -> Result<FixedPeriod, Error> {
    let periods = fixed_periods(today);
    let found = match wanted {
        "" => periods.iter().find(|period| period.kind == PeriodKind::CalendarYear),
        wanted => periods.iter().find(|period| code(period) == wanted),
    };
    found.copied().ok_or(Error::NotFound)
}

fn link(lang: Lang, period: &FixedPeriod, current: &FixedPeriod) -> PeriodLink {
    let year = period.from.year();
    let words = match period.kind {
        PeriodKind::Autumn => PeriodWords::Autumn(year),
        PeriodKind::Spring => PeriodWords::Spring(year),
        PeriodKind::CalendarYear => PeriodWords::CalendarYear(year),
        PeriodKind::CouncilTerm => PeriodWords::CouncilTerm(year, period.to.year()),
    };
    PeriodLink {
        href: format!("/figures?period={}", code(period)),
        words: period_words(lang, words),
        current: period == current,
    }
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
