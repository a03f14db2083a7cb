//! Canonical JSON and the hashes over it: an operation is one and the same wherever its text lies (docs/sync.md,
//! Operations).

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::read_json;
use crate::text;

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
/// Keys are sorted here, whatever order the value writes them in. Fails on fractions, which no operation has.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    let text = serde_json::to_string(value).map_err(wrong)?;
    let mut out = String::with_capacity(text.len());
    write(&text, &mut out, |text| Cow::Borrowed(text))?;
    Ok(out)
}

/// The same JSON with every string of it as it is to be kept ([`text::normal`]); nothing where it is so already. This is
/// the one door through which operations' texts come in: a noun or a field cannot forget it.
pub fn settled(json: &str) -> Option<String> {
    if text::is_settled_json(json) {
        return None;
    }
    let mut out = String::with_capacity(json.len());
    write(json, &mut out, text::normal).ok()?;
    Some(out)
}

fn wrong(error: serde_json::Error) -> NotCanonical {
    NotCanonical(error.to_string())
}

/// A key of an object, in the text where it stands there as it is.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Goes by the text itself: a tree of values would bring the reading and writing of fractions onto the tablet.
fn write(text: &str, out: &mut String, as_kept: fn(&str) -> Cow<'_, str>) -> Result<(), NotCanonical> {
    match text.as_bytes().first() {
        Some(b'{') => {
            let map: BTreeMap<Key<'_>, &RawValue> = read_json(text).map_err(wrong)?;
            out.push('{');
            for (i, (key, item)) in map.into_iter().enumerate() {
                separate(i, out);
                write_text(&key.0, out);
                out.push(':');
                write(item.get(), out, as_kept)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = read_json(text).map_err(wrong)?;
            out.push('[');
            for (i, item) in items.into_iter().enumerate() {
                separate(i, out);
                write(item.get(), out, as_kept)?;
            }
            out.push(']');
        }
        Some(b'"') => match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            // As nearly all are: it says what it is.
            Some(plain) if !plain.contains('\\') => write_text(&as_kept(plain), out),
            _ => write_text(&as_kept(&read_json::<Cow<'_, str>>(text).map_err(wrong)?), out),
        },
        Some(b'-' | b'0'..=b'9') if text.contains(['.', 'e', 'E']) => {
            return Err(NotCanonical(format!("a fraction: {text}")));
        }
        _ => out.push_str(text),
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
    if !text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')) {
        out.push_str(text);
        out.push('"');
        return;
    }
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
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
        self.0.iter().try_for_each(|byte| f.write_char(digit(byte >> 4)).and_then(|()| f.write_char(digit(*byte))))
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
    use serde_json::{Value, json};

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
    fn every_string_is_kept_as_it_looks_and_what_looks_so_already_is_left_alone() {
        let sent = "{\"a\":[\"Ma\\u0308kela\\u0308\",\"O\u{308}hman\"],\"n\":1,\"note\":\"yksi\\n\u{301}kaksi  \u{a0}kolme \"}";
        let kept = "{\"a\":[\"Mäkelä\",\"Öhman\"],\"n\":1,\"note\":\"yksi\\u000a\u{301}kaksi kolme\"}";
        assert_eq!(settled(sent).as_deref(), Some(kept));
        assert_eq!(settled(r#"{"a":"Mäkelä","b":"x\ny"}"#), None);
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
