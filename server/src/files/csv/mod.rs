//! Reads a CSV file record by record, strictly: what a spreadsheet could have meant in two ways is refused with its
//! line instead of guessed. Never more than one record of the file is in memory.

mod form;
mod header;
mod shape;
mod source;
#[cfg(test)]
mod tests;

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder, Terminator};
use domain::text::kept;

use super::kinds::Kind;
use super::leftovers::leftover;
use super::problem::{Problem, What};
use super::sheet;
use super::write::unguarded;
use form::{other_form, separator_of};
use header::Header;
use shape::{Shape, Unclosed, shapes};
pub use source::LONGEST_RECORD;
use source::{BLOCK, Source};

/// Reading ends after so many problems: a file of another kind would fill the memory with them.
const MOST_PROBLEMS: usize = 100_000;

/// One cell of a record, in the kind's own column order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// The file has no such column.
    Absent,
    /// Unreadable; already reported.
    Broken,
    /// What stands there, as it is kept ([`domain::text::normal`]). Empty means "not known".
    Text(String),
}

/// One record of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The line on which it starts.
    pub line: u64,
    pub cells: Vec<Cell>,
}

/// The records of a file of one kind, one after the other.
pub struct Records<'a> {
    reader: csv::Reader<Source<'a>>,
    separator: u8,
    kind: Kind,
    header: Header,
    /// The record that is looked at; kept for its memory.
    record: ByteRecord,
    shapes: Vec<Shape>,
    /// Of a spreadsheet, the lines that go on with a row (see [`sheet::row_of`]).
    continued: Vec<u64>,
    ended: bool,
}

/// What the CSV reader gave.
enum Found {
    Record { line: u64 },
    Flawed { line: u64, what: What },
    End,
}

impl<'a> Records<'a> {
    /// Opens the file and reads its header; nothing when the file is of another form or its header cannot be used,
    /// which is then among the problems.
    pub fn open(file: impl Read + Send + 'a, kind: Kind, problems: &mut Vec<Problem>) -> io::Result<Option<Self>> {
        let Unpacked { text, separator, continued } = match unpacked(file, kind)? {
            Ok(unpacked) => unpacked,
            Err(what) => {
                problems.push(Problem::of_record(1, what));
                return Ok(None);
            }
        };
        let source = Source::open(text)?;
        if let Some(what) = other_form(source.head(), kind) {
            problems.push(Problem::of_record(1, what));
            return Ok(None);
        }
        let separator = separator.unwrap_or_else(|| separator_of(source.head(), kind));
        let header = Header { place: Vec::new(), unnamed: Vec::new(), fields: 0 };
        let (record, shapes) = (ByteRecord::new(), Vec::new());
        let reader = reader_of(source, separator);
        let mut records = Self { reader, separator, kind, header, record, shapes, continued, ended: false };
        let header = match records.find()? {
            Found::End => {
                problems.push(Problem::of_record(1, What::Empty));
                None
            }
            Found::Flawed { line, what } => {
                problems.push(Problem::of_record(line, what));
                None
            }
            Found::Record { line } => header::read(line, &records.record, &records.shapes, kind, problems),
        };
        Ok(header.map(|header| Self { header, ..records }))
    }

    /// The next record that can be divided into cells. Every problem of form on the way is added to `problems`.
    pub fn next(&mut self, problems: &mut Vec<Problem>) -> io::Result<Option<Record>> {
        while !self.ended {
            match self.find()? {
                Found::End => break,
                Found::Record { line } | Found::Flawed { line, .. } if problems.len() >= MOST_PROBLEMS => {
                    problems.push(Problem::of_record(line, What::TooMany));
                    break;
                }
                Found::Flawed { line, what } => problems.push(Problem::of_record(line, what)),
                Found::Record { line } => {
                    if let Some(record) = self.cells(line, problems) {
                        return Ok(Some(record));
                    }
                }
            }
        }
        self.ended = true;
        Ok(None)
    }

    /// Reads until a record that is not blank.
    fn find(&mut self) -> io::Result<Found> {
        let found = self.find_line()?;
        let row = |line| sheet::row_of(&self.continued, line);
        Ok(match found {
            Found::Record { line } => Found::Record { line: row(line) },
            Found::Flawed { line, what } => Found::Flawed { line: row(line), what },
            Found::End => Found::End,
        })
    }

