//! The server's state as this tablet has it: entities by bucket, stored in chunks of about a hundred, since one
//! stored row per small record costs thirty times as much.
//!
//! Nine tenths of what lies on a tablet are marks of past sessions, which stay unread until somebody looks at them
//! (`rolls.rs`), so that a tablet with a year of work opens as quickly as a new one.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::rolls::Marks;
use super::stored::{self, Chunk, Position};
use super::{Write, marks};
use crate::attendance::Attendance;
use crate::sync::digest::Digest;
use crate::sync::entity::{Body, Bucket, Entity, EntityKey, EntityType};

/// Entities per chunk, at most.
pub const CHUNK: usize = 100;

/// Which entities are listed under a person, a session or a group.
type Children = BTreeMap<Uuid, BTreeSet<EntityKey>>;

#[derive(Clone, Default)]
pub struct Cache {
    buckets: BTreeMap<Bucket, Contents>,
}

/// One bucket's entities.
#[derive(Clone, Default)]
pub struct Contents {
    facts: Shelf,
    marks: Marks,
    /// A stored part of it could not be read: something is missing until it was fetched anew.
    broken: Cell<bool>,
}

/// Entities, each with the number of the chunk it lies in (0 for those that are not stored).
#[derive(Clone, Default)]
pub(super) struct Shelf {
    entities: BTreeMap<EntityKey, (u32, Entity)>,
    children: Children,
    sizes: BTreeMap<Chunk, usize>,
    /// Summed up when somebody asks, and kept up from then on.
    digest: OnceCell<Digest>,
    /// The marks that contradict each other.
    pub(super) contested: BTreeSet<EntityKey>,
}

impl Shelf {
    /// Takes a chunk in; whether it could be read. A type's chunk holds nothing but that type.
    pub(super) fn read(&mut self, bucket: Bucket, chunk: Chunk, bytes: &[u8]) -> bool {
        let entities = match chunk.0 {
            EntityType::Attendance => marks::read(bucket, bytes),
            _ => serde_json::from_slice::<Vec<Entity>>(bytes).ok(),
        };
        let entities = entities.filter(|entities| entities.len() <= CHUNK);
        let found = entities.is_some();
        for entity in entities.into_iter().flatten().filter(|entity| entity.key.etype == chunk.0) {
            self.put(chunk.1, entity);
        }
        found
    }

    pub(super) fn put(&mut self, number: u32, entity: Entity) {
        self.remove(entity.key);
        self.insert(number, entity);
    }

    /// Puts in what is not there.
    fn insert(&mut self, number: u32, entity: Entity) {
        let key = entity.key;
        if let Some(digest) = self.digest.get_mut() {
            digest.enter(key, entity.rev);
        }
        for parent in entity.body.iter().flat_map(Body::parents) {
            self.children.entry(parent).or_default().insert(key);
        }
        if entity.content::<Attendance>().is_some_and(Attendance::is_contested) {
            self.contested.insert(key);
        }
        *self.sizes.entry((key.etype, number)).or_default() += 1;
        self.entities.insert(key, (number, entity));
    }

    pub(super) fn remove(&mut self, key: EntityKey) -> Option<u32> {
        let (number, old) = self.entities.remove(&key)?;
        if let Some(digest) = self.digest.get_mut() {
            digest.leave(key, old.rev);
        }
        self.contested.remove(&key);
        for parent in old.body.iter().flat_map(Body::parents) {
            if let Some(children) = self.children.get_mut(&parent) {
                children.remove(&key);
            }
        }
        if let Some(size) = self.sizes.get_mut(&(key.etype, number)) {
            *size = size.saturating_sub(1);
        }
        Some(number)
    }

    /// Puts a newest state in, or takes the entity out (`body: None`). Answers the chunk to store again.
    pub(super) fn take(&mut self, entity: Entity) -> Option<Chunk> {
        let etype = entity.key.etype;
        let before = self.remove(entity.key);
        if entity.body.is_none() {
            return before.map(|number| (etype, number));
        }
        let number = before.unwrap_or_else(|| self.room(etype));
        self.insert(number, entity);
        Some((etype, number))
    }

