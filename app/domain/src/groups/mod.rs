//! Groups. The dated stays of participants in them are [`membership`]'s.

pub mod membership;
pub mod plan;
pub mod season;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timetable;

pub use membership::{ExitReason, Membership};
pub use season::Break;
pub use timetable::Earlier;

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::codes::codes;
use crate::fields::{CAPACITY, MINUTES};
use crate::ids::{GroupId, OrganisationId, ParticipantId};
use crate::names::can_be_said;
use crate::sessions::Session;
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time, line, optional_line};
use crate::sync::verbs::verbs;
use crate::time::{Day, TimeOfDay};
use season::is_public_holiday;
use timetable::MOST_EARLIER;

/// How many breaks a season may have.
pub const MOST_BREAKS: usize = 30;

codes! {
    /// Kind of group.
    pub enum GroupKind {
        StrengthBalance = "strength_balance", Outdoor = "outdoor", Counselling = "counselling",
        Home = "home", Peer = "peer", Event = "event",
    }
}

impl GroupKind {
    /// Whether people belong to it by name. Of an event it is known how many came, and of nobody that they did.
    pub const fn keeps_names(self) -> bool {
        !matches!(self, Self::Event)
    }
}

codes! {
    /// How much a group asks of those who take part.
    pub enum Level {
        /// Can be done sitting, or with a support at hand.
        Light = "light",
        /// Standing and walking without support most of the time.
        Moderate = "moderate",
        /// For those who walk briskly and get up from the floor.
        Demanding = "demanding",
    }
}

/// The schema in which groups got a level.
const LEVEL_SINCE: u16 = 6;

/// A group of one season. `None` means "not known".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: GroupId,
    /// The municipality's own key (`group_ref` in files).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub name: String,
    pub kind: GroupKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The organisation that runs the group.
    pub provider: OrganisationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Where the nearest defibrillator is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aed: Option<String>,
    /// ISO week days (Monday 1 … Sunday 7), ascending, without repeats.
    #[serde(default)]
    pub weekdays: Vec<u8>,
    /// When it begins, on every day that has no time of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<TimeOfDay>,
    /// Week days on which it begins at another time, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<DayTime>,
    /// Length of a session in minutes, 1 … 1440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season_start: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season_end: Option<Day>,
    /// When it does not meet, beside public holidays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// Timetables that held before, in the order of the days on which they were changed. What the fields above say of days,
    /// times and place holds from the last of those days on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

/// When a group begins on one day of the week.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayTime {
    /// ISO: Monday 1 … Sunday 7.
    pub weekday: u8,
    pub starts_at: TimeOfDay,
}

impl Group {
    /// When it begins on that day of the week (ISO, Monday 1 … Sunday 7), by its newest timetable.
    pub fn time_of(&self, weekday: u8) -> Option<TimeOfDay> {
        self.timetable().time_of(weekday)
    }

    /// When it begins on that day.
    pub fn starts_on(&self, day: Day) -> Option<TimeOfDay> {
        self.timetable_on(day).time_of(day.weekday())
    }

    /// The session that the plan has on that day, of which nothing is said yet.
    pub fn planned(&self, day: Day) -> Session {
        Session::planned(self.id, day, self.starts_on(day))
    }

    /// Says when it begins on each of its days: the first day's time is the group's, the others that differ stand beside
    /// it. A program that knows one time alone shows the first.
    pub fn set_times(&mut self, starts_at: Option<TimeOfDay>, own: &[DayTime]) {
        let of =
            |weekday: &u8| own.iter().find(|time| time.weekday == *weekday).map(|time| time.starts_at).or(starts_at);
        self.starts_at = self.weekdays.first().map_or(starts_at, of);
        let differ = |weekday: &u8| {
            let starts_at = of(weekday).filter(|at| Some(*at) != self.starts_at)?;
            Some(DayTime { weekday: *weekday, starts_at })
        };
        self.times = self.weekdays.iter().filter_map(differ).collect();
    }

    /// Whether the group's plan has a session on that day: a week day of the timetable that holds then, inside its season,
    /// in no break and on no public holiday.
    pub fn meets_on(&self, day: Day) -> bool {
        self.timetable_on(day).weekdays.contains(&day.weekday())
            && self.season_start.is_none_or(|start| start <= day)
            && self.season_end.is_none_or(|end| day <= end)
            && !self.breaks.iter().any(|one| one.covers(day))
            && !is_public_holiday(day)
    }

    /// The planned days from that one on, within a year.
    pub fn days_from(&self, first: Day) -> impl Iterator<Item = Day> {
        (0..366).map(move |ahead| first.plus_days(ahead)).filter(|day| self.meets_on(*day))
    }
}

impl Noun for Group {
    type Id = GroupId;
    const PERSONAL: bool = false;

    fn id(&self) -> GroupId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        None
    }

    fn shown_to(self, schema: u16) -> Self {
        match schema {
            ..4 => Self { times: Vec::new(), earlier: Vec::new(), level: None, ..self },
            4 => Self { earlier: Vec::new(), level: None, ..self },
            5 => Self { level: None, ..self },
            _ => self,
        }
    }

    fn buckets(&self, _: &impl Places) -> BTreeSet<Bucket> {
        BTreeSet::from([Bucket::Organisation(self.provider), Bucket::Roll(self.id)])
    }
}

