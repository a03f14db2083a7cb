//! One style sheet out of `style/main.css` and the files it imports.

use crate::run::Tried;
use std::fs;
use std::path::Path;

/// The bundle; empty while the project has no style sheet.
pub fn bundle(folder: &Path) -> Tried<String> {
    let main = folder.join("main.css");
    if main.is_file() { inlined(&main, 0) } else { Ok(String::new()) }
}

/// The text of a sheet with each `@import "file" layer(name);` replaced by that file, inside `@layer name { … }`.
fn inlined(file: &Path, depth: usize) -> Tried<String> {
    if depth > 5 {
        return Err(format!("{}: style sheets import each other in a circle", file.display()));
    }
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let folder = file.parent().unwrap_or(file);
    let mut bundle = String::with_capacity(text.len());
    for line in without_comments(&text).lines() {
        match import(line.trim()) {
            Some((name, Some(layer))) => {
                bundle += &format!("@layer {layer} {{\n{}}}\n", inlined(&folder.join(name), depth + 1)?);
            }
            Some((name, None)) => bundle += &inlined(&folder.join(name), depth + 1)?,
            None if line.trim().is_empty() => {}
            None => {
                bundle += line.trim();
                bundle.push('\n');
            }
        }
    }
    Ok(bundle)
}

fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.strip_prefix("@import ")?.strip_suffix(';')?.trim();
    let rest = rest.strip_prefix("url(").map_or(rest, |inner| inner.trim_start());
    let (name, after) = rest.strip_prefix('"')?.split_once('"')?;
    let after = after.trim().trim_start_matches(')').trim();
    let layer = after.strip_prefix("layer(").and_then(|inner| inner.strip_suffix(')'));
    Some((name, layer))
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept += before;
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_names_its_file_and_its_layer() {
        assert_eq!(import(r#"@import "base.css" layer(base);"#), Some(("base.css", Some("base"))));
        assert_eq!(import(r#"@import url("ui/button.css") layer(ui);"#), Some(("ui/button.css", Some("ui"))));
        assert_eq!(import(r#"@import "print.css";"#), Some(("print.css", None)));
        assert_eq!(import("@layer base, ui;"), None);
    }

    #[test]
    fn comments_leave_no_trace() {
        assert_eq!(without_comments("a /* b */ c /* d"), "a  c ");
    }
}