    pub(super) fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let mut digest = Digest::default();
            self.entities.values().for_each(|(_, entity)| digest.enter(entity.key, entity.rev));
            digest
        })
    }

    /// The last chunk of a type while it has room, else a new one.
    fn room(&self, etype: EntityType) -> u32 {
        match self.sizes.range((etype, 0)..=(etype, u32::MAX)).next_back() {
            Some(((_, number), size)) if *size < CHUNK => *number,
            Some(((_, number), _)) => number + 1,
            None => 0,
        }
    }

    pub(super) fn get(&self, key: EntityKey) -> Option<&Entity> {
        self.entities.get(&key).map(|(_, entity)| entity)
    }

    /// What is listed under a person, a session or a group.
    pub(super) fn under(&self, parent: Uuid) -> impl Iterator<Item = EntityKey> {
        self.children.get(&parent).into_iter().flatten().copied()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = EntityKey> {
        self.entities.keys().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.entities.len()
    }

    pub(super) fn of_type(&self, etype: EntityType) -> impl Iterator<Item = EntityKey> {
        let all = EntityKey { etype, id: Uuid::nil() }..=EntityKey { etype, id: Uuid::max() };
        self.entities.range(all).map(|(key, _)| *key)
    }

    /// Adds the contents of those chunks that are wanted.
    fn gather<'a>(&'a self, found: &mut BTreeMap<Chunk, Vec<&'a Entity>>) {
        for (number, entity) in self.entities.values() {
            if let Some(entities) = found.get_mut(&(entity.key.etype, *number)) {
                entities.push(entity);
            }
        }
    }
}

impl Contents {
    /// Puts a newest state in, or takes the entity out (`body: None`). Answers the chunk to store again.
    pub fn take(&mut self, entity: Entity) -> Option<Chunk> {
        match entity.key.etype {
            EntityType::Attendance => self.marks.take(entity),
            _ => self.facts.take(entity),
        }
    }

    /// Sums up everything in the bucket. Marks that nobody has looked at count as they were stored.
    pub fn digest(&self) -> Digest {
        let mut digest = self.facts.digest();
        digest.add(self.marks.digest());
        digest
    }

    /// Sums up the marks, to be stored beside them.
    pub(super) fn marks_digest(&self) -> Digest {
        self.marks.digest()
    }

    /// The marks that contradict each other, to be stored beside them: whoever asks for those reads no others.
    pub(super) fn contested(&self) -> &BTreeSet<EntityKey> {
        self.marks.contested()
    }

    fn shelf(&self, etype: EntityType) -> &Shelf {
        if etype == EntityType::Attendance { self.marks.shelf() } else { &self.facts }
    }

    pub fn get(&self, key: EntityKey) -> Option<&Entity> {
        self.shelf(key.etype).get(key)
    }

    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.facts.entities.values().chain(self.marks.shelf().entities.values()).map(|(_, entity)| entity)
    }

    pub fn keys(&self) -> impl Iterator<Item = EntityKey> {
        self.entities().map(|entity| entity.key)
    }

    /// Everything but marks that nobody has looked at: what a screen may show of it.
    pub(super) fn seen(&self) -> impl Iterator<Item = EntityKey> {
        self.facts.keys().chain(self.marks.seen())
    }

    /// The writes that store these chunks.
    pub fn writes(&self, bucket: Bucket, chunks: &BTreeSet<Chunk>) -> Vec<Write> {
        let mut found: BTreeMap<Chunk, Vec<&Entity>> = chunks.iter().map(|chunk| (*chunk, Vec::new())).collect();
        if chunks.iter().any(|(etype, _)| *etype != EntityType::Attendance) {
            self.facts.gather(&mut found);
        }
        if chunks.iter().any(|(etype, _)| *etype == EntityType::Attendance) {
            self.marks.shelf().gather(&mut found);
        }
        found
            .into_iter()
            .map(|(chunk, entities)| stored::put_chunk(bucket, chunk, written(bucket, chunk, &entities)))
            .collect()
    }

    /// The writes that store everything.
    pub fn all_writes(&self, bucket: Bucket) -> Vec<Write> {
        let chunks = self.facts.sizes.keys().chain(self.marks.shelf().sizes.keys());
        self.writes(bucket, &chunks.copied().collect())
    }
}

/// As a chunk is stored; nothing of nothing.
fn written(bucket: Bucket, (etype, _): Chunk, entities: &[&Entity]) -> Option<Vec<u8>> {
    (!entities.is_empty()).then(|| match etype {
        EntityType::Attendance => marks::packed(bucket, entities),
        _ => stored::bytes(&entities),
    })
}

impl Cache {
    /// Takes one stored chunk in; whether it could be read, as far as it is read now.
    pub(super) fn load_chunk(&mut self, bucket: Bucket, chunk: Chunk, bytes: Vec<u8>) -> bool {
        let contents = self.buckets.entry(bucket).or_default();
        match chunk {
            (EntityType::Attendance, number) => {
                contents.marks.lay_down(bucket, number, bytes);
                true
            }
            _ => {
                let found = contents.facts.read(bucket, chunk, &bytes);
                contents.broken.set(contents.broken.get() || !found);
                found
            }
        }
    }

    /// Notes that a stored part of the bucket cannot even be told apart.
    pub(super) fn break_bucket(&mut self, bucket: Bucket) {
        self.buckets.entry(bucket).or_default().broken.set(true);
    }

