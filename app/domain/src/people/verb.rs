//! Registering people and writing their profiles.

use std::collections::BTreeSet;

use super::{Clue, Participant, Profile, ProfileChange, Written};
use crate::access::Action;
use crate::ids::{GroupId, ParticipantId};
use crate::sync::entity::{Entity, EntityKey};
use crate::sync::merge::{self, Merged, Write, is_concurrent};
use crate::sync::noun::{Known, VerbRules};
use crate::sync::review::{Against, Contradiction, ReviewKind};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check};
use crate::sync::verbs::verbs;
use crate::sync::wire::Reason;
use crate::time::Day;

verbs! {
    pub enum Verb {
        /// A new participant; `group` says in whose hall (the right to write follows from it).
        Register = "participant.register" {
            id: ParticipantId, group: Option<GroupId>, profile: Box<Profile>, provisional: bool,
        },
        Edit = "participant.edit" { id: ParticipantId, changes: Vec<ProfileChange> },
    }
}

impl VerbRules for Verb {
    type Noun = Participant;

    fn id(&self) -> ParticipantId {
        match self {
            Self::Register { id, .. } | Self::Edit { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.id())
    }

    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Register { group, .. } => *group,
            Self::Edit { .. } => None,
        }
    }

    /// With the record that is to stand for this one.
    fn names(&self) -> Vec<EntityKey> {
        let all = [
            Some(self.id().into()),
            self.group().map(EntityKey::from),
            self.stands_for().flatten().map(EntityKey::from),
        ];
        all.into_iter().flatten().collect()
    }

    fn members_of(&self) -> Option<GroupId> {
        match self {
            Self::Register { group, provisional: true, .. } => *group,
            _ => None,
        }
    }

    /// Restriction has a reason, a history and a row in the log.
    fn has_own_way(&self) -> bool {
        matches!(self, Self::Edit { .. }) && self.restricts().is_some()
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        match self {
            Self::Register { group: Some(group), provisional, .. } => {
                let action = if *provisional { Action::RegisterWalkIn } else { Action::EditProfiles };
                rights.in_group(action, *group)
            }
            Self::Register { group: None, .. } => rights.at_desk(),
            // Who is who is said at the desk, by somebody who looks after both.
            Self::Edit { id, .. } => {
                let merges = self.stands_for();
                let both = merges.flatten().is_none_or(|into| rights.about(Action::EditProfiles, into));
                let at_desk = merges.is_some() || self.restricts().is_some();
                rights.about(Action::EditProfiles, *id) && both && (!at_desk || rights.at_desk())
            }
        }
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        match self {
            Self::Register { profile, .. } => profile.check(today),
            Self::Edit { changes, .. } => {
                check(!changes.is_empty(), "changes")?;
                changes.iter().try_for_each(|change| change.check(today))
            }
        }
    }

    /// A reference is one person's.
    fn fits(&self, known: &impl Known) -> bool {
        let taken = |reference: &String| {
            let clue = Clue::Reference(reference.clone());
            known.alike(&clue).any(|holder| holder.key != self.id().into())
        };
        // A record that stands for another has none that stands for it.
        let stands = |into: ParticipantId| {
            let other = known.get::<Participant>(into);
            into != self.id() && other.is_some_and(|other| other.profile.same_as.is_none())
        };
        self.group().is_none_or(|group| known.has_group(group))
            && !self.reference().is_some_and(taken)
            && self.stands_for().flatten().is_none_or(stands)
    }

    fn clues(&self, known: &impl Known) -> Vec<Clue> {
        self.written(known).map(|profile| profile.clues().collect()).unwrap_or_default()
    }

    /// References are given by files alone: whoever could give one on a tablet could have another's data
    /// written to it.
    fn as_tablets_may(&self) -> Option<Self> {
        self.said_of_reference().is_some().then(|| match self.clone() {
            Self::Register { id, group, profile, provisional } => {
                let profile = Box::new(Profile { reference: None, ..*profile });
                Self::Register { id, group, profile, provisional }
            }
            Self::Edit { id, mut changes } => {
                changes.retain(|change| !matches!(change, ProfileChange::Reference(_)));
                Self::Edit { id, changes }
            }
        })
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Register { id, profile, provisional, .. } = self else { return Merged::Invalid(None) };
        let clocks = Default::default();
        let person = Participant { id: *id, profile: (**profile).clone(), provisional: *provisional, clocks };
        merge::first(person, write.at, write)
    }

    fn merge(&self, entity: &Entity, there: &Participant, write: &Write<'_>) -> Merged {
        match self {
            Self::Register { profile, .. } => merge::already(there.profile == **profile),
            Self::Edit { changes, .. } => edit(entity, there, changes, write),
        }
    }

    /// Somebody of the same name in the group, which its members know; and whoever else in the municipality looks the
    /// same, which only those are told who look after both.
    fn resembles(&self, known: &impl Known, _: &Write<'_>) -> Vec<(ReviewKind, Vec<EntityKey>)> {
        let Some(profile) = self.written(known).filter(|profile| profile.same_as.is_none()) else { return Vec::new() };
        let id = self.id();
        let others = |found: &mut dyn Iterator<Item = &Entity>, same: &dyn Fn(&Profile) -> bool| {
            let people = found.filter_map(|entity| entity.content::<Participant>());
            let other = |person: &&Participant| person.id != id && person.profile.same_as.is_none();
            let same = people.filter(other).filter(|person| same(&person.profile));
            same.map(|person| person.id.into()).collect::<BTreeSet<EntityKey>>()
        };
        let groupmates = self
            .members_of()
            .map(|group| others(&mut known.members_of(group), &|other| profile.may_be_groupmate(other)));
        let groupmates = groupmates.unwrap_or_default();
        let clues: Vec<_> = profile.clues().collect();
        let mut alike =
            others(&mut clues.iter().flat_map(|clue| known.alike(clue)), &|other| profile.looks_like(other));
        alike.retain(|other| !groupmates.contains(other));
        let kinds = [(ReviewKind::PossibleSamePerson, groupmates), (ReviewKind::Alike, alike)];
        kinds.into_iter().map(|(kind, others)| (kind, others.into_iter().collect())).collect()
    }
}

