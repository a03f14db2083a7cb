//! The fixed periods that have pages; the command line takes any days.

use domain::outcomes::PageKind;
use domain::outcomes::dataset::Period;
use domain::outcomes::pairing::{BASELINE_AFTER, WINDOWS};
use domain::time::Day;

/// The kinds of period that pages offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeriodKind {
    /// Weeks 35–50.
    Autumn,
    /// Weeks 2–20.
    Spring,
    CalendarYear,
    /// From June after an election to the end of May four years later.
    CouncilTerm,
}

/// A fixed period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedPeriod {
    pub kind: PeriodKind,
    pub from: Day,
    pub to: Day,
}

impl FixedPeriod {
    /// The report's period on that day. Pages follow people: the days say who started and which sessions count, the
    /// cut-off is today, so that changes and staying on are filled in after the period has ended.
    pub fn as_of(&self, today: Day) -> Period {
        Period { from: self.from, to: self.to, cut_off: today }
    }

    pub fn page_kind(&self) -> PageKind {
        match self.kind {
            PeriodKind::Autumn | PeriodKind::Spring => PageKind::Season,
            PeriodKind::CalendarYear => PageKind::Year,
            PeriodKind::CouncilTerm => PageKind::CouncilTerm,
        }
    }
}

/// The kind of page of a kept snapshot, which knows its days alone.
pub(super) fn kind_of(from: Day, to: Day) -> PageKind {
    match to.days_since(from) {
        ..300 => PageKind::Season,
        300..=366 => PageKind::Year,
        _ => PageKind::CouncilTerm,
    }
}

/// The fixed period of a kept page, by its days.
pub fn period_of(from: Day, to: Day) -> FixedPeriod {
    let kind = match kind_of(from, to) {
        PageKind::Season if from.month() > 6 => PeriodKind::Autumn,
        PageKind::Season => PeriodKind::Spring,
        PageKind::Year => PeriodKind::CalendarYear,
        PageKind::CouncilTerm => PeriodKind::CouncilTerm,
    };
    FixedPeriod { kind, from, to }
}

/// So many days after a period has ended its figures are filled in: until the twelve months of the last who could start in it
/// have passed, and a month to put them together.
const FILLED_IN: i64 = BASELINE_AFTER + WINDOWS[2].to + 31;

/// The first term that has a report: the one before it did not begin in June.
const FIRST_TERM: i32 = 2025;

/// The periods to choose from on that day, the widest first: this council term, this year and the last, and
/// the last three seasons that have begun. A term and a year of before can be chosen as long as they are filled in: of what a
/// council did is reported when it has ended.
pub fn fixed_periods(today: Day) -> Vec<FixedPeriod> {
    let year = today.year();
    let is_filled_in = |period: &FixedPeriod| today.days_since(period.to) <= FILLED_IN;
    let (term, years) = (council_term(today), [year, year - 1].into_iter().filter_map(calendar_year));
    let former = term.and_then(|term| council_term(term.from.plus_days(-1)));
    let former = former.filter(|term| term.from.year() >= FIRST_TERM && is_filled_in(term));
    let before = calendar_year(year - 2).filter(is_filled_in);
    let mut periods: Vec<FixedPeriod> = term.into_iter().chain(former).chain(years).chain(before).collect();
    let seasons = [year, year - 1]
        .into_iter()
        .flat_map(|year| [season(PeriodKind::Autumn, year, 35, 50), season(PeriodKind::Spring, year, 2, 20)]);
    periods.extend(seasons.flatten().filter(|season| season.from <= today).take(3));
    periods
}

fn calendar_year(year: i32) -> Option<FixedPeriod> {
    let (from, to) = (Day::new(year, 1, 1)?, Day::new(year, 12, 31)?);
    Some(FixedPeriod { kind: PeriodKind::CalendarYear, from, to })
}

