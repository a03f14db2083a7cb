//! Questions for a person: which writes contradict each other, which records may be one.

use std::collections::{BTreeMap, HashMap};

use super::store::{Review, ServerStore, WriteOf};
use super::world::World;
use crate::ids::{OpId, ReviewId, StreamId, uuid_v5};
use crate::sync::entity::EntityKey;
use crate::sync::merge::Write;
use crate::sync::op::Op;
use crate::sync::review::{Against, Contradiction, ReviewKind, pair_id};
use crate::sync::wire::Reason;
use crate::time::Instant;

/// A question whose operations are still to be looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Question {
    kind: ReviewKind,
    entity: EntityKey,
    /// The entity whose writes it is held against.
    against: (EntityKey, Against),
    op_id: OpId,
    stream: StreamId,
    /// The version that its author had seen.
    base: i64,
}

impl Question {
    /// The operation contradicts writes of its own entity.
    pub fn between_writes(contradiction: Contradiction, op: &Op, write: &Write<'_>) -> Self {
        let Contradiction { kind, against } = contradiction;
        Self::of(kind, (op.verb.target(), against), op, write)
    }

    fn of(kind: ReviewKind, against: (EntityKey, Against), op: &Op, write: &Write<'_>) -> Self {
        let (entity, base) = (op.verb.target(), op.base_rev.unwrap_or(0));
        Self { kind, entity, against, op_id: op.op_id, stream: write.stream, base }
    }

    /// Of a tablet's operation something was not taken that only the desk gives.
    pub fn left_out(op: &Op, write: &Write<'_>) -> Self {
        Self::of(ReviewKind::Reference, (op.verb.target(), Against::Revs(Vec::new())), op, write)
    }

    pub fn contradicts(&self) -> bool {
        self.kind.contradicts()
    }

    /// What its author is told. Of others than their own groups' people they learn nothing by it.
    pub fn reason(&self) -> Option<Reason> {
        match self.kind {
            ReviewKind::PossibleDuplicate => Some(Reason::PossibleDuplicate),
            ReviewKind::PossibleSamePerson => Some(Reason::PossibleSamePerson),
            kind => kind.contradicts().then_some(Reason::Contradiction),
        }
    }

    fn concerns(&self, write: &WriteOf) -> bool {
        write.key == self.against.0
            && write.op_id != self.op_id
            && match &self.against.1 {
                Against::Unseen => write.rev > self.base && write.stream != self.stream,
                Against::Revs(revs) => revs.contains(&write.rev),
                Against::All => true,
            }
    }
}

/// What the operation may contradict or repeat among other entities of the same person.
pub(super) fn among_neighbours(world: &World, op: &Op, write: &Write<'_>) -> Vec<Question> {
    let asked = op.verb.resembles(world, write).into_iter();
    let each = asked.flat_map(|(kind, others)| others.into_iter().map(move |other| (kind, other)));
    each.map(|(kind, other)| Question::of(kind, (other, Against::All), op, write)).collect()
}

/// Looks up the operations behind each question. Questions that turn out to be one are one.
pub(super) async fn resolve<S: ServerStore>(
    store: &mut S,
    questions: &[Question],
    written: &BTreeMap<(EntityKey, i64), WriteOf>,
    world: &World,
    now: Instant,
) -> Result<Vec<Review>, S::Error> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let keys: std::collections::BTreeSet<_> = questions.iter().map(|q| q.against.0).collect();
    let mut writes = store.writes_of(&keys.into_iter().collect::<Vec<_>>()).await?;
    writes.extend(written.values().copied());
    let mut by_key: HashMap<EntityKey, Vec<WriteOf>> = HashMap::new();
    writes.into_iter().for_each(|write| by_key.entry(write.key).or_default().push(write));
    let review = |question: &Question| {
        let near = by_key.get(&question.against.0).into_iter().flatten();
        let others = near.filter(|write| question.concerns(write)).map(|write| write.op_id);
        let mut op_ids: Vec<_> = others.chain([question.op_id]).collect();
        op_ids.sort();
        op_ids.dedup();
        let entity = question.entity;
        let other = question.against.0;
        Review {
            id: match question.kind.is_of_pair() {
                true => pair_id(entity, other),
                false => review_id(question.kind, entity, &op_ids),
            },
            kind: question.kind,
            bucket: world.home(entity),
            entity,
            other: (other != entity).then_some(other),
            op_ids,
            created_at: now,
        }
    };
    let mut reviews: Vec<_> = questions.iter().map(review).collect();
    reviews.sort_by_key(|review| review.id);
    reviews.dedup_by_key(|review| review.id);
    Ok(reviews)
}

fn review_id(kind: ReviewKind, entity: EntityKey, op_ids: &[OpId]) -> ReviewId {
    let ids: Vec<_> = op_ids.iter().map(ToString::to_string).collect();
    let mut parts = vec!["review", kind.code()];
    parts.extend(ids.iter().map(String::as_str));
    ReviewId(uuid_v5(entity.id, &parts))
}
