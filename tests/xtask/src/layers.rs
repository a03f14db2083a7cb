//! What every screen shares depends on no screen: each folder below uses those named beside it, and no other.

use crate::run::root;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of `app/src`, and what of the same crate each of them may use: a folder, or one file of words and rules in the
/// folder of a noun.
const LAYERS: [(&str, &[&str]); 7] = [
    ("texts", &[]),
    ("charts", &["texts"]),
    ("figures", &["texts"]),
    ("device", &["texts"]),
    ("ui", &["device", "texts"]),
    (
        "sync",
        &[
            "assessments::standing",
            "assessments::versions",
            "attendance::contested",
            "device",
            "history",
            "sessions::notebook",
            "sessions::today",
            "texts",
            "ui",
        ],
    ),
    ("context", &["device", "sync", "texts", "ui"]),
];

/// Files of words and rules, which draw nothing.
const NO_SCREENS: [&str; 6] = [
    "assessments/standing.rs",
    "assessments/versions.rs",
    "attendance/contested.rs",
    "history.rs",
    "sessions/notebook.rs",
    "sessions/today.rs",
];

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules of the same crate that a text names, tests left out: "texts", "home_weeks::row".
fn named(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let is_of_a_path = |c: char| c.is_ascii_lowercase() || c == '_' || c == ':';
    let path = |rest: &str| {
        let path = rest.split(|c: char| !is_of_a_path(c)).next().unwrap_or_default().to_owned();
        path.split("::").filter(|name| !name.is_empty()).take(2).collect::<Vec<_>>().join("::")
    };
    code.split("crate::").skip(1).map(path).collect()
}

/// Whether that module is one of these, or lies in one of them.
fn is_one_of(name: &str, may: &[&str]) -> bool {
    may.iter().any(|may| name == *may || name.strip_prefix(*may).is_some_and(|rest| rest.starts_with("::")))
}

#[test]
fn what_screens_share_depends_on_no_screen() {
    let (mut wrong, mut read) = (Vec::new(), 0);
    for (folder, may) in LAYERS {
        for file in files_in(&root().join("app/src").join(folder)) {
            read += 1;
            let text = fs::read_to_string(&file).expect("text");
            let others = named(&text).into_iter().filter(|name| !is_one_of(name, &[folder]) && !is_one_of(name, may));
            wrong.extend(others.map(|name| format!("{}: {name}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 50, "{read} files");
    for file in NO_SCREENS {
        let text = fs::read_to_string(root().join("app/src").join(file)).expect(file);
        assert!(!text.contains("leptos"), "{file} draws");
    }
}

#[test]
fn what_is_named_is_found() {
    let text = "use crate::texts::{self, Lang};\n/// As [`crate::people`].\nuse crate::home_weeks::row;\n\
        #[cfg(test)]\nmod tests {\n    use crate::own;\n}\n";
    assert_eq!(named(text), ["texts", "home_weeks::row"]);
    assert!(is_one_of("texts::waiting", &["texts"]) && !is_one_of("textsum", &["texts"]));
    assert_eq!(named("use crate::{people, texts};"), [""], "a list is in no layer");
}
