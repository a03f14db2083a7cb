//! Places and need for the officer: by provider how full groups are, by area where people live who are in a group or wait.

use domain::outcomes::need::{PlacesTable, ShownPlaces};
use domain::outcomes::suppression::Shown;
use domain::outcomes::tile_map::{TilePlace, TilePlaces, arranged};
use domain::time::Day;
use leptos::prelude::*;

use super::areas::tile;
use super::numbers::{number, share, whole};
use super::table::{FigureRow, figures_table};
use crate::charts::{Tile, tiles_chart};
use crate::texts::{Lang, list, need as t, outcomes};
use crate::ui::{BigFigure, CardTable, Fact, Facts, Figure, PageHead};

/// What is told by area.
#[derive(Clone, PartialEq, Debug)]
pub enum ByArea {
    /// The municipality has set no areas.
    NoAreas,
    /// No page has told figures by them, so they may still change.
    NotYet,
    /// By the areas of the figures of that year, and beside those of other years.
    Told { year: i32, table: PlacesTable },
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct NeedView {
    pub today: Day,
    pub providers: PlacesTable,
    pub areas: ByArea,
    /// Where the areas stand on the map.
    pub places: TilePlaces,
    /// The whole municipality, its people counted once each.
    pub everywhere: ShownPlaces,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
}

#[component]
pub fn NeedPage(lang: Lang, view: NeedView) -> impl IntoView {
    let NeedView { today, providers, areas, places, everywhere, k, basis } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let rows = |table: PlacesTable, row: fn(Lang, ShownPlaces, bool) -> AnyView| {
        let PlacesTable { rows, all } = table;
        let mut drawn: Vec<_> = rows.into_iter().map(|one| row(lang, one, false)).collect();
        drawn.push(row(lang, all, true));
        drawn
    };
    let areas = match areas {
        ByArea::Told { year, table } => {
            let (heads, tiles) = (area_heads(lang).to_vec(), waiting_tiles(lang, &table, &places));
            let by = t::areas_of(lang, &year.to_string());
            view! {
                <p class="quiet">{by}</p>
                <CardTable label=t::by_area(lang) heads rows=rows(table, area)/>
                {tiles}
            }
            .into_any()
        }
        ByArea::NotYet => view! { <p class="quiet">{t::areas_not_yet(lang)}</p> }.into_any(),
        ByArea::NoAreas => view! { <p class="quiet">{t::no_areas(lang)}</p> }.into_any(),
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang, today) back/>
        <div class="stack stack--wide">
            <div class="figures">
                <BigFigure number=number(lang, &everywhere.places) words=t::brief::places(lang)/>
                <BigFigure number=number(lang, &everywhere.people) words=t::brief::people(lang)/>
                <BigFigure number=number(lang, &everywhere.waiting) words=t::brief::waiting(lang)/>
            </div>
            <section class="section">
                <h2>{t::by_provider(lang)}</h2>
                <CardTable label=t::by_provider(lang) heads=provider_heads(lang).to_vec() rows=rows(providers, provider)/>
            </section>
            <section class="section"><h2>{t::by_area(lang)}</h2>{areas}</section>
            <Meaning lang/>
            <p class="quiet">{outcomes::hidden_note(lang, basis, k)}</p>
        </div>
    }
    .into_any()
}

fn provider_heads(lang: Lang) -> [&'static str; 5] {
    use t::column as c;
    [c::provider(lang), c::groups(lang), c::places(lang), c::taken(lang), c::used(lang)]
}

fn area_heads(lang: Lang) -> [&'static str; 5] {
    use t::column as c;
    [c::area(lang), c::groups(lang), c::places(lang), c::living(lang), c::waiting(lang)]
}

fn name(lang: Lang, row: &ShownPlaces, all: bool) -> String {
    if all { t::all(lang).to_owned() } else { row.name.clone().unwrap_or_else(|| t::elsewhere(lang).to_owned()) }
}

/// "25", and how many groups have no limit below it.
fn places(lang: Lang, row: &ShownPlaces) -> AnyView {
    let unlimited = row.unlimited.value().copied().unwrap_or_default();
    let more = (unlimited > 0).then(|| t::unlimited(lang, whole(unlimited)));
    view! {
        <span class="table__name">{number(lang, &row.places)}{more.map(|more| view! { <span class="table__more">{more}</span> })}</span>
    }
    .into_any()
}

fn provider(lang: Lang, row: ShownPlaces, all: bool) -> AnyView {
    let [_, groups, limit, taken, used] = provider_heads(lang);
    let part = share(lang, &row.used());
    view! {
        <tr>
            <th scope="row">{name(lang, &row, all)}</th>
            <td data-label=groups>{number(lang, &row.groups)}</td>
            <td data-label=limit>{places(lang, &row)}</td>
            <td data-label=taken>{number(lang, &row.people)}</td>
            <td data-label=used>{part}</td>
        </tr>
    }
    .into_any()
}

fn area(lang: Lang, row: ShownPlaces, all: bool) -> AnyView {
    let [_, groups, limit, living, waiting] = area_heads(lang);
    view! {
        <tr>
            <th scope="row">{name(lang, &row, all)}</th>
            <td data-label=groups>{number(lang, &row.groups)}</td>
            <td data-label=limit>{places(lang, &row)}</td>
            <td data-label=living>{number(lang, &row.people)}</td>
            <td data-label=waiting>{number(lang, &row.waiting)}</td>
        </tr>
    }
    .into_any()
}

