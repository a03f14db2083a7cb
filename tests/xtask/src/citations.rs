//! What the repository's texts cite is in the repository: a document, and a heading that it has.
//!
//! Comments cite rules as `docs/NAME` with its ending, a comma and the heading; the documents lie in `app/domain/docs`.
//! This file is read like every other, so its own samples are put together from parts.

use crate::run::root;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENTS: &str = "app/domain/docs";
const PLACES: [&str; 8] = ["app", "public", "server", "style", "tests", ".cargo", "Cargo.toml", "README.md"];
/// What is built or fetched.
const LEFT_OUT: [&str; 5] = ["target", "node_modules", "test-results", "playwright-report", "data"];
const ENDINGS: [&str; 9] = ["rs", "ts", "js", "css", "html", "sql", "toml", "txt", "md"];
/// Shipped migrations stay as they are, comments too: databases know them by a hash.
const SHIPPED: [&str; 3] = ["0001_", "0002_", "0003_"];
const ENDING: &str = ".md";

/// Headings by document; without what a heading has in brackets.
type Documents = BTreeMap<String, Vec<String>>;

fn documents() -> Documents {
    let files = fs::read_dir(root().join(DOCUMENTS)).expect("the documents");
    let paths = files.map(|file| file.expect("a document").path());
    paths.map(|path| (stem(&path), headings(&fs::read_to_string(&path).expect("text")))).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn headings(document: &str) -> Vec<String> {
    let lines = document.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| line.trim_start_matches('#').split(" (").next().unwrap_or_default().trim().to_owned()).collect()
}

/// Every text of the repository.
fn texts() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = PLACES.iter().map(|place| root().join(place)).collect();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !LEFT_OUT.contains(&name.as_str()) {
                open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            }
        } else if is_read(&path, &name) {
            found.push(path);
        }
    }
    found
}

fn is_read(path: &Path, name: &str) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let shipped = ending == "sql" && SHIPPED.iter().any(|shipped| name.starts_with(shipped));
    ENDINGS.contains(&ending.as_str()) && !shipped
}

/// The text on one line, without what begins comments: a citation may go on in the next line.
fn flat(text: &str) -> String {
    let sign = |c: char| matches!(c, '/' | '!' | '*' | '#' | '-');
    let lines = text.lines().map(|line| line.trim().trim_start_matches(sign).trim());
    lines.collect::<Vec<_>>().join(" ")
}

/// How many citations of documents a text has, and those that lead nowhere.
fn cited(text: &str, documents: &Documents) -> (usize, Vec<String>) {
    let text = flat(text);
    let mut count = 0;
    let mut wrong = old_numbers(&text);
    for (at, _) in text.match_indices(ENDING) {
        let (before, rest) = (&text[..at], &text[at + ENDING.len()..]);
        let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_-/.".contains(c)).len();
        let name = &before[start..];
        let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_readme = name.rsplit('/').next() == Some("README");
        if name.is_empty() || name.ends_with('/') || goes_on || is_readme {
            continue;
        }
        count += 1;
        let told: String = text[start..].chars().take(80).collect();
        match name.rsplit_once("docs/").and_then(|(_, name)| documents.get(name)) {
            None => wrong.push(format!("no such document: {told}")),
            Some(headings) if !leads(rest, headings) => wrong.push(format!("no such heading: {told}")),
            Some(_) => {}
        }
    }
    (count, wrong)
}

/// Whether what follows a document's name is one of its headings, or speaks of the whole document.
fn leads(rest: &str, headings: &[String]) -> bool {
    let numbered = rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    match rest.strip_prefix(", ") {
        Some(heading) if heading.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) => {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric());
            headings.iter().any(|known| heading.strip_prefix(known.as_str()).is_some_and(ends))
        }
        _ => !numbered,
    }
}

/// Rules that are cited by a number of a paper that is not here: of a decision, or of a rule of screens in brackets.
fn old_numbers(text: &str) -> Vec<String> {
    let told = |at: usize| text[at..].chars().take(40).collect::<String>();
    let decisions = ["ruling ", "rulings ", "Ruling ", "Rulings "].into_iter().flat_map(|word| {
        let places = text.match_indices(word);
        places.filter(move |(at, _)| text[at + word.len()..].starts_with(|c: char| c == '(' || c.is_ascii_digit()))
    });
    let rules = text.match_indices('(').filter(|(at, _)| is_rule_of_screens(&text[at + 1..]));
    decisions.chain(rules).map(|(at, _)| format!("a number of nothing here: {}", told(at))).collect()
}

/// A capital letter, one or two digits, and the end of the bracket or more of the kind.
fn is_rule_of_screens(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(|c: char| "HSWFTLP".contains(c)) else { return false };
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=2).contains(&(rest.len() - after.len())) && after.starts_with([')', ',', '–'])
}

#[test]
fn what_is_cited_is_in_the_repository() {
    let documents = documents();
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in texts() {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let (some, bad) = cited(&text, &documents);
        count += some;
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        wrong.extend(bad.into_iter().map(|bad| format!("{shown}: {bad}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 0, "nothing was read");
}

#[test]
fn what_leads_nowhere_is_found() {
    let document = "# Sync: all\n\n## Merge rules\n\n## As JSON (`v` 1)\n";
    let known = Documents::from([("sync".to_owned(), headings(document))]);
    let sync = ["docs/sync", ENDING].concat();
    let wrong = |text: String| cited(&text, &known).1.len();
    for good in [", Merge rules).", ", As JSON).", ").", ", and more", ", Merge\n    /// rules: one"] {
        assert_eq!(wrong(format!("/// See {sync}{good}")), 0, "{good}");
    }
    for bad in [", Merge rulesets", ", Clock", " 3.7", ", 3.7"] {
        assert_eq!(wrong(format!("/// See {sync}{bad}")), 1, "{bad}");
    }
    for bad in [["domain", ENDING], ["sync", ENDING], ["docs/other", ENDING], ["(ruling", " 5)"], ["(H", "2, S11)"]] {
        assert_eq!(wrong(format!("// so ({})", bad.concat())), 1, "{bad:?}");
    }
    let others = ["README", ENDING, " and *", ENDING, " and a", ENDING, "x and (I5) and (T100)"].concat();
    assert_eq!(cited(&others, &known), (0, Vec::new()));
}
