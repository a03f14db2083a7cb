//! What a fresh machine lacks: installed here where that is allowed, named otherwise.

use crate::run::{Outcome, command, exists, output, root, run, say};

/// The compiler's target for the browser.
pub fn wasm_target() -> Outcome<()> {
    let libdir = output(command("rustc", &["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]))?;
    if std::path::Path::new(libdir.trim()).is_dir() {
        return Ok(());
    }
    say("installing the compiler's browser target: rustup target add wasm32-unknown-unknown");
    run(command("rustup", &["target", "add", "wasm32-unknown-unknown"]))
}

/// Node, its packages by the lock file, and Chromium: what the browser journeys need.
pub fn journeys() -> Outcome<()> {
    if !exists("npm") {
        apt(&["nodejs", "npm"])?;
    }
    let version = output(command("node", &["--version"]))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!(
            "the journeys need Node 20 or newer, not {}; install it and run this again",
            version.trim()
        ));
    }
    if chromium().is_none() {
        apt(&["chromium"])?;
    }
    let folder = root().join("tests/journeys");
    let installed = folder.join("node_modules/.package-lock.json");
    if newer(&installed, &folder.join("package-lock.json")) {
        return Ok(());
    }
    say("installing the journeys' npm packages by their lock file: npm ci --ignore-scripts");
    let mut npm = command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.current_dir(&folder);
    run(npm)
}

/// The browser that the journeys drive; `VIREA_CHROMIUM` names another one.
pub fn chromium() -> Option<String> {
    let named = std::env::var("VIREA_CHROMIUM").ok();
    named.or_else(|| ["chromium", "chromium-browser"].into_iter().find(|name| exists(name)).map(str::to_owned))
}

/// The folder of PostgreSQL's own programs (`initdb`, `pg_ctl`), which Debian keeps off the path.
pub fn postgres() -> Outcome<std::path::PathBuf> {
    if let Some(folder) = postgres_programs() {
        return Ok(folder);
    }
    apt(&["postgresql"])?;
    postgres_programs().ok_or_else(|| "PostgreSQL was installed, but its `initdb` was not found".to_owned())
}

fn postgres_programs() -> Option<std::path::PathBuf> {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    versions.sort_by_key(|version| version.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    let debian = versions.into_iter().rev().map(|version| version.path().join("bin"));
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&on_path).collect();
    debian.chain(on_path).find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

fn apt(packages: &[&str]) -> Outcome<()> {
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    let sudo = exists("sudo") && run(quiet("sudo", &["-n", "true"])).is_ok();
    if !exists("apt-get") || !(root || sudo) {
        return Err(format!("{} missing. Install it and run this again:  sudo {line}", packages.join(" and ")));
    }
    say(&format!("installing {}: {line}", packages.join(" and ")));
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

fn newer(made: &std::path::Path, from: &std::path::Path) -> bool {
    let at = |path: &std::path::Path| path.metadata().and_then(|found| found.modified()).ok();
    matches!((at(made), at(from)), (Some(made), Some(from)) if made >= from)
}
