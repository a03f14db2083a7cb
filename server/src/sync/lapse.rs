//! Since when a group's people are shown on its tablets (docs/access.md, Limits in time), as stored and as brought to the
//! present day: by every pull, before it reads, so that no tablet is handed what it may hold no longer.

use domain::ids::{GroupId, MunicipalityCode};
use domain::sync::server::lapse::{bring_to, limit};
use domain::time::Day;

use super::store::SqlStore;
use crate::db::{Bulk, Lookup, Tx, Unscoped};
use crate::error::Error;
use crate::hub::Poke;
use crate::state::AppState;

const SHOWN_SINCE: Lookup =
    lookup!("SELECT exercise_group, day FROM shown_since WHERE municipality = $1 AND exercise_group IN (", ")");
const SHOW_SINCE: Bulk<3> = bulk!(
    "INSERT INTO shown_since (municipality, exercise_group, day)",
    "ON CONFLICT (municipality, exercise_group) DO UPDATE SET day = excluded.day"
);

const DUE: Lookup = lookup!(
    "SELECT s.exercise_group FROM shown_since s WHERE s.municipality = $1 AND EXISTS (SELECT 1 FROM membership m \
     WHERE m.municipality = $1 AND m.exercise_group = s.exercise_group AND m.deleted_at IS NULL \
     AND (m.left_on >= s.day AND m.left_on < $2 OR m.left_on >= $2 AND m.left_on < s.day)) AND s.exercise_group IN (",
    ")"
);

pub(super) async fn shown_since(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: &[GroupId],
) -> Result<Vec<(GroupId, Day)>, Error> {
    let rows = tx.lookup(&SHOWN_SINCE, tenant, groups.iter().copied()).await?;
    rows.iter().map(|row| Ok((row.parse("exercise_group")?, row.parse("day")?))).collect()
}

pub(super) async fn show_since(tx: &mut Tx, tenant: &MunicipalityCode, groups: &[(GroupId, Day)]) -> Result<(), Error> {
    let rows = groups.iter().map(|(group, day)| [tenant.into(), (*group).into(), (*day).into()]);
    tx.bulk(&SHOW_SINCE, rows.collect()).await
}

/// Those of these groups of which a stay ended between the day since which people are shown and the one since which they
/// are to be. On most days that is none, and nothing is written.
pub(super) async fn due(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: impl IntoIterator<Item = GroupId>,
    today: Day,
) -> Result<Vec<GroupId>, Error> {
    let rows = tx.lookup_after(&DUE, vec![tenant.into(), limit(today).into()], groups).await?;
    rows.iter().map(|row| row.parse("exercise_group")).collect()
}

/// Withdraws whoever has lapsed, each group in a unit of work of its own. Others who do the same at the same time wait for
/// their turn and find it done.
pub(super) async fn bring_to_today(
    state: &AppState,
    tenant: &MunicipalityCode,
    groups: &[GroupId],
    request_id: &str,
) -> Result<(), Error> {
    for group in groups {
        let now = state.now();
        state
            .write(Unscoped::Sync, |mut tx| async move {
                let mut store = SqlStore::writing(&mut tx, tenant, now, &state.secrets, request_id).await?;
                let pokes = bring_to(&mut store, *group, now.day_in_finland()).await?;
                tx.announce(Poke::of(tenant, &pokes));
                Ok(tx.done(()))
            })
            .await?;
    }
    Ok(())
}
