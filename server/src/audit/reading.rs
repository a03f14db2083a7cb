//! The log as an auditor reads it: newest first, narrowed, a page at a time (docs/access.md, The log's page).

use std::collections::BTreeSet;

use domain::audit::Kind;
use domain::ids::{MunicipalityCode, ParticipantId, UserId};
use domain::time::Day;
use uuid::Uuid;

use super::Entry;
use crate::access::ScopedTx;
use crate::db::{Bulk, Row, Tx, Value};
use crate::error::Error;

/// Rows of one piece of the log.
const AT_ONCE: i64 = 500;
/// So many pieces are gone through for one page; what has not been found by then is looked for on the next.
const PIECES: usize = 40;
const DAY: i64 = 86_400_000;

/// What is asked for. What is empty leaves everything in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    pub actor: Option<UserId>,
    pub person: Option<ParticipantId>,
    pub kind: Option<Kind>,
    /// Both days included, Finland's.
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Only rows before this one.
    pub before: Option<i64>,
    /// Only what these accounts did.
    pub members: Option<BTreeSet<UserId>>,
    pub most: usize,
}

/// A page of the log.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub entries: Vec<Entry>,
    /// Where the next page begins; nothing at the end.
    pub next: Option<i64>,
}

/// Goes through the log until the page is full.
pub async fn page(tx: &mut ScopedTx, wanted: &Wanted) -> Result<Found, Error> {
    let mut before = start(tx, wanted).await?;
    let mut found = Found::default();
    let mut last = None;
    for _ in 0..PIECES {
        let rows = piece(tx, wanted, before).await?;
        for row in &rows {
            let (n, entry): (i64, _) = (row.get("n")?, Entry::from_row(row)?);
            before = n;
            if wanted.is_over(&entry) {
                return Ok(found);
            }
            if !wanted.takes(&entry) {
                continue;
            }
            if found.entries.len() == wanted.most {
                return Ok(Found { next: last, ..found });
            }
            found.entries.push(entry);
            last = Some(n);
        }
        if i64::try_from(rows.len()).is_ok_and(|rows| rows < AT_ONCE) {
            return Ok(found);
        }
    }
    Ok(Found { next: Some(before), ..found })
}

/// The number below which the page begins.
async fn start(tx: &mut ScopedTx, wanted: &Wanted) -> Result<i64, Error> {
    let asked = wanted.before.unwrap_or(i64::MAX);
    let Some(end) = wanted.to.map(|to| to.plus_days(1).begins_in_finland()) else { return Ok(asked) };
    // A clock that was set back has written later rows with earlier times: a day of grace.
    let end = end.plus_millis(DAY);
    let sql = sql!("SELECT n FROM audit WHERE municipality = $1 AND at < $2 ORDER BY at DESC LIMIT 1");
    let row = tx.maybe(sql, [end.into()]).await?;
    let last: i64 = row.map(|row| row.get("n")).transpose()?.unwrap_or(0);
    Ok(asked.min(last + 1))
}

async fn piece(tx: &mut ScopedTx, wanted: &Wanted, before: i64) -> Result<Vec<Row>, Error> {
    let values = |one: Value| [before.into(), AT_ONCE.into(), one];
    if let Some(person) = wanted.person {
        let sql = sql!(
            "SELECT a.n, a.at, a.actor, a.role, a.device, a.verb, a.entities, a.fields, a.result, a.request_id \
             FROM audit_about b JOIN audit a ON a.municipality = b.municipality AND a.n = b.n \
             WHERE b.municipality = $1 AND b.participant = $4 AND b.n < $2 ORDER BY b.n DESC LIMIT $3"
        );
        return tx.all(sql, values(person.into())).await;
    }
    if let Some(actor) = wanted.actor {
        let sql = sql!(
            "SELECT n, at, actor, role, device, verb, entities, fields, result, request_id FROM audit \
             WHERE municipality = $1 AND actor = $4 AND n < $2 ORDER BY n DESC LIMIT $3"
        );
        return tx.all(sql, values(actor.into())).await;
    }
    let sql = sql!(
        "SELECT n, at, actor, role, device, verb, entities, fields, result, request_id FROM audit \
         WHERE municipality = $1 AND n < $2 ORDER BY n DESC LIMIT $3"
    );
    tx.all(sql, [before.into(), AT_ONCE.into()]).await
}

impl Wanted {
    /// Whether what comes from here on lies before the period.
    fn is_over(&self, entry: &Entry) -> bool {
        self.from.is_some_and(|from| entry.at.plus_millis(DAY) < from.begins_in_finland())
    }

    fn takes(&self, entry: &Entry) -> bool {
        let day = entry.at.day_in_finland();
        let one_of = |members: &BTreeSet<UserId>| entry.actor.is_some_and(|actor| members.contains(&actor));
        self.actor.is_none_or(|actor| entry.actor == Some(actor))
            && self.kind.is_none_or(|kind| Kind::of(&entry.verb) == kind)
            && self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
            && self.members.as_ref().is_none_or(one_of)
    }
}

/// The people of whom a row tells one by one.
pub fn about(entities: &str) -> BTreeSet<ParticipantId> {
    let ids = entities.split(' ').filter_map(|word| word.strip_prefix("participant:"));
    ids.filter_map(|id| id.parse::<Uuid>().ok()).map(ParticipantId).collect()
}

const ABOUT: Bulk<3> = bulk!(
    "INSERT INTO audit_about (municipality, participant, n)",
    " ON CONFLICT (municipality, participant, n) DO NOTHING"
);

/// Notes of whom a row tells.
pub(super) async fn note_about(tx: &mut Tx, chain: &str, n: i64, entities: &str) -> Result<(), Error> {
    let rows: Vec<[Value; 3]> = about(entities).into_iter().map(|id| [chain.into(), id.into(), n.into()]).collect();
    if rows.is_empty() { Ok(()) } else { tx.bulk(&ABOUT, rows).await }
}

/// Notes it for the rows of an older database, behind the row `after`, some at a time; the last one gone through.
pub async fn note_about_old(tx: &mut Tx, tenant: &MunicipalityCode, after: i64) -> Result<Option<i64>, Error> {
    let sql = sql!("SELECT n, entities FROM audit WHERE municipality = $1 AND n > $2 ORDER BY n LIMIT $3");
    let rows = tx.all(sql, [tenant.into(), after.into(), AT_ONCE.into()]).await?;
    let mut last = None;
    for row in &rows {
        let n = row.get("n")?;
        note_about(tx, tenant.as_str(), n, &row.get::<String>("entities")?).await?;
        last = Some(n);
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_about_the_people_whose_ids_it_names() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let found = about(&format!("incident:{two} participant:{one} break_glass:{two} participant:{two} people"));
        assert_eq!(found, [ParticipantId(one), ParticipantId(two)].into());
        assert!(about("").is_empty() && about("participant:x").is_empty());
    }
}
