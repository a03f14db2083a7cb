//! Participants as the desk reads them. A person is within reach through a membership of a group within reach.

/// The row's word is in the range of the first word typed, and the person has words in those of the others.
macro_rules! with_the_words {
    () => {
        $crate::people::with_the_words!("$5", "$6", "$7", "$8", "$9", "$10")
    };
    ($a:literal, $b:literal, $c:literal, $d:literal, $e:literal, $f:literal) => {
        concat!(
            "l.word >= ",
            $a,
            " AND l.word < ",
            $b,
            " AND (",
            $c,
            " = '' OR EXISTS (SELECT 1 FROM listing b \
             WHERE b.municipality = $1 AND b.participant = l.participant AND b.word >= ",
            $c,
            " AND b.word < ",
            $d,
            ")) AND (",
            $e,
            " = '' OR EXISTS (SELECT 1 FROM listing c \
             WHERE c.municipality = $1 AND c.participant = l.participant AND c.word >= ",
            $e,
            " AND c.word < ",
            $f,
            "))"
        )
    };
}
pub(crate) use with_the_words;

pub mod keepers;
pub mod listing;
pub mod merged;
pub mod overview;
pub mod own_data;
pub mod queries;
pub mod restriction;
pub mod rows;

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use app::texts::{self, Lang};
use domain::access::Action;
use domain::finding::{readings as readings_by_name, readings_of_person};
use domain::ids::{GroupId, MunicipalityCode, ParticipantId, UserId};
use domain::names::sort_key;
use domain::people::{Clue, Participant, Profile};
use domain::sync::entity::Entity;
use domain::sync::op::Op;
use domain::time::Instant;

use crate::access::reach::{self, Finding, of_listed, of_people, person_within_reach};
use crate::access::{InReach, ScopedTx};
use crate::db::{self, Lookup, Row, Text, Tx, Unscoped, Value, inventory};
use crate::error::Error;
use crate::sync::tables;
use crate::table::{self, body, common, table, text};

table! {
    Participant as x in "participant" {
        body: text(x)?,
        reference: x.profile.reference.clone(),
        sort_key: sort_key(&x.profile.list_name()),
        birth_date: x.profile.birth_date,
        provisional: x.provisional.then_some(1_i64),
        name_key: x.profile.name_clue(),
        phone_key: x.profile.phone_clue(),
        same_as: x.profile.same_as,
        restricted: x.profile.restricted.then_some(1_i64),
    }
    reads "body" by body;
    erases "body = NULL, reference = NULL, sort_key = '', birth_date = NULL, provisional = NULL, \
            name_key = NULL, phone_key = NULL, same_as = NULL, restricted = NULL";
    about "id";
}

const MEMBERS_OF: Lookup = lookup!(
    concat!(
        "SELECT ",
        common!(),
        ", body FROM participant WHERE municipality = $1 AND id IN (SELECT m.participant \
         FROM membership m WHERE m.municipality = $1 AND m.deleted_at IS NULL AND m.exercise_group IN ("
    ),
    "))"
);

/// The people who have a stay in these groups, for the sync.
pub async fn with_stays_in(tx: &mut Tx, tenant: &MunicipalityCode, groups: &[GroupId]) -> Result<Vec<Entity>, Error> {
    table::lookup::<Participant, _>(tx, tenant, &MEMBERS_OF, groups.iter().copied()).await
}

macro_rules! by_clue {
    ($column:literal) => {
        lookup!(
            concat!(
                "SELECT ",
                common!(),
                ", body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND ",
                $column,
                " IN ("
            ),
            ")"
        )
    };
}
const BY_REFERENCE: Lookup = by_clue!("reference");
const BY_NAME: Lookup = by_clue!("name_key");
const BY_PHONE: Lookup = by_clue!("phone_key");

/// The people of whom one of these holds, each once.
pub async fn alike(tx: &mut Tx, tenant: &MunicipalityCode, clues: &[Clue]) -> Result<Vec<Entity>, Error> {
    let (mut references, mut names, mut phones) = (Vec::new(), Vec::new(), Vec::new());
    for clue in clues {
        match clue {
            Clue::Reference(text) => references.push(text.as_str()),
            Clue::Name(text) => names.push(text.as_str()),
            Clue::Phone(text) => phones.push(text.as_str()),
        }
    }
    let mut found = HashMap::new();
    for (lookup, keys) in [(BY_REFERENCE, references), (BY_NAME, names), (BY_PHONE, phones)] {
        let people = table::lookup::<Participant, _>(tx, tenant, &lookup, keys).await?;
        found.extend(people.into_iter().map(|entity| (entity.key, entity)));
    }
    Ok(found.into_values().collect())
}

