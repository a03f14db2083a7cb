//! Participants as the desk reads them. A person is within reach through a membership of a group within reach.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use domain::access::Action;
use domain::ids::{GroupId, MunicipalityCode, ParticipantId};
use domain::names::{search_key, sort_key};
use domain::people::{Participant, Profile};
use domain::sync::entity::Entity;
use domain::sync::op::Op;
use domain::time::Instant;

use crate::access::reach::{self, Finding, of_people, people_within_reach};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;
use crate::sync::tables;
use crate::table::{self, body, common, table, text};

table! {
    Participant as x in "participant" {
        body: text(x)?,
        reference: x.profile.reference.clone(),
        sort_key: sort_key(&x.profile.list_name()),
        search_key: found_by(&x.profile),
        birth_date: x.profile.birth_date,
    }
    reads "body" by body;
    erases "body = NULL, reference = NULL, sort_key = '', search_key = '', birth_date = NULL";
    about "id";
}

fn found_by(p: &Profile) -> String {
    let called = p.called_name.as_ref().unwrap_or(&p.given_names);
    search_key(&format!("{} {} {called}", p.family_name, p.given_names))
}

const MEMBERS_OF: Lookup = Lookup {
    head: concat!(
        "SELECT ",
        common!(),
        ", body FROM participant WHERE municipality = $1 AND id IN (SELECT m.participant \
         FROM membership m WHERE m.municipality = $1 AND m.deleted_at IS NULL AND m.exercise_group IN ("
    ),
    tail: "))",
};

/// The people who have a stay in these groups, for the sync.
pub async fn with_stays_in(tx: &mut Tx, tenant: &MunicipalityCode, groups: &[GroupId]) -> Result<Vec<Entity>, Error> {
    table::lookup::<Participant, _>(tx, tenant, &MEMBERS_OF, groups.iter().copied()).await
}

/// `$5` … `$7`: the first three words typed, as patterns on the key.
const FOUND: Finding = of_people!(
    "SELECT p.body, p.id FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL \
     AND ' ' || p.search_key LIKE $5 AND ' ' || p.search_key LIKE $6 AND ' ' || p.search_key LIKE $7 AND p.id",
    " ORDER BY p.sort_key, p.id LIMIT $8 OFFSET $9"
);
const HOW_MANY: &str = concat!(
    "SELECT COUNT(*) AS n FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL \
     AND ' ' || p.search_key LIKE $5 AND ' ' || p.search_key LIKE $6 AND ' ' || p.search_key LIKE $7 AND p.id IN (",
    people_within_reach!(),
    ")"
);

/// The words typed as patterns: each begins a word of the key. Keys hold no sign with a meaning in LIKE.
fn patterns(typed: &str) -> [String; 3] {
    let key = search_key(typed);
    let mut words = key.split(' ').filter(|word| !word.is_empty());
    [(); 3].map(|()| words.next().map_or_else(|| "%".to_owned(), |word| format!("% {word}%")))
}

/// One page of those whose name has every typed word (the first three count), by name, and how many there are.
pub async fn search(tx: &mut ScopedTx, typed: &str, most: i64, skip: i64) -> Result<(Vec<Listed>, i64), Error> {
    let [a, b, c] = patterns(typed);
    let values = [a.as_str().into(), b.as_str().into(), c.as_str().into()];
    let total = tx.within(Action::SeeProfiles)?.one(HOW_MANY, values).await?.get("n")?;
    let values = [a.into(), b.into(), c.into(), most.into(), skip.into()];
    let rows = reach::found(tx, Action::SeeProfiles, &FOUND, values).await?;
    Ok((rows.iter().map(listed).collect::<Result<_, _>>()?, total))
}

/// Somebody of a list, with the leave to ask more.
pub type Listed = (InReach<ParticipantId>, Participant);

