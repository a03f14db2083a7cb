//! Stays in groups as rows, and as the desk reads them: of people, of a group.

use std::collections::HashMap;

use domain::access::Action;
use domain::groups::{Group, Membership};
use domain::ids::{GroupId, MembershipId, MunicipalityCode, ParticipantId};
use domain::people::Participant;

use crate::access::reach::{group_within_reach, ids_for};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Tx};
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Membership as x in "membership" {
        body: text(x)?,
        exercise_group: x.group,
        participant: x.participant,
        joined_on: x.joined_on,
        left_on: x.left_on,
        unexplained: x.is_unexplained().then_some(1_i64),
    }
    reads "body" by body;
    erases "body = NULL, unexplained = NULL";
    about "participant";
}

const OF_PEOPLE: Lookup = lookup!(
    "SELECT m.body AS stay, g.body AS exercise_group FROM membership m \
     JOIN exercise_group g ON g.municipality = m.municipality AND g.id = m.exercise_group \
     WHERE m.municipality = $1 AND m.deleted_at IS NULL AND g.deleted_at IS NULL AND m.participant IN (",
    ") ORDER BY m.joined_on DESC, m.id"
);

/// The stays of these people with their groups, the newest first.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<Vec<(Membership, Group)>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, people)?;
    let rows = tx.lookup(&OF_PEOPLE, people).await?;
    rows.iter().map(|row| Ok((row.json("stay")?, row.json("exercise_group")?))).collect()
}

/// The stays of people of whom it is not known yet whether they are within reach, with their groups: for whoever judges
/// that by more than the reach.
pub async fn of_found(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: impl IntoIterator<Item = ParticipantId>,
) -> Result<Vec<(Membership, Group)>, Error> {
    let rows = tx.lookup(&OF_PEOPLE, tenant, people).await?;
    rows.iter().map(|row| Ok((row.json("stay")?, row.json("exercise_group")?))).collect()
}

const BY_ID: Lookup = lookup!(
    concat!(
        "SELECT x.body FROM membership x WHERE x.municipality = $1 AND x.deleted_at IS NULL AND ",
        group_within_reach!("x.exercise_group"),
        " AND x.id IN ("
    ),
    ")"
);

/// Those of these stays whose group lies within reach.
pub async fn among(
    tx: &mut ScopedTx,
    action: Action,
    stays: impl IntoIterator<Item = MembershipId>,
) -> Result<HashMap<MembershipId, Membership>, Error> {
    let rows = tx.within(action)?.lookup(&BY_ID, stays).await?;
    rows.iter().map(|row| row.json("body").map(|stay: Membership| (stay.id, stay))).collect()
}

const OF_GROUPS: Lookup = lookup!(
    "SELECT body FROM membership WHERE municipality = $1 AND deleted_at IS NULL AND exercise_group IN (",
    ") ORDER BY joined_on, id"
);

/// The stays in these groups that last today.
pub async fn today_in(
    tx: &mut ScopedTx,
    groups: impl IntoIterator<Item = InReach<GroupId>>,
) -> Result<Vec<Membership>, Error> {
    let groups: Vec<_> =
        groups.into_iter().map(|group| group.also(tx.scope(), Action::SeeRoll)).collect::<Result<_, _>>()?;
    let (rows, today) = (tx.lookup(&OF_GROUPS, groups).await?, tx.scope().today());
    let stays = rows.iter().map(|row| row.json::<Membership>("body")).collect::<Result<Vec<_>, _>>()?;
    Ok(stays.into_iter().filter(|stay| stay.covers(today)).collect())
}

/// Who is or was in the group, by name.
pub async fn of_group(tx: &mut ScopedTx, group: InReach<GroupId>) -> Result<Vec<(Membership, Participant)>, Error> {
    let group = group.also(tx.scope(), Action::SeeRoll)?;
    let sql = sql!(
        "SELECT m.body AS stay, p.body AS person FROM membership m \
         JOIN participant p ON p.municipality = m.municipality AND p.id = m.participant \
         WHERE m.municipality = $1 AND m.exercise_group = $2 AND m.deleted_at IS NULL AND p.deleted_at IS NULL \
         AND p.restricted IS NULL ORDER BY p.sort_key, m.joined_on, m.id"
    );
    let rows = tx.all(sql, [group.into()]).await?;
    let all = rows.iter().map(|row| Ok((row.json("stay")?, row.json("person")?))).collect::<Result<Vec<_>, Error>>()?;
    Ok(once_each(all))
}

/// How many people are in the group or will be whose processing is restricted: whoever prints for a group is told that
/// somebody is left out, and not who.
pub async fn restricted_in(tx: &mut ScopedTx, group: InReach<GroupId>) -> Result<i64, Error> {
    let (group, today) = (group.also(tx.scope(), Action::SeeRoll)?, tx.scope().today());
    let sql = sql!(
        "SELECT COUNT(DISTINCT COALESCE(p.same_as, p.id)) AS n FROM membership m \
         JOIN participant p ON p.municipality = m.municipality AND p.id = m.participant \
         WHERE m.municipality = $1 AND m.exercise_group = $2 AND m.deleted_at IS NULL \
         AND (m.left_on IS NULL OR m.left_on >= $3) AND p.deleted_at IS NULL AND p.restricted IS NOT NULL"
    );
    tx.one(sql, [group.into(), today.into()]).await?.get("n")
}

/// Without the stays of records for which another one stands that is in the group on those days, too.
fn once_each(all: Vec<(Membership, Participant)>) -> Vec<(Membership, Participant)> {
    let shown_by_other = |stay: &Membership, person: &Participant| {
        let kept = person.profile.same_as?;
        let shares = |other: &Membership| {
            stay.left_on.is_none_or(|left| other.joined_on <= left)
                && other.left_on.is_none_or(|left| stay.joined_on <= left)
        };
        all.iter().find(|(other, _)| other.participant == kept && shares(other))
    };
    let double: Vec<_> = all.iter().map(|(stay, person)| shown_by_other(stay, person).is_some()).collect();
    all.into_iter().zip(double).filter(|(_, double)| !double).map(|(one, _)| one).collect()
}
