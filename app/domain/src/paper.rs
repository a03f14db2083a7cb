//! Where paper leads whoever holds it: an address, and its code for a phone's camera, small enough to come to a tablet with
//! each pull. How it is encoded is the server's: a tablet only draws it.

use serde::{Deserialize, Serialize};

/// A row is a number of 64 bits; an address of a hundred characters has a code of 45 squares.
const WIDEST: usize = 64;

/// An address with its code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaperCode {
    /// To be typed, without the scheme.
    pub typed: String,
    /// The rows from above with a space between them, each the hexadecimal number whose bits are its squares from the left:
    /// a dark one is 1.
    rows: String,
}

impl PaperCode {
    /// Of a code with so many squares to a side, row by row; nothing for what is no square or too wide.
    pub fn of(typed: String, width: usize, dark: &[bool]) -> Option<Self> {
        let fits = (1..=WIDEST).contains(&width) && dark.len() == width * width;
        let number = |row: &[bool]| row.iter().fold(0_u64, |bits, dark| (bits << 1) | u64::from(*dark));
        let rows = || dark.chunks(width).map(|row| format!("{:x}", number(row))).collect::<Vec<_>>().join(" ");
        fits.then(|| Self { typed, rows: rows() })
    }

    /// How many squares to a side, and which are dark, row by row; nothing where what came is no code.
    pub fn squares(&self) -> Option<(usize, Vec<bool>)> {
        let rows = self.rows.split(' ').map(|row| u64::from_str_radix(row, 16));
        let rows = rows.collect::<Result<Vec<_>, _>>().ok()?;
        let width = rows.len();
        let squares = |row: u64| (0..width).rev().map(move |at| (row >> at) & 1 == 1);
        (width <= WIDEST).then(|| (width, rows.into_iter().flat_map(squares).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_squares_come_as_they_were() {
        let dark: Vec<bool> = (0..29 * 29).map(|at| at % 3 == 0 || at % 7 == 1).collect();
        let code = PaperCode::of("v.example/own".to_owned(), 29, &dark).expect("a code");
        assert_eq!(code.squares(), Some((29, dark)));
        assert!(code.rows.len() < 29 * 9, "small: {}", code.rows.len());
        let widest = PaperCode::of(String::new(), 64, &[true; 64 * 64]).expect("as wide as can be");
        assert_eq!(widest.squares(), Some((64, vec![true; 64 * 64])));
    }

    #[test]
    fn what_is_no_code_is_drawn_by_nobody() {
        assert_eq!(PaperCode::of(String::new(), 65, &[false; 65 * 65]), None);
        assert_eq!(PaperCode::of(String::new(), 0, &[]), None);
        assert_eq!(PaperCode::of(String::new(), 3, &[true; 8]), None);
        for rows in ["", "xyz", "1 2 fffffffffffffffff", &["1"; 65].join(" ")] {
            assert_eq!(PaperCode { typed: String::new(), rows: rows.to_owned() }.squares(), None, "{rows}");
        }
    }
}
