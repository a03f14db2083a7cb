//! The wasm crate and its JavaScript glue. wasm-bindgen runs as a library of the version in the
//! workspace's list, so the crate and the tool cannot drift apart.

use super::Profile;
use crate::run::{Outcome, cargo, root, run};
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
    let script = output.js().as_bytes().to_vec();
    let wasm = output.wasm_mut().emit_wasm();
    Ok(vec![("web.js".to_owned(), script), ("web_bg.wasm".to_owned(), wasm)])
}
