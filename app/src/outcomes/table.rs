//! Tables of figures: what a row is of stands at its left, its figures flush right.

use leptos::prelude::*;

use crate::ui::TableFrame;

/// A row of figures.
pub(super) struct FigureRow {
    name: String,
    /// Said behind the name: from when it is, of whom.
    more: Vec<String>,
    figures: Vec<String>,
}

impl FigureRow {
    pub fn new(name: impl Into<String>, figures: impl IntoIterator<Item = String>) -> Self {
        Self { name: name.into(), more: Vec::new(), figures: figures.into_iter().collect() }
    }

    /// With what must be known to read it.
    pub fn with(self, more: impl IntoIterator<Item = String>) -> Self {
        Self { more: more.into_iter().collect(), ..self }
    }

    pub fn draw(self) -> AnyView {
        let more = self.more.into_iter().map(|words| view! { " "<span class="table__more">{words}</span> });
        let more: Vec<_> = more.collect();
        view! { <tr><th scope="row">{self.name}{more}</th>{cells(self.figures)}</tr> }.into_any()
    }
}

/// The inside of a table: its heads, the one of the rows' names first, and its rows.
pub(super) fn figures_table(
    first: &'static str,
    rest: impl IntoIterator<Item = &'static str>,
    rows: impl IntoIterator<Item = FigureRow>,
) -> AnyView {
    let rows: Vec<_> = rows.into_iter().map(FigureRow::draw).collect();
    view! {
        <thead><tr><th scope="col">{first}</th>{heads(rest)}</tr></thead>
        <tbody>{rows}</tbody>
    }
    .into_any()
}

/// A table with a frame of its own, in which it scrolls where it is too wide.
pub(super) fn framed(label: &'static str, inside: AnyView) -> AnyView {
    view! { <TableFrame label><table class="table">{inside}</table></TableFrame> }.into_any()
}

/// The heads of columns of figures.
pub(super) fn heads(words: impl IntoIterator<Item = &'static str>) -> AnyView {
    let heads = words.into_iter().map(|words| view! { <th scope="col" class="table__figure">{words}</th> });
    heads.collect::<Vec<_>>().into_any()
}

/// The figures of a row.
pub(super) fn cells(figures: impl IntoIterator<Item = String>) -> AnyView {
    let cells = figures.into_iter().map(|figure| view! { <td class="table__figure">{figure}</td> });
    cells.collect::<Vec<_>>().into_any()
}
