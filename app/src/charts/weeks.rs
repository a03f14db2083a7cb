//! Attendance week by week: a point for each week, the mean, and the limits within which it varies as it always does. Weeks
//! that call for a look are marked by form and not by colour alone; no line joins weeks with others missing between.

use leptos::prelude::*;

use super::axes::{Plot, PlotLayout};
use super::frame::{in_both, joined};
use crate::texts::{Lang, decimal, outcomes};

/// One week.
#[derive(Clone, PartialEq, Debug)]
pub struct WeekMark {
    /// Weeks since the first one.
    pub at: i64,
    /// Its first day in words.
    pub day: String,
    pub value: f64,
    pub special: bool,
}

/// What is usual from one break to the next.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WeekLevels {
    /// Its first and its last week, as weeks since the first one of all.
    pub from: i64,
    pub to: i64,
    pub mean: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The weeks, and what is usual.
pub struct WeeksChart<'a> {
    pub weeks: &'a [WeekMark],
    pub usual: &'a [WeekLevels],
}

const LAYOUTS: [PlotLayout; 2] = [
    PlotLayout { class: "chart chart--wide", width: 720.0, height: 280.0, left: 40.0, right: 640.0, bottom: 246.0 },
    PlotLayout { class: "chart chart--narrow", width: 340.0, height: 250.0, left: 30.0, right: 266.0, bottom: 216.0 },
];
/// Pixels from the name of one level to that of the next at least.
const LINE: f64 = 15.0;
/// Numbers of visits beside the field, at most one more than that.
const STEPS: f64 = 5.0;
/// How far from either edge of the field its first and its last week stand, as a share of its width: the largest mark
/// covers no word beside the field.
const EDGE: f64 = 0.03;

/// From weeks and visits to pixels; upwards from no visits.
struct Scale {
    plot: Plot,
    /// Weeks from the first to the last.
    last: f64,
}

impl Scale {
    /// All weeks and all limits are in the field.
    fn of(chart: &WeeksChart, layout: &PlotLayout) -> Self {
        let last = chart.weeks.iter().map(|week| week.at).max().unwrap_or(0).max(1);
        let limits = chart.usual.iter().map(|usual| usual.upper);
        let most = chart.weeks.iter().map(|week| week.value).chain(limits).fold(1.0, f64::max) * 1.05;
        Self { plot: Plot::new(layout, 0.0, most), last: weeks(last) }
    }

    /// Of a week, as a share of the field's width.
    fn share(&self, at: i64) -> f64 {
        EDGE + weeks(at) / self.last * (1.0 - 2.0 * EDGE)
    }

    fn place(&self, week: &WeekMark) -> (f64, f64) {
        (self.plot.x(self.share(week.at)), self.plot.y(week.value))
    }
}

#[expect(clippy::cast_precision_loss, reason = "weeks of a year")]
fn weeks(n: i64) -> f64 {
    n as f64
}

/// The drawing.
pub fn weeks_chart(lang: Lang, chart: &WeeksChart) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(lang, chart, layout))
}

fn drawing(lang: Lang, chart: &WeeksChart, layout: &PlotLayout) -> AnyView {
    let PlotLayout { class, width, height, left, right, .. } = *layout;
    let scale = Scale::of(chart, layout);
    let ways: Vec<_> = chart.weeks.windows(2).filter_map(|pair| way(pair, &scale)).collect();
    let marks: Vec<_> = chart.weeks.iter().map(|week| mark(week, &scale)).collect();
    let levels: Vec<_> = chart.usual.iter().map(|usual| levels(usual, &scale)).collect();
    // Behind the last of them: each name once.
    let names = chart.usual.last().map(|usual| names(lang, usual, &scale.plot));
    let day = |week: Option<&WeekMark>| week.map(|week| week.day.clone()).unwrap_or_default();
    let words = |week: &WeekMark| format!("{} {}", week.day, decimal(lang, week.value, 1));
    let special = chart.weeks.iter().filter(|week| week.special).map(words);
    let label = joined(outcomes::chart::weeks_label(lang), special);
    let below = (height - 10.0).to_string();
    view! {
        <svg class=class viewBox=format!("0 0 {width} {height}") role="img" aria-label=label>
            {scale.plot.grid(STEPS, |visits| decimal(lang, visits, 0))}
            {levels}
            {names}
            {ways}
            {marks}
            <text class="chart__text chart__text--soft" x=left.to_string() y=below.clone()>{day(chart.weeks.first())}</text>
            <text class="chart__text chart__text--soft chart__text--end" x=right.to_string() y=below>
                {day(chart.weeks.last())}
            </text>
        </svg>
    }
    .into_any()
}

