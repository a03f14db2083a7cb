//! Which rows of the outbox stand where, kept up with every change of a row. Screens ask several times for each push, and
//! a month of work is tens of thousands of rows.

use std::collections::BTreeSet;

use super::outbox::Row;
use crate::time::Instant;

#[derive(Clone, Default)]
pub(super) struct Tally {
    /// To be sent, by number.
    pub queued: BTreeSet<i64>,
    /// Without an answer that counts, by the moment of recording and number.
    pub unanswered: BTreeSet<(Instant, i64)>,
    /// Answered, and perhaps to be told of, by number.
    pub open: BTreeSet<i64>,
    /// Answered, and not known to be part of the cache, by number.
    pub passing: BTreeSet<i64>,
    /// How many were never answered.
    pub silent: usize,
}

impl Tally {
    pub fn enter(&mut self, row: &Row) {
        if row.queued {
            self.queued.insert(row.n);
        }
        if row.is_unanswered() {
            self.unanswered.insert((row.recorded_at, row.n));
        }
        if row.is_open() {
            self.open.insert(row.n);
        }
        if row.ack.is_some() && !row.passed {
            self.passing.insert(row.n);
        }
        self.silent += usize::from(row.ack.is_none());
    }

    pub fn leave(&mut self, row: &Row) {
        self.queued.remove(&row.n);
        self.unanswered.remove(&(row.recorded_at, row.n));
        self.open.remove(&row.n);
        self.passing.remove(&row.n);
        self.silent -= usize::from(row.ack.is_none());
    }
}
