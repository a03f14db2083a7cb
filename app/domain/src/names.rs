//! What may stand in a name, and keys for ordering and finding names: … Z Å Ä Ö, and "Makela" finds Mäkelä.

use unicode_normalization::char::is_combining_mark;

use crate::fields::LINE;
use crate::text::{parts, plain};

/// Why a text is not a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameError {
    /// Nothing that could be said aloud: no letter and no digit.
    Nothing,
    /// A character that nobody sees, see [`unseen`].
    Unseen,
    TooLong,
}

/// Reads a name that a person typed: one line with single spaces, of [`LINE`] characters at most, in composed letters.
pub fn name_typed(text: &str) -> Result<String, NameError> {
    let name = plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if unseen(&name).is_some() {
        Err(NameError::Unseen)
    } else if name.chars().nth(LINE).is_some() {
        Err(NameError::TooLong)
    } else if !can_be_said(&name) {
        Err(NameError::Nothing)
    } else {
        Ok(name)
    }
}

/// Whether somebody can be called by it: it has a letter or a digit.
pub fn can_be_said(name: &str) -> bool {
    name.chars().any(char::is_alphanumeric)
}

/// The first character of a line that nobody sees, or that turns round what follows: a control, a zero-width space, a
/// soft hyphen, an embedding of another direction, a blank that counts as a letter. With it two names that look alike
/// would be two people. Joiners and variation selectors are spelling after the letters of scripts that need them
/// (U+0600 and on), so they may stand there.
pub fn unseen(line: &str) -> Option<char> {
    let mut before = ' ';
    line.chars().find(|c| {
        let joined = before >= '\u{600}' && before != *c;
        before = *c;
        match c {
            '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => !joined,
            c => c.is_control() || is_hidden(*c),
        }
    })
}

/// Format characters and blanks of the Unicode categories Cf, Zl and Zp, and fillers that count as letters.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A key whose plain order is the order of the Finnish and Swedish alphabet.
///
/// It holds only `a`–`z` and `0`–`9`, because databases order anything else by their own collation:
/// a word break is `0`, a digit `1` and itself, and `z`, å, ä, ö are `za`, `zb`, `zc`, `zd`.
pub fn sort_key(text: &str) -> String {
    keyed(text, |key, number| number.iter().for_each(|digit| key.extend(['1', *digit])))
}

/// As [`sort_key`], with numbers in the order of their values: "Ryhmä 2" stands before "Ryhmä 10".
///
/// A number is `1`, a letter for how many digits it has (`a` one, `b` two), and the digits without zeros before them.
pub fn natural_key(text: &str) -> String {
    keyed(text, |key, number| {
        let zeros = number.iter().take_while(|digit| **digit == '0').count();
        // Of nothing but zeros one stays.
        let digits = number.get(zeros.min(number.len().saturating_sub(1))..).unwrap_or(number);
        let size = u8::try_from(digits.len()).unwrap_or(u8::MAX).clamp(1, 26);
        key.extend(['1', char::from(b'a' + size - 1)]);
        key.extend(digits);
    })
}

/// The key of a text in whose words each number is written by `number`.
fn keyed(text: &str, number: impl Fn(&mut String, &[char])) -> String {
    let mut key = String::with_capacity(text.len() + 4);
    let text = plain(text);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push('0');
        }
        let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        for part in letters.chunk_by(|a, b| a.is_ascii_digit() && b.is_ascii_digit()) {
            match part {
                [letter] if !letter.is_ascii_digit() => push_letter(&mut key, *letter),
                digits => number(&mut key, digits),
            }
        }
    }
    key
}

fn push_letter(key: &mut String, letter: char) {
    match letter {
        'z' | 'ž' | 'ź' | 'ż' => key.push_str("za"),
        'å' => key.push_str("zb"),
        'ä' | 'æ' => key.push_str("zc"),
        'ö' | 'ø' | 'œ' | 'ő' => key.push_str("zd"),
        'ü' | 'ű' => key.push('y'),
        other => key.extend(bare(other).map(folded)),
    }
}

/// A key for finding: no case, no accents, no marks, words with one space between.
pub fn search_key(text: &str) -> String {
    let text: String = text.chars().flat_map(bare).collect();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let folded: Vec<String> = words.map(fold_word).collect();
    folded.join(" ")
}

