//! Canonical JSON and the hashes over it: an operation is one and the same wherever its text lies (sync.md 3.2).

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The value has no canonical form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotCanonical(String);

impl fmt::Display for NotCanonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotCanonical {}

/// Canonical JSON: keys in the order of their UTF-8 bytes, no white space, integers only.
/// Keys are sorted here, whatever map the JSON library uses. Fails on fractions, which no operation has.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    let value = serde_json::to_value(value).map_err(|e| NotCanonical(e.to_string()))?;
    let mut text = String::new();
    write(&value, &mut text)?;
    Ok(text)
}

fn write(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(n) if n.is_f64() => return Err(NotCanonical(format!("a fraction: {n}"))),
        Value::Number(n) => out.push_str(&n.to_string()),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                separate(i, out);
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                separate(i, out);
                write_text(key, out);
                out.push(':');
                write(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn separate(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}

/// Escapes what JSON demands and nothing else.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A SHA-256 value; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The chain value after one more operation: SHA-256(before ‖ canonical text).
    #[must_use]
    pub fn chain(self, text: &str) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(text.as_bytes()).finalize().into())
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let mut bytes = [0u8; 32];
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok().filter(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_only_what_must_be_is_escaped() {
        let value = json!({"b": [1, -2, null], "a": "å\"\\\n", "ä": true});
        assert_eq!(canonical(&value).unwrap(), r#"{"a":"å\"\\\u000a","b":[1,-2,null],"ä":true}"#);
    }

    #[test]
    fn canonical_text_reads_back_as_the_same_value() {
        let value = json!({"x": {"z": "\u{1}", "y": []}, "n": i64::MAX});
        assert_eq!(serde_json::from_str::<Value>(&canonical(&value).unwrap()).unwrap(), value);
    }

    #[test]
    fn a_fraction_has_no_canonical_form() {
        assert!(canonical(&json!({"x": 1.5})).is_err());
    }

    #[test]
    fn a_hash_is_written_as_64_digits_and_read_back() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash::of(b"").to_string(), empty);
        assert_eq!(Hash::from_hex(empty), Some(Hash::of(b"")));
        for wrong in ["", "e3", &format!("+{}", &empty[1..]), &format!("{}g", &empty[1..])] {
            assert_eq!(Hash::from_hex(wrong), None);
        }
    }

    #[test]
    fn the_chain_covers_what_came_before() {
        let a = Hash::default().chain("a");
        assert_eq!(a, Hash::of(&[&[0u8; 32][..], b"a"].concat()));
        assert_ne!(a.chain("b"), Hash::default().chain("b"));
    }
}
