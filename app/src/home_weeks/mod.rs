//! Days of exercise at home: a week as a row of seven days.

#[cfg(target_arch = "wasm32")]
pub mod entering;
mod history;
pub mod row;

use domain::home_weeks::DAYS;
use domain::time::Day;

use crate::texts::{Lang, days, home_exercise as t};

/// So many weeks a sheet has.
pub const WEEKS: i64 = 4;

/// The Mondays of the last `weeks` weeks, this one first.
pub fn mondays(today: Day, weeks: i64) -> impl Iterator<Item = Day> {
    let this = today.monday();
    (0..weeks).map(move |back| this.plus_days(-DAYS * back))
}

/// The Mondays of the weeks that a sheet which comes back today may have, the first first, as on paper: it has been full
/// for a week or two.
pub fn on_sheets(today: Day) -> impl Iterator<Item = Day> {
    let mut all: Vec<_> = mondays(today, WEEKS + 2).collect();
    all.reverse();
    all.into_iter()
}

/// "Tämä viikko", "Viime viikko", "31.8.–6.9.2026".
pub fn week_in_words(lang: Lang, monday: Day, today: Day) -> String {
    match today.monday().days_since(monday) {
        0 => t::week::this(lang).to_owned(),
        DAYS => t::week::last(lang).to_owned(),
        _ => days(lang, monday, monday.plus_days(DAYS - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::NBSP;

    #[test]
    fn this_week_and_the_last_are_called_so_and_earlier_ones_by_their_days() {
        let today: Day = "2026-09-08".parse().unwrap();
        let said: Vec<_> = mondays(today, 3).map(|monday| week_in_words(Lang::Fi, monday, today)).collect();
        assert_eq!(said, ["Tämä viikko", "Viime viikko", "24.–30.8.2026"]);
        let english = week_in_words(Lang::En, "2026-08-24".parse().unwrap(), today).replace(NBSP, " ");
        assert_eq!(english, "24–30 Aug 2026");
    }

    #[test]
    fn a_sheet_that_comes_back_the_week_after_its_last_one_can_be_entered_whole() {
        let printed: Day = "2026-08-11".parse().unwrap();
        let back = printed.plus_days(DAYS * WEEKS);
        let offered: Vec<_> = on_sheets(back).collect();
        assert!(offered.is_sorted() && offered.last() == Some(&back.monday()));
        assert!((0..WEEKS).all(|week| offered.contains(&printed.monday().plus_days(DAYS * week))), "{offered:?}");
    }
}
