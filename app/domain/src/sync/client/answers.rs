//! Answers to several rows at once, kept in one record beside them: writing every row once more takes longer than sending
//! it.
//!
//! A record counts for a row as long as that lies as it was recorded, in the stream and the epoch in which it was answered.
//! Whatever is stored of a row later stands in the row itself. Where a record is lost, cannot be read or counts no more,
//! its rows are sent again, and known by their ids; so they are by an earlier program, which knows no records.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::outbox::{Ack, Row};
use super::stored::{self, Meta};
use super::{Client, Write};
use crate::ids::{OpId, StreamId};
use crate::sync::mistakes::Mistake;
use crate::sync::wire::{Epoch, OpResult};

/// Answers to fewer rows are stored with each of them: a record for every tap would be one more to read at each start.
const FEWEST: usize = 4;

/// The last number that each record answers, by the first, under which it lies.
pub(super) type Spans = BTreeMap<i64, i64>;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Answers {
    stream: StreamId,
    epoch: Epoch,
    last: i64,
    results: Vec<OpResult>,
    /// Those whose effects the cache has not reached.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    passing: BTreeSet<OpId>,
}

impl Answers {
    fn of(rows: &[&Row], meta: &Meta) -> Self {
        Self {
            stream: meta.stream,
            epoch: meta.epoch.clone(),
            last: rows.iter().map(|row| row.n).max().unwrap_or_default(),
            results: rows.iter().filter_map(|row| result_of(row)).collect(),
            passing: rows.iter().filter(|row| !row.passed).map(|row| row.op_id).collect(),
        }
    }

    fn counts(&self, meta: &Meta) -> bool {
        let living = self.epoch == meta.epoch || Mistake::NewEpochSendsNothingAgain.is_made();
        living && self.stream == meta.stream
    }
}

fn result_of(row: &Row) -> Option<OpResult> {
    let Ack { outcome, reason, field, effects, .. } = row.ack.clone()?;
    Some(OpResult { op_id: row.op_id, outcome, reason, field, effects })
}

/// Gives the rows that lie as they were recorded what these records answer. A record that cannot be read is known by where
/// it lies alone.
pub(super) fn give(rows: &mut [Row], records: Vec<(i64, Option<Answers>)>, meta: &Meta) -> Spans {
    let (mut spans, mut answered) = (Spans::new(), HashMap::new());
    for (first, record) in records {
        spans.insert(first, record.as_ref().map_or(first, |record| record.last.max(first)));
        if let Some(Answers { epoch, results, passing, .. }) = record.filter(|record| record.counts(meta)) {
            let passed = |result: &OpResult| !passing.contains(&result.op_id);
            answered.extend(results.into_iter().map(|one| (one.op_id, (passed(&one), one, epoch.clone()))));
        }
    }
    for row in rows.iter_mut().filter(|row| row.is_as_recorded() || Mistake::EarlierAnswerCounts.is_made()) {
        if let Some((passed, result, epoch)) = answered.get(&row.op_id) {
            row.acknowledge(result, epoch);
            row.passed = *passed || Mistake::AnsweredTakenForSeen.is_made();
        }
    }
    spans
}

impl Client {
    /// The writes that store rows as a reply leaves them.
    pub(super) fn put_answered(&mut self, rows: &[Row]) -> Vec<Write> {
        let (together, each): (Vec<_>, Vec<_>) = rows.iter().partition(|row| self.is_first_answer(row));
        let first = together.iter().map(|row| row.n).min();
        let Some(first) = first.filter(|_| together.len() >= FEWEST) else {
            return rows.iter().map(stored::put_row).collect();
        };
        let answers = Answers::of(&together, &self.meta);
        self.answers.insert(first, answers.last);
        each.into_iter().map(stored::put_row).chain([stored::put_answers(first, &answers)]).collect()
    }

    /// Whether the row was answered just now, and lies in the store as it was recorded.
    fn is_first_answer(&self, row: &Row) -> bool {
        let untouched = |there: &Row| there.is_as_recorded() || Mistake::AnswerBesideChangedRow.is_made();
        let lies_there = |there: &Row| untouched(there) && there.op_id == row.op_id;
        let now = |ack: &Ack| ack.epoch == self.meta.epoch;
        !row.queued && row.ack.as_ref().is_some_and(now) && self.outbox.get(row.n).is_some_and(lies_there)
    }

    /// The writes that take these rows away, and the records that answer nothing else.
    pub(super) fn drop_rows(&self, dropped: &[i64]) -> Vec<Write> {
        let going: BTreeSet<_> = dropped.iter().collect();
        let all_go = |(first, last): &(&i64, &i64)| {
            let mut rows = self.outbox.between(**first, **last).map(|row| going.contains(&row.n));
            let go = if Mistake::AnswersGoWithOneRow.is_made() { rows.any(|goes| goes) } else { rows.all(|goes| goes) };
            !going.is_empty() && go
        };
        let records = self.answers.iter().filter(all_go).map(|(first, _)| stored::drop_answers(*first));
        dropped.iter().map(|n| stored::drop_row(*n)).chain(records).collect()
    }

    /// The rows of some records are gone, and so are those.
    pub(super) fn forget_answers(&mut self) {
        let outbox = &self.outbox;
        self.answers.retain(|first, last| outbox.between(*first, *last).next().is_some());
    }
}
