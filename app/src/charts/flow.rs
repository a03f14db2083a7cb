//! The participants' way as bars: one a step, numbers written at their ends.

use leptos::prelude::*;

use crate::texts::{Lang, count, outcomes};

/// One step; `n` is nothing where the number is hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowStep {
    pub name: &'static str,
    pub n: Option<i64>,
    /// Hidden for privacy, not merely unknown.
    pub hidden: bool,
}

const WIDTH: i64 = 720;
const LABELS: i64 = 190;
const NUMBERS: i64 = 90;
const ROW: i64 = 46;
const BAR: i64 = 26;

/// Bars in proportion to the largest step.
pub fn flow_chart(lang: Lang, steps: &[FlowStep]) -> AnyView {
    let most = steps.iter().filter_map(|step| step.n).max().unwrap_or(0).max(1);
    let height = i64::try_from(steps.len()).unwrap_or(0) * ROW + 8;
    let rows: Vec<_> = steps.iter().zip(0..).map(|(step, i)| row(lang, step, i * ROW + 4, most)).collect();
    view! {
        <svg class="chart" viewBox=format!("0 0 {WIDTH} {height}") role="img" aria-label=outcomes::chart::flow_label(lang)>
            {rows}
        </svg>
    }
    .into_any()
}

fn row(lang: Lang, step: &FlowStep, top: i64, most: i64) -> AnyView {
    let room = WIDTH - LABELS - NUMBERS;
    let length = step.n.map(|n| n.max(0) * room / most);
    let text = match step.n {
        Some(n) => count(lang, n),
        None if step.hidden => outcomes::chart::hidden(lang).to_owned(),
        None => outcomes::undefined(lang).to_owned(),
    };
    let middle = top + BAR / 2 + 5;
    let end = LABELS + length.unwrap_or(0) + 10;
    view! {
        <text class="chart__text chart__text--end" x=(LABELS - 12).to_string() y=middle.to_string()>{step.name}</text>
        {length.map(|length| view! {
            <rect class="chart__bar" x=LABELS.to_string() y=top.to_string() width=length.to_string() height=BAR.to_string() rx="4"/>
        })}
        <text class="chart__text chart__text--strong" x=end.to_string() y=middle.to_string()>{text}</text>
    }
    .into_any()
}