/// Those within reach who may be the person whom this profile tells of.
pub async fn who_may_be(tx: &mut ScopedTx, profile: &Profile, but: ParticipantId) -> Result<Vec<Listed>, Error> {
    let clues: Vec<_> = profile.clues().collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let found = alike(bare, tenant, &clues).await?;
    let people = found.iter().filter_map(Entity::content::<Participant>);
    let same: BTreeSet<_> =
        people.filter(|person| person.id != but && person.profile.may_be(profile)).map(|person| person.id).collect();
    let near = among(tx, Action::SeeProfiles, &same).await?;
    let mut near: Vec<_> = near.into_values().collect();
    near.sort_by_key(|(_, person)| person.id);
    Ok(near)
}

const LISTED: Finding = of_listed!(
    "SELECT p.id, p.body FROM (SELECT l.sort_key, l.participant",
    "l.word = '' ORDER BY l.sort_key, l.participant LIMIT $5 OFFSET $6) f \
     JOIN participant p ON p.municipality = $1 AND p.id = f.participant ORDER BY f.sort_key, f.participant"
);
const HOW_MANY_LISTED: &str =
    sql!("SELECT COUNT(*) AS n FROM listing WHERE municipality = $1 AND organisation = $2 AND word = ''");

const FOUND: Finding = of_listed!(
    "SELECT p.id, p.body, f.total FROM (SELECT d.sort_key, d.participant, COUNT(*) OVER () AS total \
     FROM (SELECT DISTINCT l.sort_key, l.participant",
    concat!(
        with_the_words!(),
        ") d ORDER BY d.sort_key, d.participant LIMIT $11 OFFSET $12) f \
         JOIN participant p ON p.municipality = $1 AND p.id = f.participant ORDER BY f.sort_key, f.participant"
    )
);

/// One page of the organisation's people, by name, and how many there are in all.
pub async fn list(tx: &mut ScopedTx, most: i64, skip: i64) -> Result<(Vec<Listed>, i64), Error> {
    let total = tx.within(Action::SeeProfiles)?.one(HOW_MANY_LISTED, []).await?.get("n")?;
    let rows = reach::found(tx, Action::SeeProfiles, &LISTED, [most.into(), skip.into()]).await?;
    Ok((rows.iter().map(listed).collect::<Result<_, _>>()?, total))
}

/// One page of those whom what was typed finds (see [`domain::finding`]), by name, and how many there are.
pub async fn search(tx: &mut ScopedTx, typed: &str, most: i64, skip: i64) -> Result<(Vec<Listed>, i64), Error> {
    for reading in read(tx, typed).await? {
        let [a, b, c, d, e, f] = ranges(&reading);
        let values = [a, b, c, d, e, f, most.into(), skip.into()];
        let rows = reach::found(tx, Action::SeeProfiles, &FOUND, values).await?;
        if let Some((_, row)) = rows.first() {
            let total = row.get("total")?;
            return Ok((rows.iter().map(listed).collect::<Result<_, _>>()?, total));
        }
    }
    Ok((Vec::new(), 0))
}

/// The words that what was typed may mean, the likeliest first; where nobody is found by any of them, those that are a
/// slip of the finger away.
async fn read(tx: &mut ScopedTx, typed: &str) -> Result<Vec<Vec<String>>, Error> {
    let readings = readings_of_person(typed, tx.scope().today());
    for (at, reading) in readings.iter().enumerate() {
        if listing::is_anybody(tx, ranges(reading)).await? {
            return Ok(readings.get(at..).unwrap_or_default().to_vec());
        }
    }
    listing::mended(tx, &readings_by_name(typed)).await
}

/// From and to of each word's range. The longest word leads: the fewest names begin with it.
fn ranges(reading: &[String]) -> [Value; 6] {
    let mut words: Vec<_> = reading.iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let [[a, b], [c, d], [e, f]] = [0, 1, 2].map(|at| listing::range(words.get(at).copied()));
    [a, b, c, d, e, f]
}

/// Somebody of a list, with the leave to ask more.
pub type Listed = (InReach<ParticipantId>, Participant);

fn listed((reached, row): &(InReach<ParticipantId>, Row)) -> Result<Listed, Error> {
    Ok((*reached, row.json("body")?))
}

