//! The server, measured by the program `bench`, which is built beside it.

use super::Values;
use crate::run::{Tried, cargo, command, root, run};
use std::path::Path;

/// Its parts, with what is said meanwhile.
pub const PARTS: [(&str, &str); 6] = [
    ("score", "scoring a million random tests"),
    ("server", "measuring the server of a small municipality"),
    ("tablets", "measuring the server with five hundred tablets"),
    ("import", "importing a large town anew"),
    ("size", "measuring the server of a large town (it is imported first where it is not kept from earlier)"),
    ("tenfold", "making reports of the large town, and of the same town with ten times its marks"),
];

/// Runs one part: its values, and why it ended early if it did.
pub fn measure(part: &str, binary: &Path) -> Tried<(Values, Option<String>)> {
    run(cargo(&["build", "--locked", "--release", "--package", "bench"]))?;
    let program = root().join("target/release/bench");
    let folder = root().join("target/bench").join(if part == "import" { "size" } else { part });
    let mut bench = command(&program.to_string_lossy(), &[part]);
    bench.arg(binary).arg(folder);
    let results = root().join("target/bench.txt");
    let file = std::fs::File::create(&results).map_err(|error| error.to_string())?;
    bench.stdout(file);
    let failed = run(bench).err();
    let text = std::fs::read_to_string(&results).map_err(|error| error.to_string())?;
    Ok((Values::read(&text), failed))
}
