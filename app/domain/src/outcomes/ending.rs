//! When a group has ended, and with it the time of those who were its members to the last
//! (docs/outcomes.md, Staying on).

use std::collections::BTreeMap;

use super::dataset::{Dataset, GroupRow, MembershipRow};
use crate::time::Day;

/// Days after a group's end in which a person may still turn up somewhere; they must be over by the cut-off.
pub(super) const DAYS_TO_MOVE_ON: i64 = 28;
/// Days without a held session after which a group without a known end of season has ended.
const DAYS_WITHOUT_SESSIONS: i64 = 90;

/// Groups (by [`GroupRow::group`]) that have ended so long ago that their members had time to move on.
pub(super) fn ended_groups(data: &Dataset, cut_off: Day) -> BTreeMap<u32, Day> {
    let last_sessions = LastSessions::of(data, cut_off);
    let end = |group: &GroupRow| {
        let end = end_of(group, last_sessions.of_group(group.group), cut_off)?;
        (end.plus_days(DAYS_TO_MOVE_ON) <= cut_off && !goes_on(data, group, end)).then_some((group.group, end))
    };
    data.groups.iter().filter_map(end).collect()
}

/// The season's end, unless sessions were held or planned after it; without one the last held session, once 90 days
/// have passed without another.
fn end_of(group: &GroupRow, last: LastSession, cut_off: Day) -> Option<Day> {
    match group.season_end {
        Some(end) => last.held_or_planned.is_none_or(|day| day <= end).then_some(end),
        None => last.held.filter(|day| day.plus_days(DAYS_WITHOUT_SESSIONS) <= cut_off),
    }
}

/// Whether a later season of the same group has been made.
fn goes_on(data: &Dataset, group: &GroupRow, end: Day) -> bool {
    let later = |other: &&GroupRow| other.series == group.series && other.season_start.is_some_and(|start| start > end);
    data.groups.iter().any(|other| later(&other))
}

#[derive(Clone, Copy, Default)]
struct LastSession {
    held: Option<Day>,
    held_or_planned: Option<Day>,
}

/// The last sessions of each group up to the cut-off.
struct LastSessions(BTreeMap<u32, LastSession>);

impl LastSessions {
    fn of(data: &Dataset, cut_off: Day) -> Self {
        let mut last: BTreeMap<u32, LastSession> = BTreeMap::new();
        for session in data.sessions.iter().filter(|session| session.day <= cut_off) {
            let of_group = last.entry(session.group).or_default();
            if session.is_held() {
                of_group.held = of_group.held.max(Some(session.day));
            }
            if session.is_held_or_planned() {
                of_group.held_or_planned = of_group.held_or_planned.max(Some(session.day));
            }
        }
        Self(last)
    }

    fn of_group(&self, group: u32) -> LastSession {
        self.0.get(&group).copied().unwrap_or_default()
    }
}

