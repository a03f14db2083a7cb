//! Functional-ability tests as rows, and as the desk reads them.

use std::collections::HashMap;

use domain::access::Action;
use domain::assessments::Assessment;
use domain::assessments::rounds::{self, DueRound, Tested};
use domain::ids::ParticipantId;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::attendance;
use crate::consents;
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
    tx.bodies_of(&OF_PEOPLE, people).await
}

const BATTERY_OF: Lookup = lookup!(
    "SELECT body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL \
     AND instrument IN ('sppb', 'grip', 'self_report') AND participant IN (",
    ")"
);

/// The round that waits for each of these people today; who waits for none is left out, and so is whoever has taken back
/// the consent to tests.
pub async fn due(
    tx: &mut ScopedTx,
    people: &[InReach<ParticipantId>],
) -> Result<HashMap<ParticipantId, DueRound>, Error> {
    let (ids, today) = (ids_for(tx, Action::SeeAssessments, people.iter().copied())?, tx.scope().today());
    let first_visits = attendance::first_visits(tx, people.iter().copied()).await?;
    let mut tested: HashMap<ParticipantId, Vec<Tested>> = HashMap::new();
    for row in tx.lookup(&BATTERY_OF, ids).await? {
        let test: Assessment = row.json("body")?;
        tested.entry(test.participant).or_default().push(Tested::of(&test));
    }
    let ended = consents::without_tests(tx, people).await?;
    let round = |(person, first): (ParticipantId, _)| {
        let tests = tested.get(&person).map(Vec::as_slice).unwrap_or_default();
        Some((person, rounds::due(Some(first), tests, today)?))
    };
    Ok(first_visits.into_iter().filter(|(person, _)| !ended.contains(person)).filter_map(round).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_for_rounds_is_what_rounds_measure() {
        assert!(rounds::BATTERY.iter().all(|instrument| BATTERY_OF.head.contains(&format!("'{instrument}'"))));
        assert_eq!(BATTERY_OF.head.matches('\'').count(), 2 * rounds::BATTERY.len());
    }
}
