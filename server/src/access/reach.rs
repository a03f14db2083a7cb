//! The reach check. What may be asked about a person or a group is asked with a value that only this file makes.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Action, Reach};
use domain::ids::{GroupId, ParticipantId};

use super::scope::Scope;
use super::scoped_tx::ScopedTx;
use crate::db::{Lookup, Row, Value};
use crate::error::Error;

/// The id of a person or a group that was found within reach of the one who asks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InReach<T> {
    id: T,
    /// How far the action reaches for which it was found.
    reach: Reach,
}

impl<T: Copy> InReach<T> {
    pub fn id(&self) -> T {
        self.id
    }

    /// The id for another action: only where that reaches as far.
    pub fn also(&self, scope: &Scope, action: Action) -> Result<T, Error> {
        if scope.require(action)? == self.reach { Ok(self.id) } else { Err(Error::NotFound) }
    }
}

/// `SELECT id …` of the groups within reach, for `concat!("… WHERE g.id IN (", groups_within_reach!(), ")")`.
/// `$1` … `$4` are bound by [`super::scoped_tx::WithinTx`].
macro_rules! groups_within_reach {
    () => {
        "SELECT w.id FROM exercise_group w WHERE w.municipality = $1 AND w.deleted_at IS NULL \
         AND ($2 = '' OR w.provider = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM group_staff s \
         WHERE s.municipality = w.municipality AND s.exercise_group = w.id AND s.account = $3 \
         AND s.from_day <= $4 AND (s.to_day IS NULL OR s.to_day >= $4)))"
    };
}
pub(crate) use groups_within_reach;

/// The memberships that bring a person within reach.
macro_rules! people_within_reach {
    () => {
        concat!(
            "SELECT r.participant FROM membership r WHERE r.municipality = $1 AND r.deleted_at IS NULL \
             AND r.exercise_group IN (",
            $crate::access::reach::groups_within_reach!(),
            ")"
        )
    };
}
pub(crate) use people_within_reach;

/// A text that finds people or groups within reach, made by [`of_people!`] or [`of_groups!`]. Its rows have the `id`.
pub struct Finding(&'static str);

impl Finding {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }
}

/// `head … p.id IN (` the people within reach `) tail`.
macro_rules! of_people {
    ($head:expr, $tail:expr $(,)?) => {
        $crate::access::reach::Finding::new(concat!(
            $head,
            " IN (",
            $crate::access::reach::people_within_reach!(),
            ")",
            $tail
        ))
    };
}
pub(crate) use of_people;

/// `head … g.id IN (` the groups within reach `) tail`.
macro_rules! of_groups {
    ($head:expr, $tail:expr $(,)?) => {
        $crate::access::reach::Finding::new(concat!(
            $head,
            " IN (",
            $crate::access::reach::groups_within_reach!(),
            ")",
            $tail
        ))
    };
}
pub(crate) use of_groups;

/// What a text finds within reach, with its rows; values begin at `$5`.
pub async fn found<T, const N: usize>(
    tx: &mut ScopedTx,
    action: Action,
    text: &Finding,
    values: [Value; N],
) -> Result<Vec<(InReach<T>, Row)>, Error>
where
    T: std::str::FromStr,
{
    let reach = tx.require(action)?;
    let rows = tx.within(action)?.all(text.0, values).await?;
    rows.into_iter().map(|row| Ok((InReach { id: row.parse("id")?, reach }, row))).collect()
}

const GROUP: Finding =
    of_groups!("SELECT g.id FROM exercise_group g WHERE g.municipality = $1 AND g.id = $5 AND g.id", "");
const PERSON: Finding = of_people!(
    "SELECT p.id FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.id = $5 AND p.id",
    ""
);

/// One group; not within reach is not found.
pub async fn group(tx: &mut ScopedTx, action: Action, id: GroupId) -> Result<InReach<GroupId>, Error> {
    let found = found(tx, action, &GROUP, [id.into()]).await?;
    found.into_iter().next().map(|(group, _)| group).ok_or(Error::NotFound)
}

/// All groups in which the asker may do this.
pub async fn groups(tx: &mut ScopedTx, action: Action) -> Result<BTreeSet<GroupId>, Error> {
    let rows = tx.within(action)?.all(groups_within_reach!(), []).await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

/// One person; not within reach is not found.
pub async fn person(tx: &mut ScopedTx, action: Action, id: ParticipantId) -> Result<InReach<ParticipantId>, Error> {
    if tx.require(action)? == Reach::OnePerson {
        return one_person(tx, id).await;
    }
    let found = found(tx, action, &PERSON, [id.into()]).await?;
    found.into_iter().next().map(|(person, _)| person).ok_or(Error::NotFound)
}

/// The one person about whom a participant or a relative may ask, whatever groups they are in.
async fn one_person(tx: &mut ScopedTx, id: ParticipantId) -> Result<InReach<ParticipantId>, Error> {
    let own = tx.scope().person() == Some(id);
    let sql = "SELECT id FROM participant WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL";
    match tx.maybe(sql, [id.into()]).await? {
        Some(_) if own => Ok(InReach { id, reach: Reach::OnePerson }),
        _ => Err(Error::NotFound),
    }
}

const GROUPS_OF: Lookup = Lookup {
    head: "SELECT participant, exercise_group FROM membership WHERE municipality = $1 AND deleted_at IS NULL \
           AND participant IN (",
    tail: ")",
};

/// Those of these people who are within reach; the others are left out.
pub async fn among(
    tx: &mut ScopedTx,
    action: Action,
    ids: &BTreeSet<ParticipantId>,
) -> Result<BTreeMap<ParticipantId, InReach<ParticipantId>>, Error> {
    let reach = tx.require(action)?;
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let groups = groups(tx, action).await?;
    let mut near = BTreeMap::new();
    for row in tx.lookup(&GROUPS_OF, ids.iter().copied()).await? {
        if groups.contains(&row.parse("exercise_group")?) {
            let id = row.parse("participant")?;
            near.insert(id, InReach { id, reach });
        }
    }
    Ok(near)
}

/// The ids of people within reach for another action; refuses where it reaches less far.
pub fn ids_for(
    tx: &ScopedTx,
    action: Action,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<ParticipantId>, Error> {
    people.into_iter().map(|person| person.also(tx.scope(), action)).collect()
}
