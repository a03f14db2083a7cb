//! Spreadsheets for people: sheets with a heading row, days as days, numbers as numbers, and text that never runs as a
//! formula.

use std::borrow::Cow;

use domain::time::{Day, Instant};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::error::Error;

/// What a cell may hold at most.
const LONGEST: usize = 32_767;
/// Rows and columns of a sheet, heading included.
const MOST_ROWS: usize = 1_048_576;

/// One cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    Nothing,
    Text(String),
    Day(Day),
    /// A whole number with decimals behind it: `(1240, 2)` is 12.40, shown with both.
    Number(i64, u8),
    /// Whole per cents: 40 is 0.4, shown as 40 %.
    Percent(i64),
}

impl Cell {
    /// Text, or nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    pub fn maybe_text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }

    pub fn maybe_day(day: Option<Day>) -> Self {
        day.map_or(Self::Nothing, Self::Day)
    }
}

/// A column's heading and its width in characters.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    pub heading: Cow<'static, str>,
    pub width: u8,
}

/// What is written.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// On the sheet's tab.
    pub name: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// How days are shown, in the spreadsheet's own signs.
    pub days: &'static str,
}

/// The file. `now` stands in it as the time of its making.
pub fn file(sheet: &Sheet, now: Instant) -> Result<Vec<u8>, Error> {
    book(std::slice::from_ref(sheet), now)
}

/// A file of several sheets, in their order.
pub fn book(sheets: &[Sheet], now: Instant) -> Result<Vec<u8>, Error> {
    if let Some(long) = sheets.iter().find(|sheet| sheet.rows.len() >= MOST_ROWS) {
        return Err(Error::Broken(format!("a sheet of {} rows", long.rows.len())));
    }
    written(sheets, now).map_err(|error| Error::Broken(format!("a spreadsheet: {error}")))
}

fn written(sheets: &[Sheet], now: Instant) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp(now.millis().div_euclid(1000))?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for sheet in sheets {
        fill(book.add_worksheet(), sheet)?;
    }
    book.save_to_buffer()
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(sheet.name)?;
    heading(page, sheet)?;
    let day = Format::new().set_num_format(sheet.days);
    let percent = Format::new().set_num_format("0%");
    let numbers = ["0", "0.0", "0.00", "0.000"].map(|shown| Format::new().set_num_format(shown));
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Nothing => continue,
                // As a string, whatever it begins with: a formula is another kind of cell.
                Cell::Text(text) => page.write_string(row, column, short(text))?,
                Cell::Day(on) => page.write_datetime_with_format(row, column, &date(*on)?, &day)?,
                Cell::Number(value, decimals) => {
                    let format = &numbers[usize::from(*decimals).min(numbers.len() - 1)];
                    page.write_number_with_format(row, column, number(*value, *decimals), format)?
                }
                Cell::Percent(value) => page.write_number_with_format(row, column, number(*value, 2), &percent)?,
            };
        }
    }
    Ok(())
}

/// The first row stays in sight and chooses rows.
fn heading(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (at, column) in (0..).zip(&sheet.columns) {
        page.write_string_with_format(0, at, &*column.heading, &bold)?;
        page.set_column_width(at, f64::from(column.width))?;
    }
    page.set_freeze_panes(1, 0)?;
    let (last_row, last_column) = (sheet.rows.len(), sheet.columns.len().saturating_sub(1));
    page.autofilter(0, 0, u32::try_from(last_row).unwrap_or(u32::MAX), u16::try_from(last_column).unwrap_or(u16::MAX))?;
    Ok(())
}

fn date(day: Day) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(0), day.month(), day.day())
}

#[expect(clippy::cast_precision_loss, reason = "measured values have few digits")]
fn number(value: i64, decimals: u8) -> f64 {
    value as f64 / f64::from(10_u32.pow(u32::from(decimals)))
}

/// As much of the text as a cell holds.
fn short(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
        let columns = vec![Column { heading: "A".into(), width: 10 }, Column { heading: "B".into(), width: 10 }];
        Sheet { name: "Osallistujat", columns, rows, days: "d.m.yyyy" }
    }

    #[test]
    fn the_same_rows_are_the_same_file() {
        let row = vec![Cell::text("=1+1"), Cell::Day("2026-09-08".parse().unwrap())];
        let make = || file(&sheet(vec![row.clone()]), Instant::from_millis(1_788_847_200_000)).unwrap();
        assert_eq!(make(), make());
    }

    #[test]
    fn a_text_that_is_longer_than_a_cell_is_cut() {
        let long = "ä".repeat(LONGEST + 5);
        assert_eq!(short(&long).chars().count(), LONGEST);
        assert!(file(&sheet(vec![vec![Cell::text(long), Cell::Number(-1240, 2)]]), Instant::from_millis(0)).is_ok());
    }

    #[test]
    fn a_book_has_its_sheets_in_order_and_one_sheet_is_the_same_as_a_book_of_it() {
        let (one, now) = (sheet(vec![vec![Cell::Percent(40), Cell::Number(8, 1)]]), Instant::from_millis(0));
        assert_eq!(book(std::slice::from_ref(&one), now).unwrap(), file(&one, now).unwrap());
        let other = Sheet { name: "Ryhmät", ..one.clone() };
        assert_ne!(book(&[one.clone(), other.clone()], now).unwrap(), book(&[other, one.clone()], now).unwrap());
        assert!(book(&[one.clone(), one], now).is_err(), "two tabs of one name are no spreadsheet");
    }
}
