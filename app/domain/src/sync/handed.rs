//! Work that was handed out of a tablet as a file: the last resort where a tablet cannot send it itself. The file holds the
//! tablet's own pushes, signed as they would have been sent, so that whoever carries it changes nothing of it.

use serde::{Deserialize, Serialize};

use super::wire::PushRequest;
use crate::ids::{DeviceId, UserId};

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
    /// Reads such a file; nothing where it is another one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes).ok().filter(|file| file.format == FORMAT)
    }

    /// How many operations it holds.
    pub fn count(&self) -> u64 {
        let envelopes = self.pushes.iter().flat_map(|push| &push.envelopes);
        envelopes.map(|envelope| u64::from(envelope.count)).sum()
    }
}
