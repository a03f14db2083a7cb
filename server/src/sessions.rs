//! Sessions as rows, and as the desk reads them.

pub mod all;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::access::Action;
use domain::attendance::{Attendance, Mark};
use domain::groups::Group;
use domain::ids::{AttendanceId, GroupId, MunicipalityCode, ParticipantId, SessionId, StreamId};
use domain::sessions::{Session, SessionStatus};
use domain::sync::entity::{Body, Entity, EntityType};
use domain::time::Day;

use crate::access::reach::{self, Finding, group_within_reach, of_groups};
use crate::access::{InReach, ScopedTx};
use crate::db::{Bulk, Lookup, Tx};
use crate::error::Error;
use crate::groups::GroupRow;
use crate::people::{LogRow, logged};
use crate::table::{body, table, text};

table! {
    Session as x in "group_session" {
        body: text(x)?,
        exercise_group: x.group,
        day: x.day,
        status: x.status.map(SessionStatus::code),
        counted: x.head_count().map(i64::from),
    }
    reads "body" by body;
    erases "body = NULL";
}

const SESSIONS_OF: Lookup = lookup!("SELECT DISTINCT session FROM attendance WHERE municipality = $1 AND id IN (", ")");

/// The sessions of many marks in one statement. The operations of an import stand in the stream that is called as the import
/// is.
const ROLLS_BEGIN: Bulk<4> = bulk!(
    "WITH roll (municipality, session, rolled_at, stream) AS (",
    ") UPDATE group_session SET rolled_at = CAST(roll.rolled_at AS BIGINT), \
     rolled_by_file = (SELECT 1 FROM import_job j WHERE j.municipality = roll.municipality AND j.id = roll.stream) \
     FROM roll WHERE group_session.municipality = roll.municipality AND group_session.id = roll.session \
     AND (group_session.rolled_at IS NULL OR group_session.rolled_at > CAST(roll.rolled_at AS BIGINT))"
);

/// Notes since when the sessions of marks that were just written have a roll, and whether the first mark came out of a file:
/// from that mark on, and no longer once the last one is undone.
pub async fn note_rolls<'a>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    written: impl IntoIterator<Item = &'a Entity>,
) -> Result<(), Error> {
    let mut begun: BTreeMap<SessionId, (i64, StreamId)> = BTreeMap::new();
    let mut undone: BTreeSet<SessionId> = BTreeSet::new();
    let mut gone: Vec<AttendanceId> = Vec::new();
    for entity in written {
        match &entity.body {
            Some(Body::Attendance(Attendance { session, mark: Some(_), at, .. })) => {
                let first = begun.entry(*session).or_insert((at.wall, entity.stream));
                *first = (*first).min((at.wall, entity.stream));
            }
            Some(Body::Attendance(undo)) => undone.extend([undo.session]),
            None if entity.key.etype == EntityType::Attendance => gone.push(AttendanceId(entity.key.id)),
            _ => {}
        }
    }
    for row in tx.lookup(&SESSIONS_OF, tenant, gone).await? {
        undone.insert(row.parse("session")?);
    }
    let row = |(session, (at, stream)): (SessionId, (i64, StreamId))| {
        [tenant.into(), session.into(), at.into(), stream.into()]
    };
    tx.bulk(&ROLLS_BEGIN, begun.into_iter().map(row).collect()).await?;
    let ends = sql!(
        "UPDATE group_session SET rolled_at = NULL, rolled_by_file = NULL WHERE municipality = $1 AND id = $2 \
         AND rolled_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.municipality = $1 AND a.session = $2 \
         AND a.deleted_at IS NULL AND a.mark IS NOT NULL)"
    );
    for session in undone {
        tx.run(ends, [tenant.into(), session.into()]).await?;
    }
    Ok(())
}

/// One session with how many came.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionRow {
    pub session: Session,
    pub rev: i64,
    pub marked: i64,
    pub present: i64,
}

