//! Reads the bytes of a CSV file into records, strictly: what a spreadsheet could have meant in two
//! ways is refused with its line instead of guessed (formats.md 2, rulings 29 and 35).

use super::kinds::Kind;
use super::problem::{Problem, What};
use super::write::unguarded;

/// The longest record that is read, in bytes. A longer one is a broken file (a quote that never ends,
/// a picture pasted into a cell) and is refused before it fills the memory.
pub const LONGEST_RECORD: usize = 64 * 1024;

/// Reading ends after so many problems: a file of another kind would fill the memory with them.
const MOST_PROBLEMS: usize = 100_000;

/// One cell of a record, in the kind's own column order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// The file has no such column.
    Absent,
    /// Unreadable; already reported.
    Broken,
    /// What stands there, without spaces around it. Empty means "not known".
    Text(String),
}

/// One record of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The line on which it starts.
    pub line: u64,
    pub cells: Vec<Cell>,
}

/// The records of a file of that kind. Every problem of its form is added to `problems`.
pub fn read(bytes: &[u8], kind: Kind, problems: &mut Vec<Problem>) -> Vec<Record> {
    if let Some(what) = other_form(bytes, kind) {
        problems.push(Problem::of_record(1, what));
        return Vec::new();
    }
    let (bytes, excel) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let separator = separator_of(bytes, kind);
    let mut scanner = Scanner { bytes, at: 0, line: 1, separator };
    let Some(header) = scanner.next_record() else {
        problems.push(Problem::of_record(1, What::Empty));
        return Vec::new();
    };
    let Some(mut places) = places_of(&header, kind, problems) else { return Vec::new() };
    places.guarded = excel;
    let mut records = Vec::new();
    while let Some(raw) = scanner.next_record() {
        if problems.len() >= MOST_PROBLEMS {
            problems.push(Problem::of_record(raw.line, What::TooMany));
            break;
        }
        records.extend(record_of(&raw, &places, kind, problems));
    }
    records
}

/// What the file is instead of a CSV in UTF-8, as far as its bytes tell.
fn other_form(bytes: &[u8], kind: Kind) -> Option<What> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let holds = |bytes: &[u8], name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if begins(b"\xFF\xFE") || begins(b"\xFE\xFF") {
        return Some(What::OtherEncoding);
    }
    if begins(b"%PDF") {
        return Some(What::Pdf);
    }
    // .xls; .xlsx and .ods are zip files with these names in them.
    if begins(b"\xD0\xCF\x11\xE0")
        || (begins(b"PK\x03\x04") && (holds(bytes, b"xl/") || holds(bytes, b"opendocument.spreadsheet")))
    {
        return Some(What::Spreadsheet);
    }
    let packed: [&[u8]; 6] =
        [b"PK\x03\x04", b"\x1F\x8B", b"\x28\xB5\x2F\xFD", b"BZh", b"\xFD7zXZ\0", b"7z\xBC\xAF\x27\x1C"];
    if packed.into_iter().any(begins) {
        return Some(What::Compressed);
    }
    // With a header that can be read, a NUL further down is a mistake of its line.
    let first = bytes.get(..512).unwrap_or(bytes);
    if !first.contains(&0) || kind.columns().iter().any(|column| holds(first, column.as_bytes())) {
        return None;
    }
    // UTF-16 without its mark: every second byte of plain letters is a NUL.
    let nuls = first.iter().filter(|b| **b == 0).count();
    Some(if nuls * 5 > first.len() * 2 { What::OtherEncoding } else { What::NotText })
}

