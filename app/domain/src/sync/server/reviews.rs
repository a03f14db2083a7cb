//! Questions for a person: which writes contradict each other, which records may be one.

use std::collections::BTreeMap;

use super::step::Author;
use super::store::{Review, ReviewKind, ServerStore, WriteOf};
use super::world::World;
use crate::assessments::Assessment;
use crate::consents::{Consent, follows};
use crate::ids::{OpId, ReviewId, StreamId, uuid_v5};
use crate::people::Profile;
use crate::sync::entity::{Body, Entity, EntityKey};
use crate::sync::op::{Op, Verb};
use crate::sync::wire::Reason;
use crate::time::Instant;

/// Which writes of the other entity the operation is held against.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Against {
    /// Newer than what the author had seen, by other streams.
    Unseen { base: i64, stream: StreamId },
    /// These versions.
    Revs(Vec<i64>),
    /// All versions.
    All,
}

/// A question whose operations are still to be looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Question {
    kind: ReviewKind,
    entity: EntityKey,
    /// The entity whose writes it is held against.
    against: (EntityKey, Against),
    op_id: OpId,
}

impl Question {
    /// The operation contradicts writes of the same entity, of which `entity` is the newest version.
    pub fn between_writes(kind: ReviewKind, op: &Op, stream: StreamId, entity: &Entity) -> Self {
        let against = match (&entity.body, &op.verb) {
            (Some(Body::Attendance(shown)), Verb::AttendanceSet { mark, .. }) => {
                let others = shown.contenders.iter().filter(|c| c.mark.is_some() && c.mark != *mark);
                Against::Revs(others.map(|c| c.rev).collect())
            }
            _ => Against::Unseen { base: op.base_rev.unwrap_or(0), stream },
        };
        Self { kind, entity: entity.key, against: (entity.key, against), op_id: op.op_id }
    }

    /// Whether the operation contradicts another write; else it is only a hint.
    pub fn contradicts(&self) -> bool {
        self.kind != ReviewKind::PossibleSamePerson
    }

    pub fn reason(&self) -> Option<Reason> {
        Some(match self.kind {
            ReviewKind::PossibleDuplicate => Reason::PossibleDuplicate,
            ReviewKind::PossibleSamePerson => Reason::PossibleSamePerson,
            _ => Reason::Contradiction,
        })
    }

    fn concerns(&self, write: &WriteOf) -> bool {
        write.key == self.against.0
            && write.op_id != self.op_id
            && match &self.against.1 {
                Against::Unseen { base, stream } => write.rev > *base && write.stream != *stream,
                Against::Revs(revs) => revs.contains(&write.rev),
                Against::All => true,
            }
    }
}

/// What the operation may contradict or repeat among other entities of the same person.
pub(super) fn among_neighbours(world: &World, op: &Op, author: &Author<'_>) -> Vec<Question> {
    let kind_and_others: (ReviewKind, Vec<EntityKey>) = match &op.verb {
        Verb::AssessmentRecord { assessment } => {
            (ReviewKind::PossibleDuplicate, same_tests(world, assessment, author.stream))
        }
        Verb::ConsentRecord { consent } if !author.settled => {
            (ReviewKind::Consent, contradicted_consents(world, consent, author.stream))
        }
        Verb::ParticipantRegister { id, group: Some(group), profile, provisional: true } => {
            let same = world.members_of(*group).filter(|member| match &member.body {
                Some(Body::Participant(person)) => person.id != *id && may_be_one(&person.profile, profile),
                _ => false,
            });
            (ReviewKind::PossibleSamePerson, same.map(|member| member.key).collect())
        }
        _ => return Vec::new(),
    };
    let (kind, others) = kind_and_others;
    let entity = op.verb.target();
    others.into_iter().map(|other| Question { kind, entity, against: (other, Against::All), op_id: op.op_id }).collect()
}

/// The same participant, test and day from another stream.
fn same_tests(world: &World, new: &Assessment, stream: StreamId) -> Vec<EntityKey> {
    let same = |entity: &&Entity| match &entity.body {
        Some(Body::Assessment(test)) => {
            (entity.stream != stream || entity.other_rev > 0)
                && test.id != new.id
                && test.instrument == new.instrument
                && test.measured_on == new.measured_on
        }
        _ => false,
    };
    world.health_of(new.participant).filter(same).map(|entity| entity.key).collect()
}

/// Consents of the same person and purpose that say the opposite and that the author did not know of.
fn contradicted_consents(world: &World, new: &Consent, stream: StreamId) -> Vec<EntityKey> {
    let of_purpose = |entity: &&Entity| matches!(&entity.body, Some(Body::Consent(c)) if c.purpose == new.purpose);
    let entities: Vec<_> = world.health_of(new.participant).filter(of_purpose).collect();
    let events: Vec<_> = entities
        .iter()
        .filter_map(|entity| match &entity.body {
            Some(Body::Consent(consent)) => Some(consent),
            _ => None,
        })
        .collect();
    let unseen = entities.iter().zip(&events).filter(|(entity, event)| {
        entity.stream != stream && event.id != new.id && event.act != new.act && !follows(&events, new, event.id)
    });
    // An event that the author's own later word already stands on is settled.
    let settled = |id| events.iter().any(|other| other.act == new.act && follows(&events, other, id));
    unseen.filter(|(_, event)| !settled(event.id)).map(|(entity, _)| entity.key).collect()
}

/// The same name, and years of birth that do not differ.
fn may_be_one(a: &Profile, b: &Profile) -> bool {
    let name = |p: &Profile| p.full_name().to_lowercase();
    let year = |p: &Profile| p.birth_date.map(|day| day.year()).or(p.birth_year);
    name(a) == name(b) && year(a).zip(year(b)).is_none_or(|(a, b)| a == b)
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
    let review = |question: &Question| {
        let others = writes.iter().filter(|write| question.concerns(write)).map(|write| write.op_id);
        let mut op_ids: Vec<_> = others.chain([question.op_id]).collect();
        op_ids.sort();
        op_ids.dedup();
        let entity = question.entity;
        Review {
            id: review_id(question.kind, entity, &op_ids),
            kind: question.kind,
            bucket: world.buckets(entity).into_iter().next(),
            entity,
            other: (question.against.0 != entity).then_some(question.against.0),
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
