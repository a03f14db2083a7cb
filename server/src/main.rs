//! The one binary: reads the command line and runs a command.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::main()
}
