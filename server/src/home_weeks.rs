//! On which days people have exercised at home, as rows, and as pages read them.

use domain::access::Action;
use domain::home_weeks::HomeWeek;
use domain::ids::ParticipantId;

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

/// The weeks of these people, the newest first.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<HomeWeek>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, people)?;
    let rows = tx.lookup(&OF_PEOPLE, people).await?;
    let mut all = rows.iter().map(|row| row.json::<HomeWeek>("body")).collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|week| std::cmp::Reverse((week.monday, week.participant)));
    Ok(all)
}
