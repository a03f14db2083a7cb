//! The rows of a dataset in the order in which a report reads them: everything of one person together.
//!
//! Nothing dated after the cut-off gets in here, and no mark of a session that was not held
//! (docs/outcomes.md, Whom a figure is about).

use std::collections::BTreeMap;

use super::dataset::{Dataset, MarkRow, Marked, MembershipRow, Period, ResultRow, SessionRow};
use super::ending::{ended_groups, last_end};
use crate::attendance::Mark;
use crate::groups::ExitReason;
use crate::time::Day;

/// Items under dense numbers: one flat list and where each number's items start.
struct Grouped<T> {
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy> Grouped<T> {
    /// Groups the items by number; items of one number keep their order. Numbers out of range are left out.
    fn new(numbers: usize, items: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let mut starts = vec![0; numbers + 1];
        let place = |number: u32| usize::try_from(number).ok().filter(|n| *n < numbers);
        let known = items.filter_map(|(number, item)| place(number).map(|n| (n, item)));
        let Some((_, first)) = known.clone().next() else { return Self { starts, items: Vec::new() } };
        known.clone().for_each(|(n, _)| starts[n + 1] += 1);
        (0..numbers).for_each(|n| starts[n + 1] += starts[n]);
        let mut next = starts.clone();
        // Each place is written once; until then any item stands there.
        let mut sorted = vec![first; starts[numbers]];
        for (n, item) in known {
            sorted[next[n]] = item;
            next[n] += 1;
        }
        Self { starts, items: sorted }
    }

    fn of(&self, number: usize) -> &[T] {
        &self.items[self.starts[number]..self.starts[number + 1]]
    }
}

/// The rows of one municipality up to the cut-off, by person.
pub(super) struct Register {
    /// Sessions that were held: group, day, position in the dataset; sorted.
    held: Vec<(u32, Day, u32)>,
    stays: Grouped<MembershipRow>,
    /// Sessions that were held with what was marked.
    marks: Grouped<Marked>,
    /// The day of each session of the dataset, if it was held.
    days: Vec<Option<Day>>,
    results: Grouped<ResultRow>,
    /// The groups that have ended, and their last day.
    ended: BTreeMap<u32, Day>,
}

/// A held session of a group in which the person was a member that day, and what was marked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct OwnSession {
    pub day: Day,
    session: u32,
    /// `None`: no row; an absence.
    pub mark: Option<Mark>,
}

#[cfg(test)]
impl OwnSession {
    pub fn absent(day: Day) -> Self {
        Self { day, session: 0, mark: None }
    }
}

/// One person's time in the programme. Every list is sorted by day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// Days of attended visits, in own groups or others'.
    pub visits: Vec<Day>,
    /// Days of marks "paused".
    pub pauses: Vec<Day>,
    pub own_sessions: Vec<OwnSession>,
    /// The last `left_on` and its reason, when no membership is open.
    pub left: Option<(Day, Option<ExitReason>)>,
    /// The day on which the last of the person's groups ended, when no membership in a group that goes on is open.
    pub group_ended: Option<Day>,
}

impl Register {
    pub fn new(data: &Dataset, period: &Period) -> Self {
        let cut_off = period.cut_off;
        let day_held = |s: &SessionRow| Some(s.day).filter(|day| s.is_held() && *day <= cut_off);
        let days: Vec<Option<Day>> = data.sessions.iter().map(day_held).collect();
        let sessions = (0u32..).zip(&data.sessions).zip(&days).filter(|(_, day)| day.is_some());
        let mut held: Vec<_> = sessions.map(|((i, s), _)| (s.group, s.day, i)).collect();
        held.sort_unstable();
        let people = data.participants.len();
        let stays = data.memberships.iter().filter(|m| m.joined_on <= cut_off).map(|m| (m.participant, *m));
        let was_held = |m: &&MarkRow| days.get(m.session as usize).is_some_and(Option::is_some);
        let marks = data.marks.iter().filter(was_held).map(|m| (m.participant(), Marked::new(m.session, m.mark())));
        let results = data.results.iter().filter(|r| r.day <= cut_off).map(|r| (r.participant, *r));
        Self {
            held,
            stays: Grouped::new(people, stays),
            marks: Grouped::new(people, marks),
            results: Grouped::new(people, results),
            days,
            ended: ended_groups(data, cut_off),
        }
    }

