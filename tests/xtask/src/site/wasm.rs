//! The wasm crate and its JavaScript glue. wasm-bindgen runs as a library of the version in the
//! workspace's list, so the crate and the tool cannot drift apart.
//!
//! What stands behind a `#[wasm_split]` becomes a file of its own, which the browser reads when it is first called. It
//! shares memory and functions with the first one, so both scripts know each other.

use super::Profile;
use crate::run::{Compiler, Tried, cargo, root, run};
use std::error::Error;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Flags of the small build, in place of those in `.cargo/config.toml`. SHA-256 is written as a loop. Erased components
/// would make it smaller still, and leave listeners of views that are gone (see there).
const SMALL: &str = "--cfg getrandom_backend=\"wasm_js\" --cfg sha2_backend_soft=\"compact\"";

/// Files by name.
type Files = Vec<(String, Vec<u8>)>;

/// The script that reads the later files.
const LATER: &str = "web_split.js";

/// What the app is made of.
pub struct App {
    /// `web_bg.wasm` and what is split from it.
    pub wasm: Files,
    /// `web.js` and [`LATER`], which import each other.
    pub scripts: [(String, Vec<u8>); 2],
}

pub fn build(profile: Profile, compiler: Compiler) -> Tried<App> {
    let (cargo_profile, folder) = match profile {
        Profile::Debug => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    let target = "wasm32-unknown-unknown";
    let mut build =
        cargo(&["build", "--locked", "--quiet", "--package", "web", "--target", target, "--profile", cargo_profile]);
    match profile {
        Profile::Release => build.env("RUSTFLAGS", SMALL),
        // Names of functions stay; lines would make it three times as large, and each later step as slow.
        Profile::Debug => build.env("CARGO_PROFILE_DEV_DEBUG", "0"),
    };
    run(compiler.of(build)?)?;
    let linked = root().join("target").join(target).join(folder).join("web.wasm");
    let parts = linked.with_extension("parts");
    let first = parts.join("web.wasm");
    let later = split(&linked, &parts, &first).map_err(|error| format!("{}: {error:#}", linked.display()))?;
    let (script, wasm) = bindgen(&first, profile).map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    let wasm = std::iter::once(("web_bg.wasm".to_owned(), wasm)).chain(later).collect();
    let scripts = [("web.js".to_owned(), script), (LATER.to_owned(), super::read(&parts.join(LATER))?)];
    Ok(App { wasm, scripts })
}

/// Splits the linked wasm into `first` and the later files, which lie beside it in the folder `parts`.
fn split(linked: &Path, parts: &Path, first: &Path) -> Result<Files, Box<dyn Error + Send + Sync>> {
    let (input, link) = (std::fs::read(linked)?, format!("./{LATER}"));
    let mut options = wasm_split_cli_support::Options::new(&input);
    (options.output_dir, options.main_out_path) = (parts, first);
    (options.link_name, options.main_module) = (&link, "./web.js");
    let later = wasm_split_cli_support::transform(options)?.split_modules;
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, without_names(&std::fs::read(path)?)?))
    };
    later.iter().map(named).collect()
}

/// A wasm without its custom sections: names of functions make up a third of it.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    let mut module = walrus::ModuleConfig::new().generate_name_section(false).parse(wasm)?;
    Ok(module.emit_wasm())
}

/// The script and the wasm.
fn bindgen(input: &Path, profile: Profile) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error + Send + Sync>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).web(true)?;
    bindgen.typescript(false).omit_default_module_path(true);
    // The later files share the table of functions with the first.
    bindgen.keep_lld_exports(true);
    // Function names help to read a stack trace, and make up half of the file.
    bindgen.remove_name_section(profile == Profile::Release).remove_producers_section(true);
    let mut output = bindgen.generate_output()?;
    if !(output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty()) {
        return Err("a crate brings JavaScript of its own, which is not gathered yet".into());
    }
    let script = output.js().as_bytes().to_vec();
    let wasm = output.wasm_mut().emit_wasm();
    Ok((script, wasm))
}
