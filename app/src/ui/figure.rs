//! Figures: a chart with its finding and its table, one large number, a bar of how full.

use leptos::prelude::*;

use super::table::TableFrame;
use crate::texts::{Lang, charts};

/// The finding as title, the drawing, the numbers in a table that is always there.
#[component]
pub fn Figure(
    lang: Lang,
    /// A whole sentence.
    #[prop(into)]
    title: String,
    /// The drawing.
    chart: AnyView,
    /// Rows of a `<table class="table">`, `<caption>` included.
    table: AnyView,
    #[prop(optional, into)] source: String,
) -> impl IntoView {
    let label = charts::table_label(lang);
    view! {
        <figure class="figure">
            <figcaption class="figure__title">{title}</figcaption>
            <div class="figure__frame">{chart}</div>
            <details class="figure__details">
                <summary>{charts::show_table(lang)}</summary>
                <TableFrame label><table class="table">{table}</table></TableFrame>
            </details>
            {(!source.is_empty()).then(|| view! { <p class="figure__source">{source}</p> })}
        </figure>
    }
    .into_any()
}

/// One large number with its words below.
#[component]
pub fn BigFigure(#[prop(into)] number: String, #[prop(into)] words: String) -> impl IntoView {
    view! { <div class="big"><p class="big__number">{number}</p><p class="big__words">{words}</p></div> }.into_any()
}

/// How full something is. The numbers stand beside it in words; the bar only repeats them.
#[component]
pub fn Meter(part: i64, whole: i64) -> impl IntoView {
    let share = if whole > 0 { (part.clamp(0, whole) * 100 / whole).to_string() } else { "0".to_owned() };
    view! {
        <div class="meter" aria-hidden="true">
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" focusable="false">
                <rect class="meter__bar" x="0" y="0" height="8" width=share/>
            </svg>
        </div>
    }
    .into_any()
}
