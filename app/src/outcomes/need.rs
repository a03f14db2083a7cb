//! Places and need for the officer: by provider how full groups are, by area where people live who are in a group or wait.

use domain::outcomes::need::{PlacesTable, ShownPlaces};
use domain::time::Day;
use leptos::prelude::*;

use super::numbers::{number, share};
use crate::texts::{Lang, need as t, outcomes};
use crate::ui::{BigFigure, CardTable, Fact, Facts, PageHead};

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct NeedView {
    pub today: Day,
    pub providers: PlacesTable,
    /// Nothing where the municipality has set no areas.
    pub areas: Option<PlacesTable>,
    /// The whole municipality, its people counted once each.
    pub everywhere: ShownPlaces,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
}

#[component]
pub fn NeedPage(lang: Lang, view: NeedView) -> impl IntoView {
    let NeedView { today, providers, areas, everywhere, k, basis } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let rows = |table: PlacesTable, row: fn(Lang, ShownPlaces, bool) -> AnyView| {
        let PlacesTable { rows, all } = table;
        let mut drawn: Vec<_> = rows.into_iter().map(|one| row(lang, one, false)).collect();
        drawn.push(row(lang, all, true));
        drawn
    };
    let areas = match areas {
        Some(table) => {
            let heads = area_heads(lang).to_vec();
            view! { <CardTable label=t::by_area(lang) heads rows=rows(table, area)/> }.into_any()
        }
        None => view! { <p class="quiet">{t::no_areas(lang)}</p> }.into_any(),
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
    let more = (unlimited > 0).then(|| t::unlimited(lang, super::numbers::whole(unlimited)));
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
