//! Marks: a write replaces what its author had seen. What is left beside it was written without knowledge of it;
//! a status beats unset, the later status is shown, two different ones are put to a person.

use super::{Merged, Write, next};
use crate::attendance::{Attendance, Contender, Mark};
use crate::ids::AttendanceId;
use crate::lists::sort_by_key;
use crate::sync::entity::{Body, Entity};
use crate::sync::op::Verb;
use crate::sync::server::store::ReviewKind;
use crate::sync::wire::Reason;

pub(super) fn first(write: &Write<'_>) -> Merged {
    let Verb::AttendanceSet { session, participant, mark, .. } = write.verb else { return Merged::Invalid(None) };
    let body = Attendance {
        id: AttendanceId::of(*session, *participant),
        session: *session,
        participant: *participant,
        mark: *mark,
        at: write.at.clone(),
        contenders: Vec::new(),
    };
    let body = Body::Attendance(body);
    let at = write.at.clone();
    let entity = Entity { key: body.key(), rev: 1, body: Some(body), stream: write.stream, other_rev: 0, at };
    Merged::Changed { entity: Box::new(entity), reason: None, review: None }
}

pub(super) fn set(entity: &Entity, there: &Attendance, mark: Option<Mark>, write: &Write<'_>) -> Merged {
    let seen = |c: &Contender| c.stream == write.stream || c.rev <= write.base_rev.unwrap_or(0);
    let mut left: Vec<_> = contenders(entity, there).into_iter().filter(|c| !seen(c)).collect();
    if write.settled && left.is_empty() && there.mark == mark && there.contenders.is_empty() {
        return Merged::Noop;
    }
    let contradicts = mark.is_some() && left.iter().any(|c| c.mark.is_some() && c.mark != mark);
    left.push(Contender { mark, at: write.at.clone(), rev: entity.rev + 1, stream: write.stream });
    sort_by_key(&mut left, |c| (c.mark.is_some(), c.at.clone()));
    let Some(shown) = left.last().cloned() else { return Merged::Invalid(None) };
    if left.len() == 1 {
        left.clear();
    }
    let body = Attendance { mark: shown.mark, at: shown.at.clone(), contenders: left, ..there.clone() };
    Merged::Changed {
        entity: next(entity, Body::Attendance(body), shown.at, write),
        reason: contradicts.then_some(Reason::Contradiction),
        review: contradicts.then_some(ReviewKind::Attendance),
    }
}

/// The writes that stand beside each other. A single one made the newest version: every write makes one.
fn contenders(entity: &Entity, there: &Attendance) -> Vec<Contender> {
    if there.contenders.is_empty() {
        vec![Contender { mark: there.mark, at: there.at.clone(), rev: entity.rev, stream: entity.stream }]
    } else {
        there.contenders.clone()
    }
}
