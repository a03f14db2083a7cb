//! Erasure of people (docs/access.md, Erasure): everything about somebody becomes a tombstone without content, in the
//! tables, the history and what imports remember. Who was erased stands as a bare id in the database and in a file of
//! the data folder, apart from the database's backups: a backup from before brings nobody back.

mod ledger;
pub mod purge;

use ledger::{Line, append};
pub use ledger::{complete, file, replay};

use std::collections::BTreeSet;

use domain::ids::{MunicipalityCode, ParticipantId, UserId};
use domain::incidents::{Incident, InjuryLevel};
use domain::sync::entity::{Body, Entity, EntityKey};
use domain::sync::server::erase::erase as bury;
use domain::time::{Day, Instant};

use crate::access::{Scope, ScopedTx};
use crate::audit;
use crate::db::{Lookup, Tx, Unscoped};
use crate::error::Error;
use crate::files::import::forget_rows;
use crate::hub::Poke;
use crate::messages::choices;
use crate::own::relatives;
use crate::people::merged;
use crate::requests;
use crate::state::AppState;
use crate::sync::{SqlStore, tables, take_turn};

/// Why somebody is erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The person asked for it.
    Asked,
    /// What is kept for a time has been kept for that time.
    Expired,
    /// Registered by mistake.
    Mistake,
    /// Erased before, and brought back by a backup.
    Restored,
}

impl Why {
    /// Those that a person may give.
    pub const CHOSEN: [Self; 2] = [Self::Asked, Self::Mistake];

    /// As it is kept.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Expired => "expired",
            Self::Mistake => "mistake",
            Self::Restored => "restored",
        }
    }

    /// One of [`Self::CHOSEN`].
    pub fn chosen(code: &str) -> Option<Self> {
        Self::CHOSEN.into_iter().find(|why| why.code() == code)
    }
}

/// Years for which an incident is kept after which somebody needed care, whatever becomes of the rest.
const CARE_KEPT: i32 = 10;

/// Erases a person, and the records that theirs stands for; whether there was one. Within reach or not is the caller's
/// to ask.
pub async fn erase(
    state: &AppState,
    scope: &Scope,
    person: ParticipantId,
    why: Why,
    request_id: &str,
) -> Result<bool, Error> {
    let now = state.now();
    let erased = state.write(scope, |mut tx| async move {
        // Before anything is read: what a tablet sends about the person in this moment goes with the rest, or is refused.
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        take_turn(bare, tenant).await?;
        let records = records_of(&mut tx, person).await?;
        let done = erase_these(state, &mut tx, &records, why, now, request_id).await?;
        Ok(tx.done(done))
    });
    let erased = erased.await?;
    keep_apart(state, scope, &erased, now)?;
    Ok(!erased.is_empty())
}

/// Erases people who were registered by mistake, each record alone, in the caller's unit of work; once that has ended, the
/// caller has those who were there written into the file by [`keep_apart`].
pub async fn erase_mistakes(
    state: &AppState,
    tx: &mut ScopedTx,
    people: &[ParticipantId],
    now: Instant,
    request_id: &str,
) -> Result<Vec<ParticipantId>, Error> {
    erase_these(state, tx, people, Why::Mistake, now, request_id).await
}

/// Writes into the file beside the secret who was erased.
pub fn keep_apart(state: &AppState, scope: &Scope, erased: &[ParticipantId], now: Instant) -> Result<(), Error> {
    let municipality = scope.municipality().to_string();
    let line =
        |participant: &_| Line { municipality: municipality.clone(), participant: *participant, at: now.millis() };
    append(&state.config.data, &erased.iter().map(line).collect::<Vec<_>>())
}

/// The record, and those for which it stands: without it nobody would find them any more. Never the one that stands for
/// it, which may have been merged by mistake.
pub(crate) async fn records_of(tx: &mut ScopedTx, person: ParticipantId) -> Result<Vec<ParticipantId>, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = merged::of_people(bare, tenant, &[person].into()).await?;
    let behind: BTreeSet<_> = stands.into_iter().filter(|(_, kept)| *kept == person).map(|(id, _)| id).collect();
    Ok(behind.into_iter().filter(|id| *id != person).chain([person]).collect())
}

/// Erases each of these records; those that were there.
async fn erase_these(
    state: &AppState,
    tx: &mut ScopedTx,
    records: &[ParticipantId],
    why: Why,
    now: Instant,
    request_id: &str,
) -> Result<Vec<ParticipantId>, Error> {
    let (mut done, mut keys) = (Vec::new(), Vec::new());
    for record in records {
        let gone = erase_in(state, tx, *record, why, now, request_id).await?;
        if !gone.is_empty() {
            done.push(*record);
        }
        keys.extend(gone);
    }
    forget_rows(tx, &keys).await?;
    Ok(done)
}

