//! What databases of before hold of facts: texts of incidents, tests and consents in letters taken apart, and stays that
//! are open although their person has died or moved away.

use domain::assessments::Assessment;
use domain::consents::Consent;
use domain::groups::{Membership, membership};
use domain::ids::MunicipalityCode;
use domain::incidents::Incident;
use domain::sync::canon::settled;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use std::collections::HashMap;

use super::AT_ONCE;
use super::identity::{PEOPLE, entities};
use super::results::STAYS;
use crate::access::Scope;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::table::{self, Table};

const INCIDENTS: &str =
    sql!("SELECT id FROM incident WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3");
const TESTS: &str =
    sql!("SELECT id FROM assessment WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3");
const CONSENTS: &str =
    sql!("SELECT id FROM consent WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3");

impl AppState {
    /// All of it for one municipality.
    pub(super) async fn settle_facts(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        self.each_page(tenant, INCIDENTS, async |tx, ids| put_together::<Incident>(tx, tenant, ids).await).await?;
        self.each_page(tenant, TESTS, async |tx, ids| put_together::<Assessment>(tx, tenant, ids).await).await?;
        self.each_page(tenant, CONSENTS, async |tx, ids| put_together::<Consent>(tx, tenant, ids).await).await?;
        self.close_after_final_exits(tenant).await
    }

    /// By operations of the installation, so that tablets and the history hear of it.
    async fn close_after_final_exits(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        let scope = &Scope::command_line(tenant.clone(), self.today());
        let mut last = String::new();
        loop {
            let mut tx = self.db.read(Unscoped::Installation).await?;
            let rows = tx.all(PEOPLE, [tenant.into(), last.as_str().into(), AT_ONCE.into()]).await?;
            let people = rows.iter().map(|row| row.get::<String>("id")).collect::<Result<Vec<_>, _>>()?;
            let Some(end) = people.last() else { return Ok(()) };
            last.clone_from(end);
            let mut stays: HashMap<String, Vec<Membership>> = HashMap::new();
            for row in tx.lookup(&STAYS, tenant, people.iter().map(String::as_str)).await? {
                stays.entry(row.get("participant")?).or_default().push(row.json("body")?);
            }
            drop(tx);
            let leaves: &Vec<_> = &stays.values().flat_map(|stays| left_open(stays)).collect();
            if leaves.is_empty() {
                continue;
            }
            self.write(scope, |mut tx| async move {
                crate::write::write(self, &mut tx, "upgrade", leaves.clone()).await?;
                Ok(tx.done(()))
            })
            .await?;
        }
    }
}

/// How those of one person's stays end that a final exit in another group has not ended.
fn left_open(stays: &[Membership]) -> Vec<(Verb, Seen)> {
    let open = stays.iter().filter(|stay| stay.left_on.is_none());
    let ended = open.filter_map(|stay| stay.within(stays)).map(|stay| {
        let Membership { id, group, left_on, exit_reason, .. } = stay;
        (Verb::Membership(membership::Verb::Leave { id, group, left_on, exit_reason }), Seen::Newest)
    });
    ended.collect()
}

/// The same versions with their texts as they look, of those whose texts are not: to tablets nothing has changed.
async fn put_together<N: Table + serde::Serialize + serde::de::DeserializeOwned>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    ids: &[String],
) -> Result<(), Error> {
    let mut rows = Vec::new();
    for entity in entities::<N>(tx, tenant, ids).await? {
        let Some(text) = entity.content::<N>().map(table::text).transpose()?.as_deref().and_then(settled) else {
            continue;
        };
        let noun: N = serde_json::from_str(&text).map_err(|e| Error::Broken(e.to_string()))?;
        rows.push((entity, noun));
    }
    N::put(tx, tenant, false, rows.iter().map(|(entity, noun)| (entity, noun)).collect()).await
}
