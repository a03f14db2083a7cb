//! Areas beside the whole: each a point at how many were measured and how much they changed, between the limits within
//! which chance keeps such means. Where few were measured the limits are wide. Not an order of merit.

use domain::outcomes::statistics::Interval;
use leptos::prelude::*;

use super::axes::{Plot, PlotLayout};
use super::frame::{in_both, joined};
use crate::texts::{Lang, outcomes, percent, percent_to, signed};

/// One area.
#[derive(Clone, PartialEq, Debug)]
pub struct FunnelPoint {
    /// "Keskusta (42)": written at its point.
    pub text: String,
    pub n: f64,
    pub mean: f64,
    /// Beyond the farther limits.
    pub outside: bool,
}

/// The points, everybody's mean, and the nearer and farther limits of so many people.
pub struct FunnelChart<'a> {
    pub points: &'a [FunnelPoint],
    pub mean: f64,
    pub near: &'a dyn Fn(f64) -> Interval,
    pub far: &'a dyn Fn(f64) -> Interval,
}

const LAYOUTS: [PlotLayout; 2] = [
    PlotLayout { class: "chart chart--wide", width: 720.0, height: 360.0, left: 50.0, right: 650.0, bottom: 324.0 },
    PlotLayout { class: "chart chart--narrow", width: 340.0, height: 320.0, left: 36.0, right: 286.0, bottom: 284.0 },
];
/// Numbers of points beside the field, at most one more than that.
const TICK_STEPS: f64 = 6.0;
/// Places at which a limit is worked out.
const LIMIT_STEPS: u8 = 32;

/// From people and points to pixels.
struct Scale {
    plot: Plot,
    fewest: f64,
    most: f64,
}

impl Scale {
    /// From a little fewer people than the smallest area has to a little more than the largest; all limits and points are
    /// in the field.
    fn of(chart: &FunnelChart, layout: &PlotLayout) -> Self {
        let people = || chart.points.iter().map(|point| point.n);
        let fewest = (people().fold(f64::INFINITY, f64::min) * 0.8).clamp(1.0, 1e9);
        let most = people().fold(fewest, f64::max) * 1.1;
        let widest = (chart.far)(fewest);
        let means = || chart.points.iter().map(|point| point.mean);
        let (low, high) = (means().fold(widest.lo, f64::min), means().fold(widest.hi, f64::max));
        Self { plot: Plot::new(layout, low, high.max(low + 1.0)), fewest, most }
    }

    fn x(&self, n: f64) -> f64 {
        self.plot.x((n - self.fewest) / (self.most - self.fewest))
    }

    /// The line of one end of a limit.
    fn line(&self, limit: impl Fn(f64) -> f64) -> String {
        let at = |step: u8| self.fewest + (self.most - self.fewest) * f64::from(step) / f64::from(LIMIT_STEPS);
        let place = |step: u8| format!("{},{}", self.x(at(step)), self.plot.y(limit(at(step))));
        format!("M{}", (0..=LIMIT_STEPS).map(place).collect::<Vec<_>>().join(" "))
    }
}

/// The drawing.
pub fn funnel_chart(lang: Lang, chart: &FunnelChart) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(lang, chart, layout))
}

fn drawing(lang: Lang, chart: &FunnelChart, layout: &PlotLayout) -> AnyView {
    let PlotLayout { class, width, height, right, .. } = *layout;
    let scale = Scale::of(chart, layout);
    let points: Vec<_> = chart.points.iter().map(|point| draw(point, &scale)).collect();
    let words = |point: &FunnelPoint| format!("{} {}", point.text, signed(lang, point.mean, 1));
    let label = joined(outcomes::chart::funnel_label(lang), chart.points.iter().map(words));
    view! {
        <svg class=class viewBox=format!("0 0 {width} {height}") role="img" aria-label=label>
            {scale.plot.grid(TICK_STEPS, |points| signed(lang, points, 0))}
            {scale.plot.through(chart.mean, "chart__zero")}
            {limits(&scale, chart.near, percent(lang, 0.95), "chart__near")}
            {limits(&scale, chart.far, percent_to(lang, 0.998, 1), "chart__far")}
            {points}
            <text class="chart__text chart__text--soft chart__text--end" x=right.to_string() y=(height - 8.0).to_string()>
                {format!("{} →", outcomes::chart::measured(lang))}
            </text>
        </svg>
    }
    .into_any()
}

