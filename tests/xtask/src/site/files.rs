//! Names, hashes and compression of the site's files, and the list by which the server embeds them.

use super::Profile;
use crate::run::Tried;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What a file is, by its name.
pub struct Kind {
    mime: &'static str,
    /// Whether it is text that may name other files of the site.
    text: bool,
}

impl Kind {
    /// By the ending; an unknown one is plain bytes.
    pub fn of(name: &str) -> Kind {
        let (mime, text) = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "css" => ("text/css; charset=utf-8", true),
            "html" => ("text/html; charset=utf-8", true),
            "js" => ("text/javascript; charset=utf-8", true),
            "webmanifest" => ("application/manifest+json", true),
            "svg" => ("image/svg+xml", false),
            "txt" => ("text/plain; charset=utf-8", false),
            "wasm" => ("application/wasm", false),
            "woff2" => ("font/woff2", false),
            "png" => ("image/png", false),
            _ => ("application/octet-stream", false),
        };
        Kind { mime, text }
    }

    /// Fonts, icons and the like: they name no other file.
    pub fn is_leaf(&self) -> bool {
        !self.text
    }

    fn is_packed_already(&self) -> bool {
        matches!(self.mime, "font/woff2" | "image/png")
    }
}

struct File {
    name: String,
    url: String,
    bytes: Vec<u8>,
    hash: String,
    immutable: bool,
}

impl File {
    fn stored(&self) -> String {
        format!("{}-{}", self.hash, self.name.replace('/', "-"))
    }
}

/// The files gathered so far, in an order in which each names only earlier ones.
pub struct Site {
    profile: Profile,
    files: Vec<File>,
}

impl Site {
    pub fn new(profile: Profile) -> Site {
        Site { profile, files: Vec::new() }
    }

    /// A file whose address carries the hash of its content, so that it may be kept for ever.
    pub fn hashed(&mut self, name: &str, bytes: Vec<u8>) {
        let bytes = self.named(name, bytes);
        let hash = hash(&bytes);
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let url = format!("/assets/{stem}-{hash}.{ending}");
        self.files.push(File { name: name.to_owned(), url, bytes, hash, immutable: true });
    }

    /// Two scripts that import each other: the address of each carries the hash of both.
    pub fn pair(&mut self, scripts: [(String, Vec<u8>); 2]) {
        let scripts = scripts.map(|(name, bytes)| (self.named(&name, bytes), name));
        let hash = hash(&scripts.each_ref().map(|(bytes, _)| bytes.as_slice()).concat());
        let first = self.files.len();
        for (bytes, name) in scripts {
            let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
            let url = format!("/assets/{stem}-{hash}.{ending}");
            self.files.push(File { name, url, bytes, hash: hash.clone(), immutable: true });
        }
        for at in first..self.files.len() {
            let File { name, bytes, .. } = &self.files[at];
            self.files[at].bytes = self.named(name, bytes.clone());
        }
    }

    /// A file at an address of its own, asked for anew each time.
    pub fn fixed(&mut self, name: &str, bytes: Vec<u8>) {
        let bytes = self.named(name, bytes);
        let hash = hash(&bytes);
        self.files.push(File { name: name.to_owned(), url: format!("/{name}"), bytes, hash, immutable: false });
    }

    /// The service worker, told the build's id and every file that the tablet needs offline.
    pub fn worker(&mut self, name: &str, source: &[u8]) {
        let needed = self.files.iter().filter(|file| needed_offline(&file.name));
        let urls: Vec<String> = needed.map(|file| format!("{:?}", file.url)).collect();
        let id = hash(self.files.iter().map(|file| file.hash.as_str()).collect::<String>().as_bytes());
        let source = String::from_utf8_lossy(source);
        let source = source.replace("__BUILD__", &id).replace("\"__FILES__\"", &urls.join(", "));
        self.fixed(name, source.into_bytes());
    }

