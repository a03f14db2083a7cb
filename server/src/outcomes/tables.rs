//! The tables of a report as files hold them: a spreadsheet with a sheet for each, or one long table with a figure a row.

use std::borrow::Cow;

use app::outcomes::council::tables::{Column, InText, Table};
use app::outcomes::value::{Kind, Number, Value};
use app::texts::Lang;
use app::texts::council::{annex, sheet as words};

use crate::files::xlsx::{self, Cell, Sheet};

/// A sheet for each table.
pub fn sheets(lang: Lang, tables: &[Table]) -> Vec<Sheet> {
    tables.iter().map(|table| sheet(lang, table)).collect()
}

/// Every figure a row: its table, what it is about, its column, and its value, or both ends of its interval.
pub fn long(lang: Lang, tables: &[Table]) -> Sheet {
    let headings = [
        words::table(lang),
        words::what(lang),
        annex::figure(lang),
        annex::value(lang),
        words::low(lang),
        words::high(lang),
    ];
    let rows = tables.iter().flat_map(|table| table.rows.iter().flat_map(move |row| figures(lang, table, row)));
    let columns = headings.into_iter().map(|heading| xlsx::Column { heading: heading.into(), width: 20 }).collect();
    Sheet { name: words::file(lang), columns, rows: rows.collect(), days: days(lang) }
}

/// The figures of a row; what is not there has none.
fn figures(lang: Lang, table: &Table, row: &[Value]) -> Vec<Vec<Cell>> {
    let places = || table.columns.iter().zip(row);
    // A row stands alone: what stands twice is told by what it is of.
    let names: Vec<Cow<str>> =
        table.columns.iter().zip(table.of_each()).map(|(column, of)| named(of, column.heading)).collect();
    let labels = places().filter(|(column, _)| column.text == InText::Label).map(|(_, value)| value.words(lang));
    let about = labels.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
    let told = places().zip(&names).filter(|((column, value), _)| {
        !matches!(column.text, InText::Label | InText::Left) && **value != Value::Nothing
    });
    let figure = |((_, value), name): ((&Column, &Value), &Cow<str>)| {
        let [one, low, high] = match value {
            Value::Range(low, high) => [Cell::Nothing, number(*low), number(*high)],
            value => [cell(value), Cell::Nothing, Cell::Nothing],
        };
        vec![Cell::text(table.name), Cell::text(about.as_str()), Cell::text(&**name), one, low, high]
    };
    told.map(figure).collect()
}

/// How a spreadsheet shows days.
const fn days(lang: Lang) -> &'static str {
    match lang.alone() {
        Lang::En => "d mmm yyyy",
        _ => "d.m.yyyy",
    }
}

/// Columns are as wide as what stands in them, within what a screen shows.
fn sheet(lang: Lang, table: &Table) -> Sheet {
    let headings = table.columns.iter().zip(table.of_each()).flat_map(|(column, of)| headings(lang, column, of));
    let rows: Vec<Vec<Cell>> = table.rows.iter().map(|row| cells(&table.columns, row)).collect();
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(letters).max().unwrap_or_default();
    let width =
        |at: usize, heading: &str| u8::try_from(widest(at).max(heading.chars().count()).clamp(8, 60)).unwrap_or(60);
    let columns = headings.enumerate().map(|(at, heading)| {
        let width = width(at, &heading);
        xlsx::Column { heading, width }
    });
    let columns = columns.collect();
    Sheet { name: table.name, columns, rows, days: days(lang) }
}

fn headings(lang: Lang, column: &Column, of: Option<&'static str>) -> Vec<Cow<'static, str>> {
    let own = if column.range { vec![words::low(lang), words::high(lang)] } else { vec![column.heading] };
    own.into_iter().map(|heading| named(of, heading)).collect()
}

/// "Ero alussa, 95 %:n väli, alaraja": no two columns are called alike.
fn named(of: Option<&'static str>, heading: &'static str) -> Cow<'static, str> {
    of.map_or(Cow::Borrowed(heading), |of| Cow::Owned(format!("{of}, {heading}")))
}

fn letters(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.chars().count(),
        _ => 10,
    }
}

fn cells(columns: &[Column], row: &[Value]) -> Vec<Cell> {
    let places = columns.iter().zip(row);
    let cells = places.flat_map(|(column, value)| match (column.range, value) {
        (true, Value::Range(low, high)) => vec![number(*low), number(*high)],
        // Both ends are hidden, or not known.
        (true, value) => vec![cell(value), cell(value)],
        (false, value) => vec![cell(value)],
    });
    cells.collect()
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Nothing | Value::Range(..) => Cell::Nothing,
        Value::Words(words) => Cell::text(words.as_str()),
        Value::Day(day) => Cell::Day(*day),
        Value::Number(one) => number(*one),
    }
}

fn number(number: Number) -> Cell {
    match number.kind {
        Kind::Percent => Cell::Percent(number.digits),
        Kind::Plain | Kind::Change => Cell::Number(number.digits, number.places),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_intervals_each_row_tells_what_it_is_of() {
        let column = |heading, range, text| Column { heading, range, text };
        let (named, interval) =
            (|heading| column(heading, false, InText::Named), || column("Interval", true, InText::Named));
        let whole = |digits| Number { digits, places: 0, kind: Kind::Plain };
        let range = |low, high| Value::Range(whole(low), whole(high));
        let columns = vec![column("Who", false, InText::Label), named("Start"), interval(), named("End"), interval()];
        let row = vec![Value::text("Alone"), Value::whole(2), range(1, 3), Value::whole(1), range(0, 2)];
        let table = Table { name: "Gaps", columns, rows: Vec::new(), notes: Vec::new(), is_long: false };
        let names: Vec<Cell> = figures(Lang::En, &table, &row).into_iter().map(|cells| cells[2].clone()).collect();
        assert_eq!(names, ["Start", "Start, Interval", "End", "End, Interval"].map(Cell::text));
        let headings: Vec<_> = sheet(Lang::En, &table).columns.into_iter().map(|column| column.heading).collect();
        let [low, high] = [words::low(Lang::En), words::high(Lang::En)];
        let of = |of: &str, end: &str| format!("{of}, {end}");
        let each = ["Start", "End"].map(|value| [value.to_owned(), of(value, low), of(value, high)]);
        assert_eq!(headings[1..], each.concat(), "no heading stands twice");
        let one = Table { columns: table.columns[..3].to_vec(), ..table };
        let names: Vec<Cell> = figures(Lang::En, &one, &row[..3]).into_iter().map(|cells| cells[2].clone()).collect();
        assert_eq!(names, ["Start", "Interval"].map(Cell::text));
    }
}
