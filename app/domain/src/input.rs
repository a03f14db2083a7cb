//! Reading what people type and what files hold: numbers, days, years of birth, telephone numbers.
//!
//! Two strictnesses. *In a file* one spelling has one meaning and everything else is refused (docs/scoring.md, Values
//! and units). *Typed by a person* the usual ways to write the same thing are understood: spaces in thousands,
//! a real minus sign, `8.3.44`. Numbers stay decimal digits all the way: no binary fraction can move 4.815 s across a
//! point limit. Errors are values; their wording belongs to the texts.

use crate::fields::{is_birth_date, is_birth_year};
use crate::time::{Day, NotATime, TimeOfDay};

/// Digits accepted before and after the decimal separator; spreadsheets write up to 17 decimals.
const MAX_INTEGER_DIGITS: usize = 12;
const MAX_DECIMALS: usize = 20;

/// A decimal number exactly as written: `mantissa / 10^scale`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

/// Why a text is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberError {
    Empty,
    /// A tab, NUL, line break or the like.
    ControlCharacter,
    /// `1.200,0`: a point and a comma, or two of one: nobody can know which one is the decimal separator.
    TwoSeparators,
    /// Letters, `NaN`, `1e1`, spaces in the wrong place, a sign alone.
    NotANumber,
    /// More digits than any measured value has.
    TooLong,
}

impl Decimal {
    /// The number `units / 10^decimals`: a stored value back as a number.
    pub const fn from_units(units: i64, decimals: u8) -> Self {
        Self { mantissa: units as i128, scale: decimals as u32 }
    }

    /// Reads a file's field: digits, at most one point or comma between digits, an ASCII minus, thousands parted
    /// by a space; spaces around it are ignored. `1,200` is 1.2.
    pub fn in_file(text: &str) -> Result<Self, NumberError> {
        let text = text.trim_matches(' ');
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let ungrouped = without_grouping(digits).ok_or(NumberError::NotANumber)?;
        Self::read(negative, &ungrouped, false)
    }

    /// Reads what a person typed: as in a file, and besides thousands parted by a space, NBSP (U+00A0), narrow
    /// NBSP (U+202F) or thin space (U+2009), a minus sign (U+2212), `,5` and `12,`.
    pub fn typed(text: &str) -> Result<Self, NumberError> {
        let text = text.trim_matches(is_space);
        let (negative, digits) = text.strip_prefix(['-', '\u{2212}']).map_or((false, text), |rest| (true, rest));
        let ungrouped = without_grouping(digits.trim_start_matches(is_space)).ok_or(NumberError::NotANumber)?;
        Self::read(negative, &ungrouped, true)
    }

