//! Whose data have been kept for their time (docs/access.md, Erasure): a list to look at before anything goes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::applications::Application;
use domain::friends::FriendPair;
use domain::home_weeks::HomeWeek;
use domain::ids::{MunicipalityCode, ParticipantId};
use domain::names::sort_key;
use domain::people::{Decision, Participant};
use domain::time::{Day, Instant};
use uuid::Uuid;

use crate::access::ScopedTx;
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::error::Error;
use crate::files::present::require_whole_municipality;
use crate::people::merged;

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
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    months_in(bare, tenant).await
}

/// For how many months that municipality keeps data: it says so to everybody.
pub async fn months_in(tx: &mut Tx, tenant: &MunicipalityCode) -> Result<u32, Error> {
    let sql = sql!("SELECT value FROM setting WHERE municipality = $1 AND key = $2");
    let row = tx.maybe(sql, [tenant.into(), "retention_months".into()]).await?;
    let set = row.map(|row| row.get::<String>("value")).transpose()?.and_then(|text| text.parse().ok());
    Ok(set.unwrap_or(MONTHS).max(1))
}

/// The day before which everything must lie that somebody did.
pub fn limit(today: Day, months: u32) -> Day {
    let (years, rest) = (months / 12, i64::from(months % 12));
    (0..years).fold(today, |day, _| day.a_year_before()).plus_days(-(rest * 365 / 12))
}

/// What lies in records of people, by the record: each a text of its own, so that an index leads to it.
const RECORDS: Lookup = lookup!(
    "SELECT id AS participant, same_as, restricted FROM participant \
     WHERE municipality = $1 AND deleted_at IS NULL AND id IN (",
    ")"
);
const STAYS: Lookup = lookup!(
    "SELECT m.participant, m.left_on, g.season_end FROM membership m \
     LEFT JOIN exercise_group g ON g.municipality = m.municipality AND g.id = m.exercise_group \
     WHERE m.municipality = $1 AND m.deleted_at IS NULL AND m.participant IN (",
    ")"
);
const TESTS: Lookup = lookup!(
    "SELECT participant, MAX(measured_on) AS measured_on FROM assessment \
     WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ") GROUP BY participant"
);
const MARKS: Lookup = lookup!(
    "SELECT t.participant, MAX(s.day) AS day FROM attendance t \
     LEFT JOIN group_session s ON s.municipality = t.municipality AND s.id = t.session \
     WHERE t.municipality = $1 AND t.deleted_at IS NULL AND t.mark IS NOT NULL AND t.participant IN (",
    ") GROUP BY t.participant"
);
/// Also those that were taken back: that was a change of what is known.
const APPLICATIONS: Lookup = lookup!(
    "SELECT id, participant, body, queue, applied_on, deleted_at FROM application \
     WHERE municipality = $1 AND participant IN (",
    ")"
);
const WRITTEN: Lookup =
    lookup!("SELECT eid, MAX(received_at) AS at FROM op WHERE municipality = $1 AND eid IN (", ") GROUP BY eid");
const WEEKS: Lookup = lookup!(
    "SELECT participant, body FROM home_week WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ")"
);
const FRIENDS: Lookup = lookup!(
    "SELECT participant, body FROM friend_pair WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ")"
);
/// Talks from that day on; one that was taken back was none.
const TALKS: Lookup = lookup!(
    "SELECT participant FROM talk WHERE municipality = $1 AND on_day >= $2 AND deleted_at IS NULL \
     AND taken_back_on IS NULL AND participant IN (",
    ")"
);
const ASKED: Lookup =
    lookup!("SELECT participant FROM rights_request WHERE municipality = $1 AND waits = 1 AND participant IN (", ")");
const BODIES: Lookup =
    lookup!("SELECT id, body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");

