//! Everything that people read: the catalogue of three languages, and dates and numbers in their ways.
//!
//! The functions of the catalogue come from `texts/{fi,sv,en}/<noun>.toml` through `build.rs`:
//! `texts::attendance::mark::present(lang)`. A code of `domain` says its own words by [`Words`].

mod codes;
mod format;

pub use codes::Words;
use domain::fields::LINE;
use domain::input::DayError;
use domain::names::NameError;
use domain::people::PersonLanguage;
use domain::people::naming::Named;
pub use format::*;
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A language of the program. People's own languages are [`domain::people::PersonLanguage`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Fi,
    Sv,
    En,
}

impl Lang {
    pub const ALL: [Self; 3] = [Self::Fi, Self::Sv, Self::En];

    /// The code for `lang` attributes, cookies and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fi => "fi",
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(code))
    }

    /// The program's language of a person; nothing for one that it does not speak.
    pub const fn of_person(language: Option<PersonLanguage>) -> Option<Self> {
        match language {
            Some(PersonLanguage::Finnish) => Some(Self::Fi),
            Some(PersonLanguage::Swedish) => Some(Self::Sv),
            Some(PersonLanguage::English) => Some(Self::En),
            Some(PersonLanguage::Other) | None => None,
        }
    }

    /// The language's own name: language links are words, never flags.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Fi => "Suomi",
            Self::Sv => "Svenska",
            Self::En => "English",
        }
    }
}

/// What to do about a name; `missing` is said where there is none.
pub fn name_words(lang: Lang, error: NameError, missing: &'static str) -> String {
    match error {
        NameError::Nothing => missing.to_owned(),
        NameError::Unseen => common::unseen(lang).to_owned(),
        NameError::TooLong => common::too_long(lang, LINE as i64),
    }
}

/// What to do about a day that could not be read; `unwritten` says how days are written.
pub fn day_words(lang: Lang, error: DayError, unwritten: &'static str) -> &'static str {
    match error {
        DayError::NoSuchDay => common::no_such_day(lang),
        _ => unwritten,
    }
}

/// A person's name as a list shows it, with what tells namesakes apart: "Marja Virtanen (s. 1939)".
pub fn named(lang: Lang, named: &Named) -> String {
    let year = named.birth_year.map(|year| people::list::born(lang, &year.to_string()));
    let number = named.number.map(|number| number.to_string());
    let apart: Vec<_> = [year, number].into_iter().flatten().collect();
    if apart.is_empty() { named.name.clone() } else { format!("{} ({})", named.name, apart.join(", ")) }
}

/// The wording of one language.
pub(crate) const fn pick(lang: Lang, texts: &[&'static str; 3]) -> &'static str {
    match lang {
        Lang::Fi => texts[0],
        Lang::Sv => texts[1],
        Lang::En => texts[2],
    }
}

/// Puts values into a template at `{0}`, `{1}` …; what is in a value is never read as a place.
pub(crate) fn fill(template: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut pieces = template.split('{');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (place, after) = piece.split_once('}').unwrap_or(("", piece));
        out.push_str(place.parse::<usize>().ok().and_then(|i| values.get(i)).unwrap_or(&""));
        out.push_str(after);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that are rightly the same in two languages: names, loan words and abbreviations.
    const SAME: &str = include_str!("../../texts/same.txt");

    #[test]
    fn no_text_is_silently_the_same_in_two_languages() {
        let same: Vec<_> = EVERY
            .iter()
            .filter(|(_, [fi, sv, en])| {
                let words = |text: &str| text.chars().any(char::is_alphabetic);
                [(fi, sv), (fi, en), (sv, en)].iter().any(|(a, b)| a == b && words(a))
            })
            .map(|(key, _)| *key)
            .collect();
        let listed: Vec<_> = SAME.lines().filter(|line| !line.starts_with('#')).collect();
        let unlisted: Vec<_> = same.iter().filter(|key| !listed.contains(key)).collect();
        let outdated: Vec<_> = listed.iter().filter(|key| !same.contains(key)).collect();
        assert!(unlisted.is_empty(), "the same text in two languages: {unlisted:?}");
        assert!(outdated.is_empty(), "listed as the same, but are not: {outdated:?}");
    }

    #[test]
    fn no_text_has_stray_spaces_or_straight_quotes() {
        for (key, texts) in EVERY {
            for text in texts {
                assert_eq!(text.trim(), *text, "{key}");
                assert!(!text.contains("  ") && !text.contains('"') && !text.contains("..."), "{key}: {text}");
            }
        }
    }

    #[test]
    fn what_tells_namesakes_apart_stands_behind_the_name() {
        let marja = Named { name: "Marja Virtanen".into(), ..Named::default() };
        assert_eq!(named(Lang::Sv, &marja), "Marja Virtanen");
        let born = Named { birth_year: Some(1939), ..marja };
        assert_eq!(named(Lang::Fi, &born), "Marja Virtanen (s. 1939)");
        assert_eq!(named(Lang::En, &Named { number: Some(2), ..born }), "Marja Virtanen (born 1939, 2)");
    }

    #[test]
    fn a_name_with_brackets_is_written_as_it_is() {
        assert_eq!(fill("{1}: {0}", &["{1}", "a{b}c"]), "a{b}c: {1}");
    }

    #[test]
    fn languages_are_read_in_either_case_and_nothing_else_is() {
        assert_eq!(Lang::from_code("SV"), Some(Lang::Sv));
        assert_eq!(Lang::from_code("de"), None);
    }
}
