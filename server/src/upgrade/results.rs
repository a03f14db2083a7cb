//! Databases of before kept what was measured after a person had left a group among that group's results: it leaves them,
//! and the tablets that have it.

use std::collections::{BTreeSet, HashMap};

use domain::groups::Membership;
use domain::ids::{AssessmentId, MunicipalityCode};
use domain::sync::entity::{Bucket, EntityKey};
use domain::time::Day;

use super::identity::PEOPLE;
use crate::db::{Lookup, Tx};
use crate::error::Error;
use crate::state::AppState;
use crate::sync::store::SqlStore;

pub(super) const STAYS: Lookup = lookup!(
    "SELECT participant, body FROM membership WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ")"
);
const RESULTS: Lookup = lookup!(
    "SELECT id, rev, participant, measured_on FROM assessment \
     WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ")"
);

impl AppState {
    pub(super) async fn withdraw_later_results(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        self.each_page(tenant, PEOPLE, async |tx, people| {
            let gone = later(tx, tenant, people).await?;
            SqlStore::reading(tx, tenant, self.now(), &self.secrets, "upgrade").withdraw(&gone).await
        })
        .await
    }
}

/// What these people's former groups no longer hold: bucket, test, and its revision.
async fn later(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &[String],
) -> Result<Vec<(Bucket, EntityKey, i64)>, Error> {
    let mut stays: HashMap<String, Vec<Membership>> = HashMap::new();
    for row in tx.lookup(&STAYS, tenant, people.iter().map(String::as_str)).await? {
        stays.entry(row.get("participant")?).or_default().push(row.json("body")?);
    }
    let mut gone = Vec::new();
    for row in tx.lookup(&RESULTS, tenant, people.iter().map(String::as_str)).await? {
        let (id, rev, day) = (row.parse::<AssessmentId>("id")?, row.get("rev")?, row.parse::<Day>("measured_on")?);
        let of_person = stays.get(&row.get::<String>("participant")?).map(Vec::as_slice).unwrap_or_default();
        let groups = |holds: &dyn Fn(&Membership) -> bool| -> BTreeSet<_> {
            of_person.iter().filter(|stay| holds(stay)).map(|stay| stay.group).collect()
        };
        let (before, now) = (groups(&|stay| !stay.is_void()), groups(&|stay| stay.reaches(day)));
        gone.extend(before.difference(&now).map(|group| (Bucket::Health(*group), id.into(), rev)));
    }
    Ok(gone)
}
