//! What is measured in Chromium, by scripts in `tests/journeys/bench`: the tablet, and the sync beside PouchDB's.

use super::Values;
use crate::run::{Tried, command, root, run};
use crate::setup;
use std::fs;
use std::path::Path;

/// Runs the scripts of one part, `browser` or `sync`; their values, and why they ended early if they did.
pub fn measure(part: &str, binary: &Path) -> Tried<(Values, Option<String>)> {
    let node = setup::journeys()?;
    if part == "sync" {
        setup::pouchdb()?;
    }
    let results = root().join("target/bench.txt");
    let _ = fs::remove_file(&results);
    let chromium = setup::chromium().ok_or("Chromium is missing")?;
    let mut script = command(
        &node.to_string_lossy(),
        &["node_modules/@playwright/test/cli.js", "test", "--config", "bench.config.ts", "--project", part],
    );
    script.current_dir(root().join("tests/journeys"));
    script.env("VIREA_BINARY", binary).env("VIREA_CHROMIUM", chromium).env("BENCH_RESULTS", &results);
    let failed = run(script).err();
    Ok((Values::read(&fs::read_to_string(&results).unwrap_or_default()), failed))
}