    /// Writes files, their compressed twins and `files.txt`: name, address, type, hash, kept for ever or not.
    pub fn write(&self, folder: &Path) -> Tried<()> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(failed)?;
        let mut list = String::new();
        for file in &self.files {
            let stored = file.stored();
            self.store(folder, &stored, file).map_err(failed)?;
            let kept = if file.immutable { "immutable" } else { "fresh" };
            let mime = Kind::of(&file.name).mime;
            let _ = writeln!(list, "{}\t{}\t{mime}\t{}\t{kept}\t{stored}", file.name, file.url, file.hash);
        }
        self.prune(folder).map_err(failed)?;
        // Left alone when nothing changed: the server is compiled again whenever this file is newer.
        let path = folder.join("files.txt");
        if fs::read_to_string(&path).is_ok_and(|before| before == list) {
            return Ok(());
        }
        fs::write(&path, list).map_err(failed)
    }

    /// Removes what an earlier build left.
    fn prune(&self, folder: &Path) -> std::io::Result<()> {
        let stored: Vec<String> = self.files.iter().map(File::stored).collect();
        for entry in fs::read_dir(folder)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name != "files.txt" && !stored.iter().any(|kept| kept == name.trim_end_matches(".br")) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn store(&self, folder: &Path, stored: &str, file: &File) -> std::io::Result<()> {
        let path = folder.join(stored);
        if path.exists() {
            return Ok(());
        }
        if !Kind::of(&file.name).is_packed_already() {
            fs::write(folder.join(format!("{stored}.br")), brotli(&file.bytes, self.profile)?)?;
        }
        fs::write(path, &file.bytes)
    }

    /// In a text, `/assets/NAME`, and `./NAME` where a script imports or fetches it, becomes the hashed address of that
    /// file. Elsewhere `./NAME` is only a name.
    fn named(&self, name: &str, bytes: Vec<u8>) -> Vec<u8> {
        const PLACES: [(&str, &str, &str); 5] = [
            ("", "/assets/", "\""),
            ("", "/assets/", ")"),
            ("from '", "./", "'"),
            ("from \"", "./", "\""),
            ("new URL(\"", "./", "\""),
        ];
        if Kind::of(name).is_leaf() {
            return bytes;
        }
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        for file in self.files.iter().filter(|file| file.immutable) {
            for (before, here, after) in PLACES {
                let written = format!("{before}{here}{}{after}", file.name);
                text = text.replace(&written, &format!("{before}{}{after}", file.url));
            }
        }
        text.into_bytes()
    }
}

/// Licence texts are for readers of the source, pictures for the home screen are taken once, by the system, and what belongs
/// to pages of the server is no use to the tablet without it.
pub fn needed_offline(name: &str) -> bool {
    !name.ends_with(".txt")
        && !name.ends_with(".png")
        && !name.starts_with("own-")
        && !["find.js", "card.js", "copy.js", "keep.js", "keep-worker.js", "print.js", "push.js", "timer.js"]
            .contains(&name)
}

/// What is split from the app's wasm, and read when it is first called.
pub fn is_read_later(name: &str) -> bool {
    name.starts_with("split_") || name.starts_with("chunk_")
}

/// The first 16 hexadecimal digits of SHA-256: far more than enough to tell builds apart.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn brotli(bytes: &[u8], profile: Profile) -> std::io::Result<Vec<u8>> {
    let quality = if profile == Profile::Release { 11 } else { 5 };
    let parameters = brotli::enc::BrotliEncoderParams { quality, lgwin: 24, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
    Ok(packed)
}

/// The catalogue's texts, for the few pages that are shown before the app or without the server.
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Every key of every file, as `fi.shell.title`.
    pub fn read(folder: &Path) -> Tried<Texts> {
        let mut texts = BTreeMap::new();
        let files = if folder.is_dir() { super::listed(folder)? } else { Vec::new() };
        for (name, path) in files.into_iter().filter(|(name, _)| name.ends_with(".toml")) {
            let text = String::from_utf8_lossy(&super::read(&path)?).into_owned();
            let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
            gather(&name.trim_end_matches(".toml").replace('/', "."), &table, &mut texts);
        }
        Ok(Texts(texts))
    }

    /// As [`Self::fill`], in one language, which the page calls `LANG`.
    pub fn fill_in(&self, lang: &str, page: &[u8]) -> Tried<String> {
        self.fill(String::from_utf8_lossy(page).replace("LANG", lang).as_bytes())
    }

    /// Replaces each `{{fi.shell.title}}` by its text; an unknown key is an error.
    pub fn fill(&self, page: &[u8]) -> Tried<String> {
        let page = String::from_utf8_lossy(page);
        let mut parts = page.split("{{");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (key, rest) = part.split_once("}}").ok_or("a text's `{{` has no `}}`")?;
            let text = self.0.get(key.trim()).ok_or_else(|| format!("app/texts has no text `{key}`"))?;
            filled += &text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            filled += rest;
        }
        Ok(filled)
    }
}