/// Both ends of a limit, with its name behind the upper one.
fn limits(scale: &Scale, limit: &dyn Fn(f64) -> Interval, name: String, class: &'static str) -> AnyView {
    view! {
        <path class=class d=scale.line(|n| limit(n).lo)/>
        <path class=class d=scale.line(|n| limit(n).hi)/>
        {scale.plot.name(limit(scale.most).hi, name)}
    }
    .into_any()
}

fn draw(point: &FunnelPoint, scale: &Scale) -> AnyView {
    let (x, y) = (scale.x(point.n), scale.plot.y(point.mean));
    // Words begin at the point on the left half of the drawing, and end at it on the right one.
    let (class, at) = match scale.plot.is_right(x) {
        true => ("chart__text chart__text--end", x - 12.0),
        false => ("chart__text", x + 12.0),
    };
    let mark = if point.outside { "chart__mark chart__mark--outside" } else { "chart__mark" };
    view! {
        <circle class=mark cx=x.to_string() cy=y.to_string() r="7"/>
        <text class=class x=at.to_string() y=(y - 9.0).to_string()>{point.text.clone()}</text>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(half: f64) -> impl Fn(f64) -> Interval {
        move |n: f64| Interval { lo: 1.0 - half / n.sqrt(), hi: 1.0 + half / n.sqrt() }
    }

    fn point(n: f64, mean: f64) -> FunnelPoint {
        FunnelPoint { text: String::new(), n, mean, outside: false }
    }

    #[test]
    fn points_stand_at_their_people_and_means_and_all_limits_are_in_the_frame() {
        let (near, far) = (limit(4.0), limit(8.0));
        let points = [point(20.0, 0.5), point(50.0, 1.2), point(100.0, 1.0)];
        let chart = FunnelChart { points: &points, mean: 1.0, near: &near, far: &far };
        let [wide, narrow] = &LAYOUTS;
        let scale = Scale::of(&chart, wide);
        // From 16 people to 110: the limits of 16 are −1 and 3 points.
        assert_eq!(scale.fewest, 16.0);
        assert_eq!([16.0, 63.0].map(|n| scale.x(n)), [50.0, 350.0]);
        assert_eq!([-1.0, 1.0, 3.0].map(|mean| scale.plot.y(mean)), [324.0, 170.0, 16.0]);
        assert_eq!(scale.plot.ticks(TICK_STEPS), [-1.0, 0.0, 1.0, 2.0, 3.0]);
        for layout in [wide, narrow] {
            let scale = Scale::of(&chart, layout);
            let line = scale.line(|n| far(n).hi);
            let places: Vec<f64> = line[1..].split([' ', ',']).map(|place| place.parse().unwrap()).collect();
            assert_eq!(places.len(), 66);
            assert!(places.iter().all(|place| (0.0..=layout.width).contains(place)), "{line}");
        }
    }

    #[test]
    fn a_mean_beyond_all_limits_widens_the_frame() {
        let (near, far) = (limit(0.4), limit(0.8));
        let points = [point(20.0, 9.0)];
        let scale = Scale::of(&FunnelChart { points: &points, mean: 1.0, near: &near, far: &far }, &LAYOUTS[0]);
        assert_eq!(scale.plot.y(9.0), 16.0);
        assert_eq!(scale.plot.ticks(TICK_STEPS).last(), Some(&8.0));
    }
}