/// What lies in all records of one person.
#[derive(Default)]
struct Life {
    /// Nobody has said that the record is another's.
    stands: bool,
    /// Of one of the records.
    restricted: bool,
    stayed: bool,
    left_on: Option<Day>,
    /// In a group without an end.
    stays: bool,
    measured_on: Option<Day>,
    marked: bool,
    /// The last day in a group, of a test or of a mark.
    active_on: Option<Day>,
    applied_on: Option<Day>,
    waits: bool,
    accepted: bool,
    /// The last change of a record.
    written_at: Option<Instant>,
    /// The last change of an application.
    answered_at: Option<Instant>,
}

impl Life {
    fn active(&mut self, on: Option<Day>) {
        self.active_on = self.active_on.max(on);
    }

    fn add_stay(&mut self, row: &Row) -> Result<(), Error> {
        let (left, end): (Option<Day>, Option<Day>) = (row.parse_opt("left_on")?, row.parse_opt("season_end")?);
        self.stayed = true;
        self.stays |= left.is_none() && end.is_none();
        self.left_on = self.left_on.max(left);
        self.active(left.or(end));
        Ok(())
    }

    fn add_application(&mut self, row: &Row) -> Result<(), Error> {
        let application: Application = row.json("body")?;
        self.accepted |= application.decided.is_some_and(|decided| decided.decision == Decision::Accepted);
        self.waits |= !row.is_null("queue");
        self.applied_on = self.applied_on.max(row.parse_opt("applied_on")?);
        Ok(())
    }

    /// Whether nothing lies here since that day.
    fn is_over(&self, since: Day) -> bool {
        let idle = !self.stays && !self.waits && self.active_on.max(self.applied_on) < Some(since);
        idle && (self.stayed || self.written_at < Some(since.begins_in_finland()))
    }

    /// Whether there is but an application that was not accepted, and nothing was written of it since that day.
    fn is_not_accepted(&self, since: Day) -> bool {
        let applied = self.applied_on.is_some_and(|on| on < since) && !self.waits && !self.accepted;
        let alone = !self.stayed && self.measured_on.is_none() && !self.marked;
        applied && alone && self.written_at.max(self.answered_at) < Some(since.begins_in_finland())
    }
}

/// What lies in the records of some people, put together by the record that stands for all of a person.
struct Lives {
    stands: HashMap<ParticipantId, ParticipantId>,
    lives: BTreeMap<ParticipantId, Life>,
}

impl Lives {
    async fn of(tx: &mut Tx, tenant: &MunicipalityCode, people: &BTreeSet<ParticipantId>) -> Result<Self, Error> {
        let stands = merged::of_people(tx, tenant, people).await?;
        let mut all = Self { stands, lives: BTreeMap::new() };
        let records: Vec<_> = all.stands.keys().copied().collect();
        for row in tx.lookup(&RECORDS, tenant, records.iter().copied()).await? {
            let life = all.life(&row)?;
            life.stands |= row.is_null("same_as");
            life.restricted |= !row.is_null("restricted");
        }
        for row in tx.lookup(&STAYS, tenant, records.iter().copied()).await? {
            all.life(&row)?.add_stay(&row)?;
        }
        for row in tx.lookup(&TESTS, tenant, records.iter().copied()).await? {
            let (life, on) = (all.life(&row)?, row.parse_opt("measured_on")?);
            life.measured_on = life.measured_on.max(on);
            life.active(on);
        }
        for row in tx.lookup(&MARKS, tenant, records.iter().copied()).await? {
            let life = all.life(&row)?;
            life.marked = true;
            life.active(row.parse_opt("day")?);
        }
        all.add_applications(tx, tenant, &records).await?;
        Ok(all)
    }