fn listed((reached, row): &(InReach<ParticipantId>, Row)) -> Result<Listed, Error> {
    Ok((*reached, row.json("body")?))
}

const INCOMPLETE: Finding = of_people!(
    "SELECT p.id, p.body FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL \
     AND p.body LIKE '%\"provisional\":true%' AND p.id",
    " ORDER BY p.sort_key, p.id"
);

/// Those who were registered the short way and wait for the rest, by name.
pub async fn incomplete(tx: &mut ScopedTx) -> Result<Vec<Listed>, Error> {
    let rows = reach::found(tx, Action::SeeProfiles, &INCOMPLETE, []).await?;
    let people = rows.iter().map(listed).collect::<Result<Vec<Listed>, _>>()?;
    Ok(people.into_iter().filter(|(_, person)| person.provisional).collect())
}

/// A person who was found within reach.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    pub reached: InReach<ParticipantId>,
    pub person: Participant,
    pub rev: i64,
}

/// One person and the version; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, action: Action, id: ParticipantId) -> Result<Found, Error> {
    let reached = reach::person(tx, action, id).await?;
    let sql = "SELECT body, rev FROM participant WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL";
    let row = tx.maybe(sql, [id.into()]).await?.ok_or(Error::NotFound)?;
    Ok(Found { reached, person: row.json("body")?, rev: row.get("rev")? })
}

const BODIES: Lookup = Lookup {
    head: "SELECT body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id IN (",
    tail: ")",
};

/// Those of these people who are within reach; the others are left out.
pub async fn among(
    tx: &mut ScopedTx,
    action: Action,
    ids: &BTreeSet<ParticipantId>,
) -> Result<HashMap<ParticipantId, Listed>, Error> {
    let near = reach::among(tx, action, ids).await?;
    let mut people = HashMap::with_capacity(near.len());
    for row in tx.lookup(&BODIES, near.keys().copied()).await? {
        let person = row.json::<Participant>("body")?;
        if let Some(reached) = near.get(&person.id) {
            people.insert(person.id, (*reached, person));
        }
    }
    Ok(people)
}

/// One operation of the log with its author's name.
#[derive(Clone, PartialEq, Debug)]
pub struct LogRow {
    pub op: Op,
    pub received_at: Instant,
    /// Nothing for the installation itself (imports).
    pub actor: Option<String>,
}

/// Everything about the person `$2`, from every noun's table.
static HISTORY: LazyLock<String> = LazyLock::new(|| {
    let about: Vec<_> = tables::ABOUT_PERSON.iter().copied().flatten().collect();
    format!(
        "SELECT o.body, o.received_at, a.name FROM op o \
         LEFT JOIN account a ON a.municipality = o.municipality AND a.id = o.actor \
         WHERE o.municipality = $1 AND o.outcome IN ('applied', 'conflict') AND o.eid IN ({}) \
         ORDER BY o.received_at DESC, o.n DESC LIMIT $3",
        about.join(" UNION ")
    )
});

/// What was done to this person, the newest first.
pub async fn history(tx: &mut ScopedTx, person: InReach<ParticipantId>, most: i64) -> Result<Vec<LogRow>, Error> {
    let person = person.also(tx.scope(), Action::SeeProfiles)?;
    let rows = tx.all(&HISTORY, [person.into(), most.into()]).await?;
    let mut log = Vec::with_capacity(rows.len());
    for row in &rows {
        // A text whose schema this program does not read any more is left out of the list; it stays in the log.
        if let Ok(op) = row.json("body") {
            log.push(LogRow { op, received_at: row.get("received_at")?, actor: row.get("name")? });
        }
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_typed_word_must_begin_a_word_of_the_name() {
        assert_eq!(patterns("Mäkelä  marja"), ["% makela%", "% marja%", "%"]);
        assert_eq!(patterns("100%_"), ["% 100%", "%", "%"]);
        assert_eq!(patterns(" "), ["%", "%", "%"]);
    }
}
