//! The browser's part of the program: wasm, style, fonts, icons, shell and worker, gathered in
//! `target/site/<profile>` with hashed names. The server's build script embeds that folder.

mod files;
mod style;
mod wasm;

use crate::run::{Compiler, Tried, root, say};
use files::{Kind, Site};
pub use files::{is_read_later, needed_offline};
use std::fs;
use std::path::{Path, PathBuf};

/// How the wasm and the server are compiled: quickly, or small and fast.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

impl Profile {
    /// The name of cargo's folder for the server, which is also ours for the site.
    pub fn folder(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        }
    }
}

/// Builds the site and gives its folder.
pub fn build(profile: Profile) -> Tried<PathBuf> {
    build_with(profile, Compiler::Usual)
}

/// The same with a compiler of one's choice.
pub fn build_with(profile: Profile, compiler: Compiler) -> Tried<PathBuf> {
    crate::setup::wasm_target()?;
    say("building the tablet app (wasm)");
    let app = wasm::build(profile, compiler)?;
    say("gathering style, fonts, icons, shell and worker");
    let mut site = Site::new(profile);
    let public = root().join("public");
    for (name, path) in listed(&public)?.into_iter().filter(|(name, _)| Kind::of(name).is_leaf()) {
        site.hashed(&name, read(&path)?);
    }
    site.hashed("main.css", style::bundle(&root().join("style"))?.into_bytes());
    for (name, bytes) in app.wasm {
        site.hashed(&name, bytes);
    }
    site.pair(app.scripts);
    // These name other files, so they come after everything that they may name.
    for name in ["boot.js", "card.js", "copy.js", "find.js", "keep.js", "print.js", "push.js", "timer.js"] {
        site.hashed(name, read(&public.join(name))?);
    }
    let texts = files::Texts::read(&root().join("app/texts"))?;
    for (before, name) in [("", "app.webmanifest"), ("own-", "own.webmanifest")] {
        let manifest = read(&public.join(name))?;
        for lang in ["fi", "sv", "en"] {
            site.hashed(&format!("{before}{lang}.webmanifest"), texts.fill_in(lang, &manifest)?.into_bytes());
        }
    }
    for name in ["tablet.html", "offline.html"] {
        site.fixed(name, texts.fill(&read(&public.join(name))?)?.into_bytes());
    }
    site.worker("sw.js", &read(&public.join("sw.js"))?);
    site.fixed("keep-worker.js", read(&public.join("keep-worker.js"))?);
    site.fixed("sw-off.js", read(&public.join("sw-off.js"))?);
    let folder = root().join("target/site").join(profile.folder());
    site.write(&folder)?;
    Ok(folder)
}

fn read(path: &Path) -> Tried<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))
}

/// All files under a folder as (name with slashes, path), in the order of their names.
fn listed(folder: &Path) -> Tried<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let entries = fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                found.push((name.to_string_lossy().into_owned(), path));
            }
        }
    }
    found.sort();
    Ok(found)
}
