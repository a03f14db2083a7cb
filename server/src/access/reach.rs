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
    ground: Ground,
}

/// Why it is within reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Ground {
    /// How far the action reaches for which it was found.
    Reach(Reach),
    /// By a break-glass, which ends: for the looks that it opens, in the scope that has it.
    Opened,
}

impl<T: Copy> InReach<T> {
    pub fn id(&self) -> T {
        self.id
    }

    /// The id for another action: only where that reaches as far.
    pub fn also(&self, scope: &Scope, action: Action) -> Result<T, Error> {
        let holds = match self.ground {
            Ground::Reach(reach) => scope.require(action)? == reach,
            Ground::Opened => scope.opens(action).is_some(),
        };
        if holds { Ok(self.id) } else { Err(Error::NotFound) }
    }

    /// As [`Self::also`], and for whoever asks about themselves and may see everything that is kept about them.
    pub fn also_own(&self, scope: &Scope, action: Action) -> Result<T, Error> {
        let own = Reach::OnePerson;
        if self.ground == Ground::Reach(own) && scope.reach(Action::SeeOwnData) == Some(own) {
            return Ok(self.id);
        }
        self.also(scope, action)
    }

    /// Whether only a break-glass brings it within reach.
    pub fn is_opened(&self) -> bool {
        self.ground == Ground::Opened
    }
}

/// The condition that the group `w` lies within reach; `$1` … `$4` are bound by [`super::scoped_tx::WithinTx`]. Without a
/// provider the range holds every id, which is hexadecimal: so the index serves both.
macro_rules! within_reach {
    () => {
        "w.municipality = $1 AND w.deleted_at IS NULL AND w.provider >= $2 \
         AND w.provider <= COALESCE(NULLIF($2, ''), 'g') AND ($3 = '' OR EXISTS (SELECT 1 FROM group_staff s \
         WHERE s.municipality = $1 AND s.exercise_group = w.id AND s.account = $3 \
         AND s.from_day <= $4 AND (s.to_day IS NULL OR s.to_day >= $4)))"
    };
}
pub(crate) use within_reach;

/// The condition that the group of this column lies within reach.
macro_rules! group_within_reach {
    ($group:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM exercise_group w WHERE w.id = ",
            $group,
            " AND ",
            $crate::access::reach::within_reach!(),
            ")"
        )
    };
}
pub(crate) use group_within_reach;

/// The condition that a stay brings the person of this column within reach, or that the organisation whose people are
/// within reach has registered them. SQLite takes the tables of a CROSS JOIN in their order: a person has few stays, an
/// organisation many groups.
///
/// Its own tables have names that no text around it gives: a text's table of the same name would be taken for this one,
/// and everybody would be within reach.
macro_rules! person_within_reach {
    ($person:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM membership near_r CROSS JOIN exercise_group w \
             WHERE w.id = near_r.exercise_group AND near_r.municipality = $1 AND near_r.deleted_at IS NULL \
             AND (near_r.left_on IS NULL OR near_r.left_on >= near_r.joined_on) AND near_r.participant = ",
            $person,
            " AND ",
            $crate::access::reach::within_reach!(),
            ") OR ($3 = '' AND EXISTS (SELECT 1 FROM keeper near_k \
             WHERE near_k.municipality = $1 AND near_k.participant = ",
            $person,
            " AND ($2 = '' OR near_k.organisation = $2) AND (near_k.while_unplaced IS NULL OR NOT EXISTS (\
             SELECT 1 FROM membership near_u WHERE near_u.municipality = $1 AND near_u.deleted_at IS NULL \
             AND near_u.participant = near_k.participant \
             AND (near_u.left_on IS NULL OR near_u.left_on >= near_u.joined_on))))))"
        )
    };
}
pub(crate) use person_within_reach;

/// A text that finds people or groups within reach, made by [`of_people!`], [`of_listed!`] or [`of_groups!`]. Its rows
/// have the `id`.
pub struct Finding(&'static str);

impl Finding {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }
}

/// `head … AND` the person `p` is within reach and not restricted, `tail`.
macro_rules! of_people {
    ($head:expr, $tail:expr $(,)?) => {
        $crate::access::reach::Finding::new(sql!(
            $head,
            " AND p.restricted IS NULL AND ",
            $crate::access::reach::person_within_reach!("p.id"),
            $tail
        ))
    };
}
pub(crate) use of_people;

/// `head … WHERE` the group `w` is within reach, `tail`.
macro_rules! of_groups {
    ($head:expr, $tail:expr $(,)?) => {
        $crate::access::reach::Finding::new(sql!($head, " WHERE ", $crate::access::reach::within_reach!(), $tail))
    };
}
pub(crate) use of_groups;

/// The rows `l` of the organisation's own list of people (see [`crate::people::listing`]), which holds those within its
/// reach; `tail` says which of them, and ends the text.
macro_rules! of_listed {
    ($head:expr, $tail:expr $(,)?) => {
        $crate::access::reach::Finding::new(sql!(
            $head,
            " FROM listing l WHERE l.municipality = $1 AND l.organisation = $2 AND ",
            $tail
        ))
    };
}
pub(crate) use of_listed;

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
    rows.into_iter().map(|row| Ok((InReach { id: row.parse("id")?, ground: Ground::Reach(reach) }, row))).collect()
}

