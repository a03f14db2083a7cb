//! Outdoor friends as rows, and as the desk and the person read them.

use std::cmp::Reverse;

use domain::access::Action;
use domain::friends::FriendPair;
use domain::ids::ParticipantId;
use domain::people::Participant;

use crate::access::reach::{self, Finding, of_people};
use crate::access::{InReach, ScopedTx};
use crate::error::Error;
use crate::people::{self, merged};
use crate::table::{body, table, text};

table! {
    FriendPair as x in "friend_pair" { body: text(x)?, participant: x.participant }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

const OF_PERSON: &str =
    sql!("SELECT body FROM friend_pair WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL");

/// What one record has.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<FriendPair>, Error> {
    let person = person.also_own(tx.scope(), Action::EditProfiles)?;
    of(tx, person).await
}

/// Those of all records of a person: those that go on and the newest first.
pub async fn of_records(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<FriendPair>, Error> {
    let mut pairs = Vec::new();
    for record in records {
        pairs.extend(of_person(tx, *record).await?);
    }
    pairs.sort_by_key(|pair| (pair.ended.is_some(), Reverse(pair.since), pair.id));
    Ok(pairs)
}

/// Pairs are gone through so many at a time.
const AT_A_TIME: i64 = 300;
const ALL: Finding = of_people!(
    "SELECT p.id, t.body, t.id AS pair FROM friend_pair t CROSS JOIN participant p WHERE t.municipality = $1 \
     AND t.id > $5 AND t.deleted_at IS NULL AND p.municipality = $1 AND p.id = t.participant AND p.deleted_at IS NULL",
    " ORDER BY t.id LIMIT $6"
);

/// One page of the pairs that go on today, of those who are alive, and how many there are: first those who have not been
/// out for longest.
pub async fn going_on(tx: &mut ScopedTx, most: i64, skip: i64) -> Result<(Vec<(Participant, FriendPair)>, i64), Error> {
    let (mut pairs, mut last, today) = (Vec::new(), String::new(), tx.scope().today());
    loop {
        let values = [last.as_str().into(), AT_A_TIME.into()];
        let rows = reach::found::<ParticipantId, 2>(tx, Action::EditProfiles, &ALL, values).await?;
        let Some((_, end)) = rows.last() else { break };
        last = end.get("pair")?;
        for (_, row) in &rows {
            let pair: FriendPair = row.json("body")?;
            pairs.extend(Some(pair).filter(|pair| pair.is_open(today)));
        }
    }
    pairs.sort_by_key(|pair| (pair.ends_from(), pair.id));
    let ids = pairs.iter().map(|pair| pair.participant).collect();
    let mut people = people::among(tx, Action::SeeProfiles, &ids).await?;
    merged::protect(tx, people.values_mut().map(|(_, person)| person)).await?;
    let of = |pair: FriendPair| Some((people.get(&pair.participant)?.1.clone(), pair));
    let alive = pairs.into_iter().filter_map(of).filter(|(person, _)| person.profile.died_on.is_none());
    let all: Vec<_> = alive.collect();
    let (total, at) = (i64::try_from(all.len()).unwrap_or(i64::MAX), |n: i64| usize::try_from(n).unwrap_or_default());
    Ok((all.into_iter().skip(at(skip)).take(at(most)).collect(), total))
}

/// Who goes out with somebody today: for themselves, of all their records.
pub async fn own(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<FriendPair>, Error> {
    let (mut pairs, today) = (Vec::new(), tx.scope().today());
    for record in records {
        let person = record.also(tx.scope(), Action::SeeSchedule)?;
        pairs.extend(of(tx, person).await?);
    }
    pairs.retain(|pair| pair.is_open(today));
    Ok(pairs)
}

async fn of(tx: &mut ScopedTx, person: ParticipantId) -> Result<Vec<FriendPair>, Error> {
    let rows = tx.all(OF_PERSON, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}
