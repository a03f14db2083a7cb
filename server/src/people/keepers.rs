//! Which organisations have registered whom: their coordinators look after these people, in a group or not. Whom a file
//! has brought the municipality's own organisation looks after while they are in no group.

use domain::ids::{MunicipalityCode, OrganisationId, ParticipantId};
use domain::sync::server::store::Keeper;

use crate::access::accounts::own_organisation;
use crate::db::{Bulk, Lookup, Tx, Value};
use crate::error::Error;

const OF_PEOPLE: Lookup = lookup!(
    "SELECT participant, organisation, while_unplaced FROM keeper WHERE municipality = $1 AND participant IN (",
    ")"
);
const NOTE: Bulk<4> = bulk!(
    "INSERT INTO keeper (municipality, participant, organisation, while_unplaced)",
    "ON CONFLICT (municipality, participant, organisation) DO NOTHING"
);

pub async fn of_people(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: impl IntoIterator<Item = ParticipantId>,
) -> Result<Vec<Keeper>, Error> {
    let rows = tx.lookup(&OF_PEOPLE, tenant, people).await?;
    let keeper = |row: &crate::db::Row| {
        Ok(Keeper {
            participant: row.parse("participant")?,
            organisation: row.parse("organisation")?,
            while_unplaced: !row.is_null("while_unplaced"),
        })
    };
    rows.iter().map(keeper).collect()
}

/// Notes who has registered these people: without an organisation it was the installation itself.
pub async fn note(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    registered: &[(ParticipantId, Option<OrganisationId>)],
) -> Result<(), Error> {
    let own = match registered.iter().any(|(_, organisation)| organisation.is_none()) {
        true => own_organisation(tx, tenant).await?,
        false => None,
    };
    let row = |(person, organisation): &(ParticipantId, Option<OrganisationId>)| {
        let while_unplaced = organisation.is_none().then_some(1_i64);
        let organisation = organisation.or(own)?;
        Some([tenant.into(), (*person).into(), organisation.into(), Value::Int(while_unplaced)])
    };
    tx.bulk(&NOTE, registered.iter().filter_map(row).collect()).await
}
