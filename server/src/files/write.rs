//! Writes CSV: plain for programs, or in the form that a Finnish Excel opens rightly.

use super::kinds::Kind;
use super::xlsx::{Cell, Sheet};

/// Which program the file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Comma, decimal point, LF, no BOM.
    Plain,
    /// Semicolon, decimal comma, CRLF, BOM, and nothing that a spreadsheet would run as a formula.
    Excel,
}

/// A file being written.
pub struct Writer {
    form: Form,
    columns: &'static [&'static str],
    text: String,
    formulas: usize,
}

/// A file that is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    pub text: String,
    /// Cells of a plain file that a spreadsheet would run.
    pub formulas: usize,
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

impl Writer {
    pub fn new(form: Form, columns: &'static [&'static str]) -> Self {
        let mut writer = Self::begun(form, columns);
        let header: Vec<_> = columns.iter().map(|name| (*name).to_owned()).collect();
        writer.line(&header);
        writer
    }

    /// Before its first line.
    fn begun(form: Form, columns: &'static [&'static str]) -> Self {
        let text = if form == Form::Excel { "\u{feff}".to_owned() } else { String::new() };
        Self { form, columns, text, formulas: 0 }
    }

    /// One row, in the order of the columns.
    pub fn row(&mut self, cells: &[String]) {
        let cells: Vec<_> = self.columns.iter().zip(cells).map(|(column, cell)| self.cell(column, cell)).collect();
        self.line(&cells);
    }

    pub fn finish(self) -> Written {
        Written { text: self.text, formulas: self.formulas }
    }

    fn cell(&mut self, column: &str, text: &str) -> String {
        let clean = clean(text, Kind::may_break_lines(column));
        match self.form {
            Form::Plain => {
                self.formulas += usize::from(would_run(&clean));
                // What looks guarded gets a guard, so that it reads back as it is.
                if unguarded(&clean) == clean { clean } else { format!("'{clean}") }
            }
            Form::Excel if column == "value" && is_number(&clean) => clean.replace('.', ","),
            Form::Excel => guarded(clean),
        }
    }

    fn line(&mut self, cells: &[String]) {
        let (separator, end) = match self.form {
            Form::Plain => (',', "\n"),
            Form::Excel => (';', "\r\n"),
        };
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.text.push(separator);
            }
            if cell.contains([separator, '"', '\n', '\r']) {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(cell);
            }
        }
        self.text.push_str(end);
    }
}

/// A sheet of the desk as text in Excel's form: the same headings and rows. Days stand as in every file (`2026-09-08`),
/// and what looks like a number but is text (a postal code, a reference) has its leading zeros: in the text, of which a
/// spreadsheet program makes numbers when it opens the file.
pub fn sheet(sheet: &Sheet) -> String {
    let mut writer = Writer::begun(Form::Excel, &[]);
    let headings: Vec<_> = sheet.columns.iter().map(|column| column.heading.to_string()).collect();
    writer.line(&headings);
    for row in &sheet.rows {
        let cells: Vec<_> = row.iter().map(plain).collect();
        writer.line(&cells);
    }
    writer.finish().text
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => guarded(clean(text, false)),
        Cell::Day(day) => day.to_string(),
        Cell::Number(value, decimals) => decimal(*value, usize::from(*decimals)),
        Cell::Percent(value) => format!("{value} %"),
    }
}

/// A whole number with so many decimals behind a comma: `(1240, 2)` is "12,40".
fn decimal(value: i64, decimals: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>1$}", value.unsigned_abs(), decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole},{rest}") }
}

/// The text in a form that can be read back: no control characters, no spaces around it.
fn clean(text: &str, may_break_lines: bool) -> String {
    let keep = |c: char| !c.is_control() || (may_break_lines && (c == '\n' || c == '\r'));
    text.chars().map(|c| if keep(c) { c } else { ' ' }).collect::<String>().trim().to_owned()
}

/// Whether a spreadsheet that parts columns by either sign would begin a formula in the cell.
fn would_run(text: &str) -> bool {
    text.split([',', ';', '\n']).any(|part| part.trim_start().starts_with(FORMULA))
}