/// A line for each level, from a little before the first of the weeks to a little behind the last.
fn levels(usual: &WeekLevels, scale: &Scale) -> AnyView {
    let ends = (scale.share(usual.from) - EDGE, scale.share(usual.to) + EDGE);
    view! {
        {scale.plot.between(usual.mean, ends, "chart__zero")}
        {scale.plot.between(usual.upper, ends, "chart__far")}
        {scale.plot.between(usual.lower, ends, "chart__far")}
    }
    .into_any()
}

/// Limits close to the mean have their names a little farther off.
fn names(lang: Lang, usual: &WeekLevels, plot: &Plot) -> AnyView {
    let limit = || outcomes::chart::limit(lang).to_owned();
    let line = plot.height(LINE);
    view! {
        {plot.name(usual.mean, outcomes::chart::usual(lang).to_owned())}
        {plot.name(usual.upper.max(usual.mean + line), limit())}
        {plot.name(usual.lower.min(usual.mean - line), limit())}
    }
    .into_any()
}

/// Between two weeks of which one follows the other.
fn way(pair: &[WeekMark], scale: &Scale) -> Option<AnyView> {
    let [before, after] = pair else { return None };
    (after.at == before.at + 1).then_some(())?;
    let ends = [before, after].map(|week| scale.place(week));
    let [(x1, y1), (x2, y2)] = ends.map(|(x, y)| (x.to_string(), y.to_string()));
    Some(view! { <line class="chart__run" x1=x1 x2=x2 y1=y1 y2=y2/> }.into_any())
}

/// A round point, or a square standing on its corner where the week calls for a look.
fn mark(week: &WeekMark, scale: &Scale) -> AnyView {
    let (x, y) = scale.place(week);
    if !week.special {
        return view! { <circle class="chart__mark" cx=x.to_string() cy=y.to_string() r="5"/> }.into_any();
    }
    let corners = format!("M{x},{}L{},{y}L{x},{}L{},{y}Z", y - 10.0, x + 10.0, y + 10.0, x - 10.0);
    view! { <path class="chart__mark chart__mark--outside" d=corners/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::super::axes::TOP;
    use super::*;

    fn week(at: i64, value: f64) -> WeekMark {
        WeekMark { at, day: String::new(), value, special: false }
    }

    #[test]
    fn weeks_stand_in_their_place_and_heights_begin_at_no_visits() {
        let weeks = [week(0, 10.0), week(1, 12.0), week(3, 8.0), week(10, 11.0)];
        let usual = [WeekLevels { from: 0, to: 10, mean: 10.0, lower: 4.0, upper: 16.0 }];
        let chart = WeeksChart { weeks: &weeks, usual: &usual };
        let scale = Scale::of(&chart, &LAYOUTS[0]);
        // 16.8 visits are 230 pixels.
        let places = [week(0, 0.0), week(3, 8.4), week(10, 16.8)].map(|week| scale.place(&week));
        assert_eq!(places, [(58.0, 246.0), (227.2, 131.0), (622.0, 16.0)]);
        assert_eq!(scale.plot.ticks(STEPS), [0.0, 4.0, 8.0, 12.0, 16.0]);
        let joined: Vec<bool> = weeks.windows(2).map(|pair| way(pair, &scale).is_some()).collect();
        assert_eq!(joined, [true, false, false]);
    }

    #[test]
    fn a_week_beyond_the_limit_is_in_the_frame() {
        let weeks = [week(0, 30.0)];
        let usual = [WeekLevels { from: 0, to: 0, mean: 10.0, lower: 4.0, upper: 16.0 }];
        let scale = Scale::of(&WeeksChart { weeks: &weeks, usual: &usual }, &LAYOUTS[1]);
        let (x, y) = scale.place(&weeks[0]);
        assert!(y >= TOP && x > 30.0 && x < 40.0, "{x} {y}");
    }
}
