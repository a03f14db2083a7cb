//! Incidents as rows, and as the desk reads them: those of groups within reach.

use domain::access::Action;
use domain::groups::Group;
use domain::ids::{GroupId, IncidentId, ParticipantId, UserId};
use domain::incidents::Incident;
use domain::time::Day;

use crate::access::reach::{self, Finding, of_groups};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row, Value};
use crate::error::Error;
use crate::people::restriction::not_restricted;
use crate::table::{body, table, text};

table! {
    Incident as x in "incident" {
        body: text(x)?, exercise_group: x.group, participant: x.participant, on_day: x.on, kind: x.kind.code(),
        waits: x.waits().then_some(1_i64),
    }
    reads "body" by body;
    erases "body = NULL, waits = NULL";
    about "participant";
}

/// An incident with its group.
#[derive(Clone, PartialEq, Debug)]
pub struct IncidentRow {
    pub incident: Incident,
    pub group: Group,
    /// Who recorded it; nobody for the installation itself.
    pub by: Option<String>,
    pub rev: i64,
}

/// What is told of an incident `i` of the group `w`. SQLite takes the tables of a CROSS JOIN in their order.
macro_rules! incidents {
    ($tables:literal) => {
        concat!(
            "SELECT w.id, i.body, i.rev, w.body AS exercise_group, (SELECT a.name FROM op o \
             JOIN account a ON a.municipality = $1 AND a.id = o.actor \
             WHERE o.municipality = $1 AND o.eid = i.id AND o.rev = 1) AS author FROM ",
            $tables
        )
    };
}
macro_rules! of_the_group {
    () => {
        concat!(
            " AND i.municipality = $1 AND i.exercise_group = w.id AND i.deleted_at IS NULL",
            not_restricted!("i.participant")
        )
    };
}

const LIST: Finding = of_groups!(
    incidents!("exercise_group w CROSS JOIN incident i"),
    concat!(of_the_group!(), " ORDER BY i.on_day DESC, i.id DESC LIMIT $5")
);
const FIND: Finding =
    of_groups!(incidents!("incident i CROSS JOIN exercise_group w"), concat!(of_the_group!(), " AND i.id = $5"));

/// What somebody at the desk is to go through, whatever group it lies in: few.
const WAITING: Finding = of_groups!(
    "SELECT w.id FROM incident i CROSS JOIN exercise_group w",
    concat!(of_the_group!(), " AND i.waits = 1 LIMIT $5")
);

/// How many incidents somebody at the desk is to go through; beyond `most` they are not counted.
pub async fn waiting(tx: &mut ScopedTx, most: i64) -> Result<i64, Error> {
    let rows = reach::found::<GroupId, 1>(tx, Action::RecordIncidents, &WAITING, [most.into()]).await?;
    Ok(i64::try_from(rows.len()).unwrap_or(most))
}

async fn found<const N: usize>(
    tx: &mut ScopedTx,
    text: &Finding,
    values: [Value; N],
) -> Result<Vec<IncidentRow>, Error> {
    let rows = reach::found::<GroupId, N>(tx, Action::RecordIncidents, text, values).await?;
    rows.iter().map(|(_, row)| incident_row(row)).collect()
}

fn incident_row(row: &Row) -> Result<IncidentRow, Error> {
    let (incident, group) = (row.json("body")?, row.json("exercise_group")?);
    Ok(IncidentRow { incident, group, by: row.get("author")?, rev: row.get("rev")? })
}

const STAFF: Lookup = lookup!("SELECT name FROM account WHERE municipality = $1 AND id IN (", ")");

/// What these accounts are called.
pub async fn names_of_staff(tx: &mut ScopedTx, staff: &[UserId]) -> Result<Vec<String>, Error> {
    tx.require(Action::RecordIncidents)?;
    let rows = tx.lookup(&STAFF, staff.iter().copied()).await?;
    let mut names = rows.iter().map(|row| row.get("name")).collect::<Result<Vec<String>, _>>()?;
    names.sort_by_cached_key(|name| domain::names::sort_key(name));
    Ok(names)
}

/// The newest first.
pub async fn list(tx: &mut ScopedTx, most: i64) -> Result<Vec<IncidentRow>, Error> {
    found(tx, &LIST, [most.into()]).await
}

const ON_DAY: Finding = of_groups!(
    incidents!("exercise_group w CROSS JOIN incident i"),
    concat!(of_the_group!(), " AND w.id = $5 AND i.on_day = $6")
);

/// The group's incidents of a day.
pub async fn on_day(tx: &mut ScopedTx, group: GroupId, day: Day) -> Result<Vec<IncidentRow>, Error> {
    let mut rows = found(tx, &ON_DAY, [group.into(), day.into()]).await?;
    rows.sort_by_key(|row| (row.incident.at, row.incident.id));
    Ok(rows)
}

/// What has happened to a person, from the first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Incident>, Error> {
    let person = person.also_own(tx.scope(), Action::RecordIncidents)?;
    let sql = sql!(
        "SELECT body FROM incident WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY on_day, id"
    );
    tx.all(sql, [person.into()]).await?.iter().map(|row| row.json("body")).collect()
}

/// One incident; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, id: IncidentId) -> Result<IncidentRow, Error> {
    found(tx, &FIND, [id.into()]).await?.into_iter().next().ok_or(Error::NotFound)
}
