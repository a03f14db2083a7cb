//! The dated stays of participants in groups. They say who belongs where: a person's records lie in the buckets of
//! every group in which the person has a stay. A stay that ends before it begins was entered by mistake and opens
//! nothing.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::codes::codes;
use crate::ids::{GroupId, MembershipId, ParticipantId};
use crate::people::Participant;
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time};
use crate::sync::verbs::verbs;
use crate::time::Day;

codes! {
    /// The one main reason for leaving.
    pub enum ExitReason {
        HealthWorse = "health_worse", Hospital = "hospital", MovedTo24hCare = "moved_to_24h_care",
        Died = "died", MovedAway = "moved_away", Transport = "transport", TimeOrCaring = "time_or_caring",
        DidNotSuit = "did_not_suit", Cost = "cost", GroupEnded = "group_ended",
        GoalReached = "goal_reached", Unknown = "unknown",
    }
}

impl ExitReason {
    /// Whether it ends every stay of the person, whichever group it was told in.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Died | Self::MovedAway)
    }
}

/// One dated stay. Its key in files is group, person and `joined_on`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    pub id: MembershipId,
    pub group: GroupId,
    pub participant: ParticipantId,
    pub joined_on: Day,
    /// The last day that belongs to the stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_reason: Option<ExitReason>,
}

impl Membership {
    /// A membership's id follows from its key, so that the same stay made twice is one.
    pub fn id_of(group: GroupId, participant: ParticipantId, joined_on: Day) -> MembershipId {
        let parts = ["membership", &participant.to_string(), &joined_on.to_string()];
        MembershipId(crate::ids::uuid_v5(group.0, &parts))
    }

    /// A stay from that day on, without an end.
    pub fn begun(group: GroupId, participant: ParticipantId, joined_on: Day) -> Self {
        let id = Self::id_of(group, participant, joined_on);
        Self { id, group, participant, joined_on, left_on: None, exit_reason: None }
    }

    /// Entered by mistake: ends before it begins.
    pub fn is_void(&self) -> bool {
        self.left_on.is_some_and(|left| left < self.joined_on)
    }

    /// Whether it has an end of which nobody knows the reason.
    pub fn is_unexplained(&self) -> bool {
        let unknown = matches!(self.exit_reason, None | Some(ExitReason::Unknown));
        self.left_on.is_some() && !self.is_void() && unknown
    }

    /// Whether it lasts to this day or beyond it, and was not entered by mistake.
    pub fn reaches(&self, day: Day) -> bool {
        !self.is_void() && self.left_on.is_none_or(|left| left >= day)
    }

