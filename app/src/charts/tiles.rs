//! Areas as tiles of one size, where the municipality has put them: the more there are, the darker the tile, with the number
//! written in it. A hidden number is two dots in a dashed tile.

use domain::outcomes::tile_map::TilePlace;
use leptos::prelude::*;

use super::frame::{Shade, in_both, joined};

/// One area.
#[derive(Clone, PartialEq, Debug)]
pub struct Tile {
    pub name: String,
    /// "9", or two dots.
    pub text: String,
    /// Of the largest number shown, 0 … 1; nothing where it is hidden.
    pub share: Option<f64>,
    pub place: TilePlace,
}

struct Layout {
    class: &'static str,
    /// Of the drawing, and of a tile at most, in pixels.
    width: usize,
    widest: usize,
    /// Of a letter.
    letter: usize,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 720, widest: 174, letter: 8 },
    Layout { class: "chart chart--narrow", width: 340, widest: 166, letter: 8 },
];
const HEIGHT: usize = 104;
const GAP: usize = 8;
/// Between a tile's edge and its words.
const ROOM: usize = 8;
/// Lines of a name, and the pixels of each.
const LINES: usize = 3;
const LINE: usize = 19;

/// The part of the map on which tiles stand.
struct Grid {
    first: TilePlace,
    columns: usize,
    rows: usize,
}

impl Grid {
    fn of(tiles: &[Tile]) -> Self {
        let places = || tiles.iter().map(|tile| tile.place);
        let least = |of: fn(TilePlace) -> u8| places().map(of).min().unwrap_or(1);
        let most = |of: fn(TilePlace) -> u8| places().map(of).max().unwrap_or(1);
        let first = TilePlace { row: least(|place| place.row), column: least(|place| place.column) };
        let many = |first: u8, last: u8| usize::from(last.saturating_sub(first)) + 1;
        let columns = many(first.column, most(|place| place.column));
        Self { first, columns, rows: many(first.row, most(|place| place.row)) }
    }

    fn tile_width(&self, layout: &Layout) -> usize {
        (layout.width.saturating_sub((self.columns - 1) * GAP) / self.columns).min(layout.widest)
    }

    /// The left upper corner of a tile.
    fn corner(&self, place: TilePlace, layout: &Layout) -> (usize, usize) {
        let [column, row] = [(place.column, self.first.column), (place.row, self.first.row)]
            .map(|(at, first)| usize::from(at.saturating_sub(first)));
        (column * (self.tile_width(layout) + GAP), row * (HEIGHT + GAP))
    }

    const fn height(&self) -> usize {
        self.rows * (HEIGHT + GAP) - GAP
    }
}

/// The drawing, read row by row from the top.
pub fn tiles_chart(label: &str, tiles: &[Tile]) -> AnyView {
    let mut tiles = tiles.to_vec();
    tiles.sort_by_key(|tile| tile.place);
    in_both(&LAYOUTS, |layout| drawing(label, &tiles, layout))
}

fn drawing(label: &str, tiles: &[Tile], layout: &Layout) -> AnyView {
    let grid = Grid::of(tiles);
    let drawn: Vec<_> = tiles.iter().map(|tile| draw(tile, &grid, layout)).collect();
    let view_box = format!("0 0 {} {}", layout.width, grid.height());
    let label = joined(label, tiles.iter().map(|tile| format!("{} {}", tile.name, tile.text).trim_end().to_owned()));
    view! { <svg class=layout.class viewBox=view_box role="img" aria-label=label>{drawn}</svg> }.into_any()
}

fn draw(tile: &Tile, grid: &Grid, layout: &Layout) -> AnyView {
    let ((x, y), width) = (grid.corner(tile.place, layout), grid.tile_width(layout));
    let shade = Shade::of(tile.share);
    let left = (x + ROOM).to_string();
    let line = |(at, words): (usize, String)| {
        let (class, y) = (shade.words("chart__text"), (y + 22 + at * LINE).to_string());
        view! { <text class=class x=left.clone() y=y>{words}</text> }
    };
    let letters = width.saturating_sub(2 * ROOM) / layout.letter;
    let name: Vec<_> = lines(&tile.name, letters).into_iter().enumerate().map(line).collect();
    let number = shade.words("chart__text chart__text--strong");
    view! {
        <rect class=shade.class() x=x.to_string() y=y.to_string() width=width.to_string() height=HEIGHT.to_string() rx="6"/>
        {name}
        <text class=number x=left.clone() y=(y + HEIGHT - 14).to_string()>{tile.text.clone()}</text>
    }
    .into_any()
}

/// The words of a name on so few lines that they fit; a longer word is broken, and what does not fit ends with three dots.
fn lines(name: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace().flat_map(|word| broken(word, letters)) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    if let Some(last) = lines.last_mut().filter(|_| more) {
        let kept: String = last.trim_end_matches('-').to_owned();
        *last = kept + "…";
    }
    lines
}

/// A word in pieces that fit, each but the last with a hyphen.
fn broken(word: &str, letters: usize) -> Vec<String> {
    let all: Vec<char> = word.chars().collect();
    if all.len() <= letters.max(2) {
        return vec![word.to_owned()];
    }
    let (first, rest) = all.split_at(letters.max(2) - 1);
    let rest = broken(&rest.iter().collect::<String>(), letters);
    std::iter::once(first.iter().chain(&['-']).collect()).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(column: u8, row: u8) -> Tile {
        Tile { name: String::new(), text: String::new(), share: None, place: TilePlace { row, column } }
    }

    #[test]
    fn tiles_stand_where_they_are_put_within_the_drawing_and_none_on_another() {
        for layout in &LAYOUTS {
            for tiles in [vec![tile(1, 1)], vec![tile(2, 3), tile(4, 3)], vec![tile(1, 1), tile(2, 4), tile(4, 9)]] {
                let grid = Grid::of(&tiles);
                let corners: Vec<_> = tiles.iter().map(|tile| grid.corner(tile.place, layout)).collect();
                for (x, y) in &corners {
                    assert!(x + grid.tile_width(layout) <= layout.width && y + HEIGHT <= grid.height(), "{corners:?}");
                }
                assert!(corners.iter().any(|(x, _)| *x == 0) && corners.iter().any(|(_, y)| *y == 0), "{corners:?}");
                assert!(corners.windows(2).all(|pair| pair[0] != pair[1]), "{corners:?}");
            }
        }
        let [wide, narrow] = &LAYOUTS;
        let four = Grid::of(&[tile(1, 1), tile(4, 1)]);
        assert_eq!([wide, narrow].map(|layout| four.tile_width(layout)), [174, 79]);
        assert_eq!((four.corner(tile(4, 1).place, wide), four.height()), ((546, 0), 104));
    }

    #[test]
    fn a_name_is_three_lines_at_most_and_long_words_are_broken() {
        assert_eq!(lines("Keskusta", 10), ["Keskusta"]);
        assert_eq!(lines("Pohjoinen / Norra", 10), ["Pohjoinen", "/ Norra"]);
        assert_eq!(lines("Yhdyssanaosuuskunta", 10), ["Yhdyssana-", "osuuskunta"]);
        assert_eq!(lines("Yhdyssanaosuuskunnanhallitus", 8), ["Yhdyssa-", "naosuus-", "kunnanh…"]);
        assert_eq!(lines("a b c d", 1), ["a", "b", "c…"]);
        assert!(lines("", 10).is_empty());
    }
}
