//! The officer's page: a group a row, nobody's name, and what of few people is hidden as everywhere.

use domain::outcomes::suppression::Shown;
use domain::quality::ShownQuality;
use domain::time::Day;
use leptos::prelude::*;

use super::{Meaning, PAGE, Way, Ways, heads, named, turn_in};
use crate::outcomes::numbers::{number, share};
use crate::texts::{Lang, outcomes, quality as t};
use crate::ui::{BigFigure, CardTable, Empty, PageHead, Pages};

/// A group's row.
#[derive(Clone, PartialEq, Debug)]
pub struct OfficerRow {
    pub name: String,
    /// The organisation that runs it, and its season.
    pub below: String,
    pub shown: ShownQuality,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct OfficerView {
    pub today: Day,
    pub periods: Vec<Way>,
    pub orders: Vec<Way>,
    /// Those of this page.
    pub rows: Vec<OfficerRow>,
    /// All groups together.
    pub all: ShownQuality,
    /// 1-based.
    pub page: i64,
    /// How many groups there are.
    pub total: i64,
    /// The page's address without the number of its part.
    pub address: String,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
}

#[component]
pub fn OfficerPage(lang: Lang, view: OfficerView) -> impl IntoView {
    let OfficerView { today, periods, orders, rows, all, page, total, address, k, basis } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let table = match rows.is_empty() {
        true => view! { <Empty title=t::no_groups(lang)/> }.into_any(),
        false => {
            let rows: Vec<_> = rows.into_iter().map(|one| row(lang, one)).collect();
            view! {
                <All lang all/>
                <CardTable label=t::title(lang) heads=heads(lang) rows/>
                <Pages lang page size=PAGE total turn=turn_in(address)/>
            }
            .into_any()
        }
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang, today) back/>
        <div class="stack stack--wide">
            <Ways id="period" label=outcomes::period(lang) ways=periods/>
            <Ways id="order" label=t::worst_first(lang) ways=orders/>
            {table}
            <Meaning lang/>
            <p class="quiet">{outcomes::hidden_note(lang, basis, k)}</p>
        </div>
    }
    .into_any()
}

/// All groups together, for whoever has a minute.
#[component]
fn All(lang: Lang, all: ShownQuality) -> impl IntoView {
    use t::brief as b;
    view! {
        <div class="figures">
            <BigFigure number=share(lang, &all.completeness()) words=b::rolls(lang)/>
            <BigFigure number=share(lang, &all.punctuality()) words=b::punctual(lang)/>
            <BigFigure number=number(lang, &all.no_baseline) words=b::baseline(lang)/>
            <BigFigure number=number(lang, &all.no_follow_up) words=b::follow_up(lang)/>
            <BigFigure number=number(lang, &all.unexplained) words=b::reasons(lang)/>
        </div>
    }
    .into_any()
}

fn row(lang: Lang, row: OfficerRow) -> AnyView {
    use t::column as c;
    let OfficerRow { name, below, shown } = row;
    view! {
        <tr>
            {named(view! { {name} }.into_any(), below)}
            {rolls(lang, c::rolls(lang), &shown.completeness(), (&shown.made, &shown.expected))}
            {rolls(lang, c::punctual(lang), &shown.punctuality(), (&shown.punctual, &shown.expected))}
            <td data-label=c::baseline(lang)>{number(lang, &shown.no_baseline)}</td>
            <td data-label=c::follow_up(lang)>{number(lang, &shown.no_follow_up)}</td>
            <td data-label=c::reasons(lang)>{number(lang, &shown.unexplained)}</td>
        </tr>
    }
    .into_any()
}

/// "80 %", and of how many below it; of no session, that there was none.
fn rolls(lang: Lang, label: &'static str, part: &Shown<f64>, (x, n): (&Shown<u64>, &Shown<u64>)) -> AnyView {
    if n.value() == Some(&0) {
        return view! { <td data-label=label>{t::no_sessions(lang)}</td> }.into_any();
    }
    let more = format!("{} / {}", number(lang, x), number(lang, n));
    view! {
        <td data-label=label><span class="table__name">{share(lang, part)}<span class="table__more">{more}</span></span></td>
    }
    .into_any()
}
