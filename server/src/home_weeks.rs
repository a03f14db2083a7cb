//! On which days people have exercised at home, as rows, and as pages read them.

use domain::access::Action;
use domain::home_weeks::HomeWeek;
use domain::ids::{HomeWeekId, ParticipantId};
use domain::time::Day;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    HomeWeek as x in "home_week" { body: text(x)?, participant: x.participant }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

const OF_PEOPLE: Lookup =
    lookup!("SELECT body FROM home_week WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");
const BY_IDS: Lookup =
    lookup!("SELECT body FROM home_week WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");

/// The weeks of these people, the newest first.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<HomeWeek>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, people)?;
    let mut all: Vec<HomeWeek> = tx.bodies_of(&OF_PEOPLE, people).await?;
    all.sort_by_key(|week| std::cmp::Reverse((week.monday, week.participant)));
    Ok(all)
}

/// Those of these people's weeks that begin on these Mondays.
pub async fn beginning(
    tx: &mut ScopedTx,
    people: &[InReach<ParticipantId>],
    mondays: impl Iterator<Item = Day>,
) -> Result<Vec<HomeWeek>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, people.iter().copied())?;
    let ids = mondays.flat_map(|monday| people.iter().map(move |person| HomeWeekId::of(*person, monday)));
    tx.bodies_of(&BY_IDS, ids.collect::<Vec<_>>()).await
}
