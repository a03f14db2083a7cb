//! Words for what the tablet's parts report as values.

use crate::device::trouble::Trouble;
use crate::texts::{Lang, measure, register, tablet::trouble as t, waiting};

/// By how much the tablet's clock is wrong, in a unit that people grasp.
pub fn clock_off(lang: Lang, minutes: i64) -> String {
    match minutes.abs() {
        0..=119 => t::clock(lang, minutes),
        120..=2879 => t::clock_hours(lang, minutes / 60),
        _ => t::clock_days(lang, minutes / (24 * 60)),
    }
}

/// What went wrong with the store, and what to do.
pub fn trouble(lang: Lang, trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Full => t::full(lang),
        Trouble::Aborted | Trouble::Taken => t::aborted(lang),
        Trouble::OtherTab => t::other_tab(lang),
        Trouble::Closed => t::closed(lang),
        Trouble::Newer => t::newer(lang),
        Trouble::Unavailable => t::unavailable(lang),
        Trouble::Unreadable => t::unreadable(lang),
        Trouble::Invalid(_) => t::invalid(lang),
    }
}

/// Which field the rules or the server found wrong, in the words of its form; nothing for one that no form has.
pub fn wrong_field(lang: Lang, field: &str) -> Option<String> {
    let words = match field {
        "given_names" => register::given(lang),
        "family_name" => register::family(lang),
        "birth_year" => register::birth_year(lang),
        "phone" => register::phone(lang),
        "day" | "on" | "joined_on" | "measured_on" => waiting::day(lang),
        "reason" => measure::amend_reason(lang),
        _ => return None,
    };
    Some(waiting::wrong_field(lang, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_named_as_its_form_names_it() {
        let told = format!("What is wrong: {}.", register::birth_year(Lang::En));
        assert_eq!(wrong_field(Lang::En, "birth_year"), Some(told));
        assert_eq!(wrong_field(Lang::En, "text_version"), None);
    }

    #[test]
    fn a_clock_years_off_is_told_in_days_and_a_little_one_in_minutes() {
        assert!(clock_off(Lang::En, -5).contains("(−5 min)"));
        assert!(clock_off(Lang::En, 180).contains("(3 hours)"));
        assert!(clock_off(Lang::Fi, -3 * 24 * 60).contains("(−3 päivää)"));
    }
}
