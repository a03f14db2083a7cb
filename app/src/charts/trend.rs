//! One person's last few results of one test, as a line of points: higher is better, whatever the number does. Where two
//! results do not compare, no line joins them.

use leptos::prelude::*;

/// A result in the drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct TrendPoint {
    /// In the outcome's unit, turned so that more is better.
    pub better: i64,
    /// The number at the point, and the month below it.
    pub value: String,
    pub month: String,
    /// Whether it compares with the point before.
    pub joined: bool,
}

const WIDTH: i64 = 240;
const HEIGHT: i64 = 104;
/// Where the best and the worst point stand; numbers above, times below.
const TOP: i64 = 36;
const BOTTOM: i64 = 70;
const TIMES: i64 = 100;

/// The drawing of a few points. `room` is the difference that fills its height at least, so that chance does not look
/// like a fall.
pub fn trend_chart(label: String, points: &[TrendPoint], room: i64) -> AnyView {
    let places = places(points, room);
    let lines: Vec<_> = places
        .windows(2)
        .zip(points.iter().skip(1))
        .filter(|(_, later)| later.joined)
        .map(|(ends, _)| {
            let [(x1, y1), (x2, y2)] = [ends[0], ends[1]].map(|(x, y)| (x.to_string(), y.to_string()));
            view! { <line class="trend__line" x1=x1 y1=y1 x2=x2 y2=y2/> }
        })
        .collect();
    let marks: Vec<_> = places
        .iter()
        .zip(points)
        .enumerate()
        .map(|(i, (place, point))| mark(*place, point, i + 1 == points.len()))
        .collect();
    view! {
        <svg class="trend" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>{lines}{marks}</svg>
    }
    .into_any()
}

fn mark((x, y): (i64, i64), point: &TrendPoint, newest: bool) -> AnyView {
    let (dot, text) = match newest {
        true => ("trend__dot trend__dot--now", "trend__value trend__value--now"),
        false => ("trend__dot", "trend__value"),
    };
    let at = x.to_string();
    view! {
        <circle class=dot cx=at.clone() cy=y.to_string() r=if newest { "8" } else { "6" }/>
        <text class=text x=at.clone() y=(y - 13).to_string()>{point.value.clone()}</text>
        <text class="trend__month" x=at y=TIMES.to_string()>{point.month.clone()}</text>
    }
    .into_any()
}

/// Evenly from left to right; the height by the value, in whole pixels.
fn places(points: &[TrendPoint], room: i64) -> Vec<(i64, i64)> {
    let values = || points.iter().map(|point| point.better);
    let (low, high) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
    let span = (high - low).max(room).max(1);
    let middle = low + high;
    let count = i64::try_from(points.len()).unwrap_or(1).max(1);
    let y = |value: i64| (TOP + BOTTOM) / 2 - (2 * value - middle) * (BOTTOM - TOP) / (2 * span);
    (0..count).zip(values()).map(|(i, value)| ((2 * i + 1) * WIDTH / (2 * count), y(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[i64]) -> Vec<TrendPoint> {
        let point =
            |better: &i64| TrendPoint { better: *better, value: String::new(), month: String::new(), joined: true };
        values.iter().map(point).collect()
    }

    fn heights(values: &[i64], room: i64) -> Vec<i64> {
        places(&points(values), room).into_iter().map(|(_, y)| y).collect()
    }

    #[test]
    fn better_stands_higher_and_the_ends_fill_the_height() {
        assert_eq!(heights(&[-1510, -1240], 100), [BOTTOM, TOP]);
        assert_eq!(heights(&[5, 5, 5], 3), [53, 53, 53]);
        assert_eq!(heights(&[7], 3), [53]);
    }

    #[test]
    fn a_small_difference_stays_small() {
        let [before, now] = heights(&[8, 9], 7)[..] else { panic!("two points") };
        assert!(before - now <= 6 && before > now, "{before} {now}");
    }

    #[test]
    fn nothing_leaves_the_frame() {
        for values in [&[1_i64, 90, 3][..], &[-6000, -300], &[0, 0], &[i64::from(i32::MAX), 0]] {
            for (x, y) in places(&points(values), 0) {
                assert!((20..=WIDTH - 20).contains(&x) && (TOP..=BOTTOM).contains(&y), "{values:?}: {x} {y}");
            }
        }
    }
}
