//! A database in memory with real transactions: reads are checked again at the commit, bucket heads are locked from
//! their move to the commit, and a gate may delay or kill every storage step.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use crate::groups::Membership;
use crate::ids::{DeviceId, GroupId, OpId, ParticipantId, ReviewId, StreamId, UserId};
use crate::people::{Clue, Participant};
use crate::sync::author::AuthorKey;
use crate::sync::digest::Digest;
use crate::sync::entity::{Body, Bucket, Entity, EntityKey};
use crate::sync::rights::Grants;
use crate::sync::server::store::{
    Audit, BucketRow, ChangeRow, Changes, HeadMove, Keeper, Log, Lost, OpRow, ReadStore, Review, ServerStore,
    StreamRow, WriteOf,
};
use crate::sync::wire::{Epoch, Outcome};
use crate::time::Day;

/// What is committed.
#[derive(Clone, Default)]
pub struct State {
    pub epoch: String,
    pub entities: BTreeMap<EntityKey, Entity>,
    pub ops: BTreeMap<OpId, OpRow>,
    pub streams: BTreeMap<StreamId, StreamRow>,
    pub buckets: BTreeMap<Bucket, BucketRow>,
    pub changes: BTreeMap<(Bucket, i64), ChangeRow>,
    pub reviews: BTreeMap<ReviewId, Review>,
    /// Those that a write has answered.
    pub answered: BTreeSet<ReviewId>,
    pub audit: Vec<Audit>,
    pub grants: HashMap<(DeviceId, UserId), Grants>,
    pub author_keys: HashMap<(DeviceId, UserId), AuthorKey>,
    pub keepers: HashMap<ParticipantId, Vec<Keeper>>,
    /// Since when the groups' people are shown.
    pub shown_since: BTreeMap<GroupId, Day>,
    /// What tablets have declared lost.
    pub lost: Vec<(StreamId, Lost)>,
    newest: HashMap<(Bucket, EntityKey), i64>,
    writes: HashMap<EntityKey, Vec<WriteOf>>,
    stays: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    results: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    records: HashMap<ParticipantId, BTreeSet<EntityKey>>,
    members: HashMap<GroupId, BTreeSet<ParticipantId>>,
    versions: HashMap<Watched, u64>,
    locks: HashMap<Bucket, u64>,
    begun: u64,
}

/// What a read depends on.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Watched {
    Alike(Clue),
    Entity(EntityKey),
    Op(OpId),
    Stream(StreamId),
    StaysOf(ParticipantId),
    ResultsOf(ParticipantId),
    RecordsOf(ParticipantId),
    ShownSince(GroupId),
    MembersOf(GroupId),
    WritesOf(EntityKey),
}

/// Why a storage step or a commit failed. The caller repeats the unit of work, or dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Somebody else committed a change of what was read.
    Conflict,
    /// The process ends here.
    Killed,
}

/// What happens at a storage step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passage {
    Go,
    /// Give others a turn, then ask again.
    Wait,
    Die,
}

/// Decides at every storage step, named after the store's method.
pub trait Gate: Send {
    fn pass(&mut self, step: &'static str) -> Passage;
}

/// Lets everything pass.
pub struct Open;

impl Gate for Open {
    fn pass(&mut self, _: &'static str) -> Passage {
        Passage::Go
    }
}

#[derive(Clone)]
pub struct Database(Arc<Mutex<State>>);

impl Database {
    pub fn new(epoch: &str) -> Self {
        Self(Arc::new(Mutex::new(State { epoch: epoch.to_owned(), ..State::default() })))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn begin(&self, gate: impl Gate + 'static) -> Transaction {
        let mut state = self.state();
        state.begun += 1;
        Transaction {
            id: state.begun,
            database: self.clone(),
            gate: Box::new(gate),
            reads: BTreeMap::new(),
            changes: Vec::new(),
            moves: Vec::new(),
            shown: Vec::new(),
            logs: Vec::new(),
        }
    }
}

/// One unit of work. Dropped without a commit, it leaves nothing behind.
pub struct Transaction {
    id: u64,
    database: Database,
    gate: Box<dyn Gate>,
    reads: BTreeMap<Watched, u64>,
    changes: Vec<Changes>,
    moves: Vec<(HeadMove, i64)>,
    shown: Vec<(GroupId, Day, Vec<ChangeRow>)>,
    logs: Vec<Log>,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let id = self.id;
        self.database.state().locks.retain(|_, holder| *holder != id);
    }
}

impl Transaction {
    async fn step(&mut self, name: &'static str) -> Result<(), Fault> {
        let gate = &mut self.gate;
        poll_fn(|_| match gate.pass(name) {
            Passage::Go => Poll::Ready(Ok(())),
            Passage::Wait => Poll::Pending,
            Passage::Die => Poll::Ready(Err(Fault::Killed)),
        })
        .await
    }

