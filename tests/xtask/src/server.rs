//! The one binary, with the site inside.

use crate::run::{Outcome, cargo, root, run, say};
use crate::site::{self, Profile};
use std::path::PathBuf;

/// Builds site and server and gives the binary's path.
pub fn build(profile: Profile) -> Outcome<PathBuf> {
    site::build(profile)?;
    say("building the server");
    let mut words = vec!["build", "--locked", "--package", "server", "--bin", "virea"];
    if profile == Profile::Release {
        words.push("--release");
    }
    run(cargo(&words))?;
    let binary = binary(profile);
    say(&format!("built {}", binary.display()));
    Ok(binary)
}

/// Where cargo puts the binary.
pub fn binary(profile: Profile) -> PathBuf {
    root().join("target").join(profile.folder()).join("virea")
}
