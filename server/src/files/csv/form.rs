//! What a file is, as far as its first bytes tell.

use super::source::LONGEST_RECORD;
use crate::files::kinds::Kind;
use crate::files::problem::What;

/// What the file is instead of a CSV in UTF-8.
pub fn other_form(head: &[u8], kind: Kind) -> Option<What> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let holds = |bytes: &[u8], name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if begins(b"\xFF\xFE") || begins(b"\xFE\xFF") {
        return Some(What::OtherEncoding);
    }
    if begins(b"%PDF") {
        return Some(What::Pdf);
    }
    // .xls and what stands behind a password; .ods is a zip file with this name in it.
    if begins(b"\xD0\xCF\x11\xE0") || (begins(b"PK\x03\x04") && holds(head, b"opendocument.spreadsheet")) {
        return Some(What::Spreadsheet);
    }
    let packed: [&[u8]; 6] =
        [b"PK\x03\x04", b"\x1F\x8B", b"\x28\xB5\x2F\xFD", b"BZh", b"\xFD7zXZ\0", b"7z\xBC\xAF\x27\x1C"];
    if packed.into_iter().any(begins) {
        return Some(What::Compressed);
    }
    // With a header that can be read, a NUL further down is a mistake of its line.
    let first = head.get(..512).unwrap_or(head);
    if !first.contains(&0) || kind.columns().iter().any(|column| holds(first, column.as_bytes())) {
        return None;
    }
    // UTF-16 without its mark: every second byte of plain letters is a NUL.
    let nuls = first.iter().filter(|b| **b == 0).count();
    Some(if nuls * 5 > first.len() * 2 { What::OtherEncoding } else { What::NotText })
}

/// The separator with which the header has more of the known columns.
pub fn separator_of(head: &[u8], kind: Kind) -> u8 {
    let first = head.split(|b| matches!(b, b'\n' | b'\r')).find(|l| !l.trim_ascii().is_empty()).unwrap_or_default();
    let first = first.get(..LONGEST_RECORD.min(first.len())).unwrap_or_default();
    let known = |separator: u8| {
        let names = first.split(|b| *b == separator).map(|name| name.trim_ascii());
        let names = names.map(|name| name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")).unwrap_or(name));
        names.filter(|name| kind.columns().iter().any(|c| c.as_bytes() == *name)).count()
    };
    let more = |separator: u8| first.iter().filter(|b| **b == separator).count();
    if (known(b','), more(b',')) > (known(b';'), more(b';')) { b',' } else { b';' }
}
