//! All sessions of a municipality, for reports and files. Who may read them is asked there.

use domain::ids::{GroupId, SessionId};
use domain::sessions::SessionStatus;
use domain::time::Day;

use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;

/// One meeting.
pub struct Meeting {
    pub id: SessionId,
    pub group: GroupId,
    pub day: Day,
    pub status: Option<SessionStatus>,
    /// Whether people were counted at it and nobody is marked.
    pub by_count: bool,
}

/// Hands over every session, in the order of their ids.
pub async fn each(tx: &mut ScopedTx, mut take: impl FnMut(Meeting) -> Result<(), Error> + Send) -> Result<(), Error> {
    let sql = sql!(
        "SELECT id, exercise_group, day, status, counted, rolled_at FROM group_session \
         WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id"
    );
    tx.each(sql, [], |row| take(meeting(&row)?)).await
}

fn meeting(row: &Row) -> Result<Meeting, Error> {
    let status = row.get::<Option<String>>("status")?;
    let status = status.map(|code| SessionStatus::from_code(&code).ok_or_else(|| row.broken("status")));
    Ok(Meeting {
        id: row.parse("id")?,
        group: row.parse("exercise_group")?,
        day: row.parse("day")?,
        status: status.transpose()?,
        by_count: row.get::<Option<i64>>("counted")?.is_some() && row.get::<Option<i64>>("rolled_at")?.is_none(),
    })
}
