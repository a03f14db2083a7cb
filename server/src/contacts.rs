//! The contact log as rows, and as the desk reads it.

use std::collections::BTreeSet;

use domain::access::Action;
use domain::contacts::{Contact, ContactOutcome};
use domain::ids::{ContactId, ParticipantId};

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Contact as x in "contact" { body: text(x)?, participant: x.participant }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

const OF_PEOPLE: Lookup =
    lookup!("SELECT body FROM contact WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");

/// What was noted of these people and not taken back, the newest first.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<Contact>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, people)?;
    let mut all: Vec<Contact> = tx.bodies_of(&OF_PEOPLE, people).await?;
    all.retain(|one| one.holds);
    all.sort_by_key(|one| std::cmp::Reverse((one.on, one.id)));
    Ok(all)
}

const BY_ID: Lookup =
    lookup!("SELECT body FROM contact WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");

/// Those of these calls by which somebody was reached.
pub async fn reached(tx: &mut ScopedTx, calls: Vec<ContactId>) -> Result<BTreeSet<ContactId>, Error> {
    tx.require(Action::SeeProfiles)?;
    let all: Vec<Contact> = tx.bodies_of(&BY_ID, calls).await?;
    let reached = all.into_iter().filter(|one| one.holds && one.outcome == ContactOutcome::Reached);
    Ok(reached.map(|one| one.id).collect())
}
