//! Finding a name by its beginnings: what is kept of a name so that an index finds it, and what is looked for when
//! somebody types. Hyphens, apostrophes and spaces do not count: "marjaliisa" finds Marja-Liisa, and "marja liisa"
//! finds Marjaliisa.

use std::collections::BTreeSet;

use crate::names::search_key;

/// Beginnings of one part of a name that are kept, at most.
const MOST: usize = 12;
/// Words that are looked for, at most; people type two.
pub const TYPED: usize = 3;

/// What the parts of a name (family name, given names, …) are found by: each word of a part together with the words
/// after it. "Yli-Mattila" is found by what begins "ylimattila" or "mattila".
pub fn findable<'a>(parts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in parts {
        let key = search_key(part);
        let words: Vec<_> = key.split(' ').filter(|word| !word.is_empty()).collect();
        found.extend((0..words.len().min(MOST)).filter_map(|at| words.get(at..)).map(<[&str]>::concat));
    }
    found
}

/// What to look for, the likeliest reading first. A name is found by a reading when each of its words begins something
/// that the name is findable by. Nothing typed has no reading.
pub fn readings(typed: &str) -> Vec<Vec<String>> {
    let key = search_key(typed);
    let words: Vec<_> = key.split(' ').filter(|word| !word.is_empty()).take(TYPED).collect();
    let Some(joints) = words.len().checked_sub(1) else { return Vec::new() };
    // Each bit says whether a word goes on the one before it; the fewest such joints first.
    let mut ways: Vec<u32> = (0..1 << joints).collect();
    ways.sort_by_key(|way| way.count_ones());
    ways.into_iter().map(|way| joined(&words, way)).collect()
}

/// Whether what was typed finds a name that is found by these words. Nothing typed finds everything.
pub fn finds(typed: &str, name: &BTreeSet<String>) -> bool {
    let begins = |word: &String| name.range(word.clone()..).next().is_some_and(|next| next.starts_with(word.as_str()));
    let readings = readings(typed);
    readings.is_empty() || readings.iter().any(|reading| reading.iter().all(begins))
}

fn joined(words: &[&str], way: u32) -> Vec<String> {
    let mut reading: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match reading.last_mut() {
            Some(before) if way >> (at - 1) & 1 == 1 => before.push_str(word),
            _ => reading.push((*word).to_owned()),
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, parts: &[&str]) -> bool {
        super::finds(typed, &findable(parts.iter().copied()))
    }

    #[test]
    fn a_name_is_found_however_its_words_are_put_together() {
        let marja = ["Yli-Mattila", "Marja-Liisa Anneli"];
        for typed in ["marjaliisa", "marja liisa", "liisa", "MARJA-L", "yli mattila", "ylimattila m", "mattila anneli"]
        {
            assert!(finds(typed, &marja), "{typed}");
        }
        for typed in ["jaliisa", "tila", "marja pekka"] {
            assert!(!finds(typed, &marja), "{typed}");
        }
        assert!(finds("marja liisa", &["Aho", "Marjaliisa"]));
        assert!(finds("aho marja liisa", &["Aho", "Marjaliisa"]));
        for typed in ["obrien", "o'brien", "o brien", "brien"] {
            assert!(finds(typed, &["O’Brien", "Sean"]), "{typed}");
        }
    }

    #[test]
    fn typing_without_dots_or_capitals_finds_the_name_in_either_spelling() {
        for family in ["Mäkelä-Östman", "Ma\u{308}kela\u{308}-O\u{308}stman"] {
            for typed in ["makela", "MÄKELÄ", "mar osT", "", "  ", "ma\u{308}kela\u{308} marja", "makelaostman"] {
                assert!(finds(typed, &[family, "Marja-Liisa"]), "{typed}");
            }
            for typed in ["kela", "mattila", "makela pekka"] {
                assert!(!finds(typed, &[family, "Marja-Liisa"]), "{typed}");
            }
        }
        assert!(finds("nguyen", &["Nguyễn", "Linh"]));
    }

    #[test]
    fn what_was_typed_is_read_as_it_stands_before_words_are_joined() {
        let readings = readings("de la  cruz x");
        assert_eq!(readings[0], ["de", "la", "cruz"]);
        assert_eq!(readings.len(), 4);
        assert_eq!(readings[3], ["delacruz"]);
        assert!(super::readings(" - ").is_empty());
    }
}
