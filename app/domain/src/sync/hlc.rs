//! Hybrid logical clock: orders writes of many devices even when their wall clocks disagree.

use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// A reading: wall time, a counter for readings within one millisecond, and the writer to break ties.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hlc {
    /// Milliseconds since 1970, never behind any reading this writer has seen.
    pub wall: i64,
    pub counter: u32,
    /// The writer's stream id, or a fixed word for the server's own streams.
    pub node: String,
}

impl Hlc {
    /// The next reading of `node` at `now`: after `self`, whatever the wall clock says.
    #[must_use]
    pub fn tick(&self, now: Instant, node: &str) -> Self {
        if now.millis() > self.wall {
            Self { wall: now.millis(), counter: 0, node: node.to_owned() }
        } else {
            Self { wall: self.wall, counter: self.counter.saturating_add(1), node: node.to_owned() }
        }
    }
}
