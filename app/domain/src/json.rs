//! JSON as it is stored and sent. There is one way of reading it: for each further one, every type's code would be
//! loaded by the tablet once more.

use serde::de::{DeserializeOwned, Error as _};

/// Reads bytes that should be JSON. Fails on anything else.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(std::str::from_utf8(bytes).map_err(serde_json::Error::custom)?)
}
