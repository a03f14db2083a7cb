//! Profiles: field by field, the last write by HLC. Parallel changes of different fields are labelled, of the
//! same field put to a person.

use super::{Merged, Write, is_concurrent, next};
use crate::people::{Participant, ProfileChange, Written};
use crate::sync::entity::{Body, Entity};
use crate::sync::server::store::ReviewKind;
use crate::sync::wire::Reason;

pub(super) fn edit(entity: &Entity, there: &Participant, changes: &[ProfileChange], write: &Write<'_>) -> Merged {
    let mut person = there.clone();
    let rev = entity.rev + 1;
    let before = there.profile.changes();
    let same = changes.iter().all(|change| before.contains(change));
    let concurrent = is_concurrent(entity, write);
    if same && write.settled && !concurrent {
        return Merged::Noop;
    }
    let mut contradicts = false;
    for change in changes {
        contradicts |= set_field(&mut person, &before, change, rev, write);
    }
    // Who writes a birth date has completed what the short way left open, whichever date is shown in the end.
    person.provisional &= !changes.iter().any(|change| matches!(change, ProfileChange::BirthDate(Some(_))));
    let reason = match (contradicts, concurrent) {
        (true, _) => Some(Reason::Contradiction),
        (false, true) => Some(Reason::Parallel),
        (false, false) => None,
    };
    let at = entity.at.clone().max(write.at.clone());
    Merged::Changed {
        entity: next(entity, Body::Participant(person), at, write),
        reason,
        review: contradicts.then_some(ReviewKind::Profile),
    }
}

/// Writes one field if the change wins; answers whether it contradicts a write that its author had not seen.
fn set_field(
    person: &mut Participant,
    before: &[ProfileChange],
    change: &ProfileChange,
    rev: i64,
    write: &Write<'_>,
) -> bool {
    let field = change.field();
    let unseen = person
        .clocks
        .get(field)
        .filter(|written| written.rev > write.base_rev.unwrap_or(0) && written.at.node != write.at.node);
    let wins = unseen.is_none_or(|written| *write.at > written.at);
    let contradicts = unseen.is_some() && !before.contains(change);
    if wins {
        change.apply(&mut person.profile);
        person.clocks.insert(field.to_owned(), Written { at: write.at.clone(), rev });
    }
    contradicts
}
