//! What the step function needs of a database: reads by key in lists, and few large writes.
//!
//! One store value is one open unit of work of one municipality. It must behave like a serial execution:
//! what was read and changed by another commit before this one makes the commit (or a write) fail, and the
//! caller repeats the unit. Lists may be long (an import hands in 100,000 keys at once) and may repeat nothing.
//! What is asked for and not there is left out of the answer, in any order.

use std::future::Future;

use crate::ids::{DeviceId, GroupId, OpId, OrganisationId, ParticipantId, ReviewId, StreamId, UserId};
use crate::people::Clue;
use crate::sync::author::AuthorKey;
use crate::sync::canon::Hash;
use crate::sync::digest::Digest;
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::review::ReviewKind;
use crate::sync::rights::Grants;
use crate::sync::wire::{Effect, Epoch, HoleReason, OpResult, Outcome, Reason, StreamInfo};
use crate::time::{Day, Instant};

/// The reads of a pull: all within one snapshot.
pub trait ReadStore: Send {
    type Error: Send;

    fn epoch(&mut self) -> impl Future<Output = Result<Epoch, Self::Error>> + Send;

    /// Entities, tombstones included.
    fn entities(&mut self, keys: &[EntityKey]) -> impl Future<Output = Result<Vec<Entity>, Self::Error>> + Send;

    /// A bucket that was never written has no row.
    fn buckets(&mut self, buckets: &[Bucket]) -> impl Future<Output = Result<Vec<BucketRow>, Self::Error>> + Send;

    /// Change rows with `after < seq ≤ upto` in order of seq, at most `limit`.
    fn changes(
        &mut self,
        bucket: Bucket,
        after: i64,
        upto: i64,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<ChangeRow>, Self::Error>> + Send;

    fn ops(&mut self, ids: &[OpId]) -> impl Future<Output = Result<Vec<OpRow>, Self::Error>> + Send;
}

/// The reads and writes of a step.
pub trait ServerStore: ReadStore {
    /// Locks the stream's row until the unit ends, where the database can.
    fn stream(&mut self, id: StreamId) -> impl Future<Output = Result<Option<StreamRow>, Self::Error>> + Send;

    /// What this account may do now, given that it has signed in on this tablet; else `None`.
    fn grants(
        &mut self,
        device: DeviceId,
        user: UserId,
    ) -> impl Future<Output = Result<Option<Grants>, Self::Error>> + Send;

    /// How many operations from this tablet wait for a person.
    fn held_from(&mut self, device: DeviceId) -> impl Future<Output = Result<i64, Self::Error>> + Send;

    /// The secret that must have signed what this account records on this tablet; `None`: none was given to it.
    fn author_key(
        &mut self,
        device: DeviceId,
        user: UserId,
    ) -> impl Future<Output = Result<Option<AuthorKey>, Self::Error>> + Send;

    /// Whether this account has ever signed in on this tablet.
    fn has_worked(&mut self, device: DeviceId, user: UserId) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// All membership entities of these participants.
    fn memberships(
        &mut self,
        participants: &[ParticipantId],
    ) -> impl Future<Output = Result<Vec<Entity>, Self::Error>> + Send;

    /// All entities that follow these participants ([`crate::sync::noun::Noun::FOLLOWS_PERSON`]).
    fn results(
        &mut self,
        participants: &[ParticipantId],
    ) -> impl Future<Output = Result<Vec<Entity>, Self::Error>> + Send;

    /// All entities about these participants that leave a group's tablets with them
    /// ([`crate::sync::noun::Noun::LAPSES_WITH_PERSON`]).
    fn records(
        &mut self,
        participants: &[ParticipantId],
    ) -> impl Future<Output = Result<Vec<Entity>, Self::Error>> + Send;

    /// Since which day a stay in these groups must have lasted for the group's tablets to hold its person.
    fn shown_since(
        &mut self,
        groups: &[GroupId],
    ) -> impl Future<Output = Result<Vec<(GroupId, Day)>, Self::Error>> + Send;

    /// The participant entities that have a membership in one of these groups.
    fn members(&mut self, groups: &[GroupId]) -> impl Future<Output = Result<Vec<Entity>, Self::Error>> + Send;

    /// The participants, tombstones left out, of whom one of these holds.
    fn alike(&mut self, clues: &[Clue]) -> impl Future<Output = Result<Vec<Entity>, Self::Error>> + Send;

    /// Which organisations have registered these participants.
    fn keepers(
        &mut self,
        participants: &[ParticipantId],
    ) -> impl Future<Output = Result<Vec<Keeper>, Self::Error>> + Send;

    /// Which operations made the revisions of these entities.
    fn writes_of(&mut self, keys: &[EntityKey]) -> impl Future<Output = Result<Vec<WriteOf>, Self::Error>> + Send;

    /// Writes entities and reviews. Called once.
    fn save(&mut self, changes: &Changes) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Moves bucket heads, in the given (sorted) order, and answers the new head of each. Called once, after
    /// [`ServerStore::save`]: `UPDATE bucket SET head = head + k … RETURNING head`, whose row lock is held to
    /// the commit, so that the order of seq is the order of commits (docs/sync.md, Cursor). A missing row counts as
    /// head 0.
    fn move_heads(&mut self, moves: &[HeadMove]) -> impl Future<Output = Result<Vec<i64>, Self::Error>> + Send;