/// What of the person was buried; nothing, where nobody of that id is there.
async fn erase_in(
    state: &AppState,
    tx: &mut ScopedTx,
    person: ParticipantId,
    why: Why,
    now: Instant,
    request_id: &str,
) -> Result<Vec<EntityKey>, Error> {
    let (user, role, today) = (tx.scope().user(), tx.scope().role(), tx.scope().today());
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let about = tables::about_people(bare, tenant, &[person]).await?;
    // Of what was taken back before, nothing is left but its history.
    let (about, gone): (Vec<_>, Vec<_>) = about.into_iter().partition(|entity| entity.body.is_some());
    let keys: Vec<_> = about.iter().filter(|entity| !is_kept(entity, today)).map(|entity| entity.key).collect();
    if !keys.contains(&EntityKey::from(person)) {
        return Ok(Vec::new());
    }
    let mut store = SqlStore::writing(bare, tenant, now, &state.secrets, request_id).await?.in_role(role);
    let pokes = bury(&mut store, person, &keys, user, now).await?;
    let past: Vec<_> = keys.iter().copied().chain(gone.iter().map(|entity| entity.key)).collect();
    empty_history(bare, tenant, person, &past).await?;
    forget(bare, tenant, person, now, why).await?;
    let entry = audit::Entry {
        actor: Some(user).filter(|user| *user != UserId(uuid::Uuid::nil())),
        role,
        entities: format!("participant:{person}"),
        fields: format!("why={} records={}", why.code(), keys.len()),
        ..audit::Entry::new(now, "person.erase", request_id)
    };
    audit::append(bare, &state.secrets, tenant, &entry).await?;
    bare.announce(Poke::of(tenant, &pokes));
    Ok(keys)
}

/// An incident after which somebody needed care is kept for its time, and tells of no person any more whose id is empty.
fn is_kept(entity: &Entity, today: Day) -> bool {
    let Some(Body::Incident(incident)) = &entity.body else { return false };
    needed_care(incident) && incident.on.year() + CARE_KEPT >= today.year()
}

fn needed_care(incident: &Incident) -> bool {
    matches!(incident.injury, InjuryLevel::Treated | InjuryLevel::Hospital | InjuryLevel::Death)
}

const EMPTY_HISTORY: Lookup =
    lookup!("UPDATE op SET body = '', reason = 'erased' WHERE municipality = $1 AND eid IN (", ")");

/// The texts of operations go; that there were some stays, with what the log's hashes stand on.
async fn empty_history(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    person: ParticipantId,
    keys: &[EntityKey],
) -> Result<(), Error> {
    tx.lookup(&EMPTY_HISTORY, tenant, keys.iter().map(|key| key.id)).await?;
    let held = sql!(
        "UPDATE op SET body = '', reason = 'erased' \
         WHERE municipality = $1 AND outcome = 'held' AND about_participant = $2"
    );
    tx.run(held, [tenant.into(), person.into()]).await?;
    Ok(())
}

/// Whether somebody of that id was erased here.
pub async fn was_erased(state: &AppState, scope: &Scope, person: ParticipantId) -> Result<bool, Error> {
    let sql = sql!("SELECT at FROM erased WHERE municipality = $1 AND participant = $2");
    Ok(state.db.read(scope).await?.maybe(sql, [person.into()]).await?.is_some())
}

/// What else knows of the person.
async fn forget(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    person: ParticipantId,
    now: Instant,
    why: Why,
) -> Result<(), Error> {
    let keeper = sql!("DELETE FROM keeper WHERE municipality = $1 AND participant = $2");
    tx.run(keeper, [tenant.into(), person.into()]).await?;
    let card = sql!(
        "UPDATE personal_card SET ended_at = $3 WHERE municipality = $1 AND participant = $2 AND relative = 0 \
         AND ended_at IS NULL"
    );
    tx.run(card, [tenant.into(), person.into(), now.into()]).await?;
    let restriction = sql!("DELETE FROM restriction WHERE municipality = $1 AND participant = $2");
    tx.run(restriction, [tenant.into(), person.into()]).await?;
    choices::forget(tx, tenant, person.0).await?;
    relatives::forget(tx, tenant, person, now).await?;
    requests::forget(tx, tenant, person).await?;
    let asked = sql!(
        "UPDATE review SET state = 'erased', decided_at = $3 \
         WHERE municipality = $1 AND state = 'open' AND (eid = $2 OR other_eid = $2)"
    );
    tx.run(asked, [tenant.into(), person.into(), now.into()]).await?;
    let ledger = sql!(
        "INSERT INTO erased (municipality, participant, at, why) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (municipality, participant) DO NOTHING"
    );
    tx.run(ledger, [tenant.into(), person.into(), now.into(), why.code().into()]).await?;
    Ok(())
}

async fn is_there(state: &AppState, scope: &Scope, person: ParticipantId) -> Result<bool, Error> {
    let sql = sql!("SELECT id FROM participant WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL");
    Ok(state.db.read(scope).await?.maybe(sql, [person.into()]).await?.is_some())
}
