//! Embeds the site that `cargo xtask` gathered for this profile. Without one the server still compiles
//! and says what is missing; so `cargo test -p server` needs no browser tools.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=migrations");
    let profile = env::var("PROFILE").unwrap_or_default();
    // Relative to this package, in which cargo runs this: a copied checkout watches and embeds its own files.
    let folder = PathBuf::from("../target/site").join(profile);
    let list = folder.join("files.txt");
    if !list.exists() {
        // A watched file that is absent counts as changed, and would compile the server anew each time.
        fs::create_dir_all(&folder)?;
        fs::write(&list, "")?;
    }
    println!("cargo::rerun-if-changed={}", list.display());
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    fs::write(out.join("site_files.rs"), table(&folder, &fs::read_to_string(&list)?))
}

/// The table as Rust source. A line of the list: name, address, type, hash, `immutable` or `fresh`, stored file.
fn table(folder: &Path, list: &str) -> String {
    let mut rows = String::from("&[\n");
    for line in list.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, url, mime, hash, kept, stored] = fields[..] else { continue };
        let raw = folder.join(stored);
        let packed = folder.join(format!("{stored}.br"));
        let brotli = if packed.exists() { format!("Some({})", embedded(&packed)) } else { "None".to_owned() };
        let _ = writeln!(
            rows,
            "Asset {{ name: {name:?}, url: {url:?}, mime: {mime:?}, etag: \"\\\"{hash}\\\"\", immutable: {}, bytes: {}, brotli: {brotli} }},",
            kept == "immutable",
            embedded(&raw)
        );
    }
    rows + "]\n"
}

/// The expression that embeds a file, by where this package lies when the server is compiled.
fn embedded(file: &Path) -> String {
    let below = format!("/{}", file.display());
    format!("include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {below:?}))")
}
