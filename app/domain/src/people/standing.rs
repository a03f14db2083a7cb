//! Where somebody stands in the programme today, by their stays in groups.

use super::Profile;
use crate::codes::codes;
use crate::groups::{ExitReason, Membership};
use crate::pauses::Pause;
use crate::time::Day;

codes! {
    /// What a list says of somebody.
    pub enum Standing {
        InGroup = "in_group",
        /// In a group, and in an agreed pause today.
        Paused = "paused",
        /// A stay begins later.
        Coming = "coming",
        /// There has been no stay yet.
        NoGroup = "no_group",
        Left = "left",
        Died = "died",
    }
}

codes! {
    /// What the desk's table of people can be ordered by.
    pub enum Order {
        Name = "name", Age = "age", Group = "group", LastVisit = "last_visit", Due = "due",
    }
}

impl Standing {
    /// Where this person with these stays and pauses stands today, and the first later day on which that may be another.
    pub fn of<'a>(
        profile: &Profile,
        stays: impl Iterator<Item = &'a Membership>,
        pauses: &[Pause],
        today: Day,
    ) -> (Self, Option<Day>) {
        let stays: Vec<_> = stays.filter(|stay| !stay.is_void()).collect();
        let days = stays.iter().flat_map(|stay| [Some(stay.joined_on), stay.left_on.map(|left| left.plus_days(1))]);
        let paused = pauses.iter().filter(|pause| pause.holds);
        let paused = paused.flat_map(|pause| [Some(pause.from), pause.to.map(|to| to.plus_days(1))]);
        let until = days.chain(paused).flatten().chain(profile.died_on).filter(|day| *day > today).min();
        let died = |stay: &&Membership| {
            stay.exit_reason == Some(ExitReason::Died) && stay.left_on.is_some_and(|left| left <= today)
        };
        let standing = if profile.died_on.is_some_and(|day| day <= today) || stays.iter().any(died) {
            Self::Died
        } else if stays.iter().any(|stay| stay.covers(today)) {
            if pauses.iter().any(|pause| pause.covers(today)) { Self::Paused } else { Self::InGroup }
        } else if stays.iter().any(|stay| stay.joined_on > today) {
            Self::Coming
        } else if stays.is_empty() {
            Self::NoGroup
        } else {
            Self::Left
        };
        (standing, until)
    }
}

/// Whether anybody of the programme may still turn to this person, or to whoever is with them: calls, messages, lists of
/// whom to call or to measure, and what relatives are shown all ask here.
pub fn may_be_contacted<'a>(profile: &Profile, stays: impl Iterator<Item = &'a Membership>, today: Day) -> bool {
    Standing::of(profile, stays, &[], today).0 != Standing::Died
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{GroupId, ParticipantId};
    use uuid::Uuid;

    fn stay(from: &str, to: Option<&str>, exit_reason: Option<ExitReason>) -> Membership {
        let (group, person) = (GroupId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let left_on = to.map(|day| day.parse().unwrap());
        Membership { left_on, exit_reason, ..Membership::begun(group, person, from.parse().unwrap()) }
    }

    fn told(stays: &[Membership]) -> (Standing, Option<String>) {
        let (standing, until) = Standing::of(&Profile::default(), stays.iter(), &[], "2026-09-08".parse().unwrap());
        (standing, until.map(|day| day.to_string()))
    }

    #[test]
    fn a_person_stands_where_the_stays_of_today_say_and_it_is_known_until_when() {
        let day = |text: &str| Some(text.to_owned());
        assert_eq!(told(&[]), (Standing::NoGroup, None));
        assert_eq!(told(&[stay("2026-09-01", None, None)]), (Standing::InGroup, None));
        assert_eq!(told(&[stay("2026-09-01", Some("2026-09-08"), None)]), (Standing::InGroup, day("2026-09-09")));
        assert_eq!(told(&[stay("2026-09-01", Some("2026-09-07"), None)]), (Standing::Left, None));
        assert_eq!(told(&[stay("2026-09-10", None, None)]), (Standing::Coming, day("2026-09-10")));
        let both = [stay("2026-01-01", Some("2026-05-01"), None), stay("2026-09-10", None, None)];
        assert_eq!(told(&both), (Standing::Coming, day("2026-09-10")));
    }

    #[test]
    fn a_pause_is_told_of_those_who_are_in_a_group_and_ends_with_its_last_day() {
        let pause = |from: &str, to: Option<&str>| Pause {
            id: crate::ids::PauseId(Uuid::from_u128(1)),
            participant: ParticipantId(Uuid::from_u128(2)),
            from: from.parse().unwrap(),
            to: to.map(|day| day.parse().unwrap()),
            reason: crate::pauses::PauseReason::Travel,
            holds: true,
        };
        let told = |stays: &[Membership], pauses: &[Pause]| {
            let (standing, until) =
                Standing::of(&Profile::default(), stays.iter(), pauses, "2026-09-08".parse().unwrap());
            (standing, until.map(|day| day.to_string()))
        };
        let here = [stay("2026-09-01", None, None)];
        let to_ninth = [pause("2026-09-08", Some("2026-09-09"))];
        assert_eq!(told(&here, &to_ninth), (Standing::Paused, Some("2026-09-10".to_owned())));
        assert_eq!(told(&[], &to_ninth).0, Standing::NoGroup);
        let later = [pause("2026-09-12", None)];
        assert_eq!(told(&here, &later), (Standing::InGroup, Some("2026-09-12".to_owned())));
        assert_eq!(told(&here, &[Pause { holds: false, ..to_ninth[0].clone() }]), (Standing::InGroup, None));
    }

    #[test]
    fn nobody_turns_to_whoever_has_died_from_that_day_on_in_a_group_or_not() {
        let died = |day: &str| Profile { died_on: day.parse().ok(), ..Profile::default() };
        let today = "2026-09-08".parse().unwrap();
        let stays = [stay("2026-09-01", None, None)];
        assert!(may_be_contacted(&Profile::default(), stays.iter(), today));
        assert!(!may_be_contacted(&died("2026-09-08"), [].iter(), today));
        assert!(!may_be_contacted(&died("2026-09-01"), stays.iter(), today));
        let left = [stay("2026-09-01", Some("2026-09-08"), Some(ExitReason::Died))];
        assert!(!may_be_contacted(&Profile::default(), left.iter(), today));
    }

    #[test]
    fn whoever_has_died_stands_nowhere_else_and_a_stay_entered_by_mistake_says_nothing() {
        let died = stay("2026-01-01", Some("2026-09-08"), Some(ExitReason::Died));
        assert_eq!(told(&[died.clone(), stay("2026-09-01", None, None)]).0, Standing::Died);
        assert_eq!(told(&[stay("2026-09-08", Some("2026-09-07"), Some(ExitReason::Died))]).0, Standing::NoGroup);
    }
}
