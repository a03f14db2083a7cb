//! Whether the log is whole: its own chain, and what it says of the history of operations.
//!
//! The chain finds a row that was changed or taken out of the middle. A tail that was cut off, and a log that was
//! deleted, are found where the history knows more than the log; a history that was edited, where the log knows better
//! (docs/access.md, Audit).

use std::collections::BTreeMap;

use domain::ids::{MunicipalityCode, OpId, StreamId, UserId};
use domain::sync::canon::Hash;
use domain::sync::server::store::{AuditVerb, OpRow};
use domain::sync::wire::{Outcome, Reason};
use domain::time::Instant;

use super::{Chain, Entry, link};
use crate::db::{Row, Tx};
use crate::error::Error;
use crate::secrets::Secrets;

/// Walks a chain and what it says of the history; the number of rows, or what does not fit.
pub async fn verify(tx: &mut Tx, secrets: &Secrets, chain: impl Into<Chain>) -> Result<i64, Error> {
    let chain = chain.into();
    let (mut last, mut before, mut tally) = (0_i64, String::new(), Tally::default());
    loop {
        let rows = page(tx, &chain, last).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let (n, hmac): (i64, String) = (row.get("n")?, row.get("hmac")?);
            let entry = Entry::from_row(&row).map_err(|_| broken(&chain, last + 1))?;
            if n != last + 1 || hmac != link(secrets, &chain, n, &before, &entry) {
                return Err(broken(&chain, last + 1));
            }
            if let (Chain::Municipality(tenant), Some(unit)) = (&chain, Unit::of(&entry)) {
                unit.check(tx, tenant, n).await?;
                tally.add(&unit);
            }
            (last, before) = (n, hmac);
        }
    }
    if head(tx, &chain).await? != (last, before) {
        return Err(broken(&chain, last + 1));
    }
    if let Chain::Municipality(tenant) = &chain {
        tally.check(tx, tenant).await?;
    }
    Ok(last)
}

fn broken(chain: &Chain, n: i64) -> Error {
    Error::Broken(format!("the audit chain of {chain} breaks at row {n}"))
}

async fn page(tx: &mut Tx, chain: &Chain, after: i64) -> Result<Vec<Row>, Error> {
    let sql = sql!(
        "SELECT n, at, actor, role, device, verb, entities, fields, result, request_id, hmac FROM audit \
         WHERE municipality = $1 AND n > $2 ORDER BY n LIMIT 1000"
    );
    tx.all(sql, [chain.key().into(), after.into()]).await
}

/// The chain's last number and link; nothing was ever written where there are none.
pub(super) async fn head(tx: &mut Tx, chain: &Chain) -> Result<(i64, String), Error> {
    let sql = sql!("SELECT n, hmac FROM audit_head WHERE municipality = $1");
    match tx.maybe(sql, [chain.key().into()]).await? {
        Some(row) => Ok((row.get("n")?, row.get("hmac")?)),
        None => Ok((0, String::new())),
    }
}

/// Whether the last row of some chain was made with this secret; also without any row.
pub async fn last_rows_fit(tx: &mut Tx, secrets: &Secrets) -> Result<bool, Error> {
    let heads = tx.all(sql!("SELECT municipality, n FROM audit_head ORDER BY municipality"), []).await?;
    for row in &heads {
        let (chain, n) = (row.code("municipality", Chain::from_key)?, row.get::<i64>("n")?);
        let rows = page(tx, &chain, (n - 2).max(0)).await?;
        let Some((last, before)) = rows.split_last() else { continue };
        let before = before.last().map(|row| row.get::<String>("hmac")).transpose()?.unwrap_or_default();
        if last.get::<String>("hmac")? == link(secrets, &chain, n, &before, &Entry::from_row(last)?) {
            return Ok(true);
        }
    }
    Ok(heads.is_empty())
}

/// What a row says of the operations of one unit of work: which numbers of the stream, and a hash over what of them
/// never changes.
pub(super) struct Batch {
    first: i64,
    last: i64,
    hash: Hash,
}

impl Batch {
    /// Of the operations that are being written; nothing for none.
    pub(super) fn of(ops: &[OpRow]) -> Option<Self> {
        let mut ops: Vec<_> = ops.iter().collect();
        ops.sort_by_key(|op| op.n);
        let (first, last) = (ops.first()?.n, ops.last()?.n);
        let line = |op: &&OpRow| line(op.op_id, op.n, op.actor, op.received_at, &op.kind, op.body_hash);
        Some(Self { first, last, hash: Hash::of(ops.iter().map(line).collect::<String>().as_bytes()) })
    }

    /// As it stands among the fields of a row.
    pub(super) fn told(&self) -> [String; 2] {
        [format!("ops={}-{}", self.first, self.last), format!("batch={}", self.hash)]
    }

