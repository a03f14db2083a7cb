//! Measures the built program beside references of the same run. Every value is a line `key value` on standard output;
//! `cargo xtask bench` gathers them into its table.

#![expect(clippy::print_stdout, reason = "the values are what this program is for")]

mod at_size;
mod browser;
mod crowd;
mod plain;
mod program;
mod score;
mod small;
mod tablet;
mod tenfold;
mod town;
mod waiting;

use std::path::PathBuf;
use std::process::ExitCode;

use program::Tried;

const USAGE: &str = "bench PART BINARY FOLDER; parts: server, tablets, size, import, tenfold, score";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Tried<()> {
    let [part, binary, folder] = words else { return Err(USAGE.to_owned()) };
    let (binary, folder) = (PathBuf::from(binary), PathBuf::from(folder));
    match part.as_str() {
        "server" => small::measure(&binary, &folder),
        "tablets" => crowd::measure(&binary, &folder),
        "size" => at_size::measure(&binary, &folder),
        "import" => at_size::import(&binary, &folder),
        "tenfold" => tenfold::measure(&binary, &folder),
        "score" => score::measure(),
        _ => Err(USAGE.to_owned()),
    }
}

/// Tells a value.
fn note(key: &str, value: f64) {
    println!("{key} {value}");
}
