//! The typed rows of a file of any kind, with every problem that can be seen without the database.

use std::collections::BTreeSet;

use domain::text::kept;
use domain::time::Day;

use super::assessments::TrialRow;
use super::attendance::AttendanceRow;
use super::cells::Parsed;
use super::csv::{Cell, Record};
use super::groups::GroupRow;
use super::kinds::Kind;
use super::memberships::MembershipRow;
use super::participants::ParticipantRow;
use super::problem::Problem;
use super::sieve::Sieve;

/// A row of one kind.
pub trait Row: Sized {
    /// Types a record; nothing when something is wrong with it, which is then among the problems. `today` bounds the
    /// days of what has happened.
    fn read(record: &Record, today: Day, problems: &mut Vec<Problem>) -> Option<Parsed<Self>>;
}

/// Rows of a file.
pub enum Rows {
    Participants(Vec<Parsed<ParticipantRow>>),
    Groups(Vec<Parsed<GroupRow>>),
    Memberships(Vec<Parsed<MembershipRow>>),
    Attendance(Vec<Parsed<AttendanceRow>>),
    Assessments(Vec<Parsed<TrialRow>>),
}

/// A row's line and cells as they are laid down until they are written.
pub type Told = (u64, Vec<Option<String>>);

macro_rules! whichever {
    ($rows:expr, $one:ident => $what:expr) => {
        match $rows {
            Rows::Participants($one) => $what,
            Rows::Groups($one) => $what,
            Rows::Memberships($one) => $what,
            Rows::Attendance($one) => $what,
            Rows::Assessments($one) => $what,
        }
    };
}

impl Rows {
    pub fn len(&self) -> usize {
        whichever!(self, rows => rows.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As they are laid down.
    pub fn told(&self) -> Vec<(u64, &[Option<String>])> {
        whichever!(self, rows => rows.iter().map(|row| (row.line, row.cells.as_slice())).collect())
    }

    /// The line of each with the parts of its key.
    pub fn keys(&self) -> Vec<(u64, &[String])> {
        whichever!(self, rows => rows.iter().map(|row| (row.line, row.key.as_slice())).collect())
    }

    /// Rows that were laid down, without those of some lines.
    pub fn again(kind: Kind, told: Vec<Told>, today: Day, without: &BTreeSet<u64>) -> Self {
        let told = told.into_iter().filter(|(line, _)| !without.contains(line));
        let records: Vec<_> =
            told.map(|(line, cells)| Record { line, cells: cells.into_iter().map(cell).collect() }).collect();
        // They were sound when they were laid down.
        let mut problems = Vec::new();
        match kind {
            Kind::Participants => Self::Participants(read(&records, today, &mut problems)),
            Kind::Groups => Self::Groups(read(&records, today, &mut problems)),
            Kind::Memberships => Self::Memberships(read(&records, today, &mut problems)),
            Kind::Attendance => Self::Attendance(read(&records, today, &mut problems)),
            Kind::Assessments => Self::Assessments(read(&records, today, &mut problems)),
        }
    }
}

fn cell(told: Option<String>) -> Cell {
    told.map_or(Cell::Absent, |text| Cell::Text(kept(text)))
}

fn read<T: Row>(records: &[Record], today: Day, problems: &mut Vec<Problem>) -> Vec<Parsed<T>> {
    records.iter().filter_map(|record| T::read(record, today, problems)).collect()
}

/// All rows of a whole file; every problem found is added to `problems`.
pub fn parse(kind: Kind, records: &[Record], today: Day, problems: &mut Vec<Problem>) -> Rows {
    let mut sieve = Sieve::new(kind, today);
    let rows = sieve.take(records, problems);
    sieve.rest(usize::MAX, problems).unwrap_or(rows)
}

#[cfg(test)]
mod tests {
    use super::super::csv;
    use super::super::write::{Form, Writer};
    use super::*;
    use domain::names::unseen;
    use domain::text::normal;
    use proptest::prelude::*;

    fn read(kind: Kind, bytes: &[u8]) -> (Vec<Record>, Rows, Vec<Problem>) {
        let mut problems = Vec::new();
        let records = csv::read(bytes, kind, &mut problems);
        let rows = parse(kind, &records, "2026-11-21".parse().unwrap(), &mut problems);
        (records, rows, problems)
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        proptest::sample::select(Kind::ALL)
    }

    /// Texts of characters that can be seen (domain::names).
    fn seen() -> impl Strategy<Value = String> {
        let plain = |text: &String| unseen(text).is_none() && unseen(&format!("n{text}")).is_none();
        "\\PC{0,12}|['=+@;,\"-]{1,4}".prop_filter("everybody sees all of it", plain)
    }

    proptest! {
        /// Whatever people are called, their names come back as they look.
        #[test]
        fn written_texts_are_read_back(
            texts in proptest::collection::vec(seen(), 1..20),
            excel: bool,
        ) {
            let form = if excel { Form::Excel } else { Form::Plain };
            let mut writer = Writer::new(form, Kind::Groups.columns());
            let mut wanted = Vec::new();
            for (n, text) in texts.iter().enumerate() {
                let name = format!("n{text}");
                let mut cells = vec![String::new(); 11];
                (cells[0], cells[1], cells[2], cells[4]) = (format!("g{n}"), name.clone(), "peer".into(), text.clone());
                writer.row(&cells);
                wanted.push((normal(name.trim()).into_owned(), normal(text.trim()).into_owned()));
            }
            let (_, rows, problems) = read(Kind::Groups, writer.finish().text.as_bytes());
            prop_assert_eq!(&problems, &Vec::new());
            let Rows::Groups(rows) = rows else { return Err(TestCaseError::fail("groups")) };
            let found: Vec<_> = rows.iter().map(|r| (r.value.name.clone(), r.value.place.clone().unwrap_or_default())).collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn no_file_makes_the_reader_panic(
            kind in kinds(),
            body in proptest::collection::vec(any::<u8>(), 0..400),
            rows in "[a-z0-9,;\"\n\r\t. -]{0,300}",
        ) {
            let header = kind.columns().join(",");
            let _ = read(kind, &body);
            let _ = read(kind, &[header.as_bytes(), b"\n", &body].concat());
            let _ = read(kind, format!("{header}\n{rows}").as_bytes());
        }

        /// A problem points into the file, and a sound row has a cell for every column.
        #[test]
        fn problems_have_a_line_of_the_file(kind in kinds(), rows in "[a-z0-9,\"\n.-]{0,300}") {
            let text = format!("{}\n{rows}", kind.columns().join(","));
            let (records, _, problems) = read(kind, text.as_bytes());
            let lines = u64::try_from(text.lines().count()).unwrap();
            prop_assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
            prop_assert!(records.iter().all(|record| record.cells.len() == kind.columns().len()));
        }
    }
}
