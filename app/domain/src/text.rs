//! Text that looks the same is the same. Keyboards, spreadsheets and file systems write one letter in several ways
//! (`ä` as one sign, or as `a` and two dots) and a space as one of a dozen signs. Everything that comes in, by form,
//! file, operation or command, goes through one of these functions before anything is compared with it or kept of it.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use std::borrow::Cow;

const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const APART: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();

/// Composed letters (NFC), and every kind of space a plain one: what RFC 8265 makes of a password (OpaqueString).
pub fn plain(text: &str) -> Cow<'_, str> {
    if is_settled(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(COMPOSED.normalize_iter(text.chars()).map(|c| if is_odd_space(c) { ' ' } else { c }).collect())
}

/// As [`plain`], and besides one space where there were several, and none at the ends. Line breaks stay.
pub fn normal(text: &str) -> Cow<'_, str> {
    let text = plain(text);
    if is_single_spaced(&text) {
        return text;
    }
    let words = text.split(' ').filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// As [`normal`], of a text that is the caller's own.
pub fn kept(text: String) -> String {
    match normal(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(normal) => normal,
    }
}

/// As a program writes it that takes letters apart: for what was kept before letters were put together.
pub fn apart(text: &str) -> String {
    APART.normalize(text).into_owned()
}

/// What one letter is put together from (NFD).
pub(crate) fn parts(letter: char) -> impl Iterator<Item = char> {
    APART.normalize_iter(std::iter::once(letter))
}

/// Whether [`normal`] leaves every string of this JSON text as it is. A text with escapes may be called unsettled
/// though it is not.
pub(crate) fn is_settled_json(json: &str) -> bool {
    let unsettled = |pair: &[u8]| matches!(pair, b"  " | b"\" " | b" \"" | b"\\u");
    is_settled(json) && !json.as_bytes().windows(2).any(unsettled)
}

/// Whether its letters are composed and its spaces plain, as all of ASCII is.
fn is_settled(text: &str) -> bool {
    text.is_ascii() || (COMPOSED.is_normalized(text) && !text.chars().any(is_odd_space))
}

fn is_single_spaced(text: &str) -> bool {
    !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ')
}

/// A space of another kind than the space bar's: no-break, narrow, thin, ideographic. Tabs and line breaks are controls
/// and separators of lines, and for others to judge.
const fn is_odd_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_that_look_the_same_are_the_same() {
        for (one, other) in [
            ("Mäkelä", "Ma\u{308}kela\u{308}"),
            ("Öhman", "O\u{308}hman"),
            ("Åke", "A\u{30a}ke"),
            ("Åke", "\u{212b}ke"),
            ("Nguyễn", "Nguye\u{302}\u{303}n"),
        ] {
            assert_eq!(normal(one), normal(other), "{one}");
            assert_eq!(normal(&apart(one)), one);
        }
    }

    #[test]
    fn every_kind_of_space_is_one_space() {
        for typed in
            ["Marja Liisa", "Marja\u{a0}Liisa", " Marja  Liisa\u{202f}", "Marja \u{2009} Liisa", "\u{3000}Marja Liisa"]
        {
            assert_eq!(normal(typed), "Marja Liisa", "{typed:?}");
        }
        assert_eq!(plain("hiljainen\u{a0} polku "), "hiljainen  polku ", "a password keeps its spaces");
        assert_eq!(normal("yksi\nkaksi  kolme"), "yksi\nkaksi kolme");
        assert_eq!(normal("Ai\tno"), "Ai\tno", "a control is for others to refuse");
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_as_it_is(text in "\\PC{0,20}|[a ä\u{308}\u{a0}\u{2009}\n\u{338}<>]{0,12}") {
            let once = normal(&text).into_owned();
            prop_assert_eq!(normal(&once), once.as_str());
            let apart = apart(&text);
            prop_assert_eq!(normal(&apart), once);
        }
    }
}
