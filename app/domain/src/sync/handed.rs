//! Work that was handed out of a tablet as a file: the last resort where a tablet cannot send it itself. The file holds the
//! tablet's own pushes, signed as they would have been sent, so that whoever carries it changes nothing of it.

use serde::{Deserialize, Serialize};

use super::wire::PushRequest;
use crate::ids::{DeviceId, UserId};

/// So many pushes are taken from one file: no tablet keeps as much unsent, and each is a turn that others wait for.
pub const MAX_PUSHES: usize = 2_000;

/// What such a file says of itself.
pub const FORMAT: &str = "virea-unsent/1";

/// The file, as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandedOut {
    /// [`FORMAT`].
    pub format: String,
    /// The tablet.
    pub device: DeviceId,
    /// Whose work it is.
    pub user: UserId,
    /// In the order in which they are to be taken. Their epoch is that of the time at which they were handed out.
    pub pushes: Vec<PushRequest>,
    /// For a person to look at; no program reads it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<Unreadable>,
}

/// What cannot be read any more, as it lies in the store.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unreadable {
    /// The operation's number, by its key.
    pub n: Option<i64>,
    pub text: String,
}

impl HandedOut {
    /// Reads such a file; nothing where it is another one, or one that no tablet writes.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let file: Self = serde_json::from_slice(bytes).ok()?;
        let says = |push: &PushRequest| !push.envelopes.is_empty() || !push.holes.is_empty();
        let whole = file.format == FORMAT && file.pushes.len() <= MAX_PUSHES && file.pushes.iter().all(says);
        whole.then_some(file)
    }

    /// How many operations it holds.
    pub fn count(&self) -> u64 {
        let envelopes = self.pushes.iter().flat_map(|push| &push.envelopes);
        envelopes.map(|envelope| u64::from(envelope.count)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::Mark;
    use crate::sync::testing::sample::{self, NOON, Pen, mark};
    use crate::sync::wire::Epoch;

    fn written(pushes: Vec<PushRequest>) -> Vec<u8> {
        let (device, user) = (sample::device(1), sample::user(1));
        let file = HandedOut { format: FORMAT.to_owned(), device, user, pushes, unreadable: Vec::new() };
        serde_json::to_vec(&file).unwrap()
    }

    #[test]
    fn a_file_that_would_keep_everybody_waiting_is_none() {
        let mut pen = Pen::new(1);
        let op = pen.op(mark(1, 1, Some(Mark::Present)), None, NOON);
        let push = pen.pack(&Epoch("e1".into()), &[op]);
        let read = |pushes| HandedOut::read(&written(pushes)).map(|file| file.count());
        assert_eq!(read(vec![push.clone(); MAX_PUSHES]), Some(MAX_PUSHES as u64));
        assert_eq!(read(vec![push.clone(); MAX_PUSHES + 1]), None);
        let empty = PushRequest { envelopes: Vec::new(), ..push.clone() };
        assert_eq!(read(vec![push, empty]), None, "a push that says nothing");
        assert_eq!(read(Vec::new()), Some(0), "a tablet on which nothing can be read");
    }
}
