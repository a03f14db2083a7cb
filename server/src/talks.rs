//! Exercise counselling talks as rows, and as the desk reads them.

use std::cmp::Reverse;

use domain::access::Action;
use domain::ids::ParticipantId;
use domain::people::{Participant, may_be_contacted};
use domain::talks::Talk;

use crate::access::reach::{self, Finding, of_people};
use crate::access::{InReach, ScopedTx};
use crate::error::Error;
use crate::table::{body, table, text};
use crate::{memberships, people};

table! {
    Talk as x in "talk" {
        body: text(x)?, participant: x.participant, on_day: x.on, next_on: x.next_on,
    }
    reads "body" by body;
    erases "body = NULL, next_on = NULL";
    about "participant";
}

/// The talks of all records of a person, the newest first.
pub async fn of_records(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<Talk>, Error> {
    let mut talks = Vec::new();
    for record in records {
        talks.extend(of_person(tx, *record).await?);
    }
    talks.sort_by_key(|talk| Reverse((talk.on, talk.id)));
    Ok(talks)
}

/// What one record has, the newest first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Talk>, Error> {
    let person = person.also_own(tx.scope(), Action::EditProfiles)?;
    let sql = sql!(
        "SELECT body FROM talk WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY on_day DESC, id DESC"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// Whose next contact is due: the day has come, and no later talk says otherwise.
const DUE: Finding = of_people!(
    "SELECT p.id, t.next_on, t.id AS talk FROM talk t CROSS JOIN participant p WHERE t.municipality = $1 \
     AND t.next_on <= $4 AND t.next_on >= $5 AND (t.next_on > $5 OR (t.next_on = $5 AND t.id > $6)) \
     AND t.deleted_at IS NULL AND p.municipality = $1 AND p.id = t.participant AND p.deleted_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM talk n WHERE n.municipality = $1 AND n.participant = t.participant \
     AND n.deleted_at IS NULL AND (n.on_day > t.on_day OR (n.on_day = t.on_day AND n.id > t.id)))",
    " ORDER BY t.next_on, t.id LIMIT $7"
);

/// For how long somebody is told that a contact is due.
const TOLD_FOR_DAYS: i64 = 180;

/// The people whose next contact is due, and to whom anybody may still turn: at most so many, those first for whom it has
/// been due for longest.
pub async fn due(tx: &mut ScopedTx, most: usize) -> Result<Vec<Participant>, Error> {
    let mut due = Vec::new();
    let (mut on, mut last) = (tx.scope().today().plus_days(-TOLD_FOR_DAYS), String::new());
    while due.len() < most {
        let values = [on.into(), last.as_str().into(), AT_A_TIME.into()];
        let rows = reach::found(tx, Action::EditProfiles, &DUE, values).await?;
        let Some((_, end)) = rows.last() else { break };
        (on, last) = (end.parse("next_on")?, end.get("talk")?);
        due.extend(to_be_contacted(tx, rows.into_iter().map(|(person, _)| person).collect()).await?);
    }
    due.truncate(most);
    Ok(due)
}

/// Talks are gone through so many at a time, until enough are found.
const AT_A_TIME: i64 = 300;

/// Those of these to whom anybody may still turn, in their order.
async fn to_be_contacted(tx: &mut ScopedTx, found: Vec<InReach<ParticipantId>>) -> Result<Vec<Participant>, Error> {
    let today = tx.scope().today();
    let order: Vec<_> = found.iter().map(InReach::id).collect();
    let mut people = people::among(tx, Action::SeeProfiles, &order.iter().copied().collect()).await?;
    let stays = memberships::of_people(tx, found).await?;
    let own = |id| stays.iter().map(|(stay, _)| stay).filter(move |stay| stay.participant == id);
    let people = order.into_iter().filter_map(|id| people.remove(&id)).map(|(_, person)| person);
    Ok(people.filter(|person| may_be_contacted(&person.profile, own(person.id), today)).collect())
}
