//! How demanding groups are, as rows beside them.

use std::collections::HashMap;

use domain::access::Action;
use domain::groups::GroupLevel;
use domain::ids::{GroupId, MunicipalityCode};

use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Tx};
use crate::error::Error;

const OF: Lookup =
    lookup!("SELECT exercise_group, level FROM group_level WHERE municipality = $1 AND exercise_group IN (", ")");

/// What is said of these groups, as everybody may know it.
pub async fn of(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<GroupId, GroupLevel>, Error> {
    let rows = tx.lookup(&OF, tenant, groups).await?;
    rows.iter().map(|row| Ok((row.parse("exercise_group")?, row.code("level", GroupLevel::from_code)?))).collect()
}

/// What is said of one.
pub async fn of_group(tx: &mut ScopedTx, group: InReach<GroupId>) -> Result<Option<GroupLevel>, Error> {
    let group = group.also(tx.scope(), Action::UseDesk)?;
    let sql = sql!("SELECT level FROM group_level WHERE municipality = $1 AND exercise_group = $2");
    tx.maybe(sql, [group.into()]).await?.map(|row| row.code("level", GroupLevel::from_code)).transpose()
}

/// Says it, or nothing any more; whether that is anything else than before.
pub async fn set(tx: &mut ScopedTx, group: InReach<GroupId>, level: Option<GroupLevel>) -> Result<bool, Error> {
    if of_group(tx, group).await? == level {
        return Ok(false);
    }
    let group = group.also(tx.scope(), Action::ManageGroups)?;
    let said = sql!(
        "INSERT INTO group_level (municipality, exercise_group, level) VALUES ($1, $2, $3) \
         ON CONFLICT (municipality, exercise_group) DO UPDATE SET level = excluded.level"
    );
    let nothing = sql!("DELETE FROM group_level WHERE municipality = $1 AND exercise_group = $2");
    match level {
        Some(level) => tx.run(said, [group.into(), level.code().into()]).await?,
        None => tx.run(nothing, [group.into()]).await?,
    };
    Ok(true)
}
