//! What the tablet loads at its first visit, as it travels: compressed once at build.

use super::Values;
use crate::run::{Tried, root};
use crate::site;
use std::fs;

/// Kilobytes (1,000 bytes) of the first load, font, shell and worker included: until somebody can be marked, and with
/// what the worker then fetches for later.
pub fn first_load() -> Tried<Values> {
    let folder = root().join("target/site/release");
    let list = fs::read_to_string(folder.join("files.txt")).map_err(|error| error.to_string())?;
    let stored = list.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next_back()?))
    });
    // The tablet takes everything that it needs offline at its first visit.
    let loaded = |file: &str| site::needed_offline(file) && file != "sw-off.js";
    let (mut first, mut later) = (0, 0);
    for (file, stored) in stored.filter(|(file, _)| loaded(file)) {
        let packed = folder.join(format!("{stored}.br")).metadata();
        let bytes = packed.or_else(|_| folder.join(stored).metadata()).map_or(0, |file| file.len());
        *(if site::is_read_later(file) { &mut later } else { &mut first }) += bytes;
    }
    let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
    Ok(Values(vec![("weight".to_owned(), kilobytes(first)), ("weight_later".to_owned(), kilobytes(later))]))
}
