//! What drawings with values upwards share: the field within their words, its grid, and lines through all of it.

use leptos::prelude::*;

use super::frame::tenth;

/// Where the field lies in a drawing, in pixels: its words stand left of it, right of it and below.
pub(super) struct PlotLayout {
    pub class: &'static str,
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
}

/// The upper edge of every field.
pub(super) const TOP: f64 = 16.0;

/// A field, and the values at its lower and its upper edge.
pub(super) struct Plot {
    left: f64,
    right: f64,
    bottom: f64,
    low: f64,
    high: f64,
}

impl Plot {
    pub const fn new(layout: &PlotLayout, low: f64, high: f64) -> Self {
        Self { left: layout.left, right: layout.right, bottom: layout.bottom, low, high }
    }

    /// The place of a share of the width, 0 … 1, in pixels.
    pub fn x(&self, share: f64) -> f64 {
        tenth(self.left + share * (self.right - self.left))
    }

    /// The place of a value, in pixels.
    pub fn y(&self, value: f64) -> f64 {
        tenth(self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - TOP))
    }

    /// How much of a value so many pixels are.
    pub fn height(&self, pixels: f64) -> f64 {
        pixels * (self.high - self.low) / (self.bottom - TOP)
    }

    /// Whether a place lies on the right half of the field.
    pub fn is_right(&self, x: f64) -> bool {
        x > f64::midpoint(self.left, self.right)
    }

    /// Whole values within the field, so far apart that there are no more than `steps` between them.
    pub fn ticks(&self, steps: f64) -> Vec<f64> {
        let step = ((self.high - self.low) / steps).ceil().max(1.0);
        let first = (self.low / step).ceil() * step;
        std::iter::successors(Some(first), |tick| Some(tick + step)).take_while(|tick| *tick <= self.high).collect()
    }

    /// A line at each of [`Plot::ticks`], with its value left of it.
    pub fn grid(&self, steps: f64, words: impl Fn(f64) -> String) -> AnyView {
        let line = |tick: f64| {
            view! {
                {self.through(tick, "chart__grid")}
                <text class="chart__text chart__text--soft chart__text--end" x=(self.left - 8.0).to_string()
                    y=(self.y(tick) + 5.0).to_string()>{words(tick)}</text>
            }
        };
        self.ticks(steps).into_iter().map(line).collect::<Vec<_>>().into_any()
    }

    /// A line at a value, from one side of the field to the other.
    pub fn through(&self, value: f64, class: &'static str) -> AnyView {
        self.between(value, (0.0, 1.0), class)
    }

    /// A line at a value, from one share of the width to another.
    pub fn between(&self, value: f64, (from, to): (f64, f64), class: &'static str) -> AnyView {
        let [x1, x2] = [from, to].map(|share| self.x(share).to_string());
        let y = self.y(value).to_string();
        view! { <line class=class x1=x1 x2=x2 y1=y.clone() y2=y/> }.into_any()
    }

    /// The name of a line, right of the field where it ends.
    pub fn name(&self, value: f64, name: String) -> AnyView {
        view! {
            <text class="chart__text chart__text--soft" x=(self.right + 6.0).to_string()
                y=(self.y(value) + 5.0).to_string()>{name}</text>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: PlotLayout =
        PlotLayout { class: "", width: 340.0, height: 250.0, left: 30.0, right: 290.0, bottom: 216.0 };

    #[test]
    fn values_reach_from_edge_to_edge_and_more_stands_higher() {
        let plot = Plot::new(&LAYOUT, -1.0, 3.0);
        assert_eq!([0.0, 0.5, 1.0].map(|share| plot.x(share)), [30.0, 160.0, 290.0]);
        assert_eq!([-1.0, 1.0, 3.0].map(|value| plot.y(value)), [216.0, 116.0, 16.0]);
        assert_eq!([30.0, 160.0, 161.0].map(|x| plot.is_right(x)), [false, false, true]);
        assert_eq!(plot.height(50.0), 1.0);
    }

    #[test]
    fn ticks_are_whole_values_in_the_field_and_few() {
        let ticks = |low: f64, high: f64| Plot::new(&LAYOUT, low, high).ticks(5.0);
        assert_eq!(ticks(0.0, 16.8), [0.0, 4.0, 8.0, 12.0, 16.0]);
        assert_eq!(ticks(-0.4, 1.3), [0.0, 1.0]);
        assert_eq!(ticks(-2.0, 2.0), [-2.0, -1.0, 0.0, 1.0, 2.0]);
    }
}