/// The group's recorded sessions from `from` to `to`, the newest first.
pub async fn between(tx: &mut ScopedTx, group: InReach<GroupId>, from: Day, to: Day) -> Result<Vec<SessionRow>, Error> {
    let group = group.also(tx.scope(), Action::SeeRoll)?;
    let sql = sql!(
        "SELECT s.body, s.rev, \
         (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
         AND a.mark IS NOT NULL AND a.deleted_at IS NULL) AS marked, \
         (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
         AND a.deleted_at IS NULL AND (a.mark = $5 OR a.mark = $6 OR a.mark = $7)) AS present \
         FROM group_session s WHERE s.municipality = $1 AND s.exercise_group = $2 AND s.deleted_at IS NULL \
         AND s.day >= $3 AND s.day <= $4 ORDER BY s.day DESC, s.id"
    );
    let came = [Mark::Present, Mark::LateOrPartial, Mark::Remote].map(|mark| mark.code().into());
    let [a, b, c] = came;
    let rows = tx.all(sql, [group.into(), from.into(), to.into(), a, b, c]).await?;
    rows.iter()
        .map(|row| {
            let (marked, present) = (row.get("marked")?, row.get("present")?);
            Ok(SessionRow { session: row.json("body")?, rev: row.get("rev")?, marked, present })
        })
        .collect()
}

/// Whether a change of the group's timetable comes within a season that has begun: where nobody said when that was, it has
/// with the first session of which somebody has spoken.
pub async fn has_begun(tx: &mut ScopedTx, row: &GroupRow) -> Result<bool, Error> {
    let today = tx.scope().today();
    if !by_sessions_alone(&row.group, today) {
        return Ok(row.group.has_begun(today));
    }
    let group = row.reached.also(tx.scope(), Action::SeeRoll)?;
    let sql = sql!(
        "SELECT id FROM group_session WHERE municipality = $1 AND exercise_group = $2 AND deleted_at IS NULL \
         AND day <= $3 LIMIT 1"
    );
    Ok(tx.maybe(sql, [group.into(), today.into()]).await?.is_some())
}

/// Whether nothing but its sessions says that the group's season has begun.
fn by_sessions_alone(group: &Group, today: Day) -> bool {
    group.season_start.is_none() && !group.has_begun(today)
}

const FIRST: Lookup = lookup!(
    "SELECT exercise_group, MIN(day) AS day FROM group_session WHERE municipality = $1 AND deleted_at IS NULL \
     AND exercise_group IN (",
    ") GROUP BY exercise_group"
);

/// Those of these groups whose season has begun, as [`has_begun`] says it. Who may know it is asked there.
pub async fn begun<'a>(
    tx: &mut ScopedTx,
    groups: impl IntoIterator<Item = &'a Group>,
) -> Result<HashSet<GroupId>, Error> {
    let today = tx.scope().today();
    let (unsaid, said): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| by_sessions_alone(group, today));
    let mut begun: HashSet<_> = said.into_iter().filter(|group| group.has_begun(today)).map(|group| group.id).collect();
    for row in tx.lookup(&FIRST, unsaid.into_iter().map(|group| group.id)).await? {
        if row.parse::<Day>("day")? <= today {
            begun.insert(row.parse("exercise_group")?);
        }
    }
    Ok(begun)
}

const OF_ALL: Finding = of_groups!(
    "SELECT w.id, s.body FROM exercise_group w CROSS JOIN group_session s",
    " AND (w.season_end IS NULL OR w.season_end >= $5) AND s.municipality = $1 AND s.exercise_group = w.id \
     AND s.deleted_at IS NULL AND s.day >= $5 AND s.day <= $6"
);

/// The recorded sessions from `from` to `to` of every group within reach whose season runs.
pub async fn of_all(tx: &mut ScopedTx, action: Action, from: Day, to: Day) -> Result<Vec<Session>, Error> {
    let rows = reach::found::<GroupId, 2>(tx, action, &OF_ALL, [from.into(), to.into()]).await?;
    rows.iter().map(|(_, row)| row.json("body")).collect()
}

