//! Groups as the desk reads them: within reach, with members and sessions.

use std::collections::HashMap;

use domain::access::Action;
use domain::attendance::Mark;
use domain::groups::{Group, Membership};
use domain::ids::{GroupId, OrganisationId, SessionId};
use domain::names::{search_key, sort_key};
use domain::people::Participant;
use domain::sessions::SessionStatus;
use domain::time::Day;

use crate::access::reach::{self, Finding, of_groups};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row};
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Group as x in "exercise_group" {
        body: text(x)?,
        reference: x.reference.clone(),
        sort_key: sort_key(&x.name),
        search_key: search_key(&x.name),
        provider: x.provider,
        season_start: x.season_start,
        season_end: x.season_end,
    }
    reads "body" by body;
    erases "body = NULL";
}

/// A group with how many belong to it today.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupRow {
    pub reached: InReach<GroupId>,
    pub group: Group,
    pub rev: i64,
    pub members: i64,
    pub provider: String,
}

const LIST: Finding = of_groups!(
    "SELECT g.id, g.body, g.rev, o.name AS provider_name, (SELECT COUNT(*) FROM membership m \
     WHERE m.municipality = g.municipality AND m.exercise_group = g.id AND m.deleted_at IS NULL \
     AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4)) AS members \
     FROM exercise_group g LEFT JOIN organisation o ON o.municipality = g.municipality AND o.id = g.provider \
     WHERE g.municipality = $1 AND g.id",
    " ORDER BY g.sort_key, g.id"
);

const FIND: Finding = of_groups!(
    "SELECT g.id, g.body, g.rev, o.name AS provider_name, (SELECT COUNT(*) FROM membership m \
     WHERE m.municipality = g.municipality AND m.exercise_group = g.id AND m.deleted_at IS NULL \
     AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4)) AS members \
     FROM exercise_group g LEFT JOIN organisation o ON o.municipality = g.municipality AND o.id = g.provider \
     WHERE g.municipality = $1 AND g.id = $5 AND g.id",
    ""
);

fn group_row((reached, row): (InReach<GroupId>, Row)) -> Result<GroupRow, Error> {
    Ok(GroupRow {
        reached,
        group: row.json("body")?,
        rev: row.get("rev")?,
        members: row.get("members")?,
        provider: row.get::<Option<String>>("provider_name")?.unwrap_or_default(),
    })
}

/// All groups in which the actor may do this, by name.
pub async fn list(tx: &mut ScopedTx, action: Action) -> Result<Vec<GroupRow>, Error> {
    reach::found(tx, action, &LIST, []).await?.into_iter().map(group_row).collect()
}

/// One group; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, action: Action, id: GroupId) -> Result<GroupRow, Error> {
    let found = reach::found(tx, action, &FIND, [id.into()]).await?;
    found.into_iter().next().map(group_row).ok_or(Error::NotFound)?
}

/// Who is or was in the group, by name.
pub async fn members(tx: &mut ScopedTx, group: InReach<GroupId>) -> Result<Vec<(Membership, Participant)>, Error> {
    let group = group.also(tx.scope(), Action::SeeRoll)?;
    let sql = "SELECT m.body AS stay, p.body AS person FROM membership m \
               JOIN participant p ON p.municipality = m.municipality AND p.id = m.participant \
               WHERE m.municipality = $1 AND m.exercise_group = $2 AND m.deleted_at IS NULL AND p.deleted_at IS NULL \
               ORDER BY p.sort_key, m.joined_on, m.id";
    let rows = tx.all(sql, [group.into()]).await?;
    rows.iter().map(|row| Ok((row.json("stay")?, row.json("person")?))).collect()
}

/// One session with how many came.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub day: Day,
    pub status: Option<SessionStatus>,
    pub marked: i64,
    pub present: i64,
}

/// Sessions up to a day, the newest first.
pub async fn sessions_until(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    until: Day,
    most: i64,
) -> Result<Vec<SessionRow>, Error> {
    let group = group.also(tx.scope(), Action::SeeRoll)?;
    let sql = "SELECT s.id, s.day, s.status, \
               (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
               AND a.mark IS NOT NULL AND a.deleted_at IS NULL) AS marked, \
               (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
               AND a.deleted_at IS NULL AND (a.mark = $4 OR a.mark = $5 OR a.mark = $6)) AS present \
               FROM group_session s WHERE s.municipality = $1 AND s.exercise_group = $2 AND s.deleted_at IS NULL \
               AND s.day <= $3 ORDER BY s.day DESC, s.id LIMIT $7";
    let came = [Mark::Present, Mark::LateOrPartial, Mark::Remote].map(|mark| mark.code().into());
    let [a, b, c] = came;
    let rows = tx.all(sql, [group.into(), until.into(), a, b, c, most.into()]).await?;
    rows.iter()
        .map(|row| {
            let status = row.get::<Option<String>>("status")?;
            Ok(SessionRow {
                id: row.parse("id")?,
                day: row.parse("day")?,
                status: status.as_deref().and_then(SessionStatus::from_code),
                marked: row.get("marked")?,
                present: row.get("present")?,
            })
        })
        .collect()
}

const SESSION_DAYS: Lookup =
    Lookup { head: "SELECT id, exercise_group, day FROM group_session WHERE municipality = $1 AND id IN (", tail: ")" };

/// The days of those of these sessions that lie within reach.
pub async fn session_days(
    tx: &mut ScopedTx,
    action: Action,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<HashMap<SessionId, Day>, Error> {
    let groups = reach::groups(tx, action).await?;
    let mut days = HashMap::new();
    for row in tx.lookup(&SESSION_DAYS, sessions).await? {
        if groups.contains(&row.parse("exercise_group")?) {
            days.insert(row.parse("id")?, row.parse("day")?);
        }
    }
    Ok(days)
}

/// The organisations that may be put down as running a group: those within reach.
pub async fn providers(tx: &mut ScopedTx) -> Result<Vec<(OrganisationId, String)>, Error> {
    let own = tx.scope().within(Action::ManageGroups)?.provider;
    let sql =
        "SELECT id, name FROM organisation WHERE municipality = $1 AND ($2 = '' OR id = $2) ORDER BY sort_key, id";
    let rows = tx.all(sql, [own.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}
