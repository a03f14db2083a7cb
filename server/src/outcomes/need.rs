//! Groups of today with their places, and where those live who are in them or wait: what plan and use are told from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::groups::Group;
use domain::outcomes::need::{GroupPlaces, Home};
use domain::people::Participant;
use domain::places;

use super::require_whole_municipality;
use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;

/// Every group whose season goes on today, and the home of everybody who is in one or waits for a decision or a place.
/// Records of one person count as one.
pub async fn places_and_homes(tx: &mut ScopedTx) -> Result<(Vec<GroupPlaces>, Vec<Home>), Error> {
    require_whole_municipality(tx)?;
    let mut groups = groups(tx).await?;
    let in_groups = in_groups(tx, &mut groups).await?;
    let waiting = waiting(tx).await?;
    let homes = |homes: BTreeMap<String, Option<String>>, waits| {
        homes.into_values().map(move |postal_code| Home { postal_code, waits })
    };
    let people = homes(in_groups, false).chain(homes(waiting, true)).collect();
    Ok((groups.into_values().map(|(group, _)| group).collect(), people))
}

/// Groups by id, each with whom it has.
type Groups = HashMap<String, (GroupPlaces, BTreeSet<String>)>;

async fn groups(tx: &mut ScopedTx) -> Result<Groups, Error> {
    let sql = sql!(
        "SELECT w.id, w.body, o.name AS provider_name FROM exercise_group w \
         LEFT JOIN organisation o ON o.municipality = w.municipality AND o.id = w.provider \
         WHERE w.municipality = $1 AND w.deleted_at IS NULL ORDER BY w.id"
    );
    let today = tx.scope().today();
    let mut groups = Groups::new();
    for row in tx.all(sql, []).await? {
        let Group { place, capacity, kind, season_start, season_end, .. } = row.json("body")?;
        let runs = season_start.is_none_or(|start| start <= today) && season_end.is_none_or(|end| today <= end);
        // Seats at a talk are no places in a group.
        if !runs || !kind.keeps_names() {
            continue;
        }
        let group = GroupPlaces {
            provider: row.get::<Option<String>>("provider_name")?.unwrap_or_default(),
            postal_code: place.as_deref().and_then(places::postal_code).map(str::to_owned),
            capacity: capacity.map(u64::from),
            taken: 0,
        };
        groups.insert(row.get("id")?, (group, BTreeSet::new()));
    }
    Ok(groups)
}

/// Postal codes by person, of everybody who is in one of these groups today. Counts them in each group.
async fn in_groups(tx: &mut ScopedTx, groups: &mut Groups) -> Result<BTreeMap<String, Option<String>>, Error> {
    let sql = sql!(
        "SELECT m.exercise_group, COALESCE(p.same_as, p.id) AS person, p.body FROM membership m \
         CROSS JOIN participant p WHERE m.municipality = $1 AND m.deleted_at IS NULL AND m.joined_on <= $2 \
         AND (m.left_on IS NULL OR m.left_on >= $2) AND p.municipality = $1 AND p.id = m.participant \
         AND p.deleted_at IS NULL AND p.restricted IS NULL ORDER BY m.id"
    );
    let mut homes = BTreeMap::new();
    let today = tx.scope().today();
    let take = |row: Row| -> Result<(), Error> {
        let Some((group, people)) = groups.get_mut(&row.get::<String>("exercise_group")?) else { return Ok(()) };
        if people.insert(row.get("person")?) {
            group.taken += 1;
        }
        add_home(&mut homes, &row)
    };
    tx.each(sql, [today.into()], take).await?;
    Ok(homes)
}

/// Postal codes by person, of everybody who waits. Whoever has died waits for nothing, though nobody has closed the
/// application yet.
async fn waiting(tx: &mut ScopedTx) -> Result<BTreeMap<String, Option<String>>, Error> {
    let sql = sql!(
        "SELECT COALESCE(p.same_as, p.id) AS person, p.body FROM application a CROSS JOIN participant p \
         WHERE a.municipality = $1 AND a.queue IS NOT NULL AND a.deleted_at IS NULL AND p.municipality = $1 \
         AND p.id = a.participant AND p.deleted_at IS NULL AND p.restricted IS NULL ORDER BY a.applied_on, a.id"
    );
    let mut homes = BTreeMap::new();
    for row in tx.all(sql, []).await? {
        if row.json::<Participant>("body")?.profile.died_on.is_none() {
            add_home(&mut homes, &row)?;
        }
    }
    Ok(homes)
}

/// Of several records of a person, one that knows where the person lives.
fn add_home(homes: &mut BTreeMap<String, Option<String>>, row: &Row) -> Result<(), Error> {
    let home = homes.entry(row.get("person")?).or_default();
    if home.is_none() {
        *home = row.json::<Participant>("body")?.profile.disclosed().postal_code;
    }
    Ok(())
}
