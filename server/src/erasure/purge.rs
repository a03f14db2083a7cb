//! Whose data have been kept for their time (docs/access.md, Erasure): a list to look at before anything goes.

use std::collections::{BTreeMap, BTreeSet};

use domain::applications::Application;
use domain::ids::ParticipantId;
use domain::names::sort_key;
use domain::people::{Decision, Participant};
use domain::time::{Day, Instant};

use crate::access::ScopedTx;
use crate::db::{Lookup, Row, Unscoped, Value};
use crate::error::Error;
use crate::files::present::require_whole_municipality;

/// Months after the last activity, unless the municipality's own plan says otherwise (setting `retention_months`).
const MONTHS: u32 = 24;

/// Months after the last change of an application that was not accepted.
const APPLICATION_MONTHS: u32 = 6;

/// So many stand on the page, and are erased with one button.
pub const AT_ONCE: usize = 50;

/// Somebody whose data have been kept for their time.
#[derive(Clone, PartialEq, Debug)]
pub struct Expired {
    pub person: Participant,
    /// The last day in a group.
    pub left_on: Option<Day>,
    /// The last test.
    pub measured_on: Option<Day>,
    /// Whether nothing is known but an application that was not accepted.
    pub not_accepted: bool,
}

/// For how many months data are kept.
pub async fn months(tx: &mut ScopedTx) -> Result<u32, Error> {
    let sql = sql!("SELECT value FROM setting WHERE municipality = $1 AND key = $2");
    let row = tx.maybe(sql, ["retention_months".into()]).await?;
    let set = row.map(|row| row.get::<String>("value")).transpose()?.and_then(|text| text.parse().ok());
    Ok(set.unwrap_or(MONTHS).max(1))
}

/// The day before which everything must lie that somebody did.
pub fn limit(today: Day, months: u32) -> Day {
    let (years, rest) = (months / 12, i64::from(months % 12));
    (0..years).fold(today, |day, _| day.a_year_before()).plus_days(-(rest * 365 / 12))
}

/// The records of the person `p`: the own one, and those that it stands for.
macro_rules! records {
    () => {
        "(SELECT p.id UNION ALL SELECT f.id FROM participant f WHERE f.municipality = $1 AND f.same_as = p.id)"
    };
}

/// Of these people those in none of whose records anything lies since the day `$2` (the moment `$3`).
const EXPIRED: Lookup = lookup!(
    concat!(
        "SELECT p.body, (SELECT MAX(m.left_on) FROM membership m WHERE m.municipality = $1 AND m.participant IN ",
        records!(),
        " AND m.deleted_at IS NULL) AS left_on, (SELECT MAX(a.measured_on) FROM assessment a \
         WHERE a.municipality = $1 AND a.participant IN ",
        records!(),
        " AND a.deleted_at IS NULL) AS measured_on FROM participant p \
         WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.same_as IS NULL AND p.restricted IS NULL \
         AND NOT EXISTS (SELECT 1 FROM membership m \
         JOIN exercise_group g ON g.municipality = m.municipality AND g.id = m.exercise_group \
         WHERE m.municipality = $1 AND m.participant IN ",
        records!(),
        " AND m.deleted_at IS NULL AND (m.left_on >= $2 \
         OR m.left_on IS NULL AND (g.season_end IS NULL OR g.season_end >= $2))) \
         AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.municipality = $1 AND a.participant IN ",
        records!(),
        " AND a.deleted_at IS NULL AND a.measured_on >= $2) \
         AND NOT EXISTS (SELECT 1 FROM attendance t JOIN group_session s ON s.municipality = t.municipality \
         AND s.id = t.session WHERE t.municipality = $1 AND t.participant IN ",
        records!(),
        " AND t.deleted_at IS NULL AND t.mark IS NOT NULL AND s.day >= $2) \
         AND NOT EXISTS (SELECT 1 FROM application x WHERE x.municipality = $1 AND x.participant IN ",
        records!(),
        " AND x.deleted_at IS NULL AND (x.queue IS NOT NULL OR x.applied_on >= $2)) \
         AND (EXISTS (SELECT 1 FROM membership m WHERE m.municipality = $1 AND m.participant IN ",
        records!(),
        " AND m.deleted_at IS NULL) OR NOT EXISTS (SELECT 1 FROM op o WHERE o.municipality = $1 AND o.eid IN ",
        records!(),
        " AND o.received_at >= $3)) AND p.id IN ("
    ),
    ")"
);

