//! Which buckets an entity lies in, and what of it each bucket shows.
//!
//! A person lies in the buckets of every group in which they have a stay; results and consents follow the
//! person. A stay that ends before it begins was entered by mistake and opens nothing.

use std::collections::BTreeSet;

use super::entity::{Body, Bucket, Entity};
use crate::groups::{Group, Membership};
use crate::ids::{GroupId, ParticipantId, SessionId};
use crate::people::{Participant, Profile};

/// Where persons and sessions belong, as far as it must be known.
pub trait Places {
    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId>;
    fn group_of_session(&self, session: SessionId) -> Option<GroupId>;
}

impl Membership {
    /// Entered by mistake: ends before it begins.
    pub fn is_void(&self) -> bool {
        self.left_on.is_some_and(|left| left < self.joined_on)
    }
}

/// The buckets in which an entity with this body lies.
pub fn buckets_of(body: &Body, places: &impl Places) -> BTreeSet<Bucket> {
    let health = |person| places.groups_of(person).into_iter().map(Bucket::Health).collect();
    match body {
        Body::Participant(person) => {
            places.groups_of(person.id).into_iter().flat_map(|g| [Bucket::Roll(g), Bucket::Health(g)]).collect()
        }
        Body::Group(group) => group_buckets(group),
        Body::Membership(stay) => BTreeSet::from([Bucket::Roll(stay.group)]),
        Body::Session(session) => BTreeSet::from([Bucket::Roll(session.group)]),
        Body::Attendance(mark) => places.group_of_session(mark.session).map(Bucket::Roll).into_iter().collect(),
        Body::Assessment(assessment) => health(assessment.participant),
        Body::Consent(consent) => health(consent.participant),
        Body::Incident(incident) => BTreeSet::from([Bucket::Health(incident.group)]),
    }
}

fn group_buckets(group: &Group) -> BTreeSet<Bucket> {
    BTreeSet::from([Bucket::Organisation(group.provider), Bucket::Roll(group.id)])
}

/// What the bucket shows of an entity: the roll has names and language of people, nothing else of them.
pub fn project(bucket: Bucket, mut entity: Entity) -> Entity {
    if let (Bucket::Roll(_), Some(Body::Participant(person))) = (bucket, &mut entity.body) {
        *person = roll_person(person);
    }
    entity
}

fn roll_person(person: &Participant) -> Participant {
    let shown = &person.profile;
    let profile = Profile {
        // A nameless person's reference stands for the name; it is nothing else of them.
        called_name: shown.called_name.clone().or_else(|| shown.reference.clone().filter(|_| shown.is_nameless())),
        language: shown.language,
        ..shown.names_only()
    };
    Participant { id: person.id, profile, provisional: person.provisional, clocks: Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StreamId;
    use crate::people::PersonLanguage;
    use crate::sync::hlc::Hlc;
    use uuid::Uuid;

    struct TwoGroups;
    impl Places for TwoGroups {
        fn groups_of(&self, _: ParticipantId) -> Vec<GroupId> {
            vec![GroupId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2))]
        }
        fn group_of_session(&self, _: SessionId) -> Option<GroupId> {
            None
        }
    }

    fn person() -> Participant {
        let profile = Profile {
            given_names: "Aino".into(),
            family_name: "Aho".into(),
            birth_year: Some(1944),
            phone: Some("040 123".into()),
            language: Some(PersonLanguage::Swedish),
            ..Profile::default()
        };
        Participant { id: ParticipantId(Uuid::from_u128(9)), profile, provisional: false, clocks: Default::default() }
    }

    #[test]
    fn a_person_lies_in_both_buckets_of_every_group() {
        assert_eq!(buckets_of(&Body::Participant(person()), &TwoGroups).len(), 4);
    }

    #[test]
    fn the_roll_shows_name_and_language_and_nothing_else_of_a_person() {
        let body = Body::Participant(person());
        let stream = StreamId(Uuid::nil());
        let entity = Entity { key: body.key(), rev: 3, body: Some(body), stream, other_rev: 0, at: Hlc::default() };
        let roll = project(Bucket::Roll(GroupId(Uuid::nil())), entity.clone());
        let Some(Body::Participant(shown)) = roll.body else { panic!("a participant") };
        assert_eq!(shown.profile.list_name(), "Aho Aino");
        assert_eq!(
            (shown.profile.birth_year, shown.profile.phone, shown.profile.language),
            (None, None, Some(PersonLanguage::Swedish))
        );
        assert_eq!(project(Bucket::Health(GroupId(Uuid::nil())), entity.clone()), entity);
    }
}
