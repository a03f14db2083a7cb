//! Running other programs: says what is run, and turns a failure into one readable line.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every step ends in a value or in a sentence for the person at the terminal.
pub type Tried<T> = Result<T, String>;

/// The folder that holds the workspace's `Cargo.toml`: the one in which `cargo xtask` was called, also where this very
/// program was built in another folder of which that one is a copy.
pub fn root() -> PathBuf {
    let named = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    workspace_of(&named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR"))))
}

/// Where the workspace lies whose tool has this manifest folder.
fn workspace_of(tool: &Path) -> PathBuf {
    tool.ancestors().nth(2).unwrap_or(tool).to_path_buf()
}

/// One line of progress.
pub fn say(what: &str) {
    eprintln!("▸ {what}");
}

/// A command in the workspace's folder; standard input is closed, so that nothing ever waits for an answer.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// `cargo`, the same one that started this tool.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = command(&cargo, arguments);
    // What cargo sets for this process would otherwise look like a change to every build script.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_")) {
        command.env_remove(name);
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}

/// Which compiler takes the crates of the workspace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compiler {
    Usual,
    /// Clippy's, which lints a crate while it compiles it. A warning is an error.
    Linting,
}

impl Compiler {
    /// `command`, a `cargo build` or the like, with this compiler.
    pub fn of(self, mut command: Command) -> Tried<Command> {
        if self == Self::Linting {
            let sysroot = output(rustc(&["--print", "sysroot"]))?;
            command.env("RUSTC_WORKSPACE_WRAPPER", Path::new(sysroot.trim()).join("bin/clippy-driver"));
            // As `cargo clippy -- -D warnings` hands them on.
            command.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
        }
        Ok(command)
    }
}

fn rustc(arguments: &[&str]) -> Command {
    command(&std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()), arguments)
}

/// Runs to the end with its output shown.
pub fn run(mut command: Command) -> Tried<()> {
    let shown = shown(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed ({status})")),
        Err(error) => Err(format!("`{shown}` could not be started: {error}")),
    }
}

/// Runs to the end and gives what it wrote to standard output.
pub fn output(mut command: Command) -> Tried<String> {
    let shown = shown(&command);
    let output = command.output().map_err(|error| format!("`{shown}` could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{shown}` failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Shows what a program writes, line by line as it comes, and hands each line on.
pub fn show_lines(stream: impl Read, mut each: impl FnMut(&str)) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each(&line);
    }
}

/// Whether a program of this name is on the path.
pub fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_checkout_is_the_one_in_which_the_tool_is_called() {
        // What cargo sets for a program that it runs, whatever was compiled in.
        let called = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs this test");
        assert_eq!(root(), workspace_of(Path::new(&called)));
        assert_eq!(workspace_of(Path::new("/copy/tests/xtask")), Path::new("/copy"));
        assert!(root().join("Cargo.toml").is_file());
    }
}
