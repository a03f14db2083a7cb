//! Which session is on now: the start screen opens it by the clock.

use domain::groups::Group;
use domain::ids::{GroupId, SessionId};
use domain::names::natural_key;
use domain::sessions::{Cancellation, Session, SessionStatus};
use domain::time::{Day, TimeOfDay};

/// One meeting as the lists show it: planned by the group's week days, or recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meeting {
    pub session: SessionId,
    pub group: GroupId,
    pub group_name: String,
    pub place: Option<String>,
    pub day: Day,
    pub starts_at: Option<TimeOfDay>,
    pub minutes: u16,
    pub status: Option<SessionStatus>,
    /// Why it was cancelled, where that was told.
    pub because: Option<Cancellation>,
    /// What is to be known about it.
    pub note: Option<String>,
    /// Of an event: how many people came, where that was counted.
    pub counted: Option<u16>,
    /// Whether it is an event: people are counted, and nobody is marked.
    pub by_count: bool,
}

impl Meeting {
    /// What of it a list draws: another status or number draws its row anew.
    pub const fn drawn(&self) -> (SessionId, Option<SessionStatus>, Option<u16>) {
        (self.session, self.status, self.counted)
    }

    /// Whether it does not take place.
    pub fn is_cancelled(&self) -> bool {
        self.status.is_some_and(SessionStatus::is_cancelled)
    }

    /// Whether it has certainly begun by that day and hour in Finland. Of one whose hour nobody has said that is known when
    /// its day is over.
    pub fn has_begun(&self, (today, time): (Day, TimeOfDay)) -> bool {
        self.day < today || (self.day == today && self.starts_at.is_some_and(|begins| begins <= time))
    }

    /// A meeting of a group that is not on the tablet (any more).
    pub fn unknown(group: GroupId, day: Day) -> Self {
        Self {
            session: Session::planned_id(group, day),
            group,
            group_name: String::new(),
            place: None,
            day,
            starts_at: None,
            minutes: USUAL_MINUTES,
            status: None,
            because: None,
            note: None,
            counted: None,
            by_count: false,
        }
    }
}

/// Length of a session that has none written down (most last 45 to 60 minutes).
const USUAL_MINUTES: u16 = 60;
/// People come before and stay after: so long around its hours a session still counts as the one at hand.
const AROUND_MINUTES: u16 = 60;

/// The group's meeting on that day: the recorded session if there is one, else the plan's.
pub fn meeting(group: &Group, day: Day, recorded: Option<&Session>) -> Meeting {
    let timetable = group.timetable_on(day);
    Meeting {
        session: recorded.map_or_else(|| Session::planned_id(group.id, day), |session| session.id),
        group: group.id,
        group_name: group.name.clone(),
        place: recorded.and_then(Session::elsewhere).or(timetable.place).map(str::to_owned),
        day,
        starts_at: recorded.and_then(Session::begins).or(group.starts_on(day)),
        minutes: timetable.minutes.unwrap_or(USUAL_MINUTES),
        status: recorded.and_then(|session| session.status),
        because: recorded.and_then(|session| session.because),
        note: recorded.and_then(Session::told).map(str::to_owned),
        counted: recorded.and_then(Session::head_count),
        by_count: !group.kind.keeps_names(),
    }
}

/// Where the nearest defibrillator is on that day: of a session that is held elsewhere nobody has said it.
pub fn aed_on(group: &Group, day: Day, recorded: Option<&Session>) -> Option<String> {
    let timetable = group.timetable_on(day);
    let elsewhere = recorded.and_then(Session::elsewhere).filter(|place| Some(*place) != timetable.place);
    timetable.aed.filter(|_| elsewhere.is_none()).map(str::to_owned)
}