const INCOMPLETE: Finding = of_people!(
    "SELECT p.id, p.body FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.provisional = 1",
    " ORDER BY p.sort_key, p.id LIMIT $5 OFFSET $6"
);
const HOW_MANY_INCOMPLETE: &str = sql!(
    "SELECT COUNT(*) AS n FROM participant p WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.provisional = 1 \
     AND p.restricted IS NULL AND ",
    person_within_reach!("p.id")
);

/// How many were registered the short way and wait for the rest.
pub async fn how_many_incomplete(tx: &mut ScopedTx) -> Result<i64, Error> {
    tx.within(Action::SeeProfiles)?.one(HOW_MANY_INCOMPLETE, []).await?.get("n")
}

/// One page of them, by name.
pub async fn incomplete(tx: &mut ScopedTx, most: i64, skip: i64) -> Result<Vec<Listed>, Error> {
    let rows = reach::found(tx, Action::SeeProfiles, &INCOMPLETE, [most.into(), skip.into()]).await?;
    rows.iter().map(listed).collect()
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
    let sql = sql!("SELECT body, rev FROM participant WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL");
    let row = tx.maybe(sql, [id.into()]).await?.ok_or(Error::NotFound)?;
    Ok(Found { reached, person: row.json("body")?, rev: row.get("rev")? })
}

const BODIES: Lookup =
    lookup!("SELECT body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");

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

/// The records behind ids that were found for this action, in no order.
pub async fn of_records(
    tx: &mut ScopedTx,
    action: Action,
    records: &[InReach<ParticipantId>],
) -> Result<Vec<Participant>, Error> {
    let ids = reach::ids_for(tx, action, records.iter().copied())?;
    tx.bodies_of(&BODIES, ids).await
}

/// One operation of the log with its author's name.
#[derive(Clone, PartialEq, Debug)]
pub struct LogRow {
    pub op: Op,
    pub received_at: Instant,
    /// Nothing for the installation itself (imports), and for those who have no account.
    pub actor: Option<String>,
    /// The name of a relative who told it.
    pub relative: Option<String>,
}

impl LogRow {
    /// Who did it, in words.
    pub fn author(&self, lang: Lang) -> String {
        match &self.relative {
            Some(relative) => texts::own::author::relative(lang, relative),
            None => author(lang, self.op.actor, self.actor.as_deref()),
        }
    }
}

/// Who wrote something, in words; `account`: the name of the account, where there is one. Those who take part have none;
/// the installation itself is nobody.
pub fn author(lang: Lang, actor: UserId, account: Option<&str>) -> String {
    let otherwise = match actor.0.is_nil() {
        true => texts::history::import(lang),
        false => texts::own::author::person(lang),
    };
    account.unwrap_or(otherwise).to_owned()
}

macro_rules! history {
    () => {
        "SELECT o.body, o.received_at, a.name, v.name AS relative FROM op o \
         LEFT JOIN account a ON a.municipality = o.municipality AND a.id = o.actor \
         LEFT JOIN relative v ON v.municipality = o.municipality AND v.id = o.actor \
         WHERE o.municipality = $1 AND o.outcome IN ('applied', 'conflict') AND o.eid IN ({}) \
         ORDER BY o.received_at DESC, o.n DESC LIMIT $3"
    };
}

/// Everything about the person `$2`, from every noun's table.
static HISTORY: LazyLock<String> = LazyLock::new(|| {
    let about: Vec<_> = tables::ABOUT_PERSON.iter().copied().flatten().collect();
    format!(history!(), about.join(" UNION "))
});
inventory::submit! {
    db::Listed { text: Text::Made(|| HISTORY.clone()), file: file!(), line: line!() }
}

/// What was done to this person, the newest first.
pub async fn history(tx: &mut ScopedTx, person: InReach<ParticipantId>, most: i64) -> Result<Vec<LogRow>, Error> {
    let person = person.also(tx.scope(), Action::SeeProfiles)?;
    let rows = tx.all(&HISTORY, [person.into(), most.into()]).await?;
    logged(&rows)
}

/// Rows of the log with body, time and name of the author.
pub(crate) fn logged(rows: &[Row]) -> Result<Vec<LogRow>, Error> {
    let mut log = Vec::with_capacity(rows.len());
    for row in rows {
        // A text whose schema this program does not read any more is left out of the list; it stays in the log.
        if let Ok(op) = row.json("body") {
            let (received_at, actor, relative) = (row.get("received_at")?, row.get("name")?, row.get("relative")?);
            log.push(LogRow { op, received_at, actor, relative });
        }
    }
    Ok(log)
}
