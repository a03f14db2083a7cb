//! What spreadsheets leave in cells that they could not work out or not show: never a value that anybody meant.

use domain::time::Day;

use super::problem::What;

/// What is wrong with the cell, if it holds such a rest.
pub fn leftover(cell: &str) -> Option<What> {
    // The one look that every cell costs.
    let first = *cell.as_bytes().first()?;
    if first == b'#' {
        return number_signs(cell);
    }
    if is_error_number(cell) {
        return Some(What::SpreadsheetError);
    }
    (first.is_ascii_digit() || first == b'-')
        .then_some(cell)
        .filter(|cell| is_scientific(cell))
        .map(|_| What::Scientific)
}

/// `#N/A`, `#PUUTTUU!`, `#SAKNAS!`, `#DIV/0!`, `#NAMN?`: the languages differ, the form does not. And `####`, where the
/// column was too narrow for the value.
fn number_signs(cell: &str) -> Option<What> {
    let word = cell.trim_start_matches('#');
    if word.is_empty() && cell.len() > 1 {
        return Some(What::TooNarrow);
    }
    let said = word.strip_suffix(['!', '?']);
    let upper =
        |text: &str| text.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '_' | ' '));
    let is_word = said.is_some_and(|said| said.chars().any(char::is_alphabetic) && upper(&said.to_uppercase()));
    (is_word || matches!(word.to_uppercase().as_str(), "N/A" | "GETTING_DATA")).then_some(What::SpreadsheetError)
}

/// `Err:502`, `Virhe:502`, `Fel:502`: LibreOffice's.
fn is_error_number(cell: &str) -> bool {
    let words = cell.split_once(':').filter(|(word, _)| matches!(*word, "Err" | "Virhe" | "Fel"));
    words.is_some_and(|(_, number)| number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `3,58401E+11`: what is left of a long number after a spreadsheet has shown it. With a sign after the E, as
/// spreadsheets write it; `12E5` may be somebody's reference.
fn is_scientific(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, power)) = cell.trim_start_matches('-').split_once(['E', 'e']) else { return false };
    let number = number.split_once([',', '.']).map_or(digits(number), |(whole, part)| digits(whole) && digits(part));
    number && power.strip_prefix(['+', '-']).is_some_and(|power| (1..=3).contains(&power.len()) && digits(power))
}

/// Words for true, false and nothing, which programs write where a name or a number should stand.
pub fn is_no_value(line: &str) -> bool {
    matches!(line, "TRUE" | "FALSE" | "EPÄTOSI" | "FALSKT" | "NULL" | "(null)" | "[NULL]")
}

/// The day that a spreadsheet means by a bare number: it counts the days from the end of 1899. Four digits are rather
/// a year.
pub fn serial_day(cell: &str) -> Option<Day> {
    let digits = cell.len() == 5 && cell.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| cell.parse::<i64>().ok()).flatten()?;
    Some(Day::new(1899, 12, 30)?.plus_days(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_words_of_spreadsheets_are_known_in_every_language() {
        let english = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA"];
        let finnish = ["#PUUTTUU!", "#VIITTAUS!", "#ARVO!", "#JAKO/0!", "#NIMI?", "#LUKU!", "#TYHJÄ!"];
        let swedish = ["#SAKNAS!", "#REFERENS!", "#VÄRDEFEL!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!"];
        let others = ["#n/a", "Err:502", "Virhe:508", "Fel:504"];
        for word in [&english[..], &finnish, &swedish, &others].concat() {
            assert_eq!(leftover(word), Some(What::SpreadsheetError), "{word}");
        }
        assert_eq!(["##", "########"].map(leftover), [Some(What::TooNarrow), Some(What::TooNarrow)]);
    }

    #[test]
    fn a_long_number_that_was_shown_short_is_known() {
        for number in ["3,58401E+11", "1.23457E+11", "4E+10", "5,0E-05", "3,58401e+011"] {
            assert_eq!(leftover(number), Some(What::Scientific), "{number}");
        }
    }

    #[test]
    fn what_people_write_is_left_alone() {
        let people = [
            "",
            "#",
            "#1",
            "# 5",
            "Nr #4!",
            "#1!",
            "12E5",
            "1e1",
            "3-E",
            "E+11",
            "040 123 4567",
            "-2",
            "Virhe: 5",
            "Fel",
        ];
        for text in people {
            assert_eq!(leftover(text), None, "{text}");
        }
        assert!(!["Tosi", "TOSI", "True", "Null", "Sant"].into_iter().any(is_no_value));
    }

    #[test]
    fn a_bare_number_is_the_day_that_a_spreadsheet_counts() {
        assert_eq!(serial_day("45678").map(|day| day.to_string()).as_deref(), Some("2025-01-21"));
        assert_eq!(["20260908", "1944", "8.9.2026", "4567x"].map(serial_day), [None; 4]);
    }
}
