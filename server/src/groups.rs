//! Groups as rows, and as the desk reads them: within reach.

use std::collections::HashMap;

use domain::access::Action;
use domain::groups::{Group, Level};
use domain::ids::{GroupId, MunicipalityCode, OrganisationId};
use domain::names::natural_key;
use domain::time::Day;

use crate::access::reach::{self, Finding, of_groups, within_reach};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row, Tx, Value};
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Group as x in "exercise_group" {
        body: text(x)?,
        reference: x.reference.clone(),
        sort_key: natural_key(&x.name),
        provider: x.provider,
        level: x.level.map(Level::code),
        season_start: x.season_start,
        season_end: x.season_end,
    }
    reads "body" by body;
    erases "body = NULL";
}

/// A group with how many have a place in it, whoever begins later too.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupRow {
    pub reached: InReach<GroupId>,
    pub group: Group,
    pub rev: i64,
    pub members: i64,
    pub provider: String,
}

/// What a list says of the group `w`.
macro_rules! columns {
    () => {
        "SELECT w.id, w.body, w.rev, o.name AS provider_name, (SELECT COUNT(*) FROM membership m \
         WHERE m.municipality = $1 AND m.exercise_group = w.id AND m.deleted_at IS NULL \
         AND (m.left_on IS NULL OR (m.left_on >= $4 AND m.left_on >= m.joined_on))) AS members"
    };
}
macro_rules! with_provider {
    () => {
        " LEFT JOIN organisation o ON o.municipality = $1 AND o.id = w.provider"
    };
}
macro_rules! running {
    () => {
        " AND (w.season_end IS NULL OR w.season_end >= $4)"
    };
}
/// Those of this level; of any, where nothing is asked.
macro_rules! of_level {
    ($level:literal) => {
        concat!(" AND (", $level, " = '' OR w.level = ", $level, ")")
    };
}
/// Those of a running season first.
macro_rules! order {
    () => {
        " ORDER BY CASE WHEN w.season_end < $4 THEN 1 ELSE 0 END, w.sort_key, w.id"
    };
}

const PAGE: Finding = of_groups!(
    concat!(columns!(), " FROM (SELECT w.id AS found FROM exercise_group w"),
    concat!(
        of_level!("$7"),
        order!(),
        " LIMIT $5 OFFSET $6) f JOIN exercise_group w ON w.municipality = $1 AND w.id = f.found",
        with_provider!(),
        order!()
    )
);
const RUNNING: Finding =
    of_groups!(concat!(columns!(), " FROM exercise_group w", with_provider!()), concat!(running!(), order!()));