    /// The buckets of which something stored could not be read, as far as it was asked for.
    pub(super) fn broken(&self) -> impl Iterator<Item = Bucket> {
        let broken = |contents: &Contents| contents.broken.get() || contents.marks.is_broken();
        self.buckets.iter().filter(move |(_, contents)| broken(contents)).map(|(bucket, _)| *bucket)
    }

    /// What was stored of a bucket's marks beside them: what they summed up to, and which contradict each other.
    pub(super) fn load_position(&mut self, bucket: Bucket, position: &Position) {
        if let Some(contents) = self.buckets.get_mut(&bucket) {
            contents.marks.expect(position.marks, position.contested.clone());
        }
    }

    pub fn contents(&self, bucket: Bucket) -> Option<&Contents> {
        self.buckets.get(&bucket)
    }

    pub fn set(&mut self, bucket: Bucket, contents: Contents) {
        self.buckets.insert(bucket, contents);
    }

    pub fn remove(&mut self, bucket: Bucket) -> Option<Contents> {
        self.buckets.remove(&bucket)
    }

    pub fn keep_only(&mut self, buckets: &[Bucket]) {
        self.buckets.retain(|bucket, _| buckets.contains(bucket));
    }

    pub fn buckets(&self) -> impl Iterator<Item = (Bucket, &Contents)> {
        self.buckets.iter().map(|(bucket, contents)| (*bucket, contents))
    }

    /// The fullest copy: a bucket that shows everything before the roll, then the newest revision. A mark lies in its
    /// group's roll only; without a word on the group every roll is read for it.
    pub fn get(&self, key: EntityKey, roll: Option<Bucket>) -> Option<&Entity> {
        if let (EntityType::Attendance, Some(roll)) = (key.etype, roll) {
            return self.buckets.get(&roll)?.get(key);
        }
        let copies = self.buckets.iter().filter_map(|(bucket, contents)| Some((bucket, contents.get(key)?)));
        copies.max_by_key(|(bucket, entity)| (!matches!(bucket, Bucket::Roll(_)), entity.rev)).map(|(_, entity)| entity)
    }

    /// Keys of one type, in every bucket; not for marks.
    pub(super) fn keys_of(&self, etype: EntityType) -> impl Iterator<Item = EntityKey> {
        self.buckets.values().flat_map(move |contents| contents.facts.of_type(etype))
    }

    /// What is listed under a person, a session or a group, in every bucket, without marks.
    pub(super) fn facts_under(&self, parent: Uuid) -> impl Iterator<Item = EntityKey> {
        self.buckets.values().flat_map(move |contents| contents.facts.under(parent))
    }

    /// The marks of a session in that roll.
    pub(super) fn marks_under(&self, roll: Bucket, session: Uuid) -> impl Iterator<Item = EntityKey> {
        self.shelves(roll, session).flat_map(move |shelf| shelf.under(session))
    }

    /// One of the marks of a session in that roll.
    pub(super) fn mark(&self, roll: Bucket, session: Uuid, key: EntityKey) -> Option<&Entity> {
        self.shelves(roll, session).find_map(|shelf| shelf.get(key))
    }

    fn shelves(&self, roll: Bucket, session: Uuid) -> impl Iterator<Item = &Shelf> {
        self.buckets.get(&roll).into_iter().flat_map(move |contents| contents.marks.of_session(session))
    }

    /// The marks that contradict each other, with the rolls in which they lie. No roll is read for it.
    pub(super) fn contested(&self) -> impl Iterator<Item = (Bucket, EntityKey)> {
        let of = |(bucket, contents): (&Bucket, &Contents)| {
            contents.contested().iter().map(|key| (*bucket, *key)).collect::<Vec<_>>()
        };
        self.buckets.iter().flat_map(of)
    }

