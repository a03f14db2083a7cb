//! `cargo xtask test`: every check and test, stage by stage, with one summary at the end.
//! A failing stage does not stop the next, so that one run shows everything.

use crate::postgres::Cluster;
use crate::run::{Compiler, Tried, cargo, command, output, root, say, show_lines};
use crate::site::{self, Profile};
use crate::{dependencies, server, setup};
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// The native crates; `web` exists for the browser only, and this tool tests itself apart,
/// in the build that is running.
const CRATES: [&str; 12] = [
    "--package",
    "domain",
    "--package",
    "app",
    "--package",
    "server",
    "--package",
    "tests",
    "--package",
    "simulator",
    "--package",
    "bench",
];

/// Each stage by the name that `cargo xtask test NAME` takes.
const STAGES: [(&str, Stage); 8] = [
    ("format", format),
    ("unused", unused),
    ("deny", deny),
    ("tool", tool),
    ("clippy-wasm", clippy_wasm),
    ("clippy", clippy),
    ("rust", rust),
    ("journeys", journeys),
];

type Stage = fn(&Run) -> Tried<Counts>;

/// One call of the tool. Where all stages run, what is linted is compiled by the same step and tested afterwards, so that
/// no crate is read twice; a stage alone lints without compiling, which answers sooner.
struct Run {
    whole: bool,
    /// The browser's part, which several stages need.
    site: OnceLock<Tried<()>>,
    /// Which compiler has made the native crates; the usual one makes them where none has.
    native: OnceLock<Compiler>,
}

/// What a test runner said in its closing lines.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

/// What a check without tests of its own counts as.
const ONE_PASSED: Counts = Counts { passed: 1, failed: 0 };

/// All stages, or those named.
pub fn run(named: &[String]) -> Tried<()> {
    if let Some(unknown) = named.iter().find(|name| STAGES.iter().all(|(stage, _)| stage != name)) {
        let known: Vec<&str> = STAGES.iter().map(|(stage, _)| *stage).collect();
        return Err(format!("no stage `{unknown}`; there are: {}", known.join(", ")));
    }
    let one = Run { whole: named.is_empty(), site: OnceLock::new(), native: OnceLock::new() };
    let mut summary = Vec::new();
    let mut total = Counts::default();
    for (name, stage) in STAGES.iter().filter(|(name, _)| named.is_empty() || named.iter().any(|one| one == name)) {
        say(&format!("── {name}"));
        let begun = Instant::now();
        let outcome = stage(&one);
        if let Err(reason) = &outcome {
            eprintln!("{reason}");
        }
        // A stage that breaks before its runner counts anything is one failure, never none.
        let counts = outcome.unwrap_or(Counts { passed: 0, failed: 1 });
        total = total.plus(counts);
        summary.push(line(name, counts, begun.elapsed().as_secs()));
    }
    println!("\n{}\n{} passed, {} failed", summary.join("\n"), total.passed, total.failed);
    if total.failed == 0 { Ok(()) } else { Err("not everything passed".to_owned()) }
}

fn line(name: &str, counts: Counts, seconds: u64) -> String {
    let mark = if counts.failed == 0 { "✓" } else { "✗" };
    format!("{mark} {name:<12} {} passed, {} failed  ({seconds} s)", counts.passed, counts.failed)
}

fn format(_: &Run) -> Tried<Counts> {
    check(cargo(&["fmt", "--all", "--check"]))
}

fn unused(_: &Run) -> Tried<Counts> {
    dependencies::unused().map(|()| ONE_PASSED)
}

fn deny(_: &Run) -> Tried<Counts> {
    dependencies::denied().map(|()| ONE_PASSED)
}

fn clippy(one: &Run) -> Tried<Counts> {
    if one.whole {
        // The server carries the site in itself.
        one.site()?;
        let build = cargo(&[&["build", "--locked", "--quiet", "--keep-going", "--all-targets"], &CRATES[..]].concat());
        let built = check(Compiler::Linting.of(build)?)?;
        let _ = one.native.set(Compiler::Linting);
        return Ok(built);
    }
    let warnings = ["--all-targets", "--", "-D", "warnings"];
    check(cargo(&[&["clippy", "--locked", "--quiet", "--package", "xtask"], &CRATES[..], &warnings[..]].concat()))
}

