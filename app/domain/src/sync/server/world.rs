//! The part of the data that one unit of work is about, held in memory: loaded in a few list queries, changed by
//! the step, and compared with what it was to find which buckets move.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::store::{EntityWrite, HeadMove, ServerStore};
use crate::groups::{Group, Membership};
use crate::ids::{GroupId, ParticipantId, SessionId};
use crate::sync::buckets::{Places, buckets_of};
use crate::sync::digest::Digest;
use crate::sync::entity::{Body, Bucket, Entity, EntityKey, EntityType};
use crate::sync::op::Verb;
use crate::sync::rights::{Subject, Surroundings};

/// Where an entity lay before the unit of work: its revision (0: it did not exist) and its buckets.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Before {
    rev: i64,
    buckets: BTreeSet<Bucket>,
}

#[derive(Default)]
pub(super) struct World {
    entities: HashMap<EntityKey, Entity>,
    /// Which memberships, and which assessments and consents, belong to a person.
    stays: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    health: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    /// Persons by group, as far as asked for.
    members: HashMap<GroupId, BTreeSet<ParticipantId>>,
    before: BTreeMap<EntityKey, Before>,
}

/// One (bucket, entity) that moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Move {
    pub bucket: Bucket,
    pub key: EntityKey,
    pub rev: i64,
    pub removed: bool,
}

const fn key(etype: EntityType, id: uuid::Uuid) -> EntityKey {
    EntityKey { etype, id }
}

pub(super) const fn person_key(id: ParticipantId) -> EntityKey {
    key(EntityType::Participant, id.0)
}

pub(super) const fn session_key(id: SessionId) -> EntityKey {
    key(EntityType::Session, id.0)
}

pub(super) const fn group_key(id: GroupId) -> EntityKey {
    key(EntityType::Group, id.0)
}

impl World {
    /// Loads what these verbs touch: targets, what they refer to, and the surroundings that rights, buckets and
    /// duplicates need.
    pub async fn load<S: ServerStore>(store: &mut S, verbs: &[&Verb]) -> Result<Self, S::Error> {
        let mut world = Self::default();
        let keys: BTreeSet<_> = verbs.iter().flat_map(|verb| touched(verb)).collect();
        world.take(store.entities(&keys.into_iter().collect::<Vec<_>>()).await?);
        let people = world.people(verbs);
        let stays = store.memberships(&people).await?;
        world.take(stays);
        let followed: Vec<_> = world.people_with_results(verbs).into_iter().collect();
        if !followed.is_empty() {
            let health = store.health(&followed).await?;
            world.take(health);
        }
        let walk_ins: BTreeSet<_> = verbs.iter().filter_map(|verb| walk_in_group(verb)).collect();
        if !walk_ins.is_empty() {
            world.load_members(store, walk_ins.into_iter().collect()).await?;
        }
        world.load_places(store).await?;
        Ok(world)
    }

    async fn load_members<S: ServerStore>(&mut self, store: &mut S, groups: Vec<GroupId>) -> Result<(), S::Error> {
        let members = store.members(&groups).await?;
        let ids: Vec<_> = members.iter().filter_map(|m| person_of(m.body.as_ref()?)).collect();
        self.take(members);
        let stays = store.memberships(&ids).await?;
        self.take(stays);
        Ok(())
    }

    /// The groups of all persons (for rights by organisation), and the persons of memberships that were met.
    async fn load_places<S: ServerStore>(&mut self, store: &mut S) -> Result<(), S::Error> {
        let mut wanted = BTreeSet::new();
        for entity in self.entities.values() {
            match &entity.body {
                Some(Body::Membership(stay)) => {
                    wanted.insert(group_key(stay.group));
                    wanted.insert(person_key(stay.participant));
                }
                Some(Body::Session(session)) => {
                    wanted.insert(group_key(session.group));
                }
                _ => {}
            }
        }
        let missing: Vec<_> = wanted.into_iter().filter(|key| !self.entities.contains_key(key)).collect();
        if !missing.is_empty() {
            let found = store.entities(&missing).await?;
            self.take(found);
        }
        Ok(())
    }

    fn take(&mut self, entities: Vec<Entity>) {
        for entity in entities {
            self.index(&entity);
            self.entities.entry(entity.key).or_insert(entity);
        }
    }

