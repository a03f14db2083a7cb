//! Classes from low to high as shades of one colour, told apart without colour too.

/// The shade of a class; what is hidden has none, and a dashed edge.
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

    /// Whether words upon it are light.
    pub const fn is_dark(self) -> bool {
        matches!(self, Self::Dark | Self::Darkest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shade_has_a_style_of_its_own_and_words_that_can_be_read() {
        let classes = Shade::FROM_LOW.map(Shade::class);
        assert!(classes.iter().zip(["--1", "--2", "--3", "--4"]).all(|(class, end)| class.ends_with(end)));
        assert!(!classes.contains(&Shade::Hidden.class()));
        assert_eq!(Shade::FROM_LOW.map(Shade::is_dark), [false, false, true, true]);
        assert!(!Shade::Hidden.is_dark());
    }
}
