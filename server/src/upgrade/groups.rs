//! Numbered groups in the order of their numbers, of databases of before.

use std::collections::BTreeSet;

use domain::groups::Group;
use domain::ids::MunicipalityCode;
use domain::names::{natural_key, sort_key};

use super::identity::entities;
use crate::db::{Lookup, Tx};
use crate::error::Error;
use crate::people::rows;
use crate::state::AppState;
use crate::table::Table as _;

const GROUPS: &str = sql!(
    "SELECT id FROM exercise_group WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
);
const PEOPLE: Lookup = lookup!(
    "SELECT participant FROM membership WHERE municipality = $1 AND deleted_at IS NULL AND exercise_group IN (",
    ")"
);

impl AppState {
    pub(super) async fn order_groups(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        self.each_page(tenant, GROUPS, async |tx, ids| order(tx, tenant, ids).await).await
    }
}

/// The same versions with the key of today; the table of people is ordered by it, too.
async fn order(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let groups = entities::<Group>(tx, tenant, ids).await?;
    let live = groups.iter().filter_map(|entity| Some((entity, entity.content::<Group>()?)));
    let numbered: Vec<_> = live.filter(|(_, group)| natural_key(&group.name) != sort_key(&group.name)).collect();
    let mut people = BTreeSet::new();
    for row in tx.lookup(&PEOPLE, tenant, numbered.iter().map(|(_, group)| group.id)).await? {
        people.insert(row.parse("participant")?);
    }
    Group::put(tx, tenant, false, numbered).await?;
    rows::spoil(tx, tenant, &people, []).await
}