    /// Whether these stays, all of one person in one group, ended before this day. Those that were entered by mistake
    /// count only where there is no other. Of no stay nothing has ended.
    pub fn all_ended_before<'a>(stays: impl Iterator<Item = &'a Self>, day: Day) -> bool {
        let (mistakes, real): (Vec<_>, Vec<_>) = stays.partition(|stay| stay.is_void());
        let counting = if real.is_empty() { mistakes } else { real };
        !counting.is_empty() && counting.iter().all(|stay| stay.left_on.is_some_and(|left| left < day))
    }

    /// Whether both are stays of one person in one group with days in common. Who leaves and joins again on one day has
    /// two stays.
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_within = |one: &Self, other: &Self| other.left_on.is_none_or(|left| one.joined_on < left);
        let same = (self.group, self.participant) == (other.group, other.participant) && self.id != other.id;
        same && !self.is_void() && !other.is_void() && begins_within(self, other) && begins_within(other, self)
    }

    /// The one stay that two overlapping ones are: from the first day of the earlier to the later end, and the other
    /// one as it is when it was entered by mistake.
    pub fn joined_with(&self, other: &Self) -> [Self; 2] {
        let (first, second) = if self.joined_on <= other.joined_on { (self, other) } else { (other, self) };
        // An open end is later than any other.
        let ends_later =
            |a: &Self, b: &Self| a.left_on.is_none() || b.left_on.is_some_and(|left| a.left_on >= Some(left));
        let last = if ends_later(first, second) { first } else { second };
        let whole = Self { left_on: last.left_on, exit_reason: last.exit_reason, ..first.clone() };
        let mistake = Self { left_on: Some(second.joined_on.plus_days(-1)), exit_reason: None, ..second.clone() };
        [whole, mistake]
    }

    /// The last day in the programme, where the reason ends every stay of the person and not this one alone.
    fn last_day(&self) -> Option<(Day, ExitReason)> {
        self.left_on.zip(self.exit_reason.filter(|reason| reason.is_final())).filter(|_| !self.is_void())
    }

    /// How this stay goes on by what was just written of another one of the same person (`before` and `after` it): a
    /// final exit ends every open stay, another day for it or its undoing moves those that ended by it. Nothing where it
    /// stays as it is.
    pub fn following(&self, before: Option<&Self>, after: &Self) -> Option<Self> {
        let (was, is) = (before.and_then(Self::last_day), after.last_day());
        if self.is_void() || (was, before.is_some()) == (is, true) {
            return None;
        }
        let ended_by_it = was.is_some() && self.last_day() == was;
        match is {
            Some(end) if ended_by_it || self.left_on.is_none_or(|left| left > end.0) => Some(self.ended(end)),
            None if ended_by_it && !after.is_void() => Some(Self { left_on: None, exit_reason: None, ..self.clone() }),
            _ => None,
        }
    }

    /// How a stay ends that is entered when the person has left for good already: on that day. One that begins later is
    /// a return, but for those who have died.
    pub fn within(&self, others: &[Self]) -> Option<Self> {
        let ends = others.iter().filter(|other| other.id != self.id).filter_map(Self::last_day);
        let concerns = |(day, reason): &(Day, ExitReason)| self.joined_on <= *day || *reason == ExitReason::Died;
        let end = ends.filter(concerns).min_by_key(|(day, _)| *day)?;
        let open = !self.is_void() && self.left_on.is_none_or(|left| left > end.0);
        open.then(|| self.ended(end))
    }

    /// Ended on that day; a stay that would have begun later never took place.
    fn ended(&self, (day, reason): (Day, ExitReason)) -> Self {
        Self { left_on: Some(day.max(self.joined_on.plus_days(-1))), exit_reason: Some(reason), ..self.clone() }
    }

    /// Whether the person still takes part by it on this day, or will: one who dies or moves away on it does not.
    pub fn goes_on(&self, day: Day) -> bool {
        let is_final =
            self.left_on.is_some_and(|left| left <= day) && self.exit_reason.is_some_and(ExitReason::is_final);
        self.reaches(day) && !is_final
    }

    pub fn covers(&self, day: Day) -> bool {
        self.joined_on <= day && self.left_on.is_none_or(|left| day <= left)
    }
}

impl Noun for Membership {
    type Id = MembershipId;
    const PERSONAL: bool = true;

    fn id(&self) -> MembershipId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.group.0, self.participant.0]
    }

    fn stands_on(&self) -> Vec<EntityKey> {
        vec![self.group.into(), self.participant.into()]
    }

    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        let held = !places.has_lapsed(self.participant, self.group);
        held.then_some(Bucket::Roll(self.group)).into_iter().collect()
    }
}

verbs! {
    pub enum Verb {
        Join = "membership.join" { membership: Membership },
        /// `left_on: None`: the person has not left after all.
        Leave = "membership.leave" {
            id: MembershipId, group: GroupId, left_on: Option<Day>, exit_reason: Option<ExitReason>,
        },
    }
}

impl VerbRules for Verb {
    type Noun = Membership;

    fn id(&self) -> MembershipId {
        match self {
            Self::Join { membership } => membership.id,
            Self::Leave { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        match self {
            Self::Join { membership } => Some(membership.participant),
            Self::Leave { .. } => None,
        }
    }

    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Join { membership } => Some(membership.group),
            Self::Leave { group, .. } => Some(*group),
        }
    }

    fn ends_on(&self) -> Option<Day> {
        match self {
            Self::Join { membership } => membership.left_on,
            Self::Leave { left_on, .. } => *left_on,
        }
    }

    /// Another stay of the person in the group on the same days.
    fn resembles(&self, known: &impl Known, _: &Write<'_>) -> Vec<(ReviewKind, Vec<EntityKey>)> {
        let stay = match self {
            Self::Join { membership } => Some(membership.clone()),
            Self::Leave { id, left_on, exit_reason, .. } => known.get::<Membership>(*id).map(|there| Membership {
                left_on: *left_on,
                exit_reason: *exit_reason,
                ..there.clone()
            }),
        };
        let Some(stay) = stay else { return Vec::new() };
        let others = known.stays_of(stay.participant).filter(|other| other.overlaps(&stay));
        vec![(ReviewKind::Overlap, others.map(|other| other.id.into()).collect())]
    }

