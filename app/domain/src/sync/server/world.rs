//! The part of the data that one unit of work is about, held in memory: loaded in a few list queries, changed by
//! the step, and compared with what it was to find which buckets move.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::lapse;
use super::step::Authority;
use super::store::{EntityWrite, HeadMove, Keeper, ServerStore};
use crate::groups::{Group, Membership};
use crate::ids::{GroupId, OrganisationId, ParticipantId};
use crate::people::{Clue, Participant};
use crate::sync::digest::Digest;
use crate::sync::entity::{Body, Bucket, Entity, EntityKey};
use crate::sync::noun::{Known, Places, VerbRules as _};
use crate::sync::op::Verb;
use crate::time::Day;

/// Where an entity lay before the unit of work: its revision (0: it did not exist) and its buckets.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Before {
    rev: i64,
    buckets: BTreeSet<Bucket>,
}

#[derive(Default)]
pub(super) struct World {
    entities: HashMap<EntityKey, Entity>,
    /// Which memberships belong to a person, and what follows the person into groups.
    stays: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    results: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    /// What leaves a group's tablets with the person, as far as asked for.
    records: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    /// Since which day a stay must have lasted for the group's tablets to hold its person.
    shown_since: HashMap<GroupId, Day>,
    /// The same for groups that are new by this unit of work.
    limit: Option<Day>,
    /// Persons by group, as far as asked for.
    members: HashMap<GroupId, BTreeSet<ParticipantId>>,
    before: BTreeMap<EntityKey, Before>,
    /// Persons by what they may be found alike by, as far as asked for.
    clues: HashMap<Clue, BTreeSet<ParticipantId>>,
    keepers: Vec<Keeper>,
    registered: Vec<(ParticipantId, Option<OrganisationId>)>,
}

/// An entity whose buckets may have moved by an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moved {
    pub key: EntityKey,
    /// Only in the buckets of this group: a stay moves a person, and what follows the person, in its own group.
    pub within: Option<GroupId>,
}

/// One (bucket, entity) that moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Move {
    pub bucket: Bucket,
    pub key: EntityKey,
    pub rev: i64,
    pub removed: bool,
}

impl World {
    /// Loads what these verbs touch: targets, what they refer to, and the surroundings that rights, buckets and
    /// duplicates need.
    pub async fn load<S: ServerStore>(
        store: &mut S,
        verbs: &[&Verb],
        by: &Authority,
        today: Day,
    ) -> Result<Self, S::Error> {
        let mut world = Self { limit: Some(lapse::limit(today)), ..Self::default() };
        let touched = |verb: &&Verb| [verb.target()].into_iter().chain(verb.names());
        let keys: BTreeSet<_> = verbs.iter().flat_map(touched).collect();
        world.take(store.entities(&keys.into_iter().collect::<Vec<_>>()).await?);
        let people = world.people(verbs);
        if !people.is_empty() {
            let stays = store.memberships(&people).await?;
            world.take(stays);
        }
        if by.asks_for_keepers(verbs) {
            world.keepers = store.keepers(&people).await?;
        }
        world.load_alike(store, verbs).await?;
        let restricted: BTreeSet<_> = verbs.iter().filter_map(|verb| restricts(verb)).collect();
        let tested = verbs.iter().filter_map(|verb| verb.results_of(&world));
        let tested: BTreeSet<_> = tested.chain(restricted.iter().copied()).collect();
        if !tested.is_empty() {
            let results = store.results(&tested.into_iter().collect::<Vec<_>>()).await?;
            world.take(results);
        }
        let walk_ins: BTreeSet<_> = verbs.iter().filter_map(|verb| verb.members_of()).collect();
        if !walk_ins.is_empty() {
            world.load_members(store, walk_ins.into_iter().collect()).await?;
        }
        world.load_places(store).await?;
        world.load_shown_since(store).await?;
        let moved: BTreeSet<_> = world.may_lapse_or_come_back(verbs).into_iter().chain(restricted).collect();
        world.load_records(store, moved.into_iter().collect()).await?;
        Ok(world)
    }

    /// The people of a group with their stays, and since when its tablets hold them.
    pub async fn of_group<S: ServerStore>(store: &mut S, group: GroupId) -> Result<Self, S::Error> {
        let mut world = Self::default();
        world.load_members(store, vec![group]).await?;
        // Whose processing is restricted, of whom the tablets hold nothing that could lapse.
        world.load_places(store).await?;
        world.load_shown_since(store).await?;
        Ok(world)
    }

