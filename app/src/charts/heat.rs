//! Weeks by weekday: a tile with its number for each day with held sessions, the darker the more. A hidden number is two dots
//! in a dashed tile, a day without a session a short line. Where there is room, the second half of the weeks stands beside the
//! first.

use leptos::prelude::*;

use super::frame::{Shade, in_both, joined};
use crate::texts::HIDDEN_FIGURE;

/// One day of a week.
#[derive(Clone, PartialEq, Debug)]
pub enum HeatCell {
    NoSession,
    Hidden,
    /// The number as it is written, and its share of the largest one, 0 … 1.
    Number(String, f64),
}

/// One week.
#[derive(Clone, PartialEq, Debug)]
pub struct HeatRow {
    /// Its first day in words.
    pub name: String,
    /// As many as there are columns.
    pub cells: Vec<HeatCell>,
}

/// The weeks, and what is said of the columns.
pub struct HeatChart<'a> {
    /// Short names.
    pub columns: &'a [&'static str],
    pub rows: &'a [HeatRow],
    /// For those who do not see it: each column in words.
    pub said: &'a [String],
}

struct Layout {
    class: &'static str,
    width: usize,
    /// Parts of the weeks beside each other.
    parts: usize,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 720, parts: 2 },
    Layout { class: "chart chart--narrow", width: 340, parts: 1 },
];
const GAP: usize = 24;
/// Room for the names of weeks, and above the first of them for those of columns.
const NAMES: usize = 88;
const HEAD: usize = 24;
const ROW: usize = 27;
const WIDEST: usize = 60;

impl Layout {
    const fn part_width(&self) -> usize {
        (self.width - (self.parts - 1) * GAP) / self.parts
    }

    fn column_width(&self, columns: usize) -> usize {
        ((self.part_width() - NAMES) / columns.max(1)).min(WIDEST)
    }

    fn height(&self, rows: usize) -> usize {
        HEAD + rows.div_ceil(self.parts) * ROW
    }
}

/// The drawing.
pub fn heat_chart(label: &str, chart: &HeatChart) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(label, chart, layout))
}

fn drawing(label: &str, chart: &HeatChart, layout: &Layout) -> AnyView {
    let each = chart.rows.len().div_ceil(layout.parts).max(1);
    let width = layout.column_width(chart.columns.len());
    let part = |(at, rows): (usize, &[HeatRow])| part(chart.columns, rows, (at * (layout.part_width() + GAP), width));
    let parts: Vec<_> = chart.rows.chunks(each).enumerate().map(part).collect();
    let view_box = format!("0 0 {} {}", layout.width, layout.height(chart.rows.len()));
    let label = joined(label, chart.said.iter().cloned());
    view! { <svg class=layout.class viewBox=view_box role="img" aria-label=label>{parts}</svg> }.into_any()
}

/// Some of the weeks under the names of the columns; `left` and `width`: of the part and of a column.
fn part(columns: &[&'static str], rows: &[HeatRow], (left, width): (usize, usize)) -> AnyView {
    let middle = |column: usize| left + NAMES + column * width + width / 2;
    let heads: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| {
            view! {
                <text class="chart__text chart__text--soft chart__text--middle" x=middle(at).to_string() y="16">{*name}</text>
            }
        })
        .collect();
    let row = |(at, row): (usize, &HeatRow)| {
        let top = HEAD + at * ROW;
        let cells = row.cells.iter().enumerate().map(|(column, cell)| draw(cell, (middle(column), top), width));
        let cells: Vec<_> = cells.collect();
        view! {
            <text class="chart__text chart__text--soft" x=left.to_string() y=(top + 18).to_string()>{row.name.clone()}</text>
            {cells}
        }
    };
    let rows: Vec<_> = rows.iter().enumerate().map(row).collect();
    view! { {heads}{rows} }.into_any()
}

fn draw(cell: &HeatCell, (middle, top): (usize, usize), width: usize) -> AnyView {
    let (words, share) = match cell {
        HeatCell::NoSession => {
            let (x1, x2, y) = (middle - 5, middle + 5, (top + ROW / 2).to_string());
            return view! {
                <line class="chart__grid" x1=x1.to_string() x2=x2.to_string() y1=y.clone() y2=y/>
            }
            .into_any();
        }
        HeatCell::Hidden => (HIDDEN_FIGURE.to_owned(), None),
        HeatCell::Number(words, share) => (words.clone(), Some(*share)),
    };
    let shade = Shade::of(share);
    let text = shade.words("chart__text chart__text--soft chart__text--middle");
    view! {
        <rect class=shade.class() x=(middle - width / 2 + 1).to_string() y=(top + 1).to_string()
            width=(width - 2).to_string() height=(ROW - 2).to_string() rx="3"/>
        <text class=text x=middle.to_string() y=(top + 18).to_string()>{words}</text>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_every_week_has_room_in_both_drawings() {
        for layout in &LAYOUTS {
            for columns in 1..=7 {
                let width = layout.column_width(columns);
                assert!(width >= 34 && NAMES + columns * width <= layout.part_width(), "{columns}");
            }
        }
        let [wide, narrow] = &LAYOUTS;
        assert_eq!((wide.part_width(), narrow.part_width()), (348, 340));
        assert_eq!((wide.height(53), narrow.height(53)), (24 + 27 * 27, 24 + 53 * 27));
        assert_eq!(wide.height(0), 24);
    }
}
