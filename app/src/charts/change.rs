//! Mean changes with their intervals, a row for each outcome: an open point for the start, a full one for the change since,
//! joined. All stand on one scale, in multiples of the smallest change that means something for one person, so that rows
//! can be set against each other; right of the start is better in every row. What one multiple is of each test stands in words beside the drawing.

use leptos::prelude::*;

use super::frame::{in_both, joined, tenth};
use crate::texts::{Lang, outcomes, signed};

/// One outcome's change, in multiples of its smallest meaningful change; more is better.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeRow {
    /// A test's, or a period's.
    pub name: String,
    pub mean: f64,
    pub low: f64,
    pub high: f64,
    /// The smallest change that means something for a group, where one is agreed.
    pub meaningful: Option<f64>,
    /// "+0,8 pistettä (0,2–1,5)": written at the row's end.
    pub text: String,
}

/// Where things stand in a drawing.
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
/// Of many rows with long names.
const OF_GROUPS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 760.0, left: 262.0, right: 540.0, row: 46.0, above: false },
    Layout { class: "chart chart--narrow", width: 340.0, left: 5.0, right: 335.0, row: 96.0, above: true },
];
const TOP: f64 = 54.0;
/// Two lines of words below the rows.
const BELOW: f64 = 58.0;
/// Lines on each side of no change.
const MOST_TICKS: f64 = 4.0;

/// The one scale of all rows of a drawing.
struct Scale {
    zero: f64,
    /// Pixels of one multiple.
    one: f64,
    /// The largest multiple in the frame.
    most: f64,
}

impl Scale {
    /// The largest size, at least one multiple, reaches the edge with a little room.
    fn of(rows: &[ChangeRow], layout: &Layout) -> Self {
        let sizes = rows.iter().flat_map(|row| [row.low, row.high, row.meaningful.unwrap_or(0.0)]).map(f64::abs);
        let most = sizes.fold(1.0, f64::max) * 1.15;
        let half = (layout.right - layout.left) / 2.0;
        Self { zero: layout.left + half, one: half / most, most }
    }

    /// The place of a multiple. The values have no more digits than their words; tenths of a pixel tell nothing beyond
    /// them.
    fn place(&self, multiple: f64) -> f64 {
        tenth(self.zero + multiple * self.one)
    }

    /// Whole multiples, from worse to better, at most nine.
    fn ticks(&self) -> Vec<f64> {
        let step = (self.most / MOST_TICKS).ceil().max(1.0);
        let each = (self.most / step).floor();
        std::iter::successors(Some(-each), |tick| (*tick < each).then_some(tick + 1.0))
            .map(|tick| tick * step)
            .collect()
    }
}

/// The chart. Rows without numbers are left out by the caller, who says so in words.
pub fn change_chart(lang: Lang, label: &'static str, rows: &[ChangeRow]) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(lang, label, rows, layout))
}

/// The same of groups of people.
pub fn groups_chart(lang: Lang, label: &'static str, rows: &[ChangeRow]) -> AnyView {
    in_both(&OF_GROUPS, |layout| drawing(lang, label, rows, layout))
}

fn drawing(lang: Lang, label: &'static str, rows: &[ChangeRow], layout: &Layout) -> AnyView {
    let Layout { class, width, left, right, .. } = *layout;
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let bottom = rows.len() as f64 * layout.row + TOP + 4.0;
    let (height, scale) = (bottom + BELOW, Scale::of(rows, layout));
    let ticks: Vec<_> = scale.ticks().into_iter().map(|tick| grid(lang, tick, &scale, layout, bottom)).collect();
    let drawn: Vec<_> = rows.iter().enumerate().map(|(i, row)| draw(row, i, layout, &scale)).collect();
    let label = joined(label, rows.iter().map(|row| format!("{} {}", row.name, row.text)));
    view! {
        <svg class=class viewBox=format!("0 0 {width} {height}") role="img" aria-label=label>
            <text class="chart__text chart__text--soft" x=left.to_string() y="18">{format!("← {}", outcomes::chart::worse(lang))}</text>
            <text class="chart__text chart__text--soft chart__text--end" x=right.to_string() y="18">
                {format!("{} →", outcomes::chart::better(lang))}
            </text>
            {ticks}
            {drawn}
            <text class="chart__text chart__text--soft" x=left.to_string() y=(bottom + 24.0).to_string()>
                {outcomes::chart::one(lang)}
            </text>
            {rows.iter().any(|row| row.meaningful.is_some()).then(|| legend(lang, left, bottom + 46.0))}
        </svg>
    }
    .into_any()
}

/// What the broken lines are.
fn legend(lang: Lang, left: f64, y: f64) -> AnyView {
    let middle = (y - 5.0).to_string();
    view! {
        <line class="chart__limit" x1=left.to_string() x2=(left + 26.0).to_string() y1=middle.clone() y2=middle/>
        <text class="chart__text chart__text--soft" x=(left + 34.0).to_string() y=y.to_string()>
            {outcomes::chart::meaningful(lang)}
        </text>
    }
    .into_any()
}

