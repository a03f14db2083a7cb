//! What the program depends on: nothing unused, nothing twice without a reason, licences that fit, no known holes.

use crate::run::{Tried, cargo, command, exists, output, root, run, say};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use toml::Table;

/// A checking tool of one version, so that a new release turns no run red.
struct Tool {
    name: &'static str,
    version: &'static str,
}

const MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };
const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// Every dependency of a crate, and every line of the workspace's list, is used.
pub fn unused() -> Tried<()> {
    run(command(&MACHETE.installed()?, &["--skip-target-dir"]))?;
    let read = |path: PathBuf| -> Tried<Table> {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        text.parse().map_err(|error| format!("{}: {error}", path.display()))
    };
    let workspace = read(root().join("Cargo.toml"))?;
    let members = members(&workspace).map(|member| read(root().join(member).join("Cargo.toml")));
    let unused = without_user(&workspace, &members.collect::<Tried<Vec<_>>>()?);
    if unused.is_empty() { Ok(()) } else { Err(format!("in Cargo.toml's list, used by no crate: {unused:?}")) }
}

/// `.cargo/deny.toml`: licences, doubles and sources; known holes too where a database of them is at hand.
pub fn denied() -> Tried<()> {
    let deny = DENY.installed()?;
    run(command(&deny, &["--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    if advisories_at_hand() {
        return run(command(&deny, &["--locked", "--offline", "check", "advisories"]));
    }
    say("known holes are not looked for: `cargo deny fetch db` brings the database of advisories to this machine");
    Ok(())
}

impl Tool {
    /// Gives the program; builds it into `target/tools` the first time, unless the machine has this very version.
    fn installed(&self) -> Tried<String> {
        let folder = root().join("target/tools");
        let own = folder.join("bin").join(self.name).to_string_lossy().into_owned();
        if let Some(found) = [own.as_str(), self.name].into_iter().find(|program| self.is(program)) {
            return Ok(found.to_owned());
        }
        let (folder, build) = (folder.to_string_lossy(), folder.join("build"));
        say(&format!("building {} {} into target/tools", self.name, self.version));
        // Unoptimised: built in a third of the time, and each check still takes seconds.
        let how =
            ["install", "--debug", "--locked", "--quiet", "--root", &folder, "--version", self.version, self.name];
        let mut install = cargo(&how);
        install.env("CARGO_TARGET_DIR", &build).env("CARGO_PROFILE_DEV_DEBUG", "0");
        run(install)?;
        fs::remove_dir_all(&build).map_err(|error| format!("{}: {error}", build.display()))?;
        Ok(own)
    }

    fn is(&self, program: &str) -> bool {
        let said = exists(program).then(|| output(command(program, &["--version"])).ok()).flatten();
        said.is_some_and(|said| said.split_whitespace().any(|word| word == self.version))
    }
}

/// Whether cargo-deny has fetched its database before. It is never fetched here: tests need no network beyond packages.
fn advisories_at_hand() -> bool {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let databases = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    databases.is_some_and(|found| found.flatten().any(|entry| entry.path().join(".git").exists()))
}

fn members(workspace: &Table) -> impl Iterator<Item = &str> {
    let members = workspace.get("workspace").and_then(|it| it.get("members")).and_then(toml::Value::as_array);
    members.into_iter().flatten().filter_map(toml::Value::as_str)
}

/// The lines of the workspace's list that no member takes.
fn without_user<'a>(workspace: &'a Table, members: &[Table]) -> Vec<&'a str> {
    let mut taken = BTreeSet::new();
    members.iter().for_each(|member| gather(member, &mut taken));
    let listed = workspace.get("workspace").and_then(|it| it.get("dependencies")).and_then(toml::Value::as_table);
    let names = listed.into_iter().flat_map(|list| list.keys().map(String::as_str));
    names.filter(|name| !taken.contains(name)).collect()
}

/// The names in every table of dependencies, at whatever depth (`target.'cfg(…)'.dependencies`).
fn gather<'a>(table: &'a Table, taken: &mut BTreeSet<&'a str>) {
    for (key, value) in table {
        let Some(inner) = value.as_table() else { continue };
        match key.as_str() {
            "dependencies" | "dev-dependencies" | "build-dependencies" => {
                taken.extend(inner.keys().map(String::as_str))
            }
            _ => gather(inner, taken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_no_crate_takes_is_named() {
        let workspace: Table = "[workspace.dependencies]\na = '1'\nb = '1'\nc = '1'".parse().expect("TOML");
        let member = "[dependencies]\na.workspace = true\n[target.'cfg(unix)'.dev-dependencies]\nc.workspace = true";
        assert_eq!(without_user(&workspace, &[member.parse().expect("TOML")]), ["b"]);
    }
}