    fn watch(&mut self, watched: impl IntoIterator<Item = Watched>) {
        let state = self.database.state();
        for item in watched {
            let version = state.versions.get(&item).copied().unwrap_or(0);
            self.reads.entry(item).or_insert(version);
        }
    }

    /// Makes everything visible at once, or fails when something that was read has changed.
    pub async fn commit(mut self) -> Result<(), Fault> {
        self.step("commit").await?;
        let mut state = self.database.state();
        let stale = |(item, seen): (&Watched, &u64)| state.versions.get(item).copied().unwrap_or(0) != *seen;
        if self.reads.iter().any(stale) {
            return Err(Fault::Conflict);
        }
        self.changes.drain(..).for_each(|changes| state.save(changes));
        for (change, head) in self.moves.drain(..) {
            state.move_head(&change, head);
        }
        for (group, day, changes) in self.shown.drain(..) {
            state.show_since(group, day);
            state.list(changes);
        }
        self.logs.drain(..).for_each(|log| state.log(log));
        Ok(())
    }

    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// For a simulator's mutant: takes these heads without the lock and the order that it gives.
    pub fn force_heads(&mut self, moves: &[HeadMove], heads: &[i64]) {
        self.moves.extend(moves.iter().copied().zip(heads.iter().copied()));
    }
}

impl State {
    /// A copy as it would lie on a disk: what is under way is not in it.
    pub fn backup(&self) -> Self {
        Self { locks: HashMap::new(), ..self.clone() }
    }

    fn touch(&mut self, item: Watched) {
        *self.versions.entry(item).or_default() += 1;
    }

    fn save(&mut self, changes: Changes) {
        for write in changes.entities {
            let entity = write.entity;
            self.touch(Watched::Entity(entity.key));
            if let Some(stay) = entity.content::<Membership>() {
                self.stays.entry(stay.participant).or_default().insert(entity.key);
                self.members.entry(stay.group).or_default().insert(stay.participant);
                self.touch(Watched::StaysOf(stay.participant));
                self.touch(Watched::MembersOf(stay.group));
            }
            if let Some(person) = entity.body.as_ref().and_then(Body::follows) {
                self.results.entry(person).or_default().insert(entity.key);
                self.touch(Watched::ResultsOf(person));
            }
            if let Some(person) = entity.body.as_ref().and_then(Body::lapses_with) {
                self.records.entry(person).or_default().insert(entity.key);
                self.touch(Watched::RecordsOf(person));
            }
            if let Some(person) = entity.content::<Participant>() {
                person.profile.clues().for_each(|clue| self.touch(Watched::Alike(clue)));
            }
            self.entities.insert(entity.key, entity);
        }
        for (person, organisation) in changes.registered {
            let keeper = organisation.map(|organisation| Keeper::of(person, organisation));
            self.keepers.entry(person).or_default().extend(keeper);
        }
        for review in changes.reviews {
            self.reviews.entry(review.id).or_insert(review);
        }
        for (entity, kind) in changes.settled {
            let about = self.reviews.values().filter(|review| (review.entity, review.kind) == (entity, kind));
            self.answered.extend(about.map(|review| review.id));
        }
        for (group, day) in changes.opened {
            self.show_since(group, day);
        }
    }

    fn show_since(&mut self, group: GroupId, day: Day) {
        self.touch(Watched::ShownSince(group));
        self.shown_since.insert(group, day);
    }

    fn list(&mut self, changes: Vec<ChangeRow>) {
        for row in changes {
            if let Some(old) = self.newest.insert((row.bucket, row.key), row.seq) {
                self.changes.remove(&(row.bucket, old));
            }
            self.changes.insert((row.bucket, row.seq), row);
        }
    }