/// A whole multiple: its number, and a line through all rows; the narrow drawing has words between them.
fn grid(lang: Lang, tick: f64, scale: &Scale, layout: &Layout, bottom: f64) -> AnyView {
    let x = scale.place(tick).to_string();
    let through = (!layout.above).then(|| {
        let class = if tick == 0.0 { "chart__zero" } else { "chart__grid" };
        view! { <line class=class x1=x.clone() x2=x.clone() y1=(TOP - 8.0).to_string() y2=bottom.to_string()/> }
    });
    view! {
        {through}
        <text class="chart__text chart__text--soft chart__text--middle" x=x.clone() y=(TOP - 14.0).to_string()>
            {signed(lang, tick, 0)}
        </text>
    }
    .into_any()
}

fn draw(row: &ChangeRow, i: usize, layout: &Layout, scale: &Scale) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let top = TOP + layout.row * i as f64;
    let y = if layout.above { top + layout.row - 24.0 } else { top + layout.row / 2.0 };
    let at = |value| scale.place(value).to_string();
    let sure = row.low > 0.0 || row.high < 0.0;
    let mark = if sure { "chart__mark" } else { "chart__mark chart__mark--unsure" };
    let limit = row.meaningful.map(|limit| {
        view! {
            <line class="chart__limit" x1=at(limit) x2=at(limit) y1=(y - 20.0).to_string() y2=(y + 20.0).to_string()/>
        }
    });
    let pieces = layout.above.then(|| pieces(scale, y));
    view! {
        {words(row, top, y, layout)}
        {pieces}
        {limit}
        <line class="chart__way" x1=at(0.0) x2=at(row.mean) y1=y.to_string() y2=y.to_string()/>
        <circle class="chart__start" cx=at(0.0) cy=y.to_string() r="6"/>
        <line class="chart__interval" x1=at(row.low) x2=at(row.high) y1=y.to_string() y2=y.to_string()/>
        <line class="chart__interval" x1=at(row.low) x2=at(row.low) y1=(y - 7.0).to_string() y2=(y + 7.0).to_string()/>
        <line class="chart__interval" x1=at(row.high) x2=at(row.high) y1=(y - 7.0).to_string() y2=(y + 7.0).to_string()/>
        <circle class=mark cx=at(row.mean) cy=y.to_string() r="9"/>
    }
    .into_any()
}

/// The lines of a row where words stand between the rows.
fn pieces(scale: &Scale, y: f64) -> AnyView {
    let piece = |tick: f64| {
        let (class, x) = (if tick == 0.0 { "chart__zero" } else { "chart__grid" }, scale.place(tick).to_string());
        view! { <line class=class x1=x.clone() x2=x y1=(y - 24.0).to_string() y2=(y + 22.0).to_string()/> }
    };
    scale.ticks().into_iter().map(piece).collect::<Vec<_>>().into_any()
}

/// A row's name and numbers.
fn words(row: &ChangeRow, top: f64, y: f64, layout: &Layout) -> AnyView {
    let (class, name, numbers) = match layout.above {
        true => ("chart__text", (layout.left + 4.0, top + 18.0), (layout.left + 4.0, top + 40.0)),
        false => ("chart__text chart__text--end", (layout.left - 14.0, y + 5.0), (layout.right + 16.0, y + 5.0)),
    };
    view! {
        <text class=class x=name.0.to_string() y=name.1.to_string()>{row.name.clone()}</text>
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
        ChangeRow { name: String::new(), mean: (low + high) / 2.0, low, high, meaningful: None, text: String::new() }
    }

    #[test]
    fn better_lies_right_of_the_line_and_nothing_leaves_the_frame() {
        let rows = [(0.2, 1.5), (-3.0, -1.0), (-10.0, 60.0), (0.0, 0.0)].map(|(low, high)| row(low, high));
        for layout in &LAYOUTS {
            for scale in
                rows.iter().map(|row| Scale::of(std::slice::from_ref(row), layout)).chain([Scale::of(&rows, layout)])
            {
                for value in scale.ticks() {
                    let x = scale.place(value);
                    assert!((layout.left..=layout.right).contains(&x), "{value} at {x}");
                    assert_eq!(value > 0.0, x > scale.zero, "{value} at {x}");
                }
            }
        }
    }

    #[test]
    fn every_row_has_the_same_scale_and_one_multiple_is_always_in_sight() {
        let [wide, narrow] = &LAYOUTS;
        // 165 pixels are 1.15 · 1.5 multiples.
        let scale = Scale::of(&[row(0.2, 1.5), row(0.3, 0.7)], wide);
        assert_eq!([0.0, 0.5, 1.0, 1.5, -1.0].map(|value| scale.place(value)), [365.0, 412.8, 460.7, 508.5, 269.3]);
        let small = Scale::of(&[row(-0.02, 0.1)], narrow);
        assert_eq!((small.place(1.0), small.place(-1.0)), (313.5, 26.5));
    }

    #[test]
    fn lines_stand_at_whole_multiples_and_are_few() {
        let ticks = |high: f64| Scale::of(&[row(0.0, high)], &LAYOUTS[0]).ticks();
        assert_eq!(ticks(0.4), [-1.0, 0.0, 1.0]);
        assert_eq!(ticks(2.0), [-2.0, -1.0, 0.0, 1.0, 2.0]);
        assert_eq!(ticks(60.0), [-54.0, -36.0, -18.0, 0.0, 18.0, 36.0, 54.0]);
    }
}
