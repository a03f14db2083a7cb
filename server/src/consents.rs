//! Consents as rows, and as the desk reads them.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::consents::{self, Consent, ConsentAct, standing_since};
use domain::ids::ParticipantId;
use domain::time::Day;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Unscoped};
use crate::error::Error;
use crate::people::merged;
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

/// The day since which each of these people's consent to keeping health data stands, by all records of theirs within reach;
/// who gave none is left out.
pub async fn for_health(
    tx: &mut ScopedTx,
    people: &[InReach<ParticipantId>],
) -> Result<HashMap<ParticipantId, Day>, Error> {
    let records = merged::all_of(tx, people, Action::RecordConsents).await?;
    let events = of_tests(tx, Action::RecordConsents, records.values().flatten().copied()).await?;
    let given = |(person, records): (ParticipantId, Vec<InReach<ParticipantId>>)| {
        let said: Vec<_> = records.iter().filter_map(|record| events.get(&record.id())).flatten().collect();
        let (act, since) = standing_since(&said)?;
        (act == ConsentAct::Given).then_some((person, since))
    };
    Ok(records.into_iter().filter_map(given).collect())
}

/// Whether the one person whose records these are is measured no more (see [`consents::tests_ended`]).
pub async fn tests_ended(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<bool, Error> {
    let events = of_tests(tx, Action::SeeAssessments, records.iter().copied()).await?;
    Ok(consents::tests_ended(events.values().flatten()))
}

/// Those of these people who are measured no more, by whichever record of theirs, within reach or not.
pub async fn without_tests(
    tx: &mut ScopedTx,
    people: &[InReach<ParticipantId>],
) -> Result<BTreeSet<ParticipantId>, Error> {
    let ids: BTreeSet<_> = ids_for(tx, Action::SeeAssessments, people.iter().copied())?.into_iter().collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = merged::of_people(bare, tenant, &ids).await?;
    let kept = |id: ParticipantId| stands.get(&id).copied().unwrap_or(id);
    let mut events: HashMap<ParticipantId, Vec<Consent>> = HashMap::new();
    for row in bare.lookup(&FOR_HEALTH, tenant, stands.keys().copied()).await? {
        let event: Consent = row.json("body")?;
        events.entry(kept(event.participant)).or_default().push(event);
    }
    let ended = |id: &ParticipantId| events.get(&kept(*id)).is_some_and(consents::tests_ended);
    Ok(ids.into_iter().filter(ended).collect())
}