    fn move_head(&mut self, change: &HeadMove, head: i64) {
        let empty = BucketRow { bucket: change.bucket, head: 0, floor: 0, digest: Digest::default() };
        let row = self.buckets.entry(change.bucket).or_insert(empty);
        row.head = row.head.max(head);
        row.digest.add(change.digest);
    }

    fn log(&mut self, log: Log) {
        self.list(log.changes);
        for op in log.ops {
            self.touch(Watched::Op(op.op_id));
            if let (Some(key), Some(rev)) = (op.target, op.rev) {
                self.touch(Watched::WritesOf(key));
                let write = WriteOf { key, rev, op_id: op.op_id, stream: op.stream, n: op.n };
                self.writes.entry(key).or_default().push(write);
            }
            self.ops.insert(op.op_id, op);
        }
        if let Some(stream) = log.stream {
            self.touch(Watched::Stream(stream.id));
            self.streams.insert(stream.id, stream);
        }
        self.lost.extend(log.audit.lost.iter().map(|lost| (log.audit.stream, *lost)));
        self.audit.push(log.audit);
    }

    fn of(&self, keys: Option<&BTreeSet<EntityKey>>) -> Vec<Entity> {
        keys.into_iter().flatten().filter_map(|key| self.entities.get(key)).cloned().collect()
    }
}

impl ReadStore for Transaction {
    type Error = Fault;

    async fn epoch(&mut self) -> Result<Epoch, Fault> {
        self.step("epoch").await?;
        Ok(Epoch(self.database.state().epoch.clone()))
    }

    async fn entities(&mut self, keys: &[EntityKey]) -> Result<Vec<Entity>, Fault> {
        self.step("entities").await?;
        self.watch(keys.iter().map(|key| Watched::Entity(*key)));
        let state = self.database.state();
        Ok(keys.iter().filter_map(|key| state.entities.get(key)).cloned().collect())
    }

    async fn buckets(&mut self, buckets: &[Bucket]) -> Result<Vec<BucketRow>, Fault> {
        self.step("buckets").await?;
        let state = self.database.state();
        Ok(buckets.iter().filter_map(|bucket| state.buckets.get(bucket)).cloned().collect())
    }

    async fn changes(&mut self, bucket: Bucket, after: i64, upto: i64, limit: u32) -> Result<Vec<ChangeRow>, Fault> {
        self.step("changes").await?;
        let state = self.database.state();
        let rows = state.changes.range((bucket, after + 1)..=(bucket, upto));
        Ok(rows.map(|(_, row)| *row).take(limit as usize).collect())
    }

    async fn ops(&mut self, ids: &[OpId]) -> Result<Vec<OpRow>, Fault> {
        self.step("ops").await?;
        self.watch(ids.iter().map(|id| Watched::Op(*id)));
        let state = self.database.state();
        Ok(ids.iter().filter_map(|id| state.ops.get(id)).cloned().collect())
    }
}

impl ServerStore for Transaction {
    async fn stream(&mut self, id: StreamId) -> Result<Option<StreamRow>, Fault> {
        self.step("stream").await?;
        self.watch([Watched::Stream(id)]);
        Ok(self.database.state().streams.get(&id).cloned())
    }

    async fn grants(&mut self, device: DeviceId, user: UserId) -> Result<Option<Grants>, Fault> {
        self.step("grants").await?;
        Ok(self.database.state().grants.get(&(device, user)).cloned())
    }

    async fn held_from(&mut self, device: DeviceId) -> Result<i64, Fault> {
        self.step("held_from").await?;
        let state = self.database.state();
        let own = |op: &&OpRow| state.streams.get(&op.stream).is_some_and(|stream| stream.device == Some(device));
        let held = state.ops.values().filter(|op| op.outcome == Outcome::Held).filter(own);
        Ok(i64::try_from(held.count()).unwrap_or(i64::MAX))
    }

    async fn author_key(&mut self, device: DeviceId, user: UserId) -> Result<Option<AuthorKey>, Fault> {
        self.step("author_key").await?;
        Ok(self.database.state().author_keys.get(&(device, user)).copied())
    }