    fn results_of(&self, known: &impl Known) -> Option<ParticipantId> {
        self.participant().or_else(|| Some(known.get::<Membership>(self.id())?.participant))
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        match self {
            Self::Join { membership: stay } => {
                let at_desk = rights.in_group(Action::ManageGroups, stay.group)
                    && rights.about(Action::ManageGroups, stay.participant);
                at_desk || rights.in_group(Action::RegisterWalkIn, stay.group) && may_bring(rights, stay.participant)
            }
            Self::Leave { id, .. } => {
                let stay = rights.known.get::<Membership>(*id);
                stay.is_some_and(|stay| rights.in_group(Action::ManageGroups, stay.group))
            }
        }
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        match self {
            Self::Join { membership: stay } => {
                check(stay.id == Membership::id_of(stay.group, stay.participant, stay.joined_on), "id")?;
                in_our_time(Some(stay.joined_on), "joined_on")?;
                in_our_time(stay.left_on, "left_on")?;
                check(!stay.is_void(), "left_on")
            }
            Self::Leave { left_on, .. } => in_our_time(*left_on, "left_on"),
        }
    }

    fn fits(&self, known: &impl Known) -> bool {
        match self {
            Self::Join { membership: stay } => known.has_group(stay.group) && known.has_person(stay.participant),
            Self::Leave { id, group, left_on, .. } => known.get::<Membership>(*id).is_some_and(|stay| {
                // One day before the first: entered by mistake.
                let first = stay.joined_on.plus_days(-1);
                stay.group == *group && left_on.is_none_or(|left| left >= first)
            }),
        }
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Join { membership } = self else { return Merged::Invalid(None) };
        // Nothing is said about leaving yet: any later word on it wins.
        let nothing = Hlc::default();
        let at = if membership.left_on.is_none() { &nothing } else { write.at };
        merge::first(membership.clone(), at, write)
    }

    fn merge(&self, entity: &Entity, there: &Membership, write: &Write<'_>) -> Merged {
        match self {
            Self::Join { membership: stay } => {
                let same = (there.group, there.participant, there.joined_on);
                merge::already(same == (stay.group, stay.participant, stay.joined_on))
            }
            Self::Leave { left_on, exit_reason, .. } => {
                let wanted = Membership { left_on: *left_on, exit_reason: *exit_reason, ..there.clone() };
                merge::latest(entity, wanted, ReviewKind::Membership, write)
            }
        }
    }
}

