//! A week of several groups: which sessions cannot both take place.

use crate::ids::{GroupId, UserId};
use crate::time::{Day, TimeOfDay};

/// A session as the plan of all groups knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    pub group: GroupId,
    pub day: Day,
    pub starts_at: Option<TimeOfDay>,
    /// Length in minutes.
    pub minutes: u16,
    pub place: Option<String>,
    /// Who leads the group on that day.
    pub leaders: Vec<UserId>,
}

/// What two sessions at one time have in common and cannot share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shared {
    Place,
    Leader(UserId),
}

/// A clash of a session with another one: its place among the slots, and what they share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clash {
    pub with: usize,
    pub shared: Shared,
}

impl Slot {
    fn minutes_of_day(&self) -> Option<(u16, u16)> {
        let start = self.starts_at?.minutes();
        Some((start, start.saturating_add(self.minutes)))
    }

    /// Whether both last at one moment. One that ends as the other begins does not.
    fn overlaps(&self, other: &Self) -> bool {
        let times = self.minutes_of_day().zip(other.minutes_of_day());
        self.day == other.day && times.is_some_and(|((a, b), (c, d))| a < d && c < b)
    }

    /// A place is written by people: capital letters and spaces make no other place.
    fn place_key(&self) -> Option<String> {
        let words = |place: &String| place.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        self.place.as_ref().map(words).filter(|key| !key.is_empty())
    }
}

/// For each slot the clashes that it has. A session whose time nobody said clashes with none.
pub fn clashes(slots: &[Slot]) -> Vec<Vec<Clash>> {
    let mut order: Vec<usize> = (0..slots.len()).collect();
    order.sort_by_key(|at| slots.get(*at).map(|slot| (slot.day, slot.minutes_of_day())));
    let mut found: Vec<Vec<Clash>> = vec![Vec::new(); slots.len()];
    for (nth, at) in order.iter().enumerate() {
        for with in order.iter().skip(nth + 1) {
            let (Some(one), Some(other)) = (slots.get(*at), slots.get(*with)) else { continue };
            let times = one.minutes_of_day().zip(other.minutes_of_day());
            // In the order of their beginnings: those behind begin later still.
            if one.day != other.day || times.is_some_and(|((_, end), (start, _))| end <= start) {
                break;
            }
            for shared in shared(one, other) {
                for (mine, with) in [(*at, *with), (*with, *at)] {
                    if let Some(list) = found.get_mut(mine) {
                        list.push(Clash { with, shared });
                    }
                }
            }
        }
    }
    found
}

fn shared(one: &Slot, other: &Slot) -> Vec<Shared> {
    if one.group == other.group || !one.overlaps(other) {
        return Vec::new();
    }
    let place = one.place_key().is_some_and(|key| other.place_key() == Some(key)).then_some(Shared::Place);
    let leaders =
        one.leaders.iter().filter(|leader| other.leaders.contains(leader)).map(|leader| Shared::Leader(*leader));
    place.into_iter().chain(leaders).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn slot(group: u128, starts_at: &str, place: &str, leaders: &[u128]) -> Slot {
        Slot {
            group: GroupId(Uuid::from_u128(group)),
            day: "2026-09-08".parse().unwrap(),
            starts_at: starts_at.parse().ok(),
            minutes: 60,
            place: Some(place.to_owned()),
            leaders: leaders.iter().map(|n| UserId(Uuid::from_u128(*n))).collect(),
        }
    }

    #[test]
    fn two_groups_in_one_hall_at_one_time_clash_however_the_hall_is_written() {
        let slots =
            [slot(1, "10:00", "Kylätalo", &[]), slot(2, "10:30", " kylätalo ", &[]), slot(3, "11:30", "Kylätalo", &[])];
        let found = clashes(&slots);
        assert_eq!(found[0], [Clash { with: 1, shared: Shared::Place }]);
        assert_eq!(found[1], [Clash { with: 0, shared: Shared::Place }]);
        assert!(found[2].is_empty(), "it begins as the other ends");
    }

    #[test]
    fn nobody_leads_two_groups_at_once() {
        let slots = [slot(1, "10:00", "a", &[7, 8]), slot(2, "10:15", "b", &[8]), slot(3, "12:00", "c", &[8])];
        let leader = Shared::Leader(UserId(Uuid::from_u128(8)));
        let found = clashes(&slots);
        assert_eq!(found[0], [Clash { with: 1, shared: leader }]);
        assert!(found[2].is_empty());
    }

    #[test]
    fn a_long_session_clashes_with_all_that_begin_in_it_and_an_untimed_one_with_none() {
        let long = Slot { minutes: 180, ..slot(1, "9:00", "a", &[]) };
        let slots = [long, slot(2, "9:30", "a", &[]), slot(3, "11:00", "a", &[]), slot(4, "", "a", &[])];
        let found = clashes(&slots);
        assert_eq!(found[0].iter().map(|clash| clash.with).collect::<Vec<_>>(), [1, 2]);
        assert!(found[3].is_empty());
        let elsewhere = Slot { day: "2026-09-09".parse().unwrap(), ..slot(2, "10:00", "a", &[]) };
        assert!(clashes(&[slot(1, "10:00", "a", &[]), elsewhere]).iter().all(Vec::is_empty), "on another day");
    }
}