    async fn has_worked(&mut self, device: DeviceId, user: UserId) -> Result<bool, Fault> {
        self.step("has_worked").await?;
        Ok(self.database.state().grants.contains_key(&(device, user)))
    }

    async fn memberships(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Fault> {
        self.step("memberships").await?;
        self.watch(participants.iter().map(|person| Watched::StaysOf(*person)));
        let state = self.database.state();
        Ok(participants.iter().flat_map(|person| state.of(state.stays.get(person))).collect())
    }

    async fn results(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Fault> {
        self.step("results").await?;
        self.watch(participants.iter().map(|person| Watched::ResultsOf(*person)));
        let state = self.database.state();
        Ok(participants.iter().flat_map(|person| state.of(state.results.get(person))).collect())
    }

    async fn records(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Fault> {
        self.step("records").await?;
        self.watch(participants.iter().map(|person| Watched::RecordsOf(*person)));
        let state = self.database.state();
        Ok(participants.iter().flat_map(|person| state.of(state.records.get(person))).collect())
    }

    async fn shown_since(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, Day)>, Fault> {
        self.step("shown_since").await?;
        self.watch(groups.iter().map(|group| Watched::ShownSince(*group)));
        let state = self.database.state();
        Ok(groups.iter().filter_map(|group| Some((*group, *state.shown_since.get(group)?))).collect())
    }

    async fn show_since(&mut self, group: GroupId, day: Day, changes: &[ChangeRow]) -> Result<(), Fault> {
        self.step("show_since").await?;
        self.shown.push((group, day, changes.to_vec()));
        Ok(())
    }

    async fn members(&mut self, groups: &[GroupId]) -> Result<Vec<Entity>, Fault> {
        self.step("members").await?;
        self.watch(groups.iter().map(|group| Watched::MembersOf(*group)));
        let state = self.database.state();
        let people: BTreeSet<_> = groups.iter().filter_map(|group| state.members.get(group)).flatten().collect();
        Ok(people.into_iter().filter_map(|person| state.entities.get(&EntityKey::from(*person))).cloned().collect())
    }

    async fn alike(&mut self, clues: &[Clue]) -> Result<Vec<Entity>, Fault> {
        self.step("alike").await?;
        self.watch(clues.iter().cloned().map(Watched::Alike));
        let state = self.database.state();
        let alike = |entity: &&Entity| {
            entity.content::<Participant>().is_some_and(|person| person.profile.clues().any(|own| clues.contains(&own)))
        };
        Ok(state.entities.values().filter(alike).cloned().collect())
    }

    async fn keepers(&mut self, participants: &[ParticipantId]) -> Result<Vec<Keeper>, Fault> {
        self.step("keepers").await?;
        let state = self.database.state();
        Ok(participants.iter().filter_map(|person| state.keepers.get(person)).flatten().copied().collect())
    }

    async fn writes_of(&mut self, keys: &[EntityKey]) -> Result<Vec<WriteOf>, Fault> {
        self.step("writes_of").await?;
        self.watch(keys.iter().map(|key| Watched::WritesOf(*key)));
        let state = self.database.state();
        Ok(keys.iter().filter_map(|key| state.writes.get(key)).flatten().copied().collect())
    }

    async fn save(&mut self, changes: &Changes) -> Result<(), Fault> {
        self.step("save").await?;
        self.changes.push(changes.clone());
        Ok(())
    }

    async fn move_heads(&mut self, moves: &[HeadMove]) -> Result<Vec<i64>, Fault> {
        self.step("move_heads").await?;
        let mut heads = Vec::new();
        for change in moves {
            let (id, database) = (self.id, &self.database);
            // The row lock of the bucket: whoever comes second waits for the commit of the first.
            poll_fn(|_| {
                let holder = *database.state().locks.entry(change.bucket).or_insert(id);
                if holder == id { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            let head = self.database.state().buckets.get(&change.bucket).map_or(0, |row| row.head) + change.by;
            self.moves.push((*change, head));
            heads.push(head);
        }
        Ok(heads)
    }

    async fn log(&mut self, log: &Log) -> Result<(), Fault> {
        self.step("log").await?;
        self.logs.push(log.clone());
        Ok(())
    }
}