/// The last day of the last stay, when every stay is over and it was its group's end that ended the last.
pub(super) fn last_end(stays: &[MembershipRow], cut_off: Day, ended: &BTreeMap<u32, Day>) -> Option<Day> {
    let mut last = None;
    for stay in stays {
        let left = stay.left_on.filter(|left| *left <= cut_off);
        let group_end = ended.get(&stay.group).map(|end| (*end).max(stay.joined_on));
        let by_group = group_end.filter(|end| left.is_none_or(|left| *end < left));
        let told = left.filter(|_| by_group.is_none());
        // Of equal days leaving, which has a reason, comes last.
        last = last.max(Some((by_group.or(told)?, told.is_some())));
    }
    last.filter(|(_, told)| !told).map(|(day, _)| day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::ExitReason;
    use crate::ids::MunicipalityCode;
    use crate::outcomes::dataset::SessionRow;
    use crate::sessions::SessionStatus;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn season(group: u32, series: u32, start: &str, end: Option<&str>) -> GroupRow {
        GroupRow { group, series, season_start: Some(day(start)), season_end: end.map(day), division: None }
    }

    fn session(group: u32, on: &str, status: Option<SessionStatus>) -> SessionRow {
        SessionRow { group, day: day(on), status }
    }

    fn ended(groups: &[GroupRow], sessions: &[SessionRow], cut_off: &str) -> Vec<(u32, String)> {
        let mut data = Dataset::empty(MunicipalityCode::new("091").unwrap());
        (data.groups, data.sessions) = (groups.to_vec(), sessions.to_vec());
        ended_groups(&data, day(cut_off)).into_iter().map(|(group, end)| (group, end.to_string())).collect()
    }

    #[test]
    fn a_group_ends_with_its_season_once_there_was_time_to_move_on() {
        let groups = [season(1, 1, "2025-01-07", Some("2025-03-31"))];
        let held = [session(1, "2025-03-25", Some(SessionStatus::Held))];
        assert_eq!(ended(&groups, &held, "2025-04-28"), [(1, "2025-03-31".into())]);
        assert_eq!(ended(&groups, &held, "2025-04-27"), []);
    }

    #[test]
    fn sessions_held_or_planned_after_the_season_prolong_it() {
        let groups = [season(1, 1, "2025-01-07", Some("2025-03-31"))];
        for (status, prolongs) in [
            (Some(SessionStatus::Held), true),
            (None, true),
            (Some(SessionStatus::CancelledByOrganiser), false),
            (Some(SessionStatus::Holiday), false),
        ] {
            let later = [session(1, "2025-04-08", status)];
            assert_eq!(ended(&groups, &later, "2025-12-31").is_empty(), prolongs, "{status:?}");
        }
        // What lies after the cut-off is not known yet.
        let planned = [session(1, "2026-01-08", None)];
        assert_eq!(ended(&groups, &planned, "2025-12-31").len(), 1);
    }

    #[test]
    fn a_season_that_was_copied_for_the_next_has_not_ended() {
        let groups = [season(1, 7, "2025-01-07", Some("2025-05-31")), season(2, 7, "2025-09-01", Some("2025-12-12"))];
        assert_eq!(ended(&groups, &[], "2025-12-31"), []);
        assert_eq!(ended(&groups, &[], "2026-06-01"), [(2, "2025-12-12".into())]);
        let others = [groups[0], season(2, 8, "2025-09-01", Some("2025-12-12"))];
        assert_eq!(ended(&others, &[], "2025-12-31"), [(1, "2025-05-31".into())]);
    }

    #[test]
    fn without_an_end_of_season_ninety_days_without_a_session_tell() {
        let groups = [GroupRow { group: 1, series: 1, season_start: None, season_end: None, division: None }];
        let held = [session(1, "2025-03-01", Some(SessionStatus::Held))];
        assert_eq!(ended(&groups, &held, "2025-05-30"), [(1, "2025-03-01".into())]);
        assert_eq!(ended(&groups, &held, "2025-05-29"), []);
        assert_eq!(ended(&groups, &[], "2025-12-31"), []);
    }

    fn stay(group: u32, joined: &str, left: Option<&str>) -> MembershipRow {
        let exit_reason = left.map(|_| ExitReason::Cost);
        MembershipRow { participant: 0, group, joined_on: day(joined), left_on: left.map(day), exit_reason }
    }

    #[test]
    fn the_last_stay_decides_whether_a_group_ended_or_the_person_left() {
        let ended = BTreeMap::from([(1, day("2025-03-31"))]);
        let last = |stays: &[MembershipRow]| last_end(stays, day("2025-12-31"), &ended).map(|day| day.to_string());
        assert_eq!(last(&[stay(1, "2025-01-07", None)]), Some("2025-03-31".into()));
        assert_eq!(last(&[stay(1, "2025-01-07", None), stay(2, "2025-02-01", None)]), None, "moved on");
        assert_eq!(last(&[stay(1, "2025-01-07", None), stay(2, "2025-02-01", Some("2025-04-10"))]), None, "left later");
        assert_eq!(
            last(&[stay(1, "2025-01-07", None), stay(2, "2025-02-01", Some("2025-03-10"))]),
            Some("2025-03-31".into())
        );
        assert_eq!(last(&[stay(1, "2025-01-07", Some("2025-03-31"))]), None, "left on the last day");
        assert_eq!(last(&[stay(1, "2025-01-07", Some("2025-04-15"))]), Some("2025-03-31".into()), "tidied up later");
    }
}
