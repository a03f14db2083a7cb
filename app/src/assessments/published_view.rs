//! The published figures that are no range, on the page of sources: one table an outcome, each row with its study.

use domain::assessments::OutcomeMeasure;
use domain::assessments::published::{BySex, Figure, PUBLISHED, PublishedRow, PublishedTable};
use leptos::prelude::*;

use super::references::{ages, figure_cell, kind, source};
use super::source_table::{Column, SourceTable};
use super::sources::Standing;
use super::words::outcome_name;
use crate::texts::guide::{published as p, sources as s};
use crate::texts::{Lang, NO_FIGURE};

/// Every table of figures, and what a mean says and does not say.
#[component]
pub fn PublishedFigures(lang: Lang) -> impl IntoView {
    let by_outcome = PUBLISHED.chunk_by(|a, b| a.outcome == b.outcome);
    let tables: Vec<_> =
        by_outcome.filter_map(|tables| Some(outcome_view(lang, tables.first()?.outcome, tables))).collect();
    view! {
        <p>{p::note(lang)}</p>
        {tables}
    }
    .into_any()
}

/// What was published of one outcome.
fn outcome_view(lang: Lang, outcome: OutcomeMeasure, tables: &'static [PublishedTable]) -> AnyView {
    let name = p::title(lang, outcome_name(lang, outcome));
    let rows = tables.iter().flat_map(|table| table.rows.iter().map(move |row| figure_row(lang, table, row)));
    let rows: Vec<_> = rows.collect();
    let columns = vec![
        Column::Words(s::age(lang)),
        Column::Figures(s::women(lang)),
        Column::Figures(s::men(lang)),
        Column::Words(s::where_from(lang)),
        Column::Words(s::standing(lang)),
    ];
    view! { <SourceTable name columns rows/> }.into_any()
}

fn figure_row(lang: Lang, table: &'static PublishedTable, row: &'static PublishedRow) -> AnyView {
    let told = |figure: Option<Figure>| match figure {
        Some(figure) => figure_cell(lang, table, figure),
        None => NO_FIGURE.to_owned(),
    };
    let (figures, one) = match row.figures {
        BySex::Each(women, men) => {
            let cells =
                view! { <td class="table__figure">{told(women)}</td><td class="table__figure">{told(men)}</td> };
            (cells.into_any(), women.or(men))
        }
        // One figure of both.
        BySex::Together(both) => {
            (view! { <td class="table__figure" colspan="2">{told(Some(both))}</td> }.into_any(), Some(both))
        }
    };
    let kind = one.map(|figure| kind(lang, figure)).unwrap_or_default();
    view! {
        <tr>
            <th scope="row">{ages(lang, row.ages)}</th>
            {figures}
            <td>{format!("{}; {kind}", source(lang, table))}</td>
            <td>{Standing::of(table.checked).words(lang)}</td>
        </tr>
    }
    .into_any()
}