    fn read(negative: bool, text: &str, lenient: bool) -> Result<Self, NumberError> {
        if text.chars().any(char::is_control) {
            return Err(NumberError::ControlCharacter);
        }
        if text.is_empty() {
            return Err(if negative { NumberError::NotANumber } else { NumberError::Empty });
        }
        if !text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
            return Err(NumberError::NotANumber);
        }
        let mut parts = text.split(['.', ',']);
        let (integer, decimals) = (parts.next().unwrap_or(""), parts.next());
        if parts.next().is_some() {
            return Err(NumberError::TwoSeparators);
        }
        let fraction = decimals.unwrap_or("");
        let lacks_digits = integer.is_empty() || decimals == Some("");
        if (lacks_digits && !lenient) || (integer.is_empty() && fraction.is_empty()) {
            return Err(NumberError::NotANumber);
        }
        if integer.len() > MAX_INTEGER_DIGITS || fraction.len() > MAX_DECIMALS {
            return Err(NumberError::TooLong);
        }
        let digits = integer.bytes().chain(fraction.bytes());
        let mantissa = digits.fold(0i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        let scale = u32::try_from(fraction.len()).map_err(|_| NumberError::TooLong)?;
        Ok(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// Rounded to whole multiples of `10^-decimals`, halves upwards: `4.815` to two decimals is 482.
    pub fn round_half_up(self, decimals: u8) -> i64 {
        let (value, divisor) = self.over(decimals);
        clamp((2 * value + divisor).div_euclid(2 * divisor))
    }

    /// Cut down to whole multiples of `10^-decimals`: `9.996` to two decimals is 999.
    pub fn floor(self, decimals: u8) -> i64 {
        let (value, divisor) = self.over(decimals);
        clamp(value.div_euclid(divisor))
    }

    /// In multiples of `10^-decimals`, when it is one exactly: `1200,0` is the whole number 1200, `1200,5` is none.
    pub fn exact(self, decimals: u8) -> Option<i64> {
        let (value, divisor) = self.over(decimals);
        (value.rem_euclid(divisor) == 0).then(|| clamp(value.div_euclid(divisor)))
    }

    /// `value / divisor` is this number in multiples of `10^-decimals`; no stored unit has more than four decimals.
    fn over(self, decimals: u8) -> (i128, i128) {
        let decimals = u32::from(decimals.min(4));
        let up = 10i128.pow(decimals.saturating_sub(self.scale));
        (self.mantissa * up, 10i128.pow(self.scale.saturating_sub(decimals)))
    }
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// The spaces that people and spreadsheets put into numbers.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Takes the spaces out of `1 200,5`; nothing when they do not part groups of three digits.
fn without_grouping(text: &str) -> Option<String> {
    let integer_end = text.find(['.', ',']).unwrap_or(text.len());
    let (integer, rest) = text.split_at(integer_end);
    let mut groups = integer.split(is_space);
    let first = groups.next().unwrap_or("");
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        joined.push_str(group);
    }
    joined.push_str(rest);
    Some(joined)
}

/// Why a text is not a calendar day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayError {
    Empty,
    ControlCharacter,
    /// Not written as `8.9.2026` or `2026-09-08`.
    NotADay,
    /// Written well, but the calendar has no such day: 30.2.2026.
    NoSuchDay,
    /// In the future, or before anybody's time: nobody's birthday.
    NobodysBirth,
    /// A Finnish personal identity code: it must not be stored, only the day of birth in it.
    IdentityCode,
}

/// Reads a file's day: `2026-09-08` or `8.9.2026` (`08.09.2026` too); spaces around it are ignored.
pub fn day_in_file(text: &str) -> Result<Day, DayError> {
    let text = text.trim_matches(' ');
    first_look(text)?;
    let [day, month, year] = day_parts(text).ok_or(DayError::NotADay)?;
    if year.len() != 4 {
        return Err(DayError::NotADay);
    }
    calendar_day(day, month, number(year))
}

/// Reads a day that a person typed, for example a date of application: as in a file, and `8.9.26`, `080926`,
/// `08092026`. Of two digits the year nearest to `today` is meant.
pub fn day_typed(text: &str, today: Day) -> Result<Day, DayError> {
    typed(text, |two_digits| nearest_year(two_digits, today))
}

/// Reads a day of birth that a person typed: `8.3.1944`, `8.3.44`, `080344`, `1944-03-08`. A year of two digits
/// is the one that makes the person 65–110 years old on `today`; if there is none, the latest one not in the future.
pub fn birth_date_typed(text: &str, today: Day) -> Result<Day, DayError> {
    let born = typed(text, |two_digits| birth_year(two_digits, today))?;
    is_birth_date(born, today).then_some(born).ok_or(DayError::NobodysBirth)
}

/// Reads a time of day that a person typed: as in a file, and the full hour alone. `14` → 14:00.
pub fn time_typed(text: &str) -> Result<TimeOfDay, NotATime> {
    let text = text.trim_matches(is_space);
    text.parse().or_else(|_| format!("{text}:00").parse())
}

/// Reads a year of birth that a person typed: `1944` or `44`; read like [`birth_date_typed`] reads its year.
/// A year in the future or before [`crate::fields::FIRST_BIRTH_YEAR`] is refused.
pub fn birth_year_typed(text: &str, today: Day) -> Result<i32, DayError> {
    let text = text.trim_matches(is_space);
    first_look(text)?;
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DayError::NotADay);
    }
    let year = match text.len() {
        2 => birth_year(number(text), today),
        4 => number(text),
        _ => return Err(DayError::NotADay),
    };
    is_birth_year(year, today).then_some(year).ok_or(DayError::NobodysBirth)
}

/// What was typed where people are asked when they were born.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Born {
    Year(i32),
    Date(Day),
}

