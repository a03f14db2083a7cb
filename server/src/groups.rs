//! Groups as the desk reads them: within reach, with members and sessions.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::attendance::Mark;
use domain::groups::{Group, Membership};
use domain::ids::{GroupId, OrganisationId, SessionId};
use domain::people::Participant;
use domain::sessions::SessionStatus;
use domain::time::Day;

use crate::access::Scope;
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;
use crate::groups_within_reach;

/// A group with how many belong to it today.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupRow {
    pub group: Group,
    pub rev: i64,
    pub members: i64,
    pub provider: String,
}

const LIST: &str = concat!(
    "SELECT g.body, g.rev, o.name AS provider_name, (SELECT COUNT(*) FROM membership m \
     WHERE m.municipality = g.municipality AND m.exercise_group = g.id AND m.deleted_at IS NULL \
     AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4)) AS members \
     FROM exercise_group g LEFT JOIN organisation o ON o.municipality = g.municipality AND o.id = g.provider \
     WHERE g.municipality = $1 AND g.id IN (",
    groups_within_reach!(),
    ") ORDER BY g.sort_key, g.id"
);

const FIND: &str = concat!(
    "SELECT g.body, g.rev, o.name AS provider_name, (SELECT COUNT(*) FROM membership m \
     WHERE m.municipality = g.municipality AND m.exercise_group = g.id AND m.deleted_at IS NULL \
     AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4)) AS members \
     FROM exercise_group g LEFT JOIN organisation o ON o.municipality = g.municipality AND o.id = g.provider \
     WHERE g.municipality = $1 AND g.id = $5 AND g.id IN (",
    groups_within_reach!(),
    ")"
);

fn group_row(row: &Row) -> Result<GroupRow, Error> {
    Ok(GroupRow {
        group: row.json("body")?,
        rev: row.get("rev")?,
        members: row.get("members")?,
        provider: row.get::<Option<String>>("provider_name")?.unwrap_or_default(),
    })
}

/// The ids of the groups in which the actor may do this.
pub async fn within_reach(tx: &mut Tx, scope: &Scope, action: Action) -> Result<BTreeSet<GroupId>, Error> {
    let rows = tx.all(groups_within_reach!(), scope.within(action)?.values()).await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

/// All groups in which the actor may do this, by name.
pub async fn list(tx: &mut Tx, scope: &Scope, action: Action) -> Result<Vec<GroupRow>, Error> {
    let [tenant, provider, account, today] = scope.within(action)?.values();
    let rows = tx.all(LIST, [tenant, provider, account, today]).await?;
    rows.iter().map(group_row).collect()
}

/// One group; not within reach is not found.
pub async fn find(tx: &mut Tx, scope: &Scope, action: Action, id: GroupId) -> Result<GroupRow, Error> {
    let [tenant, provider, account, today] = scope.within(action)?.values();
    let row = tx.maybe(FIND, [tenant, provider, account, today, id.into()]).await?.ok_or(Error::NotFound)?;
    group_row(&row)
}

/// Who is or was in the group, by name.
pub async fn members(tx: &mut Tx, scope: &Scope, group: GroupId) -> Result<Vec<(Membership, Participant)>, Error> {
    find(tx, scope, Action::SeeRoll, group).await?;
    let sql = "SELECT m.body AS stay, p.body AS person FROM membership m \
               JOIN participant p ON p.municipality = m.municipality AND p.id = m.participant \
               WHERE m.municipality = $1 AND m.exercise_group = $2 AND m.deleted_at IS NULL AND p.deleted_at IS NULL \
               ORDER BY p.sort_key, m.joined_on, m.id";
    let rows = tx.all(sql, [scope.tenant(), group.into()]).await?;
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
    tx: &mut Tx,
    scope: &Scope,
    group: GroupId,
    until: Day,
    most: i64,
) -> Result<Vec<SessionRow>, Error> {
    find(tx, scope, Action::SeeRoll, group).await?;
    let sql = "SELECT s.id, s.day, s.status, \
               (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
               AND a.mark IS NOT NULL AND a.deleted_at IS NULL) AS marked, \
               (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
               AND a.deleted_at IS NULL AND (a.mark = $4 OR a.mark = $5 OR a.mark = $6)) AS present \
               FROM group_session s WHERE s.municipality = $1 AND s.exercise_group = $2 AND s.deleted_at IS NULL \
               AND s.day <= $3 ORDER BY s.day DESC, s.id LIMIT $7";
    let came = [Mark::Present, Mark::LateOrPartial, Mark::Remote].map(|mark| mark.code().into());
    let [a, b, c] = came;
    let rows = tx.all(sql, [scope.tenant(), group.into(), until.into(), a, b, c, most.into()]).await?;
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
    Lookup { head: "SELECT id, day FROM group_session WHERE municipality = $1 AND id IN (", tail: ")" };

/// The days of sessions. For sessions of which something within reach tells.
pub async fn session_days(
    tx: &mut Tx,
    scope: &Scope,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<HashMap<SessionId, Day>, Error> {
    let rows = tx.lookup(&SESSION_DAYS, scope.municipality(), sessions).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.parse("day")?))).collect()
}

/// The organisations that may be put down as running a group: those within reach.
pub async fn providers(tx: &mut Tx, scope: &Scope) -> Result<Vec<(OrganisationId, String)>, Error> {
    let own = scope.within(Action::ManageGroups)?.provider;
    let sql =
        "SELECT id, name FROM organisation WHERE municipality = $1 AND ($2 = '' OR id = $2) ORDER BY sort_key, id";
    let rows = tx.all(sql, [scope.tenant(), own.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}
