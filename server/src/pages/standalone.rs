//! A report as one page that needs nothing beside itself: no style, no script, no picture and no font of another file, so
//! that it can be mailed, kept and printed. What stands on it is what the other files of the report hold: their tables,
//! value for value, and the drawings of the same figures.

use app::outcomes::council::heading;
use app::outcomes::council::tables::{Column, InText, Table, parts_of, tables};
use app::outcomes::drawings::{Drawing, drawings};
use app::outcomes::value::Value;
use app::texts::{self, HIDDEN_FIGURE, Lang, council as t, outcomes};
use domain::outcomes::council::CouncilReport;
use html_escape::{encode_double_quoted_attribute, encode_text};
use leptos::prelude::*;

use super::drawings::{looks, without_marks};

/// The looks of everything but the drawings.
const LOOKS: &str = include_str!("../../../style/standalone.css");
/// Those of the drawings on paper: greys, in lines of their own.
const PAPER: &str = include_str!("../../../style/print.css");
/// Nothing is fetched and nothing runs, whatever a text may hold.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page of a report that nobody has frozen. `period`: its words.
pub fn html(lang: Lang, report: &CouncilReport, period: &str) -> String {
    let all = tables(lang, report, period, None);
    let [about, said, figures @ ..] = all.as_slice() else { return String::new() };
    let title = heading(lang, &report.municipality, period);
    let title = encode_text(&title);
    let figures: String = figures.iter().map(|table| section(lang, table, &table.rows)).collect();
    let body = [
        head(lang, report, &title),
        sentences(lang, said),
        pictures(lang, report),
        figures,
        section(lang, about, own_rows(lang, about)),
    ];
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{}</style>\n\
         </head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
        lang.code(),
        style(),
        body.concat()
    )
}

fn style() -> String {
    let greys = PAPER.lines().map(str::trim).filter(|line| line.starts_with(".chart__"));
    let greys = greys.collect::<Vec<_>>().join("\n");
    format!("{LOOKS}{}\n@media print {{\n{greys}\n}}\n", looks())
}

/// What it is, up to when, and that it may still change.
fn head(lang: Lang, report: &CouncilReport, title: &str) -> String {
    let of = &report.page.report;
    let lead = outcomes::lead(lang, of.cut_off, &texts::days(lang, of.from, of.to));
    let unfinished = (of.cut_off < of.to).then(|| t::unfinished(lang));
    let lines = [Some(&*lead), Some(t::is_draft(lang)), unfinished].into_iter().flatten();
    format!("<h1>{title}</h1>\n{}", lines.map(|words| paragraph(words, "")).collect::<String>())
}

/// What is said, under the headings of its parts.
fn sentences(lang: Lang, said: &Table) -> String {
    let part = |(heading, words): (String, Vec<String>)| {
        let words: String = words.iter().map(|words| paragraph(words, "")).collect();
        format!("<h2>{}</h2>\n{words}", encode_text(&heading))
    };
    parts_of(lang, said).into_iter().map(part).collect()
}

/// Every drawing with its finding; of a period in which nobody came there is nothing to draw.
fn pictures(lang: Lang, report: &CouncilReport) -> String {
    if report.page.report.is_of_nobody() {
        return String::new();
    }
    let all: String = drawings(lang, &report.page).into_iter().map(picture).collect();
    format!("<h2>{}</h2>\n{all}", encode_text(t::pictures(lang)))
}

fn picture(Drawing { words, drawn, .. }: Drawing) -> String {
    format!(
        "<h3>{}</h3>\n<figure>\n<figcaption>{}</figcaption>\n{}\n{}</figure>\n",
        encode_text(&words),
        encode_text(&drawn.title),
        without_marks(&drawn.chart.to_html()),
        paragraph(&drawn.source, "note")
    )
}

/// A table under its name, with what must be known to read it.
fn section(lang: Lang, table: &Table, rows: &[Vec<Value>]) -> String {
    let (name, label) = (encode_text(table.name), encode_double_quoted_attribute(table.name));
    let heads: String = table.columns.iter().zip(table.of_each()).map(|(column, of)| head_cell(column, of)).collect();
    let rows: String = rows.iter().map(|row| table_row(lang, &table.columns, row)).collect();
    let notes: String = table.notes.iter().map(|note| paragraph(note, "note")).collect();
    format!(
        "<h2>{name}</h2>\n<div class=\"frame\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\n<table>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n{notes}"
    )
}

