//! Reads a spreadsheet (XLSX) as if its first sheet had been saved as CSV: the same rules, the same messages, lines
//! counted as the spreadsheet numbers its rows. What a cell shows as a day is written as one, and so is a bare number
//! where a day belongs: that is how spreadsheets count days.

use std::fmt::Write as _;
use std::io::{self, Cursor, Read};

use calamine::{CellErrorType, DataRef, Reader as _, SheetType, SheetVisible, Style, Xlsx, XlsxError};
use domain::time::{Day, TimeOfDay};
use zip::ZipArchive;

use super::kinds::Kind;
use super::problem::What;

/// The largest file that is read, packed, in bytes.
const MOST_PACKED: u64 = 64 << 20;
/// What a file may hold unpacked, in bytes: little can be packed that becomes more than any memory holds.
const MOST_UNPACKED: u64 = 128 << 20;
/// What its cells may hold as text, in bytes: one text can stand in a million cells, and one cell at the end of each row.
const MOST_HELD: usize = 128 << 20;
/// Rows that a sheet has at most.
const MOST_ROWS: u32 = 1_048_576;
/// Columns up to which rows are filled with empty cells.
const WIDEST: usize = 64;
/// Between the cells.
pub const SEPARATOR: u8 = b';';

/// The first sheet as CSV.
#[derive(Debug)]
pub struct Sheet {
    pub text: Vec<u8>,
    /// The lines of the text that go on with a row of the sheet, ascending: a cell of theirs holds a line break.
    pub continued: Vec<u64>,
}

/// The row of the sheet, 1-based, that begins on this line of the text.
pub fn row_of(continued: &[u64], line: u64) -> u64 {
    let before = continued.partition_point(|other| *other <= line);
    line - u64::try_from(before).unwrap_or_default()
}

/// Whether the file begins as a spreadsheet of this form does: a zip archive with these names at its beginning.
pub fn is_one(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") && head.windows(3).any(|window| window == b"xl/")
}

/// Reads the file to its end; what is wrong with it as a whole, where nothing of it can be read.
pub fn read(file: impl Read, kind: Kind) -> io::Result<Result<Sheet, What>> {
    let mut packed = Vec::new();
    file.take(MOST_PACKED + 1).read_to_end(&mut packed)?;
    if u64::try_from(packed.len()).unwrap_or(u64::MAX) > MOST_PACKED {
        return Ok(Err(What::SpreadsheetTooLarge));
    }
    Ok(check_size(&packed).and_then(|()| cells(packed, kind).map_err(|_| What::BrokenSpreadsheet)?))
}

/// Unpacks everything once and keeps nothing, because what an archive says of its sizes need not be so.
fn check_size(packed: &[u8]) -> Result<(), What> {
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(|_| What::BrokenSpreadsheet)?;
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| What::BrokenSpreadsheet)?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| What::BrokenSpreadsheet)?;
        left = left.checked_sub(unpacked).ok_or(What::SpreadsheetTooLarge)?;
    }
    Ok(())
}

fn cells(packed: Vec<u8>, kind: Kind) -> Result<Result<Sheet, What>, XlsxError> {
    let mut book = Xlsx::new(Cursor::new(packed))?;
    let sheets = book.sheets_metadata();
    let first = sheets.iter().find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let Some(name) = first.map(|sheet| sheet.name.clone()) else { return Ok(Err(What::BrokenSpreadsheet)) };
    let since_1904 = book.has_1904_epoch();
    let mut reader = book.worksheet_cells_reader(&name)?;
    let styles = reader.styles().to_vec();
    let mut rows = Rows::new(kind, since_1904);
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        if let Err(what) = rows.add(row, column, cell.get_value(), styles.get(style)) {
            return Ok(Err(what));
        }
    }
    Ok(Ok(rows.written()))
}

/// What a column of the header holds, as far as a bare number in it can be misread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Holds {
    Anything,
    Days,
    Times,
}

/// The rows with something in them, as they come out of the file.
struct Rows {
    kind: Kind,
    since_1904: bool,
    /// By column; nothing before the first row was read.
    header: Option<Vec<Holds>>,
    rows: Vec<Row>,
    /// Bytes, cells without a text too.
    held: usize,
}

struct Row {
    /// 0-based.
    number: u32,
    cells: Vec<String>,
}