    /// How many entities are here, copies counted.
    pub fn size(&self) -> usize {
        let size = |contents: &Contents| contents.facts.len() + contents.marks.shelf().len();
        self.buckets.values().map(size).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::{Contender, Mark};
    use crate::ids::{AttendanceId, GroupId, ParticipantId, SessionId, StreamId};
    use crate::sync::hlc::Hlc;

    const SESSION: SessionId = SessionId(Uuid::from_u128(7));
    const GROUP: GroupId = GroupId(Uuid::from_u128(1));

    fn roll() -> Bucket {
        Bucket::Roll(GROUP)
    }

    fn mark(person: u128) -> Entity {
        let participant = ParticipantId(Uuid::from_u128(person));
        let id = AttendanceId::of(SESSION, participant);
        let at = Hlc::default();
        let (session, group) = (SESSION, GROUP);
        let (mark, contenders) = (Some(Mark::Present), Vec::new());
        let mark = Attendance { id, session, group, participant, mark, at: at.clone(), contenders };
        Entity { key: id.into(), rev: 1, body: Some(mark.into()), stream: StreamId(Uuid::nil()), other_rev: 0, at }
    }

    /// A roll of that many marks as it is stored, and what it sums up to.
    fn stored(people: u128) -> (Vec<(String, Vec<u8>)>, Digest) {
        let mut contents = Contents::default();
        for person in 0..people {
            contents.take(mark(person));
        }
        let rows = contents.all_writes(roll()).into_iter().map(|write| match write {
            Write::Put { key, bytes, .. } => (key, bytes),
            other => panic!("{other:?}"),
        });
        (rows.collect(), contents.digest())
    }

    fn position(marks: Option<Digest>) -> Position {
        let epoch = crate::sync::wire::Epoch("e1".into());
        Position { epoch, seq: 1, stale: false, behind: false, marks, contested: None, narrowed: false }
    }

    fn loaded(rows: Vec<(String, Vec<u8>)>, digest: Digest) -> Cache {
        let mut cache = Cache::default();
        for (number, (_, bytes)) in (0..).zip(rows) {
            assert!(cache.load_chunk(roll(), (EntityType::Attendance, number), bytes));
        }
        cache.load_position(roll(), &position(Some(digest)));
        cache
    }

    #[test]
    fn a_roll_that_nobody_looked_at_sums_up_as_it_was_stored_and_stays_unread() {
        let (rows, digest) = stored(250);
        assert_eq!(rows.len(), 3);
        let cache = loaded(rows, digest);
        let contents = cache.contents(roll()).unwrap();
        assert_eq!(contents.digest(), digest);
        assert_eq!(contents.seen().count(), 0);
        assert!(!contents.marks.is_read());
        assert_eq!(cache.marks_under(roll(), SESSION.0).count(), 250);
        assert_eq!((contents.digest(), contents.seen().count()), (digest, 250));
        assert_eq!(cache.get(mark(3).key, None), Some(&mark(3)), "found without a word on the group too");
    }

    /// The mark of a person of whom somebody else has told otherwise.
    fn contested(person: u128) -> Entity {
        let mut entity = mark(person);
        let Some(Body::Attendance(told)) = &mut entity.body else { panic!("a mark") };
        let stand =
            |(rev, mark)| Contender { mark: Some(mark), at: Hlc::default(), rev, stream: StreamId(Uuid::nil()) };
        told.contenders = [(1, Mark::AbsentUnknown), (2, Mark::Present)].map(stand).into();
        entity
    }

    #[test]
    fn which_marks_contradict_each_other_is_known_beside_a_roll_that_stays_unread() {
        let mut contents = Contents::default();
        for entity in [mark(1), contested(2), contested(3)] {
            contents.take(entity);
        }
        contents.take(mark(3));
        assert_eq!(contents.contested(), &BTreeSet::from([mark(2).key]), "one of them was settled");
        let kept = Some(contents.contested().clone());
        let rows: Vec<_> = contents.all_writes(roll());
        for (known, stays_unread) in [(kept, true), (None, false)] {
            let mut cache = Cache::default();
            for write in rows.clone() {
                let Write::Put { bytes, .. } = write else { panic!("{write:?}") };
                cache.load_chunk(roll(), (EntityType::Attendance, 0), bytes);
            }
            let position = Position { contested: known, ..position(Some(contents.marks_digest())) };
            cache.load_position(roll(), &position);
            assert_eq!(cache.contested().collect::<Vec<_>>(), [(roll(), mark(2).key)]);
            assert_eq!(!cache.contents(roll()).unwrap().marks.is_read(), stays_unread);
        }
    }

    #[test]
    fn a_damaged_or_lost_chunk_no_longer_sums_up_once_it_was_looked_at() {
        let (rows, digest) = stored(250);
        let (mut damaged, mut lost) = (rows.clone(), rows);
        damaged[1].1.truncate(50);
        lost.pop();
        for rows in [damaged, lost] {
            let cache = loaded(rows, digest);
            assert!(cache.marks_under(roll(), SESSION.0).count() < 250);
            assert_ne!(cache.contents(roll()).unwrap().digest(), digest, "so the next pull fetches it anew");
        }
    }

    #[test]
    fn a_mark_that_arrives_joins_those_that_were_stored() {
        let (rows, digest) = stored(250);
        let mut contents = loaded(rows, digest).remove(roll()).unwrap();
        assert_eq!(contents.take(mark(250)), Some((EntityType::Attendance, 2)));
        assert_eq!(contents.digest(), stored(251).1);
        assert_eq!(contents.take(Entity::removed(mark(5).key, 2)), Some((EntityType::Attendance, 0)));
        assert_eq!(contents.keys().count(), 250);
    }
}
