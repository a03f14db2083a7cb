//! The participants' way as bars: one a step, numbers written at their ends.

use leptos::prelude::*;

use super::bar::BarRow;
use super::frame::{count_or_dots, in_both};
use crate::texts::{Lang, outcomes};

/// One step; `n` is nothing where the number is hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowStep {
    pub name: &'static str,
    pub n: Option<i64>,
    /// Hidden for privacy, not merely unknown.
    pub hidden: bool,
}

/// Two drawings: names left of the bars where there is room, above them where there is not.
struct Layout {
    class: &'static str,
    width: i64,
    /// Room for the names left of the bars; without any they stand above them.
    labels: i64,
    row: i64,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 720, labels: 190, row: 46 },
    Layout { class: "chart chart--narrow", width: 340, labels: 0, row: 60 },
];
const NUMBERS: i64 = 90;
const BAR: i64 = 26;

/// Bars in proportion to the largest step.
pub fn flow_chart(lang: Lang, steps: &[FlowStep]) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(lang, steps, layout))
}

fn drawing(lang: Lang, steps: &[FlowStep], layout: &Layout) -> AnyView {
    let most = steps.iter().filter_map(|step| step.n).max().unwrap_or(0).max(1);
    let height = i64::try_from(steps.len()).unwrap_or(0) * layout.row + 8;
    let view_box = format!("0 0 {} {height}", layout.width);
    let rows: Vec<_> = steps.iter().zip(0..).map(|(step, i)| row(lang, step, layout, i, most)).collect();
    view! {
        <svg class=layout.class viewBox=view_box role="img" aria-label=outcomes::chart::flow_label(lang)>{rows}</svg>
    }
    .into_any()
}

fn row(lang: Lang, step: &FlowStep, layout: &Layout, i: i64, most: i64) -> AnyView {
    let room = layout.width - layout.labels - NUMBERS;
    let unknown = step.n.is_none() && !step.hidden;
    BarRow {
        name: step.name.to_owned(),
        length: step.n.map(|n| n.max(0) * room / most),
        number: if unknown { outcomes::undefined(lang).to_owned() } else { count_or_dots(lang, step.n) },
        labels: layout.labels,
        top: (i + 1) * layout.row - BAR - if layout.labels > 0 { 16 } else { 6 },
        height: BAR,
    }
    .draw()
}
