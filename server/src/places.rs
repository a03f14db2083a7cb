//! Places in which groups meet: what the desk knows of each. A group's own fields say where it meets and where the
//! defibrillator is; they are written again when the place changes, so that tablets and paper say the same.

use std::collections::HashMap;

use domain::access::Action;
use domain::groups::Verb as GroupVerb;
use domain::ids::{MunicipalityCode, OrganisationId, PlaceId};
use domain::names::sort_key;
use domain::places::{Meets, Place};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Instant;

use crate::access::{Asker, ScopedTx};
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;
use crate::groups;
use crate::table::text;

/// A place with its version, 0 for one that is not there yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaceRow {
    pub place: Place,
    pub rev: i64,
    pub organisation: OrganisationId,
}

fn place_row(row: &Row) -> Result<PlaceRow, Error> {
    Ok(PlaceRow { place: row.json("body")?, rev: row.get("rev")?, organisation: row.parse("organisation")? })
}

/// The organisation whose places the asker looks after: their own, whatever else they reach.
fn own(tx: &ScopedTx) -> Result<OrganisationId, Error> {
    match tx.scope().asker() {
        Asker::Staff { organisation, .. } => Ok(*organisation),
        _ => Err(Error::Forbidden),
    }
}

/// The places of the asker's organisation, by name.
pub async fn list(tx: &mut ScopedTx, action: Action) -> Result<Vec<PlaceRow>, Error> {
    tx.require(action)?;
    let own = own(tx)?;
    let sql = sql!(
        "SELECT organisation, rev, body FROM place WHERE municipality = $1 AND organisation = $2 AND removed_at IS NULL \
         ORDER BY sort_key, id"
    );
    tx.all(sql, [own.into()]).await?.iter().map(place_row).collect()
}

/// One of them; another organisation's is not found.
pub async fn find(tx: &mut ScopedTx, action: Action, id: PlaceId) -> Result<PlaceRow, Error> {
    tx.require(action)?;
    let own = own(tx)?;
    let sql = sql!(
        "SELECT organisation, rev, body FROM place \
         WHERE municipality = $1 AND organisation = $2 AND id = $3 AND removed_at IS NULL"
    );
    tx.maybe(sql, [own.into(), id.into()]).await?.as_ref().map(place_row).transpose()?.ok_or(Error::NotFound)
}

/// As [`find`], also one that was taken off the list.
pub async fn find_ever(tx: &mut ScopedTx, id: PlaceId) -> Result<PlaceRow, Error> {
    tx.require(Action::ManageGroups)?;
    let own = own(tx)?;
    let sql =
        sql!("SELECT organisation, rev, body FROM place WHERE municipality = $1 AND organisation = $2 AND id = $3");
    tx.maybe(sql, [own.into(), id.into()]).await?.as_ref().map(place_row).transpose()?.ok_or(Error::NotFound)
}

/// Takes a place off the list, or puts it back; whether that changed anything. Groups keep what they say of it.
pub async fn list_no_more(tx: &mut ScopedTx, id: PlaceId, removed: bool, now: Instant) -> Result<bool, Error> {
    tx.require(Action::ManageGroups)?;
    let (own, user) = (own(tx)?, tx.scope().user());
    let off = sql!(
        "UPDATE place SET rev = rev + 1, removed_at = $4, changed_at = $4, changed_by = $5 \
         WHERE municipality = $1 AND organisation = $2 AND id = $3 AND removed_at IS NULL"
    );
    let back = sql!(
        "UPDATE place SET rev = rev + 1, removed_at = NULL, changed_at = $4, changed_by = $5 \
         WHERE municipality = $1 AND organisation = $2 AND id = $3 AND removed_at IS NOT NULL"
    );
    let values = [own.into(), id.into(), now.into(), user.into()];
    Ok(tx.run(if removed { off } else { back }, values).await? == 1)
}

const PUBLIC: Lookup = lookup!(
    "SELECT organisation, rev, body FROM place WHERE municipality = $1 AND removed_at IS NULL AND organisation IN (",
    ")"
);