/// The group's meetings from `from` to `to`, newest first: recorded ones, and planned ones not yet recorded.
pub fn meetings(group: &Group, recorded: &[Session], from: Day, to: Day) -> Vec<Meeting> {
    let mut found = Vec::new();
    let mut day = to;
    while day >= from {
        let of_day: Vec<_> = recorded.iter().filter(|s| s.group == group.id && s.day == day).collect();
        if of_day.is_empty() && group.meets_on(day) {
            found.push(meeting(group, day, None));
        }
        found.extend(of_day.into_iter().map(|session| meeting(group, day, Some(session))));
        day = day.plus_days(-1);
    }
    found
}

/// The one at hand: running now (with the time around it), else the next today, else the last one today.
pub fn at_hand(today: &[Meeting], now: TimeOfDay) -> Option<&Meeting> {
    let mut open: Vec<_> = today.iter().filter(|m| !m.is_cancelled()).collect();
    open.sort_by_cached_key(|m| (m.starts_at, natural_key(&m.group_name)));
    let distance = |m: &Meeting| m.starts_at.map_or(u16::MAX, |start| start.minutes().abs_diff(now.minutes()));
    let running = open.iter().filter(|m| runs_around(m, now)).min_by_key(|m| distance(m));
    let next = || open.iter().find(|m| m.starts_at.is_some_and(|start| start > now));
    running.or_else(next).or_else(|| open.last()).copied()
}

/// The one at hand at which people may be tested: nobody belongs to an event.
pub fn tested_at_hand(mut today: Vec<Meeting>, now: TimeOfDay) -> Option<Meeting> {
    today.retain(|meeting| !meeting.by_count);
    at_hand(&today, now).cloned()
}

/// How a session of today stands to the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hour {
    /// It has begun, and is not over for long.
    Now,
    Later,
    /// It is long over, and not ended yet.
    Past,
}

/// How the session at hand stands to the clock. One that has no time goes on all day.
pub fn hour(meeting: &Meeting, now: TimeOfDay) -> Hour {
    match meeting.starts_at {
        Some(start) if start > now => Hour::Later,
        Some(_) if !runs_around(meeting, now) => Hour::Past,
        _ => Hour::Now,
    }
}

fn runs_around(meeting: &Meeting, now: TimeOfDay) -> bool {
    meeting.starts_at.is_some_and(|start| {
        let opens = start.minutes().saturating_sub(AROUND_MINUTES);
        let closes = start.minutes().saturating_add(meeting.minutes).saturating_add(AROUND_MINUTES);
        (opens..=closes).contains(&now.minutes())
    })
}

/// How many days ahead the next meeting of a group is looked for.
const AHEAD: i64 = 366;

/// The group's first meeting after that day that takes place, of the days that fit.
pub fn next_of(group: &Group, recorded: &[Session], after: Day, fits: impl Fn(Day) -> bool) -> Option<Meeting> {
    let days = (1..=AHEAD).map(|ahead| after.plus_days(ahead));
    let mut takes_place = days.flat_map(|day| meetings(group, recorded, day, day)).filter(|m| !m.is_cancelled());
    takes_place.find(|meeting| fits(meeting.day))
}

