//! Agreed pauses as rows, and as the desk reads them.

use domain::access::Action;
use domain::ids::ParticipantId;
use domain::pauses::Pause;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Pause as x in "pause" { body: text(x)?, participant: x.participant }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

const OF_PEOPLE: Lookup =
    lookup!("SELECT body FROM pause WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");

/// What was noted of these people and not taken back, the newest first.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<Pause>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, people)?;
    let mut all: Vec<Pause> = tx.bodies_of(&OF_PEOPLE, people).await?;
    all.retain(|one| one.holds);
    all.sort_by_key(|one| std::cmp::Reverse((one.from, one.id)));
    Ok(all)
}
