//! Sessions as rows, and as the desk reads them.

pub mod all;

use std::collections::HashMap;

use domain::access::Action;
use domain::attendance::Mark;
use domain::ids::{GroupId, SessionId};
use domain::sessions::{Session, SessionStatus};
use domain::time::Day;

use crate::access::reach::group_within_reach;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Session as x in "group_session" {
        body: text(x)?, exercise_group: x.group, day: x.day, status: x.status.map(SessionStatus::code),
    }
    reads "body" by body;
    erases "body = NULL";
}

/// One session with how many came.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub day: Day,
    pub status: Option<SessionStatus>,
    pub marked: i64,
    pub present: i64,
}

/// Sessions up to a day, the newest first.
pub async fn until(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    until: Day,
    most: i64,
) -> Result<Vec<SessionRow>, Error> {
    let group = group.also(tx.scope(), Action::SeeRoll)?;
    let sql = sql!(
        "SELECT s.id, s.day, s.status, \
         (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
         AND a.mark IS NOT NULL AND a.deleted_at IS NULL) AS marked, \
         (SELECT COUNT(*) FROM attendance a WHERE a.municipality = s.municipality AND a.session = s.id \
         AND a.deleted_at IS NULL AND (a.mark = $4 OR a.mark = $5 OR a.mark = $6)) AS present \
         FROM group_session s WHERE s.municipality = $1 AND s.exercise_group = $2 AND s.deleted_at IS NULL \
         AND s.day <= $3 ORDER BY s.day DESC, s.id LIMIT $7"
    );
    let came = [Mark::Present, Mark::LateOrPartial, Mark::Remote].map(|mark| mark.code().into());
    let [a, b, c] = came;
    let rows = tx.all(sql, [group.into(), until.into(), a, b, c, most.into()]).await?;
    rows.iter()
        .map(|row| {
            let status = row.get::<Option<String>>("status")?;
            Ok(SessionRow {
                id: row.parse("id")?,
                day: row.parse("day")?,
                status: status.as_deref().and_then(SessionStatus::from_code),
                marked: row.get("marked")?,
                present: row.get("present")?,
            })
        })
        .collect()
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