/// Of these people those who have applied, were never in a group, marked or tested, and of whom and of whose
/// applications nothing was written since the moment `$3`; none of the applications waits or is newer than the day `$2`.
const APPLIED: Lookup = lookup!(
    concat!(
        "SELECT p.body, x.body AS application FROM participant p CROSS JOIN application x \
         WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.same_as IS NULL AND p.restricted IS NULL \
         AND x.municipality = $1 AND x.deleted_at IS NULL AND x.participant IN ",
        records!(),
        " AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.municipality = $1 AND m.participant IN ",
        records!(),
        " AND m.deleted_at IS NULL) AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.municipality = $1 \
         AND a.participant IN ",
        records!(),
        " AND a.deleted_at IS NULL) AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.municipality = $1 \
         AND t.participant IN ",
        records!(),
        " AND t.deleted_at IS NULL AND t.mark IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM application w WHERE w.municipality = $1 AND w.participant IN ",
        records!(),
        " AND w.deleted_at IS NULL AND (w.queue IS NOT NULL OR w.applied_on >= $2)) \
         AND NOT EXISTS (SELECT 1 FROM op o WHERE o.municipality = $1 AND o.eid IN ",
        records!(),
        " AND o.received_at >= $3) AND NOT EXISTS (SELECT 1 FROM application w JOIN op o \
         ON o.municipality = w.municipality AND o.eid = w.id WHERE w.municipality = $1 AND w.participant IN ",
        records!(),
        " AND o.received_at >= $3) AND p.id IN ("
    ),
    ")"
);

/// People are gone through so many at a time.
const AT_A_TIME: i64 = 500;
const PEOPLE: &str =
    sql!("SELECT id FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3");

/// So many of those who have been in no running group, were not marked and not tested since, and have not applied. Who
/// was never in a group counts from the last change of what is known; whose application was not accepted, from its last
/// change, for a shorter time. People are gone through by their ids, some hundreds at a time, until enough are found;
/// then they are ordered by name.
pub async fn expired(tx: &mut ScopedTx, most: usize) -> Result<Vec<Expired>, Error> {
    require_whole_municipality(tx.scope())?;
    let (mut found, mut last) = (Vec::new(), String::new());
    while found.len() < most {
        let rows = tx.all(PEOPLE, [last.as_str().into(), AT_A_TIME.into()]).await?;
        let Some(end) = rows.last() else { break };
        last = end.get("id")?;
        let ids = rows.iter().map(|row| row.parse("id")).collect::<Result<Vec<_>, _>>()?;
        found.extend(due(tx, &ids).await?);
    }
    found.truncate(most);
    found.sort_by_cached_key(|one| (sort_key(&one.person.profile.list_name()), one.person.id));
    Ok(found)
}

/// Those of these people whose data have been kept for their time.
async fn due(tx: &mut ScopedTx, ids: &[ParticipantId]) -> Result<Vec<Expired>, Error> {
    let (today, months) = (tx.scope().today(), months(tx).await?);
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let values = |months| {
        let day = limit(today, months);
        vec![Value::from(tenant), day.into(), start_of(day).into()]
    };
    let rows = bare.lookup_after(&EXPIRED, values(months), ids.iter().copied()).await?;
    let expired = |row: &Row| {
        Ok(Expired {
            person: row.json("body")?,
            left_on: row.parse_opt("left_on")?,
            measured_on: row.parse_opt("measured_on")?,
            not_accepted: false,
        })
    };
    let mut due: Vec<Expired> = rows.iter().map(expired).collect::<Result<_, Error>>()?;
    let known: BTreeSet<_> = due.iter().map(|one| one.person.id).collect();
    let mut applied: BTreeMap<ParticipantId, (Participant, bool)> = BTreeMap::new();
    for row in bare.lookup_after(&APPLIED, values(APPLICATION_MONTHS.min(months)), ids.iter().copied()).await? {
        let (person, application): (Participant, Application) = (row.json("body")?, row.json("application")?);
        let accepted = application.decided.is_some_and(|decided| decided.decision == Decision::Accepted);
        applied.entry(person.id).or_insert((person, false)).1 |= accepted;
    }
    let refused = applied.into_values().filter(|(person, accepted)| !accepted && !known.contains(&person.id));
    due.extend(refused.map(|(person, _)| Expired { person, left_on: None, measured_on: None, not_accepted: true }));
    Ok(due)
}

/// Those of these people whose data have still been kept for their time.
pub async fn among(tx: &mut ScopedTx, ids: &[ParticipantId]) -> Result<Vec<ParticipantId>, Error> {
    require_whole_municipality(tx.scope())?;
    Ok(due(tx, ids).await?.into_iter().map(|one| one.person.id).collect())
}

/// The beginning of a day, to the hour: what was typed that night is nobody's last activity.
fn start_of(day: Day) -> Instant {
    const DAY: i64 = 86_400_000;
    let first = Day::new(1970, 1, 1).map_or(0, |first| day.days_since(first));
    Instant::from_millis(first * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_lies_so_many_months_back() {
        let today: Day = "2026-09-08".parse().unwrap();
        assert_eq!(limit(today, 24).to_string(), "2024-09-08");
        assert_eq!(limit(today, 12).to_string(), "2025-09-08");
        assert_eq!(limit(today, 6).to_string(), "2026-03-10");
    }
}
