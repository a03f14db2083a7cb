//! The report as plain text, for pasting where no table can be pasted: a sentence or a row a line.

use domain::outcomes::council::CouncilReport;

use super::super::value::Value;
use super::annex::data_of;
use super::frozen::FrozenFacts;
use super::heading;
use super::tables::{InText, Table, parts_of, tables};
use crate::texts::{Lang, council as t, moment, outcomes, with_unit};

/// The whole report. `period`: its words; `facts`: of a frozen one. Lines end with a line feed.
pub fn text(lang: Lang, report: &CouncilReport, period: &str, facts: Option<&FrozenFacts>) -> String {
    let of = &report.page.report;
    let mut lines = vec![heading(lang, &report.municipality, period)];
    lines.push(data_of(lang, &report.page));
    match facts {
        Some(facts) => lines.extend(about(lang, facts)),
        None => lines.push(t::is_draft(lang).to_owned()),
    }
    if of.cut_off < of.to {
        lines.push(t::unfinished(lang).to_owned());
    }
    let all = tables(lang, report, period, facts);
    let mut parts = all.iter().skip(1);
    if let Some(said) = parts.next() {
        for (heading, words) in parts_of(lang, said) {
            lines.extend([String::new(), heading]);
            lines.extend(words);
        }
    }
    for table in parts.filter(|table| !table.is_long) {
        lines.extend([String::new(), table.name.to_owned()]);
        lines.extend(table.rows.iter().map(|row| line(lang, table, row)));
        lines.extend(table.notes.iter().cloned());
    }
    let hidden = outcomes::hidden_note(lang, i64::from(report.basis), i64::from(report.k));
    lines.extend([String::new(), hidden]);
    lines.join("\n") + "\n"
}

fn about(lang: Lang, facts: &FrozenFacts) -> Vec<String> {
    let when = moment(lang, facts.made_at);
    let broken = (!facts.whole).then(|| t::frozen::broken(lang).to_owned());
    let made = [t::frozen::made(lang, &facts.by, &facts.reason, &when), t::frozen::checksum(lang, &facts.checksum)];
    made.into_iter().chain(broken).collect()
}

/// "SPPB, 3 kk: Muutos tiedetään 42; Keskimuutos +0,8".
fn line(lang: Lang, table: &Table, row: &[Value]) -> String {
    let cells = move || table.columns.iter().zip(row).map(move |(column, value)| (column, value.words(lang)));
    let labels: Vec<_> = cells().filter(|(column, _)| column.text == InText::Label).map(|(_, words)| words).collect();
    let told = cells().filter(|(_, words)| !words.is_empty());
    let told = told.filter_map(|(column, words)| match column.text {
        InText::Bare => Some(words),
        InText::Named => Some(format!("{} {words}", column.heading)),
        InText::Euros => Some(in_euros(words)),
        InText::NamedEuros => Some(format!("{} {}", column.heading, in_euros(words))),
        InText::Label | InText::Left => None,
    });
    format!("{}: {}", labels.join(", "), told.collect::<Vec<_>>().join("; "))
}

/// A sum with the currency behind it; what is no number stays as it is.
fn in_euros(words: String) -> String {
    if words.ends_with(|last: char| last.is_ascii_digit()) { with_unit(&words, "€") } else { words }
}

#[cfg(test)]
mod tests {
    use super::super::said;
    use super::*;
    use domain::outcomes::council::{Block, Text, Written};
    use domain::outcomes::testing;

    fn report(n: u64) -> CouncilReport {
        let report = testing::council(n);
        let text = |lang: Lang| {
            let written = Written::from([(Block::NextSteps, "Uusi sali\nkeväällä.".to_owned())]);
            (lang.code().to_owned(), Text { said: said(lang, &report.page), written })
        };
        let texts = Lang::ALL.into_iter().map(text).collect();
        CouncilReport { texts, ..report }
    }

    #[test]
    fn the_text_has_every_sentence_and_every_key_figure_of_the_report() {
        for n in 0..60 {
            let mut report = report(n);
            // Rules of before: they are told, and nothing is counted anew.
            report.page.report.rule_version = "vv-2024.1".to_owned();
            for lang in Lang::ALL {
                let text = text(lang, &report, "Vuosi 2026", None);
                let lines: Vec<_> = text.lines().collect();
                assert!(lines[1].contains("vv-2024.1"), "{text}");
                assert!(lines[0].contains("Koskela") && lines.contains(&t::is_draft(lang)), "{text}");
                for sentence in said(lang, &report.page) {
                    assert!(lines.contains(&sentence.as_str()), "{sentence} | {text}");
                }
                assert!(lines.contains(&"Uusi sali") && lines.contains(&"keväällä."), "{text}");
                for key in super::super::keys::keys(lang, &report.page) {
                    let told = format!("{}: {}", key.name, key.value.words(lang));
                    assert!(lines.iter().any(|line| line.starts_with(&told)), "{told} | {text}");
                }
                assert!(!text.contains(['\t', '\r', '<']) && !text.contains("\n\n\n"), "{text}");
            }
        }
    }
}
