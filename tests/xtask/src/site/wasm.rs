//! The wasm crate and its JavaScript glue. wasm-bindgen runs as a library of the version in the
//! workspace's list, so the crate and the tool cannot drift apart.

use super::Profile;
use crate::run::{Outcome, cargo, root, run};
use std::fs;
use wasm_bindgen_cli_support::Bindgen;

/// Flags of the small build, in place of those in `.cargo/config.toml`. With erased components each view is compiled
/// once and not once for every place that it stands in.
const SMALL: &str = "--cfg getrandom_backend=\"wasm_js\" --cfg erase_components";

/// Names and contents of the app's files: `web.js`, `web_bg.wasm` and the snippets they import.
pub fn build(profile: Profile) -> Outcome<Vec<(String, Vec<u8>)>> {
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
    let out = root().join("target/bindgen").join(profile.folder());
    // Left-overs of an earlier run would otherwise be gathered as the app's.
    if out.exists() {
        fs::remove_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    bindgen(&input, &out, profile).map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    let files = super::listed(&out)?.into_iter();
    files.filter(|(name, _)| !name.ends_with(".ts")).map(|(name, path)| Ok((name, super::read(&path)?))).collect()
}

fn bindgen(
    input: &std::path::Path,
    out: &std::path::Path,
    profile: Profile,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).web(true)?;
    bindgen.typescript(false).omit_default_module_path(true);
    // Function names help to read a stack trace, and make up half of the file.
    bindgen.remove_name_section(profile == Profile::Release).remove_producers_section(true);
    Ok(bindgen.generate(out)?)
}
