//! Known mistakes, built around the real code: the oracle must catch each of them.

use domain::ids::{DeviceId, GroupId, OpId, ParticipantId, StreamId, UserId};
use domain::people::Clue;
use domain::sync::author::AuthorKey;
use domain::sync::digest::Digest;
use domain::sync::entity::{Body, Bucket, Entity, EntityKey};
use domain::sync::mistakes::Mistake;
use domain::sync::rights::Grants;
use domain::sync::server::store::{
    BucketRow, ChangeRow, Changes, HeadMove, Keeper, Log, OpRow, ReadStore, ServerStore, StreamRow, WriteOf,
};
use domain::sync::testing::memory::{Fault, Transaction};
use domain::sync::wire::Epoch;
use domain::time::Day;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// The tablet forgets what it was sending when the server says 403.
    DropOn403,
    /// Numbers in a bucket are given out when rows are written, not at the end under the head's lock.
    CursorByInsertOrder,
    /// The server answers before its commit, and the commit does not always happen.
    ForgetAnAck,
    /// An operation that comes again is not recognised.
    ApplyTwice,
    /// Of two marks that contradict each other the earlier one is shown.
    SwapMergeOrder,
    /// The database does not wait for its disk.
    Unsynced,
    /// Nobody is asked about what contradicts.
    NoReview,
    /// Something changes in a bucket, and no change row says so.
    ForgetAChange,
    /// A bucket's digest is not kept up.
    WrongDigest,
    /// What a tablet says is lost is passed over and not noted.
    HoleNotNoted,
    /// Whoever left a group long ago stays on its tablets.
    LapsedStays,
    /// What was said of somebody who was erased stays in the history.
    ErasedInHistory,
    /// A copy that takes the database's place brings back whom it still knew.
    ErasedComesBack,
    /// In the code of the program itself.
    Own(Mistake),
}

impl Mutant {
    const AROUND: [Self; 13] = [
        Self::DropOn403,
        Self::CursorByInsertOrder,
        Self::ForgetAnAck,
        Self::ApplyTwice,
        Self::SwapMergeOrder,
        Self::Unsynced,
        Self::NoReview,
        Self::ForgetAChange,
        Self::WrongDigest,
        Self::HoleNotNoted,
        Self::LapsedStays,
        Self::ErasedInHistory,
        Self::ErasedComesBack,
    ];

    pub fn all() -> impl Iterator<Item = Self> {
        Self::AROUND.into_iter().chain(Mistake::ALL.map(Self::Own))
    }

    /// The mistake of the program's own code.
    pub const fn own(self) -> Option<Mistake> {
        match self {
            Self::Own(mistake) => Some(mistake),
            _ => None,
        }
    }
}

/// Numbers given out early, per bucket.
pub type Sequence = Arc<Mutex<HashMap<Bucket, i64>>>;

/// A unit of work with a mistake in it, or without.
pub struct Flawed {
    pub inner: Transaction,
    pub mutant: Option<Mutant>,
    /// `n` of the request's first operation, for the mistake that needs it.
    pub first_n: i64,
    pub sequence: Sequence,
}

impl ReadStore for Flawed {
    type Error = Fault;

    async fn epoch(&mut self) -> Result<Epoch, Fault> {
        self.inner.epoch().await
    }

    async fn entities(&mut self, keys: &[EntityKey]) -> Result<Vec<Entity>, Fault> {
        self.inner.entities(keys).await
    }

    async fn buckets(&mut self, buckets: &[Bucket]) -> Result<Vec<BucketRow>, Fault> {
        self.inner.buckets(buckets).await
    }

    async fn changes(&mut self, bucket: Bucket, after: i64, upto: i64, limit: u32) -> Result<Vec<ChangeRow>, Fault> {
        self.inner.changes(bucket, after, upto, limit).await
    }

    async fn ops(&mut self, ids: &[OpId]) -> Result<Vec<OpRow>, Fault> {
        let known = self.inner.ops(ids).await?;
        Ok(if self.mutant == Some(Mutant::ApplyTwice) { Vec::new() } else { known })
    }
}

