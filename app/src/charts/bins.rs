//! How many changed how much: a bar for each bin, from worse to better, with the smallest meaningful change marked on both
//! sides of no change. Numbers are written at the bars' ends.

use leptos::prelude::*;

use super::bar::BarRow;
use super::frame::{count_or_dots, in_both, joined};
use crate::texts::{Lang, outcomes};

/// One bin; `n` is nothing where the number is hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bin {
    pub name: String,
    pub n: Option<i64>,
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
    Layout { class: "chart chart--wide", width: 720, labels: 240, row: 40 },
    Layout { class: "chart chart--narrow", width: 340, labels: 0, row: 58 },
];
/// Room for the numbers behind the bars.
const NUMBERS: i64 = 70;
const BAR: i64 = 24;
/// The words of the marks stand below the last row.
const BELOW: i64 = 30;

impl Layout {
    fn length(&self, n: i64, most: i64) -> i64 {
        n.max(0) * (self.width - self.labels - NUMBERS) / most.max(1)
    }

    /// Where the bar of a row begins, from the top.
    fn top(&self, row: i64) -> i64 {
        (row + 1) * self.row - BAR - if self.labels > 0 { (self.row - BAR) / 2 } else { 4 }
    }

    /// The line before a row.
    fn before(&self, row: i64) -> i64 {
        row * self.row
    }
}

/// The chart of a change: `kept` is the place of the bin between the marks.
pub fn bins_chart(lang: Lang, label: &str, bins: &[Bin], kept: i64) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(lang, label, bins, (layout, kept)))
}

fn drawing(lang: Lang, label: &str, bins: &[Bin], (layout, kept): (&Layout, i64)) -> AnyView {
    let most = bins.iter().filter_map(|bin| bin.n).max().unwrap_or(0);
    let bottom = i64::try_from(bins.len()).unwrap_or(0) * layout.row;
    let rows: Vec<_> = bins.iter().zip(0..).map(|(bin, i)| row(lang, bin, (layout, i), most)).collect();
    let marks: Vec<_> = [kept, kept + 1].into_iter().map(|at| mark(layout.before(at), 0, layout.width)).collect();
    let label = joined(label, bins.iter().map(|bin| format!("{} {}", bin.name, count_or_dots(lang, bin.n))));
    view! {
        <svg class=layout.class viewBox=format!("0 0 {} {}", layout.width, bottom + BELOW) role="img" aria-label=label>
            {rows}
            {marks}
            {mark(bottom + 16, 0, 26)}
            <text class="chart__text chart__text--soft" x="34" y=(bottom + 21).to_string()>
                {outcomes::chart::smallest(lang)}
            </text>
        </svg>
    }
    .into_any()
}

fn mark(y: i64, x1: i64, x2: i64) -> AnyView {
    let y = y.to_string();
    view! { <line class="chart__limit" x1=x1.to_string() x2=x2.to_string() y1=y.clone() y2=y/> }.into_any()
}

fn row(lang: Lang, bin: &Bin, (layout, i): (&Layout, i64), most: i64) -> AnyView {
    BarRow {
        name: bin.name.clone(),
        length: bin.n.map(|n| layout.length(n, most)),
        number: count_or_dots(lang, bin.n),
        labels: layout.labels,
        top: layout.top(i),
        height: BAR,
    }
    .draw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_numbers_and_leave_room_for_these() {
        let [wide, narrow] = &LAYOUTS;
        assert_eq!([0, 10, 20].map(|n| wide.length(n, 20)), [0, 205, 410]);
        assert_eq!([5, 20].map(|n| narrow.length(n, 20)), [67, 270]);
        assert_eq!((wide.length(0, 0), wide.length(-3, 20)), (0, 0));
    }

    #[test]
    fn marks_stand_between_the_bars_and_names_above_them_where_there_is_no_room() {
        let [wide, narrow] = &LAYOUTS;
        assert_eq!([1, 2].map(|row| (wide.before(row), wide.top(row))), [(40, 48), (80, 88)]);
        assert_eq!([1, 2].map(|row| (narrow.before(row), narrow.top(row))), [(58, 88), (116, 146)]);
        for layout in &LAYOUTS {
            for row in 0..6 {
                assert!(layout.before(row) < layout.top(row) && layout.top(row) + BAR < layout.before(row + 1));
            }
        }
    }
}
