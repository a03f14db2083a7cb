//! What the tablet loads at its first visit, as it travels: compressed once at build.

use super::Values;
use crate::run::{Outcome, root};
use crate::site;
use std::fs;

/// Kilobytes (1,000 bytes) of the first load, font, shell and worker included.
pub fn first_load() -> Outcome<Values> {
    let folder = root().join("target/site/release");
    let list = fs::read_to_string(folder.join("files.txt")).map_err(|error| error.to_string())?;
    let stored = list.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next_back()?))
    });
    // The tablet takes everything that it needs offline at its first visit.
    let loaded = |file: &str| site::needed_offline(file) && file != "sw-off.js";
    let bytes = stored.filter(|(file, _)| loaded(file)).map(|(_, stored)| {
        let packed = folder.join(format!("{stored}.br")).metadata();
        packed.or_else(|_| folder.join(stored).metadata()).map_or(0, |file| file.len())
    });
    Ok(Values(vec![("weight".to_owned(), bytes.sum::<u64>() as f64 / 1000.0)]))
}