verbs! {
    pub enum Verb {
        /// Creates a group, or writes it whole.
        Put = "group.put" { group: Box<Group> },
        /// It was made by mistake, by an import that is taken back. Written by the program alone.
        TakeBack = "group.take_back" { id: GroupId },
    }
}

impl VerbRules for Verb {
    type Noun = Group;

    fn id(&self) -> GroupId {
        match self {
            Self::Put { group } => group.id,
            Self::TakeBack { id } => *id,
        }
    }

    fn since(&self) -> u16 {
        match self {
            Self::Put { group } if group.level.is_some() => LEVEL_SINCE,
            _ => Group::SINCE,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        None
    }

    fn group(&self) -> Option<GroupId> {
        Some(self.id())
    }

    /// Undoing an import looks first at what rests on it.
    fn has_own_way(&self) -> bool {
        matches!(self, Self::TakeBack { .. })
    }

    /// Where it was and where it will be.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Put { group } = self else { return false };
        let before = !rights.known.has_group(group.id) || rights.in_group(Action::ManageGroups, group.id);
        before && rights.grants.reaches(Action::ManageGroups, group.id, Some(group.provider))
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        match self {
            Self::Put { group } => check_fields(group),
            Self::TakeBack { .. } => Ok(()),
        }
    }

    fn fits(&self, _: &impl Known) -> bool {
        true
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Put { group } = self else { return Merged::Invalid(None) };
        merge::first((**group).clone(), write.at, write)
    }

    fn merge(&self, entity: &Entity, _: &Group, write: &Write<'_>) -> Merged {
        match self {
            Self::Put { group } => merge::latest(entity, (**group).clone(), ReviewKind::Group, write),
            Self::TakeBack { .. } => merge::gone(entity, write),
        }
    }
}

fn check_fields(group: &Group) -> Result<(), Invalid> {
    check(can_be_said(&group.name), "name")?;
    line(&group.name, "name")?;
    optional_line(group.reference.as_ref(), "reference")?;
    optional_line(group.place.as_ref(), "place")?;
    optional_line(group.aed.as_ref(), "aed")?;
    check_timetable(&group.weekdays, &group.times, group.minutes)?;
    check(group.capacity.is_none_or(|places| CAPACITY.contains(&places)), "capacity")?;
    in_our_time(group.season_start, "season_start")?;
    in_our_time(group.season_end, "season_end")?;
    check(group.breaks.len() <= MOST_BREAKS, "breaks")?;
    for one in &group.breaks {
        in_our_time(Some(one.from), "breaks")?;
        in_our_time(Some(one.to), "breaks")?;
        check(one.from <= one.to, "breaks")?;
    }
    check_earlier(&group.earlier)?;
    let ordered = |(start, end)| start <= end;
    check(group.season_start.zip(group.season_end).is_none_or(ordered), "season_end")
}

fn check_timetable(weekdays: &[u8], times: &[DayTime], minutes: Option<u16>) -> Result<(), Invalid> {
    let ascending = weekdays.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    check(ascending && weekdays.iter().all(|day| (1..=7).contains(day)), "weekdays")?;
    let ascend = times.windows(2).all(|pair| matches!(pair, [a, b] if a.weekday < b.weekday));
    check(ascend && times.iter().all(|time| weekdays.contains(&time.weekday)), "times")?;
    check(minutes.is_none_or(|minutes| MINUTES.contains(&minutes)), "minutes")
}

