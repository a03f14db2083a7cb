//! Functional-ability tests as rows, and as the desk reads them.

use domain::access::Action;
use domain::assessments::Assessment;
use domain::ids::ParticipantId;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Assessment as x in "assessment" {
        body: text(x)?, participant: x.participant, instrument: x.instrument.code(), measured_on: x.measured_on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

const OF_PEOPLE: Lookup = lookup!(
    "SELECT body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ") ORDER BY measured_on, id"
);

/// These people's tests, each person's from the first to the last.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<Assessment>, Error> {
    let people = ids_for(tx, Action::SeeAssessments, people)?;
    let rows = tx.lookup(&OF_PEOPLE, people).await?;
    rows.iter().map(|row| row.json("body")).collect()
}
