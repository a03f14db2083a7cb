//! The source, read for SQL texts that do not list themselves.

use std::fs;
use std::path::{Path, PathBuf};

const BEGINNINGS: [&str; 5] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "];
/// What a listed text stands in: the macros that list, and those that put a text together for one of them.
const LISTING: [&str; 8] =
    ["sql!(", "lookup!(", "bulk!(", "of_people!(", "of_groups!(", "of_listed!(", "concat!(", "macro_rules!"];

/// Every file of the program's own source with its name, without its tests: those may ask as they like.
pub fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
    let mut files = Vec::new();
    gather(&root, &mut files);
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("a readable source file");
        let name = file.strip_prefix(&root).expect("below the root").display().to_string();
        (name, text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned())
    };
    files.into_iter().map(read).filter(|(name, _)| !name.ends_with("tests.rs")).collect()
}

/// `file: text` of every literal that begins like a statement and does not list itself.
pub fn unlisted() -> Vec<String> {
    let found =
        |(name, text): (String, String)| in_text(&text).into_iter().map(move |found| format!("{name}: {found}"));
    files().into_iter().flat_map(found).collect()
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn in_text(text: &str) -> Vec<String> {
    let literals =
        text.match_indices('"').filter(|(at, _)| BEGINNINGS.iter().any(|begin| text[at + 1..].starts_with(begin)));
    let unlisted = literals.filter(|(at, _)| !is_listed(&text[..*at]));
    unlisted.map(|(at, _)| text[at..].chars().take(60).collect()).collect()
}

/// Whether the innermost open macro before it lists what stands in it.
fn is_listed(before: &str) -> bool {
    let before = before.trim_end();
    if LISTING[..7].iter().any(|open| before.ends_with(open)) {
        return true;
    }
    // A part in the middle: the statement, item or macro that it belongs to begins after the last blank line or `;`.
    let begins = before.rfind(";\n").max(before.rfind("\n\n")).unwrap_or(0);
    LISTING.iter().any(|open| before[begins..].contains(open))
}
