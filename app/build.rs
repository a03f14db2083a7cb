//! Turns `texts/{fi,sv,en}/<noun>.toml` into one typed function per text, so that a text which is
//! missing in a language, or takes other parameters there, does not compile.
//!
//! A file is a module, a table in it a module below. `{name}` is a parameter of type `&str`;
//! `{n:count}`, `{d:day}`, `{t:time}`, `{p:percent}` and `{x:dec1}`/`{x:dec2}` are typed and written the
//! way of the language. `{ one = "…", other = "…" }` is chosen by the parameter `n`.
//! `{ sina = "…", te = "…" }` in Finnish and `{ du = "…", ni = "…" }` in Swedish say a text in both forms of address;
//! a form for one or other may be such a pair, too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["fi", "sv", "en"];

/// What a text is called that speaks to its reader, by language: familiarly and formally.
const FORMS_OF_ADDRESS: [(&str, &str); 2] = [("sina", "te"), ("du", "ni")];

/// What the tablet says to those who take part, by how the keys begin: it carries both forms of these alone.
const SAID_ON_TABLET: [&str; 8] = [
    "assessments.instruction.",
    "assessments.question.",
    "consents.desk.text.",
    "measure.handed.",
    "measure.say_maximal",
    "register.consent_text",
    "results.",
    "safety.question.",
];

/// A wording, and the one for whoever is addressed formally where that is another.
#[derive(Clone, PartialEq)]
struct Said {
    usual: String,
    formal: Option<String>,
}

impl Said {
    fn formal(&self) -> &str {
        self.formal.as_deref().unwrap_or(&self.usual)
    }

    fn both(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.usual).chain(&self.formal)
    }
}

/// A text in one language: the same form for both numbers, or a form for one and a form for other.
#[derive(Clone, PartialEq)]
enum Text {
    Plain(Said),
    Plural { one: Said, other: Said },
}

impl Text {
    fn said(&self) -> Vec<&Said> {
        match self {
            Self::Plain(said) => vec![said],
            Self::Plural { one, other } => vec![one, other],
        }
    }

    fn has_formal(&self) -> bool {
        self.said().iter().any(|said| said.formal.is_some())
    }
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
        let text = said(value).map(Text::Plain).or_else(|| plural(value));
        match (text, value) {
            (Some(text), _) => {
                texts.insert(at.clone(), text);
            }
            (None, toml::Value::Table(inner)) => collect(inner, at, texts, path),
            (None, _) => panic!("{}: {key} must be a text or a table", path.display()),
        }
        at.pop();
    }
}

fn said(value: &toml::Value) -> Option<Said> {
    if let Some(text) = value.as_str() {
        return Some(Said { usual: text.to_owned(), formal: None });
    }
    let table = value.as_table().filter(|table| table.len() == 2)?;
    let form = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    FORMS_OF_ADDRESS
        .iter()
        .find_map(|(familiar, formal)| Some(Said { usual: form(familiar)?, formal: Some(form(formal)?) }))
}

fn plural(value: &toml::Value) -> Option<Text> {
    let table = value.as_table().filter(|table| table.len() == 2)?;
    let form = |key: &str| table.get(key).and_then(said);
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
    let forms: Vec<_> = text.said().into_iter().flat_map(Said::both).collect();
    if forms.iter().any(|form| form.trim().is_empty()) {
        return Some("is empty".into());
    }
    if forms.iter().any(|form| form.matches('{').count() != form.matches('}').count()) {
        return Some("has an open bracket".into());
    }
    if text.said().iter().any(|said| places(&said.usual) != places(said.formal())) {
        return Some("takes other parameters in one form of address than in the other".into());
    }
    if text.said().iter().any(|said| said.formal.as_ref() == Some(&said.usual)) {
        return Some("says the same in both forms of address".into());
    }
    let kinds: Vec<_> = parameters(text);
    if let Some((name, kind)) = kinds.iter().find(|(_, kind)| rust_type(kind).is_none()) {
        return Some(format!("parameter {name} has the unknown kind {kind}"));
    }
    let counted = kinds.iter().any(|(name, kind)| name == "n" && kind == "count");
    (matches!(text, Text::Plural { .. }) && !counted).then(|| "a plural needs the parameter {n:count}".into())
}

