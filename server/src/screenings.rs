//! What was answered before tests, as rows, and as the desk reads it.

use domain::access::Action;
use domain::ids::ParticipantId;
use domain::screenings::Screening;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Screening as x in "screening" {
        body: text(x)?, participant: x.participant, on_day: x.on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

/// The person's answers, from the first to the last.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Screening>, Error> {
    let person = person.also(tx.scope(), Action::SeeAssessments)?;
    let sql = sql!(
        "SELECT body FROM screening WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY on_day, id"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

const OF_PEOPLE: Lookup = lookup!(
    "SELECT body FROM screening WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ") ORDER BY on_day, id"
);

/// These people's answers, from the first to the last.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<Screening>, Error> {
    let people = ids_for(tx, Action::SeeAssessments, people)?;
    tx.bodies_of(&OF_PEOPLE, people).await
}
