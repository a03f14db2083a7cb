//! What can still be made out of a row that cannot be read: enough to say which one it was.

use super::stored::Damaged;
use crate::sync::op::Verb;
use crate::time::Instant;

/// Before the moment of recording, as a row is written.
const RECORDED_AT: &str = "\"recorded_at\":";
/// Before the kind, in the operation's text as it stands inside a row.
const KIND: &str = "\\\"kind\\\":\\\"";

/// Each is there only where it stands whole in what is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// The operation's number, by the key under which it lies.
    pub n: Option<i64>,
    pub recorded_at: Option<Instant>,
    /// A kind that this program knows (`attendance.set`).
    pub kind: Option<&'static str>,
}

impl Damaged {
    pub fn trace(&self) -> Trace {
        let text = String::from_utf8_lossy(&self.bytes);
        let recorded_at = between(&text, RECORDED_AT, ',').find_map(|digits| digits.parse::<i64>().ok());
        // What the operation writes may have a kind of its own, which stands before.
        let known = |kind: &str| Verb::kinds().find(|known| *known == kind);
        let kind = between(&text, KIND, '\\').find_map(known);
        Trace { n: self.n, recorded_at: recorded_at.map(Instant::from_millis), kind }
    }
}

/// What stands behind each such beginning, up to an end that is there, too: what was cut off in the middle says
/// something else.
fn between<'a>(text: &'a str, beginning: &'a str, end: char) -> impl Iterator<Item = &'a str> {
    text.split(beginning).skip(1).filter_map(move |rest| rest.split_once(end).map(|(found, _)| found))
}

#[cfg(test)]
mod tests {
    use super::super::{Client, Effect, Event, Identity, Write};
    use super::*;
    use crate::attendance::Mark;
    use crate::sync::testing::sample::{Dice, NOON, mark, stream, user};

    /// A row as it is stored.
    fn row() -> Vec<u8> {
        let mut client = Client::new(Identity { user: user(1), new_stream: stream(1), key: None }, Vec::new());
        let verb = mark(1, 1, Some(Mark::Present));
        let effects = client.handle(Event::Record { ticket: 1, verb }, NOON, &mut Dice(1));
        let written = effects.into_iter().find_map(|effect| match effect {
            Effect::Persist { writes, .. } => writes.into_iter().find_map(|write| match write {
                Write::Add { bytes, .. } => Some(bytes),
                _ => None,
            }),
            _ => None,
        });
        written.expect("a row is written")
    }

    fn trace(bytes: Vec<u8>) -> Trace {
        Damaged { n: Some(4), bytes }.trace()
    }

    #[test]
    fn a_row_that_lost_a_byte_still_says_what_it_was_and_when() {
        let whole = Trace { n: Some(4), recorded_at: Some(NOON), kind: Some("attendance.set") };
        let mut bytes = row();
        bytes.insert(0, 0);
        assert_eq!(trace(bytes.clone()), whole);
        bytes.truncate(bytes.len() - 5);
        assert_eq!(trace(bytes), whole, "its end is gone");
    }

    #[test]
    fn what_was_cut_off_in_the_middle_is_not_guessed() {
        let bytes = row();
        let text = String::from_utf8(bytes).unwrap();
        let cut = |at: &str, more: usize| {
            let end = text.find(at).expect(at) + at.len() + more;
            trace(text.as_bytes()[..end].to_vec())
        };
        assert_eq!(cut(RECORDED_AT, 3).recorded_at, None, "half a number is another moment");
        assert_eq!(cut(KIND, 5), Trace { n: Some(4), recorded_at: Some(NOON), kind: None });
        assert_eq!(trace(b"?".to_vec()), Trace { n: Some(4), ..Trace::default() });
    }

    #[test]
    fn a_kind_of_what_the_operation_writes_is_not_taken_for_its_own() {
        let bytes = br#"?"text":"{\"body\":{\"group\":{\"kind\":\"strength\"}},\"kind\":\"group.put\",\"n\":4}"#;
        assert_eq!(trace(bytes.to_vec()).kind, Some("group.put"));
    }

    #[test]
    fn a_kind_of_a_later_program_has_no_words_here() {
        let text = String::from_utf8(row()).unwrap().replace("attendance.set", "attendance.sing");
        assert_eq!(trace(text.into_bytes()).kind, None);
    }
}