/// The first letter or digit of a name as a capital; nothing for a name without any.
pub fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map(|first| first.to_uppercase().collect()).unwrap_or_default()
}

/// Letters of a name at which one slip of the finger is forgiven, and at which two are.
const FORGIVEN: [usize; 2] = [5, 10];

/// Whether somebody has typed this name: with or without accents, capitals, hyphens and spaces, the family name first
/// or last, and with a letter too many, too few, wrong or changed for its neighbour where the name is long enough.
pub fn is_name_typed(typed: &str, name: &str) -> bool {
    let (typed, name) = (search_key(typed), search_key(name));
    let turned = name.rsplit_once(' ').map(|(given, family)| format!("{family} {given}"));
    let [typed, name] = [typed, name].map(|text| text.replace(' ', ""));
    let slips = |name: &str| {
        let name = name.replace(' ', "");
        let most = FORGIVEN.iter().filter(|letters| name.chars().count() >= **letters).count();
        strsim::osa_distance(&typed, &name) <= most
    };
    !name.is_empty() && (slips(&name) || turned.is_some_and(|turned| slips(&turned)))
}

fn fold_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => out.push(letter),
            other => match folded(other) {
                "" => out.push(other),
                base => out.push_str(base),
            },
        }
    }
    out
}

/// A letter without the marks above and below it, in as many of them as it is put together from.
fn bare(letter: char) -> impl Iterator<Item = char> {
    parts(letter).filter(|part| !is_combining_mark(*part))
}