fn check_earlier(earlier: &[Earlier]) -> Result<(), Invalid> {
    let ascend = earlier.windows(2).all(|pair| matches!(pair, [a, b] if a.until < b.until));
    check(ascend && earlier.len() <= MOST_EARLIER, "earlier")?;
    for one in earlier {
        in_our_time(Some(one.until), "earlier")?;
        check_timetable(&one.weekdays, &one.times, one.minutes)?;
        optional_line(one.place.as_ref(), "place")?;
        optional_line(one.aed.as_ref(), "aed")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::testing::plain;
    use super::*;

    fn checked(group: Group) -> Result<(), Invalid> {
        Verb::Put { group: Box::new(group) }.check("2026-11-21".parse().unwrap())
    }

    #[test]
    fn a_group_is_held_to_the_rules_of_its_fields() {
        let day = |text: &str| Some(text.parse().unwrap());
        for (wrong, group) in [
            ("minutes", Group { minutes: Some(1441), ..plain() }),
            ("capacity", Group { capacity: Some(0), ..plain() }),
            ("capacity", Group { capacity: Some(10_001), ..plain() }),
            ("season_start", Group { season_start: day("1989-12-31"), ..plain() }),
            ("season_end", Group { season_end: day("2200-01-01"), ..plain() }),
            ("place", Group { place: Some("p".repeat(201)), ..plain() }),
            ("aed", Group { aed: Some("p".repeat(201)), ..plain() }),
        ] {
            assert_eq!(checked(group), Err(Invalid::field(wrong)), "{wrong}");
        }
        assert_eq!(checked(Group { capacity: Some(10_000), minutes: Some(1440), ..plain() }), Ok(()));
    }

    #[test]
    fn a_group_does_not_meet_in_its_breaks_nor_on_public_holidays() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let autumn = Break { from: day("2026-10-12"), to: day("2026-10-18") };
        let group = Group { weekdays: vec![2, 5], breaks: vec![autumn], ..plain() };
        assert!(group.meets_on(day("2026-10-09")) && group.meets_on(day("2026-10-20")));
        assert!(!group.meets_on(day("2026-10-13")) && !group.meets_on(day("2026-10-16")));
        assert!(!group.meets_on(day("2026-12-25")), "Christmas Day is a Friday");
        let turned = Break { from: autumn.to, to: autumn.from };
        assert_eq!(checked(Group { breaks: vec![turned], ..plain() }), Err(Invalid::field("breaks")));
        assert_eq!(checked(Group { breaks: vec![autumn; 31], ..plain() }), Err(Invalid::field("breaks")));
    }

    #[test]
    fn each_day_of_the_week_may_have_a_time_of_its_own() {
        let at = |text: &str| -> TimeOfDay { text.parse().unwrap() };
        let mut group = Group { weekdays: vec![2, 4, 5], ..plain() };
        let own = [DayTime { weekday: 4, starts_at: at("13:00") }];
        group.set_times(Some(at("10:30")), &own);
        assert_eq!((group.starts_at, group.times.as_slice()), (Some(at("10:30")), &own[..]));
        assert_eq!(group.starts_on("2026-09-10".parse().unwrap()), Some(at("13:00")), "a Thursday");
        assert_eq!(group.planned("2026-09-11".parse().unwrap()).starts_at, Some(at("10:30")));
        assert_eq!(checked(group.clone()), Ok(()));
        // Only days of its own, each once.
        let wrong = Group { times: vec![DayTime { weekday: 1, starts_at: at("9:00") }], ..group.clone() };
        assert_eq!(checked(wrong), Err(Invalid::field("times")));
        group.set_times(None, &[DayTime { weekday: 2, starts_at: at("9:00") }, own[0]]);
        assert_eq!((group.starts_at, group.time_of(5)), (Some(at("9:00")), Some(at("9:00"))));
    }

    #[test]
    fn a_tablet_of_an_older_program_is_told_one_time() {
        let own = DayTime { weekday: 4, starts_at: "13:00".parse().unwrap() };
        let group = Group { weekdays: vec![2, 4], times: vec![own], ..plain() };
        assert!(group.clone().shown_to(3).times.is_empty());
        assert_eq!(group.clone().shown_to(4), group);
    }

    #[test]
    fn a_tablet_of_an_older_program_is_told_the_newest_timetable() {
        let day: Day = "2026-10-01".parse().unwrap();
        let changed = Group { weekdays: vec![4], ..plain() }.holding_from(&Group { weekdays: vec![2], ..plain() }, day);
        assert_eq!(changed.earlier.len(), 1);
        assert_eq!(changed.clone().shown_to(4), Group { weekdays: vec![4], ..plain() });
        assert_eq!(changed.clone().shown_to(5), changed);
    }

    #[test]
    fn an_older_program_is_told_no_level_and_holds_a_group_that_has_one() {
        let level = Group { level: Some(Level::Light), ..plain() };
        assert_eq!(level.clone().shown_to(5), plain());
        assert_eq!(level.clone().shown_to(6), level);
        let since = |group: Group| Verb::Put { group: Box::new(group) }.since();
        assert_eq!((since(plain()), since(level)), (1, 6));
    }

    #[test]
    fn earlier_timetables_follow_each_other_and_are_held_to_the_same_rules() {
        let until = |text: &str| Earlier {
            until: text.parse().unwrap(),
            weekdays: vec![2],
            starts_at: None,
            times: Vec::new(),
            minutes: None,
            place: None,
            aed: None,
        };
        let with = |earlier: Vec<Earlier>| checked(Group { earlier, ..plain() });
        assert_eq!(with(vec![until("2026-10-01"), until("2026-11-01")]), Ok(()));
        assert_eq!(with(vec![until("2026-11-01"), until("2026-10-01")]), Err(Invalid::field("earlier")));
        assert_eq!(with(vec![until("1989-12-31")]), Err(Invalid::field("earlier")));
        assert_eq!(
            with(vec![Earlier { weekdays: vec![4, 2], ..until("2026-10-01") }]),
            Err(Invalid::field("weekdays"))
        );
        assert_eq!(with(vec![Earlier { minutes: Some(1441), ..until("2026-10-01") }]), Err(Invalid::field("minutes")));
    }

    #[test]
    fn week_days_ascend_without_repeats() {
        for (days, good) in [(&[1, 4][..], true), (&[4, 1], false), (&[2, 2], false), (&[0], false), (&[8], false)] {
            assert_eq!(checked(Group { weekdays: days.to_vec(), ..plain() }).is_ok(), good, "{days:?}");
        }
    }
}
