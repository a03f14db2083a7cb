//! Where a page is found, on paper: its address to type, and a code for a phone's camera.

use domain::paper::PaperCode;
use leptos::prelude::*;

use crate::texts::{Lang, frame::paper as t};

/// A page's address on paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaperAddress {
    /// Without the scheme.
    pub typed: String,
    /// The code's width in squares, and the path of its dark ones.
    pub size: usize,
    pub squares: String,
}

impl PaperAddress {
    /// As it came to a tablet; nothing where that is no code.
    pub fn of(code: &PaperCode) -> Option<Self> {
        let (width, dark) = code.squares()?;
        let (size, squares) = squares(width, &dark);
        Some(Self { typed: code.typed.clone(), size, squares })
    }
}

/// A code's dark squares as one path, each 1 × 1 and those side by side in one shape, with its width and the quiet zone of
/// four round it (ISO/IEC 18004).
pub fn squares(width: usize, dark: &[bool]) -> (usize, String) {
    const QUIET: usize = 4;
    let path = dark.chunks(width.max(1)).zip(QUIET..).map(|(row, y)| dark_in(row, QUIET, y)).collect();
    (width + 2 * QUIET, path)
}

/// The dark squares of a row, which begins at `x`.
fn dark_in(row: &[bool], x: usize, y: usize) -> String {
    let placed = row.chunk_by(|one, next| one == next).scan(x, |x, run| {
        let at = *x;
        *x += run.len();
        Some((at, run))
    });
    let dark = placed.filter(|(_, run)| run.first() == Some(&true));
    dark.map(|(x, run)| format!("M{x} {y}h{0}v1h-{0}z", run.len())).collect()
}

#[component]
pub fn OnPaper(lang: Lang, address: PaperAddress, class: &'static str) -> impl IntoView {
    let PaperAddress { typed, size, squares } = address;
    view! {
        <div class=class>
            <Qr label=t::qr(lang) size squares/>
            <p>{t::web(lang)}<br/><strong>{typed}</strong></p>
        </div>
    }
    .into_any()
}

/// A code for a phone's camera: the path of its dark squares, and its width in squares.
#[component]
pub fn Qr(label: &'static str, size: usize, squares: String) -> impl IntoView {
    let frame = format!("0 0 {size} {size}");
    view! {
        <svg class="qr" viewBox=frame role="img" aria-label=label shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"/>
            <path d=squares fill="#000"/>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_squares_side_by_side_are_one_shape() {
        assert_eq!(dark_in(&[false, true, true, false, true], 4, 7), "M5 7h2v1h-2zM8 7h1v1h-1z");
        assert_eq!(squares(2, &[true, false, true, true]), (10, "M4 4h1v1h-1zM4 5h2v1h-2z".to_owned()));
    }

    #[test]
    fn what_came_to_a_tablet_is_drawn_as_the_server_draws_it() {
        let dark = [true, false, true, true, true, false, false, false, true];
        let code = PaperCode::of("v.example/own".to_owned(), 3, &dark).unwrap();
        let (size, path) = squares(3, &dark);
        let drawn = PaperAddress { typed: "v.example/own".to_owned(), size, squares: path };
        assert_eq!(PaperAddress::of(&code), Some(drawn));
    }
}
