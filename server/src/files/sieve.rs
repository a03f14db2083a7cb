//! What only shows when a file's rows are held against each other: repeats, contradictions, rows that belong together.

use std::collections::HashMap;

use domain::sessions::SessionStatus;
use domain::time::Day;

use super::assessments::Trials;
use super::attendance::AttendanceRow;
use super::cells::Parsed;
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};
use super::repeats::Repeats;
use super::rows::{Row, Rows};

/// Takes a file's records piece by piece and gives its rows, each key once.
pub struct Sieve {
    kind: Kind,
    today: Day,
    repeats: Repeats,
    statuses: Statuses,
    /// The rows of one test may stand anywhere in the file, so all wait for its end.
    trials: Trials,
}

impl Sieve {
    /// `today` bounds the days of what has happened.
    pub fn new(kind: Kind, today: Day) -> Self {
        let (repeats, statuses, trials) = (Repeats::new(kind), Statuses::default(), Trials::default());
        Self { kind, today, repeats, statuses, trials }
    }

    /// The rows among these records that can be worked on now; every problem is added to `problems`.
    pub fn take(&mut self, records: &[Record], problems: &mut Vec<Problem>) -> Rows {
        match self.kind {
            Kind::Participants => Rows::Participants(self.sifted(records, problems)),
            Kind::Groups => Rows::Groups(self.sifted(records, problems)),
            Kind::Memberships => Rows::Memberships(self.sifted(records, problems)),
            Kind::Attendance => {
                let mut rows = self.read(records, problems);
                self.statuses.refuse_two(&rows, problems);
                rows.retain(|row| self.repeats.is_new(row, problems));
                Rows::Attendance(rows)
            }
            Kind::Assessments => {
                let rows = self.sifted(records, problems);
                self.trials.add(rows);
                Rows::Assessments(Vec::new())
            }
        }
    }

    /// At the end of the file: rows that had to wait for it, about `most` at a time and those of one test together;
    /// nothing when there are no more.
    pub fn rest(&mut self, most: usize, problems: &mut Vec<Problem>) -> Option<Rows> {
        let rows = self.trials.next(most, problems);
        (!rows.is_empty()).then_some(Rows::Assessments(rows))
    }

    fn read<T: Row>(&self, records: &[Record], problems: &mut Vec<Problem>) -> Vec<Parsed<T>> {
        records.iter().filter_map(|record| T::read(record, self.today, problems)).collect()
    }

    fn sifted<T: Row>(&mut self, records: &[Record], problems: &mut Vec<Problem>) -> Vec<Parsed<T>> {
        let mut rows = self.read(records, problems);
        rows.retain(|row| self.repeats.is_new(row, problems));
        rows
    }
}

/// What was said of each session: it has one status, whichever of its rows says it.
#[derive(Default)]
struct Statuses(HashMap<(String, Day), (SessionStatus, u64)>);

impl Statuses {
    fn refuse_two(&mut self, rows: &[Parsed<AttendanceRow>], problems: &mut Vec<Problem>) {
        for row in rows {
            let (value, line) = (&row.value, row.line);
            let (status, first) = *self.0.entry((value.group.clone(), value.held_on)).or_insert((value.status, line));
            // Rows of one person are compared whole; this is about rows of different people.
            if status != value.status {
                let what = What::OtherContent { line: first };
                problems.push(Problem::of_cell(line, "session_status", value.status.code(), what));
            }
        }
    }
}
