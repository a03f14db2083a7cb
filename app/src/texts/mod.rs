//! Everything that people read: the catalogue of three languages, and dates and numbers in their ways.
//!
//! The functions of the catalogue come from `texts/{fi,sv,en}/<noun>.toml` through `build.rs`:
//! `texts::attendance::mark::present(lang)`. A code of `domain` says its own words by [`Words`]. What speaks to its reader
//! is written in both forms of address where they differ; which of them is said stands in the [`Lang`].

mod codes;
mod format;
#[cfg(test)]
mod said;

pub use codes::Words;
use domain::fields::LINE;
use domain::input::DayError;
use domain::letters::FormOfAddress;
use domain::names::NameError;
use domain::people::PersonLanguage;
use domain::people::naming::Named;
pub use format::*;
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A language of the program, and for Finnish and Swedish the form of address in it. People's own languages are
/// [`domain::people::PersonLanguage`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Fi,
    Sv,
    En,
    /// Finnish that says te to one person.
    FiTe,
    /// Swedish that says ni to one person.
    SvNi,
}

impl Lang {
    /// Each language once, in the usual form of address.
    pub const ALL: [Self; 3] = [Self::Fi, Self::Sv, Self::En];

    /// Each language in every form of address.
    #[cfg(test)]
    pub(crate) const IN_EVERY_FORM: [Self; 5] = [Self::Fi, Self::FiTe, Self::Sv, Self::SvNi, Self::En];

    /// The code for `lang` attributes, cookies and the database: that of the language alone.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fi | Self::FiTe => "fi",
            Self::Sv | Self::SvNi => "sv",
            Self::En => "en",
        }
    }

    /// The same language, in this form of address.
    #[must_use]
    pub const fn addressing(self, form: FormOfAddress) -> Self {
        match (self, form) {
            (Self::Fi | Self::FiTe, FormOfAddress::Familiar) => Self::Fi,
            (Self::Fi | Self::FiTe, FormOfAddress::Formal) => Self::FiTe,
            (Self::Sv | Self::SvNi, FormOfAddress::Familiar) => Self::Sv,
            (Self::Sv | Self::SvNi, FormOfAddress::Formal) => Self::SvNi,
            (Self::En, _) => Self::En,
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

    /// The language alone, as it is kept with what somebody has said: in the usual form of address.
    #[must_use]
    pub const fn alone(self) -> Self {
        self.addressing(FormOfAddress::USUAL)
    }

    /// The language's own name: language links are words, never flags.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Fi | Self::FiTe => "Suomi",
            Self::Sv | Self::SvNi => "Svenska",
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
        Lang::Fi | Lang::FiTe => texts[0],
        Lang::Sv | Lang::SvNi => texts[1],
        Lang::En => texts[2],
    }
}