impl Born {
    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) => year,
            Self::Date(day) => day.year(),
        }
    }

    pub const fn date(self) -> Option<Day> {
        match self {
            Self::Year(_) => None,
            Self::Date(day) => Some(day),
        }
    }

    /// The date and the year as a record keeps them: beside a date stands no year that could differ.
    pub fn recorded(self) -> (Option<Day>, Option<i32>) {
        match self {
            Self::Year(year) => (None, Some(year)),
            Self::Date(day) => (Some(day), None),
        }
    }

    /// In whole years; by the year alone those of this year's birthday.
    pub fn age_on(self, today: Day) -> i32 {
        match self {
            Self::Year(year) => today.year() - year,
            Self::Date(day) => today.age_of_born(day),
        }
    }
}

/// Reads a year of birth, or the whole date that people say when they are asked.
pub fn born_typed(text: &str, today: Day) -> Result<Born, DayError> {
    let year = birth_year_typed(text, today).map(Born::Year);
    year.or_else(|why| match (why, birth_date_typed(text, today)) {
        (DayError::NobodysBirth, _) => Err(why),
        (_, date) => date.map(Born::Date),
    })
}

fn typed(text: &str, century: impl Fn(i32) -> i32) -> Result<Day, DayError> {
    let text: String = text.chars().filter(|c| !is_space(*c)).collect();
    first_look(&text)?;
    if is_identity_code(&text) {
        return Err(DayError::IdentityCode);
    }
    let [day, month, year] = day_parts(&text).or_else(|| joined_parts(&text)).ok_or(DayError::NotADay)?;
    match year.len() {
        4 => calendar_day(day, month, number(year)),
        2 => calendar_day(day, month, century(number(year))),
        _ => Err(DayError::NotADay),
    }
}

fn first_look(text: &str) -> Result<(), DayError> {
    if text.chars().any(char::is_control) {
        return Err(DayError::ControlCharacter);
    }
    if text.is_empty() { Err(DayError::Empty) } else { Ok(()) }
}

/// Day, month and year of `8.9.2026` or `2026-09-08`, all digits.
fn day_parts(text: &str) -> Option<[&str; 3]> {
    let digits = |t: &str, least: usize| (least..=2).contains(&t.len()) && all_digits(t);
    let mut parts = text.split('.');
    if let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
        return (digits(day, 1) && digits(month, 1) && all_digits(year)).then_some([day, month, year]);
    }
    let mut parts = text.split('-');
    if let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
        return (year.len() == 4 && all_digits(year) && digits(month, 2) && digits(day, 2))
            .then_some([day, month, year]);
    }
    None
}

/// Day, month and year of `080344`, `08031944` or `19440308`. The last two cannot be mixed up: a year begins
/// with 18–21, which is no month.
fn joined_parts(text: &str) -> Option<[&str; 3]> {
    if !all_digits(text) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text.get(range);
    match text.len() {
        6 => Some([part(0..2)?, part(2..4)?, part(4..6)?]),
        8 if (18..=21).contains(&number(part(4..6)?)) => Some([part(0..2)?, part(2..4)?, part(4..8)?]),
        8 => Some([part(6..8)?, part(4..6)?, part(0..4)?]),
        _ => None,
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// At most four digits as a number.
fn number(digits: &str) -> i32 {
    digits.parse().unwrap_or(0)
}

fn calendar_day(day: &str, month: &str, year: i32) -> Result<Day, DayError> {
    let part = |text: &str| u8::try_from(number(text)).map_err(|_| DayError::NoSuchDay);
    Day::new(year, part(month)?, part(day)?).ok_or(DayError::NoSuchDay)
}

/// `080344-123A` in any of its century signs.
fn is_identity_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11
        && bytes.iter().take(6).all(u8::is_ascii_digit)
        && bytes.get(6).is_some_and(|sign| !sign.is_ascii_digit())
        && bytes.iter().skip(7).take(3).all(u8::is_ascii_digit)
        && bytes.get(10).is_some_and(u8::is_ascii_alphanumeric)
}

fn birth_year(two_digits: i32, today: Day) -> i32 {
    let century = today.year() - today.year().rem_euclid(100);
    let candidates = [century - 100 + two_digits, century - 200 + two_digits, century + two_digits];
    let of_age = candidates.into_iter().find(|year| (65..=110).contains(&(today.year() - year)));
    of_age.or_else(|| candidates.into_iter().filter(|year| *year <= today.year()).max()).unwrap_or(century + two_digits)
}

fn nearest_year(two_digits: i32, today: Day) -> i32 {
    let century = today.year() - today.year().rem_euclid(100);
    let candidates = [century + two_digits, century - 100 + two_digits, century + 100 + two_digits];
    candidates.into_iter().min_by_key(|year| (today.year() - year).abs()).unwrap_or(century + two_digits)
}

/// Why a text is not a telephone number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneError {
    Empty,
    ControlCharacter,
    /// Something other than digits, spaces, hyphens, brackets and a leading plus.
    NotAPhone,
    /// Fewer than 5 digits.
    TooShort,
    /// More than 15 digits (ITU-T E.164).
    TooLong,
}

