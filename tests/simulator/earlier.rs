//! The program before the present one, on the same store: it knows no records of answers beside the rows, and no flag by
//! which a row says that it was queued again. So it passes over the records, sends their rows again, and writes every
//! answer into its row; of a row that it writes the flag is gone.

use domain::ids::OpId;
use domain::sync::client::outbox::Row;
use domain::sync::client::{Area, Client, Stored, Write};
use domain::sync::wire::{Epoch, OpResult};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Records of answers lie under it, by the first number that they answer.
pub const ANSWERS: &str = "answers/";
const ROWS: &str = "op/";

/// What a record says of its rows.
#[derive(Deserialize)]
struct Record {
    epoch: Epoch,
    results: Vec<OpResult>,
    #[serde(default)]
    passing: BTreeSet<OpId>,
}

/// What it reads of a store.
pub fn read(stored: Vec<Stored>) -> Vec<Stored> {
    let known = stored.into_iter().filter(|(area, key, _)| *area != Area::Outbox || !key.starts_with(ANSWERS));
    let read = |(area, key, bytes): Stored| {
        let bytes = if area == Area::Outbox && key.starts_with(ROWS) { without_flag(bytes) } else { bytes };
        (area, key, bytes)
    };
    known.map(read).collect()
}

/// What it writes where the present program, in whose place this client is, writes that.
pub fn written(client: &Client, writes: Vec<Write>) -> Vec<Write> {
    writes.into_iter().flat_map(|write| instead_of(client, write)).collect()
}

fn instead_of(client: &Client, write: Write) -> Vec<Write> {
    match write {
        Write::Put { area: Area::Outbox, key, bytes } if key.starts_with(ANSWERS) => answered(client, &bytes),
        Write::Delete { area: Area::Outbox, key } if key.starts_with(ANSWERS) => Vec::new(),
        Write::Put { area: Area::Outbox, key, bytes } if key.starts_with(ROWS) => {
            vec![Write::Put { area: Area::Outbox, key, bytes: without_flag(bytes) }]
        }
        other => vec![other],
    }
}

/// The rows that a record answers, each with its answer.
fn answered(client: &Client, record: &[u8]) -> Vec<Write> {
    let Ok(Record { epoch, results, passing }) = serde_json::from_slice(record) else { return Vec::new() };
    let put = |result: &OpResult| {
        let mut row = client.outbox().by_op(result.op_id)?.clone();
        row.acknowledge(result, &epoch);
        row.passed = !passing.contains(&row.op_id);
        Some(Write::Put { area: Area::Outbox, key: format!("{ROWS}{:012}", row.n), bytes: bytes(&row)? })
    };
    results.iter().filter_map(put).collect()
}

/// What cannot be read stays as it is.
fn without_flag(stored: Vec<u8>) -> Vec<u8> {
    let row: Option<Row> = serde_json::from_slice(&stored).ok();
    let flagged = row.filter(|row| row.requeued);
    flagged.and_then(|row| bytes(&Row { requeued: false, ..row })).unwrap_or(stored)
}

fn bytes(row: &Row) -> Option<Vec<u8>> {
    serde_json::to_vec(row).ok()
}
