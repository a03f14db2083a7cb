//! Which references are whose. Loaded once for a whole file: ids and references only, in pieces, since a city has
//! fifty thousand people.

use std::collections::HashMap;
use std::str::FromStr;

use domain::ids::{GroupId, ParticipantId};
use uuid::Uuid;

use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::present::free_reference;
use crate::files::problem::{Problem, What};

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