    fn read(fields: &str) -> Option<Self> {
        let value = |name: &str| fields.split_whitespace().find_map(|field| field.strip_prefix(name));
        let (first, last) = value("ops=")?.split_once('-')?;
        Some(Self { first: first.parse().ok()?, last: last.parse().ok()?, hash: Hash::from_hex(value("batch=")?)? })
    }
}

fn line(id: OpId, n: i64, actor: UserId, received_at: Instant, kind: &str, body: Hash) -> String {
    format!("{id} {n} {actor} {} {kind} {body}\n", received_at.millis())
}

/// A row about operations.
struct Unit {
    verb: AuditVerb,
    stream: StreamId,
    outcomes: [i64; 5],
    /// Programs of before wrote none.
    batch: Option<Batch>,
}

impl Unit {
    fn of(entry: &Entry) -> Option<Self> {
        let verb = AuditVerb::from_code(&entry.verb)?;
        let stream = entry.entities.split_whitespace().find_map(|entity| entity.strip_prefix("stream:"))?;
        let mut outcomes = [0; 5];
        for (name, count) in entry.fields.split_whitespace().filter_map(|field| field.split_once('=')) {
            if let (Some(outcome), Ok(count)) = (Outcome::from_code(name), count.parse::<i64>()) {
                outcomes[outcome as usize] += count;
            }
        }
        Some(Self { verb, stream: stream.parse().ok()?, outcomes, batch: Batch::read(&entry.fields) })
    }

    /// Whether the operations are those of which the row `at` tells.
    async fn check(&self, tx: &mut Tx, tenant: &MunicipalityCode, at: i64) -> Result<(), Error> {
        let Some(batch) = &self.batch else { return Ok(()) };
        let rows = tx
            .all(
                sql!(
                    "SELECT op_id, n, actor, received_at, kind, body, body_hash, reason FROM op \
                     WHERE municipality = $1 AND stream = $2 AND n >= $3 AND n <= $4 ORDER BY n"
                ),
                [tenant.into(), self.stream.into(), batch.first.into(), batch.last.into()],
            )
            .await?;
        let lines = rows.iter().map(stored_line).collect::<Result<String, Error>>()?;
        if Hash::of(lines.as_bytes()) != batch.hash || !rows.iter().all(has_its_text) {
            let (stream, first, last) = (self.stream, batch.first, batch.last);
            return Err(Error::Broken(format!(
                "the history of {tenant} is not what row {at} of the audit log was written of: operations {first} to \
                 {last} of stream {stream}"
            )));
        }
        Ok(())
    }
}

fn stored_line(row: &Row) -> Result<String, Error> {
    let kind: String = row.get("kind")?;
    let body = row.code("body_hash", Hash::from_hex)?;
    Ok(line(row.parse("op_id")?, row.get("n")?, row.parse("actor")?, row.get("received_at")?, &kind, body))
}

/// The text is the one that came; or it was dropped because it was about somebody who had been erased.
fn has_its_text(row: &Row) -> bool {
    let text = |column| row.get::<Option<String>>(column).ok().flatten().unwrap_or_default();
    let (body, erased) = (text("body"), text("reason") == Reason::Erased.code());
    (body.is_empty() && erased) || Hash::of(body.as_bytes()).to_string() == text("body_hash")
}

/// How many operations of which outcome each stream must have.
#[derive(Default)]
struct Tally(BTreeMap<String, [i64; 5]>);

impl Tally {
    fn add(&mut self, unit: &Unit) {
        let counts = self.0.entry(unit.stream.to_string()).or_default();
        for (sum, count) in counts.iter_mut().zip(unit.outcomes) {
            *sum += count;
        }
        if unit.verb == AuditVerb::Settle {
            // They were held before, and counted as that.
            counts[Outcome::Held as usize] -= unit.outcomes.iter().sum::<i64>();
        }
    }

    async fn check(mut self, tx: &mut Tx, tenant: &MunicipalityCode) -> Result<(), Error> {
        let sql =
            sql!("SELECT stream, outcome, COUNT(*) AS n FROM op WHERE municipality = $1 GROUP BY stream, outcome");
        for row in tx.all(sql, [tenant.into()]).await? {
            let (stream, n): (String, i64) = (row.get("stream")?, row.get("n")?);
            let outcome = row.code("outcome", Outcome::from_code)?;
            self.0.entry(stream).or_default()[outcome as usize] -= n;
        }
        match self.0.into_iter().find(|(_, counts)| *counts != [0; 5]) {
            None => Ok(()),
            Some((stream, _)) => Err(Error::Broken(format!(
                "the audit log and the history of {tenant} do not tell of the same operations of stream {stream}: rows \
                 of one of them were removed, added or changed"
            ))),
        }
    }
}
