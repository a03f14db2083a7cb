//! Rounds: when a person is to be measured, by the first visit and the tests so far (docs/outcomes.md, Rounds). Reports
//! pair tests by the same windows; here they say whom to measure while there is still time.

use super::score::{Measured, scores};
use super::{Assessment, Instrument, OutcomeMeasure};
use crate::codes::codes;
use crate::outcomes::pairing::{BASELINE_AFTER, BASELINE_BEFORE, WINDOWS, Window};
use crate::time::Day;

codes! {
    /// A round of tests.
    pub enum Round { Baseline = "baseline", Months3 = "m3", Months6 = "m6", Months12 = "m12" }
}

codes! {
    /// How a round stands that is still to be done.
    pub enum Standing { Due = "due", Overdue = "overdue" }
}

/// What every round measures, in the order of a test day: questions at rest, grip, then balance, walk and chair.
pub const BATTERY: &[Instrument] = &[Instrument::SelfReport, Instrument::Grip, Instrument::Sppb];

/// The instrument by which a round counts as done.
const LEADING: Instrument = Instrument::Sppb;

/// A test as far as rounds go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tested {
    pub day: Day,
    pub instrument: Instrument,
    /// It came to a total: a part that was refused leaves none.
    pub complete: bool,
}

impl Tested {
    pub fn of(assessment: &Assessment) -> Self {
        let total =
            |score: &super::Score| score.outcome == OutcomeMeasure::SppbTotal && score.measured != Measured::Missing;
        let complete = assessment.instrument != LEADING || scores(assessment).iter().any(total);
        Self { day: assessment.measured_on, instrument: assessment.instrument, complete }
    }

    fn leads(&self) -> bool {
        self.instrument == LEADING && self.complete
    }
}

/// A round that waits for a person today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueRound {
    pub round: Round,
    pub standing: Standing,
    /// The day that it is aimed at; from the day after it is overdue.
    pub aimed_at: Day,
    /// The last of its days; nothing when that has passed.
    pub until: Option<Day>,
    /// What of the battery has not been done in this round, in the order of a test day.
    pub missing: Vec<Instrument>,
}

/// The round that waits for this person today, if any.
///
/// `first_visit` is the first attended session: who has not come yet is not measured. `tests` are the person's in any
/// order. Windows that passed without a test are not made up for: the next one opens.
pub fn due(first_visit: Option<Day>, tests: &[Tested], today: Day) -> Option<DueRound> {
    let first_visit = first_visit.filter(|day| *day <= today)?;
    let Some(base) = base(first_visit, tests) else { return Some(due_baseline(first_visit, tests, today)) };
    let after = today.days_since(base);
    let (round, window) = follow_ups().find(|(_, window)| (window.from..=window.to).contains(&after))?;
    let opened = base.plus_days(window.from);
    let done = tests.iter().any(|test| test.leads() && (opened..=today).contains(&test.day));
    (!done).then(|| due_follow_up(base, round, window, tests, today))
}

/// The next round of which nothing is due yet, and the day that it is aimed at: to tell a person when.
pub fn coming(first_visit: Option<Day>, tests: &[Tested], today: Day) -> Option<(Round, Day)> {
    let base = base(first_visit?, tests)?;
    let after = today.days_since(base);
    follow_ups().find(|(_, window)| window.from > after).map(|(round, window)| (round, base.plus_days(window.nominal)))
}

/// What a list says of somebody's rounds, which holds until some later day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Outlook {
    /// Whether a round waits today.
    pub is_due: bool,
    /// The day that the waiting round is aimed at, else the next one.
    pub on: Option<Day>,
    /// The round that is missing today: one after the first whose days have begun, the first once its days are over.
    pub missing: Option<Round>,
    /// The first later day on which this may be another.
    pub until: Option<Day>,
}

/// As [`due`] and [`coming`], together and for a while.
pub fn outlook(first_visit: Option<Day>, tests: &[Tested], today: Day) -> Outlook {
    let due = due(first_visit, tests, today);
    let next = || coming(first_visit, tests, today).map(|(_, day)| day);
    let base = first_visit.and_then(|first| base(first, tests));
    let edges = base.into_iter().flat_map(|base| {
        follow_ups().flat_map(move |(_, window)| [base.plus_days(window.from), base.plus_days(window.to + 1)])
    });
    let overdue_from = first_visit.map(|first| first.plus_days(BASELINE_AFTER + 1));
    let until = edges.chain(first_visit).chain(overdue_from).filter(|day| *day > today).min();
    let is_missing = |due: &&DueRound| due.round != Round::Baseline || due.standing == Standing::Overdue;
    let missing = due.as_ref().filter(is_missing).map(|due| due.round);
    Outlook { is_due: due.is_some(), on: due.map(|due| due.aimed_at).or_else(next), missing, until }
}

/// The first visit, as far as somebody knows who sees some groups alone: a whole test from before the first visit there
/// says that the person came somewhere earlier, and that the rounds are counted from then.
pub fn first_visit(visits: impl IntoIterator<Item = Day>, tests: &[Tested]) -> Option<Day> {
    let first = visits.into_iter().min()?;
    Some(tests.iter().filter(|test| test.leads()).map(|test| test.day).fold(first, Day::min))
}

