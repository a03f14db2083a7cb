//! Keys for ordering and finding names (ux.md L5): … Z Å Ä Ö, and "Makela" finds Mäkelä.

/// A key whose plain order is the order of the Finnish and Swedish alphabet.
///
/// It holds only `a`–`z` and `0`–`9`, because databases order anything else by their own collation:
/// a word break is `0`, a digit `1` and itself, and `z`, å, ä, ö are `za`, `zb`, `zc`, `zd`.
pub fn sort_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 4);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push('0');
        }
        for letter in word.chars().flat_map(char::to_lowercase) {
            match letter {
                'z' | 'ž' | 'ź' | 'ż' => key.push_str("za"),
                'å' => key.push_str("zb"),
                'ä' | 'æ' => key.push_str("zc"),
                'ö' | 'ø' | 'œ' | 'ő' => key.push_str("zd"),
                'ü' | 'ű' => key.push('y'),
                '0'..='9' => key.extend(['1', letter]),
                other => key.push_str(folded(other)),
            }
        }
    }
    key
}

/// A key for finding: no case, no accents, no marks, words with one space between.
pub fn search_key(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let folded: Vec<String> = words.map(fold_word).collect();
    folded.join(" ")
}

/// The first letter or digit of a name as a capital; nothing for a name without any. Letters that Finnish and Swedish
/// write are made capitals, others stand as they were written: the capitals of every script would be four thousand
/// bytes of the tablet's first load, for names that begin with one anyway.
pub fn initial(name: &str) -> String {
    let first = name.chars().find(|c| c.is_alphanumeric());
    first
        .map(|c| {
            if matches!(c, 'à'..='ö' | 'ø'..='þ' | 'š' | 'ž') {
                accented_capital(c)
            } else {
                c.to_ascii_uppercase()
            }
            .to_string()
        })
        .unwrap_or_default()
}

const fn accented_capital(letter: char) -> char {
    match letter {
        'š' => 'Š',
        'ž' => 'Ž',
        // In Latin-1 a capital lies 32 places before its letter.
        other => match char::from_u32(other as u32 - 32) {
            Some(capital) => capital,
            None => other,
        },
    }
}

/// Whether every word of what was typed begins a word of the key, in any order.
/// Nothing typed finds everything.
pub fn finds(typed: &str, key: &str) -> bool {
    search_key(typed).split(' ').all(|wanted| key.split(' ').any(|word| word.starts_with(wanted)))
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

/// The plain letters behind an accented one; empty for letters of other scripts.
fn folded(letter: char) -> &'static str {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    match letter {
        'a'..='z' => {
            let at = letter as usize - 'a' as usize;
            &PLAIN[at..=at]
        }
        'å' | 'ä' | 'à' | 'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' | 'ŋ' => "n",
        'ö' | 'ø' | 'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' | 'ŕ' => "r",
        'š' | 'ś' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' | 'ŧ' => "t",
        'þ' => "th",
        'ü' | 'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_initial_is_a_capital_whatever_was_typed() {
        let names =
            ["aino", "Öhman", "åke", "äijälä", "şahin", "шура", "žofie", "éva", "'t Hooft", "4", "", "--", "÷x"];
        let initials = names.map(initial);
        assert_eq!(initials, ["A", "Ö", "Å", "Ä", "ş", "ш", "Ž", "É", "T", "4", "", "", "X"]);
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
    fn a_sort_key_has_only_letters_and_digits_that_every_database_orders_alike() {
        for name in ["Åke-Östen d’Égly", "Niña Łódź", "Ярмарка", "", "  "] {
            assert!(sort_key(name).bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{name}");
        }
    }

    #[test]
    fn typing_without_dots_or_capitals_finds_the_name() {
        let key = search_key("Mäkelä-Östman Marja-Liisa");
        for typed in ["makela", "MÄKELÄ", "mar osT", "liisa", "", "  ", "mäkelä marja"] {
            assert!(finds(typed, &key), "{typed}");
        }
        for typed in ["kela", "mattila", "makela pekka"] {
            assert!(!finds(typed, &key), "{typed}");
        }
    }
}