fn head_cell(column: &Column, of: Option<&str>) -> String {
    let words = of.map_or_else(|| column.heading.to_owned(), |of| format!("{of}, {}", column.heading));
    let class = if column.range || column.text == InText::Named { " class=\"number\"" } else { "" };
    format!("<th scope=\"col\"{class}>{}</th>", encode_text(&words))
}

fn table_row(lang: Lang, columns: &[Column], row: &[Value]) -> String {
    let cell = |(column, value): (&Column, &Value)| {
        let words = value.words(lang);
        let words = encode_text(&words);
        if column.text == InText::Label {
            return format!("<th scope=\"row\">{words}</th>");
        }
        let is_number = matches!(value, Value::Number(_) | Value::Range(..)) || words == HIDDEN_FIGURE;
        let class = if is_number || column.text == InText::Named { " class=\"number\"" } else { "" };
        format!("<td{class}>{words}</td>")
    };
    format!("<tr>{}</tr>\n", columns.iter().zip(row).map(cell).collect::<String>())
}

/// What the file is of, without the notes of its tables, which stand below these.
fn own_rows(lang: Lang, about: &Table) -> &[Vec<Value>] {
    let hidden = Value::text(t::annex::hidden(lang));
    let last = about.rows.iter().position(|row| row.first() == Some(&hidden));
    last.map_or(&*about.rows, |last| &about.rows[..=last])
}

fn paragraph(words: &str, class: &str) -> String {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<p{class}>{}</p>\n", encode_text(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::outcomes::council::said;
    use domain::outcomes::council::{Block, Text, Written};
    use domain::outcomes::testing;

    fn report(n: u64) -> CouncilReport {
        let report = testing::council(n);
        let text = |lang: Lang| {
            let written = Written::from([(Block::NextSteps, "<script>alert(1)</script>\nUusi sali.".to_owned())]);
            (lang.code().to_owned(), Text { said: said(lang, &report.page), written })
        };
        let texts = Lang::ALL.into_iter().map(text).collect();
        CouncilReport { municipality: "Koski & Niemi".to_owned(), texts, ..report }
    }

    /// The words of every cell in order.
    fn cells(html: &str) -> Vec<String> {
        let pieces = html.split("<td").skip(1).filter_map(|piece| Some(piece.split_once('>')?.1.split_once("</")?.0));
        pieces.map(|words| html_escape::decode_html_entities(words).into_owned()).collect()
    }

    #[test]
    fn the_page_has_every_value_of_the_tables_in_every_language_and_nothing_else_in_cells() {
        for n in 0..60 {
            let report = report(n);
            for lang in Lang::ALL {
                let page = html(lang, &report, "Vuosi 2026");
                let all = tables(lang, &report, "Vuosi 2026", None);
                let about = own_rows(lang, &all[0]);
                let in_order = all[2..].iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
                let in_order = in_order.chain(about.iter().map(|row| (&all[0], row)));
                let values = in_order.flat_map(|(table, row)| table.columns.iter().zip(row));
                let values = values.filter(|(column, _)| column.text != InText::Label);
                assert_eq!(cells(&page), values.map(|(_, value)| value.words(lang)).collect::<Vec<_>>());
                for sentence in said(lang, &report.page) {
                    assert!(page.contains(&*encode_text(&sentence)), "{sentence} | {page}");
                }
            }
        }
    }

    #[test]
    fn the_page_needs_nothing_beside_itself_and_runs_nothing() {
        let mut drawn = 0;
        for n in 0..60 {
            let page = html(Lang::Sv, &report(n), "År 2026");
            assert!(
                page.starts_with("<!doctype html>\n<html lang=\"sv\">") && page.contains("Koski &amp; Niemi"),
                "{page}"
            );
            for foreign in ["<script", "<link", "<img", " src=", "://", "url(", "@import", "var(", "<!>", "<!--"] {
                assert!(!page.contains(foreign), "{foreign} in {page}");
            }
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\nUusi sali."), "{page}");
            assert_eq!(page.matches("<main>").count() + page.matches("<h1>").count(), 2, "{page}");
            drawn += page.matches("<figure>").count();
        }
        assert!(drawn > 60, "{drawn}");
    }
}
