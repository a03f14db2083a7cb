//! What must not build: a query outside a scope, a question about a person by a bare id.
//!
//! The case is compiled against the very library that this test is linked with, in a second. (`trybuild` would first
//! check all that the server stands on once more: minutes.)

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Each mistake of the case, and the compiler's word for it.
const MISTAKES: [(&str, &str); 5] = [
    ("query_without_scope", "expected `&mut ScopedTx`, found `&mut Tx`"),
    ("transaction_without_reason", "this method takes 1 argument but 0 arguments were supplied"),
    ("bare_transaction_without_reason", "this method takes 1 argument but 0 arguments were supplied"),
    ("person_by_bare_id", "expected `InReach<ParticipantId>`, found `ParticipantId`"),
    ("reach_made_by_hand", "error[E0451]"),
];

#[test]
fn a_query_without_its_scope_or_reach_does_not_build() {
    assert_eq!(compiled(None), Ok(()), "the case without a mistake builds");
    for (mistake, said) in MISTAKES {
        let errors = compiled(Some(mistake)).expect_err(mistake);
        assert!(errors.contains(said), "{mistake}: {errors}");
        assert_eq!(errors.matches("error[").count(), 1, "{mistake} alone stops it: {errors}");
    }
}

/// Checks the case with one of its mistakes; what the compiler said against it.
fn compiled(mistake: Option<&str>) -> Result<(), String> {
    let test = std::env::current_exe().expect("this test's own file");
    let libraries = test.parent().expect("the folder of libraries");
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--cap-lints", "allow"])
        .args(mistake.iter().flat_map(|cfg| ["--cfg", *cfg]))
        .arg("-L")
        .arg(format!("dependency={}", libraries.display()))
        .arg("--extern")
        .arg(format!("server={}", server(libraries, &test).display()))
        .arg("--out-dir")
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("api/compile/case.rs"))
        .output()
        .expect("the compiler that built this test");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The server's library that was built last before this test.
fn server(libraries: &Path, test: &Path) -> PathBuf {
    let changed = |path: &Path| -> SystemTime { path.metadata().and_then(|of| of.modified()).expect("a file's time") };
    let name = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libserver-"));
    let all = std::fs::read_dir(libraries).expect("the folder of libraries").flatten().map(|entry| entry.path());
    let built = all.filter(|path| name(path) && path.extension().is_some_and(|kind| kind == "rlib"));
    built.filter(|path| changed(path) <= changed(test)).max_by_key(|path| changed(path)).expect("the server's library")
}