/// The parameters in the order of their names: (name, kind). "yksi harjoituskerta" names no number; the form for other
/// must.
fn parameters(text: &Text) -> Vec<(String, String)> {
    text.said().iter().flat_map(|said| places(&said.usual)).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What stands in brackets in one wording: (name, kind).
fn places(form: &str) -> BTreeSet<(String, String)> {
    let read = |piece: &str| {
        let inside = piece.split('}').next().unwrap_or_default();
        let (name, kind) = inside.split_once(':').unwrap_or((inside, "text"));
        (name.to_owned(), kind.to_owned())
    };
    form.split('{').skip(1).map(read).collect()
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
            write_function(out, first, text(first));
        } else {
            let _ = writeln!(out, "pub mod {head} {{");
            write_module(out, these, depth + 1, text);
            let _ = writeln!(out, "}}\n");
        }
        rest = after;
    }
}

fn write_function<'a>(out: &mut String, path: &[String], texts: [&'a Text; 3]) {
    let (name, key) = (path.last().expect("a key"), path.join("."));
    let parameters = parameters(texts[0]);
    let arguments: String = parameters
        .iter()
        .map(|(name, kind)| format!(", {name}: {}", rust_type(kind).expect("checked before")))
        .collect();
    // The tablet speaks to the staff as is usual, and does not carry what it never says.
    let both_forms = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch != "wasm32")
        || SAID_ON_TABLET.iter().any(|begins| key.starts_with(begins));
    let said = |text: &'a Text, one: bool| match text {
        Text::Plain(said) => said,
        Text::Plural { one: said, .. } if one => said,
        Text::Plural { other, .. } => other,
    };
    let pick = |one: bool| {
        let [fi, sv, en] = texts.map(|text| template(&said(text, one).usual, &parameters));
        let [fi_te, sv_ni, _] = texts.map(|text| template(said(text, one).formal(), &parameters));
        match both_forms && texts.iter().any(|text| text.has_formal()) {
            true => format!("crate::texts::addressed(lang, &[{fi:?}, {sv:?}, {en:?}, {fi_te:?}, {sv_ni:?}])"),
            false => format!("crate::texts::pick(lang, &[{fi:?}, {sv:?}, {en:?}])"),
        }
    };
    let english = template(&said(texts[2], false).usual, &parameters);
    let _ = writeln!(out, "/// {}", english.replace('\n', " "));
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

/// The whole catalogue as data, for the tests that compare languages; then how Finnish and Swedish say formally what they
/// say in both forms of address.
fn write_list(out: &mut String, fi: &Catalogue, sv: &Catalogue, en: &Catalogue) {
    let form = |text: &Text, of: fn(&Said) -> &str| text.said().into_iter().map(of).collect::<Vec<_>>().join(" / ");
    let usual = |text: &Text| form(text, |said| said.usual.as_str());
    let formal = |text: &Text| text.has_formal().then(|| form(text, Said::formal));
    out.push_str("#[cfg(test)]\npub(crate) const EVERY: &[(&str, [&str; 3])] = &[\n");
    for key in fi.keys() {
        let said = [fi, sv, en].map(|texts| usual(&texts[key]));
        let _ = writeln!(out, "({:?}, {said:?}),", key.join("."));
    }
    out.push_str("];\n\n#[cfg(test)]\npub(crate) const FORMAL: &[(&str, [Option<&str>; 2])] = &[\n");
    for key in fi.keys() {
        let said = [fi, sv].map(|texts| formal(&texts[key]));
        if said.iter().any(Option::is_some) {
            let _ = writeln!(out, "({:?}, {said:?}),", key.join("."));
        }
    }
    out.push_str("];\n");
}