/// Who waits where, as tiles; nothing where no area tells that anybody does.
fn waiting_tiles(lang: Lang, table: &PlacesTable, places: &TilePlaces) -> Option<AnyView> {
    let areas = waiting_by_area(table);
    let (title, most) = most_waiting(lang, &areas, hidden_waiting(table))?;
    let of_area = |((name, waiting), place): (&(&str, Shown<u64>), TilePlace)| tile(lang, name, (waiting, most), place);
    let names: Vec<&str> = areas.iter().map(|(name, _)| *name).collect();
    let tiles: Vec<Tile> = areas.iter().zip(arranged(&names, places)).map(of_area).collect();
    let chart = tiles_chart(t::column::waiting(lang), &tiles);
    let row = |(name, waiting): &(&str, Shown<u64>)| FigureRow::new(*name, [number(lang, waiting)]);
    let table = figures_table(t::column::area(lang), [t::column::waiting(lang)], areas.iter().map(row));
    Some(view! { <Figure lang title chart table source=t::tiles(lang)/> }.into_any())
}

/// Areas that have a name.
fn waiting_by_area(table: &PlacesTable) -> Vec<(&str, Shown<u64>)> {
    table.rows.iter().filter_map(|row| Some((row.name.as_deref()?, row.waiting))).collect()
}

/// How many wait in all rows that do not tell it; nothing where not even their sum is told.
fn hidden_waiting(table: &PlacesTable) -> Option<u64> {
    let shown: u64 = table.rows.iter().filter_map(|row| row.waiting.value()).sum();
    table.all.waiting.value()?.checked_sub(shown)
}

/// Where most wait, and how many those are. An area may be hidden for what another division tells, and be larger: where the
/// hidden ones together are more than the largest that is told, it is said of the told ones alone.
fn most_waiting(lang: Lang, areas: &[(&str, Shown<u64>)], hidden: Option<u64>) -> Option<(String, u64)> {
    let most = areas.iter().filter_map(|(_, n)| n.value().copied()).max().filter(|most| *most > 0)?;
    let of_most = areas.iter().filter(|(_, n)| n.value() == Some(&most));
    let names: Vec<String> = of_most.map(|(name, _)| (*name).to_owned()).collect();
    let names = list(lang, &names);
    let is_most_of_all = hidden.is_some_and(|hidden| hidden <= most);
    let words = if is_most_of_all { t::most_waiting } else { t::most_waiting_told };
    Some((words(lang, whole(most), &names), most))
}

/// How each column is counted.
#[component]
fn Meaning(lang: Lang) -> impl IntoView {
    use t::{column as c, meaning as m};
    view! {
        <section class="section">
            <h2>{m::title(lang)}</h2>
            <Facts>
                <Fact name=c::places(lang) value=m::places(lang)/>
                <Fact name=c::taken(lang) value=m::taken(lang)/>
                <Fact name=c::living(lang) value=m::living(lang)/>
                <Fact name=c::waiting(lang) value=m::waiting(lang)/>
            </Facts>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::dataset::{Area, Settings};
    use domain::outcomes::need::{Home, by_area};
    use domain::outcomes::suppression::Gate;

    /// Where most wait, of so many in each area.
    fn said(waiting: &[usize]) -> Option<String> {
        let code = |at: usize| format!("0010{at}");
        let areas: Vec<Area> =
            (0..waiting.len()).map(|at| Area { name: format!("Alue {at}"), postal_codes: vec![code(at)] }).collect();
        let home = |at: usize| Home { postal_code: Some(code(at)), waits: true };
        let people: Vec<Home> =
            waiting.iter().enumerate().flat_map(|(at, n)| std::iter::repeat_n(home(at), *n)).collect();
        said_of(&by_area(&Gate::new(&Settings::default()), &areas, &[], &[], &people))
    }

    fn said_of(table: &PlacesTable) -> Option<String> {
        most_waiting(Lang::Fi, &waiting_by_area(table), hidden_waiting(table)).map(|(words, _)| words)
    }

    #[test]
    fn an_area_that_another_division_hides_may_be_the_largest() {
        let area = |name: &str, codes: &[&str]| Area {
            name: name.to_owned(),
            postal_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        };
        let now = [area("Itä", &["00100", "00109"]), area("Länsi", &["00101"]), area("Saari", &["00102"])];
        let before = vec![area("Itä", &["00100"]), area("Länsi", &["00101", "00109"]), area("Saari", &["00102"])];
        let waiting = [("00100", 18), ("00109", 2), ("00101", 6), ("00102", 12)];
        let home = |code: &str| Home { postal_code: Some(code.to_owned()), waits: true };
        let people: Vec<Home> = waiting.iter().flat_map(|(code, n)| std::iter::repeat_n(home(code), *n)).collect();
        let gate = Gate::new(&Settings::default());
        // Twenty wait in the east, of whom two would follow.
        let table = by_area(&gate, &now, &[before], &[], &people);
        assert_eq!(said_of(&table).as_deref(), Some("Suurin kerrotuista jonottajien määristä on 12: Saari."));
        let table = by_area(&gate, &now, &[], &[], &people);
        assert_eq!(said_of(&table).as_deref(), Some("Suurin jonottajien määrä on 20: Itä."));
    }

    #[test]
    fn the_finding_names_where_most_wait_of_those_that_are_told() {
        assert_eq!(said(&[6, 12, 9]).as_deref(), Some("Suurin jonottajien määrä on 12: Alue 1."));
        assert_eq!(said(&[12, 6, 12]).as_deref(), Some("Suurin jonottajien määrä on 12: Alue 0 ja Alue 2."));
        // Three are hidden, and with them six: twelve is still the most.
        assert_eq!(said(&[3, 12, 6]).as_deref(), Some("Suurin jonottajien määrä on 12: Alue 1."));
        assert_eq!(said(&[3, 12]), None, "both are hidden");
        assert_eq!(said(&[0, 0]), None);
    }
}
