//! `cargo xtask`: the one tool that builds, serves, tests and measures the project.
//! It installs what it needs and says so; where it may not, it says the one command that can.

mod bench;
#[cfg(test)]
mod citations;
mod demo;
mod dependencies;
mod dev;
#[cfg(test)]
mod layers;
mod postgres;
mod prove;
mod run;
mod server;
mod setup;
mod site;
mod test;

use run::Tried;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo [PORT]   build everything and serve the demo municipality on http://127.0.0.1:3000
cargo xtask dev [PORT]    the same, built again and restarted whenever a file changes; open pages follow
cargo xtask test [STAGE…] install what is missing, run every check and test, print one summary
cargo xtask bench [PART…] measure the release build against references: weight, server, tablets, size, score,
                          browser; only by name: import, tenfold and, beside PouchDB, sync
cargo xtask prove [NAME[=NUMBER]…] the same tests with large numbers: simulator, kill -9, power cuts …; takes hours
cargo xtask build         the release binary with the site inside: target/release/virea
cargo xtask site [release]  only the browser's part: target/site/debug or target/site/release";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("demo") => demo::run(rest),
        Some("dev") => dev::run(rest),
        Some("test") => test::run(rest),
        Some("bench") => bench::run(rest),
        Some("prove") => prove::run_all(rest),
        Some("build") => server::build(site::Profile::Release).map(drop),
        Some("site") if rest == ["release"] => site::build(site::Profile::Release).map(drop),
        Some("site") => site::build(site::Profile::Debug).map(drop),
        _ => Err(HELP.to_owned()),
    };
    report(outcome)
}

fn report(outcome: Tried<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
