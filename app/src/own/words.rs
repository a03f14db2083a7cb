//! Days in words, as people say them to each other.

use domain::time::Day;

use crate::texts::own::{day as t, month as months, weekday as weekdays};
use crate::texts::{Lang, NBSP};

/// "huomenna, tiistaina 1. joulukuuta"; a day that is neither today nor tomorrow without the first word.
pub fn day_in_words(lang: Lang, today: Day, day: Day) -> String {
    let line = plain_day(lang, day);
    match day.days_since(today) {
        0 => t::today(lang, &line),
        1 => t::tomorrow(lang, &line),
        _ => line,
    }
}

/// "tiistaina 1. joulukuuta", "tisdagen den 1 december", "Tuesday 1 December".
pub fn plain_day(lang: Lang, day: Day) -> String {
    let number = day.day().to_string();
    // The number stays with its month.
    let words = t::line(lang, &number, month(lang, day.month()), weekday(lang, day.weekday()));
    words
        .replace(&format!("{number} "), &format!("{number}{NBSP}"))
        .replace(&format!("{number}. "), &format!("{number}.{NBSP}"))
}

fn weekday(lang: Lang, weekday: u8) -> &'static str {
    match weekday {
        1 => weekdays::mon(lang),
        2 => weekdays::tue(lang),
        3 => weekdays::wed(lang),
        4 => weekdays::thu(lang),
        5 => weekdays::fri(lang),
        6 => weekdays::sat(lang),
        _ => weekdays::sun(lang),
    }
}

fn month(lang: Lang, month: u8) -> &'static str {
    match month {
        1 => months::m1(lang),
        2 => months::m2(lang),
        3 => months::m3(lang),
        4 => months::m4(lang),
        5 => months::m5(lang),
        6 => months::m6(lang),
        7 => months::m7(lang),
        8 => months::m8(lang),
        9 => months::m9(lang),
        10 => months::m10(lang),
        11 => months::m11(lang),
        _ => months::m12(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_as_people_say_it() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let today = day("2026-11-30");
        let said = |lang, of: &str| day_in_words(lang, today, day(of)).replace(NBSP, " ");
        assert_eq!(said(Lang::Fi, "2026-12-01"), "huomenna, tiistaina 1. joulukuuta");
        assert_eq!(said(Lang::Sv, "2026-12-01"), "i morgon, tisdagen den 1 december");
        assert_eq!(said(Lang::En, "2026-12-01"), "tomorrow, Tuesday 1 December");
        assert_eq!(said(Lang::Fi, "2026-11-30"), "tänään, maanantaina 30. marraskuuta");
        assert_eq!(said(Lang::Fi, "2026-12-13"), "sunnuntaina 13. joulukuuta");
    }
}