fn follow_ups() -> impl Iterator<Item = (Round, Window)> {
    [Round::Months3, Round::Months6, Round::Months12].into_iter().zip(WINDOWS)
}

/// The day from which rounds are counted: the baseline of the figures, else the first test after its days. The figures
/// leave the latter out, but the person is measured again all the same.
fn base(first_visit: Day, tests: &[Tested]) -> Option<Day> {
    let (from, to) = (first_visit.plus_days(-BASELINE_BEFORE), first_visit.plus_days(BASELINE_AFTER));
    let days = || tests.iter().filter(|test| test.leads()).map(|test| test.day);
    days().filter(|day| (from..=to).contains(day)).max().or_else(|| days().filter(|day| *day > to).min())
}

fn due_baseline(first_visit: Day, tests: &[Tested], today: Day) -> DueRound {
    let last = first_visit.plus_days(BASELINE_AFTER);
    let missing = missing(tests, first_visit.plus_days(-BASELINE_BEFORE), today);
    let standing = if today > last { Standing::Overdue } else { Standing::Due };
    DueRound { round: Round::Baseline, standing, aimed_at: last, until: (today <= last).then_some(last), missing }
}

fn due_follow_up(base: Day, round: Round, window: Window, tests: &[Tested], today: Day) -> DueRound {
    let aimed_at = base.plus_days(window.nominal);
    DueRound {
        round,
        standing: if today > aimed_at { Standing::Overdue } else { Standing::Due },
        aimed_at,
        until: Some(base.plus_days(window.to)),
        missing: missing(tests, base.plus_days(window.from), today),
    }
}

