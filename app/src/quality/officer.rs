//! The officer's page: a group a row, nobody's name, and what of few people is hidden as everywhere.

use domain::outcomes::suppression::Shown;
use domain::quality::ShownQuality;
use leptos::prelude::*;

use super::{Looked, groups, named};
use crate::outcomes::numbers::{number, share};
use crate::texts::{Lang, outcomes, quality as t};
use crate::ui::BigFigure;

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
    pub looked: Looked,
    /// Those of this page.
    pub rows: Vec<OfficerRow>,
    /// All groups together.
    pub all: ShownQuality,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
}

#[component]
pub fn OfficerPage(lang: Lang, view: OfficerView) -> impl IntoView {
    let OfficerView { looked, rows, all, k, basis } = view;
    let back = ("/figures".to_owned(), outcomes::title(lang).to_owned());
    let rows = rows.into_iter().map(|one| row(lang, one)).collect();
    let brief = view! { <All lang all/> }.into_any();
    let note = view! { <p class="quiet">{outcomes::hidden_note(lang, basis, k)}</p> }.into_any();
    groups(lang, back, looked, (brief, note), rows)
}

/// All groups together, for whoever has a minute.
#[component]
fn All(lang: Lang, all: ShownQuality) -> impl IntoView {
    use t::brief as b;
    view! {
        <div class="figures">
            <BigFigure number=share(lang, &all.completeness()) words=b::rolls(lang)/>
            <BigFigure number=share(lang, &all.punctuality()) words=b::punctual(lang)/>
            {(all.by_file.value() != Some(&0)).then(|| view! {
                <BigFigure number=number(lang, &all.by_file) words=b::by_file(lang)/>
            })}
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
    let by_file = super::by_file(lang, shown.by_file.value().copied().unwrap_or_default());
    view! {
        <tr>
            {named(view! { {name} }.into_any(), below)}
            {rolls(lang, c::rolls(lang), &shown.completeness(), (&shown.made, &shown.expected), None)}
            {rolls(lang, c::punctual(lang), &shown.punctuality(), (&shown.punctual, &shown.timed), by_file)}
            <td data-label=c::baseline(lang)>{number(lang, &shown.no_baseline)}</td>
            <td data-label=c::follow_up(lang)>{number(lang, &shown.no_follow_up)}</td>
            <td data-label=c::reasons(lang)>{number(lang, &shown.unexplained)}</td>
        </tr>
    }
    .into_any()
}

/// "80 %", and of how many below it, with those that are left out; of no session, that there was none.
fn rolls(
    lang: Lang,
    label: &'static str,
    part: &Shown<f64>,
    (x, n): (&Shown<u64>, &Shown<u64>),
    beside: Option<String>,
) -> AnyView {
    if n.value() == Some(&0) {
        let words = beside.unwrap_or_else(|| t::no_sessions(lang).to_owned());
        return view! { <td data-label=label>{words}</td> }.into_any();
    }
    let of = format!("{} / {}", number(lang, x), number(lang, n));
    let more = [Some(of), beside].into_iter().flatten().collect::<Vec<_>>().join("; ");
    view! {
        <td data-label=label><span class="table__name">{share(lang, part)}<span class="table__more">{more}</span></span></td>
    }
    .into_any()
}