    /// Days of all held sessions, of all groups.
    pub fn held_days(&self) -> impl Iterator<Item = Day> {
        self.held.iter().map(|(_, day, _)| *day)
    }

    pub fn results(&self, person: usize) -> &[ResultRow] {
        self.results.of(person)
    }

    /// The group of a person on a day, or else the first one that they joined; nothing for visitors.
    pub fn group_on(&self, person: usize, day: Day) -> Option<u32> {
        let stays = self.stays.of(person);
        let covers = |stay: &&MembershipRow| stay.joined_on <= day && stay.left_on.is_none_or(|left| day <= left);
        let key = |stay: &&MembershipRow| (stay.joined_on, stay.group);
        let stay = stays.iter().filter(covers).min_by_key(key).or_else(|| stays.iter().min_by_key(key));
        stay.map(|stay| stay.group)
    }

    pub fn history(&self, person: usize, cut_off: Day) -> History {
        let day_of = |session: u32| self.days.get(session as usize).copied().flatten();
        let marks = self.marks.of(person).iter().map(|marked| (marked.position(), marked.mark()));
        let mut marks: Vec<_> = marks.filter_map(|(session, mark)| Some((session, day_of(session)?, mark))).collect();
        marks.sort_unstable();
        let days = |wanted: fn(Mark) -> bool| {
            let mut days: Vec<Day> =
                marks.iter().filter(|(_, _, mark)| wanted(*mark)).map(|(_, day, _)| *day).collect();
            days.sort_unstable();
            days
        };
        let stays = self.stays.of(person);
        History {
            visits: days(Mark::attended),
            pauses: days(|mark| mark == Mark::Paused),
            own_sessions: self.own_sessions(stays, &marks),
            left: last_left(stays, cut_off),
            group_ended: last_end(stays, cut_off, &self.ended),
        }
    }

    fn own_sessions(&self, stays: &[MembershipRow], marks: &[(u32, Day, Mark)]) -> Vec<OwnSession> {
        let mark_in = |session: u32| {
            let place = marks.binary_search_by_key(&session, |(s, _, _)| *s).ok()?;
            marks.get(place).map(|(_, _, mark)| *mark)
        };
        let mut own: Vec<OwnSession> = stays
            .iter()
            .flat_map(|stay| self.held_during(stay))
            .map(|(_, day, session)| OwnSession { day: *day, session: *session, mark: mark_in(*session) })
            .collect();
        own.sort_unstable();
        // Two stays in one group may overlap.
        own.dedup_by_key(|own| own.session);
        own
    }

    fn held_during(&self, stay: &MembershipRow) -> &[(u32, Day, u32)] {
        let from = self.held.partition_point(|(group, day, _)| (*group, *day) < (stay.group, stay.joined_on));
        let rest = &self.held[from..];
        let covered = |group: u32, day: Day| group == stay.group && stay.left_on.is_none_or(|left| day <= left);
        &rest[..rest.partition_point(|(group, day, _)| covered(*group, *day))]
    }
}

/// The last `left_on`, when every membership has ended by the cut-off. Of memberships that ended on the same
/// day one with a known reason speaks; death and moving away before all others.
fn last_left(stays: &[MembershipRow], cut_off: Day) -> Option<(Day, Option<ExitReason>)> {
    let rank = |reason: Option<ExitReason>| match reason {
        Some(ExitReason::Died) => 3,
        Some(ExitReason::MovedAway) => 2,
        Some(reason) if reason != ExitReason::Unknown => 1,
        _ => 0,
    };
    let mut ends = Vec::with_capacity(stays.len());
    for stay in stays {
        ends.push((stay.left_on.filter(|left| *left <= cut_off)?, rank(stay.exit_reason), stay.exit_reason));
    }
    ends.into_iter().max().map(|(day, _, reason)| (day, reason))
}
