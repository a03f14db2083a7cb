//! Who is still active: exits, told and silent (domain.md 4.4; formats.md, rulings 19 and 34).

use super::register::{History, OwnSession};
use crate::groups::ExitReason;
use crate::time::Day;

/// Days without a visit that end a person's time in the programme, when there was something to come to.
const SILENT_DAYS: i64 = 28;
/// Held sessions of own groups within those days.
const SILENT_SESSIONS: usize = 4;

/// The end of a person's time in the programme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exit {
    pub day: Day,
    /// The reason given on leaving; it stays when a silent exit was earlier.
    pub reason: Option<ExitReason>,
}

impl Exit {
    /// The earlier of leaving and a silent exit.
    pub fn of(history: &History, cut_off: Day) -> Option<Self> {
        let left = history.left;
        let day = match (left.map(|(day, _)| day), silent_exit(history, cut_off)) {
            (Some(left), Some(silent)) => left.min(silent),
            (left, silent) => left.or(silent)?,
        };
        Some(Self { day, reason: left.and_then(|(_, reason)| reason) })
    }

    /// Died or moved away on that day or before.
    pub fn is_gone_by(&self, day: Day) -> bool {
        self.day <= day && matches!(self.reason, Some(ExitReason::Died | ExitReason::MovedAway))
    }
}

/// 28 days after the last visit, when some 28 days after it held at least 4 sessions of own groups and no pause.
/// They may begin later than the last visit, after a break; they must be over by the cut-off.
fn silent_exit(history: &History, cut_off: Day) -> Option<Day> {
    let last = *history.visits.last()?;
    let after = history.own_sessions.partition_point(|s| s.day <= last);
    let missed = history.own_sessions.get(after..)?;
    let span_ends: Vec<Day> = history.pauses.iter().copied().filter(|p| *p > last).collect();
    let mut from = last.plus_days(1);
    // Pauses cut the time since the last visit into free spans.
    for end in span_ends.into_iter().map(|pause| pause.plus_days(-1)).chain([cut_off]) {
        if has_silent_window(missed, from, end) {
            return Some(last.plus_days(SILENT_DAYS));
        }
        from = from.max(end.plus_days(2));
    }
    None
}

/// Whether some 28 days between two days (both included) hold at least 4 of the sessions.
fn has_silent_window(sessions: &[OwnSession], from: Day, to: Day) -> bool {
    let close = |first: Day, last: Day| from <= first && last <= to && last.days_since(first) < SILENT_DAYS;
    to.days_since(from) >= SILENT_DAYS - 1
        && sessions.windows(SILENT_SESSIONS).any(|days| match days {
            [first, .., last] => close(first.day, last.day),
            _ => false,
        })
}

/// Persons active `days` after their first visit, of those observed so long: (x, n).
pub fn retention(started: impl Iterator<Item = (Day, Option<Exit>)>, days: i64, cut_off: Day) -> (u64, u64) {
    started.fold((0, 0), |(active, observed), (first, exit)| {
        let day = first.plus_days(days);
        if day > cut_off {
            return (active, observed);
        }
        (active + u64::from(exit.is_none_or(|exit| exit.day > day)), observed + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::Mark;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// One visit on 1 January 2026, then sessions without it on the given days after.
    fn missed(days: &[i64]) -> History {
        let first = day("2026-01-01");
        let own_sessions = days.iter().map(|d| OwnSession::absent(first.plus_days(*d))).collect();
        History { visits: vec![first], own_sessions, ..History::default() }
    }

    fn silent(history: &History, cut_off: &str) -> Option<String> {
        Exit::of(history, day(cut_off)).map(|exit| exit.day.to_string())
    }

    #[test]
    fn four_missed_sessions_in_four_weeks_are_a_silent_exit_dated_28_days_after_the_last_visit() {
        assert_eq!(silent(&missed(&[5, 12, 19, 28]), "2026-06-01"), Some("2026-01-29".into()));
        assert_eq!(silent(&missed(&[5, 12, 19]), "2026-06-01"), None);
    }

    #[test]
    fn the_28_days_must_be_over_by_the_cut_off() {
        assert_eq!(silent(&missed(&[5, 8, 12, 19]), "2026-01-28"), None);
        assert_eq!(silent(&missed(&[5, 8, 12, 19]), "2026-01-29"), Some("2026-01-29".into()));
    }

    #[test]
    fn after_a_break_the_days_begin_later_but_the_date_stays() {
        assert_eq!(silent(&missed(&[60, 67, 74, 81]), "2026-06-01"), Some("2026-01-29".into()));
        assert_eq!(silent(&missed(&[5, 12, 40, 47]), "2026-06-01"), None);
    }

    #[test]
    fn a_pause_inside_the_days_prevents_it() {
        let mut history = missed(&[5, 8, 12, 19]);
        history.pauses = vec![day("2026-01-20")];
        assert_eq!(silent(&history, "2026-06-01"), None);
        // The days before the pause are fewer than 28; those after it hold no sessions.
        history.own_sessions.extend([50, 53, 57, 60].map(|d| OwnSession::absent(day("2026-01-01").plus_days(d))));
        assert_eq!(silent(&history, "2026-06-01"), Some("2026-01-29".into()));
    }

    #[test]
    fn pauses_day_after_day_leave_no_days_between_them() {
        let mut history = missed(&[2, 3, 4, 5]);
        history.pauses = [1, 2, 3, 4].map(|d| day("2026-01-01").plus_days(d)).to_vec();
        assert_eq!(silent(&history, "2026-06-01"), None);
    }

    #[test]
    fn a_later_visit_cancels_a_silent_exit_but_not_leaving() {
        let mut history = missed(&[5, 8, 12, 19]);
        history.visits.push(day("2026-05-20"));
        assert_eq!(silent(&history, "2026-06-01"), None);
        history.left = Some((day("2026-05-10"), Some(ExitReason::Cost)));
        assert_eq!(silent(&history, "2026-06-01"), Some("2026-05-10".into()));
    }

    #[test]
    fn of_two_exits_the_earlier_counts_and_the_reason_stays() {
        let mut history = missed(&[5, 8, 12, 19]);
        history.left = Some((day("2026-03-01"), Some(ExitReason::MovedAway)));
        let exit = Exit::of(&history, day("2026-06-01")).unwrap();
        assert_eq!((exit.day, exit.reason), (day("2026-01-29"), Some(ExitReason::MovedAway)));
        assert!(exit.is_gone_by(day("2026-01-29")) && !exit.is_gone_by(day("2026-01-28")));
    }

    #[test]
    fn active_means_exited_later_than_the_day_itself() {
        let first = day("2026-01-01");
        let left = |on: &str| Some(Exit { day: day(on), reason: None });
        let people =
            [(first, None), (first, left("2026-04-01")), (first, left("2026-04-02")), (day("2026-03-01"), None)];
        // 90 days after 1 January is 1 April; who came in March was not observed so long.
        assert_eq!(retention(people.into_iter(), 90, day("2026-04-30")), (2, 3));
    }

    #[test]
    fn a_mark_paused_is_no_visit() {
        assert!(!Mark::Paused.attended());
    }
}
