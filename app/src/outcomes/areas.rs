//! The areas of a page as a tile map, and the officer's form for where they stand.

use domain::outcomes::Page;
use domain::outcomes::suppression::Shown;
use domain::outcomes::tile_map::{MOST_COLUMNS, MOST_ROWS, MapTile, TilePlace, TilePlaces, arranged, tile_map};
use leptos::prelude::*;

use super::drawn::Drawn;
use super::numbers::{number, share, whole};
use super::said::strata_until;
use super::table::{FigureRow, figures_table};
use crate::charts::{Tile, tiles_chart};
use crate::texts::{Lang, common, council, list, outcomes, tiles as t};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Empty, ErrorSummary, FieldError, FieldWidth, Figure, Notice, PageHead, SelectField,
    Tone,
};

/// Where the participants of a page live; nothing where it is not told by area.
pub(super) fn map_figure(lang: Lang, page: &Page) -> Option<AnyView> {
    let Drawn { title, chart, source } = map_drawn(lang, page)?;
    let table = table(lang, &tile_map(page)?);
    Some(view! { <h3>{t::label(lang)}</h3><Figure lang title chart table source/> }.into_any())
}

/// The same without its table.
pub(super) fn map_drawn(lang: Lang, page: &Page) -> Option<Drawn> {
    let areas = tile_map(page)?;
    let told = |area: &MapTile| area.cell.participants.value().copied();
    let most = areas.iter().filter_map(told).max()?;
    let of_most = areas.iter().filter(|area| told(area) == Some(most));
    let names: Vec<String> = of_most.map(|area| area.cell.value.clone()).collect();
    let of_area = |area: &MapTile| tile(lang, &area.cell.value, (&area.cell.participants, most), area.place);
    let tiles: Vec<Tile> = areas.iter().map(of_area).collect();
    let until = strata_until(lang, page);
    Some(Drawn {
        title: t::most(lang, whole(most), &list(lang, &names)),
        chart: tiles_chart(t::label(lang), &tiles),
        source: format!("{} {} {until}", t::is(lang), placed(lang, &areas, &page.places)),
    })
}

/// Who has said where the tiles of these areas stand.
fn placed(lang: Lang, areas: &[MapTile], places: &TilePlaces) -> &'static str {
    match areas.iter().filter(|area| places.contains_key(&area.cell.value)).count() {
        0 => t::unplaced(lang),
        some if some < areas.len() => t::placed_some(lang),
        _ => t::placed(lang),
    }
}

/// An area with its people, the darker the nearer they come to the largest number shown.
#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
pub(super) fn tile(lang: Lang, name: &str, (people, most): (&Shown<u64>, u64), place: TilePlace) -> Tile {
    Tile {
        name: name.to_owned(),
        text: number(lang, people),
        share: people.value().map(|n| *n as f64 / most.max(1) as f64),
        place,
    }
}

fn table(lang: Lang, areas: &[MapTile]) -> AnyView {
    use outcomes::column as c;
    let row = |area: &MapTile| {
        let figures = [number(lang, &area.cell.participants), share(lang, &area.cell.adherence_median)];
        FigureRow::new(area.cell.value.clone(), figures)
    };
    figures_table(outcomes::by::area(lang), [c::participants(lang), c::adherence(lang)], areas.iter().map(row))
}

/// An area with the place that was chosen for it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChosenPlace {
    pub area: String,
    /// A number from 1 on; empty where none is chosen.
    pub column: String,
    pub row: String,
    pub error: Option<String>,
}

