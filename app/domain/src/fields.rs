//! What may stand in each field: one rule, whoever fills it in, so that what a file brings can be saved at the desk
//! and what the desk saves can be brought by a file. How a value is read differs ([`crate::input`]: people may type
//! `080344`, files may not); what may come of it does not. Of two customs the wider one holds: what was taken in
//! once stays good.

use std::ops::RangeInclusive;

use crate::time::Day;

/// Characters of a name, a reference, a place, a telephone number or a contact, at most.
pub const LINE: usize = 200;
/// Characters of free text, at most.
pub const TEXT: usize = 4000;
/// Length of a session.
pub const MINUTES: RangeInclusive<u16> = 1..=1440;
/// Places in a group; events are groups too.
pub const CAPACITY: RangeInclusive<u16> = 1..=10_000;
/// People who came to an event.
pub const HEAD_COUNT: RangeInclusive<u16> = 0..=10_000;
/// Years of all days but birthdays: others are slips of the hand.
pub const YEARS: RangeInclusive<i32> = 1990..=2199;
/// Nobody who ever took part was born earlier. A fixed year, so that a file that was good once stays good.
pub const FIRST_BIRTH_YEAR: i32 = 1900;
/// Digits of a telephone number, at least.
const PHONE_DIGITS: usize = 5;
const POSTAL_CODE_DIGITS: usize = 5;

/// A day that the programme can have to do with.
pub fn is_in_our_time(day: Day) -> bool {
    YEARS.contains(&day.year())
}

/// A year in which a participant may be born; `today` bounds it.
pub fn is_birth_year(year: i32, today: Day) -> bool {
    (FIRST_BIRTH_YEAR..=today.year()).contains(&year)
}

/// A day on which a participant may be born: not after `today`.
pub fn is_birth_date(day: Day, today: Day) -> bool {
    day <= today && is_birth_year(day.year(), today)
}

/// Five digits.
pub fn is_postal_code(text: &str) -> bool {
    text.len() == POSTAL_CODE_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

/// A telephone number or several, with words about them where there are any: registers hold "040 123 4567, evenings".
/// A few digits or words alone are nobody's number.
pub fn is_phone(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_birthday_lies_between_1900_and_today() {
        let good = |text: &str| is_birth_date(day(text), day("2026-11-21"));
        assert_eq!(["2026-11-21", "1944-03-08", "1900-01-01"].map(good), [true; 3]);
        assert_eq!(["2026-11-22", "2027-01-01", "1899-12-31", "0944-03-08"].map(good), [false; 4]);
    }

    #[test]
    fn a_telephone_field_holds_a_number_whatever_is_said_about_it() {
        for good in ["040 123 4567", "+358 40 1234567, illat", "09-12345 / 050 111 2222", "tytär 050 1112222"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["112", "040", "-", "", "+", "soita tyttärelle", "TOSI", "puh. 112"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn a_postal_code_has_five_digits() {
        assert!(is_postal_code("00100"));
        assert!(["0010", "001000", "0010a", "٠٠١٠٠", ""].iter().all(|text| !is_postal_code(text)));
    }
}
