//! Consents as rows, and as the desk reads them.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::consents::{self, Consent, ConsentAct, standing_since};
use domain::ids::ParticipantId;
use domain::time::Day;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Consent as x in "consent" {
        body: text(x)?, participant: x.participant, purpose: x.purpose.code(), act: x.act.code(), on_day: x.on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

/// The person's consents, the newest first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Consent>, Error> {
    let person = person.also_own(tx.scope(), Action::RecordConsents)?;
    let sql = sql!(
        "SELECT body FROM consent WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY on_day DESC, id DESC"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What these people said of tests.
pub(crate) const FOR_HEALTH: Lookup = lookup!(
    "SELECT body FROM consent WHERE municipality = $1 AND deleted_at IS NULL AND purpose = 'health_tests' \
     AND participant IN (",
    ")"
);

/// The same by person, for whoever may do this.
async fn of_tests(
    tx: &mut ScopedTx,
    action: Action,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<HashMap<ParticipantId, Vec<Consent>>, Error> {
    let people = ids_for(tx, action, people)?;
    let mut events: HashMap<ParticipantId, Vec<Consent>> = HashMap::new();
    for event in tx.bodies_of::<Consent, _>(&FOR_HEALTH, people).await? {
        events.entry(event.participant).or_default().push(event);
    }
    Ok(events)
}

/// The day since which each of these people's consent to keeping health data stands; who gave none is left out.
pub async fn for_health(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<HashMap<ParticipantId, Day>, Error> {
    let events = of_tests(tx, Action::RecordConsents, people).await?;
    let given = |(person, events): (ParticipantId, Vec<Consent>)| {
        let (act, since) = standing_since(&events.iter().collect::<Vec<_>>())?;
        (act == ConsentAct::Given).then_some((person, since))
    };
    Ok(events.into_iter().filter_map(given).collect())
}

/// Whether the one person whose records these are is measured no more (see [`consents::tests_ended`]).
pub async fn tests_ended(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<bool, Error> {
    let events = of_tests(tx, Action::SeeAssessments, records.iter().copied()).await?;
    Ok(consents::tests_ended(events.values().flatten()))
}

/// Those of these people, each with the one record, who are measured no more.
pub async fn without_tests(
    tx: &mut ScopedTx,
    people: &[InReach<ParticipantId>],
) -> Result<BTreeSet<ParticipantId>, Error> {
    let events = of_tests(tx, Action::SeeAssessments, people.iter().copied()).await?;
    let ended = events.into_iter().filter(|(_, events)| consents::tests_ended(events));
    Ok(ended.map(|(person, _)| person).collect())
}
