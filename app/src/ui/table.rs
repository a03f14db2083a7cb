//! Tables that scroll in their own frame.

use leptos::prelude::*;

/// The frame of a `<table class="table">`: reached by keyboard, because it may scroll.
#[component]
pub fn TableFrame(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <div class="table-frame" role="region" aria-label=label tabindex="0">{children()}</div> }.into_any()
}

/// A table of records, which become cards where there is no room for its columns; `rows`: each a `<tr>` whose cells say
/// their head (`data-label`).
#[component]
pub fn CardTable<V: IntoView + 'static>(
    #[prop(into)] label: String,
    heads: Vec<&'static str>,
    rows: Vec<V>,
    /// Beside the table's own.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let heads: Vec<_> = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect();
    let class = format!("table table--cards {class}").trim_end().to_owned();
    view! {
        <TableFrame label>
            <table class=class>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}