const SAID_OF_DAYS: Lookup = lookup!(
    "SELECT exercise_group, day, status FROM group_session WHERE municipality = $1 AND deleted_at IS NULL \
     AND (status IS NULL OR status IN ('cancelled_by_organiser', 'holiday')) AND exercise_group IN (",
    ")"
);

/// What was said of days of these groups, as far as it changes when they meet next: that they do, on a day which may lie
/// beside the plan (`true`), or that they do not though their plan says so (`false`).
pub async fn said_of_days(
    tx: &mut ScopedTx,
    groups: impl IntoIterator<Item = InReach<GroupId>>,
) -> Result<HashMap<GroupId, BTreeMap<Day, bool>>, Error> {
    let groups: Vec<_> =
        groups.into_iter().map(|group| group.also(tx.scope(), Action::SeeRoll)).collect::<Result<_, _>>()?;
    let mut said: HashMap<GroupId, BTreeMap<Day, bool>> = HashMap::new();
    for row in tx.lookup(&SAID_OF_DAYS, groups).await? {
        let of_group = said.entry(row.parse("exercise_group")?).or_default();
        // Of two sessions on one day the other may take place.
        *of_group.entry(row.parse("day")?).or_default() |= row.is_null("status");
    }
    Ok(said)
}

/// The recorded sessions from today on of the groups in which the person has a stay, each once; for whoever sees when
/// they meet, or (`action`) what they are told.
pub async fn coming_for(
    tx: &mut ScopedTx,
    person: InReach<ParticipantId>,
    action: Action,
) -> Result<Vec<Session>, Error> {
    let (person, today) = (person.also(tx.scope(), action)?, tx.scope().today());
    let sql = sql!(
        "SELECT s.body FROM group_session s WHERE s.municipality = $1 AND s.deleted_at IS NULL AND s.day >= $3 \
         AND s.exercise_group IN (SELECT m.exercise_group FROM membership m WHERE m.municipality = $1 \
         AND m.participant = $2 AND m.deleted_at IS NULL)"
    );
    let rows = tx.all(sql, [person.into(), today.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What was done to the session and to the marks in it, the newest first.
pub async fn history(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    session: SessionId,
    most: i64,
) -> Result<Vec<LogRow>, Error> {
    group.also(tx.scope(), Action::SeeRoll)?;
    let sql = sql!(
        "SELECT o.body, o.received_at, a.name, v.name AS relative FROM op o \
         LEFT JOIN account a ON a.municipality = o.municipality AND a.id = o.actor \
         LEFT JOIN relative v ON v.municipality = o.municipality AND v.id = o.actor \
         WHERE o.municipality = $1 AND o.outcome IN ('applied', 'conflict') AND o.eid IN \
         (SELECT id FROM attendance WHERE municipality = $1 AND session = $2 \
         UNION SELECT id FROM group_session WHERE municipality = $1 AND id = $2) \
         ORDER BY o.received_at DESC, o.n DESC LIMIT $3"
    );
    let rows = tx.all(sql, [session.into(), most.into()]).await?;
    logged(&rows)
}

const THERE: Lookup = lookup!("SELECT id FROM group_session WHERE municipality = $1 AND id IN (", ")");

/// Those of these sessions that there are, removed ones too.
pub async fn those_there(tx: &mut ScopedTx, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Error> {
    tx.lookup(&THERE, sessions).await?.iter().map(|row| row.parse("id")).collect()
}

const DAYS: Lookup = lookup!(
    concat!(
        "SELECT x.id, x.day FROM group_session x WHERE x.municipality = $1 AND ",
        group_within_reach!("x.exercise_group"),
        " AND x.id IN ("
    ),
    ")"
);

/// The days of those of these sessions that lie within reach.
pub async fn days(
    tx: &mut ScopedTx,
    action: Action,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<HashMap<SessionId, Day>, Error> {
    let rows = tx.within(action)?.lookup(&DAYS, sessions).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.parse("day")?))).collect()
}