/// Everything that the form's page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct AreasView {
    /// In the order of their names.
    pub chosen: Vec<ChosenPlace>,
    /// Where they stand now.
    pub places: TilePlaces,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn AreasPage(lang: Lang, view: AreasView) -> impl IntoView {
    let AreasView { chosen, places, saved, errors } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let body = if chosen.is_empty() {
        view! { <Empty title=council::no_areas(lang)/> }.into_any()
    } else {
        let map = now(lang, &chosen, &places);
        view! { <PlacesForm lang chosen places/>{map} }.into_any()
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back/>
        <ErrorSummary lang errors/>
        <div class="stack stack--wide">
            {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
            <p class="cluster"><ButtonLink text=t::division::edit(lang) href="/figures/areas/edit"/></p>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn PlacesForm(lang: Lang, chosen: Vec<ChosenPlace>, places: TilePlaces) -> impl IntoView {
    let row = |(at, one): (usize, ChosenPlace)| {
        let was = told_place(places.get(&one.area));
        place_fields(lang, at, one, was)
    };
    let rows: Vec<_> = chosen.into_iter().enumerate().map(row).collect();
    view! {
        <form class="form" method="post" action="/figures/areas" novalidate>
            <p class="quiet">{t::rest(lang)}</p>
            <div class="form__part" id="places" tabindex="-1">{rows}</div>
            <div class="form__actions"><Button text=common::save(lang) kind=ButtonKind::Main/></div>
        </form>
    }
    .into_any()
}

/// A place as the form carries it: "3/4", or "/" where the area has none.
fn told_place(place: Option<&TilePlace>) -> String {
    place.map_or_else(|| "/".to_owned(), |place| format!("{}/{}", place.column, place.row))
}

/// `was`: where the area stood when the form was filled.
fn place_fields(lang: Lang, at: usize, one: ChosenPlace, was: String) -> AnyView {
    let ChosenPlace { area, column, row, error } = one;
    view! {
        <fieldset>
            <legend class="field__label">{area.clone()}</legend>
            <input type="hidden" name="area" value=area/>
            <input type="hidden" name="was" value=was/>
            <div class="cluster">
                <SelectField lang name="column" id=format!("column-{at}") label=t::column(lang)
                    options=choices(lang, MOST_COLUMNS) chosen=column error=error width=FieldWidth::Short/>
                <SelectField lang name="row" id=format!("row-{at}") label=t::row(lang)
                    options=choices(lang, MOST_ROWS) chosen=row width=FieldWidth::Short/>
            </div>
        </fieldset>
    }
    .into_any()
}

fn choices(lang: Lang, most: u8) -> Vec<(String, String)> {
    let numbers = (1..=most).map(|number| (number.to_string(), number.to_string()));
    std::iter::once((String::new(), t::none(lang).to_owned())).chain(numbers).collect()
}

/// The map without any number.
fn now(lang: Lang, chosen: &[ChosenPlace], places: &TilePlaces) -> AnyView {
    let names: Vec<&str> = chosen.iter().map(|one| one.area.as_str()).collect();
    let tile =
        |(name, place): (&&str, _)| Tile { name: (*name).to_owned(), text: String::new(), share: Some(0.0), place };
    let tiles: Vec<Tile> = names.iter().zip(arranged(&names, places)).map(tile).collect();
    let chart = tiles_chart(t::now(lang), &tiles);
    view! {
        <section class="section">
            <h2>{t::now(lang)}</h2>
            <div class="figure"><div class="figure__frame">{chart}</div></div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::said::data_until;
    use crate::texts::HIDDEN_FIGURE;
    use domain::outcomes::testing;

    #[test]
    fn the_map_says_of_which_day_it_is_and_who_has_placed_its_tiles() {
        let page = (0..600).map(testing::page).find(|page| map_drawn(Lang::En, page).is_some()).expect("a map");
        let source = |page: &Page| map_drawn(Lang::En, page).expect("a map").source;
        let mut kept = page.clone();
        kept.strata_as_of = page.made_on.plus_days(-31);
        assert!(source(&kept).contains(&outcomes::strata_kept(Lang::En, kept.strata_as_of)));
        assert!(!source(&kept).contains(&data_until(Lang::En, &page.report)));
        let with = |names: &[&str]| {
            let place = |(name, column): (&&str, u8)| ((*name).to_owned(), TilePlace { row: 1, column });
            source(&page.clone().with_places(names.iter().zip(1..).map(place).collect()))
        };
        // Areas that have gone keep their places.
        assert!(with(&["Gone"]).contains(t::unplaced(Lang::En)) && with(&["North"]).contains(t::placed_some(Lang::En)));
        assert!(with(&["North", "South"]).contains(t::placed(Lang::En)));
    }

    #[test]
    fn a_tile_tells_what_the_table_tells_and_the_finding_names_the_largest_shown() {
        let mut drawn = 0;
        for page in (0..600).map(testing::page) {
            let Some(Drawn { title, source, .. }) = map_drawn(Lang::En, &page) else { continue };
            let areas = tile_map(&page).unwrap();
            let most = areas.iter().filter_map(|area| area.cell.participants.value().copied()).max().unwrap();
            assert!(title.contains(&most.to_string()) && source.contains("order of their names"), "{title} {source}");
            for area in areas {
                let people = &area.cell.participants;
                let tile = tile(Lang::En, &area.cell.value, (people, most), area.place);
                let is_hidden = people.is_hidden();
                assert_eq!((tile.text == HIDDEN_FIGURE, tile.share.is_none()), (is_hidden, is_hidden), "{tile:?}");
                assert!(tile.share.is_none_or(|share| share <= 1.0) && tile.name == area.cell.value, "{tile:?}");
            }
            drawn += 1;
        }
        assert!(drawn > 0);
    }
}