const GROUP: Finding = of_groups!("SELECT w.id FROM exercise_group w", " AND w.id = $5");
const PERSON: Finding =
    of_people!("SELECT p.id FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.id = $5", "");

/// As [`PERSON`], also of those whose processing is restricted.
const KEPT: Finding = Finding::new(sql!(
    "SELECT p.id FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.id = $5 AND ",
    person_within_reach!("p.id")
));

/// One group; not within reach is not found.
pub async fn group(tx: &mut ScopedTx, action: Action, id: GroupId) -> Result<InReach<GroupId>, Error> {
    let found = found(tx, action, &GROUP, [id.into()]).await?;
    found.into_iter().next().map(|(group, _)| group).ok_or(Error::NotFound)
}

/// One person; not within reach is not found, and neither is whoever's processing is restricted: but for what the person
/// may ask for, which is [`Action::ErasePeople`].
pub async fn person(tx: &mut ScopedTx, action: Action, id: ParticipantId) -> Result<InReach<ParticipantId>, Error> {
    let opened = tx.scope().opens(action) == Some(id);
    match tx.require(action) {
        Err(error) if !opened => return Err(error),
        Err(_) => {}
        Ok(Reach::OnePerson) => {
            let own = tx.scope().person() == Some(id);
            return one_person(tx, id, own, Ground::Reach(Reach::OnePerson)).await;
        }
        Ok(_) => {
            let text = if action == Action::ErasePeople { &KEPT } else { &PERSON };
            let found = found(tx, action, text, [id.into()]).await?;
            if let Some((person, _)) = found.into_iter().next() {
                return Ok(person);
            }
        }
    }
    one_person(tx, id, opened, Ground::Opened).await
}

/// The one person about whom a participant or a relative may ask, or whom a break-glass has opened, whatever groups they
/// are in.
async fn one_person(
    tx: &mut ScopedTx,
    id: ParticipantId,
    may: bool,
    ground: Ground,
) -> Result<InReach<ParticipantId>, Error> {
    let sql = sql!("SELECT id FROM participant WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL");
    match tx.maybe(sql, [id.into()]).await? {
        Some(_) if may => Ok(InReach { id, ground }),
        _ => Err(Error::NotFound),
    }
}

const NEAR: Lookup = lookup!(
    concat!(
        "SELECT p.id FROM participant p WHERE p.municipality = $1 AND p.restricted IS NULL AND ",
        person_within_reach!("p.id"),
        " AND p.id IN ("
    ),
    ")"
);

/// As [`NEAR`], also of those whose processing is restricted.
const NEAR_KEPT: Lookup = lookup!(
    concat!(
        "SELECT p.id FROM participant p WHERE p.municipality = $1 AND ",
        person_within_reach!("p.id"),
        " AND p.id IN ("
    ),
    ")"
);

/// Those of these people who are within reach; the others are left out. Those whose processing is restricted are found
/// as by [`person`].
pub async fn among(
    tx: &mut ScopedTx,
    action: Action,
    ids: &BTreeSet<ParticipantId>,
) -> Result<BTreeMap<ParticipantId, InReach<ParticipantId>>, Error> {
    let reach = tx.require(action)?;
    let text = if action == Action::ErasePeople { &NEAR_KEPT } else { &NEAR };
    let rows = tx.within(action)?.lookup(text, ids.iter().copied()).await?;
    let near = rows.iter().map(|row| row.parse("id").map(|id| (id, InReach { id, ground: Ground::Reach(reach) })));
    near.collect()
}

/// The other records of the one person about whom a participant or a relative asks: those for which theirs stands, by
/// whatever way.
pub async fn others_of_one(
    tx: &mut ScopedTx,
    person: InReach<ParticipantId>,
) -> Result<Vec<InReach<ParticipantId>>, Error> {
    let ground = Ground::Reach(Reach::OnePerson);
    if person.ground != ground {
        return Err(Error::NotFound);
    }
    Ok(records_of_one(tx, person.id).await?.into_iter().map(|id| InReach { id, ground }).collect())
}

/// The ids of those records: for the one in whose name something is written.
pub(crate) async fn records_of_one(tx: &mut ScopedTx, person: ParticipantId) -> Result<BTreeSet<ParticipantId>, Error> {
    let sql = sql!("SELECT id FROM participant WHERE municipality = $1 AND same_as = $2 AND deleted_at IS NULL");
    let (mut all, mut ask) = (BTreeSet::new(), vec![person]);
    while let Some(id) = ask.pop() {
        for row in tx.all(sql, [id.into()]).await? {
            let other: ParticipantId = row.parse("id")?;
            if other != person && all.insert(other) {
                ask.push(other);
            }
        }
    }
    Ok(all)
}

/// The ids of people within reach for another action; refuses where it reaches less far.
pub fn ids_for(
    tx: &ScopedTx,
    action: Action,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<ParticipantId>, Error> {
    people.into_iter().map(|person| person.also(tx.scope(), action)).collect()
}
