//! The wasm crate and its JavaScript glue. wasm-bindgen runs as a library of the version in the
//! workspace's list, so the crate and the tool cannot drift apart.

use super::Profile;
use crate::run::{Outcome, cargo, root, run};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Flags of the small build, in place of those in `.cargo/config.toml`. With erased components each view is compiled
/// once and not once for every place that it stands in; SHA-256 is written as a loop.
const SMALL: &str = "--cfg getrandom_backend=\"wasm_js\" --cfg erase_components --cfg sha2_backend_soft=\"compact\"";

/// Files by name.
type Files = Vec<(String, Vec<u8>)>;

/// The app's files, `web.js` and `web_bg.wasm`.
pub fn build(profile: Profile) -> Outcome<Files> {
    let (cargo_profile, folder) = match profile {
        Profile::Debug => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    let target = "wasm32-unknown-unknown";
    let mut build =
        cargo(&["build", "--locked", "--quiet", "--package", "web", "--target", target, "--profile", cargo_profile]);
    if profile == Profile::Release {
        build.env("RUSTFLAGS", SMALL);
    }
    run(build)?;
    let input = root().join("target").join(target).join(folder).join("web.wasm");
    bindgen(&input, profile).map_err(|error| format!("wasm-bindgen: {error:#}"))
}

fn bindgen(input: &Path, profile: Profile) -> Result<Files, Box<dyn Error + Send + Sync>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).web(true)?;
    bindgen.typescript(false).omit_default_module_path(true);
    // Function names help to read a stack trace, and make up half of the file.
    bindgen.remove_name_section(profile == Profile::Release).remove_producers_section(true);
    let mut output = bindgen.generate_output()?;
    if !(output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty()) {
        return Err("a crate brings JavaScript of its own, which is not gathered yet".into());
    }
    let mut script = output.js().to_owned();
    if profile == Profile::Release {
        let names = Names::of(&script);
        script = names.shorten(&script);
        let module = output.wasm_mut();
        module.imports.iter_mut().for_each(|import| names.shorten_one(&mut import.name));
        module.exports.iter_mut().for_each(|export| names.shorten_one(&mut export.name));
    }
    let wasm = output.wasm_mut().emit_wasm();
    Ok(vec![("web.js".to_owned(), script.into_bytes()), ("web_bg.wasm".to_owned(), wasm)])
}

/// Short names for those by which script and wasm know each other: with their hashes the long ones are 5 kB of the
/// tablet's first load.
struct Names(BTreeMap<String, String>);

impl Names {
    /// The generated names that stand in the script.
    fn of(script: &str) -> Names {
        let generated = |word: &&str| word.starts_with("__wb") || word.starts_with("wasm_bindgen__");
        let long: BTreeSet<&str> = words(script).filter(generated).collect();
        Names(long.into_iter().enumerate().map(|(n, long)| (long.to_owned(), format!("${n:x}"))).collect())
    }

    fn shorten(&self, script: &str) -> String {
        let short = |word| self.0.get(word).map_or(word, String::as_str);
        words(script).map(short).collect()
    }

    fn shorten_one(&self, name: &mut String) {
        if let Some(short) = self.0.get(name) {
            name.clone_from(short);
        }
    }
}

/// A script's words and what stands between them; joined again they are the script.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = script;
    std::iter::from_fn(move || {
        let inside = part(rest.chars().next()?);
        let end = rest.find(|c| part(c) != inside).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_whole_and_nothing_else_is_touched() {
        let script = "wasm.__wbg_a_1(x, __wbg_a); __wbg_a_1: my__wbg_a, 'wasm_bindgen__h0'";
        let names = Names::of(script);
        assert_eq!(names.shorten(script), "wasm.$1(x, $0); $1: my__wbg_a, '$2'");
        let mut name = "__wbg_a".to_owned();
        names.shorten_one(&mut name);
        assert_eq!(name, "$0");
    }
}
