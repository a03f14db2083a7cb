//! The groups for which applications of an older program wait, beside their bodies.

use domain::applications::Application;
use domain::ids::MunicipalityCode;

use super::identity::entities;
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::table::Table as _;

/// Those that are filled already are passed over: a step that was cut off goes on where it was.
const APPLICATIONS: &str = sql!(
    "SELECT id FROM application WHERE municipality = $1 AND wishes IS NULL AND deleted_at IS NULL AND id > $2 \
     ORDER BY id LIMIT $3"
);

impl AppState {
    pub(super) async fn fill_wishes(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        self.each_page(tenant, APPLICATIONS, async |tx, ids| fill(tx, tenant, ids).await).await
    }
}

/// The same versions with the column of today.
async fn fill(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let applications = entities::<Application>(tx, tenant, ids).await?;
    let live = applications.iter().filter_map(|entity| Some((entity, entity.content::<Application>()?)));
    Application::put(tx, tenant, false, live.collect()).await
}
