//! What the last import said, row by row (table `import_row`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::access::ScopedTx;
use crate::db::{Bulk, Lookup};
use crate::error::Error;
use crate::files::kinds::Kind;

/// What was said of one row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Memory {
    /// What the row became.
    pub entity: Uuid,
    /// In column order; `None`: no file has had that column yet.
    cells: Vec<Option<String>>,
}

impl Memory {
    pub fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).and_then(Option::as_deref)
    }
}

/// What is to be said of one row from now on.
pub struct Remembered {
    key: String,
    entity: Uuid,
    cells: Vec<Option<String>>,
}

impl Remembered {
    /// The row's key, and what the row became.
    pub fn entity(&self) -> (&str, Uuid) {
        (&self.key, self.entity)
    }
}

/// Parts of a key, kept apart by a character that no cell can hold.
pub fn key(parts: &[String]) -> String {
    parts.join("\u{1f}")
}

/// The row as remembered from now on; a column that this file lacks keeps its last text.
pub fn note(parts: &[String], entity: Uuid, cells: &[Option<String>], last: Option<&Memory>) -> Remembered {
    let kept = |(at, cell): (usize, &Option<String>)| {
        cell.clone().or_else(|| last.and_then(|last| last.cell(at)).map(str::to_owned))
    };
    Remembered { key: key(parts), entity, cells: cells.iter().enumerate().map(kept).collect() }
}

macro_rules! rows_of {
    ($kind:literal) => {
        lookup!(
            concat!(
                "SELECT key, entity_id, row FROM import_row WHERE municipality = $1 AND kind = '",
                $kind,
                "' AND key IN ("
            ),
            ")"
        )
    };
}

const fn rows_of(kind: Kind) -> Lookup {
    match kind {
        Kind::Participants => rows_of!("participants"),
        Kind::Groups => rows_of!("groups"),
        Kind::Memberships => rows_of!("memberships"),
        Kind::Attendance => rows_of!("attendance"),
        Kind::Assessments => rows_of!("assessments"),
    }
}

/// Whether an import has said anything of rows of this kind.
pub async fn is_any(tx: &mut ScopedTx, kind: Kind) -> Result<bool, Error> {
    let sql = sql!("SELECT key FROM import_row WHERE municipality = $1 AND kind = $2 LIMIT 1");
    Ok(tx.maybe(sql, [kind.code().into()]).await?.is_some())
}

/// What the last imports said of the rows with these keys.
pub async fn recall(
    tx: &mut ScopedTx,
    kind: Kind,
    keys: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, Memory>, Error> {
    let mut found = HashMap::new();
    for row in tx.lookup(&rows_of(kind), keys).await? {
        found.insert(row.get("key")?, Memory { entity: row.parse("entity_id")?, cells: row.json("row")? });
    }
    Ok(found)
}

const REMEMBER: Bulk<5> = bulk!(
    "INSERT INTO import_row (municipality, kind, key, entity_id, row)",
    "ON CONFLICT (municipality, kind, key) DO UPDATE SET entity_id = excluded.entity_id, row = excluded.row"
);

const FORGET: Lookup = lookup!("UPDATE import_row SET row = '[]' WHERE municipality = $1 AND entity_id IN (", ")");

/// Forgets what imports have said of these entities; that they said something of them stays, so that the same file makes
/// nobody anew.
pub async fn forget(tx: &mut ScopedTx, ids: impl IntoIterator<Item = Uuid>) -> Result<(), Error> {
    tx.lookup(&FORGET, ids).await.map(|_| ())
}

const DROP: Lookup = lookup!("DELETE FROM import_row WHERE municipality = $1 AND entity_id IN (", ")");

/// As if no import had ever said anything of these entities: the same file brings them anew.
pub async fn drop(tx: &mut ScopedTx, ids: impl IntoIterator<Item = Uuid>) -> Result<(), Error> {
    tx.lookup(&DROP, ids).await.map(|_| ())
}

const SAID_OF: Lookup =
    lookup!("SELECT kind, key, entity_id, row FROM import_row WHERE municipality = $1 AND entity_id IN (", ")");

/// What is not said any more of an entity, where its rows stay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsaid {
    pub entity: Uuid,
    /// In which columns.
    pub columns: Vec<usize>,
    /// The rows whose keys end in these parts; `None`: all of the entity's.
    pub rows: Option<BTreeSet<Vec<String>>>,
}

impl Unsaid {
    fn is_about(&self, entity: Uuid, row: &str) -> bool {
        let ends = |end: &Vec<String>| row.ends_with(&key(&[&[String::new()], &**end].concat()));
        self.entity == entity && self.rows.as_ref().is_none_or(|ends_of| ends_of.iter().any(ends))
    }
}

/// As if no import had ever said anything of these columns: what a file says there next is news.
pub async fn unsay<'a>(tx: &mut ScopedTx, unsaid: impl Iterator<Item = &'a Unsaid> + Clone) -> Result<(), Error> {
    let mut rows = Vec::new();
    let entities: BTreeSet<Uuid> = unsaid.clone().map(|one| one.entity).collect();
    for row in tx.lookup(&SAID_OF, entities).await? {
        let (kind, key, entity): (String, String, Uuid) = (row.get("kind")?, row.get("key")?, row.parse("entity_id")?);
        let mut cells: Vec<Option<String>> = row.json("row")?;
        for at in unsaid.clone().filter(|one| one.is_about(entity, &key)).flat_map(|one| &one.columns) {
            if let Some(cell) = cells.get_mut(*at) {
                *cell = None;
            }
        }
        let cells = serde_json::to_string(&cells).unwrap_or_default();
        rows.push([kind.into(), key.into(), entity.into(), cells.into()]);
    }
    tx.bulk(&REMEMBER, rows).await
}

/// Keeps what this import said.
pub async fn remember(tx: &mut ScopedTx, kind: Kind, rows: Vec<Remembered>) -> Result<(), Error> {
    // Of two sayings of one row the later; by key, which is also how the table is laid.
    let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    let values = rows.into_values().map(|row| {
        let cells = serde_json::to_string(&row.cells).unwrap_or_default();
        [kind.code().into(), row.key.into(), row.entity.into(), cells.into()]
    });
    tx.bulk(&REMEMBER, values.collect()).await
}
