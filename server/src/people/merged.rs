//! Records of one person that were merged: each keeps its own marks, tests and history, and one stands for all of them.
//! Nothing is rewritten, so that undoing it restores both.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::ids::{MunicipalityCode, ParticipantId};

use crate::access::reach::{self, ids_for};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Tx};
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

/// Whose records these are: for each record of the same people, theirs included, the one that stands for it.
pub async fn of_people(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &BTreeSet<ParticipantId>,
) -> Result<HashMap<ParticipantId, ParticipantId>, Error> {
    let mut stands: HashMap<ParticipantId, ParticipantId> = people.iter().map(|id| (*id, *id)).collect();
    for row in tx.lookup(&STAND_FOR, tenant, people.iter().copied()).await? {
        let into = row.parse("same_as")?;
        stands.insert(row.parse("id")?, into);
        stands.entry(into).or_insert(into);
    }
    let kept: BTreeSet<_> = stands.values().copied().collect();
    for row in tx.lookup(&OTHERS, tenant, kept).await? {
        stands.insert(row.parse("id")?, row.parse("same_as")?);
    }
    Ok(stands)
}

/// The records that this one stands for, as far as they are within reach.
pub async fn others(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<InReach<ParticipantId>>, Error> {
    let kept = ids_for(tx, Action::SeeProfiles, [person])?;
    let rows = tx.lookup(&OTHERS, kept).await?;
    let ids = rows.iter().map(|row| row.parse("id")).collect::<Result<BTreeSet<_>, _>>()?;
    if person.is_opened() || ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(reach::among(tx, Action::SeeProfiles, &ids).await?.into_values().collect())
}
