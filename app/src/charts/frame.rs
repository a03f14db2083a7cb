//! What all drawings share: one for wide screens and one for narrow ones, numbers rounded to what may be read from them, and
//! the words for those who do not see them.

use leptos::prelude::*;

use crate::texts::{HIDDEN_FIGURE, Lang, count};

/// Both drawings of a chart; the style shows the one for which there is room. On a phone the wide one's words would be too
/// small to read, and its numbers out of sight.
pub(super) fn in_both<Layout>(layouts: &[Layout; 2], drawing: impl Fn(&Layout) -> AnyView) -> AnyView {
    layouts.iter().map(drawing).collect::<Vec<_>>().into_any()
}

/// A number of people, or two dots where it is hidden.
pub(super) fn count_or_dots(lang: Lang, n: Option<i64>) -> String {
    n.map_or_else(|| HIDDEN_FIGURE.to_owned(), |n| count(lang, n))
}

/// Tenths of a pixel: no drawing tells more digits than its words.
pub(super) fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

/// What a drawing is of, and everything that is written in it, as one text.
pub(super) fn joined(label: &str, parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { label.to_owned() } else { format!("{label}: {}.", parts.join("; ")) }
}

/// A class as a shade of one colour, told apart without colour too; what is hidden has none, and a dashed edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shade {
    Lightest,
    Light,
    Dark,
    Darkest,
    Hidden,
}

impl Shade {
    /// From the lowest class to the highest.
    pub const FROM_LOW: [Self; 4] = [Self::Lightest, Self::Light, Self::Dark, Self::Darkest];

    /// Of a share of the largest number, 0 … 1, by quarters; nothing where it is hidden.
    pub const fn of(share: Option<f64>) -> Self {
        match share {
            None => Self::Hidden,
            Some(share) if share < 0.25 => Self::Lightest,
            Some(share) if share < 0.5 => Self::Light,
            Some(share) if share < 0.75 => Self::Dark,
            Some(_) => Self::Darkest,
        }
    }

    /// The style of a piece in this shade.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Lightest => "chart__class chart__class--1",
            Self::Light => "chart__class chart__class--2",
            Self::Dark => "chart__class chart__class--3",
            Self::Darkest => "chart__class chart__class--4",
            Self::Hidden => "chart__class chart__class--hidden",
        }
    }

    /// The style of words upon it: `class`, and light ones on what is dark.
    pub fn words(self, class: &str) -> String {
        match self {
            Self::Dark | Self::Darkest => format!("{class} chart__text--light"),
            Self::Lightest | Self::Light | Self::Hidden => class.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_read_from_its_title_to_its_last_number() {
        assert_eq!(
            joined("Muutos", ["SPPB +0,8".to_owned(), "kävely +0,05 m/s".to_owned()].into_iter()),
            "Muutos: SPPB +0,8; kävely +0,05 m/s."
        );
        assert_eq!(joined("Muutos", std::iter::empty()), "Muutos");
        assert_eq!([tenth(412.826), tenth(-0.04)], [412.8, 0.0]);
    }

    #[test]
    fn a_hidden_number_is_two_dots() {
        assert_eq!([Some(12), None].map(|n| count_or_dots(Lang::En, n)), ["12", HIDDEN_FIGURE]);
    }

    #[test]
    fn every_shade_has_a_style_of_its_own_and_words_that_can_be_read() {
        let classes = Shade::FROM_LOW.map(Shade::class);
        assert!(classes.iter().zip(["--1", "--2", "--3", "--4"]).all(|(class, end)| class.ends_with(end)));
        assert!(!classes.contains(&Shade::Hidden.class()));
        let light = |shade: Shade| shade.words("chart__text").contains("chart__text--light");
        assert_eq!(Shade::FROM_LOW.map(light), [false, false, true, true]);
        assert_eq!(Shade::Hidden.words("chart__text"), "chart__text");
    }

    #[test]
    fn more_is_darker_and_a_hidden_number_is_no_shade_of_it() {
        assert_eq!([0.0, 0.3, 0.6, 1.0].map(|share| Shade::of(Some(share))), Shade::FROM_LOW);
        assert_eq!(Shade::of(None), Shade::Hidden);
    }
}
