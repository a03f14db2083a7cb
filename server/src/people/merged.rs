//! Records of one person that were merged: each keeps its own marks, tests and history, and one stands for all of them.
//! Nothing is rewritten, so that undoing it restores both.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::ids::{MunicipalityCode, ParticipantId};

use crate::access::reach;
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Tx, Unscoped};
use crate::error::Error;

const STAND_FOR: Lookup = lookup!(
    "SELECT id, same_as FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND same_as IS NOT NULL \
     AND id IN (",
    ")"
);
const OTHERS: Lookup = lookup!(
    "SELECT id, same_as FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND same_as IS NOT NULL \
     AND same_as IN (",
    ")"
);

/// Whose records these are: for each record of the same people, theirs included, the one that stands for it. A record may
/// stand for one that stands for others, where those who merged them did not see all: it is followed to the end.
pub async fn of_people(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &BTreeSet<ParticipantId>,
) -> Result<HashMap<ParticipantId, ParticipantId>, Error> {
    let (mut stands, mut ask) = (HashMap::new(), people.clone());
    while !ask.is_empty() {
        let mut rows = tx.lookup(&STAND_FOR, tenant, ask.iter().copied()).await?;
        rows.extend(tx.lookup(&OTHERS, tenant, ask.iter().copied()).await?);
        let mut next = BTreeSet::new();
        for row in rows {
            let (id, into): (ParticipantId, ParticipantId) = (row.parse("id")?, row.parse("same_as")?);
            if stands.insert(id, into).is_none() {
                next.extend([id, into]);
            }
        }
        ask = next.difference(&ask).copied().collect();
    }
    let known: BTreeSet<_> = people.iter().chain(stands.keys()).chain(stands.values()).copied().collect();
    Ok(known.into_iter().map(|id| (id, last(id, &stands))).collect())
}

/// The end of a chain; no record stands for itself, by whatever way.
fn last(first: ParticipantId, stands: &HashMap<ParticipantId, ParticipantId>) -> ParticipantId {
    let chain = std::iter::successors(Some(first), |id| stands.get(id).copied());
    chain.take(stands.len() + 1).last().unwrap_or(first)
}

/// The records that this one stands for, as far as they are within reach for the action: where it is
/// [`Action::ErasePeople`], also those whose processing is restricted.
pub async fn others(
    tx: &mut ScopedTx,
    person: InReach<ParticipantId>,
    action: Action,
) -> Result<Vec<InReach<ParticipantId>>, Error> {
    if person.is_opened() {
        return Ok(Vec::new());
    }
    let kept = person.also_own(tx.scope(), action)?;
    if tx.scope().person().is_some() {
        return reach::others_of_one(tx, person).await;
    }
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = of_people(bare, tenant, &[kept].into()).await?;
    let ids: BTreeSet<_> =
        stands.into_iter().filter(|(id, into)| *into == kept && *id != kept).map(|(id, _)| id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(reach::among(tx, action, &ids).await?.into_values().collect())
}

/// The record that stands for this one, where there is another and both are within reach. Whose record is out of reach
/// leads nowhere, even where the one that stands for it is within.
pub async fn stood_for(tx: &mut ScopedTx, action: Action, id: ParticipantId) -> Result<Option<ParticipantId>, Error> {
    if reach::among(tx, action, &[id].into()).await?.is_empty() {
        return Ok(None);
    }
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = of_people(bare, tenant, &[id].into()).await?;
    let kept = stands.get(&id).copied().filter(|kept| *kept != id);
    let near = reach::among(tx, action, &kept.into_iter().collect()).await?;
    Ok(kept.filter(|kept| near.contains_key(kept)))
}
