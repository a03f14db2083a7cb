//! `cargo xtask prove`: the large numbers that take hours, before a release. What is proven is what the everyday tests
//! prove; they read from the environment how often.

use crate::postgres::Cluster;
use crate::run::{Tried, cargo, command, root, run, say, show_lines};
use crate::server;
use crate::setup;
use crate::site::Profile;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a test prints before a figure that is worth keeping.
const FIGURE: &str = "proof: ";
/// What every property test reads by itself; none prints a figure.
const PROPERTIES: &str = "PROPTEST_CASES";

struct Proof {
    /// As `cargo xtask prove NAME` and `NAME=NUMBER` call it.
    name: &'static str,
    number: u64,
    what: &'static str,
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum By {
    /// Tests of a package whose names begin so; they read the number from this variable.
    Tests { package: &'static str, target: &'static [&'static str], begin: &'static str, variable: &'static str },
    /// Journeys in Chromium that say this, each so often.
    Journeys(&'static str),
    /// A program of the package `tests`, which takes the number.
    Program(&'static str),
}

const API: &[&str] = &["--test", "api"];

static PROOFS: [Proof; 9] = [
    Proof {
        name: "simulator",
        number: 1_000_000,
        what: "schedules of the simulator",
        by: By::Tests { package: "simulator", target: &[], begin: "", variable: "VIREA_SEEDS" },
    },
    Proof {
        name: "properties",
        number: 100_000,
        what: "cases of each property test",
        by: By::Tests { package: "domain", target: &["--package", "server"], begin: "", variable: PROPERTIES },
    },
    Proof {
        name: "attack",
        number: 1_000,
        what: "municipalities of which everything that is published is attacked",
        by: By::Tests {
            package: "domain",
            target: &["--lib"],
            begin: "outcomes::attack::nothing_hidden",
            variable: "VIREA_TOWNS",
        },
    },
    Proof {
        name: "kills",
        number: 1_000,
        what: "servers killed (kill -9) under load, on each database",
        by: By::Tests { package: "tests", target: API, begin: "kill::a_killed_server", variable: "VIREA_KILLS" },
    },
    Proof {
        name: "cuts",
        number: 200,
        what: "power cuts on SQLite",
        by: By::Tests { package: "tests", target: &["--test", "power"], begin: "", variable: "VIREA_POWER_CUTS" },
    },
    Proof {
        name: "restores",
        number: 200,
        what: "older backups put back, on each database",
        by: By::Tests { package: "tests", target: API, begin: "epochs::an_older_backup", variable: "VIREA_RESTORES" },
    },
    Proof {
        name: "browser",
        number: 50,
        what: "times ten browsers killed, ten pages loaded anew and two stores that fail, while marks are stored",
        by: By::Journeys("killed right after each of ten marks|reloads in the middle|a mark that could not be stored"),
    },
    Proof {
        name: "guesses",
        number: 1_000_000,
        what: "codes of personal cards made up by a script, and as many PINs typed at one card, on each database",
        by: By::Tests { package: "tests", target: API, begin: "guessing::guessed", variable: "VIREA_GUESSES" },
    },
    Proof {
        name: "sign-in",
        number: 1_500,
        what: "tries to sign in with known names and as many with unknown ones, refused in the same time",
        by: By::Program("sign_in_times"),
    },
];

/// Runs the proofs that are named, or all; one that fails keeps no other away.
pub fn run_all(arguments: &[String]) -> Tried<()> {
    let wanted = wanted(arguments)?;
    let cluster = Cluster::start()?;
    let (mut figures, mut failed) = (Vec::new(), Vec::new());
    for (proof, number) in wanted {
        say(&format!("── {}: {number} {}", proof.name, proof.what));
        let begun = Instant::now();
        let outcome = proof.by.carry_out(number, &cluster);
        let mark = if outcome.is_ok() { "✓" } else { "✗" };
        let seconds = begun.elapsed().as_secs();
        figures.push(format!("{mark} {:<10} {number} {} ({seconds} s)", proof.name, proof.what));
        match outcome {
            Ok(found) => figures.extend(found.iter().map(|figure| format!("             {figure}"))),
            Err(reason) => {
                eprintln!("{reason}");
                failed.push(proof.name);
            }
        }
    }
    println!("\nFor \"Tests\" in the README, with the day and the machine:\n{}", figures.join("\n"));
    if failed.is_empty() { Ok(()) } else { Err(format!("not proven: {}", failed.join(", "))) }
}

/// The proofs that the arguments name, with the number that each is to have.
fn wanted(arguments: &[String]) -> Tried<Vec<(&'static Proof, u64)>> {
    if arguments.is_empty() {
        return Ok(PROOFS.iter().map(|proof| (proof, proof.number)).collect());
    }
    arguments.iter().map(|argument| one_wanted(argument)).collect()
}

fn one_wanted(argument: &str) -> Tried<(&'static Proof, u64)> {
    let (name, number) = argument.split_once('=').map_or((argument, None), |(name, number)| (name, Some(number)));
    let known = PROOFS.iter().map(|proof| proof.name).collect::<Vec<_>>().join(" ");
    let unknown = || format!("{argument:?} is none of the proofs: {known}, each alone or as NAME=NUMBER");
    let proof = PROOFS.iter().find(|proof| proof.name == name).ok_or_else(unknown)?;
    let number = number.map_or(Ok(proof.number), |number| number.parse().map_err(|_| unknown()))?;
    // What is never tried proves nothing.
    if number == 0 { Err(unknown()) } else { Ok((proof, number)) }
}

impl By {
    /// Runs it to its end; the figures that it has printed.
    fn carry_out(self, number: u64, cluster: &Cluster) -> Tried<Vec<String>> {
        match self {
            Self::Tests { package, target, begin, variable } => {
                let words = [&["test", "--locked", "--release", "--package", package][..], target, &["--"]].concat();
                let only: &[&str] = if begin.is_empty() { &[] } else { &[begin] };
                let mut tests = cargo(&[&words[..], only, &["--nocapture"]].concat());
                tests.env(variable, number.to_string()).env("TEST_DATABASE_URL", cluster.url());
                let figures = figures_of(tests)?;
                if variable == PROPERTIES { Ok(figures) } else { at_least_one(figures) }
            }
            Self::Journeys(named) => journeys(named, number).map(|()| Vec::new()),
            Self::Program(name) => {
                let number = number.to_string();
                let words = ["run", "--locked", "--release", "--package", "tests", "--bin", name, "--", &number];
                at_least_one(figures_of(cargo(&words))?)
            }
        }
    }
}

fn journeys(named: &str, number: u64) -> Tried<()> {
    let node = setup::journeys()?;
    let chromium = setup::chromium().ok_or("Chromium is missing")?;
    let binary = server::build(Profile::Debug)?;
    let repeat = format!("--repeat-each={number}");
    let words = ["node_modules/@playwright/test/cli.js", "test", "storage.spec.ts", "--grep", named, &repeat];
    let mut playwright = command(&node.to_string_lossy(), &words);
    playwright.current_dir(root().join("tests/journeys"));
    playwright.env("VIREA_CHROMIUM", chromium).env("VIREA_BINARY", binary);
    run(playwright)
}

/// Runs to the end with its output shown, and keeps the figures in it.
fn figures_of(mut command: Command) -> Tried<Vec<String>> {
    let started = command.stdout(Stdio::piped()).spawn();
    let mut runner = started.map_err(|error| format!("{command:?} could not be started: {error}"))?;
    let mut figures = Vec::new();
    if let Some(out) = runner.stdout.take() {
        // A runner with one thread has written the test's name before it.
        show_lines(out, |line| figures.extend(line.split_once(FIGURE).map(|(_, figure)| figure.to_owned())));
    }
    let status = runner.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(figures) } else { Err(format!("{command:?} failed ({status})")) }
}

/// Without a figure nothing was proven: cargo calls it a success when no test has the name.
fn at_least_one(figures: Vec<String>) -> Tried<Vec<String>> {
    if figures.is_empty() { Err("no figure was printed: did any test run?".to_owned()) } else { Ok(figures) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_proof_without_a_figure_has_proven_nothing() {
        assert!(at_least_one(Vec::new()).is_err());
        let figures = vec!["3 killed servers".to_owned()];
        assert_eq!(at_least_one(figures.clone()), Ok(figures));
    }

    #[test]
    fn proofs_are_named_alone_or_with_a_number() {
        let numbers = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
            wanted(&arguments)
                .map(|wanted| wanted.iter().map(|(proof, number)| (proof.name, *number)).collect::<Vec<_>>())
        };
        assert_eq!(numbers(&[]).map(|all| all.len()), Ok(PROOFS.len()));
        assert_eq!(numbers(&["cuts", "kills=5"]), Ok(vec![("cuts", 200), ("kills", 5)]));
        assert!(numbers(&["kill"]).is_err() && numbers(&["kills=many"]).is_err() && numbers(&["7"]).is_err());
        assert!(numbers(&["cuts=0"]).is_err(), "never is no proof");
    }

    /// The source of a proof's tests: a variable or a name that nobody has would prove nothing, and pass.
    fn source(by: By) -> String {
        let read = |file: &str| fs::read_to_string(root().join("tests").join(file)).expect("a source file");
        match by {
            By::Tests { package: "domain", .. } => read("../app/domain/src/outcomes/attack/mod.rs"),
            By::Tests { begin, .. } if begin.contains("::") => {
                read(&format!("api/{}.rs", begin.split("::").next().unwrap_or_default()))
            }
            By::Tests { package: "simulator", .. } => read("simulator/main.rs"),
            By::Tests { .. } => read("power/main.rs"),
            By::Journeys(_) => read("journeys/storage.spec.ts"),
            By::Program(name) => read(&format!("src/bin/{name}.rs")),
        }
    }

    #[test]
    fn every_proof_reads_its_number_and_has_its_tests() {
        for proof in PROOFS.iter().filter(|proof| proof.name != "properties") {
            let source = source(proof.by);
            match proof.by {
                By::Tests { begin, variable, .. } => {
                    let name = begin.rsplit("::").next().unwrap_or_default();
                    assert!(source.contains(&format!("\"{variable}\"")), "{}: nobody reads {variable}", proof.name);
                    assert!(source.contains(&format!("fn {name}")), "{}: no test {name}", proof.name);
                    assert!(source.contains(FIGURE), "{}: it prints no figure", proof.name);
                }
                By::Journeys(named) => {
                    assert!(named.split('|').all(|one| source.contains(one)), "{}: {named}", proof.name);
                }
                By::Program(_) => assert!(source.contains("args()"), "{}: it takes no number", proof.name),
            }
        }
    }
}
