//! Turns `texts/{fi,sv,en}/<noun>.toml` into one typed function per text, so that a text which is
//! missing in a language, or takes other parameters there, does not compile.
//!
//! A file is a module, a table in it a module below. `{name}` is a parameter of type `&str`;
//! `{n:count}`, `{d:day}`, `{t:time}`, `{p:percent}` and `{x:dec1}`/`{x:dec2}` are typed and written the
//! way of the language. `{ one = "…", other = "…" }` is chosen by the parameter `n`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["fi", "sv", "en"];

/// A text in one language: the same form for both numbers, or a form for one and a form for other.
#[derive(Clone, PartialEq)]
enum Text {
    Plain(String),
    Plural { one: String, other: String },
}

/// Texts of a language by path: noun, tables, key.
type Catalogue = BTreeMap<Vec<String>, Text>;

fn main() {
    println!("cargo::rerun-if-changed=texts");
    let catalogues = LANGUAGES.map(|language| read_language(&Path::new("texts").join(language)));
    let problems = problems(&catalogues);
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    let [fi, sv, en] = &catalogues;
    let mut out = String::new();
    if problems.is_empty() {
        let keys: Vec<_> = fi.keys().map(Vec::as_slice).collect();
        write_module(&mut out, &keys, 0, &|key| [&fi[key], &sv[key], &en[key]]);
        write_list(&mut out, fi, sv, en);
    }
    let target = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("texts.rs");
    std::fs::write(target, out).expect("the build folder is writable");
}

fn read_language(folder: &Path) -> Catalogue {
    let mut texts = Catalogue::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|p| p.extension().is_some_and(|x| x == "toml"))
    {
        let noun = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        let content = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let table: toml::Table = content.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        collect(&table, &mut vec![noun], &mut texts, &path);
    }
    texts
}

fn collect(table: &toml::Table, at: &mut Vec<String>, texts: &mut Catalogue, path: &Path) {
    for (key, value) in table {
        at.push(key.clone());
        match value {
            toml::Value::String(text) => {
                texts.insert(at.clone(), Text::Plain(text.clone()));
            }
            toml::Value::Table(inner) => match plural(inner) {
                Some(text) => {
                    texts.insert(at.clone(), text);
                }
                None => collect(inner, at, texts, path),
            },
            _ => panic!("{}: {key} must be a text or a table", path.display()),
        }
        at.pop();
    }
}

fn plural(table: &toml::Table) -> Option<Text> {
    let form = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    (table.len() == 2).then_some(())?;
    Some(Text::Plural { one: form("one")?, other: form("other")? })
}

/// Everything that is wrong, in words for the person who edits the files.
fn problems(catalogues: &[Catalogue; 3]) -> Vec<String> {
    let keys: BTreeSet<_> = catalogues.iter().flat_map(|c| c.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let name = key.join(".");
        for part in key.iter().filter(|part| !is_name(part)) {
            found.push(format!("text {name}: `{part}` cannot be a function's name"));
        }
        let texts: Vec<_> = LANGUAGES.iter().zip(catalogues).map(|(l, c)| (l, c.get(key))).collect();
        for (language, text) in &texts {
            match text {
                None => found.push(format!("text {name} is missing in texts/{language}/{}.toml", key[0])),
                Some(text) => found.extend(wrong(text).map(|why| format!("text {name} ({language}): {why}"))),
            }
        }
        let mut shapes = texts.iter().filter_map(|(l, t)| t.map(|t| (l, parameters(t), matches!(t, Text::Plain(_)))));
        if let Some((first, wanted, plain)) = shapes.next() {
            for (language, has, also_plain) in shapes {
                if has != wanted || plain != also_plain {
                    found.push(format!("text {name} takes other parameters or forms in {language} than in {first}"));
                }
            }
        }
    }
    found
}

fn is_name(part: &str) -> bool {
    const RESERVED: [&str; 8] = ["self", "super", "crate", "type", "move", "match", "for", "in"];
    let shape = part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    shape && part.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) && !RESERVED.contains(&part)
}

fn wrong(text: &Text) -> Option<String> {
    let forms = match text {
        Text::Plain(text) => vec![text],
        Text::Plural { one, other } => vec![one, other],
    };
    if forms.iter().any(|form| form.trim().is_empty()) {
        return Some("is empty".into());
    }
    if forms.iter().any(|form| form.matches('{').count() != form.matches('}').count()) {
        return Some("has an open bracket".into());
    }
    let kinds: Vec<_> = parameters(text);
    if let Some((name, kind)) = kinds.iter().find(|(_, kind)| rust_type(kind).is_none()) {
        return Some(format!("parameter {name} has the unknown kind {kind}"));
    }
    let counted = kinds.iter().any(|(name, kind)| name == "n" && kind == "count");
    (matches!(text, Text::Plural { .. }) && !counted).then(|| "a plural needs the parameter {n:count}".into())
}

