//! Merging (docs/sync.md, Merge rules): what the nouns' rules have in common, the same on the server and in the
//! tablet's view of what it has not sent yet.
//!
//! *Concurrent* means that neither write had seen the other: judged by `base_rev`, where earlier operations of
//! the same stream count as seen. Every rule gives the same state whichever of two concurrent writes comes first.

use super::entity::{Body, Entity};
use super::hlc::Hlc;
use super::nouns::Verb;
use super::op::Op;
use super::review::{Against, Contradiction, ReviewKind};
use super::validate::Invalid;
use super::wire::{Outcome, Reason};
use crate::ids::StreamId;

/// One write as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    pub stream: StreamId,
    pub at: &'a Hlc,
    pub base_rev: Option<i64>,
    /// The writer is the server itself and has seen the newest version: saying the same again changes nothing.
    /// A tablet's repetition counts as a write, since it has not seen what else is on its way.
    pub settled: bool,
}

/// What a write does to its entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Merged {
    /// A new version. With a contradiction a person must decide.
    Changed { entity: Box<Entity>, reason: Option<Reason>, contradiction: Option<Contradiction> },
    /// Valid, and already so.
    Noop,
    /// Not possible on what is there; with the field that does not fit, where it is one.
    Invalid(Option<Invalid>),
    /// What it is about was erased.
    Erased,
}

impl Merged {
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Changed { contradiction: Some(_), .. } => Outcome::Conflict,
            Self::Changed { .. } => Outcome::Applied,
            Self::Noop => Outcome::Noop,
            Self::Invalid(_) | Self::Erased => Outcome::Rejected,
        }
    }
}

/// Merges a valid write into the newest version of its target.
pub fn apply(current: Option<&Entity>, verb: &Verb, write: &Write<'_>) -> Merged {
    let Some(entity) = current else {
        return verb.create(write);
    };
    match &entity.body {
        None => Merged::Erased,
        Some(body) => verb.merge(entity, body, write),
    }
}

/// As [`apply`], of an operation as its program wrote it: of what that program could not say, what is there stays.
pub fn apply_op(current: Option<&Entity>, op: &Op, write: &Write<'_>) -> Merged {
    match current.and_then(|entity| Some((entity, entity.body.as_ref()?))) {
        Some((entity, body)) => op.verb.merge_by(op.schema, entity, body, write),
        None => apply(current, &op.verb, write),
    }
}

/// Whether another stream wrote a version that this write's author had not seen.
pub fn is_concurrent(entity: &Entity, write: &Write<'_>) -> bool {
    let foreign = if entity.stream == write.stream { entity.other_rev } else { entity.rev };
    foreign > write.base_rev.unwrap_or(0)
}

/// The first version of an entity. `at`: which later writes win over it.
pub fn first(body: impl Into<Body>, at: &Hlc, write: &Write<'_>) -> Merged {
    let body = body.into();
    let (key, at) = (body.key(), at.clone());
    let entity = Entity { key, rev: 1, body: Some(body), stream: write.stream, other_rev: 0, at };
    Merged::Changed { entity: Box::new(entity), reason: None, contradiction: None }
}

/// A fact is never overwritten: the same again changes nothing, anything else under its id is refused.
pub fn already(same: bool) -> Merged {
    if same { Merged::Noop } else { Merged::Invalid(None) }
}

/// The next version of an entity.
pub fn next(entity: &Entity, body: impl Into<Body>, at: Hlc, write: &Write<'_>) -> Box<Entity> {
    let other_rev = if entity.stream == write.stream { entity.other_rev } else { entity.rev };
    let body = Some(body.into());
    Box::new(Entity { key: entity.key, rev: entity.rev + 1, body, stream: write.stream, other_rev, at })
}

/// Written whole: a write that has seen the newest version wins, of two concurrent ones the later.
/// A concurrent write of something else is put to a person, unless nothing was said before (`at` zero).
pub fn latest(entity: &Entity, wanted: impl Into<Body>, kind: ReviewKind, write: &Write<'_>) -> Merged {
    let wanted = wanted.into();
    let same = entity.body.as_ref() == Some(&wanted);
    let concurrent = is_concurrent(entity, write);
    if same && write.settled && !concurrent {
        return Merged::Noop;
    }
    let wins = !concurrent || *write.at > entity.at;
    let body = if wins { wanted } else { entity.body.clone().unwrap_or(wanted) };
    let at = if wins { write.at.clone() } else { entity.at.clone() };
    let contradicts = concurrent && !same && entity.at != Hlc::default();
    changed(next(entity, body, at, write), contradicts.then_some(Contradiction { kind, against: Against::Unseen }))
}

/// As [`latest`], of what nobody has to decide about: of two concurrent writes the later holds.
pub fn later(entity: &Entity, wanted: impl Into<Body>, write: &Write<'_>) -> Merged {
    match latest(entity, wanted, ReviewKind::Session, write) {
        Merged::Changed { entity, .. } => changed(entity, None),
        other => other,
    }
}

/// Nothing of it is left but that it was there, and it leaves every bucket: what was made by mistake and taken back by
/// somebody who had seen the newest version. Over one that was not seen it is refused.
pub fn gone(entity: &Entity, write: &Write<'_>) -> Merged {
    if is_concurrent(entity, write) {
        return Merged::Invalid(None);
    }
    let other_rev = if entity.stream == write.stream { entity.other_rev } else { entity.rev };
    let (key, at) = (entity.key, write.at.clone());
    changed(Box::new(Entity { key, rev: entity.rev + 1, body: None, stream: write.stream, other_rev, at }), None)
}

/// A new version, and what it contradicts.
pub fn changed(entity: Box<Entity>, contradiction: Option<Contradiction>) -> Merged {
    let reason = contradiction.as_ref().map(|_| Reason::Contradiction);
    Merged::Changed { entity, reason, contradiction }
}

#[cfg(test)]
mod tests;
