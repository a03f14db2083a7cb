//! What all drawings share: numbers rounded to what may be read from them, and the words for those who do not see them.

/// Tenths of a pixel: no drawing tells more digits than its words.
pub(super) fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

/// What a drawing is of, and everything that is written in it, as one text.
pub(super) fn joined(label: &str, parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { label.to_owned() } else { format!("{label}: {}.", parts.join("; ")) }
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
}