/// The wording of one language in its form of address: as [`pick`], then te and ni. The tablet has it of what it says to
/// those who take part alone.
pub(crate) const fn addressed(lang: Lang, texts: &[&'static str; 5]) -> &'static str {
    match lang {
        Lang::Fi => texts[0],
        Lang::Sv => texts[1],
        Lang::En => texts[2],
        Lang::FiTe => texts[3],
        Lang::SvNi => texts[4],
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

    /// What those who take part, their relatives and everybody read.
    const READ_BY_EVERYBODY: [&str; 25] = [
        "own.",
        "kin.",
        "find.",
        "apply.",
        "assessments.instruction.",
        "assessments.question.",
        "consents.desk.text.",
        "own_calendar.",
        "own_rights.",
        "home_exercise.",
        "exercises.",
        "feedback.",
        "friends.own.",
        "measure.handed.",
        "measure.say_maximal",
        "messages.own.",
        "register.consent_text",
        "results.",
        "safety.question.",
        "statements.default.",
        "statements.help.",
        "statements.proposal.",
        "letters.said.",
        "wellbeing.",
        "refusals.own.",
    ];
    /// Of it, what the staff alone read.
    const READ_BY_STAFF: [&str; 11] = [
        "own.desk.",
        "own.group_cards.",
        "kin.desk.",
        "home_exercise.edit.",
        "home_exercise.ticks.",
        "feedback.queue.",
        "feedback.page.",
        "measure.handed.give",
        "measure.handed.name",
        "measure.handed.wrong_name",
        "wellbeing.staff",
    ];

    fn is_read_by_everybody(key: &str) -> bool {
        let under = |places: &[&str]| places.iter().any(|place| key.starts_with(place));
        under(&READ_BY_EVERYBODY) && !under(&READ_BY_STAFF)
    }

    /// Every text that everybody reads, by key, as Finnish and Swedish say it formally.
    fn said_formally() -> impl Iterator<Item = (&'static str, [&'static str; 2])> {
        let formal = |key: &str| FORMAL.iter().find(|(of, _)| *of == key).map_or([None; 2], |(_, texts)| *texts);
        EVERY.iter().filter(|(key, _)| is_read_by_everybody(key)).map(move |(key, [fi, sv, _])| {
            let [te, ni] = formal(key);
            (*key, [te.unwrap_or(fi), ni.unwrap_or(sv)])
        })
    }

    fn words_of(text: &str) -> impl Iterator<Item = String> {
        let said = text.split(['{', '}']).step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
        said.split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    /// Finnish verbs and pronouns of the second person singular. "Sinä" is left out: "sinä päivänä" is that day. Nor are
    /// the verbs on buttons, by which the reader tells the program what to do.
    const SINA: &str = "sinun sinulla sinulle sinua sinuun sinusta sinut olet et ettet ellet saat näet voit \
        haluat pääset asut haet teet avaat lähetät näytät kutsut aloitat lopetat kirjaudut tarvitset nostat hengästyt \
        aikoisit tavoitat kerrot päätät tulet perutko haluatko oletko unohditko lähetit pyysit peruit annoit kielsit \
        kävit kerroit harjoittelit olit vastasit nousit kävelit seisoit nostit sait puristit jaksoit käännyit istuit";
    /// Finnish words that end as "your" does and say something else.
    const NOT_YOURS: &str = "antaisi esimerkiksi kaksi katosi kuusi käsi lopuksi marssi olkavarsi pitäisi seuraavaksi siksi \
        sopisi suoraksi suoriksi syntymävuosi tehdyksi tulisi tyhjäksi uusi viisi viimeksi yksi yksinäiseksi";
    const DU: &str = "du dig din ditt dina";

    #[test]
    fn what_speaks_to_its_reader_is_written_in_both_forms_of_address() {
        let among = |words: &str, word: &str| words.split_whitespace().any(|one| one == word);
        let (mut texts, mut both) = (0, 0);
        for (key, [fi, sv]) in said_formally() {
            texts += 1;
            both += i32::from(FORMAL.iter().any(|(of, _)| *of == key));
            for word in words_of(fi) {
                assert!(!among(SINA, &word), "{key} says {word}: {fi}");
                assert!(!word.ends_with("si") || among(NOT_YOURS, &word), "{key} says {word}: {fi}");
            }
            for word in words_of(sv) {
                assert!(!among(DU, &word), "{key} says {word}: {sv}");
            }
        }
        assert!(both > 300 && both < texts, "{both} of {texts}");
    }

    #[test]
    fn what_everybody_reads_is_short_in_every_form_of_address() {
        let usual = |at: usize| EVERY.iter().map(move |(key, said)| (*key, said[at]));
        let formal = |at: usize| said_formally().map(move |(key, said)| (key, said[at]));
        let all: [Vec<(&str, &str)>; 5] =
            [usual(0).collect(), formal(0).collect(), usual(1).collect(), formal(1).collect(), usual(2).collect()];
        for (lang, texts) in Lang::IN_EVERY_FORM.iter().zip(all) {
            // Of public texts the whole page is measured: it tells what the law says, and an admin writes it anew.
            let read =
                texts.into_iter().filter(|(key, _)| is_read_by_everybody(key) && !key.starts_with("statements."));
            let (mut sentences, mut words) = (0, 0);
            for (key, text) in read {
                for sentence in text.split(['.', '?', '!', ';', '/']) {
                    let long = sentence.split_whitespace().count();
                    assert!(long <= 25, "{key} {lang:?}: {sentence}");
                    sentences += usize::from(long > 0);
                    words += long;
                }
            }
            assert!(sentences > 500 && words <= 15 * sentences, "{lang:?}: {words} words in {sentences} sentences");
        }
    }

    #[test]
    fn a_language_keeps_its_code_and_its_name_in_either_form_of_address() {
        use FormOfAddress::{Familiar, Formal};
        for lang in Lang::ALL {
            let formal = lang.addressing(Formal);
            assert_eq!((formal.code(), formal.own_name()), (lang.code(), lang.own_name()));
            assert_eq!((formal.addressing(Familiar), formal.alone(), lang.alone()), (lang, lang, lang));
        }
        assert_eq!(Lang::ALL.map(|lang| lang.addressing(Formal)), [Lang::FiTe, Lang::SvNi, Lang::En]);
        assert_eq!(find::own(Lang::Fi), "Oletko jo ryhmässä? Avaa oma sivusi.");
        assert_eq!(find::own(Lang::FiTe), "Oletteko jo ryhmässä? Avatkaa oma sivunne.");
        assert_eq!(find::own(Lang::SvNi), "Är ni redan med i en grupp? Öppna er egen sida.");
        assert_eq!(find::full(Lang::SvNi), "Gruppen är full. Ni kan ställa er i kö.");
        assert_eq!(own::visits::count(Lang::FiTe, 1), "Olette käynyt ryhmässä kerran vuoden aikana.");
        assert_eq!(own::visits::count(Lang::FiTe, 7), "Olette käynyt ryhmässä 7 kertaa vuoden aikana.");
        assert_eq!(find::title(Lang::FiTe), find::title(Lang::Fi));
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
