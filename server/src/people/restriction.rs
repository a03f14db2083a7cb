//! Restriction of processing (docs/access.md, Restriction): set and lifted with a reason, and its history.

use domain::access::Action;
use domain::ids::ParticipantId;
use domain::people::restriction::{WhyLifted, WhyRestricted};
use domain::people::{self, Participant, ProfileChange};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Instant;

use crate::access::reach::{self, Finding, person_within_reach};
use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::erasure::records_of;
use crate::error::Error;
use crate::people::merged;
use crate::state::AppState;
use crate::sync::take_turn;
use crate::write;

/// The condition that what is about the person `$of` may be processed; text of a query whose first value is the
/// municipality.
macro_rules! not_restricted {
    ($of:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM participant r WHERE r.municipality = $1 AND r.id = ",
            $of,
            " AND r.restricted IS NOT NULL)"
        )
    };
}
pub(crate) use not_restricted;

/// The ids of restricted people and of what questions can be asked about of them; text of a query whose first value is
/// the municipality. There are few.
macro_rules! of_restricted {
    () => {
        concat!(
            "SELECT r.id FROM participant r WHERE r.municipality = $1 AND r.restricted = 1",
            of_restricted!("membership"),
            of_restricted!("attendance"),
            of_restricted!("assessment"),
            of_restricted!("consent"),
            of_restricted!("incident"),
            of_restricted!("screening")
        )
    };
    ($table:literal) => {
        concat!(
            " UNION ALL SELECT t.id FROM participant r CROSS JOIN ",
            $table,
            " t WHERE r.municipality = $1 AND r.restricted = 1 AND t.municipality = $1 AND t.participant = r.id"
        )
    };
}
pub(crate) use of_restricted;

/// What is to be done, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    Restrict(WhyRestricted),
    Lift(WhyLifted),
}

impl Change {
    fn restricts(self) -> bool {
        matches!(self, Self::Restrict(_))
    }

    /// As it is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Restrict(why) => why.code(),
            Self::Lift(why) => why.code(),
        }
    }
}

/// A line of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub at: Instant,
    pub change: Change,
    /// The name of who did it.
    pub by: String,
}

/// Sets or lifts it for every record of the person, who was found within reach; whether anything changed by it.
pub async fn change(
    state: &AppState,
    actor: &Actor,
    person: ParticipantId,
    change: Change,
    request_id: &str,
) -> Result<bool, Error> {
    let now = state.now();
    let changed = state.write(&actor.scope, |mut tx| async move {
        // Before anything is read: what another desk merges or restricts in this moment comes before it or after it.
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        take_turn(bare, tenant).await?;
        let person = standing(&mut tx, person).await?;
        if is_restricted(&mut tx, person).await? == change.restricts() {
            return Ok(tx.undone(false));
        }
        let records = records_of(&mut tx, person).await?;
        let edit = |id: &ParticipantId| {
            let changes = vec![ProfileChange::Restricted(change.restricts())];
            (Verb::Participant(people::Verb::Edit { id: *id, changes }), Seen::Newest)
        };
        let done = write::write(state, &mut tx, request_id, records.iter().map(edit).collect()).await?;
        if done.refused().is_some() {
            return Err(Error::Forbidden);
        }
        note(state, &mut tx, actor, person, change, now, request_id).await?;
        Ok(tx.done(true))
    });
    changed.await
}

async fn note(
    state: &AppState,
    tx: &mut ScopedTx,
    actor: &Actor,
    person: ParticipantId,
    change: Change,
    now: Instant,
    request_id: &str,
) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO restriction (municipality, id, participant, at, lifted, why, by_account) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    let id = state.with_chance(|chance| domain::ids::uuid_v7(now, chance));
    let lifted = (!change.restricts()).then_some(1_i64);
    tx.run(sql, [id.into(), person.into(), now.into(), lifted.into(), change.code().into(), actor.user.into()]).await?;
    let verb = if change.restricts() { "person.restrict" } else { "person.unrestrict" };
    let entry = Entry {
        entities: format!("participant:{person}"),
        fields: format!("why={}", change.code()),
        ..Entry::at_the_desk(actor, now, verb, request_id)
    };
    audit::append_in_scope(tx, &state.secrets, &entry).await
}

/// The record that stands for this one: a person is restricted with all of theirs, or not at all.
async fn standing(tx: &mut ScopedTx, person: ParticipantId) -> Result<ParticipantId, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = merged::of_people(bare, tenant, &[person].into()).await?;
    Ok(stands.get(&person).copied().unwrap_or(person))
}

/// Whether the person's data are kept and not processed.
pub async fn is_restricted(tx: &mut ScopedTx, person: ParticipantId) -> Result<bool, Error> {
    let sql = sql!("SELECT restricted FROM participant WHERE municipality = $1 AND id = $2");
    let row = tx.maybe(sql, [person.into()]).await?;
    Ok(row.is_some_and(|row| !row.is_null("restricted")))
}

/// What was done about it, the latest first.
pub async fn history(tx: &mut ScopedTx, person: ParticipantId) -> Result<Vec<Line>, Error> {
    let person = standing(tx, person).await?;
    let sql = sql!(
        "SELECT r.at, r.lifted, r.why, a.name FROM restriction r \
         LEFT JOIN account a ON a.municipality = r.municipality AND a.id = r.by_account \
         WHERE r.municipality = $1 AND r.participant = $2 ORDER BY r.at DESC"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    let line = |row: &crate::db::Row| {
        let change = match row.is_null("lifted") {
            true => Change::Restrict(row.code("why", WhyRestricted::from_code)?),
            false => Change::Lift(row.code("why", WhyLifted::from_code)?),
        };
        Ok(Line { at: row.get("at")?, change, by: row.get::<Option<String>>("name")?.unwrap_or_default() })
    };
    rows.iter().map(line).collect()
}

/// More are in no list.
const MOST: i64 = 200;

const RESTRICTED: Finding = Finding::new(sql!(
    "SELECT p.id, p.body FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL \
     AND p.restricted = 1 AND p.same_as IS NULL AND ",
    person_within_reach!("p.id"),
    " ORDER BY p.sort_key LIMIT $5"
));

/// Those within reach whose processing is restricted, by name.
pub async fn all(tx: &mut ScopedTx) -> Result<Vec<Participant>, Error> {
    let rows = reach::found::<ParticipantId, 1>(tx, Action::ErasePeople, &RESTRICTED, [MOST.into()]).await?;
    rows.iter().map(|(_, row)| row.json("body")).collect()
}