/// The plain letters behind one that no mark was taken from; empty for letters of other scripts.
fn folded(letter: char) -> &'static str {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    match letter {
        'a'..='z' => {
            let at = letter as usize - 'a' as usize;
            &PLAIN[at..=at]
        }
        'æ' => "ae",
        'đ' | 'ð' => "d",
        'ı' => "i",
        'ł' => "l",
        'ŋ' => "n",
        'ø' => "o",
        'œ' => "oe",
        'ß' => "ss",
        'ŧ' => "t",
        'þ' => "th",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_found_wherever_it_stands() {
        for c in ['\0', '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}']
            .into_iter()
            .chain(['\u{2060}', '\u{2066}', '\u{2069}', '\u{3164}', '\u{fe0f}', '\u{feff}', '\u{e0041}', '\n'])
        {
            for name in [format!("{c}Aino"), format!("Ai{c}no"), format!("Aino{c}"), c.to_string()] {
                assert_eq!(unseen(&name), Some(c), "{name:?}");
            }
        }
    }

    #[test]
    fn names_of_every_script_are_names() {
        let names = [
            "Aino",
            "Åke-Östen",
            "d’Égly",
            "'t Hooft",
            "Łódź",
            "Шура",
            "王小明",
            "علی\u{200c}رضا",
            "क्\u{200d}ष",
            "Aino 2",
        ];
        for name in names {
            assert_eq!(name_typed(name), Ok(name.to_owned()), "{name}");
        }
        assert_eq!(unseen("Kevät \u{2764}\u{fe0f}"), None);
        assert_eq!(name_typed(" Marja \u{a0} Liisa\t").as_deref(), Ok("Marja Liisa"));
        assert_eq!(name_typed("Pa\u{308}ivi").as_deref(), Ok("Päivi"), "in composed letters");
    }

    #[test]
    fn what_cannot_be_said_is_no_name() {
        for nothing in ["", "  ", "-", "???", "…", "'"] {
            assert_eq!(name_typed(nothing), Err(NameError::Nothing), "{nothing:?}");
        }
        assert_eq!(name_typed("\u{3164}"), Err(NameError::Unseen));
        assert_eq!(name_typed("علی\u{200c}\u{200c}رضا"), Err(NameError::Unseen));
        assert_eq!(
            (name_typed(&"ä".repeat(LINE)).is_ok(), name_typed(&"ä".repeat(LINE + 1))),
            (true, Err(NameError::TooLong))
        );
    }

    #[test]
    fn a_name_is_known_again_however_it_is_typed() {
        let name = "Outi-Maria Öhman";
        for typed in [
            "Outi-Maria Öhman",
            "outi maria ohman",
            "OUTIMARIA ÖHMAN",
            "Öhman, Outi Maria",
            "Outi Maria Öhmna",
            "Outi-Mari Öhmann",
        ] {
            assert!(is_name_typed(typed, name), "{typed}");
        }
        assert!(is_name_typed("ali", "Ali"));
    }

    #[test]
    fn half_a_name_and_another_name_are_not_the_name() {
        for typed in ["", " ", "Outi", "Öhman", "Outi Ohjaaja", "Raili Öhman", "Outi Maria"] {
            assert!(!is_name_typed(typed, "Outi-Maria Öhman"), "{typed}");
        }
        assert!(!is_name_typed("al", "Ali"), "a short name forgives nothing");
        assert!(!is_name_typed("", "–") && !is_name_typed("–", "–"));
    }

    #[test]
    fn an_initial_is_a_capital_whatever_was_typed() {
        let names =
            ["aino", "Öhman", "åke", "äijälä", "şahin", "шура", "žofie", "éva", "'t Hooft", "4", "", "--", "÷x"];
        let initials = names.map(initial);
        assert_eq!(initials, ["A", "Ö", "Å", "Ä", "Ş", "Ш", "Ž", "É", "T", "4", "", "", "X"]);
    }

    #[test]
    fn names_stand_in_the_order_of_the_alphabet_with_a_ring_a_umlaut_o_umlaut_last() {
        let mut names =
            ["Öhman", "Zetterberg", "Äijälä", "Åberg", "Aalto", "Virtanen", "Wirtanen", "Ylä", "Azur", "Zz"];
        names.sort_by_key(|name| sort_key(name));
        let wanted = ["Aalto", "Azur", "Virtanen", "Wirtanen", "Ylä", "Zetterberg", "Zz", "Åberg", "Äijälä", "Öhman"];
        assert_eq!(names, wanted);
    }

    #[test]
    fn the_shorter_family_name_comes_first_whatever_the_given_name() {
        assert!(sort_key("Aho Ville") < sort_key("Ahola Anna"));
        assert!(sort_key("Ryhmä 2") < sort_key("Ryhmä A"));
    }

    #[test]
    fn numbered_groups_stand_in_the_order_of_their_numbers() {
        let mut names = [
            "Tasapainoryhmä 10",
            "Ryhmä 2 B",
            "Tasapainoryhmä 2",
            "Ryhmä A",
            "Öljymäki 1",
            "Tasapainoryhmä",
            "Ryhmä 2",
            "Ryhmä 02C",
            "Ryhmä 21",
            "Åvik 3",
            "Ryhmä 2B",
            "75+ voima",
            "Ryhmä 100",
            "Zumba 1",
            "0 ryhmä",
        ];
        names.sort_by_key(|name| natural_key(name));
        let wanted = [
            "0 ryhmä",
            "75+ voima",
            "Ryhmä 2",
            "Ryhmä 2 B",
            "Ryhmä 2B",
            "Ryhmä 02C",
            "Ryhmä 21",
            "Ryhmä 100",
            "Ryhmä A",
            "Tasapainoryhmä",
            "Tasapainoryhmä 2",
            "Tasapainoryhmä 10",
            "Zumba 1",
            "Åvik 3",
            "Öljymäki 1",
        ];
        assert_eq!(names, wanted);
        assert_eq!((natural_key("Ryhmä 10"), natural_key("000")), ("ryhmzc01b10".to_owned(), "1a0".to_owned()));
    }

    #[test]
    fn without_numbers_both_keys_are_one() {
        for name in ["Åke-Östen d’Égly", "Zetterberg", "Ylä-Tööli", ""] {
            assert_eq!(natural_key(name), sort_key(name), "{name}");
        }
        assert_eq!(sort_key("Ryhmä 10"), "ryhmzc01110");
    }

    #[test]
    fn a_sort_key_has_only_letters_and_digits_that_every_database_orders_alike() {
        for name in ["Åke-Östen d’Égly", "Niña Łódź", "Ярмарка", "", "  ", "Ryhmä 12345678901234567890123456789"]
        {
            for key in [sort_key(name), natural_key(name)] {
                assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{name}");
            }
        }
    }
}
