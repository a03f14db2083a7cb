//! Exercise counselling talks as rows, and as the desk reads them.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::ids::{ParticipantId, TalkId};
use domain::people::{Participant, may_be_contacted};
use domain::talks::Talk;
use domain::time::Day;

use crate::access::reach::{self, Finding, of_people};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row, Unscoped};
use crate::error::Error;
use crate::people::merged;
use crate::table::{body, table, text};

table! {
    Talk as x in "talk" {
        body: text(x)?, participant: x.participant, on_day: x.on, next_on: x.next_on,
        taken_back_on: x.taken_back.map(|taken_back| taken_back.on),
    }
    reads "body" by body;
    erases "body = NULL, next_on = NULL, taken_back_on = NULL";
    about "participant";
}

/// What was noted of a person, each list the newest first.
pub struct Noted {
    pub standing: Vec<Talk>,
    /// For whoever puts them right: their words are shown to nobody.
    pub taken_back: Vec<Talk>,
}

/// The talks of all records of a person.
pub async fn of_records(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Noted, Error> {
    let mut talks = Vec::new();
    for record in records {
        talks.extend(noted_in(tx, *record).await?);
    }
    talks.sort_by_key(|talk| Reverse((talk.on, talk.id)));
    let (standing, taken_back) = talks.into_iter().partition(Talk::stands);
    Ok(Noted { standing, taken_back })
}

/// What one record has and nobody took back, the newest first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Talk>, Error> {
    let mut talks = noted_in(tx, person).await?;
    talks.retain(Talk::stands);
    Ok(talks)
}

async fn noted_in(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Talk>, Error> {
    let person = person.also_own(tx.scope(), Action::EditProfiles)?;
    let sql = sql!(
        "SELECT body FROM talk WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY on_day DESC, id DESC"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// Whose next contact is due: the day has come, and no later talk of the record says otherwise. One that was taken back says
/// nothing.
const DUE: Finding = of_people!(
    "SELECT p.id, t.next_on, t.on_day, t.id AS talk FROM talk t CROSS JOIN participant p WHERE t.municipality = $1 \
     AND t.next_on <= $4 AND t.next_on >= $5 AND (t.next_on > $5 OR (t.next_on = $5 AND t.id > $6)) \
     AND t.deleted_at IS NULL AND t.taken_back_on IS NULL \
     AND p.municipality = $1 AND p.id = t.participant AND p.deleted_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM talk n WHERE n.municipality = $1 AND n.participant = t.participant \
     AND n.deleted_at IS NULL AND n.taken_back_on IS NULL \
     AND (n.on_day > t.on_day OR (n.on_day = t.on_day AND n.id > t.id)))",
    " ORDER BY t.next_on, t.id LIMIT $7"
);

/// For how long somebody is told that a contact is due.
const TOLD_FOR_DAYS: i64 = 180;

/// The people whose next contact is due, and to whom anybody may still turn: each once, at most so many, those first for whom
/// it has been due for longest.
pub async fn due(tx: &mut ScopedTx, most: usize) -> Result<Vec<Participant>, Error> {
    let (mut due, mut met) = (Vec::new(), BTreeSet::new());
    let (mut on, mut last) = (tx.scope().today().plus_days(-TOLD_FOR_DAYS), String::new());
    while due.len() < most {
        let values = [on.into(), last.as_str().into(), AT_A_TIME.into()];
        let rows = reach::found::<ParticipantId, 3>(tx, Action::EditProfiles, &DUE, values).await?;
        let Some((_, end)) = rows.last() else { break };
        (on, last) = (end.parse("next_on")?, end.get("talk")?);
        let promised: Result<Vec<_>, Error> =
            rows.iter().map(|(person, row)| Ok((person.id(), at(row, "talk")?))).collect();
        let open = not_answered(tx, promised?).await?;
        let people = to_be_contacted(tx, open).await?;
        due.extend(people.into_iter().filter(|person| met.insert(person.id)));
    }
    due.truncate(most);
    Ok(due)
}

/// Talks are gone through so many at a time, until enough are found.
const AT_A_TIME: i64 = 300;

/// Where a talk stands among those of its person; `id`: the column of its id.
fn at(row: &Row, id: &'static str) -> Result<(Day, TalkId), Error> {
    Ok((row.parse("on_day")?, row.parse(id)?))
}

const OF_RECORDS: Lookup = lookup!(
    "SELECT participant, on_day, id FROM talk \
     WHERE municipality = $1 AND deleted_at IS NULL AND taken_back_on IS NULL AND participant IN (",
    ")"
);

/// Whose talk was the last of all records of the person, within reach or not: a later one answers it, whichever record it
/// was noted in.
async fn not_answered(
    tx: &mut ScopedTx,
    promised: Vec<(ParticipantId, (Day, TalkId))>,
) -> Result<Vec<ParticipantId>, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = merged::of_people(bare, tenant, &promised.iter().map(|(id, _)| *id).collect()).await?;
    let kept = |id: ParticipantId| stands.get(&id).copied().unwrap_or(id);
    let mut newest: HashMap<ParticipantId, (Day, TalkId)> = HashMap::new();
    for row in bare.lookup(&OF_RECORDS, tenant, stands.keys().copied()).await? {
        let (whose, talk) = (kept(row.parse("participant")?), at(&row, "id")?);
        newest.entry(whose).and_modify(|there| *there = talk.max(*there)).or_insert(talk);
    }
    let is_last = |(id, talk): &(ParticipantId, (Day, TalkId))| newest.get(&kept(*id)).is_none_or(|last| last <= talk);
    Ok(promised.into_iter().filter(is_last).map(|(id, _)| id).collect())
}

/// Those of these to whom anybody may still turn, each by the record that stands for them, in their order.
async fn to_be_contacted(tx: &mut ScopedTx, named: Vec<ParticipantId>) -> Result<Vec<Participant>, Error> {
    let today = tx.scope().today();
    let people = merged::each_once(tx, Action::SeeProfiles, named).await?.into_iter().map(|(_, (_, person))| person);
    Ok(people.filter(|person| may_be_contacted(&person.profile, std::iter::empty(), today)).collect())
}
