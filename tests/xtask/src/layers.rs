//! What every screen shares depends on no screen: each folder below uses those named beside it, and no other.

use crate::run::root;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of `app/src`, and what of the same crate each of them may use.
const LAYERS: [(&str, &[&str]); 6] = [
    ("texts", &[]),
    ("charts", &["texts"]),
    ("figures", &["texts"]),
    ("device", &["texts"]),
    ("ui", &["device", "texts"]),
    ("context", &["device", "sync", "texts", "ui"]),
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

/// The modules of the same crate that a text names, tests left out.
fn named(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let is_of_a_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let name = |rest: &str| rest.split(|c: char| !is_of_a_name(c)).next().unwrap_or_default().to_owned();
    code.split("crate::").skip(1).map(name).collect()
}

#[test]
fn what_screens_share_depends_on_no_screen() {
    let (mut wrong, mut read) = (Vec::new(), 0);
    for (folder, may) in LAYERS {
        for file in files_in(&root().join("app/src").join(folder)) {
            read += 1;
            let text = fs::read_to_string(&file).expect("text");
            let others = named(&text).into_iter().filter(|name| name != folder && !may.contains(&name.as_str()));
            wrong.extend(others.map(|name| format!("{}: {name}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 50, "{read} files");
}

#[test]
fn what_is_named_is_found() {
    let text = "use crate::texts::{self, Lang};\n/// As [`crate::people`].\nuse crate::home_weeks::row;\n\
        #[cfg(test)]\nmod tests {\n    use crate::own;\n}\n";
    assert_eq!(named(text), ["texts", "home_weeks"]);
    assert_eq!(named("use crate::{people, texts};"), [""], "a list is no name of a layer either");
}