/// The parameters in the order of their names: (name, kind).
fn parameters(text: &Text) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    let mut read = |form: &str| {
        for piece in form.split('{').skip(1) {
            let inside = piece.split('}').next().unwrap_or_default();
            let (name, kind) = inside.split_once(':').unwrap_or((inside, "text"));
            found.insert((name.to_owned(), kind.to_owned()));
        }
    };
    match text {
        Text::Plain(text) => read(text),
        // "yksi harjoituskerta" names no number; the form for other must.
        Text::Plural { one, other } => {
            read(other);
            read(one);
        }
    }
    found.into_iter().collect()
}

fn rust_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "text" => "&str",
        "count" => "i64",
        "day" => "domain::time::Day",
        "time" => "domain::time::TimeOfDay",
        "percent" | "dec1" | "dec2" => "f64",
        _ => return None,
    })
}

/// How the value of a parameter becomes text.
fn written(name: &str, kind: &str) -> String {
    match kind {
        "count" => format!("&crate::texts::count(lang, {name})"),
        "day" => format!("&crate::texts::day(lang, {name})"),
        "time" => format!("&crate::texts::time(lang, {name})"),
        "percent" => format!("&crate::texts::percent(lang, {name})"),
        "dec1" => format!("&crate::texts::decimal(lang, {name}, 1)"),
        "dec2" => format!("&crate::texts::decimal(lang, {name}, 2)"),
        _ => name.to_owned(),
    }
}

/// Parameters by position: `{2}` is the third in the order of names.
fn template(form: &str, names: &[(String, String)]) -> String {
    let mut out = form.to_owned();
    for (i, (name, kind)) in names.iter().enumerate() {
        out = out
            .replace(&format!("{{{name}:{kind}}}"), &format!("{{{i}}}"))
            .replace(&format!("{{{name}}}"), &format!("{{{i}}}"));
    }
    out
}

fn write_module<'a>(out: &mut String, keys: &[&[String]], depth: usize, text: &dyn Fn(&[String]) -> [&'a Text; 3]) {
    let mut rest = keys;
    while let Some(first) = rest.first() {
        let head = &first[depth];
        let same = rest.iter().take_while(|key| key[depth] == *head).count();
        let (these, after) = rest.split_at(same);
        if first.len() == depth + 1 {
            write_function(out, head, text(first));
        } else {
            let _ = writeln!(out, "pub mod {head} {{");
            write_module(out, these, depth + 1, text);
            let _ = writeln!(out, "}}\n");
        }
        rest = after;
    }
}

fn write_function(out: &mut String, name: &str, texts: [&Text; 3]) {
    let parameters = parameters(texts[0]);
    let arguments: String = parameters
        .iter()
        .map(|(name, kind)| format!(", {name}: {}", rust_type(kind).expect("checked before")))
        .collect();
    let form = |text: &Text, one: bool| match text {
        Text::Plain(text) => template(text, &parameters),
        Text::Plural { one: form, .. } if one => template(form, &parameters),
        Text::Plural { other, .. } => template(other, &parameters),
    };
    let pick = |one: bool| {
        let [fi, sv, en] = texts.map(|text| form(text, one));
        format!("crate::texts::pick(lang, &[{fi:?}, {sv:?}, {en:?}])")
    };
    let _ = writeln!(out, "/// {}", form(texts[2], false).replace('\n', " "));
    if parameters.is_empty() {
        let _ = writeln!(out, "pub fn {name}(lang: crate::texts::Lang) -> &'static str {{ {} }}\n", pick(false));
        return;
    }
    let chosen = match texts[0] {
        Text::Plain(_) => pick(false),
        Text::Plural { .. } => format!("if n == 1 {{ {} }} else {{ {} }}", pick(true), pick(false)),
    };
    let values: Vec<_> = parameters.iter().map(|(name, kind)| written(name, kind)).collect();
    let _ = writeln!(
        out,
        "pub fn {name}(lang: crate::texts::Lang{arguments}) -> String {{\n    let template = {chosen};\n    crate::texts::fill(template, &[{}])\n}}\n",
        values.join(", ")
    );
}

/// The whole catalogue as data, for the tests that compare languages.
fn write_list(out: &mut String, fi: &Catalogue, sv: &Catalogue, en: &Catalogue) {
    let form = |text: &Text| match text {
        Text::Plain(text) => text.clone(),
        Text::Plural { one, other } => format!("{one} / {other}"),
    };
    out.push_str("#[cfg(test)]\npub(crate) const EVERY: &[(&str, [&str; 3])] = &[\n");
    for key in fi.keys() {
        let _ =
            writeln!(out, "({:?}, [{:?}, {:?}, {:?}]),", key.join("."), form(&fi[key]), form(&sv[key]), form(&en[key]));
    }
    out.push_str("];\n");
}
