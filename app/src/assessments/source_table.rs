//! The tables of the page of sources.

use leptos::prelude::*;

use crate::ui::TableFrame;

/// A column's head, by what stands under it.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Words(&'static str),
    Figures(&'static str),
}

impl Column {
    fn head(self) -> AnyView {
        match self {
            Self::Words(words) => view! { <th scope="col">{words}</th> }.into_any(),
            Self::Figures(words) => view! { <th scope="col" class="table__figure">{words}</th> }.into_any(),
        }
    }
}

/// One of them.
#[component]
pub(super) fn SourceTable(
    #[prop(into)] name: String,
    /// It stands under a heading that says the name.
    #[prop(optional)]
    headed: bool,
    columns: Vec<Column>,
    rows: Vec<AnyView>,
    /// What must be known to read it.
    #[prop(optional_no_strip)]
    foot: Option<String>,
) -> impl IntoView {
    let heads: Vec<_> = columns.into_iter().map(Column::head).collect();
    let caption = (!headed).then(|| view! { <caption>{name.clone()}</caption> });
    let foot = foot.map(|foot| view! { <p class="table__foot">{foot}</p> });
    view! {
        <TableFrame label=name>
            <table class="table">
                {caption}
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {foot}
        </TableFrame>
    }
    .into_any()
}
