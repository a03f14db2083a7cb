//! Reads a spreadsheet back, as far as tests need: its first sheet's cells by their places.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// What stands in a cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    Text(String),
    /// A number as it is written, and whether it is shown as a day.
    Number {
        written: String,
        day: bool,
    },
}

/// The cells of the first sheet, by place: "A1".
pub fn cells(file: &[u8]) -> BTreeMap<String, Cell> {
    of_sheet(file, 1)
}

/// Every sheet with the name on its tab, in their order.
pub fn book(file: &[u8]) -> Vec<(String, BTreeMap<String, Cell>)> {
    let list = part(file, "xl/workbook.xml");
    let names = list.split("<sheet ").skip(1).filter_map(|one| attribute(one, "name"));
    names.enumerate().map(|(at, name)| (name, of_sheet(file, at + 1))).collect()
}

fn of_sheet(file: &[u8], number: usize) -> BTreeMap<String, Cell> {
    let sheet = part(file, &format!("xl/worksheets/sheet{number}.xml"));
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "a formula: {sheet}");
    let (strings, days) = (strings(file), day_styles(file));
    let mut cells = BTreeMap::new();
    for cell in sheet.split("<c ").skip(1) {
        let head = cell.split('>').next().unwrap_or_default();
        let Some(value) = cell.split("<v>").nth(1).and_then(|rest| rest.split("</v>").next()) else { continue };
        let cell = match attribute(head, "t").as_deref() {
            Some("s") => Cell::Text(strings[value.parse::<usize>().expect("a place in the list")].clone()),
            None => {
                let style = attribute(head, "s").and_then(|style| style.parse::<usize>().ok()).unwrap_or(0);
                Cell::Number { written: value.to_owned(), day: days[style] }
            }
            Some(other) => panic!("a cell of the kind {other}"),
        };
        cells.insert(attribute(head, "r").expect("a cell has a place"), cell);
    }
    cells
}

/// Every text of the file.
pub fn words(file: &[u8]) -> String {
    strings(file).join("\n")
}

fn part(file: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("a zip archive");
    let mut text = String::new();
    archive.by_name(name).expect("a part of that name").read_to_string(&mut text).expect("a text");
    text
}

fn strings(file: &[u8]) -> Vec<String> {
    let list = part(file, "xl/sharedStrings.xml");
    let texts = list.split("<t").skip(1).map(|rest| rest.split('>').nth(1).unwrap_or_default());
    let plain = |text: &str| {
        let text = text.split("</t").next().unwrap_or_default();
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    texts.map(plain).collect()
}

/// Which cell styles show a number as a day.
fn day_styles(file: &[u8]) -> Vec<bool> {
    let styles = part(file, "xl/styles.xml");
    let formats = styles.split("<numFmt ").skip(1).filter_map(|one| {
        let is_day = attribute(one, "formatCode")?.contains("yyyy");
        is_day.then(|| attribute(one, "numFmtId"))?
    });
    let formats: Vec<_> = formats.collect();
    let cells = styles.split("<cellXfs").nth(1).and_then(|rest| rest.split("</cellXfs>").next()).unwrap_or_default();
    cells.split("<xf ").skip(1).map(|one| attribute(one, "numFmtId").is_some_and(|id| formats.contains(&id))).collect()
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let from = format!("{name}=\"");
    let head = head.split('>').next()?;
    let at = head.match_indices(&from).find(|(at, _)| *at == 0 || head.as_bytes()[at - 1] == b' ')?.0;
    head[at + from.len()..].split('"').next().map(str::to_owned)
}