impl Verb {
    /// The reference that it gives.
    pub fn reference(&self) -> Option<&String> {
        self.said_of_reference().flatten()
    }

    /// What it says of the record that stands for this one: nothing, none, or which. Of several changes the last one holds.
    pub fn stands_for(&self) -> Option<Option<ParticipantId>> {
        match self {
            Self::Register { profile, .. } => profile.same_as.map(Some),
            Self::Edit { changes, .. } => changes.iter().rev().find_map(|change| match change {
                ProfileChange::SameAs(into) => Some(*into),
                _ => None,
            }),
        }
    }

    /// What it says of the restriction of processing, if anything. Of several changes the last one holds.
    pub fn restricts(&self) -> Option<bool> {
        match self {
            Self::Register { profile, .. } => profile.restricted.then_some(true),
            Self::Edit { changes, .. } => changes.iter().rev().find_map(|change| match change {
                ProfileChange::Restricted(restricted) => Some(*restricted),
                _ => None,
            }),
        }
    }

    /// What it says of the reference: nothing, that there is none, or which. Of several changes the last one holds.
    fn said_of_reference(&self) -> Option<Option<&String>> {
        match self {
            Self::Register { profile, .. } => profile.reference.as_ref().map(Some),
            Self::Edit { changes, .. } => changes.iter().rev().find_map(|change| match change {
                ProfileChange::Reference(reference) => Some(reference.as_ref()),
                _ => None,
            }),
        }
    }

    /// The profile as it will be, where something is written by which people are found; nothing for somebody unknown.
    fn written(&self, known: &impl Known) -> Option<Profile> {
        match self {
            Self::Register { profile, .. } => Some((**profile).clone()),
            Self::Edit { id, changes } => {
                let finding = changes.iter().any(ProfileChange::is_found_by);
                let mut profile = known.get::<Participant>(*id).filter(|_| finding)?.profile.clone();
                changes.iter().for_each(|change| change.apply(&mut profile));
                Some(profile)
            }
        }
    }
}