fn clippy_wasm(one: &Run) -> Tried<Counts> {
    setup::wasm_target()?;
    if one.whole {
        site::build_with(Profile::Debug, Compiler::Linting)?;
        let _ = one.site.set(Ok(()));
        return Ok(ONE_PASSED);
    }
    let target = ["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
    check(cargo(&[&["clippy", "--locked", "--quiet", "--package", "web"], &target[..]].concat()))
}

fn tool(one: &Run) -> Tried<Counts> {
    let compiler = if one.whole { Compiler::Linting } else { Compiler::Usual };
    counted(compiler.of(cargo(&["test", "--locked", "--quiet", "--package", "xtask"]))?)
}

impl Run {
    /// Builds the browser's part once. Where a lint spoke up it is built without lints, so that the tests run all the same.
    fn site(&self) -> Tried<()> {
        self.site.get_or_init(|| site::build(Profile::Debug).map(drop)).clone()
    }

    /// A step that compiles the native crates, or finds them compiled. After a lint that spoke up the usual compiler makes
    /// them, so that the tests run all the same.
    fn with_native(&self, command: Command) -> Tried<Command> {
        self.native.get().unwrap_or(&Compiler::Usual).of(command)
    }
}

/// Unit tests, api tests on SQLite and on PostgreSQL, and the simulator, with the site embedded.
fn rust(one: &Run) -> Tried<Counts> {
    // Before the long build, so that what is missing is said at once.
    let cluster = Cluster::start()?;
    one.site()?;
    let nextest = output(cargo(&["nextest", "--version"])).is_ok();
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let mut tests = one.with_native(cargo(&[runner, &["--locked", "--no-fail-fast"], &CRATES[..]].concat()))?;
    tests.env("TEST_DATABASE_URL", cluster.url());
    counted(tests)
}

fn journeys(one: &Run) -> Tried<Counts> {
    let node = setup::journeys()?;
    let chromium = setup::chromium().ok_or("Chromium is missing")?;
    one.site()?;
    // Built as the tests are, with the same crates side by side: alone it would be compiled anew, dependencies and all.
    let beside_tests = [&["build", "--locked", "--quiet", "--tests", "--bin", "virea", "--bin", "routes"], &CRATES[..]];
    crate::run::run(one.with_native(cargo(&beside_tests.concat()))?)?;
    let binary = server::binary(Profile::Debug);
    // From the router itself, so that no page can be forgotten.
    let routes = output(command(&binary.with_file_name("routes").to_string_lossy(), &[]))?;
    let mut playwright = command(&node.to_string_lossy(), &["node_modules/@playwright/test/cli.js", "test"]);
    playwright.current_dir(root().join("tests/journeys"));
    playwright.env("VIREA_CHROMIUM", chromium).env("VIREA_BINARY", binary).env("VIREA_ROUTES", routes);
    counted(playwright)
}

/// A check without tests of its own.
fn check(command: Command) -> Tried<Counts> {
    crate::run::run(command).map(|()| ONE_PASSED)
}

/// Runs a test runner, showing what it prints, and counts by its closing lines.
fn counted(mut command: Command) -> Tried<Counts> {
    let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut runner = started.map_err(|error| format!("{command:?} could not be started: {error}"))?;
    let (out, err) = (runner.stdout.take(), runner.stderr.take());
    let errors = std::thread::spawn(move || err.map(shown).unwrap_or_default());
    let mut counts = out.map(shown).unwrap_or_default();
    counts = counts.plus(errors.join().unwrap_or_default());
    let status = runner.wait().map_err(|error| error.to_string())?;
    if !status.success() {
        counts.failed = counts.failed.max(1);
    }
    // A runner that found no test has not shown that anything works.
    if counts == Counts::default() { Err(format!("{command:?} ran no test")) } else { Ok(counts) }
}

fn shown(stream: impl Read) -> Counts {
    let mut counts = Counts::default();
    show_lines(stream, |line| counts = counts.plus(Counts::of(line)));
    counts
}

impl Counts {
    fn plus(self, other: Counts) -> Counts {
        Counts { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// From a closing line of cargo test, nextest or Playwright; nothing from any other line.
    fn of(line: &str) -> Counts {
        let words: Vec<&str> = line.split_whitespace().collect();
        let numbers = words.windows(2).filter_map(|pair| {
            let number: u64 = pair[0].parse().ok()?;
            Some((number, pair[1].trim_matches([',', ';'])))
        });
        let closes = line.starts_with("test result:") || words.first() == Some(&"Summary");
        // Playwright writes one such line for each outcome: `  12 passed (1.2m)`, `  1 did not run`.
        let playwright = line.starts_with("  ") && words.first().is_some_and(|word| word.parse::<u64>().is_ok());
        let mut counts = Counts::default();
        for (number, word) in numbers.filter(|_| closes || playwright) {
            match word {
                "passed" => counts.passed += number,
                "failed" | "timed" | "flaky" | "interrupted" | "did" => counts.failed += number,
                _ => {}
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_each_runner_are_counted() {
        let cargo = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out";
        assert_eq!(Counts::of(cargo), Counts { passed: 12, failed: 2 });
        let nextest = "     Summary [   0.021s] 7 tests run: 5 passed (1 slow), 1 failed, 1 timed out, 2 skipped";
        assert_eq!(Counts::of(nextest), Counts { passed: 5, failed: 2 });
        assert_eq!(Counts::of("  12 passed (1.2m)"), Counts { passed: 12, failed: 0 });
        assert_eq!(Counts::of("  1 did not run"), Counts { passed: 0, failed: 1 });
    }

    #[test]
    fn what_a_test_prints_itself_is_not_counted() {
        assert_eq!(Counts::of("the import: 4 passed, 1 failed"), Counts::default());
        assert_eq!(Counts::of("    Starting 5 tests across 2 binaries"), Counts::default());
    }
}
