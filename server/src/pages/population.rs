//! Residents aged 75 and over: seen with year and source, and typed.

use app::outcomes::council::population::{PopulationPage, PopulationView, TypedPopulation};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::LINE;
use domain::outcomes::population::{Population, Source};
use domain::time::Day;
use leptos::prelude::*;

use super::council::too_long;
use super::saving::Sent;
use super::{Reader, Said, form_status, page_with_status, see_other};
use crate::access::Actor;
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::outcomes::population;
use crate::routes::Routes;
use crate::state::AppState;

const HERE: &str = "/figures/population";

/// More people than live in any municipality.
const MOST_PEOPLE: u64 = 10_000_000;

pub fn routes(routes: Routes) -> Routes {
    routes.get(HERE, show).post(HERE, save)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let known = population::told(&mut state.db.read(&actor.scope).await?).await?;
    let (typed, saved) = (TypedPopulation::default(), said == "saved");
    Ok(draw(&reader, PopulationView { known, typed, saved, errors: Vec::new() }).await)
}

async fn draw(reader: &Reader, view: PopulationView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let reader = Reader { here: HERE.to_owned(), ..reader.clone() };
    let title = texts::council::population::title(lang);
    page_with_status(&reader, status, title, move || view! { <PopulationPage lang view/> }.into_any()).await
}

async fn save(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let one = |name: &str| sent.fields.one(name).trim().to_owned();
    let typed = TypedPopulation { year: one("year"), aged_75: one("aged_75"), source: one("source") };
    match read(sent.lang(), &typed, sent.scope().today()) {
        Ok(population) => {
            keep(&sent, &population).await?;
            Ok(see_other(&format!("{HERE}?said=saved")))
        }
        Err(errors) => {
            let known = population::told(&mut sent.state.db.read(sent.scope()).await?).await?;
            Ok(draw(&sent.reader, PopulationView { known, typed, saved: false, errors }).await)
        }
    }
}

/// What was typed, or what is wrong with it.
fn read(lang: Lang, typed: &TypedPopulation, today: Day) -> Result<Population, Vec<FieldError>> {
    use texts::council::{error as e, population as t};
    // The number is that of the last day of the year: one that has not come has none.
    let ended = |year: &i32| *year >= 1990 && Day::new(*year, 12, 31).is_some_and(|last| last <= today);
    let year = typed.year.parse::<i32>().ok().filter(ended);
    let digits: String = typed.aged_75.chars().filter(|c| !c.is_whitespace()).collect();
    let aged_75 = digits.parse::<u64>().ok().filter(|people| (1..=MOST_PEOPLE).contains(people));
    let mut errors = Vec::new();
    if year.is_none() {
        errors.push(FieldError::new("year", t::wrong_year(lang)));
    }
    if aged_75.is_none() {
        errors.push(FieldError::new("aged_75", t::wrong_number(lang)));
    }
    if typed.source.is_empty() {
        errors.push(FieldError::new("source", e::source(lang)));
    }
    errors.extend(too_long(lang, &typed.source, LINE).map(|wrong| FieldError::new("source", wrong)));
    match (year, aged_75) {
        (Some(year), Some(aged_75)) if errors.is_empty() => {
            Ok(Population { year, aged_75, source: Source::Typed(typed.source.clone()) })
        }
        _ => Err(errors),
    }
}

async fn keep(sent: &Sent, new: &Population) -> Result<(), Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        if population::keep(&mut tx, std::slice::from_ref(new), now).await? > 0 {
            let fields = format!("year={}", new.year);
            let entry =
                Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "figures.population", &sent.request_id) };
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(()))
    });
    kept.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_needs_a_year_that_has_been_and_a_source() {
        let typed = |year: &str, aged_75: &str, source: &str| TypedPopulation {
            year: year.to_owned(),
            aged_75: aged_75.to_owned(),
            source: source.to_owned(),
        };
        let today = Day::new(2026, 9, 8).unwrap();
        let wrong = |typed: TypedPopulation| read(Lang::Fi, &typed, today).map_or_else(|errors| errors.len(), |_| 0);
        assert_eq!(wrong(typed("2025", "4 200", "Tilastokeskus")), 0);
        assert_eq!(wrong(typed("2025", "4\u{202f}200", "Tilastokeskus")), 0);
        assert_eq!(wrong(typed("2026", "4200", "Tilastokeskus")), 1, "its last day has not come");
        assert_eq!(wrong(typed("2027", "4200", "Tilastokeskus")), 1);
        assert_eq!(wrong(typed("2025", "-5", "Tilastokeskus")), 1);
        assert_eq!(wrong(typed("2025", "0", "")), 2);
        assert_eq!(wrong(typed("", "4,2", "x".repeat(201).as_str())), 3);
    }
}