    /// With the last changes of whoever was in no group: of the others they are not asked for.
    async fn add_applications(
        &mut self,
        tx: &mut Tx,
        tenant: &MunicipalityCode,
        records: &[ParticipantId],
    ) -> Result<(), Error> {
        let mut of: HashMap<Uuid, ParticipantId> = HashMap::new();
        for row in tx.lookup(&APPLICATIONS, tenant, records.iter().copied()).await? {
            of.insert(row.parse("id")?, row.parse("participant")?);
            if row.is_null("deleted_at") {
                self.life(&row)?.add_application(&row)?;
            }
        }
        let in_no_group =
            |record: &ParticipantId| !self.lives.get(&self.person(*record)).is_some_and(|life| life.stayed);
        let asked = records.iter().copied().filter(in_no_group).map(|record| record.0);
        let asked = asked.chain(of.iter().filter(|(_, record)| in_no_group(record)).map(|(id, _)| *id));
        let asked: Vec<Uuid> = asked.collect();
        for row in tx.lookup(&WRITTEN, tenant, asked).await? {
            let (id, at): (Uuid, Instant) = (row.parse("eid")?, row.get("at")?);
            let person = self.person(of.get(&id).copied().unwrap_or(ParticipantId(id)));
            let life = self.lives.entry(person).or_default();
            let last = if of.contains_key(&id) { &mut life.answered_at } else { &mut life.written_at };
            *last = (*last).max(Some(at));
        }
        Ok(())
    }

    /// Leaves out whoever has exercised at home since that day, has or had an outdoor friend since, has talked about exercise
    /// at the desk since, or waits for an answer. Asked last, of the few whose time would be over.
    async fn leave_out_active(&mut self, tx: &mut Tx, tenant: &MunicipalityCode, since: Day) -> Result<(), Error> {
        let records = self.stands.iter().filter(|(_, person)| self.lives.contains_key(person));
        let records: Vec<_> = records.map(|(record, _)| *record).collect();
        let mut active = Vec::new();
        for row in tx.lookup(&WEEKS, tenant, records.iter().copied()).await? {
            if row.json::<HomeWeek>("body")?.done().any(|day| day >= since) {
                active.push(row.parse("participant")?);
            }
        }
        for row in tx.lookup(&FRIENDS, tenant, records.iter().copied()).await? {
            if row.json::<FriendPair>("body")?.is_open(since) {
                active.push(row.parse("participant")?);
            }
        }
        let talked = vec![tenant.into(), since.into()];
        for row in tx.lookup_after(&TALKS, talked, records.iter().copied()).await? {
            active.push(row.parse("participant")?);
        }
        for row in tx.lookup(&ASKED, tenant, records).await? {
            active.push(row.parse("participant")?);
        }
        for record in active {
            self.lives.remove(&self.person(record));
        }
        Ok(())
    }

    fn person(&self, record: ParticipantId) -> ParticipantId {
        self.stands.get(&record).copied().unwrap_or(record)
    }

    fn life(&mut self, row: &Row) -> Result<&mut Life, Error> {
        let person = self.person(row.parse("participant")?);
        Ok(self.lives.entry(person).or_default())
    }
}

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

/// Those of these people whose data have been kept for their time, with all that lies in every record of theirs. Of
/// whom one record is restricted, nothing goes.
async fn due(tx: &mut ScopedTx, ids: &[ParticipantId]) -> Result<Vec<Expired>, Error> {
    let (today, months) = (tx.scope().today(), months(tx).await?);
    let (kept, applied) = (limit(today, months), limit(today, APPLICATION_MONTHS.min(months)));
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let asked: BTreeSet<_> = ids.iter().copied().collect();
    let mut all = Lives::of(bare, tenant, &asked).await?;
    let over = |life: &Life| life.is_over(kept) || life.is_not_accepted(applied);
    all.lives.retain(|id, life| asked.contains(id) && life.stands && !life.restricted && over(life));
    all.leave_out_active(bare, tenant, kept).await?;
    let lives = all.lives;
    let mut due = Vec::new();
    for row in bare.lookup(&BODIES, tenant, lives.keys().copied()).await? {
        let Some(life) = lives.get(&row.parse("id")?) else { continue };
        due.push(Expired {
            person: row.json("body")?,
            left_on: life.left_on,
            measured_on: life.measured_on,
            not_accepted: !life.is_over(kept),
        });
    }
    Ok(due)
}

/// Those of these people whose data have still been kept for their time.
pub async fn among(tx: &mut ScopedTx, ids: &[ParticipantId]) -> Result<Vec<ParticipantId>, Error> {
    require_whole_municipality(tx.scope())?;
    Ok(due(tx, ids).await?.into_iter().map(|one| one.person.id).collect())
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
