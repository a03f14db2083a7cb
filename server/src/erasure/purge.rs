//! Whose data have been kept for their time (docs/access.md, Erasure): a list to look at before anything goes.

use domain::ids::ParticipantId;
use domain::people::Participant;
use domain::time::{Day, Instant};

use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::present::require_whole_municipality;

/// Months after the last activity, unless the municipality's own plan says otherwise (setting `retention_months`).
const MONTHS: u32 = 24;

/// So many stand on the page, and are erased with one button.
pub const AT_ONCE: i64 = 50;

/// Somebody whose data have been kept for their time.
#[derive(Clone, PartialEq, Debug)]
pub struct Expired {
    pub person: Participant,
    /// The last day in a group.
    pub left_on: Option<Day>,
    /// The last test.
    pub measured_on: Option<Day>,
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

/// Since the day `$2` (the moment `$3`) nothing in any record of the person; at most `$4`.
const EXPIRED: &str = sql!(concat!(
    "SELECT p.body, (SELECT MAX(m.left_on) FROM membership m WHERE m.municipality = $1 AND m.participant IN ",
    records!(),
    " AND m.deleted_at IS NULL) AS left_on, (SELECT MAX(a.measured_on) FROM assessment a \
     WHERE a.municipality = $1 AND a.participant IN ",
    records!(),
    " AND a.deleted_at IS NULL) AS measured_on FROM participant p \
     WHERE p.municipality = $1 AND p.deleted_at IS NULL AND p.same_as IS NULL \
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
    " AND o.received_at >= $3)) ORDER BY p.sort_key, p.id LIMIT $4"
));

/// The first of those who have been in no running group, were not marked and not tested since, and have not applied: by
/// name. Who was never in
/// a group counts from the last change of what is known.
pub async fn expired(tx: &mut ScopedTx, most: i64) -> Result<Vec<Expired>, Error> {
    require_whole_municipality(tx.scope())?;
    let day = limit(tx.scope().today(), months(tx).await?);
    let since = start_of(day);
    let rows = tx.all(EXPIRED, [day.into(), since.into(), most.into()]).await?;
    let expired = |row: &crate::db::Row| {
        Ok(Expired {
            person: row.json("body")?,
            left_on: row.parse_opt("left_on")?,
            measured_on: row.parse_opt("measured_on")?,
        })
    };
    rows.iter().map(expired).collect()
}

/// Those of these people whose data have still been kept for their time.
pub async fn among(tx: &mut ScopedTx, ids: &[ParticipantId]) -> Result<Vec<ParticipantId>, Error> {
    let all = expired(tx, i64::from(i32::MAX)).await?;
    Ok(all.into_iter().map(|one| one.person.id).filter(|id| ids.contains(id)).collect())
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