impl Rows {
    fn new(kind: Kind, since_1904: bool) -> Self {
        Self { kind, since_1904, header: None, rows: Vec::new(), held: 0 }
    }

    fn add(&mut self, number: u32, column: u32, value: &DataRef<'_>, style: Option<&Style>) -> Result<(), What> {
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let begun = self.rows.last().is_some_and(|row| row.number == number);
        if let (false, None, Some(header)) = (begun, &self.header, self.rows.first()) {
            self.header = Some(header.cells.iter().map(|name| holds(self.kind, name)).collect());
        }
        let holds = self.header.as_ref().and_then(|header| header.get(column)).copied().unwrap_or(Holds::Anything);
        let text = text(value, holds, style, self.since_1904);
        if text.is_empty() {
            return Ok(());
        }
        let there = self.rows.last().filter(|_| begun).map_or(0, |row| row.cells.len());
        let more = (column + 1).saturating_sub(there);
        self.held = self.held.saturating_add(text.len()).saturating_add(more.saturating_mul(size_of::<String>()));
        if self.held > MOST_HELD {
            return Err(What::SpreadsheetTooLarge);
        }
        if !begun {
            // For each row that is passed over an empty line is written: a number that no sheet has, or rows that jump to and
            // fro, would make gigabytes of them.
            let follows = self.rows.last().is_none_or(|last| last.number < number);
            if number >= MOST_ROWS || !follows {
                return Err(What::BrokenSpreadsheet);
            }
            self.rows.push(Row { number, cells: Vec::new() });
        }
        if let Some(row) = self.rows.last_mut() {
            row.cells.resize(there.max(column + 1), String::new());
            if let Some(cell) = row.cells.get_mut(column) {
                *cell = text;
            }
        }
        Ok(())
    }

    /// A line for each row; for those without anything, an empty one.
    fn written(self) -> Sheet {
        let width = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default().min(WIDEST);
        let (mut text, mut continued, mut line) = (String::new(), Vec::new(), 1_u64);
        let mut next = 0;
        for row in self.rows {
            for _ in next..row.number {
                text.push('\n');
                line += 1;
            }
            next = row.number + 1;
            for at in 0..width.max(row.cells.len()) {
                if at > 0 {
                    text.push(char::from(SEPARATOR));
                }
                let cell = row.cells.get(at).map_or("", String::as_str);
                text.extend(["\"", &cell.replace('"', "\"\""), "\""]);
                for _ in cell.bytes().filter(|byte| *byte == b'\n') {
                    line += 1;
                    continued.push(line);
                }
            }
            text.push('\n');
            line += 1;
        }
        Sheet { text: text.into_bytes(), continued }
    }
}

fn holds(kind: Kind, name: &str) -> Holds {
    let name = name.trim();
    match kind.columns().iter().find(|column| **column == name) {
        Some(column) if Kind::is_day(column) => Holds::Days,
        Some(column) if Kind::is_time(column) => Holds::Times,
        _ => Holds::Anything,
    }
}