/// An instructor may bring in a person whom the own organisation has registered just now, or one of the own groups;
/// never a stranger by id, which would open that person's results to them.
fn may_bring(rights: &Rights<'_, impl Known>, person: ParticipantId) -> bool {
    let groups = rights.known.groups_of(person);
    if groups.is_empty() {
        let provisional = rights.known.get::<Participant>(person).is_some_and(|person| person.provisional);
        provisional && rights.known.keeps(rights.grants.organisation, person)
    } else {
        groups.into_iter().any(|group| rights.in_group(Action::SeeRoll, group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn stay(group: u128, joined_on: &str, left_on: Option<&str>, exit_reason: Option<ExitReason>) -> Membership {
        let (group, participant, joined_on) =
            (GroupId(Uuid::from_u128(group)), ParticipantId(Uuid::from_u128(9)), day(joined_on));
        let id = Membership::id_of(group, participant, joined_on);
        Membership { id, group, participant, joined_on, left_on: left_on.map(day), exit_reason }
    }

    #[test]
    fn who_dies_or_moves_away_takes_part_no_more_on_that_day_and_who_leaves_does_to_its_end() {
        let on = day("2026-11-18");
        for (left_on, reason, goes_on) in [
            (None, None, true),
            (Some("2026-11-18"), Some(ExitReason::Cost), true),
            (Some("2026-11-18"), Some(ExitReason::Died), false),
            (Some("2026-11-18"), Some(ExitReason::MovedAway), false),
            // The move is still to come.
            (Some("2026-12-31"), Some(ExitReason::MovedAway), true),
            (Some("2026-11-17"), Some(ExitReason::Cost), false),
            // Entered by mistake.
            (Some("2026-08-31"), None, false),
        ] {
            assert_eq!(stay(1, "2026-09-01", left_on, reason).goes_on(on), goes_on, "{left_on:?} {reason:?}");
        }
    }

    #[test]
    fn a_final_exit_ends_every_open_stay_and_what_it_ended_follows_it() {
        use ExitReason as E;
        let open = |group| stay(group, "2026-09-01", None, None);
        let died = |on| stay(1, "2026-09-01", Some(on), Some(E::Died));
        let other = open(2).following(Some(&open(1)), &died("2026-11-10")).unwrap();
        assert_eq!((other.left_on, other.exit_reason), (Some(day("2026-11-10")), Some(E::Died)));
        let corrected = other.following(Some(&died("2026-11-10")), &died("2026-11-08")).unwrap();
        assert_eq!(corrected.left_on, Some(day("2026-11-08")));
        assert_eq!(other.following(Some(&died("2026-11-10")), &open(1)), Some(open(2)), "a mistake");
        let to_come = stay(2, "2027-01-10", None, None).following(Some(&open(1)), &died("2026-11-10")).unwrap();
        assert!(to_come.is_void());
        let over = stay(2, "2026-01-01", Some("2026-05-01"), Some(E::Cost));
        assert_eq!(over.following(Some(&open(1)), &died("2026-11-10")), None);
        let transport = stay(1, "2026-09-01", Some("2026-11-10"), Some(E::Transport));
        assert_eq!(open(2).following(Some(&open(1)), &transport), None, "left one group");
    }

    #[test]
    fn a_stay_that_is_entered_after_a_final_exit_ends_with_it_unless_the_person_came_back() {
        use ExitReason as E;
        let gone = |reason| [stay(1, "2026-01-01", Some("2026-05-01"), Some(reason))];
        let earlier = stay(2, "2026-02-01", None, None);
        assert_eq!(earlier.within(&gone(E::MovedAway)).unwrap().left_on, Some(day("2026-05-01")));
        let back = stay(2, "2026-09-01", None, None);
        assert_eq!(back.within(&gone(E::MovedAway)), None);
        assert!(back.within(&gone(E::Died)).unwrap().is_void());
        assert_eq!(back.within(&gone(E::Transport)), None);
    }

    #[test]
    fn two_stays_with_days_in_common_are_one_from_the_first_day_to_the_last() {
        use ExitReason as E;
        let first = stay(1, "2026-09-01", Some("2026-10-01"), Some(E::Cost));
        let second = stay(1, "2026-09-08", None, None);
        assert!(first.overlaps(&second) && second.overlaps(&first));
        for [whole, mistake] in [first.joined_with(&second), second.joined_with(&first)] {
            assert_eq!((whole.id, whole.left_on, whole.exit_reason), (first.id, None, None));
            assert!(mistake.id == second.id && mistake.is_void());
        }
        let [whole, _] = first.joined_with(&stay(1, "2026-09-08", Some("2026-09-20"), None));
        assert_eq!((whole.left_on, whole.exit_reason), (first.left_on, first.exit_reason));
        assert!(!first.overlaps(&stay(1, "2026-10-01", None, None)), "left and joined again on one day");
        assert!(!first.overlaps(&stay(2, "2026-09-08", None, None)), "another group");
    }

    #[test]
    fn a_stay_carries_the_id_of_its_key_and_does_not_end_before_it_begins() {
        let today: Day = "2026-11-21".parse().unwrap();
        let (group, participant) = (GroupId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let joined_on = today;
        let id = Membership::id_of(group, participant, joined_on);
        let stay = Membership { id, group, participant, joined_on, left_on: None, exit_reason: None };
        let checked = |membership| Verb::Join { membership }.check(today);
        assert_eq!(checked(stay.clone()), Ok(()));
        let other = Membership { joined_on: today.plus_days(1), ..stay.clone() };
        assert_eq!(checked(other), Err(Invalid::field("id")));
        let void = Membership { left_on: Some(today.plus_days(-1)), ..stay };
        assert_eq!(checked(void), Err(Invalid::field("left_on")));
    }
}