/// What of the battery was not done from that day on. A test of the leading instrument without a total is to be done
/// again.
fn missing(tests: &[Tested], from: Day, today: Day) -> Vec<Instrument> {
    let done =
        |instrument| tests.iter().any(|t| t.instrument == instrument && t.complete && (from..=today).contains(&t.day));
    BATTERY.iter().copied().filter(|instrument| !done(*instrument)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Item;
    use super::super::testing::{assessment, trials};
    use super::*;
    use proptest::prelude::*;

    fn start() -> Day {
        "2026-01-01".parse().unwrap()
    }

    fn after(days: i64) -> Day {
        start().plus_days(days)
    }

    fn sppb(days: i64) -> Tested {
        Tested { day: after(days), instrument: Instrument::Sppb, complete: true }
    }

    fn told(tests: &[Tested], today: i64) -> Option<(Round, Standing, Option<i64>)> {
        let due = due(Some(start()), tests, after(today))?;
        Some((due.round, due.standing, due.until.map(|day| day.days_since(start()))))
    }

    #[test]
    fn nobody_is_due_before_the_first_visit() {
        assert_eq!(due(None, &[], start()), None);
        assert_eq!(due(Some(after(1)), &[], start()), None);
    }

    #[test]
    fn the_baseline_is_due_for_two_weeks_and_overdue_from_then_on() {
        use Standing::{Due, Overdue};
        assert_eq!(told(&[], 0), Some((Round::Baseline, Due, Some(14))));
        assert_eq!(told(&[], 14), Some((Round::Baseline, Due, Some(14))));
        assert_eq!(told(&[], 15), Some((Round::Baseline, Overdue, None)));
        // Measured up to thirty days before the first visit it is there; earlier than that it is not.
        assert_eq!(told(&[sppb(-30)], 0), None);
        assert_eq!(told(&[sppb(-31)], 0), Some((Round::Baseline, Due, Some(14))));
    }

    #[test]
    fn follow_ups_are_due_in_their_windows_and_overdue_after_the_day_they_are_aimed_at() {
        use Standing::{Due, Overdue};
        let base = [sppb(0)];
        for (today, wanted) in [
            (59, None),
            (60, Some((Round::Months3, Due, Some(134)))),
            (90, Some((Round::Months3, Due, Some(134)))),
            (91, Some((Round::Months3, Overdue, Some(134)))),
            (134, Some((Round::Months3, Overdue, Some(134)))),
            (135, Some((Round::Months6, Due, Some(270)))),
            (181, Some((Round::Months6, Overdue, Some(270)))),
            (271, None),
            (304, None),
            (305, Some((Round::Months12, Due, Some(425)))),
            (366, Some((Round::Months12, Overdue, Some(425)))),
            (426, None),
        ] {
            assert_eq!(told(&base, today), wanted, "day {today}");
        }
    }

    #[test]
    fn a_baseline_is_missing_once_its_days_are_over_and_a_later_round_from_its_first_day_on() {
        let missing = |tests: &[Tested], today: i64| outlook(Some(start()), tests, after(today)).missing;
        assert_eq!([missing(&[], 14), missing(&[], 15)], [None, Some(Round::Baseline)]);
        assert_eq!(outlook(Some(start()), &[], after(3)).until, Some(after(15)));
        let base = [sppb(0)];
        assert_eq!([missing(&base, 59), missing(&base, 60)], [None, Some(Round::Months3)]);
        assert_eq!(missing(&[sppb(0), sppb(70)], 80), None);
        assert_eq!(missing(&[sppb(20)], 40), None, "measured late, and measured all the same");
        assert_eq!(outlook(None, &[], start()).missing, None);
    }

    #[test]
    fn a_complete_test_in_the_window_is_the_round_and_one_beside_it_is_not() {
        // The vectors of the figures: days 58, 88, 131 and 136 give day 88 for three months and 136 for six.
        assert!(told(&[sppb(0), sppb(58)], 88).is_some());
        assert_eq!(told(&[sppb(0), sppb(58), sppb(88)], 100), None);
        assert_eq!(told(&[sppb(0), sppb(131)], 135).map(|due| due.0), Some(Round::Months6));
        assert_eq!(told(&[sppb(0), sppb(131), sppb(136)], 200), None);
    }

    #[test]
    fn a_test_without_a_total_leaves_the_round_open() {
        let refused = Tested { complete: false, ..sppb(70) };
        let due = due(Some(start()), &[sppb(0), refused], after(70)).unwrap();
        assert_eq!((due.round, due.missing), (Round::Months3, BATTERY.to_vec()));
    }

    #[test]
    fn what_is_missing_of_the_battery_is_named_in_the_order_of_a_test_day() {
        let grip = Tested { day: after(65), instrument: Instrument::Grip, complete: true };
        let due = due(Some(start()), &[sppb(0), grip], after(70)).unwrap();
        assert_eq!(due.missing, [Instrument::SelfReport, Instrument::Sppb]);
    }

    #[test]
    fn who_was_measured_late_is_measured_again_all_the_same() {
        assert_eq!(told(&[sppb(20)], 30), None);
        assert_eq!(told(&[sppb(20)], 80), Some((Round::Months3, Standing::Due, Some(154))));
    }

    #[test]
    fn the_next_round_is_told_by_the_day_that_it_is_aimed_at() {
        let next = |tests: &[Tested], today: i64| {
            coming(Some(start()), tests, after(today)).map(|(round, day)| (round, day.days_since(start())))
        };
        assert_eq!(next(&[], 3), None);
        assert_eq!(next(&[sppb(0)], 3), Some((Round::Months3, 90)));
        assert_eq!(next(&[sppb(0)], 60), Some((Round::Months6, 180)));
        assert_eq!(next(&[sppb(0)], 300), Some((Round::Months12, 365)));
        assert_eq!(next(&[sppb(0)], 400), None);
    }

    #[test]
    fn a_test_from_before_the_first_visit_that_is_known_says_that_the_person_came_earlier() {
        let known = [after(190), after(181)];
        assert_eq!(first_visit(known, &[]), Some(after(181)));
        assert_eq!(first_visit(known, &[sppb(0)]), Some(start()));
        assert_eq!(first_visit([], &[sppb(0)]), None, "nobody has seen the person here yet");
        // The half-year round, and no baseline that is too late.
        let round = |first| due(first, &[sppb(0)], after(190)).map(|due| due.round);
        assert_eq!(round(first_visit(known, &[sppb(0)])), Some(Round::Months6));
        assert_eq!(round(Some(after(181))), Some(Round::Baseline));
    }

    #[test]
    fn a_refused_part_makes_a_test_incomplete() {
        let part = |item, value: &str, course| trials(Instrument::Sppb, item, &[value], course);
        let mut all = part(Item::SideBySide, "10.00", None);
        all.extend(part(Item::SemiTandem, "10.00", None));
        all.extend(part(Item::Tandem, "10.00", None));
        all.extend(part(Item::Gait, "5.00", Some(4)));
        let with = |chair: &str| {
            let mut all = all.clone();
            all.extend(part(Item::Chair5, chair, None));
            Tested::of(&assessment(Instrument::Sppb, all)).complete
        };
        assert!(with("12.40") && with("TRIED_UNABLE"));
        assert!(!with("REFUSED"));
    }

    proptest! {
        #[test]
        fn an_outlook_holds_until_its_day(days in prop::collection::vec(-40_i64..200, 0..4), today in -5_i64..500) {
            let tests: Vec<_> = days.into_iter().filter(|day| *day <= today).map(sppb).collect();
            let told = |day: i64| outlook(Some(start()), &tests, after(day));
            let now = told(today);
            let last = now.until.map_or(today + 100, |until| until.days_since(start()) - 1);
            for day in today..=last {
                let later = told(day);
                let says = |outlook: &Outlook| (outlook.is_due, outlook.on, outlook.missing);
                prop_assert_eq!(says(&later), says(&now), "day {}", day);
                prop_assert_eq!(later.is_due, due(Some(start()), &tests, after(day)).is_some());
            }
        }

        #[test]
        fn a_complete_test_today_leaves_nothing_due(days in prop::collection::vec(-40_i64..500, 0..6), today in 0_i64..500) {
            let mut tests: Vec<_> = days.into_iter().filter(|day| *day <= today).map(sppb).collect();
            tests.push(sppb(today));
            prop_assert_eq!(told(&tests, today), None);
        }
    }
}
