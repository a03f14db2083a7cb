//! `cargo xtask prove`: the large numbers that take hours, before a release.

use crate::run::{Outcome, cargo, run, say};

/// Schedules of the simulator when none are named.
const SEEDS: &str = "1000000";

/// Runs the simulator over many seeds and the property tests over many cases, optimised.
pub fn run_all(arguments: &[String]) -> Outcome<()> {
    let seeds = arguments.first().map_or(SEEDS, String::as_str);
    say(&format!("simulator: {seeds} schedules (`cargo xtask prove NUMBER` for another number)"));
    let simulator = ["test", "--locked", "--release", "--package", "simulator", "--", "--nocapture"];
    let mut simulator = cargo(&simulator);
    simulator.env("VIREA_SEEDS", seeds);
    run(simulator)?;
    say("property tests of the domain: 100,000 cases each");
    let mut properties = cargo(&["test", "--locked", "--release", "--package", "domain"]);
    properties.env("PROPTEST_CASES", "100000");
    run(properties)?;
    say("time of a refused sign-in: 1,500 tries with known names and as many with unknown ones");
    run(cargo(&["run", "--locked", "--release", "--package", "tests", "--bin", "sign_in_times", "--", "1500"]))
}
