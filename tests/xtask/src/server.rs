//! The one binary, with the site inside.

use crate::run::{Tried, cargo, root, run, say};
use crate::site::{self, Profile};
use std::path::PathBuf;

/// Builds site and server and gives the binary's path.
pub fn build(profile: Profile) -> Tried<PathBuf> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The lines of a manifest that count where no test is built.
    fn released(manifest: &str) -> impl Iterator<Item = &str> {
        let mut of_tests = false;
        manifest.lines().filter(move |line| {
            if line.starts_with('[') {
                of_tests = line.trim() == "[dev-dependencies]";
            }
            !of_tests
        })
    }

    /// With this feature the core could be told to make mistakes (`domain::sync::mistakes`).
    #[test]
    fn nothing_that_is_released_asks_for_what_is_there_for_tests() {
        let asks = |manifest: &str| released(manifest).any(|line| line.contains("\"testing\""));
        for part in ["app/domain", "app", "app/web", "server"] {
            let manifest = fs::read_to_string(root().join(part).join("Cargo.toml")).expect("a manifest");
            assert!(!asks(&manifest), "{part}");
        }
        assert!(asks("[dev-dependencies]\n[dependencies]\ndomain = { features = [\"testing\"] }"));
        assert!(!asks("[dependencies]\n[dev-dependencies]\ndomain = { features = [\"testing\"] }"));
    }
}