    fn index(&mut self, entity: &Entity) {
        match &entity.body {
            Some(Body::Membership(stay)) => {
                self.stays.entry(stay.participant).or_default().insert(entity.key);
                self.members.entry(stay.group).or_default().insert(stay.participant);
            }
            Some(Body::Assessment(test)) => {
                self.health.entry(test.participant).or_default().insert(entity.key);
            }
            Some(Body::Consent(consent)) => {
                self.health.entry(consent.participant).or_default().insert(entity.key);
            }
            _ => {}
        }
    }

    pub fn get(&self, key: EntityKey) -> Option<&Entity> {
        self.entities.get(&key)
    }

    pub fn body(&self, key: EntityKey) -> Option<&Body> {
        self.entities.get(&key)?.body.as_ref()
    }

    /// Live assessments and consents of a person.
    pub fn health_of(&self, person: ParticipantId) -> impl Iterator<Item = &Entity> {
        self.health
            .get(&person)
            .into_iter()
            .flatten()
            .filter_map(|key| self.entities.get(key))
            .filter(|e| e.body.is_some())
    }

    /// Persons with a stay in the group, as far as loaded.
    pub fn members_of(&self, group: GroupId) -> impl Iterator<Item = &Entity> {
        let people = self.members.get(&group).into_iter().flatten();
        people.filter_map(|person| self.entities.get(&person_key(*person)))
    }

    /// Puts a new version in and answers every entity whose buckets may have changed by it.
    pub fn put(&mut self, entity: Entity) -> Vec<EntityKey> {
        let mut moved = vec![entity.key];
        if let Some(Body::Membership(stay)) = &entity.body {
            moved.push(person_key(stay.participant));
            moved.extend(self.health.get(&stay.participant).into_iter().flatten().copied());
        }
        moved.iter().for_each(|key| self.remember(*key));
        self.index(&entity);
        self.entities.insert(entity.key, entity);
        moved
    }

    fn remember(&mut self, key: EntityKey) {
        if !self.before.contains_key(&key) {
            let before = Before { rev: self.get(key).map_or(0, |e| e.rev), buckets: self.buckets(key) };
            self.before.insert(key, before);
        }
    }

    pub fn buckets(&self, key: EntityKey) -> BTreeSet<Bucket> {
        self.body(key).map(|body| buckets_of(body, self)).unwrap_or_default()
    }

    /// Every (bucket, entity) that moved, sorted by bucket, and the heads to move.
    pub fn moves(&self) -> (Vec<Move>, Vec<HeadMove>) {
        let mut moves = Vec::new();
        let mut heads: BTreeMap<Bucket, HeadMove> = BTreeMap::new();
        for (key, before) in &self.before {
            let rev = self.get(*key).map_or(0, |entity| entity.rev);
            let now = self.buckets(*key);
            for bucket in before.buckets.union(&now).copied() {
                let (was, is) = (before.buckets.contains(&bucket), now.contains(&bucket));
                if was && is && rev == before.rev {
                    continue;
                }
                let head = heads.entry(bucket).or_insert(HeadMove { bucket, by: 0, digest: Digest::default() });
                head.by += 1;
                if was {
                    head.digest.leave(*key, before.rev);
                }
                if is {
                    head.digest.enter(*key, rev);
                }
                moves.push(Move { bucket, key: *key, rev, removed: !is });
            }
        }
        moves.sort_by_key(|m| (m.bucket, m.key));
        (moves, heads.into_values().collect())
    }

    /// Every entity with a new version.
    pub fn writes(&self) -> Vec<EntityWrite> {
        let changed = self.before.iter().filter_map(|(key, before)| Some((self.get(*key)?, before)));
        changed
            .filter(|(entity, before)| entity.rev != before.rev)
            .map(|(entity, before)| EntityWrite {
                group: entity.body.as_ref().and_then(|body| self.home(body)),
                before: (before.rev > 0).then_some(before.rev),
                entity: entity.clone(),
            })
            .collect()
    }

    fn home(&self, body: &Body) -> Option<GroupId> {
        match body {
            Body::Session(session) => Some(session.group),
            Body::Attendance(mark) => self.group_of_session(mark.session),
            Body::Membership(stay) => Some(stay.group),
            Body::Incident(incident) => Some(incident.group),
            _ => None,
        }
    }

