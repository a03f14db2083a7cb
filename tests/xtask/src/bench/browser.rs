//! The tablet in Chromium: measured by scripts in `tests/journeys/bench`, gathered here.

use super::{Figure, Measured};
use crate::run::{Outcome, command, root, run};
use crate::setup;
use std::fs;
use std::path::Path;

/// Names in the scripts' result file, what they mean, and their bars.
const FIGURES: [(&str, &str, &str, f64); 2] = [
    ("first_mark", "offline start to first possible mark, 4 × slower CPU", "ms", 1000.0),
    ("tap", "tap to durable, 4 × slower CPU", "ms", 10.0),
];

/// Runs the scripts; each writes `name value` lines.
pub fn measure(binary: &Path) -> Outcome<Vec<Measured>> {
    let node = setup::journeys()?;
    let results = root().join("target/bench.txt");
    let _ = fs::remove_file(&results);
    let chromium = setup::chromium().ok_or("Chromium is missing")?;
    let mut script = command(
        &node.to_string_lossy(),
        &["node_modules/@playwright/test/cli.js", "test", "--config", "bench.config.ts"],
    );
    script.current_dir(root().join("tests/journeys"));
    script.env("VIREA_BINARY", binary).env("VIREA_CHROMIUM", chromium).env("VIREA_RESULTS", &results);
    let failed = run(script).err();
    let text = fs::read_to_string(&results).unwrap_or_default();
    Ok(FIGURES.iter().map(|figure| gathered(figure, &text, failed.as_deref())).collect())
}

fn gathered((key, name, unit, bar): &(&str, &str, &'static str, f64), text: &str, failed: Option<&str>) -> Measured {
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    let values: Vec<f64> = pairs.filter(|(one, _)| one == key).filter_map(|(_, value)| value.parse().ok()).collect();
    if values.is_empty() {
        return Err(((*name).to_owned(), failed.unwrap_or("the script wrote no value").to_owned()));
    }
    Ok(Figure { name: (*name).to_owned(), unit, bar: *bar, values })
}
