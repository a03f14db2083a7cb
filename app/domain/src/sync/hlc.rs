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

    /// Never behind a reading that was seen: the next one made here comes after it.
    pub fn see(&mut self, other: &Self) {
        if (other.wall, other.counter) > (self.wall, self.counter) {
            self.wall = other.wall;
            self.counter = other.counter;
        }
    }

    /// As the server takes it: at most 5 minutes ahead of its own clock, and under the writer's own name.
    #[must_use]
    pub fn clamped(&self, received_at: Instant, node: &str) -> Self {
        let latest = received_at.plus_millis(MAX_AHEAD_MILLIS).millis();
        Self { wall: self.wall.min(latest), counter: self.counter, node: node.to_owned() }
    }
}

/// How far a tablet's clock may be ahead of the server's before its readings are clamped (docs/sync.md, Clock).
pub const MAX_AHEAD_MILLIS: i64 = 5 * 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_comes_after_everything_seen_even_when_the_wall_clock_fell_back() {
        let mut hlc = Hlc::default();
        hlc.see(&Hlc { wall: 1_000, counter: 7, node: "b".into() });
        let next = hlc.tick(Instant::from_millis(500), "a");
        assert_eq!((next.wall, next.counter, next.node.as_str()), (1_000, 8, "a"));
        assert_eq!(next.tick(Instant::from_millis(2_000), "a").counter, 0);
    }

    #[test]
    fn a_clock_ten_years_ahead_is_clamped_to_five_minutes() {
        let ahead = Hlc { wall: i64::MAX, counter: 3, node: "x".into() };
        let clamped = ahead.clamped(Instant::from_millis(1_000), "s");
        assert_eq!((clamped.wall, clamped.counter, clamped.node.as_str()), (301_000, 3, "s"));
    }
}
