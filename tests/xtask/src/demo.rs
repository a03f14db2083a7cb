//! `cargo xtask demo`: the demo municipality, from a fresh clone.

use crate::run::{Tried, say};
use crate::server;
use crate::site::Profile;
use std::path::Path;
use std::process::{Child, Command};

/// The port when none is named.
pub const PORT: &str = "3000";

/// Builds, serves until it is stopped, and says where to click.
pub fn run(arguments: &[String]) -> Tried<()> {
    let port = arguments.first().map_or(PORT, String::as_str);
    say("building the tablet app and the server (some minutes the first time), then serving the demo municipality");
    let binary = server::build(Profile::Debug)?;
    let mut server = start(&binary, port, &[])?;
    welcome(port);
    let status = server.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("the server ended: {status}")) }
}

/// Starts `virea demo` with these settings; the caller ends it.
pub fn start(binary: &Path, port: &str, settings: &[(&str, &str)]) -> Tried<Child> {
    let mut demo = Command::new(binary);
    demo.args(["demo", "--listen", &format!("127.0.0.1:{port}")]).envs(settings.iter().copied());
    demo.spawn().map_err(|error| format!("{} could not be started: {error}", binary.display()))
}

/// Where to click.
pub fn welcome(port: &str) {
    say(&format!("the demo municipality:  http://127.0.0.1:{port}        (choose a role, nothing to type)"));
    say(&format!("the instructor's tablet: http://127.0.0.1:{port}/tablet (after choosing an instructor)"));
    say("Ctrl-C ends it; its database is thrown away");
}
