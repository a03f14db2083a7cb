//! Groups as rows, and as the desk reads them: within reach.

use domain::access::Action;
use domain::groups::Group;
use domain::ids::{GroupId, OrganisationId};
use domain::names::{search_key, sort_key};

use crate::access::reach::{self, Finding, of_groups};
use crate::access::{InReach, ScopedTx};
use crate::db::Row;
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

/// The organisations that may be put down as running a group: those within reach.
pub async fn providers(tx: &mut ScopedTx) -> Result<Vec<(OrganisationId, String)>, Error> {
    let own = tx.scope().within(Action::ManageGroups)?.provider;
    let sql =
        "SELECT id, name FROM organisation WHERE municipality = $1 AND ($2 = '' OR id = $2) ORDER BY sort_key, id";
    let rows = tx.all(sql, [own.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}
