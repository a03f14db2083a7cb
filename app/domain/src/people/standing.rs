//! Where somebody stands in the programme today, by their stays in groups.

use crate::codes::codes;
use crate::groups::{ExitReason, Membership};
use crate::time::Day;

codes! {
    /// What a list says of somebody.
    pub enum Standing {
        InGroup = "in_group",
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
    /// Where a person with these stays stands today, and the first later day on which that may be another.
    pub fn of<'a>(stays: impl Iterator<Item = &'a Membership>, today: Day) -> (Self, Option<Day>) {
        let stays: Vec<_> = stays.filter(|stay| !stay.is_void()).collect();
        let days = stays.iter().flat_map(|stay| [Some(stay.joined_on), stay.left_on.map(|left| left.plus_days(1))]);
        let until = days.flatten().filter(|day| *day > today).min();
        let died = |stay: &&Membership| {
            stay.exit_reason == Some(ExitReason::Died) && stay.left_on.is_some_and(|left| left <= today)
        };
        let standing = if stays.iter().copied().any(|stay| died(&stay)) {
            Self::Died
        } else if stays.iter().any(|stay| stay.covers(today)) {
            Self::InGroup
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
        let (standing, until) = Standing::of(stays.iter(), "2026-09-08".parse().unwrap());
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
    fn whoever_has_died_stands_nowhere_else_and_a_stay_entered_by_mistake_says_nothing() {
        let died = stay("2026-01-01", Some("2026-09-08"), Some(ExitReason::Died));
        assert_eq!(told(&[died.clone(), stay("2026-09-01", None, None)]).0, Standing::Died);
        assert_eq!(told(&[stay("2026-09-08", Some("2026-09-07"), Some(ExitReason::Died))]).0, Standing::NoGroup);
    }
}
