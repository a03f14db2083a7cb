//! Areas as tiles of one size, in the order in which the municipality has them: the more there are, the darker the tile,
//! with the number written in it. A hidden number is two dots in a dashed tile. No map: nothing tells where an area lies.

use leptos::prelude::*;

use super::frame::joined;

/// One area.
#[derive(Clone, PartialEq, Debug)]
pub struct Tile {
    pub name: String,
    /// "9", or two dots.
    pub text: String,
    /// Of the largest number shown, 0 … 1; nothing where it is hidden.
    pub share: Option<f64>,
}

struct Layout {
    class: &'static str,
    width: usize,
    columns: usize,
    /// Letters of a line within a tile.
    letters: usize,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 720, columns: 4, letters: 20 },
    Layout { class: "chart chart--narrow", width: 340, columns: 2, letters: 18 },
];
const HEIGHT: usize = 96;
const GAP: usize = 8;
/// Lines of a name.
const LINES: usize = 2;

impl Layout {
    /// The left upper corner of a tile, and its width.
    const fn place(&self, at: usize) -> (usize, usize, usize) {
        let width = (self.width - (self.columns - 1) * GAP) / self.columns;
        (at % self.columns * (width + GAP), at / self.columns * (HEIGHT + GAP), width)
    }

    fn height(&self, tiles: usize) -> usize {
        tiles.div_ceil(self.columns).max(1) * (HEIGHT + GAP) - GAP
    }
}

/// The drawing.
pub fn tiles_chart(label: &str, tiles: &[Tile]) -> AnyView {
    LAYOUTS.iter().map(|layout| drawing(label, tiles, layout)).collect::<Vec<_>>().into_any()
}

fn drawing(label: &str, tiles: &[Tile], layout: &Layout) -> AnyView {
    let drawn: Vec<_> = tiles.iter().enumerate().map(|(at, tile)| draw(tile, at, layout)).collect();
    let view_box = format!("0 0 {} {}", layout.width, layout.height(tiles.len()));
    let label = joined(label, tiles.iter().map(|tile| format!("{} {}", tile.name, tile.text)));
    view! { <svg class=layout.class viewBox=view_box role="img" aria-label=label>{drawn}</svg> }.into_any()
}

fn draw(tile: &Tile, at: usize, layout: &Layout) -> AnyView {
    let (x, y, width) = layout.place(at);
    let (class, light) = shade(tile.share);
    let light = if light { " chart__text--light" } else { "" };
    let left = (x + 12).to_string();
    let line = |(at, words): (usize, String)| {
        let (class, y) = (format!("chart__text{light}"), (y + 24 + at * 19).to_string());
        view! { <text class=class x=left.clone() y=y>{words}</text> }
    };
    let name: Vec<_> = lines(&tile.name, layout.letters).into_iter().enumerate().map(line).collect();
    let number = format!("chart__text chart__text--strong{light}");
    view! {
        <rect class=class x=x.to_string() y=y.to_string() width=width.to_string() height=HEIGHT.to_string() rx="6"/>
        {name}
        <text class=number x=left.clone() y=(y + HEIGHT - 16).to_string()>{tile.text.clone()}</text>
    }
    .into_any()
}

/// How dark a tile is, and whether words on it are light.
fn shade(share: Option<f64>) -> (&'static str, bool) {
    match share {
        None => ("chart__class chart__class--hidden", false),
        Some(share) if share < 0.25 => ("chart__class chart__class--1", false),
        Some(share) if share < 0.5 => ("chart__class chart__class--2", false),
        Some(share) if share < 0.75 => ("chart__class chart__class--3", true),
        Some(_) => ("chart__class chart__class--4", true),
    }
}

/// The words of a name on so few lines that they fit; what does not fit ends with three dots.
fn lines(name: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let last = lines.len().saturating_sub(1);
    let cut = |(at, line): (usize, String)| {
        let too_long = line.chars().count() > letters || (more && at == last);
        if too_long { line.chars().take(letters - 1).chain(['…']).collect() } else { line }
    };
    lines.into_iter().enumerate().map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_stand_in_rows_within_the_drawing() {
        let [wide, narrow] = &LAYOUTS;
        assert_eq!([0, 3, 4].map(|at| wide.place(at)), [(0, 0, 174), (546, 0, 174), (0, 104, 174)]);
        assert_eq!([1, 2].map(|at| narrow.place(at)), [(174, 0, 166), (0, 104, 166)]);
        assert_eq!([0, 1, 4, 5].map(|tiles| wide.height(tiles)), [96, 96, 96, 200]);
        for layout in [wide, narrow] {
            for at in 0..9 {
                let (x, y, width) = layout.place(at);
                assert!(x + width <= layout.width && y + HEIGHT <= layout.height(9), "{at}");
            }
        }
    }

    #[test]
    fn more_is_darker_and_a_hidden_number_is_no_shade_of_it() {
        let classes = [Some(0.0), Some(0.3), Some(0.6), Some(1.0), None].map(|share| shade(share).0);
        assert!(classes.iter().zip(["--1", "--2", "--3", "--4", "--hidden"]).all(|(class, end)| class.ends_with(end)));
    }

    #[test]
    fn a_name_is_two_lines_at_most() {
        assert_eq!(lines("Keskusta", 10), ["Keskusta"]);
        assert_eq!(lines("Pohjoinen ja eteläinen saaristo", 16), ["Pohjoinen ja", "eteläinen…"]);
        assert_eq!(lines("Yhdyssanaosuuskunta", 10), ["Yhdyssana…"]);
        assert!(lines("", 10).is_empty());
    }
}
