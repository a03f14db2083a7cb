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

/// Where things stand in a drawing. There are two, and the style shows the one for which there is room: on a phone the
/// wide one's words would be too small to read, and its numbers out of sight.
struct Layout {
    class: &'static str,
    width: f64,
    /// The axis, from worse to better.
    left: f64,
    right: f64,
    row: f64,
    /// Names and numbers stand above their row, not at its ends.
    above: bool,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 760.0, left: 200.0, right: 530.0, row: 62.0, above: false },
    Layout { class: "chart chart--narrow", width: 340.0, left: 5.0, right: 335.0, row: 96.0, above: true },
];
const TOP: f64 = 34.0;

impl Layout {
    fn zero(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    /// The place of a value: the row's largest size, with a little room, reaches the edge.
    fn place(&self, row: &ChangeRow, value: f64) -> f64 {
        let largest = [row.low, row.high, row.meaningful.unwrap_or(0.0)].map(f64::abs).into_iter().fold(0.0, f64::max);
        let scale = if largest > 0.0 { (self.right - self.left) / 2.0 / (largest * 1.15) } else { 0.0 };
        // The values have no more digits than their words; tenths of a pixel tell nothing beyond them.
        ((self.zero() + value * scale) * 10.0).round() / 10.0
    }
}

/// The chart. Rows without numbers are left out by the caller, who says so in words.
pub fn change_chart(lang: Lang, rows: &[ChangeRow]) -> AnyView {
    LAYOUTS.iter().map(|layout| drawing(lang, rows, layout)).collect::<Vec<_>>().into_any()
}

fn drawing(lang: Lang, rows: &[ChangeRow], layout: &Layout) -> AnyView {
    let Layout { class, width, left, right, .. } = *layout;
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let height = rows.len() as f64 * layout.row + TOP + 34.0;
    let (zero, bottom) = (layout.zero(), height - 30.0);
    let drawn: Vec<_> = rows.iter().enumerate().map(|(i, row)| draw(row, i, layout)).collect();
    view! {
        <svg class=class viewBox=format!("0 0 {width} {height}") role="img" aria-label=outcomes::chart::change_label(lang)>
            <line class="chart__grid" x1=left.to_string() x2=left.to_string() y1=TOP.to_string() y2=bottom.to_string()/>
            <line class="chart__grid" x1=right.to_string() x2=right.to_string() y1=TOP.to_string() y2=bottom.to_string()/>
            {(!layout.above).then(|| no_change(zero, TOP - 8.0, bottom))}
            <text class="chart__text chart__text--soft" x=left.to_string() y="18">{format!("← {}", outcomes::chart::worse(lang))}</text>
            <text class="chart__text chart__text--soft chart__text--middle" x=zero.to_string() y="18">"0"</text>
            <text class="chart__text chart__text--soft chart__text--end" x=right.to_string() y="18">
                {format!("{} →", outcomes::chart::better(lang))}
            </text>
            {drawn}
            {rows.iter().any(|row| row.meaningful.is_some()).then(|| view! {
                <line class="chart__limit" x1=left.to_string() x2=(left + 26.0).to_string() y1=(height - 11.0).to_string()
                    y2=(height - 11.0).to_string()/>
                <text class="chart__text chart__text--soft" x=(left + 34.0).to_string() y=(height - 6.0).to_string()>
                    {outcomes::chart::meaningful(lang)}
                </text>
            })}
        </svg>
    }
    .into_any()
}

fn draw(row: &ChangeRow, i: usize, layout: &Layout) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let top = TOP + layout.row * i as f64;
    let y = if layout.above { top + layout.row - 24.0 } else { top + layout.row / 2.0 };
    let at = |value| layout.place(row, value).to_string();
    let sure = row.low > 0.0 || row.high < 0.0;
    let mark = if sure { "chart__mark" } else { "chart__mark chart__mark--unsure" };
    let limit = row.meaningful.map(|limit| {
        view! {
            <line class="chart__limit" x1=at(limit) x2=at(limit) y1=(y - 20.0).to_string() y2=(y + 20.0).to_string()/>
        }
    });
    view! {
        {words(row, top, y, layout)}
        {layout.above.then(|| no_change(layout.zero(), y - 24.0, y + 22.0))}
        {limit}
        <line class="chart__interval" x1=at(row.low) x2=at(row.high) y1=y.to_string() y2=y.to_string()/>
        <line class="chart__interval" x1=at(row.low) x2=at(row.low) y1=(y - 7.0).to_string() y2=(y + 7.0).to_string()/>
        <line class="chart__interval" x1=at(row.high) x2=at(row.high) y1=(y - 7.0).to_string() y2=(y + 7.0).to_string()/>
        <circle class=mark cx=at(row.mean) cy=y.to_string() r="9"/>
    }
    .into_any()
}

/// The line of no change: one through all rows, or a piece for each where words stand between them.
fn no_change(x: f64, y1: f64, y2: f64) -> AnyView {
    view! { <line class="chart__zero" x1=x.to_string() x2=x.to_string() y1=y1.to_string() y2=y2.to_string()/> }
        .into_any()
}

/// A row's name and numbers.
fn words(row: &ChangeRow, top: f64, y: f64, layout: &Layout) -> AnyView {
    let (class, name, numbers) = match layout.above {
        true => ("chart__text", (layout.left + 4.0, top + 18.0), (layout.left + 4.0, top + 40.0)),
        false => ("chart__text chart__text--end", (layout.left - 14.0, y + 5.0), (layout.right + 16.0, y + 5.0)),
    };
    view! {
        <text class=class x=name.0.to_string() y=name.1.to_string()>{row.name}</text>
        <text class="chart__text chart__text--strong" x=numbers.0.to_string() y=numbers.1.to_string()>
            {row.text.clone()}
        </text>
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
            for (value, layout) in [low, high, row.mean].into_iter().flat_map(|v| LAYOUTS.iter().map(move |l| (v, l))) {
                let x = layout.place(&row, value);
                assert!((layout.left..=layout.right).contains(&x), "{value} at {x}");
                assert!((value > 0.0) == (x > layout.zero()), "{value} at {x}");
            }
        }
    }
}