/// Field by field, the last write by HLC. Parallel changes of different fields are labelled, of the same field put to
/// a person.
fn edit(entity: &Entity, there: &Participant, changes: &[ProfileChange], write: &Write<'_>) -> Merged {
    let mut person = there.clone();
    let rev = entity.rev + 1;
    let before = there.profile.changes();
    let same = changes.iter().all(|change| before.contains(change));
    let concurrent = is_concurrent(entity, write);
    if same && write.settled && !concurrent {
        return Merged::Noop;
    }
    let mut contradicts = false;
    for change in changes {
        contradicts |= set_field(&mut person, &before, change, rev, write);
    }
    // Who writes a birth date has completed what the short way left open, whichever date is shown in the end.
    person.provisional &= !changes.iter().any(|change| matches!(change, ProfileChange::BirthDate(Some(_))));
    let reason = match (contradicts, concurrent) {
        (true, _) => Some(Reason::Contradiction),
        (false, true) => Some(Reason::Parallel),
        (false, false) => None,
    };
    let at = entity.at.clone().max(write.at.clone());
    let contradiction = Contradiction { kind: ReviewKind::Profile, against: Against::Unseen };
    Merged::Changed {
        entity: merge::next(entity, person, at, write),
        reason,
        contradiction: contradicts.then_some(contradiction),
    }
}

/// Writes one field if the change wins; answers whether it contradicts a write that its author had not seen.
fn set_field(
    person: &mut Participant,
    before: &[ProfileChange],
    change: &ProfileChange,
    rev: i64,
    write: &Write<'_>,
) -> bool {
    let field = change.field();
    let unseen = person
        .clocks
        .get(field)
        .filter(|written| written.rev > write.base_rev.unwrap_or(0) && written.at.node != write.at.node);
    let wins = unseen.is_none_or(|written| *write.at > written.at);
    let contradicts = unseen.is_some() && !before.contains(change);
    if wins {
        change.apply(&mut person.profile);
        person.clocks.insert(field.to_owned(), Written { at: write.at.clone(), rev });
    }
    contradicts
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn today() -> Day {
        "2026-11-21".parse().unwrap()
    }

    #[test]
    fn of_several_changes_of_the_reference_the_last_one_is_written_and_looked_for() {
        let changes = ["1", "2"].map(|text| ProfileChange::Reference(Some(text.into())));
        let edit = |changes: &[ProfileChange]| Verb::Edit { id: ParticipantId(Uuid::nil()), changes: changes.to_vec() };
        assert_eq!(edit(&changes).reference().map(String::as_str), Some("2"));
        assert_eq!(edit(&[changes[0].clone(), ProfileChange::Reference(None)]).reference(), None);
    }

    fn register(given: &str, year: Option<i32>) -> Verb {
        let profile = Profile { given_names: given.into(), birth_year: year, ..Profile::default() };
        Verb::Register { id: ParticipantId(Uuid::nil()), group: None, profile: Box::new(profile), provisional: true }
    }

    #[test]
    fn a_person_needs_a_name_and_a_possible_year_of_birth() {
        assert_eq!(register("Aino", Some(1940)).check(today()), Ok(()));
        assert_eq!(register(" ", Some(1940)).check(today()), Err(Invalid::field("given_names")));
        assert_eq!(register("Aino", Some(2050)).check(today()), Err(Invalid::field("birth_year")));
    }

    #[test]
    fn text_with_a_nul_or_beyond_its_length_is_refused() {
        assert_eq!(register("Ai\0no", None).check(today()), Err(Invalid::field("given_names")));
        assert_eq!(register(&"a".repeat(201), None).check(today()), Err(Invalid::field("given_names")));
    }

    #[test]
    fn a_name_that_cannot_be_said_or_seen_is_refused() {
        for bad in ["-", "...", "\u{200b}", "Ai\u{ad}no", "Aino\u{202e}", "Ai\nno"] {
            assert_eq!(register(bad, None).check(today()), Err(Invalid::field("given_names")), "{bad:?}");
        }
        let profile = Profile { given_names: "-".into(), reference: Some("P1".into()), ..Profile::default() };
        let id = ParticipantId(Uuid::nil());
        let known = Verb::Register { id, group: None, profile: Box::new(profile), provisional: false };
        assert_eq!(known.check(today()), Ok(()), "a register's dash is no name, and its reference tells who it is");
    }
}
