//! How the fields of a record stand in the file. The CSV reader understands every text somehow; here its reading is
//! held against the text itself, so that what could have been meant in two ways is refused.

use csv::ByteRecord;

/// How a field is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Bare,
    Quoted,
    /// With a quotation mark in the middle, or with something after the closing one.
    Stray,
}

/// A quotation mark is opened and the file ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unclosed;

/// How each field of the record stands in its text `raw`.
pub fn shapes(raw: &[u8], record: &ByteRecord, into: &mut Vec<Shape>) -> Result<(), Unclosed> {
    into.clear();
    let mut at = 0;
    for field in record {
        let rest = raw.get(at..).unwrap_or_default();
        let (shape, length) = shape(rest, field)?;
        into.push(shape);
        // And the separator.
        at += length + 1;
    }
    Ok(())
}

/// The shape of a field with this content at the beginning of `rest`, and its length there.
fn shape(rest: &[u8], field: &[u8]) -> Result<(Shape, usize), Unclosed> {
    if rest.first() != Some(&b'"') {
        let stray = field.contains(&b'"');
        return Ok((if stray { Shape::Stray } else { Shape::Bare }, field.len()));
    }
    let mut at = 1;
    for (read, byte) in field.iter().enumerate() {
        match (rest.get(at), rest.get(at + 1)) {
            (None, _) => return Err(Unclosed),
            (Some(b'"'), Some(b'"')) if *byte == b'"' => at += 2,
            // Closed before the content is at its end: what follows stands behind the closing mark.
            (Some(b'"'), _) => return Ok((Shape::Stray, at + 1 + field.len() - read)),
            _ => at += 1,
        }
    }
    if rest.get(at) == Some(&b'"') { Ok((Shape::Quoted, at + 1)) } else { Err(Unclosed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &str) -> Result<Vec<Shape>, Unclosed> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(raw.as_bytes());
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).unwrap();
        let mut found = Vec::new();
        shapes(raw.as_bytes(), &record, &mut found).map(|()| found)
    }

    #[test]
    fn bare_and_quoted_fields_are_told_apart() {
        use Shape::{Bare, Quoted};
        assert_eq!(of("a,\"b\",\"\",,\"c\"\"d,\""), Ok(vec![Bare, Quoted, Quoted, Bare, Quoted]));
    }

    #[test]
    fn a_mark_in_the_wrong_place_is_found_and_the_next_fields_are_still_told_apart() {
        use Shape::{Bare, Quoted, Stray};
        for stray in ["a\"b", "\"a\"b", " \"a\"", "\"a\" \"b\"", "\"a\"\"b\"c"] {
            assert_eq!(of(&format!("{stray},\"q\",b")), Ok(vec![Stray, Quoted, Bare]), "{stray}");
        }
    }

    #[test]
    fn a_mark_that_is_never_closed_is_found() {
        for open in ["a,\"b", "\"", "\"a\"\"", "a,\"b,c\nd"] {
            assert_eq!(of(open), Err(Unclosed), "{open}");
        }
    }
}