/// The places of these organisations, for what everybody may know of a group.
pub async fn of_organisations(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    organisations: impl IntoIterator<Item = OrganisationId>,
) -> Result<Places, Error> {
    let rows = tx.lookup(&PUBLIC, tenant, organisations).await?;
    let mut places = Places::default();
    for row in &rows {
        let PlaceRow { place, organisation, .. } = place_row(row)?;
        places.0.insert((organisation, place.line()), place);
    }
    Ok(places)
}

/// Those of one organisation, by name.
pub async fn of_organisation(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    organisation: OrganisationId,
) -> Result<Vec<Place>, Error> {
    let mut places: Vec<_> = of_organisations(tx, tenant, [organisation]).await?.0.into_values().collect();
    places.sort_by_cached_key(|place| (sort_key(&place.name), place.id));
    Ok(places)
}

/// Places by the organisation that looks after them and what its groups say of them.
#[derive(Default)]
pub struct Places(HashMap<(OrganisationId, String), Place>);

impl Places {
    /// The place that a group of the organisation names, if it is on the list.
    pub fn of(&self, provider: OrganisationId, named: Option<&str>) -> Option<&Place> {
        self.0.get(&(provider, named?.to_owned()))
    }
}

/// Writes a place over the version `seen`, 0 for a new one; whether that was still the one that is there.
pub async fn save(tx: &mut ScopedTx, place: &Place, seen: i64, now: Instant) -> Result<bool, Error> {
    tx.require(Action::ManageGroups)?;
    let (own, user) = (own(tx)?, tx.scope().user());
    let (key, body) = (sort_key(&place.name), text(place)?);
    let new = sql!(
        "INSERT INTO place (municipality, organisation, id, rev, sort_key, body, changed_at, changed_by) \
         VALUES ($1, $2, $3, 1, $4, $5, $6, $7) ON CONFLICT (municipality, organisation, id) DO NOTHING"
    );
    let over = sql!(
        "UPDATE place SET rev = rev + 1, sort_key = $4, body = $5, changed_at = $6, changed_by = $7 \
         WHERE municipality = $1 AND organisation = $2 AND id = $3 AND rev = $8"
    );
    let values = [own.into(), place.id.into(), key.into(), body.into(), now.into(), user.into()];
    let touched = match seen {
        0 => tx.run(new, values).await?,
        seen => {
            let [a, b, c, d, e, f] = values;
            tx.run(over, [a, b, c, d, e, f, seen.into()]).await?
        }
    };
    Ok(touched == 1)
}

/// The groups of a running season that meet there or will: those that name it by this text.
pub async fn groups_at(tx: &mut ScopedTx, line: &str) -> Result<Vec<groups::GroupRow>, Error> {
    let today = tx.scope().today();
    let mut rows = groups::running(tx, Action::ManageGroups).await?;
    rows.retain(|row| row.group.meets_at(line, today));
    Ok(rows)
}

/// What is to be said of the groups that named a place by `before`, so that they say what the place says: of every
/// season, because the next one begins as a copy of the last. `listed`: the place as it was, where it stood on the list.
pub async fn renaming(
    tx: &mut ScopedTx,
    before: &str,
    listed: Option<&Place>,
    place: &Place,
) -> Result<Vec<(Verb, Seen)>, Error> {
    let line = place.line();
    let (was, now) = (Meets { text: Some(&line), listed }, Meets { text: Some(&line), listed: Some(place) });
    let mut verbs = Vec::new();
    for (group, rev) in groups::all(tx, Action::ManageGroups).await? {
        let mut told = group.clone();
        let own = (&mut told.place, &mut told.aed);
        let earlier = told.earlier.iter_mut().map(|one| (&mut one.place, &mut one.aed));
        for (place, aed) in std::iter::once(own).chain(earlier) {
            if place.as_deref() == Some(before) {
                (*place, *aed) = (Some(line.clone()), now.aed(was, aed.as_deref()));
            }
        }
        if told != group {
            verbs.push((GroupVerb::Put { group: Box::new(told) }.into(), Seen::Rev(Some(rev))));
        }
    }
    Ok(verbs)
}
