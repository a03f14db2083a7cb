//! Where the municipality's areas stand on the tile map: chosen by the officer. Which areas there are is set elsewhere
//! ([`super::division`]).

use app::outcomes::areas::{AreasPage, AreasView, ChosenPlace};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::tile_map::{TilePlace, TilePlaces};
use leptos::prelude::*;

use super::saving::Sent;
use super::{Reader, Said, form_status, page_with_status, see_other};
use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::outcomes::{area_plan, set_places, settings};
use crate::routes::Routes;
use crate::state::AppState;

const HERE: &str = "/figures/areas";

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
    let (areas, places) = known(&mut state.db.read(&actor.scope).await?).await?;
    let (chosen, saved) = (set_now(&areas, &places), said == "saved");
    Ok(draw(&reader, AreasView { chosen, places, saved, errors: Vec::new() }).await)
}

async fn draw(reader: &Reader, view: AreasView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let reader = Reader { here: HERE.to_owned(), ..reader.clone() };
    page_with_status(&reader, status, texts::tiles::title(lang), move || view! { <AreasPage lang view/> }.into_any())
        .await
}

/// The areas of this year's figures and of those to come, and where areas stand.
async fn known(tx: &mut ScopedTx) -> Result<(Vec<String>, TilePlaces), Error> {
    let year = tx.scope().today().year();
    Ok((area_plan(tx).await?.names_from(year), settings(tx).await?.places))
}

/// Every area with its place as it is set.
fn set_now(areas: &[String], places: &TilePlaces) -> Vec<ChosenPlace> {
    let one = |area: &String| {
        let place = places.get(area);
        let number = |of: fn(&TilePlace) -> u8| place.map(|place| of(place).to_string()).unwrap_or_default();
        let (column, row) = (number(|place| place.column), number(|place| place.row));
        ChosenPlace { area: area.clone(), column, row, error: None }
    };
    areas.iter().map(one).collect()
}

async fn save(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let (areas, places) = known(&mut sent.state.db.read(sent.scope()).await?).await?;
    let all = |name: &str| sent.fields.all(name).into_iter().map(str::to_owned).collect::<Vec<String>>();
    if all("area") != areas {
        let gone = FieldError::new("places", texts::tiles::gone(sent.lang()));
        let (chosen, errors) = (set_now(&areas, &places), vec![gone]);
        return Ok(draw(&sent.reader, AreasView { chosen, places, saved: false, errors }).await);
    }
    let numbers = all("column").into_iter().chain(std::iter::repeat(String::new()));
    let numbers = numbers.zip(all("row").into_iter().chain(std::iter::repeat(String::new())));
    // What nobody touched in this form stays as it is now, also where a colleague has moved it meanwhile.
    let (was, now) = (all("was"), set_now(&areas, &places));
    let one = |(at, (now, (column, row))): (usize, (ChosenPlace, (String, String)))| {
        let untouched = was.get(at).is_some_and(|was| *was == format!("{column}/{row}"));
        if untouched { now } else { ChosenPlace { column, row, ..now } }
    };
    let typed = now.into_iter().zip(numbers).enumerate().map(one).collect();
    match read(sent.lang(), typed) {
        Ok(chosen) => {
            keep(&sent, &areas, &chosen).await?;
            Ok(see_other(&format!("{HERE}?said=saved")))
        }
        Err(chosen) => {
            let wrong = chosen.iter().filter_map(|one| one.error.clone());
            let errors = wrong.map(|text| FieldError::new("places", text)).collect();
            Ok(draw(&sent.reader, AreasView { chosen, places, saved: false, errors }).await)
        }
    }
}

/// The places that were chosen, or what was chosen with what is wrong with it. Who has none is left out.
fn read(lang: Lang, mut chosen: Vec<ChosenPlace>) -> Result<TilePlaces, Vec<ChosenPlace>> {
    let mut places = TilePlaces::new();
    for one in chosen.iter_mut().filter(|one| !one.column.is_empty() || !one.row.is_empty()) {
        let numbers = one.column.parse::<u8>().ok().zip(one.row.parse::<u8>().ok());
        let place = numbers.and_then(|(column, row)| TilePlace::new(column, row));
        one.error = match place {
            None => Some(texts::tiles::half(lang, &one.area)),
            Some(place) if places.values().any(|taken| *taken == place) => Some(texts::tiles::taken(lang, &one.area)),
            Some(place) => {
                places.insert(one.area.clone(), place);
                None
            }
        };
    }
    if chosen.iter().any(|one| one.error.is_some()) { Err(chosen) } else { Ok(places) }
}

async fn keep(sent: &Sent, areas: &[String], chosen: &TilePlaces) -> Result<(), Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        let (plan, before) = (area_plan(&mut tx).await?, settings(&mut tx).await?.places);
        if set_places(&mut tx, &plan.places(areas, chosen, &before), now).await? {
            let fields = format!("areas={}", chosen.len());
            let entry = Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "figures.areas", &sent.request_id) };
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(()))
    });
    kept.await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(area: &str, column: &str, row: &str) -> ChosenPlace {
        ChosenPlace { area: area.to_owned(), column: column.to_owned(), row: row.to_owned(), error: None }
    }

    #[test]
    fn a_place_has_a_column_and_a_row_on_the_map_and_no_other_area() {
        let read = |areas: &[ChosenPlace]| read(Lang::Fi, areas.to_vec());
        let places = read(&[chosen("a", "2", "1"), chosen("b", "", ""), chosen("c", "1", "9")]).unwrap();
        assert_eq!(places.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(places["a"], TilePlace { row: 1, column: 2 });
        let wrong = [("2", ""), ("", "3"), ("5", "1"), ("1", "10"), ("0", "1"), ("x", "1"), ("-1", "1")];
        for (column, row) in wrong {
            let told = read(&[chosen("a", column, row)]).unwrap_err();
            assert!(told[0].error.is_some(), "{column} {row}");
        }
        let told = read(&[chosen("a", "1", "1"), chosen("b", "1", "1")]).unwrap_err();
        assert_eq!([told[0].error.is_some(), told[1].error.is_some()], [false, true]);
    }
}
