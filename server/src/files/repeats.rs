//! Which rows of a file came before. A file may have a million, so hashes are kept instead of texts: some fifty bytes
//! a row.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};

use super::cells::Parsed;
use super::kinds::Kind;
use super::problem::{Problem, What};

/// The rows seen so far.
pub struct Repeats {
    kind: Kind,
    hasher: RandomState,
    /// By the hash of its key, which row it was.
    first: HashMap<u64, u32>,
    lines: Vec<u32>,
    /// For every row another hash of its key, then one of each cell.
    marks: Vec<u32>,
}

impl Repeats {
    pub fn new(kind: Kind) -> Self {
        let (first, lines, marks) = (HashMap::new(), Vec::new(), Vec::new());
        Self { kind, hasher: RandomState::new(), first, lines, marks }
    }

    /// Whether the row is the first with its key. One that repeats an earlier row is left out, one that contradicts
    /// it is reported.
    pub fn is_new<T>(&mut self, row: &Parsed<T>, problems: &mut Vec<Problem>) -> bool {
        let (key, marks) = (self.hasher.hash_one(&row.key), self.marks_of(row));
        let Some(earlier) = self.first.get(&key).and_then(|at| usize::try_from(*at).ok()) else {
            let at = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
            self.first.insert(key, at);
            self.lines.push(u32::try_from(row.line).unwrap_or(u32::MAX));
            self.marks.extend(marks);
            return true;
        };
        let width = marks.len();
        let told = self.marks.get(earlier * width..(earlier + 1) * width).unwrap_or_default();
        match told.iter().zip(&marks).position(|(told, mark)| told != mark) {
            // Another key with the same hash: a row of its own.
            Some(0) => return true,
            Some(cell) => {
                let line = self.lines.get(earlier).copied().map_or(0, u64::from);
                problems.push(self.contradiction(row, cell - 1, line));
            }
            None => {}
        }
        false
    }

    fn contradiction<T>(&self, row: &Parsed<T>, at: usize, line: u64) -> Problem {
        let column = self.kind.columns().get(at).copied().unwrap_or_default();
        let value = row.cells.get(at).and_then(Option::as_deref).unwrap_or_default();
        Problem::of_cell(row.line, column, value, What::OtherContent { line })
    }

    fn marks_of<T>(&self, row: &Parsed<T>) -> Vec<u32> {
        let cells = row.cells.iter().map(|cell| self.mark(cell));
        std::iter::once(self.mark(&("key", &row.key))).chain(cells).collect()
    }

    fn mark<H: Hash>(&self, value: &H) -> u32 {
        u32::try_from(self.hasher.hash_one(value) >> 32).unwrap_or_default()
    }
}
