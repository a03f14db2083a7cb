//! Outdoor friends as rows, and as the desk and the person read them.

use std::cmp::Reverse;

use domain::access::Action;
use domain::friends::FriendPair;
use domain::ids::ParticipantId;

use crate::access::{InReach, ScopedTx};
use crate::error::Error;
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
