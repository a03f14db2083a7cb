//! What the tablet loads at first, as it travels: compressed once at build.

use super::{Figure, Measured};
use crate::run::root;
use std::fs;

/// The shell and what it names; the other icons are fetched only when the app is installed.
const FIRST: [&str; 7] =
    ["tablet.html", "main.css", "boot.js", "web.js", "web_bg.wasm", "icons/icon.svg", "manifest.webmanifest"];

/// Kilobytes (1,000 bytes) of the first load, fonts included.
pub fn first_load() -> Measured {
    let name = "tablet app's first load, brotli".to_owned();
    let folder = root().join("target/site/release");
    let list = fs::read_to_string(folder.join("files.txt")).map_err(|error| (name.clone(), error.to_string()))?;
    let stored = list.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next_back()?))
    });
    let loaded = |file: &str| {
        FIRST.contains(&file) || file.starts_with("fonts/") && file.ends_with(".woff2") || file.starts_with("snippets/")
    };
    let bytes = stored.filter(|(file, _)| loaded(file)).map(|(_, stored)| {
        let packed = folder.join(format!("{stored}.br")).metadata();
        packed.or_else(|_| folder.join(stored).metadata()).map_or(0, |file| file.len())
    });
    Ok(Figure { name, unit: "kB", bar: 400.0, values: vec![bytes.sum::<u64>() as f64 / 1000.0] })
}
