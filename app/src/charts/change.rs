//! Mean changes with their intervals, a row for each outcome. Units differ, so each row has its own scale
//! round one common line of no change; right of it is better in every row.

use leptos::prelude::*;

use crate::texts::{Lang, outcomes};

/// One outcome's change; values in one unit, more is better.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeRow {
    pub name: &'static str,
    pub mean: f64,
    pub low: f64,
    pub high: f64,
    /// The smallest change that means something for a group, where one is agreed.
    pub meaningful: Option<f64>,
    /// "+0,8 pistettä (0,2–1,5)": written at the row's end.
    pub text: String,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 200.0;
const RIGHT: f64 = 530.0;
const ROW: f64 = 62.0;
const TOP: f64 = 34.0;

/// The chart. Rows without numbers are left out by the caller, who says so in words.
pub fn change_chart(lang: Lang, rows: &[ChangeRow]) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let height = rows.len() as f64 * ROW + TOP + 34.0;
    let zero = (LEFT + RIGHT) / 2.0;
    let bottom = height - 30.0;
    let drawn: Vec<_> = rows.iter().enumerate().map(|(i, row)| draw(row, i)).collect();
    view! {
        <svg class="chart" viewBox=format!("0 0 {WIDTH} {height}") role="img" aria-label=outcomes::chart::change_label(lang)>
            <line class="chart__grid" x1=LEFT.to_string() x2=LEFT.to_string() y1=TOP.to_string() y2=bottom.to_string()/>
            <line class="chart__grid" x1=RIGHT.to_string() x2=RIGHT.to_string() y1=TOP.to_string() y2=bottom.to_string()/>
            <line class="chart__zero" x1=zero.to_string() x2=zero.to_string() y1=(TOP - 8.0).to_string() y2=bottom.to_string()/>
            <text class="chart__text chart__text--soft" x=LEFT.to_string() y="18">{format!("← {}", outcomes::chart::worse(lang))}</text>
            <text class="chart__text chart__text--soft chart__text--middle" x=zero.to_string() y="18">"0"</text>
            <text class="chart__text chart__text--soft chart__text--end" x=RIGHT.to_string() y="18">
                {format!("{} →", outcomes::chart::better(lang))}
            </text>
            {drawn}
            {rows.iter().any(|row| row.meaningful.is_some()).then(|| view! {
                <line class="chart__limit" x1=LEFT.to_string() x2=(LEFT + 26.0).to_string() y1=(height - 11.0).to_string()
                    y2=(height - 11.0).to_string()/>
                <text class="chart__text chart__text--soft" x=(LEFT + 34.0).to_string() y=(height - 6.0).to_string()>
                    {outcomes::chart::meaningful(lang)}
                </text>
            })}
        </svg>
    }
    .into_any()
}

/// The place of a value: the row's largest size, with a little room, reaches the edge.
fn place(row: &ChangeRow, value: f64) -> f64 {
    let largest = [row.low, row.high, row.meaningful.unwrap_or(0.0)].map(f64::abs).into_iter().fold(0.0, f64::max);
    let scale = if largest > 0.0 { (RIGHT - LEFT) / 2.0 / (largest * 1.15) } else { 0.0 };
    // Tenths are finer than a pixel, and keep the drawing's text short.
    (((LEFT + RIGHT) / 2.0 + value * scale) * 10.0).round() / 10.0
}

fn draw(row: &ChangeRow, i: usize) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let y = TOP + ROW * (i as f64 + 0.5);
    let at = |value| place(row, value).to_string();
    let sure = row.low > 0.0 || row.high < 0.0;
    let mark = if sure { "chart__mark" } else { "chart__mark chart__mark--unsure" };
    let limit = row.meaningful.map(|limit| {
        view! {
            <line class="chart__limit" x1=at(limit) x2=at(limit) y1=(y - 20.0).to_string() y2=(y + 20.0).to_string()/>
        }
    });
    view! {
        <text class="chart__text chart__text--end" x=(LEFT - 14.0).to_string() y=(y + 5.0).to_string()>{row.name}</text>
        {limit}
        <line class="chart__interval" x1=at(row.low) x2=at(row.high) y1=y.to_string() y2=y.to_string()/>
        <line class="chart__interval" x1=at(row.low) x2=at(row.low) y1=(y - 7.0).to_string() y2=(y + 7.0).to_string()/>
        <line class="chart__interval" x1=at(row.high) x2=at(row.high) y1=(y - 7.0).to_string() y2=(y + 7.0).to_string()/>
        <circle class=mark cx=at(row.mean) cy=y.to_string() r="9"/>
        <text class="chart__text chart__text--strong" x=(RIGHT + 16.0).to_string() y=(y + 5.0).to_string()>{row.text.clone()}</text>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(low: f64, high: f64) -> ChangeRow {
        ChangeRow { name: "", mean: (low + high) / 2.0, low, high, meaningful: None, text: String::new() }
    }

    #[test]
    fn better_lies_right_of_the_line_and_nothing_leaves_the_frame() {
        for (low, high) in [(0.2, 1.5), (-3.0, -1.0), (-10.0, 60.0), (0.0, 0.0)] {
            let row = row(low, high);
            let zero = (LEFT + RIGHT) / 2.0;
            for value in [low, high, row.mean] {
                let x = place(&row, value);
                assert!((LEFT..=RIGHT).contains(&x), "{value} at {x}");
                assert!((value > 0.0) == (x > zero), "{value} at {x}");
            }
        }
    }
}
