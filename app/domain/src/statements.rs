//! The municipality's public texts: plain text with headings, lists and paragraphs (docs/access.md, Public texts).

use crate::codes::codes;

codes! {
    /// Which text.
    pub enum StatementKind {
        /// Who keeps which data, why, for how long, and what rights people have (GDPR, articles 13 and 14).
        Privacy = "privacy",
        /// How accessible the service is, and what to do when it is not (Act 306/2019).
        Accessibility = "accessibility",
        /// Where somebody finds help or company who is lonely, afraid or not well.
        Support = "support",
    }
}

/// Characters of one text, at most: a form carries them however they are written.
pub const MOST: usize = 10_000;

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block<'a> {
    /// A line that began with `#`.
    Heading(&'a str),
    /// Lines that began with `-`, one after the other.
    List(Vec<&'a str>),
    /// Lines up to an empty one.
    Paragraph(Vec<&'a str>),
}

/// The parts of a text, in order; nothing of it is lost but marks and empty lines.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut ended = true;
    for line in text.lines().map(str::trim) {
        let (heading, item) = (line.strip_prefix('#'), line.strip_prefix(['-', '–']));
        match (heading, item, blocks.last_mut()) {
            _ if line.is_empty() => {
                ended = true;
                continue;
            }
            (Some(heading), ..) => blocks.push(Block::Heading(heading.trim_start_matches('#').trim())),
            (_, Some(item), Some(Block::List(items))) if !ended => items.push(item.trim()),
            (_, Some(item), _) => blocks.push(Block::List(vec![item.trim()])),
            (_, _, Some(Block::Paragraph(lines))) if !ended => lines.push(line),
            _ => blocks.push(Block::Paragraph(vec![line])),
        }
        ended = false;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_headings_lists_and_paragraphs() {
        let text = "Alku\njatkuu.\n\n# Otsikko\nTeksti.\n- yksi\n– kaksi\n\n- uusi lista\nloppu\n\n\nViimeinen";
        let read = blocks(text);
        assert_eq!(
            read,
            [
                Block::Paragraph(vec!["Alku", "jatkuu."]),
                Block::Heading("Otsikko"),
                Block::Paragraph(vec!["Teksti."]),
                Block::List(vec!["yksi", "kaksi"]),
                Block::List(vec!["uusi lista"]),
                Block::Paragraph(vec!["loppu"]),
                Block::Paragraph(vec!["Viimeinen"]),
            ]
        );
        assert_eq!(blocks(" \n\n"), []);
    }
}