    /// A person with all that is about them, and where it lies.
    pub async fn of_person<S: ServerStore>(
        store: &mut S,
        person: ParticipantId,
        about: &[EntityKey],
    ) -> Result<Self, S::Error> {
        let mut world = Self::default();
        let found = store.entities(about).await?;
        world.take(found);
        let stays = store.memberships(&[person]).await?;
        world.take(stays);
        world.load_places(store).await?;
        world.load_shown_since(store).await?;
        Ok(world)
    }

    /// Leaves nothing of these entities but that they were there.
    pub fn bury(&mut self, keys: &[EntityKey]) {
        // Where each lies follows from the others: all are looked at before the first goes.
        keys.iter().for_each(|key| self.remember(*key));
        for key in keys {
            if let Some(entity) = self.entities.get_mut(key).filter(|entity| entity.body.is_some()) {
                entity.body = None;
                entity.rev += 1;
            }
        }
    }

    /// Shows the group's people from another day on, whose stays lasted to it or beyond: whoever is not shown any more
    /// leaves the group's buckets with all that is about them there, and who is shown again comes back.
    pub async fn show_since<S: ServerStore>(
        &mut self,
        store: &mut S,
        group: GroupId,
        day: Day,
    ) -> Result<(), S::Error> {
        let people = self.members.get(&group).cloned().unwrap_or_default();
        let before: BTreeMap<_, _> = people.iter().map(|person| (*person, self.has_lapsed(*person, group))).collect();
        let was = self.shown_since.insert(group, day);
        let moved: Vec<_> =
            people.into_iter().filter(|person| before.get(person) != Some(&self.has_lapsed(*person, group))).collect();
        if let Some(was) = was {
            self.shown_since.insert(group, was);
        }
        if !moved.is_empty() {
            let results = store.results(&moved).await?;
            self.take(results);
        }
        self.load_records(store, moved.clone()).await?;
        let keys: Vec<_> = moved.into_iter().flat_map(|person| self.about(person, group)).collect();
        keys.into_iter().for_each(|key| self.remember(key));
        self.shown_since.insert(group, day);
        Ok(())
    }

    async fn load_shown_since<S: ServerStore>(&mut self, store: &mut S) -> Result<(), S::Error> {
        let stays = self.stays.values().flatten().filter_map(|key| self.entity(*key)?.content::<Membership>());
        let groups: BTreeSet<_> = stays.map(|stay| stay.group).collect();
        if !groups.is_empty() {
            let known = store.shown_since(&groups.into_iter().collect::<Vec<_>>()).await?;
            self.shown_since.extend(known);
        }
        Ok(())
    }

    async fn load_records<S: ServerStore>(
        &mut self,
        store: &mut S,
        people: Vec<ParticipantId>,
    ) -> Result<(), S::Error> {
        if !people.is_empty() {
            let records = store.records(&people).await?;
            self.take(records);
        }
        Ok(())
    }

    /// People of whom a group's tablets may hold nothing before or after these verbs, where years of marks go and come
    /// with them. For everybody else they stay unread.
    fn may_lapse_or_come_back(&self, verbs: &[&Verb]) -> Vec<ParticipantId> {
        let long_ago = |day: Day, group| self.since(group).is_some_and(|since| day < since);
        let concerns = |verb: &Verb, person| {
            let ends = |stay: &Membership| {
                let days = stay.left_on.into_iter().chain(verb.ends_on());
                days.into_iter().any(|day| long_ago(day, stay.group))
            };
            let new = verb.ends_on().zip(verb.group()).is_some_and(|(day, group)| long_ago(day, group));
            new || self.stays_of(person).any(ends)
        };
        let people = verbs.iter().filter_map(|verb| Some((verb, verb.results_of(self)?)));
        let people: BTreeSet<_> = people.filter(|(verb, person)| concerns(verb, *person)).map(|(_, id)| id).collect();
        people.into_iter().collect()
    }

    fn since(&self, group: GroupId) -> Option<Day> {
        self.shown_since.get(&group).copied().or(self.limit)
    }

    /// What lies in the buckets of this group because the person does, as far as loaded.
    fn about(&self, person: ParticipantId, group: GroupId) -> Vec<EntityKey> {
        let stays = self.stays_of(person).filter(|stay| stay.group == group).map(|stay| stay.id.into());
        let rest = [self.results.get(&person), self.records.get(&person)].into_iter().flatten().flatten().copied();
        std::iter::once(person.into()).chain(stays).chain(rest).collect()
    }