fn gather(prefix: &str, table: &toml::Table, texts: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = format!("{prefix}.{key}");
        match value {
            toml::Value::String(text) => drop(texts.insert(key, text.clone())),
            toml::Value::Table(inner) => gather(&key, inner, texts),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_earlier_files_by_their_hashed_addresses() {
        let mut site = Site::new(Profile::Debug);
        site.hashed("fonts/a.woff2", vec![1, 2, 3]);
        site.hashed("main.css", b"src: url(/assets/fonts/a.woff2)".to_vec());
        let css = String::from_utf8_lossy(&site.files[1].bytes).into_owned();
        assert_eq!(css, format!("src: url({})", site.files[0].url));
        assert_eq!(site.files[0].url, "/assets/fonts/a-039058c6f2c0cb49.woff2");
    }

    #[test]
    fn two_scripts_that_import_each_other_name_each_other_by_one_hash() {
        let pair = |later: &str| {
            let mut site = Site::new(Profile::Debug);
            let first = br#"import { x } from "./b.js"; const named = { "./b.js": x };"#.to_vec();
            site.pair([
                ("a.js".into(), first),
                ("b.js".into(), format!(r#"import {{ y }} from "./a.js"; {later}"#).into()),
            ]);
            site.files
                .iter()
                .map(|file| (file.url.clone(), String::from_utf8_lossy(&file.bytes).into_owned()))
                .collect::<Vec<_>>()
        };
        let [(a, first), (b, later)] = &pair("1")[..] else { panic!() };
        assert!(later.contains(&format!("from \"{a}\"")));
        assert_eq!(*first, format!(r#"import {{ x }} from "{b}"; const named = {{ "./b.js": x }};"#));
        assert_ne!(*a, pair("2")[0].0);
    }

    #[test]
    fn the_worker_lists_every_file_and_changes_with_any_of_them() {
        let worker = |css: &str| {
            let mut site = Site::new(Profile::Debug);
            site.hashed("main.css", css.as_bytes().to_vec());
            site.worker("sw.js", br#"const build = "__BUILD__"; const files = ["__FILES__"];"#);
            String::from_utf8_lossy(&site.files[1].bytes).into_owned()
        };
        assert!(worker("a").contains(r#"["/assets/main-ca978112ca1bbdca.css"]"#));
        let build = |css: &str| worker(css).split(';').next().map(str::to_owned);
        assert_ne!(build("a"), build("b"));
        assert_eq!(build("a"), build("a"));
    }

    #[test]
    fn a_page_with_an_unknown_text_does_not_build() {
        let texts = Texts(BTreeMap::from([("fi.shell.title".to_owned(), "A & B".to_owned())]));
        assert_eq!(texts.fill(b"<p>{{fi.shell.title}}</p>").as_deref(), Ok("<p>A &amp; B</p>"));
        assert!(texts.fill(b"{{fi.shell.other}}").is_err());
    }

    #[test]
    fn a_page_in_one_language_takes_its_texts_from_it() {
        let text = |lang: &str, words: &str| (format!("{lang}.shell.title"), words.to_owned());
        let texts = Texts(BTreeMap::from([text("fi", "Ryhmä"), text("sv", "Grupp")]));
        let page = br#"{ "lang": "LANG", "name": "{{LANG.shell.title}}" }"#;
        assert_eq!(texts.fill_in("sv", page).as_deref(), Ok(r#"{ "lang": "sv", "name": "Grupp" }"#));
        assert!(texts.fill_in("en", page).is_err());
    }
}
