//! Which references are whose. Loaded once for a whole file: ids and references only, in pieces, since a city has
//! fifty thousand people.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use domain::ids::{GroupId, ParticipantId};
use uuid::Uuid;

use super::plan::{Effect, Plan};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::present::free_reference;
use crate::files::problem::{NoticeKind, Problem, What};

pub struct Directory<T>(HashMap<String, T>);

impl<T: Copy> Directory<T> {
    pub fn find(&self, reference: &str) -> Option<T> {
        self.0.get(reference).copied()
    }

    pub fn add(&mut self, reference: &str, id: T) {
        self.0.insert(reference.to_owned(), id);
    }
}

pub async fn people(tx: &mut ScopedTx) -> Result<Directory<ParticipantId>, Error> {
    let sql = sql!(
        "SELECT id, reference FROM participant \
         WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
    );
    load(tx, sql, |id: ParticipantId| id.0).await
}

pub async fn groups(tx: &mut ScopedTx) -> Result<Directory<GroupId>, Error> {
    let sql = sql!(
        "SELECT id, reference FROM exercise_group \
         WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
    );
    load(tx, sql, |id: GroupId| id.0).await
}

async fn load<T: Copy + FromStr>(
    tx: &mut ScopedTx,
    sql: &'static str,
    uuid: fn(T) -> Uuid,
) -> Result<Directory<T>, Error> {
    let mut directory = Directory(HashMap::new());
    tx.each_by_id(sql, |row| {
        let id: T = row.parse("id")?;
        let own: Option<String> = row.get("reference")?;
        let reference = free_reference(own.as_ref(), uuid(id), &directory.0);
        directory.add(&reference, id);
        Ok(())
    })
    .await?;
    Ok(directory)
}

/// Those whose processing is restricted: few.
pub struct Restricted(HashSet<ParticipantId>);

impl Restricted {
    pub async fn load(tx: &mut ScopedTx) -> Result<Self, Error> {
        let sql = sql!("SELECT id FROM participant WHERE municipality = $1 AND restricted = 1");
        Ok(Self(tx.all(sql, []).await?.iter().map(|row| row.parse("id")).collect::<Result<_, _>>()?))
    }

    /// Leaves a row about one of them out of the plan, with a word about it; whether it was.
    pub fn leave_out(
        &self,
        people: &Directory<ParticipantId>,
        (line, reference): (u64, &str),
        plan: &mut Plan,
    ) -> bool {
        let is_restricted = people.find(reference).is_some_and(|id| self.0.contains(&id));
        if is_restricted {
            plan.count(line, Effect::Nothing);
            plan.notice(line, "participant_ref", reference, NoticeKind::Restricted);
        }
        is_restricted
    }
}

/// Group and person of a row; reports each that is not there.
pub fn both(
    line: u64,
    groups: &Directory<GroupId>,
    group: &str,
    people: &Directory<ParticipantId>,
    participant: &str,
    problems: &mut Vec<Problem>,
) -> Option<(GroupId, ParticipantId)> {
    let (found_group, found_person) = (groups.find(group), people.find(participant));
    if found_group.is_none() {
        problems.push(Problem::of_cell(line, "group_ref", group, What::UnknownGroup));
    }
    if found_person.is_none() {
        problems.push(Problem::of_cell(line, "participant_ref", participant, What::UnknownParticipant));
    }
    found_group.zip(found_person)
}