    async fn load_alike<S: ServerStore>(&mut self, store: &mut S, verbs: &[&Verb]) -> Result<(), S::Error> {
        let clues: BTreeSet<_> = verbs.iter().flat_map(|verb| verb.clues(self)).collect();
        if !clues.is_empty() {
            let found = store.alike(&clues.into_iter().collect::<Vec<_>>()).await?;
            self.take(found);
        }
        Ok(())
    }

    async fn load_members<S: ServerStore>(&mut self, store: &mut S, groups: Vec<GroupId>) -> Result<(), S::Error> {
        let members = store.members(&groups).await?;
        let ids: Vec<_> = members.iter().filter_map(|m| m.body.as_ref()?.participant()).collect();
        self.take(members);
        let stays = store.memberships(&ids).await?;
        self.take(stays);
        Ok(())
    }

    /// What everything that was met stands on: groups for rights by organisation, the persons of stays.
    async fn load_places<S: ServerStore>(&mut self, store: &mut S) -> Result<(), S::Error> {
        let bodies = self.entities.values().filter_map(|entity| entity.body.as_ref());
        let wanted: BTreeSet<_> = bodies.flat_map(Body::stands_on).collect();
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
        if let Some(stay) = entity.content::<Membership>() {
            self.stays.entry(stay.participant).or_default().insert(entity.key);
            self.members.entry(stay.group).or_default().insert(stay.participant);
        }
        if let Some(person) = entity.content::<Participant>() {
            for clue in person.profile.clues() {
                self.clues.entry(clue).or_default().insert(person.id);
            }
        }
        if let Some(person) = entity.body.as_ref().and_then(Body::follows) {
            self.results.entry(person).or_default().insert(entity.key);
        }
        if let Some(person) = entity.body.as_ref().and_then(Body::lapses_with) {
            self.records.entry(person).or_default().insert(entity.key);
        }
    }

    /// Puts a new version in and answers every entity whose buckets may have changed by it.
    pub fn put(&mut self, entity: Entity) -> Vec<Moved> {
        let mut moved = vec![Moved { key: entity.key, within: None }];
        if let Some(stay) = entity.content::<Membership>() {
            let followers = self.about(stay.participant, stay.group).into_iter().filter(|key| *key != entity.key);
            moved.extend(followers.map(|key| Moved { key, within: Some(stay.group) }));
        }
        if let Some(person) = entity.content::<Participant>().filter(|person| self.changes_restriction(person)) {
            let groups = self.groups_of(person.id);
            let followers = groups.into_iter().flat_map(|group| self.about(person.id, group));
            let followers: BTreeSet<_> = followers.filter(|key| *key != entity.key).collect();
            moved.extend(followers.into_iter().map(|key| Moved { key, within: None }));
        }
        moved.iter().for_each(|one| self.remember(one.key));
        self.index(&entity);
        self.entities.insert(entity.key, entity);
        moved
    }

    fn changes_restriction(&self, person: &Participant) -> bool {
        let before = self.get::<Participant>(person.id);
        before.is_some_and(|before| before.profile.restricted != person.profile.restricted)
    }

    fn remember(&mut self, key: EntityKey) {
        if !self.before.contains_key(&key) {
            let before = Before { rev: self.entity(key).map_or(0, |e| e.rev), buckets: self.buckets(key) };
            self.before.insert(key, before);
        }
    }

    pub fn buckets(&self, key: EntityKey) -> BTreeSet<Bucket> {
        let body = self.entity(key).and_then(|entity| entity.body.as_ref());
        body.map(|body| body.buckets(self)).unwrap_or_default()
    }

    /// Where a person who must decide meets it, also when tablets hold it no longer.
    pub fn home(&self, key: EntityKey) -> Option<Bucket> {
        let body = self.entity(key).and_then(|entity| entity.body.as_ref());
        body.and_then(|body| body.buckets(&NobodyLapsed(self)).into_iter().next())
    }

    /// The new groups, and since when their people are shown.
    pub fn opened(&self) -> Vec<(GroupId, Day)> {
        let new = self.before.iter().filter(|(_, before)| before.rev == 0);
        let groups = new.filter_map(|(key, _)| self.entity(*key)?.content::<Group>());
        groups.filter_map(|group| Some((group.id, self.limit?))).collect()
    }