/// The first meeting after that day of one of the groups, each with its recorded sessions, within four weeks.
pub fn next_day(groups: &[(Group, Vec<Session>)], after: Day) -> Option<Meeting> {
    let soon = |day: Day| day.days_since(after) <= 28;
    let found = groups.iter().filter_map(|(group, recorded)| next_of(group, recorded, after, soon));
    found.min_by_key(|m| (m.day, m.starts_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::GroupKind;
    use domain::ids::OrganisationId;
    use domain::sessions::Moved;

    fn group(name: &str, weekdays: &[u8], starts_at: &str) -> Group {
        Group {
            id: GroupId(domain::ids::uuid_v5(Default::default(), &[name])),
            reference: None,
            name: name.into(),
            kind: GroupKind::StrengthBalance,
            level: None,
            provider: OrganisationId(Default::default()),
            place: None,
            aed: None,
            weekdays: weekdays.into(),
            starts_at: starts_at.parse().ok(),
            minutes: Some(60),
            capacity: None,
            season_start: "2026-08-24".parse().ok(),
            season_end: "2026-12-11".parse().ok(),
            times: Vec::new(),
            breaks: Vec::new(),
            earlier: Vec::new(),
        }
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn at_hand_at(groups: &[Group], now: &str) -> Option<String> {
        let today: Vec<_> =
            groups.iter().flat_map(|g| meetings(g, &[], day("2026-09-08"), day("2026-09-08"))).collect();
        at_hand(&today, now.parse().unwrap()).map(|m| m.group_name.clone())
    }

    #[test]
    fn the_session_at_hand_follows_the_clock() {
        let groups = [group("aamu", &[2], "9:00"), group("ilta", &[2], "14:00"), group("muu", &[3], "10:00")];
        for (now, expected) in [
            ("7:00", "aamu"),
            ("8:30", "aamu"),
            ("10:45", "aamu"),
            ("11:30", "ilta"),
            ("13:10", "ilta"),
            ("21:00", "ilta"),
        ] {
            assert_eq!(at_hand_at(&groups, now).as_deref(), Some(expected), "{now}");
        }
    }

    #[test]
    fn a_session_of_the_morning_that_was_not_ended_is_not_on_in_the_evening() {
        let at = |starts_at: &str, now: &str| {
            hour(&meeting(&group("a", &[2], starts_at), day("2026-09-08"), None), now.parse().unwrap())
        };
        assert_eq!(at("13:00", "12:30"), Hour::Later);
        assert_eq!(at("13:00", "14:50"), Hour::Now);
        assert_eq!(at("13:00", "19:06"), Hour::Past);
        assert_eq!(at("", "19:06"), Hour::Now);
    }

    #[test]
    fn of_two_that_overlap_the_nearer_start_is_at_hand() {
        let groups = [group("a", &[2], "13:00"), group("b", &[2], "14:00")];
        assert_eq!(at_hand_at(&groups, "13:50").as_deref(), Some("b"));
        assert_eq!(at_hand_at(&groups, "13:10").as_deref(), Some("a"));
    }

    #[test]
    fn at_an_event_nobody_is_tested() {
        let event = Group { kind: GroupKind::Event, ..group("luento", &[2], "13:00") };
        let tested = |groups: &[Group]| {
            let today = groups.iter().map(|group| meeting(group, day("2026-09-08"), None)).collect();
            tested_at_hand(today, "13:10".parse().unwrap()).map(|m| m.group_name)
        };
        assert_eq!(tested(&[event.clone(), group("ilta", &[2], "17:00")]).as_deref(), Some("ilta"));
        assert_eq!(tested(&[event]), None);
    }

    #[test]
    fn a_cancelled_session_is_not_at_hand() {
        let a = group("a", &[2], "13:00");
        let mut m = meeting(&a, day("2026-09-08"), None);
        m.status = Some(SessionStatus::CancelledByOrganiser);
        assert_eq!(at_hand(&[m], "13:00".parse().unwrap()), None);
    }

    #[test]
    fn a_session_has_begun_at_its_hour_and_one_without_an_hour_when_its_day_is_over() {
        let today = day("2026-09-08");
        let begun = |starts_at: &str, on: Day, time: &str| {
            meeting(&group("a", &[2], starts_at), on, None).has_begun((today, time.parse().unwrap()))
        };
        for (starts_at, days, time, has_begun) in [
            ("13:00", 0, "12:59", false),
            ("13:00", 0, "13:00", true),
            ("13:00", 0, "20:00", true),
            ("13:00", 7, "20:00", false),
            ("13:00", -7, "9:00", true),
            ("", 0, "20:00", false),
            ("", -7, "9:00", true),
        ] {
            assert_eq!(begun(starts_at, today.plus_days(days), time), has_begun, "{starts_at} {days} {time}");
        }
    }

    #[test]
    fn past_meetings_are_the_plans_and_the_recorded_without_doubles() {
        let a = group("a", &[2, 4], "13:00");
        let odd = day("2026-09-09");
        let recorded: Vec<_> = [day("2026-09-08"), odd]
            .map(|day| Session { status: Some(SessionStatus::Held), ..Session::planned(a.id, day, None) })
            .into();
        let days: Vec<_> = meetings(&a, &recorded, day("2026-09-04"), day("2026-09-10"))
            .iter()
            .map(|m| (m.day.day(), m.status.is_some()))
            .collect();
        assert_eq!(days, [(10, false), (9, true), (8, true)]);
    }

    #[test]
    fn one_session_is_held_at_another_time_or_place() {
        let (place, aed) = (Some("Sali".into()), Some("Aulassa".to_owned()));
        let a = Group { place, aed: aed.clone(), ..group("a", &[2], "13:00") };
        let planned = Session::planned(a.id, day("2026-09-08"), a.starts_at);
        let told = |moved: &Session| {
            let m = meeting(&a, moved.day, Some(moved));
            (m.starts_at.map(|at| at.to_string()), m.place)
        };
        assert_eq!(told(&planned), (Some("13:00".into()), Some("Sali".into())));
        assert_eq!(aed_on(&a, planned.day, Some(&planned)), aed);
        let at = Default::default();
        let moved = Moved { starts_at: "14:00".parse().ok(), place: Some("Kahvio".into()), at };
        let moved = Session { moved: Some(moved), ..planned };
        assert_eq!(told(&moved), (Some("14:00".into()), Some("Kahvio".into())));
        assert_eq!(aed_on(&a, moved.day, Some(&moved)), None, "the hall's is not at hand there");
    }

    #[test]
    fn a_meeting_is_as_the_timetable_of_its_day_says() {
        let before = Group { place: Some("Sali".into()), minutes: Some(45), ..group("a", &[2], "13:00") };
        let now = Group { place: Some("Koulu".into()), ..group("a", &[4], "10:00") };
        let now = now.holding_from(&before, day("2026-09-09"));
        let told = |m: &Meeting| (m.day.day(), m.starts_at.unwrap().to_string(), m.place.clone().unwrap(), m.minutes);
        let all: Vec<_> = meetings(&now, &[], day("2026-09-01"), day("2026-09-17")).iter().map(told).collect();
        let line = |day: u8, at: &str, place: &str, minutes: u16| (day, at.to_owned(), place.to_owned(), minutes);
        let wanted = [
            line(17, "10:00", "Koulu", 60),
            line(10, "10:00", "Koulu", 60),
            line(8, "13:00", "Sali", 45),
            line(1, "13:00", "Sali", 45),
        ];
        assert_eq!(all, wanted);
    }

    #[test]
    fn the_next_meeting_is_found_after_a_day_without_one() {
        let a = group("a", &[2], "13:00");
        let next = |after: &str| next_day(&[(a.clone(), Vec::new())], day(after)).map(|m| m.day);
        assert_eq!(next("2026-09-08"), Some(day("2026-09-15")));
        assert_eq!(next("2027-01-08"), None);
    }

    #[test]
    fn the_next_meeting_is_one_that_takes_place_at_its_own_time() {
        let a = group("a", &[2], "13:00");
        let cancelled = Some(SessionStatus::CancelledByOrganiser);
        let off = Session { status: cancelled, ..Session::planned(a.id, day("2026-09-15"), a.starts_at) };
        let moved = Moved { starts_at: "14:00".parse().ok(), place: None, at: Default::default() };
        let moved = Session { moved: Some(moved), ..Session::planned(a.id, day("2026-09-22"), a.starts_at) };
        let told = |recorded: &[Session]| {
            let next = next_of(&a, recorded, day("2026-09-08"), |_| true).unwrap();
            (next.day, next.starts_at.unwrap().to_string())
        };
        assert_eq!(told(&[off.clone(), moved]), (day("2026-09-22"), "14:00".into()));
        let added = Session::planned(a.id, day("2026-09-17"), "10:00".parse().ok());
        assert_eq!(told(&[off, added]), (day("2026-09-17"), "10:00".into()), "also one that was added");
        assert_eq!(next_of(&a, &[], day("2026-09-08"), |_| false), None);
    }
}
