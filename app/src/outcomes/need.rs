//! Places and need for the officer: by provider how full groups are, by area where people live who are in a group or wait.

use domain::outcomes::need::{PlacesTable, ShownPlaces};
use domain::outcomes::suppression::Shown;
use domain::outcomes::tile_map::{TilePlace, TilePlaces, arranged};
use domain::time::Day;
use leptos::prelude::*;

use super::areas::tile;
use super::council::tables::{Table, about_file, label, named};
use super::drawings::{Drawing, links_of};
use super::drawn::Drawn;
use super::numbers::{number, share, whole};
use super::table::{FigureRow, figures_table};
use super::value::Value;
use crate::charts::{Tile, tiles_chart};
use crate::texts::council::annex;
use crate::texts::{Lang, list, need as t, outcomes};
use crate::ui::{BigFigure, ButtonLink, CardTable, Fact, Facts, Figure, PageHead};

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
    let address = format!("/figures/need/drawing?language={}&of=", lang.code());
    let drawings = drawings(lang, &view);
    let pictures = (!drawings.is_empty()).then(|| links_of(lang, drawings, &address));
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
            <p class="cluster">
                <ButtonLink text=outcomes::files::xlsx(lang) href="/figures/need/sheet"/>
                <ButtonLink text=outcomes::files::csv(lang) href="/figures/need/sheet?as=csv"/>
            </p>
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
            {pictures}
        </div>
    }
    .into_any()
}

/// The same as tables: a provider or an area a row, all together last. `municipality`: what it is called.
pub fn tables(lang: Lang, municipality: &str, view: &NeedView) -> Vec<Table> {
    use t::{column as c, meaning as m};
    let by_area = match &view.areas {
        ByArea::Told { year, table } => (t::areas_of(lang, &year.to_string()), Some(table)),
        ByArea::NotYet => (t::areas_not_yet(lang).to_owned(), None),
        ByArea::NoAreas => (t::no_areas(lang).to_owned(), None),
    };
    let (areas_are, areas) = by_area;
    let facts = vec![
        (t::title(lang), Value::text(t::lead(lang, view.today))),
        (t::by_area(lang), Value::text(areas_are)),
        (c::places(lang), Value::text(m::places(lang))),
        (c::taken(lang), Value::text(m::taken(lang))),
        (c::living(lang), Value::text(m::living(lang))),
        (c::waiting(lang), Value::text(m::waiting(lang))),
        (annex::hidden(lang), Value::text(outcomes::hidden_note(lang, view.basis, view.k))),
    ];
    let providers = places_table(lang, (t::by_provider(lang), c::provider(lang)), &view.providers, |row| {
        [(c::taken(lang), Value::count(lang, &row.people)), (c::used(lang), Value::share(lang, &row.used()))]
    });
    let areas = areas.map(|table| {
        places_table(lang, (t::by_area(lang), c::area(lang)), table, |row| {
            [(c::living(lang), Value::count(lang, &row.people)), (c::waiting(lang), Value::count(lang, &row.waiting))]
        })
    });
    [about_file(lang, municipality, facts), providers].into_iter().chain(areas).collect()
}

/// Groups and places of each row, then what `people` tells of it under its heading.
fn places_table(
    lang: Lang,
    (name_of_table, first): (&'static str, &'static str),
    table: &PlacesTable,
    people: impl Fn(&ShownPlaces) -> [(&'static str, Value); 2],
) -> Table {
    use t::column as c;
    let heads = people(&table.all).map(|(heading, _)| named(heading));
    let own = [label(first), named(c::groups(lang)), named(c::places(lang)), named(c::unlimited(lang))];
    let row = |(row, all): (&ShownPlaces, bool)| {
        let counts = [&row.groups, &row.places, &row.unlimited].map(|count| Value::count(lang, count));
        let people = people(row).map(|(_, value)| value);
        std::iter::once(Value::text(name(lang, row, all))).chain(counts).chain(people).collect::<Vec<_>>()
    };
    let rows = table.rows.iter().map(|one| (one, false)).chain([(&table.all, true)]).map(row).collect();
    Table::of(name_of_table, own.into_iter().chain(heads).collect(), rows, Vec::new())
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
    let Drawn { title, chart, source } = waiting_drawn(lang, table, places)?;
    let areas = waiting_by_area(table);
    let row = |(name, waiting): &(&str, Shown<u64>)| FigureRow::new(*name, [number(lang, waiting)]);
    let table = figures_table(t::column::area(lang), [t::column::waiting(lang)], areas.iter().map(row));
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// The drawings of the page, for files of pictures: who waits where, with the day.
pub fn drawings(lang: Lang, view: &NeedView) -> Vec<Drawing> {
    let ByArea::Told { table, .. } = &view.areas else { return Vec::new() };
    let drawn = waiting_drawn(lang, table, &view.places).map(|drawn| Drawing {
        name: "waiting".to_owned(),
        words: t::column::waiting(lang).to_owned(),
        drawn: Drawn { source: format!("{} {}", drawn.source, t::lead(lang, view.today)), ..drawn },
    });
    drawn.into_iter().collect()
}

/// The same without its table.
fn waiting_drawn(lang: Lang, table: &PlacesTable, places: &TilePlaces) -> Option<Drawn> {
    let areas = waiting_by_area(table);
    let (title, most) = most_waiting(lang, &areas, hidden_waiting(table))?;
    let of_area = |((name, waiting), place): (&(&str, Shown<u64>), TilePlace)| tile(lang, name, (waiting, most), place);
    let names: Vec<&str> = areas.iter().map(|(name, _)| *name).collect();
    let tiles: Vec<Tile> = areas.iter().zip(arranged(&names, places)).map(of_area).collect();
    let chart = tiles_chart(t::column::waiting(lang), &tiles);
    Some(Drawn { title, chart, source: t::tiles(lang).to_owned() })
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
    use domain::outcomes::need::{Home, by_area, by_provider};
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
    fn the_file_has_every_row_and_hides_what_the_page_hides() {
        let gate = Gate::new(&Settings::default());
        let areas = ["Ranta", "Saari"].map(|name| Area { name: name.to_owned(), postal_codes: vec![name.to_owned()] });
        let home = |area: &str| Home { postal_code: Some(area.to_owned()), waits: true };
        let people: Vec<Home> = (0..14).map(|n| home(if n < 12 { "Ranta" } else { "Saari" })).collect();
        let table = by_area(&gate, &areas, &[], &[], &people);
        let mut view = NeedView {
            today: domain::time::Day::new(2026, 11, 21).unwrap(),
            providers: by_provider(&gate, &[]),
            areas: ByArea::Told { year: 2026, table: table.clone() },
            places: TilePlaces::default(),
            everywhere: table.all,
            k: 5,
            basis: 10,
        };
        for lang in Lang::ALL {
            let tables = tables(lang, "Koskela", &view);
            for row in
                tables.iter().flat_map(|table| table.rows.iter().map(move |row| (row.len(), table.columns.len())))
            {
                assert_eq!(row.0, row.1);
            }
            let rows = &tables[2].rows;
            let waiting: Vec<String> = rows.iter().map(|row| row[5].words(lang)).collect();
            // Two live on the island: with them the shore is hidden.
            assert_eq!(waiting, ["..", "..", "0", "14"], "{rows:?}");
            assert_eq!(rows[3][0], Value::text(t::all(lang)));
        }
        view.areas = ByArea::NotYet;
        assert_eq!(tables(Lang::Fi, "Koskela", &view).len(), 2);
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
