//! Attendance week by week: a point for each week, the mean, and the limits within which it varies as it always does. Weeks
//! that call for a look are marked by form and not by colour alone; no line joins weeks with others missing between.

use leptos::prelude::*;

use super::frame::{joined, tenth};
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

/// The weeks, and what is usual.
pub struct WeeksChart<'a> {
    pub weeks: &'a [WeekMark],
    pub mean: f64,
    pub lower: f64,
    pub upper: f64,
}

struct Layout {
    class: &'static str,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 720.0, height: 280.0, left: 40.0, right: 640.0 },
    Layout { class: "chart chart--narrow", width: 340.0, height: 250.0, left: 30.0, right: 285.0 },
];
const TOP: f64 = 16.0;
/// First and last day stand below.
const BELOW: f64 = 34.0;

/// From weeks and visits to pixels; upwards from no visits.
struct Scale {
    left: f64,
    right: f64,
    bottom: f64,
    last: f64,
    most: f64,
}

impl Scale {
    fn of(chart: &WeeksChart, layout: &Layout) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "weeks of a year")]
        let last = chart.weeks.iter().map(|week| week.at).max().unwrap_or(0).max(1) as f64;
        let most = chart.weeks.iter().map(|week| week.value).fold(chart.upper, f64::max).max(1.0) * 1.05;
        Self { left: layout.left, right: layout.right, bottom: layout.height - BELOW, last, most }
    }

    fn x(&self, at: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "weeks of a year")]
        let at = at as f64;
        tenth(self.left + at / self.last * (self.right - self.left))
    }

    fn y(&self, value: f64) -> f64 {
        tenth(self.bottom - value / self.most * (self.bottom - TOP))
    }

    /// Whole visits from none on, at most six of them.
    fn ticks(&self) -> Vec<f64> {
        let step = (self.most / 5.0).ceil().max(1.0);
        std::iter::successors(Some(0.0), |tick| Some(tick + step)).take_while(|tick| *tick <= self.most).collect()
    }
}

/// The drawing.
pub fn weeks_chart(lang: Lang, chart: &WeeksChart) -> AnyView {
    LAYOUTS.iter().map(|layout| drawing(lang, chart, layout)).collect::<Vec<_>>().into_any()
}

fn drawing(lang: Lang, chart: &WeeksChart, layout: &Layout) -> AnyView {
    let Layout { class, width, height, left, right } = *layout;
    let scale = Scale::of(chart, layout);
    let grid: Vec<_> = scale.ticks().into_iter().map(|tick| grid(lang, tick, &scale)).collect();
    let ways: Vec<_> = chart.weeks.windows(2).filter_map(|pair| way(pair, &scale)).collect();
    let marks: Vec<_> = chart.weeks.iter().map(|week| mark(week, &scale)).collect();
    let days =
        [chart.weeks.first(), chart.weeks.last()].map(|week| week.map(|week| week.day.clone()).unwrap_or_default());
    let [first, last] = days;
    let words = |week: &WeekMark| format!("{} {}", week.day, decimal(lang, week.value, 1));
    let special = chart.weeks.iter().filter(|week| week.special).map(words);
    let label = joined(outcomes::chart::weeks_label(lang), special);
    let below = (height - 10.0).to_string();
    view! {
        <svg class=class viewBox=format!("0 0 {width} {height}") role="img" aria-label=label>
            {grid}
            {level(chart.mean, outcomes::chart::usual(lang), "chart__zero", &scale)}
            {level(chart.upper, outcomes::chart::limit(lang), "chart__far", &scale)}
            {level(chart.lower, outcomes::chart::limit(lang), "chart__far", &scale)}
            {ways}
            {marks}
            <text class="chart__text chart__text--soft" x=left.to_string() y=below.clone()>{first}</text>
            <text class="chart__text chart__text--soft chart__text--end" x=right.to_string() y=below>{last}</text>
        </svg>
    }
    .into_any()
}

fn grid(lang: Lang, tick: f64, scale: &Scale) -> AnyView {
    let y = scale.y(tick);
    view! {
        <line class="chart__grid" x1=scale.left.to_string() x2=scale.right.to_string() y1=y.to_string() y2=y.to_string()/>
        <text class="chart__text chart__text--soft chart__text--end" x=(scale.left - 7.0).to_string()
            y=(y + 5.0).to_string()>{decimal(lang, tick, 0)}</text>
    }
    .into_any()
}

/// A line through all weeks with its name at its end.
fn level(value: f64, name: &'static str, class: &'static str, scale: &Scale) -> AnyView {
    let y = scale.y(value);
    view! {
        <line class=class x1=scale.left.to_string() x2=scale.right.to_string() y1=y.to_string() y2=y.to_string()/>
        <text class="chart__text chart__text--soft" x=(scale.right + 5.0).to_string() y=(y + 5.0).to_string()>{name}</text>
    }
    .into_any()
}

/// Between two weeks of which one follows the other.
fn way(pair: &[WeekMark], scale: &Scale) -> Option<AnyView> {
    let [before, after] = pair else { return None };
    (after.at == before.at + 1).then_some(())?;
    let [(x1, y1), (x2, y2)] =
        [before, after].map(|week| (scale.x(week.at).to_string(), scale.y(week.value).to_string()));
    Some(view! { <line class="chart__run" x1=x1 x2=x2 y1=y1 y2=y2/> }.into_any())
}

/// A round point, or a square standing on its corner where the week calls for a look.
fn mark(week: &WeekMark, scale: &Scale) -> AnyView {
    let (x, y) = (scale.x(week.at), scale.y(week.value));
    match week.special {
        false => view! { <circle class="chart__mark" cx=x.to_string() cy=y.to_string() r="5"/> }.into_any(),
        true => {
            let corners = format!("M{x},{}L{},{y}L{x},{}L{},{y}Z", y - 10.0, x + 10.0, y + 10.0, x - 10.0);
            view! { <path class="chart__mark chart__mark--outside" d=corners/> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(at: i64, value: f64) -> WeekMark {
        WeekMark { at, day: String::new(), value, special: false }
    }

    #[test]
    fn weeks_stand_in_their_place_and_heights_begin_at_no_visits() {
        let weeks = [week(0, 10.0), week(1, 12.0), week(3, 8.0), week(10, 11.0)];
        let chart = WeeksChart { weeks: &weeks, mean: 10.0, lower: 4.0, upper: 16.0 };
        let scale = Scale::of(&chart, &LAYOUTS[0]);
        assert_eq!([0, 3, 10].map(|at| scale.x(at)), [40.0, 220.0, 640.0]);
        // 16.8 visits are 230 pixels.
        assert_eq!([0.0, 8.4, 16.8].map(|value| scale.y(value)), [246.0, 131.0, 16.0]);
        assert_eq!(scale.ticks(), [0.0, 4.0, 8.0, 12.0, 16.0]);
        let joined: Vec<bool> = weeks.windows(2).map(|pair| way(pair, &scale).is_some()).collect();
        assert_eq!(joined, [true, false, false]);
    }

    #[test]
    fn a_week_beyond_the_limit_is_in_the_frame() {
        let weeks = [week(0, 30.0)];
        let scale = Scale::of(&WeeksChart { weeks: &weeks, mean: 10.0, lower: 4.0, upper: 16.0 }, &LAYOUTS[1]);
        assert!(scale.y(30.0) >= TOP && scale.x(0) == 30.0);
    }
}
