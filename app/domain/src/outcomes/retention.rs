//! Who is still active: leaving, silent exits, groups that ended (docs/outcomes.md, Staying on).

use super::ending::DAYS_TO_MOVE_ON;
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
    /// The reason given on leaving, which stays when another end came earlier; `GroupEnded` where the group's end
    /// came first and no reason is known.
    pub reason: Option<ExitReason>,
}

impl Exit {
    /// The earliest of leaving, a silent exit and the end of the last group.
    pub fn of(history: &History, cut_off: Day) -> Option<Self> {
        let left = history.left;
        let group_end = history.group_ended.filter(|end| !came_soon_after(history, *end));
        let ends = [left.map(|(day, _)| day), silent_exit(history, cut_off), group_end];
        let day = ends.into_iter().flatten().min()?;
        let told = left.and_then(|(_, reason)| reason);
        let known = told.filter(|reason| *reason != ExitReason::Unknown);
        let ended = (group_end == Some(day)).then_some(ExitReason::GroupEnded);
        Some(Self { day, reason: known.or(ended).or(told) })
    }

    /// Out because there was no group any more: not dropout.
    pub fn is_groups_end(&self) -> bool {
        self.reason == Some(ExitReason::GroupEnded)
    }
}

/// The day on which a person is told to have died or moved away, when no membership is open. No silent exit and
/// no group's end stands in for it.
pub fn gone_on(history: &History) -> Option<Day> {
    let gone = |reason| matches!(reason, Some(ExitReason::Died | ExitReason::MovedAway));
    history.left.filter(|(_, reason)| gone(*reason)).map(|(day, _)| day)
}

/// A visit within the days that one has to move on.
fn came_soon_after(history: &History, end: Day) -> bool {
    history.visits.iter().any(|visit| *visit > end && visit.days_since(end) <= DAYS_TO_MOVE_ON)
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

/// Persons observed so many days after their first visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    pub n: u64,
    pub active: u64,
    /// Out because their group ended.
    pub group_ended: u64,
}

/// Who of those who started is active `days` after the first visit; whom the cut-off has not seen so long is left out.
pub fn observed(started: impl Iterator<Item = (Day, Option<Exit>)>, days: i64, cut_off: Day) -> Observed {
    let mut observed = Observed::default();
    for (first, exit) in started {
        let day = first.plus_days(days);
        if day > cut_off {
            continue;
        }
        let exit = exit.filter(|exit| exit.day <= day);
        observed.n += 1;
        observed.active += u64::from(exit.is_none());
        observed.group_ended += u64::from(exit.is_some_and(|exit| exit.is_groups_end()));
    }
    observed
}

/// Of persons observed so many days, those who are out by then, by what is known of why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reasons {
    pub group_ended: u64,
    /// Own or peer exercise from then on.
    pub goal_reached: u64,
    pub died_or_moved: u64,
    pub other: u64,
    pub unknown: u64,
}