const RUNNING_FROM: Finding = of_groups!(
    concat!(columns!(), " FROM exercise_group w", with_provider!()),
    concat!(" AND (w.season_end IS NULL OR w.season_end >= $5)", order!())
);
const FIND: Finding = of_groups!(concat!(columns!(), " FROM exercise_group w", with_provider!()), " AND w.id = $5");
const HOW_MANY: &str = sql!(
    "SELECT COUNT(*) AS n, COUNT(CASE WHEN w.season_end < $4 OR w.season_start > $4 THEN NULL ELSE 1 END) AS running \
     FROM exercise_group w WHERE ",
    within_reach!(),
    of_level!("$5")
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

/// As a text asks for it: empty for any.
fn level_asked(level: Option<Level>) -> Value {
    level.map_or("", Level::code).into()
}

/// Groups in which the actor may do this, of that level or of any: how many, and how many of them in a running season.
pub async fn how_many(tx: &mut ScopedTx, action: Action, level: Option<Level>) -> Result<(i64, i64), Error> {
    let row = tx.within(action)?.one(HOW_MANY, [level_asked(level)]).await?;
    Ok((row.get("n")?, row.get("running")?))
}

/// One page of them, those of a running season first, by name.
pub async fn page(
    tx: &mut ScopedTx,
    action: Action,
    level: Option<Level>,
    most: i64,
    skip: i64,
) -> Result<Vec<GroupRow>, Error> {
    let values = [most.into(), skip.into(), level_asked(level)];
    reach::found(tx, action, &PAGE, values).await?.into_iter().map(group_row).collect()
}

/// Those of a running season, by name.
pub async fn running(tx: &mut ScopedTx, action: Action) -> Result<Vec<GroupRow>, Error> {
    reach::found(tx, action, &RUNNING, []).await?.into_iter().map(group_row).collect()
}

const ALL: Finding = of_groups!("SELECT w.id, w.body, w.rev FROM exercise_group w", " ORDER BY w.sort_key, w.id");

/// Those of every season, with their versions, by name.
pub async fn all(tx: &mut ScopedTx, action: Action) -> Result<Vec<(Group, i64)>, Error> {
    let rows = reach::found::<GroupId, 0>(tx, action, &ALL, []).await?;
    rows.iter().map(|(_, row)| Ok((row.json("body")?, row.get("rev")?))).collect()
}

/// More groups than anybody chooses from in one list.
const TO_CHOOSE: i64 = 400;
const CHOOSABLE: Finding =
    of_groups!("SELECT w.id, w.body FROM exercise_group w", concat!(running!(), " ORDER BY w.sort_key, w.id LIMIT $5"));

/// Those of a running season, by name, to choose one from: without how full they are.
pub async fn to_choose_from(tx: &mut ScopedTx, action: Action) -> Result<Vec<Group>, Error> {
    let rows = reach::found::<GroupId, 1>(tx, action, &CHOOSABLE, [TO_CHOOSE.into()]).await?;
    rows.iter().map(|(_, row)| row.json("body")).collect()
}

/// Those whose season lasts to that day or beyond it, by name.
pub async fn running_from(tx: &mut ScopedTx, action: Action, day: Day) -> Result<Vec<GroupRow>, Error> {
    reach::found(tx, action, &RUNNING_FROM, [day.into()]).await?.into_iter().map(group_row).collect()
}

const NAMES: Lookup =
    lookup!(concat!("SELECT w.id, w.body FROM exercise_group w WHERE ", within_reach!(), " AND w.id IN ("), ")");

/// The names of those of these groups that lie within reach.
pub async fn names(
    tx: &mut ScopedTx,
    action: Action,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<GroupId, String>, Error> {
    let rows = tx.within(action)?.lookup(&NAMES, groups).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.json::<Group>("body")?.name))).collect()
}

const TOLD: Lookup =
    lookup!("SELECT id, body FROM exercise_group WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");

/// The names of these groups, within reach or not: what is kept about somebody tells them which groups it is about.
pub async fn names_told(
    tx: &mut ScopedTx,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<GroupId, String>, Error> {
    let rows = tx.lookup(&TOLD, groups).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.json::<Group>("body")?.name))).collect()
}

/// One group; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, action: Action, id: GroupId) -> Result<GroupRow, Error> {
    let found = reach::found(tx, action, &FIND, [id.into()]).await?;
    found.into_iter().next().map(group_row).ok_or(Error::NotFound)?
}

/// The organisations that may be put down as running a group: those within reach.
pub async fn providers(tx: &mut ScopedTx) -> Result<Vec<(OrganisationId, String)>, Error> {
    let own = tx.scope().within(Action::ManageGroups)?.provider;
    let sql = sql!(
        "SELECT id, name FROM organisation WHERE municipality = $1 AND ($2 = '' OR id = $2) ORDER BY sort_key, id"
    );
    let rows = tx.all(sql, [own.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}

/// What a notice board says: the groups of every organisation whose season runs or is still to come, by name, with how
/// many have a place in them, whoever begins later too.
pub async fn public(tx: &mut Tx, tenant: &MunicipalityCode, today: Day) -> Result<Vec<(Group, i64)>, Error> {
    let sql = sql!(
        "SELECT w.body, (SELECT COUNT(*) FROM membership m WHERE m.municipality = $1 AND m.exercise_group = w.id \
         AND m.deleted_at IS NULL AND (m.left_on IS NULL OR (m.left_on >= $3 AND m.left_on >= m.joined_on))) AS members \
         FROM exercise_group w WHERE w.municipality = $1 AND w.provider = $2 AND w.deleted_at IS NULL \
         AND (w.season_end IS NULL OR w.season_end >= $3)"
    );
    let mut groups: Vec<(Group, i64)> = Vec::new();
    for row in tx.all(sql!("SELECT id FROM organisation WHERE municipality = $1"), [tenant.into()]).await? {
        let organisation: String = row.get("id")?;
        for row in tx.all(sql, [tenant.into(), organisation.into(), today.into()]).await? {
            groups.push((row.json("body")?, row.get("members")?));
        }
    }
    groups.sort_by_cached_key(|(group, _)| (natural_key(&group.name), group.id));
    Ok(groups)
}
