//! That every text is said: by the program, by the server, or in a file that the build fills in.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::EVERY;

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

fn words_in(path: &Path) -> HashSet<String> {
    // Fonts and pictures are no text, and say none.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
}

/// A text is said by its name and its table's, which a file may call otherwise: both stand in one file. Where a name is a
/// common word this finds nothing; it finds what is left behind when a screen changes.
#[test]
fn every_text_is_said_somewhere() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["src", "../server/src", "../public"].map(|folder| app.join(folder));
    let sources: Vec<_> = folders.iter().flat_map(|folder| files_in(folder)).map(|path| words_in(&path)).collect();
    let is_said = |key: &str| {
        let name: Vec<&str> = key.rsplit('.').take(2).collect();
        sources.iter().any(|words| name.iter().all(|part| words.contains(*part)))
    };
    let unsaid: Vec<_> = EVERY.iter().map(|(key, _)| *key).filter(|key| !is_said(key)).collect();
    assert!(unsaid.is_empty(), "texts that nothing says: {unsaid:?}");
}