    /// Shows a group's people from another day on, with what enters and leaves its buckets by that. Called once, after
    /// [`ServerStore::move_heads`].
    fn show_since(
        &mut self,
        group: GroupId,
        day: Day,
        changes: &[ChangeRow],
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Writes what needed the heads: change rows (newest per bucket and entity), operations, stream, audit.
    fn log(&mut self, log: &Log) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketRow {
    pub bucket: Bucket,
    pub head: i64,
    /// Changes up to here are no longer listed one by one; always 0 today.
    pub floor: i64,
    pub digest: Digest,
}

/// Newest change of one entity in one bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChangeRow {
    pub bucket: Bucket,
    pub seq: i64,
    pub key: EntityKey,
    pub rev: i64,
    /// Not in this bucket any more.
    pub removed: bool,
}

/// One writer: a device and a user, or the server for a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamRow {
    pub id: StreamId,
    /// `None`: a stream of the server (desk, import).
    pub device: Option<DeviceId>,
    pub user: UserId,
    pub last_n: i64,
    /// Chain value after `last_n`. `None` where it is not known: behind a hole, where a fork begins, in the server's own
    /// streams, and where a program before this one has written last. Then the next envelope says it.
    pub chain: Option<Hash>,
    /// Highest `n` that verified backups hold.
    pub durable_n: i64,
    pub created_n: i64,
    /// When the newest operation came in: the last contact of this writer.
    pub seen_at: Instant,
}

impl StreamRow {
    /// Without a receipt: that is for whoever has a secret.
    pub fn info(&self) -> StreamInfo {
        StreamInfo { contig: self.last_n, durable: self.durable_n.min(self.last_n), receipt: None }
    }
}

/// One operation as stored: the history of everything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpRow {
    pub op_id: OpId,
    pub stream: StreamId,
    pub n: i64,
    /// `None` when the text could not be read as an operation of the present schema.
    pub target: Option<EntityKey>,
    /// The target's revision that this operation made.
    pub rev: Option<i64>,
    pub kind: String,
    pub schema: u16,
    pub actor: UserId,
    /// Clamped to `received_at` + 5 minutes.
    pub hlc: Hlc,
    pub received_at: Instant,
    /// The canonical text; empty when it was dropped (erased).
    pub body: String,
    pub body_hash: Hash,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    /// Which field was wrong, when it is invalid because of one.
    pub field: Option<String>,
    /// Stored as JSON text.
    pub effects: Vec<Effect>,
}

impl OpRow {
    pub fn result(&self) -> OpResult {
        let Self { op_id, outcome, reason, .. } = *self;
        OpResult { op_id, outcome, reason, field: self.field.clone(), effects: self.effects.clone() }
    }
}

/// Which operation made a revision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteOf {
    pub key: EntityKey,
    pub rev: i64,
    pub op_id: OpId,
    pub stream: StreamId,
    pub n: i64,
}

/// A question for a person. The id follows from kind, entity and operations: asked twice, it is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    pub id: ReviewId,
    pub kind: ReviewKind,
    /// Where the coordinator meets it; `None` when the entity is in no bucket.
    pub bucket: Option<Bucket>,
    pub entity: EntityKey,
    /// The other entity, where two entities may be one.
    pub other: Option<EntityKey>,
    pub op_ids: Vec<OpId>,
    pub created_at: Instant,
}

/// One entity to write whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntityWrite {
    pub entity: Entity,
    /// The revision that was read; `None`: there was none. A store on a weaker isolation level guards with it.
    pub before: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    pub entities: Vec<EntityWrite>,
    pub reviews: Vec<Review>,
    /// Entities of which nothing of that kind is in question any more: open questions about them, and those of `reviews`,
    /// are answered by what was written.
    pub settled: Vec<(EntityKey, ReviewKind)>,
    /// Participants who are new, and the organisation that has registered each: nothing for the installation, whose
    /// people the municipality's own organisation looks after while they are in no group.
    pub registered: Vec<(ParticipantId, Option<OrganisationId>)>,
    /// Groups that are new, and since when their people are shown on tablets.
    pub opened: Vec<(GroupId, Day)>,
}

/// An organisation that looks after somebody, in a group or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keeper {
    pub participant: ParticipantId,
    pub organisation: OrganisationId,
    /// Only while the person is in no group: a file has brought them, on nobody's behalf.
    pub while_unplaced: bool,
}

impl Keeper {
    pub const fn of(participant: ParticipantId, organisation: OrganisationId) -> Self {
        Self { participant, organisation, while_unplaced: false }
    }
}

/// One bucket's head moves by `by`, its digest by a difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeadMove {
    pub bucket: Bucket,
    pub by: i64,
    pub digest: Digest,
}

/// What is written last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Log {
    pub changes: Vec<ChangeRow>,
    /// New operations; one that is there already (a held one that was settled) is replaced.
    pub ops: Vec<OpRow>,
    pub stream: Option<StreamRow>,
    pub audit: Audit,
}

/// One row per unit of work: who wrote, from where, how much (docs/access.md, Audit).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audit {
    pub at: Instant,
    pub actor: UserId,
    pub device: Option<DeviceId>,
    pub stream: StreamId,
    pub verb: AuditVerb,
    /// Operations by outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u32; 5],
    /// Operation ids that came with another text than the stored one: an alarm.
    pub reused: Vec<OpId>,
    /// Operations that the tablet has declared lost: an alarm. They are put to a person, too.
    pub lost: Vec<Lost>,
    /// How sure it is that the actor sent it; `None` for what the server itself wrote or was told at the desk.
    pub sender: Option<Sender>,
}

/// Numbers of the audited stream that will never come (docs/sync.md, Gaps and forks).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lost {
    pub from: i64,
    /// The last of them.
    pub to: i64,
    pub reason: HoleReason,
}

/// What a push says of its author beside the tablet's own identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sender {
    /// The author was signed in on the tablet when it came.
    pub signed_in: bool,
    /// It is signed with the author's secret.
    pub signed: bool,
}

crate::codes::codes! {
    pub enum AuditVerb { Push = "push", Write = "write", Settle = "settle", Fork = "fork" }
}