/// Reads a telephone number with or without spaces, hyphens and brackets, and gives its digits, with a leading
/// plus where the country is told: `040 123 4567` → `0401234567`, `+358 (0)40-1234567` → `+358401234567`.
pub fn phone(text: &str) -> Result<String, PhoneError> {
    if text.chars().any(char::is_control) {
        return Err(PhoneError::ControlCharacter);
    }
    let bare: String = text.replace("(0)", "").chars().filter(|c| !is_filler(*c)).collect();
    if bare.is_empty() {
        return Err(PhoneError::Empty);
    }
    let (plus, digits) = match bare.strip_prefix('+').or_else(|| bare.strip_prefix("00")) {
        Some(international) => ("+", international),
        None => ("", bare.as_str()),
    };
    match digits.len() {
        _ if !digits.bytes().all(|b| b.is_ascii_digit()) => Err(PhoneError::NotAPhone),
        0..=4 => Err(PhoneError::TooShort),
        5..=15 => Ok(format!("{plus}{digits}")),
        _ => Err(PhoneError::TooLong),
    }
}

/// The address that calls what a telephone field holds: the first number in it, without the words about it.
/// `040 123 4567, evenings` → `tel:0401234567`.
pub fn call_link(text: &str) -> String {
    // Numbers in an emergency are shorter than any that is kept.
    let digits = || format!("tel:{}", text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>());
    call_link_in(text).unwrap_or_else(digits)
}

/// The address that calls the first number in a text that may hold none: `Tuula (tytär) 040 123 4567`.
pub fn call_link_in(text: &str) -> Option<String> {
    let is_of_number = |c: char| c.is_ascii_digit() || c == '+' || (is_filler(c) && c != '/');
    let number = text.split(|c: char| !is_of_number(c)).find_map(|part| phone(part).ok())?;
    Some(format!("tel:{number}"))
}