fn is_number(text: &str) -> bool {
    let size = text.strip_prefix('-').unwrap_or(text);
    !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// With an apostrophe before what a spreadsheet would run; [`unguarded`] takes it away again.
fn guarded(text: String) -> String {
    let mut start = text.chars();
    let risky = match start.next() {
        Some('\'') => start.next().is_some_and(|c| c == '\'' || FORMULA.contains(&c)),
        Some(c) => FORMULA.contains(&c),
        None => false,
    };
    if risky { format!("'{text}") } else { text }
}

/// A cell of a file in Excel's form without the guard.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c| c == '\'' || FORMULA.contains(&c)) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: &[&str] = &["participant_ref", "value", "note"];

    fn one_row(form: Form, cells: [&str; 3]) -> String {
        let mut writer = Writer::new(form, COLUMNS);
        writer.row(&cells.map(str::to_owned));
        writer.finish().text
    }

    #[test]
    fn plain_files_have_commas_points_and_as_few_quotes_as_possible() {
        assert_eq!(
            one_row(Form::Plain, ["=1+1", "4.80", "a, \"b\"\nc"]),
            "participant_ref,value,note\n=1+1,4.80,\"a, \"\"b\"\"\nc\"\n"
        );
    }

    #[test]
    fn a_plain_file_counts_what_a_spreadsheet_would_run_and_reads_back_as_it_is() {
        let mut writer = Writer::new(Form::Plain, COLUMNS);
        writer.row(&["p1", "4.80", "Aino"].map(str::to_owned));
        assert_eq!(writer.finish().formulas, 0);
        let mut writer = Writer::new(Form::Plain, COLUMNS);
        for note in ["+358 40 123", "a; =1+1", "a-b", "'t Hooft"] {
            writer.row(&["p1", "1", note].map(str::to_owned));
        }
        assert_eq!(writer.finish().formulas, 2);
        assert!(one_row(Form::Plain, ["'-1", "1", "'t Hooft"]).ends_with("\n''-1,1,'t Hooft\n"));
    }

    #[test]
    fn excel_files_have_a_bom_semicolons_decimal_commas_and_no_formulas() {
        assert_eq!(
            one_row(Form::Excel, ["=cmd|' /C calc'!A0", "4.80", "-x"]),
            "\u{feff}participant_ref;value;note\r\n'=cmd|' /C calc'!A0;4,80;'-x\r\n"
        );
        assert!(
            one_row(Form::Excel, ["a", "-0.3", "-0.3"]).ends_with("\r\na;-0,3;'-0.3\r\n"),
            "a change for the worse"
        );
        assert!(one_row(Form::Excel, ["a", "-1+1", ""]).ends_with("\r\na;'-1+1;\r\n"));
        assert!(one_row(Form::Excel, ["@a", "two_sticks", "'t Hooft"]).ends_with("\r\n'@a;two_sticks;'t Hooft\r\n"));
    }

    #[test]
    fn a_line_break_stays_in_a_note_only_and_control_characters_nowhere() {
        assert_eq!(one_row(Form::Plain, [" a\nb\u{7} ", "1", "c\td"]), "participant_ref,value,note\na b,1,c d\n");
    }

    #[test]
    fn a_sheet_is_the_same_rows_with_leading_zeros_in_its_text_decimal_commas_and_no_formulas() {
        use super::super::xlsx::Column;
        let columns = ["Postinumero", "Tulos; m/s"].map(|heading| Column { heading: heading.into(), width: 9 }).into();
        let rows = vec![
            vec![Cell::text("00100"), Cell::Number(905, 3)],
            vec![Cell::text("=1+1"), Cell::Number(-5, 1)],
            vec![Cell::Nothing, Cell::Day("2026-09-08".parse().unwrap())],
            vec![Cell::text("a\nb"), Cell::Number(12, 0)],
        ];
        let text = super::sheet(&Sheet { name: "x", columns, rows, days: "d.m.yyyy" });
        let wanted = "\u{feff}Postinumero;\"Tulos; m/s\"\r\n00100;0,905\r\n'=1+1;-0,5\r\n;2026-09-08\r\na b;12\r\n";
        assert_eq!(text, wanted);
    }

    proptest! {
        #[test]
        fn the_guard_can_always_be_taken_away(text in "['=+@a-]{0,4}") {
            let safe = guarded(text.clone());
            prop_assert!(!safe.starts_with(FORMULA));
            prop_assert_eq!(unguarded(&safe), text.as_str());
        }
    }
}
