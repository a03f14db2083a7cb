//! How people spread over classes at two times: two bars of the same length, one above the other, a piece for each class
//! from the lowest to the highest. What is hidden of a bar is one piece at its end. Who went from where to where is not
//! told, so nothing joins the two.

use leptos::prelude::*;

use super::frame::{Shade, count_or_dots, in_both, joined};
use crate::texts::{HIDDEN_FIGURE, Lang, outcomes};

/// One bar: its name, and of each class its name and how many; nothing where that is hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShiftBar {
    pub name: &'static str,
    pub classes: Vec<(&'static str, Option<i64>)>,
    /// Everybody in the bar.
    pub total: i64,
}

/// A piece of a bar, in pixels; no class where it is what is hidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
    class: Option<usize>,
    x: i64,
    width: i64,
}

struct Layout {
    class: &'static str,
    width: i64,
}

const LAYOUTS: [Layout; 2] =
    [Layout { class: "chart chart--wide", width: 720 }, Layout { class: "chart chart--narrow", width: 340 }];
const BAR: i64 = 48;
/// A bar with its name above it, and a gap.
const ROW: i64 = 92;
/// Words stand within a piece only where they have room.
const ROOM_FOR_NUMBER: i64 = 30;
const ROOM_FOR_CLASS: i64 = 48;

/// The pieces of a bar. Each begins where its people do, so that no rounding adds up.
fn pieces(bar: &ShiftBar, width: i64) -> Vec<Piece> {
    let at = |people: i64| people.clamp(0, bar.total) * width / bar.total.max(1);
    let mut people = 0;
    let mut pieces = Vec::new();
    for (class, (_, n)) in bar.classes.iter().enumerate() {
        let n = n.unwrap_or(0);
        if n > 0 {
            pieces.push(Piece { class: Some(class), x: at(people), width: at(people + n) - at(people) });
            people += n;
        }
    }
    if people < bar.total {
        pieces.push(Piece { class: None, x: at(people), width: width - at(people) });
    }
    pieces
}

/// The chart.
pub fn shift_chart(lang: Lang, bars: &[ShiftBar]) -> AnyView {
    in_both(&LAYOUTS, |layout| drawing(lang, bars, layout))
}

fn drawing(lang: Lang, bars: &[ShiftBar], layout: &Layout) -> AnyView {
    let height = i64::try_from(bars.len()).unwrap_or(0) * ROW;
    let drawn: Vec<_> = bars.iter().zip(0..).map(|(bar, i)| draw(lang, bar, i * ROW, layout.width)).collect();
    let of_bar = |bar: &ShiftBar| {
        let classes = bar.classes.iter().map(|(class, n)| format!("{class}: {}", count_or_dots(lang, *n)));
        format!("{} {}", bar.name, classes.collect::<Vec<_>>().join(", "))
    };
    let label = joined(outcomes::chart::shift_label(lang), bars.iter().map(of_bar));
    view! {
        <svg class=layout.class viewBox=format!("0 0 {} {height}", layout.width) role="img" aria-label=label>{drawn}</svg>
    }
    .into_any()
}

fn draw(lang: Lang, bar: &ShiftBar, top: i64, width: i64) -> AnyView {
    let drawn: Vec<_> = pieces(bar, width).into_iter().map(|piece| draw_piece(lang, bar, piece, top + 28)).collect();
    view! {
        <text class="chart__text" x="0" y=(top + 18).to_string()>{bar.name}</text>
        {drawn}
    }
    .into_any()
}

/// From the lowest class on; what there is beyond the shades is as dark as the last of them.
fn shade(class: usize) -> Shade {
    Shade::FROM_LOW.get(class).copied().unwrap_or(Shade::Darkest)
}

fn draw_piece(lang: Lang, bar: &ShiftBar, piece: Piece, top: i64) -> AnyView {
    let shade = piece.class.map_or(Shade::Hidden, shade);
    let known = piece.class.and_then(|class| bar.classes.get(class));
    let (name, number) = known.map_or(("", HIDDEN_FIGURE.to_owned()), |(name, n)| (*name, count_or_dots(lang, *n)));
    let middle = (piece.x + piece.width / 2).to_string();
    let text = move |y: i64, words: String| {
        let class = shade.words("chart__text chart__text--middle");
        view! { <text class=class x=middle.clone() y=y.to_string()>{words}</text> }
    };
    let both = piece.width >= ROOM_FOR_CLASS && !name.is_empty();
    let one = piece.width >= ROOM_FOR_NUMBER && !both;
    view! {
        <rect class=shade.class() x=piece.x.to_string() y=top.to_string() width=piece.width.to_string() height=BAR.to_string()/>
        {both.then(|| text(top + 20, name.to_owned()))}
        {both.then(|| text(top + 40, number.clone()))}
        {one.then(|| text(top + 30, number.clone()))}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(classes: &[Option<i64>], total: i64) -> ShiftBar {
        ShiftBar { name: "", classes: classes.iter().map(|n| ("7–9", *n)).collect(), total }
    }

    fn places(bar: &ShiftBar, width: i64) -> Vec<(Option<usize>, i64, i64)> {
        pieces(bar, width).into_iter().map(|piece| (piece.class, piece.x, piece.width)).collect()
    }

    #[test]
    fn pieces_are_as_wide_as_their_people_and_fill_the_bar() {
        let whole = bar(&[Some(6), Some(0), Some(14), Some(10)], 30);
        assert_eq!(places(&whole, 720), [(Some(0), 0, 144), (Some(2), 144, 336), (Some(3), 480, 240)]);
        let thirds = bar(&[Some(1), Some(1), Some(1)], 3);
        assert_eq!(places(&thirds, 340), [(Some(0), 0, 113), (Some(1), 113, 113), (Some(2), 226, 114)]);
    }

    #[test]
    fn what_is_hidden_is_one_piece_at_the_end() {
        let some = bar(&[None, None, Some(14), Some(10)], 30);
        assert_eq!(places(&some, 720), [(Some(2), 0, 336), (Some(3), 336, 240), (None, 576, 144)]);
        assert_eq!(places(&bar(&[None, None], 30), 720), [(None, 0, 720)]);
        assert_eq!(places(&bar(&[Some(0)], 0), 720), []);
    }
}
