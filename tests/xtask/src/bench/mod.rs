//! `cargo xtask bench`: measures the release build beside references of the same run and prints one table.
//! It is no test: it never fails on a slow machine, only when it cannot measure.
//!
//! A machine's speed swings by two within the hour, so that most bars are ratios: the slowest twentieth of what the
//! program does against the middle of something bare that was done in the same run, on the same machine.

mod bars;
mod browser;
mod files;
mod program;
mod table;

use crate::run::{Tried, say};
use crate::server;
use crate::site::Profile;

/// Measured values by name, in the order in which they came; a name has as many as it was measured times.
#[derive(Default)]
struct Values(Vec<(String, f64)>);

impl Values {
    /// Reads the lines `name value` of a measuring program.
    fn read(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        Self(pairs.filter_map(|(name, value)| Some((name.to_owned(), value.trim().parse().ok()?))).collect())
    }

    fn of(&self, name: &str) -> Vec<f64> {
        self.0.iter().filter(|(one, _)| one == name).map(|(_, value)| *value).collect()
    }

    fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

/// Measures everything, or only the parts named: weight, score, server, tablets, size, import, tenfold, browser, sync. What
/// makes much anew or installs what nothing else needs (import, tenfold, sync) is measured only when it is named.
pub fn run(arguments: &[String]) -> Tried<()> {
    known(arguments)?;
    let wanted = |part: &str| arguments.is_empty() || arguments.iter().any(|one| one == part);
    let binary = server::build(Profile::Release)?;
    let mut values = Values::default();
    let mut failed = Vec::new();
    if wanted("weight") {
        values.add(files::first_load()?);
    }
    for (part, words) in program::PARTS {
        // The database at size is kept: its import is measured when it is made, or when it is asked for by name.
        if wanted(part) && (!["import", "tenfold"].contains(&part) || !arguments.is_empty()) {
            say(words);
            gather(program::measure(part, &binary), &mut values, &mut failed);
        }
    }
    if wanted("browser") {
        say("measuring the tablet in Chromium at 4 × CPU slow-down");
        gather(browser::measure("browser", &binary), &mut values, &mut failed);
    }
    if wanted("sync") && !arguments.is_empty() {
        say("measuring the sync beside PouchDB's, by turns");
        gather(browser::measure("sync", &binary), &mut values, &mut failed);
    }
    table::print(&bars::BARS, &values);
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// A part that there is not would be measured as nothing.
fn known(arguments: &[String]) -> Tried<()> {
    let parts = ["weight", "browser", "sync"].into_iter().chain(program::PARTS.map(|(part, _)| part));
    let parts: Vec<&str> = parts.collect();
    match arguments.iter().find(|one| !parts.contains(&one.as_str())) {
        Some(unknown) => Err(format!("no part `{unknown}`; there are: {}", parts.join(", "))),
        None => Ok(()),
    }
}

/// What was measured before a part failed stands in the table all the same.
fn gather(measured: Tried<(Values, Option<String>)>, values: &mut Values, failed: &mut Vec<String>) {
    match measured {
        Ok((more, why)) => {
            values.add(more);
            failed.extend(why);
        }
        Err(why) => failed.push(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_there_is_not_is_named_with_those_that_there_are() {
        let told = |parts: &[&str]| known(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&["weight", "tenfold"]), Ok(()));
        assert!(told(&["sizes"]).is_err_and(|told| told.contains("`sizes`") && told.contains("size, ")));
    }
}
