//! The header row: which field of the file holds which column.

use csv::ByteRecord;
use domain::text::normal;

use super::shape::Shape;
use super::{check, trimmed};
use crate::files::kinds::Kind;
use crate::files::problem::{Problem, What};

pub struct Header {
    /// By column of the kind; `None`: the file has no such column.
    pub place: Vec<Option<usize>>,
    /// Fields without a name: spreadsheets write them for columns that were used once.
    pub unnamed: Vec<usize>,
    pub fields: usize,
}

/// Reads the header; nothing when it cannot be used.
pub fn read(
    line: u64,
    record: &ByteRecord,
    shapes: &[Shape],
    kind: Kind,
    problems: &mut Vec<Problem>,
) -> Option<Header> {
    let before = problems.len();
    let mut header = Header { place: vec![None; kind.columns().len()], unnamed: Vec::new(), fields: record.len() };
    for ((at, field), shape) in record.iter().enumerate().zip(shapes) {
        let name = String::from_utf8_lossy(field);
        let name = &*normal(trimmed(&name));
        if name.is_empty() && *shape != Shape::Stray {
            header.unnamed.push(at);
        } else if let Err(what) = header.name(at, name, field, *shape, kind) {
            problems.push(Problem::of_cell(line, name, name, what));
        }
    }
    for name in kind.required() {
        if kind.columns().iter().zip(&header.place).any(|(column, at)| column == name && at.is_none()) {
            problems.push(Problem::of_cell(line, name, "", What::MissingColumn));
        }
    }
    (problems.len() == before).then_some(header)
}

impl Header {
    fn name(&mut self, at: usize, name: &str, field: &[u8], shape: Shape, kind: Kind) -> Result<(), What> {
        check(field, shape, false)?;
        let column = kind.columns().iter().position(|column| *column == name);
        let column = column.ok_or(What::UnknownColumn { known: kind.columns() })?;
        match self.place.get_mut(column) {
            Some(place @ None) => *place = Some(at),
            _ => return Err(What::DuplicateColumn),
        }
        Ok(())
    }
}

/// How a column without a name is called: by its number, and by the letters that a spreadsheet shows above it.
pub fn position(at: usize) -> String {
    format!("{} ({})", at + 1, letters(at))
}

fn letters(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
    match (at / 26).checked_sub(1) {
        Some(before) => format!("{}{last}", letters(before)),
        None => last.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_as_a_spreadsheet_names_it() {
        assert_eq!(
            [0, 3, 25, 26, 701, 702].map(position),
            ["1 (A)", "4 (D)", "26 (Z)", "27 (AA)", "702 (ZZ)", "703 (AAA)"]
        );
    }
}