    fn find_line(&mut self) -> io::Result<Found> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(Found::End),
                Err(error) => return self.skip(error),
            }
            let end = self.reader.position().byte();
            let raw = self.reader.get_mut().record(end);
            let line = raw.line;
            if raw.bytes.len() > LONGEST_RECORD {
                return Ok(Found::Flawed { line, what: What::RecordTooLong { limit: LONGEST_RECORD } });
            }
            if let Err(Unclosed) = shapes(raw.bytes, &self.record, &mut self.shapes) {
                return Ok(Found::Flawed { line, what: What::UnclosedQuote });
            }
            if !self.record.iter().all(is_blank) {
                return Ok(Found::Record { line });
            }
        }
    }

    /// Behind a record that is too long the CSV reader is begun anew.
    fn skip(&mut self, error: csv::Error) -> io::Result<Found> {
        match error.into_kind() {
            csv::ErrorKind::Io(error) if Source::is_endless(&error) => {}
            csv::ErrorKind::Io(error) => return Err(error),
            other => return Err(io::Error::other(format!("{other:?}"))),
        }
        let line = self.reader.get_mut().skip_record()?;
        let source = std::mem::replace(self.reader.get_mut(), Source::empty());
        self.reader = reader_of(source, self.separator);
        Ok(Found::Flawed { line, what: What::RecordTooLong { limit: LONGEST_RECORD } })
    }

    /// The record in column order; nothing when it has another number of fields than the header.
    fn cells(&self, line: u64, problems: &mut Vec<Problem>) -> Option<Record> {
        if self.record.len() != self.header.fields {
            let (expected, found) = (self.header.fields, self.record.len());
            problems.push(Problem::of_record(line, What::FieldCount { expected, found }));
            return None;
        }
        for at in &self.header.unnamed {
            let field = self.record.get(*at).unwrap_or_default();
            if !is_blank(field) {
                let value = String::from_utf8_lossy(field);
                problems.push(Problem::of_cell(line, &header::position(*at), &value, What::UnnamedColumn));
            }
        }
        let columns = self.kind.columns().iter().zip(&self.header.place);
        let cells = columns.map(|(column, place)| match place {
            Some(at) => self.cell(line, column, *at, problems),
            None => Cell::Absent,
        });
        Some(Record { line, cells: cells.collect() })
    }

    fn cell(&self, line: u64, column: &str, at: usize, problems: &mut Vec<Problem>) -> Cell {
        let field = self.record.get(at).unwrap_or_default();
        let shape = self.shapes.get(at).copied().unwrap_or(Shape::Bare);
        let text = check(field, shape, Kind::may_break_lines(column)).map(|text| unguarded(trimmed(text)));
        match text.and_then(|text| leftover(text).map_or(Ok(text), Err)) {
            Ok(text) => Cell::Text(kept(with_plain_breaks(text))),
            Err(what) => {
                problems.push(Problem::of_cell(line, column, &String::from_utf8_lossy(field), what));
                Cell::Broken
            }
        }
    }
}

/// A file's text, and how it is divided where that is known.
struct Unpacked<'a> {
    text: Box<dyn Read + Send + 'a>,
    separator: Option<u8>,
    continued: Vec<u64>,
}

/// A spreadsheet as text; every other file as it is.
fn unpacked<'a>(mut file: impl Read + Send + 'a, kind: Kind) -> io::Result<Result<Unpacked<'a>, What>> {
    let mut head = Vec::new();
    file.by_ref().take(LONGEST_RECORD as u64).read_to_end(&mut head)?;
    let is_sheet = sheet::is_one(&head);
    let whole = io::Cursor::new(head).chain(file);
    if !is_sheet {
        return Ok(Ok(Unpacked { text: Box::new(whole), separator: None, continued: Vec::new() }));
    }
    Ok(sheet::read(whole, kind)?.map(|sheet| {
        let text = Box::new(io::Cursor::new(sheet.text));
        Unpacked { text, separator: Some(sheet::SEPARATOR), continued: sheet.continued }
    }))
}

fn reader_of(source: Source<'_>, separator: u8) -> csv::Reader<Source<'_>> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).terminator(Terminator::Any(b'\n'));
    builder.buffer_capacity(BLOCK).from_reader(source)
}

/// The records of a whole file. Every problem of its form is added to `problems`.
pub fn read(bytes: &[u8], kind: Kind, problems: &mut Vec<Problem>) -> Vec<Record> {
    let mut found = Vec::new();
    // Bytes in memory can be read to their end.
    if let Ok(Some(mut records)) = Records::open(bytes, kind, problems) {
        while let Ok(Some(record)) = records.next(problems) {
            found.push(record);
        }
    }
    found
}

/// The field's text, if it is clean.
fn check(field: &[u8], shape: Shape, may_break_lines: bool) -> Result<&str, What> {
    let text = std::str::from_utf8(field).map_err(|_| What::BadEncoding)?;
    let quoted = shape == Shape::Quoted;
    if shape == Shape::Stray {
        return Err(What::StrayQuote);
    }
    let is_break = |c: char| c == '\n' || c == '\r';
    match text.chars().find(|c| c.is_control() && !(may_break_lines && quoted && is_break(*c))) {
        Some(c) if is_break(c) && quoted => Err(What::LineBreak),
        Some(c) => Err(What::ControlCharacter { code: u32::from(c) }),
        None => Ok(text),
    }
}

/// Without the spaces around it, no-break ones too.
fn trimmed(text: &str) -> &str {
    text.trim()
}

/// A note's line breaks as LF, whichever kind the spreadsheet wrote.
fn with_plain_breaks(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// Spreadsheets write an empty row as separators alone, or as empty quoted cells, or leave a no-break space in it.
fn is_blank(field: &[u8]) -> bool {
    field.is_empty() || std::str::from_utf8(field).is_ok_and(|text| text.trim().is_empty())
}
