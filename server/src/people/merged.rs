//! Records of one person that were merged: each keeps its own marks, tests and history, and one stands for all of them.
//! Nothing is rewritten, so that undoing it restores both.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::groups::{ExitReason, Membership};
use domain::ids::{MunicipalityCode, ParticipantId};
use domain::people::Participant;
use domain::time::Day;

use super::{BODIES, Listed};
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

/// This record and [`others`], itself the first.
pub async fn all(
    tx: &mut ScopedTx,
    person: InReach<ParticipantId>,
    action: Action,
) -> Result<Vec<InReach<ParticipantId>>, Error> {
    let others = others(tx, person, action).await?;
    Ok(std::iter::once(person).chain(others).collect())
}

/// As [`all`], of several people at once: by the id of each.
pub async fn all_of(
    tx: &mut ScopedTx,
    people: &[InReach<ParticipantId>],
    action: Action,
) -> Result<HashMap<ParticipantId, Vec<InReach<ParticipantId>>>, Error> {
    let mut all: HashMap<_, _> = people.iter().map(|person| (person.id(), vec![*person])).collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = of_people(bare, tenant, &all.keys().copied().collect()).await?;
    let others = stands.iter().filter(|(id, into)| id != into && all.contains_key(into)).map(|(id, _)| *id).collect();
    for (id, reached) in reach::among(tx, action, &others).await? {
        if let Some(records) = stands.get(&id).and_then(|into| all.get_mut(into)) {
            records.push(reached);
        }
    }
    Ok(all)
}

/// Each person once, in the order of these records: with the record of them that was named first, the one by which they are
/// known, which stands for it where that is within reach, and as protected as any of their records is.
pub async fn each_once(
    tx: &mut ScopedTx,
    action: Action,
    named: impl IntoIterator<Item = ParticipantId>,
) -> Result<Vec<(ParticipantId, Listed)>, Error> {
    let named: Vec<_> = named.into_iter().collect();
    let ids: BTreeSet<_> = named.iter().copied().collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = of_people(bare, tenant, &ids).await?;
    let kept = |id: ParticipantId| stands.get(&id).copied().unwrap_or(id);
    let asked = ids.iter().flat_map(|id| [*id, kept(*id)]).collect();
    let near = super::among(tx, action, &asked).await?;
    let (mut met, mut found) = (BTreeSet::new(), Vec::new());
    for id in named {
        let Some(listed) = near.get(&kept(id)).or_else(|| near.get(&id)) else { continue };
        if met.insert(kept(id)) {
            found.push((id, listed.clone()));
        }
    }
    protect(tx, found.iter_mut().map(|(_, (_, person))| person)).await?;
    Ok(found)
}

const STAYS: Lookup =
    lookup!("SELECT body FROM membership WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");

/// What any record of these people says to protect them, within reach or not, holds: that they have died, which their stays
/// may say too, and that their home must not become known.
pub async fn protect(tx: &mut ScopedTx, people: impl IntoIterator<Item = &mut Participant>) -> Result<(), Error> {
    let mut people: Vec<_> = people.into_iter().collect();
    let ids: BTreeSet<_> = people.iter().map(|person| person.id).collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = of_people(bare, tenant, &ids).await?;
    let kept = |id: ParticipantId| stands.get(&id).copied().unwrap_or(id);
    let mut records: HashMap<ParticipantId, Vec<Participant>> = HashMap::new();
    for row in bare.lookup(&BODIES, tenant, stands.keys().copied()).await? {
        let record: Participant = row.json("body")?;
        records.entry(kept(record.id)).or_default().push(record);
    }
    let mut died: HashMap<ParticipantId, Day> = HashMap::new();
    for row in bare.lookup(&STAYS, tenant, stands.keys().copied()).await? {
        let stay: Membership = row.json("body")?;
        // Where two stays tell different days, the first: whichever row comes last.
        if let Some(day) = died_in(&stay) {
            let first = died.entry(kept(stay.participant)).or_insert(day);
            *first = day.min(*first);
        }
    }
    for person in &mut people {
        let whose = kept(person.id);
        records.get(&whose).into_iter().flatten().for_each(|record| protect_by(person, record));
        person.profile.died_on = person.profile.died_on.or_else(|| died.get(&whose).copied());
    }
    Ok(())
}

/// When this person died, by any of their records or stays, within reach or not.
pub async fn died_on(tx: &mut ScopedTx, person: &Participant) -> Result<Option<Day>, Error> {
    let mut person = person.clone();
    protect(tx, [&mut person]).await?;
    Ok(person.profile.died_on)
}

/// Those of these people who have died, by any of their records or stays: for what is counted, without anybody's reach.
pub async fn dead(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &BTreeSet<ParticipantId>,
) -> Result<BTreeSet<ParticipantId>, Error> {
    let stands = of_people(tx, tenant, people).await?;
    let mut records = BTreeSet::new();
    for row in tx.lookup(&BODIES, tenant, stands.keys().copied()).await? {
        let record: Participant = row.json("body")?;
        records.extend(record.profile.died_on.map(|_| record.id));
    }
    for row in tx.lookup(&STAYS, tenant, stands.keys().copied()).await? {
        let stay: Membership = row.json("body")?;
        records.extend(died_in(&stay).map(|_| stay.participant));
    }
    let kept = |id: &ParticipantId| stands.get(id).copied().unwrap_or(*id);
    let dead: BTreeSet<_> = records.iter().map(kept).collect();
    Ok(people.iter().copied().filter(|id| dead.contains(&kept(id))).collect())
}

/// The last day of a stay that ended by death.
fn died_in(stay: &Membership) -> Option<Day> {
    stay.left_on.filter(|_| stay.exit_reason == Some(ExitReason::Died) && !stay.is_void())
}

/// As protected as this other record of theirs is.
pub fn protect_by(person: &mut Participant, other: &Participant) {
    person.profile.undisclosed |= other.profile.undisclosed;
    person.profile.restricted |= other.profile.restricted;
    person.profile.died_on = person.profile.died_on.or(other.profile.died_on);
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