    /// Every (bucket, entity) that moved, sorted by bucket, and the heads to move.
    pub fn moves(&self) -> (Vec<Move>, Vec<HeadMove>) {
        let mut moves = Vec::new();
        let mut heads: BTreeMap<Bucket, HeadMove> = BTreeMap::new();
        for (key, before) in &self.before {
            let rev = self.entity(*key).map_or(0, |entity| entity.rev);
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
        let changed = self.before.iter().filter_map(|(key, before)| Some((self.entity(*key)?, before)));
        changed
            .filter(|(entity, before)| entity.rev != before.rev)
            .map(|(entity, before)| EntityWrite {
                before: (before.rev > 0).then_some(before.rev),
                entity: entity.clone(),
            })
            .collect()
    }

    /// Notes whose a new person is.
    pub fn keep(&mut self, person: ParticipantId, organisation: Option<OrganisationId>) {
        self.registered.push((person, organisation));
        self.keepers.extend(organisation.map(|organisation| Keeper::of(person, organisation)));
    }

    pub fn registered(&self) -> Vec<(ParticipantId, Option<OrganisationId>)> {
        self.registered.clone()
    }

    /// The persons whose stays must be known: they say in which buckets anything about them lies.
    fn people(&self, verbs: &[&Verb]) -> Vec<ParticipantId> {
        let of = |verb: &Verb| {
            let met = [verb.target()].into_iter().chain(verb.names());
            let met = met.filter_map(|key| self.entity(key)?.body.as_ref()?.participant());
            verb.participant().into_iter().chain(met).collect::<Vec<_>>()
        };
        verbs.iter().flat_map(|verb| of(verb)).collect::<HashSet<_>>().into_iter().collect()
    }
}

impl Places for World {
    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId> {
        distinct(self.stays_of(participant).filter(|stay| !stay.is_void()))
    }

    fn groups_reaching(&self, participant: ParticipantId, day: Day) -> Vec<GroupId> {
        distinct(self.stays_of(participant).filter(|stay| stay.reaches(day)))
    }

    fn has_lapsed(&self, participant: ParticipantId, group: GroupId) -> bool {
        let stays = self.stays_of(participant).filter(|stay| stay.group == group);
        self.since(group).is_some_and(|since| Membership::all_ended_before(stays, since))
    }

    fn is_restricted(&self, participant: ParticipantId) -> bool {
        self.get::<Participant>(participant).is_some_and(|person| person.profile.restricted)
    }
}

/// The same people with nobody lapsed or restricted.
struct NobodyLapsed<'a>(&'a World);

impl Places for NobodyLapsed<'_> {
    fn groups_of(&self, participant: ParticipantId) -> Vec<GroupId> {
        self.0.groups_of(participant)
    }

    fn groups_reaching(&self, participant: ParticipantId, day: Day) -> Vec<GroupId> {
        self.0.groups_reaching(participant, day)
    }

    fn has_lapsed(&self, _: ParticipantId, _: GroupId) -> bool {
        false
    }

    fn is_restricted(&self, _: ParticipantId) -> bool {
        false
    }
}

/// Whose processing this verb restricts, or whose restriction it lifts: what is about them moves.
fn restricts(verb: &Verb) -> Option<ParticipantId> {
    let Verb::Participant(verb) = verb else { return None };
    verb.restricts().map(|_| verb.id())
}

fn distinct<'a>(stays: impl Iterator<Item = &'a Membership>) -> Vec<GroupId> {
    stays.map(|stay| stay.group).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Known for World {
    fn entity(&self, key: EntityKey) -> Option<&Entity> {
        self.entities.get(&key)
    }

    fn results_of(&self, person: ParticipantId) -> impl Iterator<Item = &Entity> {
        let keys = self.results.get(&person).into_iter().flatten();
        keys.filter_map(|key| self.entity(*key)).filter(|entity| entity.body.is_some())
    }

    fn stays_of(&self, person: ParticipantId) -> impl Iterator<Item = &Membership> {
        let keys = self.stays.get(&person).into_iter().flatten();
        keys.filter_map(|key| self.entity(*key)?.content())
    }

    fn alike(&self, clue: &Clue) -> impl Iterator<Item = &Entity> {
        let people = self.clues.get(clue).into_iter().flatten().filter_map(|person| self.entity((*person).into()));
        people
            .filter(|entity| entity.content::<Participant>().is_some_and(|p| p.profile.clues().any(|own| own == *clue)))
    }

    fn keeps(&self, organisation: OrganisationId, person: ParticipantId) -> bool {
        let mut own = self.keepers.iter().filter(|k| (k.participant, k.organisation) == (person, organisation));
        own.any(|keeper| !keeper.while_unplaced || self.groups_of(person).is_empty())
    }

    fn members_of(&self, group: GroupId) -> impl Iterator<Item = &Entity> {
        let people = self.members.get(&group).into_iter().flatten();
        people.filter_map(|person| self.entity((*person).into()))
    }
}
