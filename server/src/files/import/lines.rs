//! What each row of an import did (table `import_line`): whether it brought something new, by which operations, and what
//! it is about. Its words are looked up when somebody reads them, so that nothing of an erased person is left here.

use std::collections::{BTreeSet, HashMap};

use domain::ids::OpId;
use uuid::Uuid;

use super::memory::{self, Remembered};
use super::plan::Effect;
use crate::access::ScopedTx;
use crate::db::{Bulk, Lookup, Row, Unscoped};
use crate::error::Error;
use crate::files::rows::Rows;

/// What was done with some rows.
pub struct Batch<'a> {
    pub effects: Vec<(u64, Effect)>,
    pub rows: &'a Rows,
    pub remember: &'a [Remembered],
    /// The operations, each with the line of the row that wanted it.
    pub written: Vec<(u64, OpId)>,
}

const NOTE: Bulk<6> = bulk!("INSERT INTO import_line (municipality, job, line, effect, entity_id, ops)", "");

/// Keeps what the rows did.
pub async fn note(tx: &mut ScopedTx, job: Uuid, batch: Batch<'_>) -> Result<(), Error> {
    let Batch { effects, rows, remember, written } = batch;
    let entities: HashMap<&str, Uuid> = remember.iter().map(Remembered::entity).collect();
    let mut keys: HashMap<u64, String> = rows.keys().into_iter().map(|(line, key)| (line, memory::key(key))).collect();
    let mut ops: HashMap<u64, Vec<OpId>> = HashMap::new();
    for (line, op) in written {
        ops.entry(line).or_default().push(op);
    }
    let row = |(line, effect): (u64, Effect)| {
        let entity = keys.remove(&line).and_then(|key| entities.get(key.as_str()).copied());
        let ops = serde_json::to_string(&ops.remove(&line).unwrap_or_default()).unwrap_or_default();
        let entity = entity.map(|id| id.to_string());
        [job.into(), number(line).into(), effect.code().into(), entity.into(), ops.into()]
    };
    tx.bulk(&NOTE, effects.into_iter().map(row).collect()).await
}

fn number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

/// What one row did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// In the file; its header is line 1.
    pub line: i64,
    pub effect: Effect,
    /// What the row became; nothing for somebody who was gone already.
    pub entity: Option<Uuid>,
    pub ops: Vec<OpId>,
}

impl Line {
    fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            line: row.get("line")?,
            effect: row.code("effect", Effect::from_code)?,
            entity: row.parse_opt("entity_id")?,
            ops: row.json("ops")?,
        })
    }
}

/// So many lines from that one on in their order, 0-based; all, or those that did one thing.
pub async fn page(
    tx: &mut ScopedTx,
    job: Uuid,
    effect: Option<Effect>,
    from: i64,
    most: i64,
) -> Result<Vec<Line>, Error> {
    let all = sql!(
        "SELECT line, effect, entity_id, ops FROM import_line WHERE municipality = $1 AND job = $2 \
         ORDER BY line LIMIT $3 OFFSET $4"
    );
    let some = sql!(
        "SELECT line, effect, entity_id, ops FROM import_line WHERE municipality = $1 AND job = $2 AND effect = $5 \
         ORDER BY line LIMIT $3 OFFSET $4"
    );
    let rows = match effect {
        None => tx.all(all, [job.into(), most.into(), from.into()]).await?,
        Some(effect) => tx.all(some, [job.into(), most.into(), from.into(), effect.code().into()]).await?,
    };
    rows.iter().map(Line::of).collect()
}

/// Whether it is known what the rows did: imports of earlier programs have not said it.
pub async fn are_known(tx: &mut ScopedTx, job: Uuid) -> Result<bool, Error> {
    let sql = sql!("SELECT line FROM import_line WHERE municipality = $1 AND job = $2 LIMIT 1");
    Ok(tx.maybe(sql, [job.into()]).await?.is_some())
}

const JOBS: Lookup = lookup!(
    "SELECT DISTINCT o.stream FROM op o JOIN import_job j ON j.municipality = o.municipality AND j.id = o.stream \
     WHERE o.municipality = $1 AND o.eid IN (",
    ")"
);

const EMPTY_NOTICES: Lookup = lookup!(
    "UPDATE import_notice SET value = '' WHERE municipality = $1 AND job = $2 AND value <> '' AND \
     (SELECT l.entity_id FROM import_line l WHERE l.municipality = $1 AND l.job = $2 AND l.line = import_notice.line) IN (",
    ")"
);

/// Of what was told of the rows that wrote something of these entities only the place stays.
pub async fn empty_notices(tx: &mut ScopedTx, ids: &[Uuid]) -> Result<(), Error> {
    let jobs = tx.lookup(&JOBS, ids.iter().copied()).await?;
    let jobs = jobs.iter().map(|row| row.get("stream")).collect::<Result<BTreeSet<String>, Error>>()?;
    for job in jobs {
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        bare.lookup_after(&EMPTY_NOTICES, vec![tenant.into(), job.into()], ids.iter().copied()).await?;
    }
    Ok(())
}