/// The separator with which the header has more of the known columns.
fn separator_of(bytes: &[u8], kind: Kind) -> u8 {
    let first = bytes.split(|b| matches!(b, b'\n' | b'\r')).find(|l| !l.trim_ascii().is_empty()).unwrap_or_default();
    let first = first.get(..LONGEST_RECORD.min(first.len())).unwrap_or_default();
    let known = |separator: u8| {
        let names = first.split(|b| *b == separator).map(|name| name.trim_ascii());
        let names = names.map(|name| name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")).unwrap_or(name));
        names.filter(|name| kind.columns().iter().any(|c| c.as_bytes() == *name)).count()
    };
    let more = |separator: u8| first.iter().filter(|b| **b == separator).count();
    if (known(b','), more(b',')) > (known(b';'), more(b';')) { b',' } else { b';' }
}

/// Which field of the file holds each column of the kind; `None` when the header cannot be used.
fn places_of(header: &RawRecord, kind: Kind, problems: &mut Vec<Problem>) -> Option<Places> {
    let before = problems.len();
    let mut place = vec![None; kind.columns().len()];
    if let Some(flaw) = header.flaw {
        problems.push(Problem::of_record(header.line, flaw.what()));
        return None;
    }
    for (field, raw) in header.fields.iter().enumerate() {
        let name = String::from_utf8_lossy(&raw.bytes);
        let name = name.trim();
        let mut report = |what| problems.push(Problem::of_cell(header.line, name, name, what));
        if let Err(what) = check(raw, false) {
            report(what);
            continue;
        }
        let Some(column) = kind.columns().iter().position(|c| *c == name) else {
            report(What::UnknownColumn { known: kind.columns() });
            continue;
        };
        match place.get_mut(column) {
            Some(slot @ None) => *slot = Some(field),
            _ => report(What::DuplicateColumn),
        }
    }
    for name in kind.required() {
        if kind.columns().iter().zip(&place).any(|(column, at)| column == name && at.is_none()) {
            problems.push(Problem::of_cell(header.line, name, "", What::MissingColumn));
        }
    }
    (problems.len() == before).then_some(Places { place, fields: header.fields.len(), guarded: false })
}

struct Places {
    place: Vec<Option<usize>>,
    fields: usize,
    /// A file with a BOM comes from a spreadsheet, perhaps with our own guard against formulas in it.
    guarded: bool,
}

/// The record in column order; `None` when it is blank or cannot be divided into fields.
fn record_of(raw: &RawRecord, places: &Places, kind: Kind, problems: &mut Vec<Problem>) -> Option<Record> {
    if let Some(flaw) = raw.flaw {
        problems.push(Problem::of_record(raw.line, flaw.what()));
        return None;
    }
    if raw.fields.len() != places.fields {
        let (expected, found) = (places.fields, raw.fields.len());
        problems.push(Problem::of_record(raw.line, What::FieldCount { expected, found }));
        return None;
    }
    let mut cells = Vec::with_capacity(places.place.len());
    for (column, place) in kind.columns().iter().zip(&places.place) {
        let Some(field) = place.and_then(|at| raw.fields.get(at)) else {
            cells.push(Cell::Absent);
            continue;
        };
        cells.push(match check(field, Kind::may_break_lines(column)) {
            Ok(text) if places.guarded => Cell::Text(with_plain_breaks(unguarded(text.trim()))),
            Ok(text) => Cell::Text(with_plain_breaks(text.trim())),
            Err(what) => {
                let value = String::from_utf8_lossy(&field.bytes);
                problems.push(Problem::of_cell(raw.line, column, &value, what));
                Cell::Broken
            }
        });
    }
    Some(Record { line: raw.line, cells })
}

/// The field's text, if it is clean.
fn check(field: &RawField, may_break_lines: bool) -> Result<&str, What> {
    let text = std::str::from_utf8(&field.bytes).map_err(|_| What::BadEncoding)?;
    if field.stray_quote {
        return Err(What::StrayQuote);
    }
    let is_break = |c: char| c == '\n' || c == '\r';
    match text.chars().find(|c| c.is_control() && !(may_break_lines && field.quoted && is_break(*c))) {
        Some(c) if is_break(c) && field.quoted => Err(What::LineBreak),
        Some(c) => Err(What::ControlCharacter { code: u32::from(c) }),
        None => Ok(text),
    }
}

/// A note's line breaks as LF, whichever kind the spreadsheet wrote.
fn with_plain_breaks(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Why a record could not be divided into fields.
#[derive(Clone, Copy)]
enum Flaw {
    UnclosedQuote,
    TooLong,
}

impl Flaw {
    fn what(self) -> What {
        match self {
            Self::UnclosedQuote => What::UnclosedQuote,
            Self::TooLong => What::RecordTooLong { limit: LONGEST_RECORD },
        }
    }
}

struct RawRecord {
    line: u64,
    fields: Vec<RawField>,
    flaw: Option<Flaw>,
}

#[derive(Default)]
struct RawField {
    bytes: Vec<u8>,
    quoted: bool,
    stray_quote: bool,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    separator: u8,
}

impl Scanner<'_> {
    /// The next record that is not blank.
    fn next_record(&mut self) -> Option<RawRecord> {
        while self.at < self.bytes.len() {
            let record = self.record();
            // Spreadsheets write an empty row as separators alone.
            let blank = |field: &RawField| !field.quoted && is_blank(&field.bytes);
            if record.flaw.is_some() || !record.fields.iter().all(blank) {
                return Some(record);
            }
        }
        None
    }

    fn record(&mut self) -> RawRecord {
        let (start, line) = (self.at, self.line);
        let mut fields = Vec::new();
        let mut flaw = None;
        loop {
            let (field, closed) = self.field(start);
            fields.push(field);
            if self.at.saturating_sub(start) > LONGEST_RECORD {
                flaw = Some(Flaw::TooLong);
                // After a quote that is still open nobody knows where the next record begins.
                self.at = if closed { self.line_end() } else { self.bytes.len() };
                break;
            }
            if !closed {
                flaw = Some(Flaw::UnclosedQuote);
            }
            match self.peek() {
                Some(b) if b == self.separator => self.at += 1,
                _ => break,
            }
        }
        self.end_line();
        RawRecord { line, fields, flaw }
    }

    /// One field, and whether its quotes were closed. Stops before the separator or the line's end.
    fn field(&mut self, record_start: usize) -> (RawField, bool) {
        let mut field = RawField { quoted: self.peek() == Some(b'"'), ..RawField::default() };
        let mut inside = field.quoted;
        if inside {
            self.at += 1;
        }
        while let Some(byte) = self.peek() {
            if self.at.saturating_sub(record_start) > LONGEST_RECORD {
                break;
            }
            if inside && byte == b'"' {
                self.at += 1;
                if self.peek() == Some(b'"') {
                    field.bytes.push(b'"');
                    self.at += 1;
                } else {
                    inside = false;
                }
                continue;
            }
            if !inside && (byte == self.separator || self.at_line_end()) {
                break;
            }
            // A quote in the middle of a field, or anything after the closing quote.
            field.stray_quote |= !inside && (byte == b'"' || field.quoted);
            self.line += u64::from(inside && byte == b'\n');
            field.bytes.push(byte);
            self.at += 1;
        }
        (field, !inside)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// At LF, or at CR followed by LF, or at a CR that ends the file.
    fn at_line_end(&self) -> bool {
        match self.peek() {
            Some(b'\n') => true,
            Some(b'\r') => matches!(self.bytes.get(self.at + 1), Some(b'\n') | None),
            _ => false,
        }
    }

    fn end_line(&mut self) {
        if self.peek() == Some(b'\r') {
            self.at += 1;
        }
        if self.peek() == Some(b'\n') {
            self.at += 1;
            self.line += 1;
        }
    }

    fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == b' ' || *b == b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "group_ref,participant_ref,joined_on,left_on,exit_reason\n";

    fn memberships(body: &str) -> (Vec<Record>, Vec<Problem>) {
        file(format!("{HEADER}{body}").as_bytes(), Kind::Memberships)
    }

    fn file(bytes: &[u8], kind: Kind) -> (Vec<Record>, Vec<Problem>) {
        let mut problems = Vec::new();
        let records = read(bytes, kind, &mut problems);
        (records, problems)
    }

    fn texts(record: &Record) -> Vec<&str> {
        record.cells.iter().map(|c| if let Cell::Text(t) = c { t.as_str() } else { "?" }).collect()
    }

    fn only(problems: &[Problem]) -> &Problem {
        assert_eq!(problems.len(), 1, "{problems:?}");
        &problems[0]
    }

    #[test]
    fn both_separators_a_bom_crlf_quotes_and_any_column_order_are_read() {
        let (records, problems) = file(
            "\u{feff}left_on;joined_on;\"group_ref\";exit_reason;participant_ref\r\n;2026-09-08; g 1 ;;\"p;\"\"1\"\"\"\r\n".as_bytes(),
            Kind::Memberships,
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(texts(&records[0]), ["g 1", "p;\"1\"", "2026-09-08", "", ""]);
        assert_eq!(records[0].line, 2);
    }

    #[test]
    fn header_only_and_blank_lines_are_fine() {
        assert_eq!(memberships(""), (vec![], vec![]));
        let (records, problems) = memberships("\n  \r\n\ng,p,2026-01-01,,\n\n");
        assert!(problems.is_empty());
        assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn a_row_of_separators_alone_is_blank_and_lines_keep_counting() {
        let (records, problems) = memberships(",,,,\r\n , ,\t,,\n,,\ng,p,2026-01-01,,\n,,,,");
        assert_eq!(problems, []);
        assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [5]);
        let (records, problems) = memberships("\"\",,,,\n");
        assert_eq!((records.len(), problems.len()), (1, 0), "an empty field in quotes is meant");
    }

    #[test]
    fn an_empty_file_and_utf_16_are_refused() {
        for bytes in [&b""[..], b"\n\n", b"\xEF\xBB\xBF"] {
            assert_eq!(only(&file(bytes, Kind::Groups).1).what, What::Empty);
        }
        assert_eq!(only(&file(b"\xFF\xFEg\0", Kind::Groups).1).what, What::OtherEncoding);
    }

    #[test]
    fn a_file_of_another_form_is_called_what_it_is() {
        let utf_16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let forms: [(&[u8], What); 10] = [
            (b"PK\x03\x04\x14\0[Content_Types].xml..xl/workbook.xml", What::Spreadsheet),
            (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", What::Spreadsheet),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", What::Spreadsheet),
            (b"PK\x03\x04\x14\0people.csv", What::Compressed),
            (b"\x1F\x8B\x08\0", What::Compressed),
            (b"%PDF-1.7\n%", What::Pdf),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", What::NotText),
            (b"\xFE\xFF\0g\0r", What::OtherEncoding),
            (&utf_16, What::OtherEncoding),
            (&utf_16[1..], What::OtherEncoding),
        ];
        for (bytes, what) in forms {
            assert_eq!(only(&file(bytes, Kind::Memberships).1), &Problem::of_record(1, what));
        }
        let (_, problems) = memberships("g,p\0,2026-01-01,,\n");
        assert_eq!(only(&problems).what, What::ControlCharacter { code: 0 }, "a header that can be read");
    }

    #[test]
    fn unknown_missing_and_repeated_columns_are_refused_by_name() {
        let (records, problems) = file(b"group_ref,hetu,joined_on,joined_on\ng,1,2,3\n", Kind::Memberships);
        assert!(records.is_empty());
        let found: Vec<_> = problems.iter().map(|p| (p.column.as_deref().unwrap(), p.what.clone())).collect();
        assert_eq!(
            found,
            [
                ("hetu", What::UnknownColumn { known: Kind::Memberships.columns() }),
                ("joined_on", What::DuplicateColumn),
                ("participant_ref", What::MissingColumn),
            ]
        );
    }

    #[test]
    fn a_column_that_may_be_left_out_is_absent_not_empty() {
        let (records, problems) = file(b"group_ref,participant_ref,joined_on\ng,p,2026-01-01\n", Kind::Memberships);
        assert!(problems.is_empty());
        assert_eq!(records[0].cells[3], Cell::Absent);
    }

    #[test]
    fn too_few_and_too_many_fields_name_the_line() {
        let (records, problems) = memberships("g,p,2026-01-01,\ng,p,2026-01-01,,,\ng,p,2026-01-01,,\n");
        assert_eq!(records.len(), 1);
        assert_eq!(problems[0], Problem::of_record(2, What::FieldCount { expected: 5, found: 4 }));
        assert_eq!(problems[1], Problem::of_record(3, What::FieldCount { expected: 5, found: 6 }));
    }

    #[test]
    fn broken_encoding_is_named_with_line_and_column() {
        let bytes = [HEADER.as_bytes(), b"g,p\xE4iv\xE4,2026-01-01,,\n"].concat();
        let (records, problems) = file(&bytes, Kind::Memberships);
        assert_eq!(records[0].cells[1], Cell::Broken);
        let problem = only(&problems);
        assert_eq!((problem.line, problem.column.as_deref()), (2, Some("participant_ref")));
        assert_eq!(problem.what, What::BadEncoding);
    }

    #[test]
    fn control_characters_and_nul_are_refused() {
        for (text, code) in [("\0", 0), ("\u{1b}[2J", 27), ("a\tb", 9), ("a\rb", 13), ("\u{85}", 0x85)] {
            let (_, problems) = memberships(&format!("g,{text},2026-01-01,,\n"));
            assert_eq!(only(&problems).what, What::ControlCharacter { code }, "{text:?}");
        }
    }

    #[test]
    fn stray_quotes_are_refused_and_the_next_rows_are_still_read() {
        for text in ["a\"b", "\"a\"b", " \"a\""] {
            let (records, problems) = memberships(&format!("g,{text},2026-01-01,,\ng,p,2026-01-01,,\n"));
            assert_eq!((records.len(), &only(&problems).what), (2, &What::StrayQuote), "{text}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_named_where_its_record_starts() {
        let (_, problems) = memberships("g,p,2026-01-01,,\ng,\"p,2026-01-01,,\ng,p,2026-01-01,,\n");
        assert_eq!(problems, [Problem::of_record(3, What::UnclosedQuote)]);
    }

    #[test]
    fn a_line_break_is_allowed_in_a_quoted_note_only_and_lines_keep_counting() {
        let header = "participant_ref,measured_on,instrument,item,trial,value,not_done,course_m,aid,note\n";
        let bytes = format!("{header}p,d,i,t,1,2,,,,\"two\nlines\"\np,d,i,\"t\nt\",1,2,,,,\nq,d,i,t,1,2,,,,\n");
        let (records, problems) = file(bytes.as_bytes(), Kind::Assessments);
        assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 4, 6]);
        assert_eq!(texts(&records[0])[9], "two\nlines");
        assert_eq!((only(&problems).line, &only(&problems).what), (4, &What::LineBreak));
    }

    #[test]
    fn every_kind_of_line_break_in_a_note_is_read_as_the_same() {
        let header = "participant_ref,measured_on,instrument,item,trial,value,not_done,course_m,aid,note\r\n";
        let bytes = format!("{header}p,d,i,t,1,2,,,,\"a\r\nb\rc\nd\"\r\n");
        let (records, problems) = file(bytes.as_bytes(), Kind::Assessments);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(texts(&records[0])[9], "a\nb\nc\nd");
    }

    #[test]
    fn a_line_of_ten_megabytes_is_refused_and_the_rest_is_read() {
        let long = "x".repeat(10_000_000);
        let (records, problems) = memberships(&format!("g,{long},2026-01-01,,\ng,p,2026-01-01,,\n"));
        assert_eq!(only(&problems), &Problem::of_record(2, What::RecordTooLong { limit: LONGEST_RECORD }));
        assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [3]);
        // An open quote swallows what follows it: one problem, not one for each of its lines.
        let (records, problems) = memberships(&format!("g,\"{},2026-01-01,,\n", "x\n".repeat(5_000_000)));
        assert_eq!(only(&problems), &Problem::of_record(2, What::RecordTooLong { limit: LONGEST_RECORD }));
        assert!(records.is_empty());
        let (_, problems) = file(format!("{long}\n").as_bytes(), Kind::Groups);
        assert_eq!(only(&problems).what, What::RecordTooLong { limit: LONGEST_RECORD });
    }

    #[test]
    fn a_file_of_nothing_but_errors_is_not_read_to_its_end() {
        let (_, problems) = memberships(&"x\n".repeat(MOST_PROBLEMS + 5));
        assert_eq!(problems.len(), MOST_PROBLEMS + 1);
        assert_eq!(problems[MOST_PROBLEMS].what, What::TooMany);
    }
}