    fn people(&self, verbs: &[&Verb]) -> Vec<ParticipantId> {
        let named = verbs.iter().filter_map(|verb| verb.participant());
        let met = self.entities.values().filter_map(|entity| person_of(entity.body.as_ref()?));
        named.chain(met).collect::<HashSet<_>>().into_iter().collect()
    }

    /// Whose results must be known: they enter or leave buckets with a stay, or may be twice there.
    fn people_with_results(&self, verbs: &[&Verb]) -> BTreeSet<ParticipantId> {
        let of = |verb: &&Verb| match verb {
            Verb::MembershipJoin { membership } => Some(membership.participant),
            Verb::MembershipLeave { id, .. } => match self.body(key(EntityType::Membership, id.0)) {
                Some(Body::Membership(stay)) => Some(stay.participant),
                _ => None,
            },
            Verb::AssessmentRecord { assessment } => Some(assessment.participant),
            Verb::ConsentRecord { consent } => Some(consent.participant),
            _ => None,
        };
        verbs.iter().filter_map(of).collect()
    }
}

/// Keys that a verb writes or refers to.
fn touched(verb: &Verb) -> Vec<EntityKey> {
    let mut keys = vec![verb.target()];
    keys.extend(verb.participant().map(person_key));
    if !matches!(verb, Verb::GroupPut { .. }) {
        keys.extend(verb.group().map(group_key));
    }
    match verb {
        Verb::AttendanceSet { session, .. } => keys.push(session_key(*session)),
        Verb::IncidentRecord { incident } => keys.extend(incident.session.map(session_key)),
        _ => {}
    }
    keys
}

fn person_of(body: &Body) -> Option<ParticipantId> {
    match body {
        Body::Participant(person) => Some(person.id),
        Body::Membership(stay) => Some(stay.participant),
        Body::Attendance(mark) => Some(mark.participant),
        Body::Assessment(test) => Some(test.participant),
        Body::Consent(consent) => Some(consent.participant),
        Body::Group(_) | Body::Session(_) | Body::Incident(_) => None,
    }
}

fn walk_in_group(verb: &Verb) -> Option<GroupId> {
    match verb {
        Verb::ParticipantRegister { group, provisional: true, .. } => *group,
        _ => None,
    }
}

impl World {
    fn live_stays(&self, person: ParticipantId) -> impl Iterator<Item = &Membership> {
        let keys = self.stays.get(&person).into_iter().flatten();
        keys.filter_map(|key| match self.body(*key) {
            Some(Body::Membership(stay)) if !stay.is_void() => Some(stay),
            _ => None,
        })
    }
}

impl Places for World {
    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId> {
        self.live_stays(participant).map(|stay| stay.group).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn group_of_session(&self, session: SessionId) -> Option<GroupId> {
        match self.body(session_key(session)) {
            Some(Body::Session(session)) => Some(session.group),
            _ => None,
        }
    }
}

impl Surroundings for World {
    fn group(&self, id: GroupId) -> Option<&Group> {
        match self.body(group_key(id)) {
            Some(Body::Group(group)) => Some(group),
            _ => None,
        }
    }

    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId> {
        Places::groups_of(self, participant)
    }

    fn is_provisional(&self, participant: ParticipantId) -> bool {
        matches!(self.body(person_key(participant)), Some(Body::Participant(person)) if person.provisional)
    }

    fn subject(&self, verb: &Verb) -> Subject {
        let group_of_session = |id| self.group_of_session(id).map_or(Subject::Unknown, Subject::Group);
        match verb {
            Verb::AssessmentAmend { id, .. } => match self.body(key(EntityType::Assessment, id.0)) {
                Some(Body::Assessment(test)) => Subject::Person(test.participant),
                _ => Subject::Unknown,
            },
            Verb::MembershipLeave { id, .. } => match self.body(key(EntityType::Membership, id.0)) {
                Some(Body::Membership(stay)) => Subject::Group(stay.group),
                _ => Subject::Unknown,
            },
            Verb::SessionPlan { session } => match self.get(session_key(session.id)) {
                Some(_) => group_of_session(session.id),
                None => Subject::Group(session.group),
            },
            Verb::SessionStatus { id, .. } => group_of_session(*id),
            Verb::AttendanceSet { session, .. } => group_of_session(*session),
            Verb::IncidentRecord { incident } => Subject::Group(incident.group),
            Verb::GroupPut { group } => Subject::Group(group.id),
            other => other.participant().map_or(Subject::Unknown, Subject::Person),
        }
    }
}