/// The cell as somebody would have typed it.
fn text(value: &DataRef<'_>, holds: Holds, style: Option<&Style>, since_1904: bool) -> String {
    match value {
        DataRef::Empty => String::new(),
        // As in CSV a line ends in LF: the reader unifies what else stands for it.
        DataRef::String(text) => one_kind_of_break(text),
        DataRef::SharedString(text) => one_kind_of_break(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim_end_matches("T00:00:00").to_owned(),
        DataRef::Bool(is) => if *is { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(CellErrorType::GettingData) => "#GETTING_DATA".to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Int(number) => counted(*number as f64, holds, style, since_1904),
        DataRef::Float(number) => counted(*number, holds, style, since_1904),
        DataRef::DateTime(moment) => moment_text(moment.as_f64(), since_1904).unwrap_or_else(|| plain(moment.as_f64())),
    }
}

fn one_kind_of_break(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// A bare number.
fn counted(number: f64, holds: Holds, style: Option<&Style>, since_1904: bool) -> String {
    let meant = match holds {
        // Four digits are rather a year, up to where our calendar ends.
        Holds::Days if number.fract() == 0.0 && number >= 2_200.0 => moment_text(number, since_1904),
        Holds::Times if (0.0..1.0).contains(&number) => moment_text(number, since_1904),
        _ => None,
    };
    meant.unwrap_or_else(|| with_zeros(number, style))
}

/// `00100` is often kept as the number 100 that is shown with five digits.
fn with_zeros(number: f64, style: Option<&Style>) -> String {
    let shown = style.and_then(|style| style.number_format.as_ref()).map_or("", |format| format.format_code.as_str());
    let zeros = !shown.is_empty() && shown.len() < 20 && shown.bytes().all(|byte| byte == b'0');
    let text = plain(number);
    if zeros && number >= 0.0 && !text.contains('.') { format!("{text:0>width$}", width = shown.len()) } else { text }
}

/// In plain digits, as many as tell it from its neighbours.
fn plain(number: f64) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(text, "{number}");
    text
}

/// The last day that spreadsheets know, as they count.
const LAST: f64 = 2_958_465.0;
const DAY_IN_MINUTES: f64 = 1_440.0;
/// Days between the two beginnings of spreadsheets' calendars.
const FROM_1900_TO_1904: f64 = 1_462.0;

/// A day, a time of day, or both, from days since the end of 1899 (or of 1903) with the time as their fraction.
fn moment_text(number: f64, since_1904: bool) -> Option<String> {
    let (whole, part) = (number.floor(), number.fract());
    if !(0.0..=LAST).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of a day")]
    let minutes = (part * DAY_IN_MINUTES).round() as u16;
    let time = TimeOfDay::new(minutes / 60, minutes % 60).map(|time| time.to_string());
    if whole == 0.0 && !since_1904 {
        return time;
    }
    let since_1900 = if since_1904 { whole + FROM_1900_TO_1904 } else { whole };
    // Spreadsheets hold 1900 for a leap year: until its end of February they are one day ahead of the calendar.
    let zero = if since_1900 < 60.0 { Day::new(1899, 12, 31)? } else { Day::new(1899, 12, 30)? };
    #[expect(clippy::cast_possible_truncation, reason = "at most the last day that spreadsheets know")]
    let day = zero.plus_days(since_1900 as i64).to_string();
    if minutes == 0 { Some(day) } else { Some(format!("{day} {}", time?)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_can_say_of_so_many_cells_and_so_much_text_that_no_memory_holds_it() {
        let full = |column: u32, text: &str| {
            let mut rows = Rows::new(Kind::Participants, false);
            (0..1_000_000).map(|row| rows.add(row, column, &DataRef::SharedString(text), None)).find(Result::is_err)
        };
        let too_large = Some(Err(What::SpreadsheetTooLarge));
        assert_eq!(full(16_383, "x"), too_large, "a cell at the end of each row");
        assert_eq!(full(0, &"x".repeat(30_000)), too_large, "one text in a million cells");
        assert_eq!(full(0, "0001"), None);
    }

    #[test]
    fn rows_that_no_sheet_has_and_rows_that_jump_to_and_fro_are_refused_before_their_empty_lines_are_written() {
        let told = |numbers: &[u32]| {
            let mut rows = Rows::new(Kind::Participants, false);
            numbers.iter().map(|row| rows.add(*row, 0, &DataRef::SharedString("x"), None)).find(Result::is_err)
        };
        let broken = Some(Err(What::BrokenSpreadsheet));
        assert_eq!(told(&[0, u32::MAX - 1]), broken, "four gigabytes of empty lines");
        assert_eq!(told(&[0, MOST_ROWS]), broken);
        assert_eq!(told(&[0, MOST_ROWS - 1, 1]), broken);
        assert_eq!(told(&[0, 0, 2, MOST_ROWS - 1]), None);
    }

    use crate::files::csv;
    use crate::files::csv::Cell;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    const HEADER: [&str; 5] = ["participant_ref", "given_names", "family_name", "birth_date", "postal_code"];

    /// A book whose first sheet begins with the header on row 2.
    fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        for (at, name) in (0..).zip(HEADER) {
            page.write_string(1, at, name).unwrap();
        }
        fill(page);
        book.save_to_buffer().unwrap()
    }

    fn rows(file: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut problems = Vec::new();
        let records = csv::read(file, Kind::Participants, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Absent => "-".to_owned(),
            Cell::Broken => "!".to_owned(),
        };
        records.iter().map(|record| (record.line, record.cells.iter().map(text).collect())).collect()
    }

    #[test]
    fn a_sheet_is_read_as_if_it_were_a_csv_with_its_own_row_numbers() {
        let (day, zeros) = (Format::new().set_num_format("d.m.yyyy"), Format::new().set_num_format("00000"));
        let file = book(|page| {
            page.write_string(3, 0, "007").unwrap();
            page.write_string(3, 1, "Aino \"Nunnu\"; Äiti").unwrap();
            page.write_string(3, 2, "Aalto").unwrap();
            let born = ExcelDateTime::from_ymd(1944, 3, 8).unwrap();
            page.write_datetime_with_format(3, 3, &born, &day).unwrap();
            page.write_number_with_format(3, 4, 100, &zeros).unwrap();
            page.write_number(5, 0, 12).unwrap();
            page.write_string(5, 1, "Eino").unwrap();
            page.write_string(5, 2, "Öhman").unwrap();
            page.write_number(5, 3, 7372).unwrap();
            page.write_string(5, 4, "00200").unwrap();
        });
        let of = |cells: [&str; 9]| {
            let mut all: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
            all.extend(std::iter::repeat_n("-".to_owned(), 7));
            all
        };
        assert_eq!(
            rows(&file),
            [
                (4, of(["007", "Aino \"Nunnu\"; Äiti", "Aalto", "-", "1944-03-08", "-", "-", "-", "00100"])),
                (6, of(["12", "Eino", "Öhman", "-", "1920-03-07", "-", "-", "-", "00200"])),
            ]
        );
    }

    #[test]
    fn a_break_within_a_cell_moves_no_row() {
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        for (at, name) in (0..).zip(["participant_ref", "measured_on", "instrument", "item", "value", "note"]) {
            page.write_string(0, at, name).unwrap();
        }
        for row in 1..4 {
            for (at, cell) in (0..).zip(["p1", "8.9.2026", "tug", "time", "9,8", "yksi\nkaksi\r\nkolme"]) {
                page.write_string(row, at, cell).unwrap();
            }
        }
        let mut problems = Vec::new();
        let found = csv::read(&book.save_to_buffer().unwrap(), Kind::Assessments, &mut problems);
        assert_eq!(found.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 3, 4], "{problems:?}");
        assert!(found.iter().all(|record| record.cells.last() == Some(&Cell::Text("yksi\nkaksi\nkolme".to_owned()))));
    }

    #[test]
    fn days_and_times_are_read_as_spreadsheets_count_them() {
        let told = |number| moment_text(number, false);
        assert_eq!(told(46273.0).as_deref(), Some("2026-09-08"));
        assert_eq!(told(1.0).as_deref(), Some("1900-01-01"));
        assert_eq!(told(61.0).as_deref(), Some("1900-03-01"));
        assert_eq!(told(13.0 / 24.0).as_deref(), Some("13:00"));
        assert_eq!(told(46273.5).as_deref(), Some("2026-09-08 12:00"));
        assert_eq!(moment_text(44811.0, true).as_deref(), Some("2026-09-08"));
        assert_eq!([-1.0, f64::NAN, 1e9].map(told), [None, None, None]);
        // A year in a column of days stays a mistake to be told.
        assert_eq!(counted(1944.0, Holds::Days, None, false), "1944");
        assert_eq!(counted(0.5, Holds::Times, None, false), "12:00");
        assert_eq!(counted(4.82, Holds::Anything, None, false), "4.82");
    }

    #[test]
    fn what_is_no_sound_spreadsheet_is_told_as_a_whole() {
        let sound = book(|_| {});
        let cut = &sound[..sound.len() / 2];
        let told = |file: &[u8]| {
            let mut problems = Vec::new();
            assert!(csv::read(file, Kind::Participants, &mut problems).is_empty());
            problems.into_iter().map(|problem| problem.what).collect::<Vec<_>>()
        };
        assert_eq!(told(cut), [What::BrokenSpreadsheet]);
    }

    #[test]
    fn a_file_that_unpacks_without_end_is_refused_before_it_fills_the_memory() {
        use std::io::Write as _;
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let zeros = vec![b' '; 1 << 20];
        (0..520).for_each(|_| archive.write_all(&zeros).unwrap());
        let file = archive.finish().unwrap().into_inner();
        assert!(file.len() < 4 << 20, "{}", file.len());
        assert_eq!(read(&file[..], Kind::Groups).unwrap().unwrap_err(), What::SpreadsheetTooLarge);
    }
}
