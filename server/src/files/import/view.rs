//! Imports as the desk may show them: the newest first, and what was worth knowing of single rows.

use domain::time::Instant;
use uuid::Uuid;

use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;
use crate::files::kinds::Kind;
use crate::files::present::require_whole_municipality;
use crate::files::problem::{Notice, NoticeKind};

/// One import, ended or under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    pub id: Uuid,
    pub kind: Kind,
    pub file: String,
    pub started_at: Instant,
    /// Nothing: the file is still being checked, and nothing of it is applied.
    pub checked_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub rows_all: i64,
    pub rows_done: i64,
    pub created: i64,
    pub changed: i64,
    pub unchanged: i64,
    /// How many there are; the first of them are told by [`notices_of`].
    pub notices: i64,
    /// Somebody has asked for it to be taken back.
    pub undone: bool,
}

/// The newest imports of the municipality.
pub async fn newest(tx: &mut ScopedTx, most: i64) -> Result<Vec<Import>, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!(
        "SELECT j.id, j.kind, j.file, j.started_at, j.checked_at, j.ended_at, j.rows_all, j.rows_done, j.created, \
         j.changed, j.unchanged, j.notices, u.asked_at AS undone FROM import_job j \
         LEFT JOIN import_undo u ON u.municipality = j.municipality AND u.job = j.id \
         WHERE j.municipality = $1 ORDER BY j.started_at DESC, j.id DESC LIMIT $2"
    );
    tx.all(sql, [most.into()]).await?.iter().map(import).collect()
}

/// The job of this id; nothing before it has begun.
pub async fn of(tx: &mut ScopedTx, id: Uuid) -> Result<Option<Import>, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!(
        "SELECT j.id, j.kind, j.file, j.started_at, j.checked_at, j.ended_at, j.rows_all, j.rows_done, j.created, \
         j.changed, j.unchanged, j.notices, u.asked_at AS undone FROM import_job j \
         LEFT JOIN import_undo u ON u.municipality = j.municipality AND u.job = j.id \
         WHERE j.municipality = $1 AND j.id = $2"
    );
    tx.maybe(sql, [id.into()]).await?.as_ref().map(import).transpose()
}

fn import(row: &Row) -> Result<Import, Error> {
    Ok(Import {
        id: row.parse("id")?,
        kind: row.code("kind", Kind::from_code)?,
        file: row.get("file")?,
        started_at: row.get("started_at")?,
        checked_at: row.get("checked_at")?,
        ended_at: row.get("ended_at")?,
        rows_all: row.get("rows_all")?,
        rows_done: row.get("rows_done")?,
        created: row.get("created")?,
        changed: row.get("changed")?,
        unchanged: row.get("unchanged")?,
        notices: row.get("notices")?,
        undone: !row.is_null("undone"),
    })
}

/// The notices of one import, as far as they are kept.
pub async fn notices_of(tx: &mut ScopedTx, import: Uuid) -> Result<Vec<Notice>, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!(
        "SELECT line, column_name, value, kind FROM import_notice WHERE municipality = $1 AND job = $2 ORDER BY n"
    );
    let notice = |row: &Row| {
        Ok(Notice {
            line: u64::try_from(row.get::<i64>("line")?).unwrap_or_default(),
            column: row.code("column_name", Kind::column)?,
            value: row.get("value")?,
            kind: row.code("kind", NoticeKind::from_code)?,
        })
    };
    tx.all(sql, [import.into()]).await?.iter().map(notice).collect()
}
