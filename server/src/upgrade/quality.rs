//! Since when a session has a roll, and which stays ended without anybody knowing why, of databases of before.

use domain::groups::Membership;
use domain::ids::MunicipalityCode;

use super::identity::entities;
use crate::db::{Lookup, Tx};
use crate::error::Error;
use crate::state::AppState;
use crate::table::{Table as _, hlc_from_text};

const SESSIONS: &str = sql!(
    "SELECT id FROM group_session WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
);
const ENDED: &str = sql!(
    "SELECT id FROM membership WHERE municipality = $1 AND deleted_at IS NULL AND left_on IS NOT NULL AND id > $2 \
     ORDER BY id LIMIT $3"
);
const MARKED: Lookup = lookup!(
    "SELECT session, MIN(updated_hlc) AS at FROM attendance WHERE municipality = $1 AND deleted_at IS NULL \
     AND mark IS NOT NULL AND session IN (",
    ") GROUP BY session"
);

impl AppState {
    pub(super) async fn fill_quality(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        self.each_page(tenant, SESSIONS, async |tx, ids| say_since_when(tx, tenant, ids).await).await?;
        self.each_page(tenant, ENDED, async |tx, ids| write_again(tx, tenant, ids).await).await
    }
}

/// The moments of marks have as many digits since 2001: the first text is the first moment.
async fn say_since_when(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let say = sql!("UPDATE group_session SET rolled_at = $3 WHERE municipality = $1 AND id = $2");
    for row in tx.lookup(&MARKED, tenant, ids.iter().map(String::as_str)).await? {
        let at = row.code("at", hlc_from_text)?.wall;
        tx.run(say, [tenant.into(), row.get::<String>("session")?.into(), at.into()]).await?;
    }
    Ok(())
}

/// The same versions with every column.
async fn write_again(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let stays = entities::<Membership>(tx, tenant, ids).await?;
    let live = stays.iter().filter_map(|entity| Some((entity, entity.content::<Membership>()?)));
    Membership::put(tx, tenant, false, live.collect()).await
}