fn is_filler(c: char) -> bool {
    is_space(c) || matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '(' | ')' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    const fn today() -> &'static str {
        "2026-11-21"
    }

    #[test]
    fn a_file_holds_a_decimal_comma_or_point_and_nothing_clever() {
        for (text, hundredths) in [("1,200", 120), ("1.2", 120), ("12", 1200), (" 7,5 ", 750), ("-3", -300), ("0", 0)] {
            assert_eq!(Decimal::in_file(text).unwrap().exact(2), Some(hundredths), "{text}");
        }
        for text in ["1 200", "1\u{a0}200", "1\u{202f}200,0"] {
            assert_eq!(Decimal::in_file(text).unwrap().exact(0), Some(1200), "{text}");
        }
        use NumberError as E;
        let refused = [
            ("", E::Empty),
            ("  ", E::Empty),
            ("1.200,0", E::TwoSeparators),
            ("1,200,0", E::TwoSeparators),
            ("1e1", E::NotANumber),
            ("NaN", E::NotANumber),
            ("inf", E::NotANumber),
            ("1 20", E::NotANumber),
            ("12 00", E::NotANumber),
            ("- 1", E::NotANumber),
            ("\u{2212}1", E::NotANumber),
            ("+1", E::NotANumber),
            (",5", E::NotANumber),
            ("5,", E::NotANumber),
            ("-", E::NotANumber),
            ("١٢", E::NotANumber),
            ("1\t2", E::ControlCharacter),
            ("12\0", E::ControlCharacter),
            ("1234567890123", E::TooLong),
        ];
        for (text, error) in refused {
            assert_eq!(Decimal::in_file(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_person_may_write_thousands_with_a_space_and_a_real_minus() {
        for text in ["1 200", "1200,0", "1\u{a0}200", "1\u{202f}200,0", "1200."] {
            assert_eq!(Decimal::typed(text).unwrap().exact(0), Some(1200), "{text:?}");
        }
        assert_eq!(Decimal::typed("\u{2212}1,5").unwrap().exact(1), Some(-15));
        assert_eq!(Decimal::typed(",5").unwrap().exact(1), Some(5));
        for text in ["1 20", "12 00", "1  200", "1234 567", "1.200,0", "1e1", ".", "12 s", "1,2 3"] {
            assert!(Decimal::typed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn timer_readings_round_as_the_quantity_says() {
        let up = |text, decimals| Decimal::in_file(text).unwrap().round_half_up(decimals);
        let down = |text, decimals| Decimal::in_file(text).unwrap().floor(decimals);
        assert_eq!([up("4.814", 2), up("4.815", 2), up("13.694", 2), up("13.695", 2)], [481, 482, 1369, 1370]);
        assert_eq!([up("11.94", 1), up("11.95", 1)], [119, 120]);
        assert_eq!([down("9.996", 2), down("4.99", 1), down("-0.001", 2)], [999, 49, -1]);
        assert_eq!(up("4.8149999999999995", 2), 481);
        assert_eq!(Decimal::in_file("1200,5").unwrap().exact(0), None);
        assert!(Decimal::in_file("0.12345678901234567890").is_ok());
        assert_eq!(Decimal::in_file("0.123456789012345678901"), Err(NumberError::TooLong));
    }

    #[test]
    fn a_file_holds_iso_days_and_finnish_days_with_whole_years() {
        for text in ["2026-09-08", "8.9.2026", "08.09.2026", " 8.9.2026 "] {
            assert_eq!(day_in_file(text), Ok(day("2026-09-08")), "{text}");
        }
        for text in [
            "8.9.26",
            "080926",
            "2026-9-8",
            "2026-09-8",
            "2026-9-08",
            "8/9/2026",
            "8. 9. 2026",
            "8.9.",
            "x",
            "x.9.2026",
            "8.x.2026",
            "8..2026",
            "8.9.2026.1",
        ] {
            assert_eq!(day_in_file(text), Err(DayError::NotADay), "{text}");
        }
        assert_eq!(day_in_file("30.2.2026"), Err(DayError::NoSuchDay));
        assert_eq!(day_in_file("2026-13-01"), Err(DayError::NoSuchDay));
        assert_eq!(day_in_file(""), Err(DayError::Empty));
        assert_eq!(day_in_file("8.9.2026\u{7}"), Err(DayError::ControlCharacter));
    }

    #[test]
    fn a_birthday_may_be_typed_in_every_usual_way() {
        for text in ["8.3.1944", "8.3.44", "080344", "08031944", "19440308", "1944-03-08", "8. 3. 1944", " 08.03.44"] {
            assert_eq!(birth_date_typed(text, day(today())), Ok(day("1944-03-08")), "{text}");
        }
        assert_eq!(birth_date_typed("080344-123A", day(today())), Err(DayError::IdentityCode));
        assert_eq!(birth_date_typed("300244", day(today())), Err(DayError::NoSuchDay));
        assert_eq!(birth_date_typed("22.11.2026", day(today())), Err(DayError::NobodysBirth));
        assert_eq!(birth_date_typed("31.12.1899", day(today())), Err(DayError::NobodysBirth));
        assert_eq!(birth_date_typed("8.3.944", day(today())), Err(DayError::NotADay));
    }

    #[test]
    fn two_digits_of_a_birth_year_mean_someone_between_65_and_110() {
        for (text, year) in [("44", 1944), ("61", 1961), ("16", 1916), ("20", 1920), ("62", 1962), ("10", 2010)] {
            assert_eq!(birth_year_typed(text, day(today())), Ok(year), "{text}");
        }
        assert_eq!(birth_year_typed("1944", day(today())), Ok(1944));
        assert_eq!(birth_year_typed("44", day("2051-01-01")), Ok(1944));
        assert_eq!(birth_year_typed("2030", day(today())), Err(DayError::NobodysBirth));
        assert_eq!(birth_year_typed("194", day(today())), Err(DayError::NotADay));
        assert_eq!(day_typed("1.9.26", day(today())), Ok(day("2026-09-01")));
    }

    #[test]
    fn the_first_number_of_a_field_is_called_whatever_is_said_about_it() {
        for (held, called) in [
            ("040 123 4567", "tel:0401234567"),
            ("+358 (0)40-1234567", "tel:+358401234567"),
            ("040 123 4567, iltaisin", "tel:0401234567"),
            ("ark. 9–15: 09 310 12345", "tel:0931012345"),
            ("09-12345 / 050 111 2222", "tel:0912345"),
            ("tytär 050 1112222", "tel:0501112222"),
            ("112", "tel:112"),
        ] {
            assert_eq!(call_link(held), called, "{held}");
        }
        assert_eq!(call_link_in("Tuula (tytär) 040 123 4567").as_deref(), Some("tel:0401234567"));
        assert_eq!(call_link_in("naapuri, ovi 3"), None);
    }

    #[test]
    fn the_full_hour_may_be_typed_alone() {
        let typed = |text: &str| time_typed(text).map(|time| time.to_string());
        for (text, time) in [("14", "14:00"), ("9", "09:00"), ("9.30", "09:30"), (" 13:05 ", "13:05")] {
            assert_eq!(typed(text).as_deref(), Ok(time), "{text}");
        }
        for wrong in ["24", "130", "12:", "12:5", "", "x", "1:2:3"] {
            assert_eq!(typed(wrong), Err(NotATime), "{wrong}");
        }
    }

    #[test]
    fn a_telephone_number_is_read_with_or_without_spaces() {
        for text in ["040 123 4567", "0401234567", "040-123 45 67", "(040) 1234567", "040\u{a0}1234567"] {
            assert_eq!(phone(text).as_deref(), Ok("0401234567"), "{text}");
        }
        for text in ["+358 40 1234567", "+358 (0)40 123 4567", "00358401234567"] {
            assert_eq!(phone(text).as_deref(), Ok("+358401234567"), "{text}");
        }
        use PhoneError as E;
        for (text, error) in [
            ("", E::Empty),
            (" - ", E::Empty),
            ("112", E::TooShort),
            ("+", E::TooShort),
            ("soita Liisalle", E::NotAPhone),
            ("040 12+34567", E::NotAPhone),
            ("1234567890123456", E::TooLong),
            ("040\n123", E::ControlCharacter),
        ] {
            assert_eq!(phone(text), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_value_written_with_comma_or_point_reads_back(units in -99_999_999i64..99_999_999, comma: bool) {
            let point = format!("{}{}.{:02}", if units < 0 { "-" } else { "" }, units.abs() / 100, units.abs() % 100);
            let text = if comma { point.replace('.', ",") } else { point };
            let read = Decimal::in_file(&text).unwrap();
            prop_assert_eq!(read.exact(2), Some(units));
            prop_assert_eq!(Decimal::typed(&text), Ok(read));
            prop_assert_eq!(read.round_half_up(2), units);
        }

        #[test]
        fn rounding_moves_a_number_by_less_than_one_unit(mantissa in -10_000_000i64..10_000_000) {
            let number = Decimal::from_units(mantissa, 4);
            let (up, down) = (number.round_half_up(2) * 100, number.floor(2) * 100);
            prop_assert!(down <= mantissa && mantissa < down + 100);
            prop_assert!((up - mantissa) * 2 <= 100 && (mantissa - up) * 2 < 100);
        }

        #[test]
        fn every_day_reads_back_in_both_spellings(offset in 0i64..80_000) {
            let day = day("1900-01-01").plus_days(offset);
            prop_assert_eq!(day_in_file(&day.to_string()), Ok(day));
            let finnish = format!("{}.{}.{}", day.day(), day.month(), day.year());
            prop_assert_eq!(day_in_file(&finnish), Ok(day));
            prop_assert_eq!(birth_date_typed(&finnish, day), Ok(day));
        }

        #[test]
        fn no_text_makes_a_reader_panic(text in "\\PC*|[-+0-9., \u{a0}\u{2212}]{0,30}|[0-9.A-]{6,12}") {
            let today = day(today());
            let _ = (Decimal::in_file(&text).map(|d| (d.floor(2), d.round_half_up(255), d.exact(0))), phone(&text));
            let _ = (Decimal::typed(&text), day_in_file(&text), day_typed(&text, today));
            let _ = (birth_date_typed(&text, today), birth_year_typed(&text, today));
        }
    }
}