impl ServerStore for Flawed {
    async fn stream(&mut self, id: StreamId) -> Result<Option<StreamRow>, Fault> {
        let mut row = self.inner.stream(id).await?;
        if let Some(row) = row.as_mut().filter(|_| self.mutant == Some(Mutant::ApplyTwice)) {
            (row.last_n, row.chain) = (row.last_n.min(self.first_n - 1), None);
        }
        Ok(row)
    }

    async fn grants(&mut self, device: DeviceId, user: UserId) -> Result<Option<Grants>, Fault> {
        self.inner.grants(device, user).await
    }

    async fn held_from(&mut self, device: DeviceId) -> Result<i64, Fault> {
        self.inner.held_from(device).await
    }

    async fn author_key(&mut self, device: DeviceId, user: UserId) -> Result<Option<AuthorKey>, Fault> {
        self.inner.author_key(device, user).await
    }

    async fn has_worked(&mut self, device: DeviceId, user: UserId) -> Result<bool, Fault> {
        self.inner.has_worked(device, user).await
    }

    async fn memberships(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Fault> {
        self.inner.memberships(participants).await
    }

    async fn results(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Fault> {
        self.inner.results(participants).await
    }

    async fn records(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Fault> {
        self.inner.records(participants).await
    }

    async fn shown_since(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, Day)>, Fault> {
        self.inner.shown_since(groups).await
    }

    async fn show_since(&mut self, group: GroupId, day: Day, changes: &[ChangeRow]) -> Result<(), Fault> {
        self.inner.show_since(group, day, changes).await
    }

    async fn members(&mut self, groups: &[GroupId]) -> Result<Vec<Entity>, Fault> {
        self.inner.members(groups).await
    }

    async fn alike(&mut self, clues: &[Clue]) -> Result<Vec<Entity>, Fault> {
        self.inner.alike(clues).await
    }

    async fn keepers(&mut self, participants: &[ParticipantId]) -> Result<Vec<Keeper>, Fault> {
        self.inner.keepers(participants).await
    }

    async fn writes_of(&mut self, keys: &[EntityKey]) -> Result<Vec<WriteOf>, Fault> {
        self.inner.writes_of(keys).await
    }

    async fn save(&mut self, changes: &Changes) -> Result<(), Fault> {
        let mut changes = changes.clone();
        if self.mutant == Some(Mutant::SwapMergeOrder) {
            changes.entities.iter_mut().for_each(|write| swap(&mut write.entity));
        }
        if self.mutant == Some(Mutant::NoReview) {
            changes.reviews.clear();
        }
        self.inner.save(&changes).await
    }

    async fn move_heads(&mut self, moves: &[HeadMove]) -> Result<Vec<i64>, Fault> {
        if self.mutant == Some(Mutant::WrongDigest) {
            let kept = moves.iter().map(|change| HeadMove { digest: Digest::default(), ..*change });
            return self.inner.move_heads(&kept.collect::<Vec<_>>()).await;
        }
        if self.mutant != Some(Mutant::CursorByInsertOrder) {
            return self.inner.move_heads(moves).await;
        }
        let heads = {
            let mut sequence = self.sequence.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let next = |change: &HeadMove| {
                let head = sequence.entry(change.bucket).or_default();
                *head += change.by;
                *head
            };
            moves.iter().map(next).collect::<Vec<_>>()
        };
        self.inner.force_heads(moves, &heads);
        // Others commit in between.
        self.inner.epoch().await?;
        Ok(heads)
    }

    async fn log(&mut self, log: &Log) -> Result<(), Fault> {
        let mut log = log.clone();
        if self.mutant == Some(Mutant::HoleNotNoted) {
            log.audit.lost.clear();
        }
        if self.mutant == Some(Mutant::ForgetAChange) {
            log.changes.pop();
        }
        self.inner.log(&log).await
    }
}

fn swap(entity: &mut Entity) {
    if let Some(Body::Attendance(mark)) = &mut entity.body
        && let Some(other) = mark.contenders.first().cloned()
    {
        mark.mark = other.mark;
        mark.at = other.at.clone();
        entity.at = other.at;
    }
}