/// The council term in which that day lies. Terms begin on 1 June of 2025, 2029 and so on.
pub(super) fn council_term(today: Day) -> Option<FixedPeriod> {
    let years = (today.year() - 2025).rem_euclid(4);
    let before_june = years == 0 && today.month() < 6;
    let start = today.year() - years - if before_june { 4 } else { 0 };
    let (from, to) = (Day::new(start, 6, 1)?, Day::new(start + 4, 5, 31)?);
    Some(FixedPeriod { kind: PeriodKind::CouncilTerm, from, to })
}

fn season(kind: PeriodKind, year: i32, first_week: i64, last_week: i64) -> Option<FixedPeriod> {
    // The week of 4 January is week 1.
    let monday = Day::new(year, 1, 4)?.monday();
    let (from, to) = (monday.plus_days((first_week - 1) * 7), monday.plus_days(last_week * 7 - 1));
    Some(FixedPeriod { kind, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn pages_offer_the_term_two_years_and_the_seasons_that_have_begun() {
        let shown: Vec<_> =
            fixed_periods(day("2026-11-21")).iter().map(|p| format!("{:?} {} {}", p.kind, p.from, p.to)).collect();
        assert_eq!(
            shown,
            [
                "CouncilTerm 2025-06-01 2029-05-31",
                "CalendarYear 2026-01-01 2026-12-31",
                "CalendarYear 2025-01-01 2025-12-31",
                "Autumn 2026-08-24 2026-12-13",
                "Spring 2026-01-05 2026-05-17",
                "Autumn 2025-08-25 2025-12-14",
            ]
        );
    }

    #[test]
    fn a_term_and_a_year_of_before_are_offered_until_their_twelve_months_are_filled_in() {
        let shown = |on: &str| {
            let all = fixed_periods(day(on));
            let wide = all.iter().filter(|period| period.page_kind() != PageKind::Season);
            wide.map(|period| period.from.to_string()).collect::<Vec<_>>()
        };
        let (term, next) = ("2025-06-01", "2029-06-01");
        assert_eq!(shown("2026-12-31"), [term, "2026-01-01", "2025-01-01"]);
        // Who started on the last day of 2025 is tested for the last time in the days until 15 March 2027.
        assert_eq!(shown("2027-04-15"), [term, "2027-01-01", "2026-01-01", "2025-01-01"]);
        assert_eq!(shown("2027-04-16"), [term, "2027-01-01", "2026-01-01"]);
        // The report of a term is made when it has ended.
        assert_eq!(shown("2029-06-01"), [next, term, "2029-01-01", "2028-01-01"]);
        assert_eq!(shown("2030-09-13")[..2], [next, term]);
        assert_eq!(shown("2030-09-14")[..2], [next, "2030-01-01"]);
        assert_eq!(shown("2026-06-30")[0], term, "none of before 2025");
        let terms = fixed_periods(day("2026-06-30")).into_iter().filter(|one| one.kind == PeriodKind::CouncilTerm);
        assert_eq!(terms.count(), 1);
    }

    #[test]
    fn a_council_term_begins_in_june() {
        let from = |text| council_term(day(text)).unwrap().from;
        assert_eq!(from("2025-05-31"), day("2021-06-01"));
        assert_eq!(from("2025-06-01"), day("2025-06-01"));
        assert_eq!(from("2029-05-31"), day("2025-06-01"));
        assert_eq!(from("2029-06-01"), day("2029-06-01"));
    }

    #[test]
    fn a_page_is_cut_off_on_its_own_day_also_after_its_period() {
        let year = fixed_periods(day("2026-11-21"))[1];
        assert_eq!(year.as_of(day("2026-11-21")).cut_off, day("2026-11-21"));
        assert_eq!(year.as_of(day("2027-03-01")).cut_off, day("2027-03-01"));
    }

    #[test]
    fn a_kept_snapshots_kind_follows_from_its_days() {
        for period in fixed_periods(day("2026-11-21")) {
            assert_eq!(kind_of(period.from, period.to), period.page_kind(), "{period:?}");
            assert_eq!(period_of(period.from, period.to), period);
        }
    }
}
