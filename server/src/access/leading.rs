//! Who leads a group: instructors without an end, substitutes for their days. Given by the coordinator.

use std::collections::BTreeMap;

use domain::access::{Action, Role};
use domain::devices::Help;
use domain::ids::{GroupId, MunicipalityCode, ParticipantId, UserId};
use domain::time::Day;

use super::accounts::ROLES;
use super::reach::{self, Finding, of_groups};
use super::{InReach, ScopedTx};
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;

/// Somebody who leads, led or will lead a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leader {
    pub account: UserId,
    pub name: String,
    pub from: Day,
    /// A substitute's last day.
    pub to: Option<Day>,
    /// The number under which they are called, where it was asked for ([`of_group`]) and they have given one.
    pub phone: Option<String>,
}

impl Leader {
    pub fn leads_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

fn leader(row: &Row) -> Result<Leader, Error> {
    Ok(Leader {
        account: row.parse("account")?,
        name: row.get("name")?,
        from: row.parse("from_day")?,
        to: row.parse_opt("to_day")?,
        phone: None,
    })
}

/// Those who lead the group today or later, the first first.
pub async fn of_group(tx: &mut ScopedTx, group: InReach<GroupId>) -> Result<Vec<Leader>, Error> {
    let (group, today) = (group.also(tx.scope(), Action::SeeRoll)?, tx.scope().today());
    let sql = sql!(
        "SELECT s.account, a.name, a.phone, s.from_day, s.to_day FROM group_staff s \
         JOIN account a ON a.municipality = s.municipality AND a.id = s.account \
         WHERE s.municipality = $1 AND s.exercise_group = $2 AND (s.to_day IS NULL OR s.to_day >= $3) \
         AND a.disabled_at IS NULL ORDER BY s.from_day, a.sort_key, s.account"
    );
    let rows = tx.all(sql, [group.into(), today.into()]).await?;
    rows.iter().map(|row| Ok(Leader { phone: row.get("phone")?, ..leader(row)? })).collect()
}

/// Those who lead a group in which the person has a stay, today or later.
pub async fn of_groups_of(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<(GroupId, Leader)>, Error> {
    let (person, today) = (person.also(tx.scope(), Action::SeeSchedule)?, tx.scope().today());
    let sql = sql!(
        "SELECT s.exercise_group, s.account, a.name, s.from_day, s.to_day FROM membership m CROSS JOIN group_staff s \
         CROSS JOIN account a WHERE m.municipality = $1 AND m.participant = $2 AND m.deleted_at IS NULL \
         AND (m.left_on IS NULL OR m.left_on >= $3) AND s.municipality = $1 AND s.exercise_group = m.exercise_group \
         AND (s.to_day IS NULL OR s.to_day >= $3) AND a.municipality = $1 AND a.id = s.account \
         AND a.disabled_at IS NULL ORDER BY s.from_day, a.sort_key, s.account"
    );
    let rows = tx.all(sql, [person.into(), today.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("exercise_group")?, leader(row)?))).collect()
}

const OF_ALL: Finding = of_groups!(
    "SELECT w.id, g.account, a.name, g.from_day, g.to_day FROM exercise_group w CROSS JOIN group_staff g \
     CROSS JOIN account a",
    " AND (w.season_end IS NULL OR w.season_end >= $5) AND g.municipality = $1 AND g.exercise_group = w.id \
     AND g.from_day <= $6 AND (g.to_day IS NULL OR g.to_day >= $5) AND a.municipality = $1 AND a.id = g.account \
     AND a.disabled_at IS NULL"
);

/// Those who lead one of the groups within reach on some day between these.
pub async fn of_all(tx: &mut ScopedTx, from: Day, to: Day) -> Result<Vec<(GroupId, Leader)>, Error> {
    let rows = reach::found::<GroupId, 2>(tx, Action::UseDesk, &OF_ALL, [from.into(), to.into()]).await?;
    rows.iter().map(|(group, row)| Ok((group.id(), leader(row)?))).collect()
}

fn of_group_row(row: &Row) -> Result<(GroupId, Leader), Error> {
    Ok((row.parse("exercise_group")?, leader(row)?))
}

const OF_THESE: Lookup = lookup!(
    "SELECT s.exercise_group, s.account, a.name, s.from_day, s.to_day FROM group_staff s CROSS JOIN account a \
     WHERE s.municipality = $1 AND a.municipality = $1 AND a.id = s.account AND a.disabled_at IS NULL \
     AND s.exercise_group IN (",
    ")"
);

/// The names of those who lead each of these groups today, who lead it for good before substitutes.
pub async fn today_in(
    tx: &mut ScopedTx,
    groups: impl IntoIterator<Item = InReach<GroupId>>,
) -> Result<BTreeMap<GroupId, Vec<String>>, Error> {
    let groups: Vec<_> =
        groups.into_iter().map(|group| group.also(tx.scope(), Action::SeeRoll)).collect::<Result<_, _>>()?;
    let (rows, today) = (tx.lookup(&OF_THESE, groups).await?, tx.scope().today());
    let mut leading = rows.iter().map(of_group_row).collect::<Result<Vec<_>, Error>>()?;
    leading.retain(|(_, leader)| leader.leads_on(today));
    leading.sort_by_key(|(_, leader)| (leader.to.is_some(), leader.from, leader.account));
    let mut names: BTreeMap<GroupId, Vec<String>> = BTreeMap::new();
    for (group, leader) in leading {
        let known = names.entry(group).or_default();
        if !known.contains(&leader.name) {
            known.push(leader.name);
        }
    }
    Ok(names)
}

/// Peer instructors see no tests, so that nobody is sent to them with a question about one.
const CALLED: Lookup = lookup!(
    "SELECT s.exercise_group, s.account, a.name, a.phone, s.from_day, s.to_day FROM group_staff s \
     CROSS JOIN account a CROSS JOIN account_role r WHERE s.municipality = $1 AND a.municipality = $1 \
     AND a.id = s.account AND a.phone IS NOT NULL AND a.disabled_at IS NULL AND r.municipality = $1 \
     AND r.account = s.account AND r.role = 'instructor' AND s.exercise_group IN (",
    ")"
);

/// Whom the people of each of these groups call: the instructor who leads it on that day and has given a number. Groups
/// without such a one are left out.
pub async fn called(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: impl IntoIterator<Item = GroupId>,
    day: Day,
) -> Result<BTreeMap<GroupId, Help>, Error> {
    let rows = tx.lookup(&CALLED, tenant, groups).await?;
    let mut leading = rows.iter().map(callable).collect::<Result<Vec<_>, Error>>()?;
    leading.retain(|(_, leader, _)| leader.leads_on(day));
    // Who leads it for good goes before a substitute, the first before those who came later.
    leading.sort_by_key(|(_, leader, _)| (leader.to.is_some(), leader.from, leader.account));
    let mut called = BTreeMap::new();
    for (group, leader, phone) in leading {
        called.entry(group).or_insert(Help { name: leader.name, phone });
    }
    Ok(called)
}

fn callable(row: &Row) -> Result<(GroupId, Leader, String), Error> {
    Ok((row.parse("exercise_group")?, leader(row)?, row.get("phone")?))
}

/// Accounts that may lead a group: of the coordinator's organisation, in a role that leads groups, by name.
pub async fn candidates(tx: &mut ScopedTx) -> Result<Vec<(UserId, String, Role)>, Error> {
    let own = tx.scope().within(Action::ManageGroups)?.provider;
    let sql = sql!(
        "SELECT id, name FROM account WHERE municipality = $1 AND organisation = $2 AND disabled_at IS NULL \
         ORDER BY sort_key, id"
    );
    let rows = tx.all(sql, [own.into()]).await?;
    let mut people: Vec<(UserId, String)> = Vec::with_capacity(rows.len());
    for row in &rows {
        people.push((row.parse("id")?, row.get("name")?));
    }
    let mut roles = std::collections::HashMap::new();
    for row in tx.lookup(&ROLES, people.iter().map(|(id, _)| *id)).await? {
        let role = row.code("role", Role::from_code)?;
        if matches!(role, Role::Instructor | Role::PeerInstructor) {
            roles.entry(row.parse::<UserId>("account")?).or_insert(role);
        }
    }
    Ok(people.into_iter().filter_map(|(id, name)| Some((id, name, *roles.get(&id)?))).collect())
}

/// Lets an account lead the group from that day on, to the last one if there is one. The account is one of
/// [`candidates`]; another is not found.
pub async fn assign(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    account: UserId,
    from: Day,
    to: Option<Day>,
) -> Result<(), Error> {
    let group = group.also(tx.scope(), Action::ManageGroups)?;
    if !candidates(tx).await?.iter().any(|(id, ..)| *id == account) {
        return Err(Error::NotFound);
    }
    let sql = sql!(
        "INSERT INTO group_staff (municipality, exercise_group, account, from_day, to_day) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (municipality, exercise_group, account, from_day) DO UPDATE SET to_day = excluded.to_day"
    );
    tx.run(sql, [group.into(), account.into(), from.into(), to.into()]).await?;
    Ok(())
}

/// Ends what began on that day: yesterday was the last one; what would begin today or later never was.
pub async fn end(tx: &mut ScopedTx, group: InReach<GroupId>, account: UserId, from: Day) -> Result<bool, Error> {
    let (group, today) = (group.also(tx.scope(), Action::ManageGroups)?, tx.scope().today());
    let changed = if from >= today {
        let sql = sql!(
            "DELETE FROM group_staff WHERE municipality = $1 AND exercise_group = $2 AND account = $3 AND from_day = $4"
        );
        tx.run(sql, [group.into(), account.into(), from.into()]).await?
    } else {
        let sql = sql!(
            "UPDATE group_staff SET to_day = $5 WHERE municipality = $1 AND exercise_group = $2 AND account = $3 \
             AND from_day = $4 AND (to_day IS NULL OR to_day > $5)"
        );
        tx.run(sql, [group.into(), account.into(), from.into(), today.plus_days(-1).into()]).await?
    };
    Ok(changed > 0)
}