/// Why those are out who are not active `days` after the first visit; whom the cut-off has not seen so long is left out.
pub fn reasons(started: impl Iterator<Item = (Day, Option<Exit>)>, days: i64, cut_off: Day) -> Reasons {
    let mut reasons = Reasons::default();
    let seen = started.filter(|(first, _)| first.plus_days(days) <= cut_off);
    let out = seen.filter_map(|(first, exit)| exit.filter(|exit| exit.day <= first.plus_days(days)));
    for exit in out {
        let count = match exit.reason {
            Some(ExitReason::GroupEnded) => &mut reasons.group_ended,
            Some(ExitReason::GoalReached) => &mut reasons.goal_reached,
            Some(ExitReason::Died | ExitReason::MovedAway) => &mut reasons.died_or_moved,
            Some(ExitReason::Unknown) | None => &mut reasons.unknown,
            Some(_) => &mut reasons.other,
        };
        *count += 1;
    }
    reasons
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
        // Who moved away was resident until the day told, whatever the silence.
        assert_eq!(gone_on(&history), Some(day("2026-03-01")));
        history.left = Some((day("2026-03-01"), Some(ExitReason::Cost)));
        assert_eq!(gone_on(&history), None);
    }

    #[test]
    fn a_group_that_ended_takes_its_members_out_that_day_unless_they_come_within_28_days() {
        let mut history = History { visits: vec![day("2026-01-01")], ..History::default() };
        history.group_ended = Some(day("2026-03-31"));
        let exit = |history: &History| Exit::of(history, day("2026-12-31"));
        let out = Exit { day: day("2026-03-31"), reason: Some(ExitReason::GroupEnded) };
        assert_eq!(exit(&history), Some(out));
        for (visit, stays) in [("2026-03-31", false), ("2026-04-28", true), ("2026-04-29", false)] {
            history.visits = vec![day("2026-01-01"), day(visit)];
            assert_eq!(exit(&history).is_none(), stays, "{visit}");
        }
    }

    #[test]
    fn leaving_tidied_up_after_the_groups_end_keeps_its_reason_and_silence_before_it_is_dropout() {
        let mut history = History { visits: vec![day("2026-01-01")], ..History::default() };
        history.group_ended = Some(day("2026-03-31"));
        for (told, reason) in [
            (Some(ExitReason::MovedAway), ExitReason::MovedAway),
            (Some(ExitReason::Unknown), ExitReason::GroupEnded),
            (None, ExitReason::GroupEnded),
        ] {
            history.left = Some((day("2026-05-01"), told));
            let out = Exit { day: day("2026-03-31"), reason: Some(reason) };
            assert_eq!(Exit::of(&history, day("2026-12-31")), Some(out));
        }
        let mut silent = missed(&[5, 8, 12, 19]);
        silent.group_ended = Some(day("2026-03-31"));
        assert_eq!(Exit::of(&silent, day("2026-12-31")), Some(Exit { day: day("2026-01-29"), reason: None }));
    }

    #[test]
    fn active_means_exited_later_than_the_day_itself() {
        let first = day("2026-01-01");
        let left = |on: &str| Some(Exit { day: day(on), reason: None });
        let people =
            [(first, None), (first, left("2026-04-01")), (first, left("2026-04-02")), (day("2026-03-01"), None)];
        // 90 days after 1 January is 1 April; who came in March was not observed so long.
        assert_eq!(observed(people.into_iter(), 90, day("2026-04-30")), Observed { n: 3, active: 2, group_ended: 0 });
    }

    #[test]
    fn who_is_out_with_the_group_is_told_apart_from_dropout() {
        let first = day("2026-01-01");
        let out = |reason| (first, Some(Exit { day: day("2026-02-01"), reason }));
        let people = [out(Some(ExitReason::GroupEnded)), out(Some(ExitReason::Cost)), out(None), (first, None)];
        assert_eq!(observed(people.into_iter(), 90, day("2026-12-31")), Observed { n: 4, active: 1, group_ended: 1 });
    }

    #[test]
    fn a_mark_paused_is_no_visit() {
        assert!(!Mark::Paused.attended());
    }

    #[test]
    fn whoever_is_out_by_the_day_is_out_for_one_reason() {
        let first = day("2026-01-01");
        let out = |after: i64, reason: Option<ExitReason>| (first, Some(Exit { day: first.plus_days(after), reason }));
        let people = [
            (first, None),
            out(30, Some(ExitReason::Died)),
            out(40, Some(ExitReason::MovedAway)),
            out(50, Some(ExitReason::GoalReached)),
            out(60, Some(ExitReason::GroupEnded)),
            out(70, Some(ExitReason::HealthWorse)),
            out(80, Some(ExitReason::Unknown)),
            out(90, None),
            // Active on the day, and seen too short a time.
            out(91, Some(ExitReason::Cost)),
            (first.plus_days(31), Some(Exit { day: first.plus_days(40), reason: None })),
        ];
        let found = reasons(people.into_iter(), 90, day("2026-04-30"));
        let expected = Reasons { group_ended: 1, goal_reached: 1, died_or_moved: 2, other: 1, unknown: 2 };
        assert_eq!(found, expected);
        let seen = observed(people.into_iter(), 90, day("2026-04-30"));
        assert_eq!(seen, Observed { n: 9, active: 2, group_ended: 1 });
    }
}
