//! Finding a name by its beginnings: what is kept of a name so that an index finds it, and what is looked for when
//! somebody types. Hyphens, apostrophes and spaces do not count: "marjaliisa" finds Marja-Liisa, and "marja liisa"
//! finds Marjaliisa.

use std::collections::BTreeSet;

use crate::input::{birth_date_typed, birth_year_typed};
use crate::names::search_key;
use crate::people::Profile;
use crate::time::Day;

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

/// The sign before what is no name: a day or year of birth, a telephone number, the municipality's own reference. No
/// name begins with one.
const BORN: char = '=';
const PHONE: char = '+';
const REFERENCE: char = '#';
/// Digits of a telephone number that are looked for, at least.
const SOME_DIGITS: usize = 4;

/// What a person is found by: the name, the day or year of birth, the telephone number, the reference.
pub fn findable_of(profile: &Profile) -> BTreeSet<String> {
    let profile = &profile.clone().disclosed();
    let names = [Some(&profile.family_name), Some(&profile.given_names), profile.called_name.as_ref()];
    let mut found = findable(names.into_iter().flatten().map(String::as_str));
    found.extend(profile.birth_date.map(born_on).or(profile.birth_year.map(|year| format!("{BORN}{year}"))));
    found.extend(profile.phone_clue().map(|number| format!("{PHONE}{number}")));
    found.extend(profile.reference.as_deref().map(reference).filter(|word| word.len() > 1));
    found
}

fn born_on(day: Day) -> String {
    format!("{BORN}{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn reference(text: &str) -> String {
    format!("{REFERENCE}{}", search_key(text).replace(' ', ""))
}

/// As [`readings`], of somebody who may also be told by a birthday, a year of birth ("mäkelä 1944"), a telephone number
/// or the reference. `today` says which century two digits mean.
pub fn readings_of_person(typed: &str, today: Day) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> =
        birth_date_typed(typed, today).ok().map(|day| vec![born_on(day)]).into_iter().collect();
    let (years, words): (Vec<&str>, Vec<&str>) =
        typed.split_whitespace().partition(|word| word.len() == 4 && birth_year_typed(word, today).is_ok());
    let (days, words): (Vec<&str>, Vec<&str>) =
        words.into_iter().partition(|word| word.contains('.') && birth_date_typed(word, today).is_ok());
    let born = years.iter().map(|year| format!("{BORN}{year}"));
    let born = born.chain(days.iter().filter_map(|day| birth_date_typed(day, today).ok().map(born_on)));
    let born: Vec<_> = born.take(TYPED - 1).collect();
    let names = readings(&words.join(" "));
    if !born.is_empty() {
        let with = |mut reading: Vec<String>| {
            reading.truncate(TYPED - born.len());
            reading.extend(born.iter().cloned());
            reading
        };
        all.extend(if names.is_empty() { vec![born.clone()] } else { names.into_iter().map(with).collect() });
    }
    all.extend(number_typed(typed).map(|number| vec![format!("{PHONE}{number}")]));
    all.extend(readings(typed));
    all.extend(Some(vec![reference(typed)]).filter(|words| words.iter().all(|word| word.len() > 1)));
    all
}

/// The beginning of a telephone number, as it is dialled at home; nothing where something else was typed.
fn number_typed(typed: &str) -> Option<String> {
    let bare: String = typed.replace("(0)", "").chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let home = ["+358", "00358"].iter().find_map(|code| bare.strip_prefix(code));
    let number = home.map_or_else(|| bare.clone(), |rest| format!("0{}", rest.trim_start_matches('0')));
    (number.len() >= SOME_DIGITS && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// Slips of the finger that are forgiven in a word of so many letters: one changed, left out, doubled or moved.
const fn forgiven(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Those of these words that begin like the word typed but for a slip or two, the closest first, `most` at most.
pub fn close<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let letters = typed.chars().count();
    let mut found: Vec<(usize, &str)> =
        words.into_iter().filter_map(|word| Some((slips(typed, letters, word)?, word))).collect();
    found.sort();
    found.truncate(most);
    found.into_iter().map(|(_, word)| word).collect()
}

/// How many slips the beginning of the word is away; nothing for more than are forgiven.
fn slips(typed: &str, letters: usize, word: &str) -> Option<usize> {
    let most = forgiven(letters);
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    let lengths = letters.saturating_sub(most)..=letters + most;
    let beginnings = lengths.filter_map(|length| word.get(..*ends.get(length)?));
    let best = beginnings.map(|beginning| strsim::osa_distance(typed, beginning)).min()?;
    (best > 0 && best <= most).then_some(best)
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

    fn today() -> Day {
        "2026-09-08".parse().unwrap()
    }

    fn finds_person(typed: &str, profile: &Profile) -> bool {
        let words = findable_of(profile);
        let begins =
            |word: &String| words.range(word.clone()..).next().is_some_and(|next| next.starts_with(word.as_str()));
        readings_of_person(typed, today()).iter().any(|reading| reading.iter().all(begins))
    }

    #[test]
    fn a_person_is_found_by_birthday_year_telephone_and_reference_however_they_are_written() {
        let irja = Profile {
            given_names: "Irja Anneli".into(),
            family_name: "Mäkelä".into(),
            birth_date: "1944-03-08".parse().ok(),
            phone: Some("+358 40 123 4567, illat".into()),
            reference: Some("K-0017".into()),
            ..Profile::default()
        };
        for typed in [
            "8.3.1944",
            "8.3.44",
            "080344",
            "1944-03-08",
            "1944",
            "mäkelä 1944",
            "1944 irja",
            "makela 8.3.1944",
            "0401234567",
            "040 123",
            "+358 40 123 4567",
            "00358401234567",
            "K-0017",
            "k0017",
            "irja mäkelä",
        ] {
            assert!(finds_person(typed, &irja), "{typed}");
        }
        for typed in ["9.3.1944", "1945", "mäkelä 1945", "0401234568", "0017", "12", ""] {
            assert!(!finds_person(typed, &irja), "{typed}");
        }
        let walk_in = Profile { given_names: "Aino".into(), birth_year: Some(1941), ..Profile::default() };
        assert!(finds_person("aino 1941", &walk_in) && !finds_person("1.1.1941", &walk_in));
    }

    #[test]
    fn a_slip_of_the_finger_is_forgiven_and_more_in_a_longer_word() {
        let words = ["makela", "makinen", "virtanen", "maki", "korhonen", "ylimattila"];
        for (typed, wanted) in [
            ("makrla", "makela"),
            ("mkela", "makela"),
            ("makkela", "makela"),
            ("amkela", "makela"),
            ("virtnaen", "virtanen"),
            ("wirtaneen", "virtanen"),
            ("korhoen", "korhonen"),
            ("ylimatila", "ylimattila"),
        ] {
            assert_eq!(close(typed, words, 3).first(), Some(&wanted), "{typed}");
        }
        for typed in ["mal", "xxxx", "virxxxen", "makela"] {
            assert_eq!(close(typed, words, 3), Vec::<&str>::new(), "{typed}");
        }
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
