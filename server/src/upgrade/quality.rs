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

/// When the first mark of a session was made, and the first one that came out of a file.
const BY_FILE: Lookup = lookup!(
    "SELECT a.session, MIN(a.updated_hlc) AS first_at, MIN(CASE WHEN j.id IS NOT NULL THEN a.updated_hlc END) AS file_at \
     FROM attendance a LEFT JOIN import_job j ON j.municipality = $1 AND j.id = a.stream WHERE a.municipality = $1 \
     AND a.deleted_at IS NULL AND a.mark IS NOT NULL AND a.session IN (",
    ") GROUP BY a.session"
);

impl AppState {
    /// Which rolls came out of files, of databases of before.
    pub(super) async fn fill_rolled_by_file(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        self.each_page(tenant, SESSIONS, async |tx, ids| say_by_file(tx, tenant, ids).await).await
    }

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

async fn say_by_file(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let say = sql!("UPDATE group_session SET rolled_by_file = 1 WHERE municipality = $1 AND id = $2");
    for row in tx.lookup(&BY_FILE, tenant, ids.iter().map(String::as_str)).await? {
        if row.get::<Option<String>>("file_at")? == Some(row.get("first_at")?) {
            tx.run(say, [tenant.into(), row.get::<String>("session")?.into()]).await?;
        }
    }
    Ok(())
}

/// The same versions with every column.
async fn write_again(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let stays = entities::<Membership>(tx, tenant, ids).await?;
    let live = stays.iter().filter_map(|entity| Some((entity, entity.content::<Membership>()?)));
    Membership::put(tx, tenant, false, live.collect()).await
}
