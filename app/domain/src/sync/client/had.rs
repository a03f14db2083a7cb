//! Since when the server has what it was sent. What may be forgotten goes by that and not by when the tablet says that it
//! was recorded: a tablet's clock may be wrong by years, and what was recorded a moment ago would be old.

use serde::{Deserialize, Serialize};

use super::outbox::KEEP_MILLIS;
use crate::ids::StreamId;
use crate::sync::wire::Epoch;
use crate::time::Instant;

/// So far apart lie every other two of the moments that are kept: a month takes some twenty.
const APART_MILLIS: i64 = 3 * 24 * 3_600_000;

/// Moments in which the server told how much it had, in one life of its data, of one stream.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Had {
    of: Option<(Epoch, StreamId)>,
    /// Up to which number, and when; both rise.
    told: Vec<(i64, Instant)>,
}

impl Had {
    /// The server tells that it has so much now.
    pub fn note(&mut self, epoch: &Epoch, stream: StreamId, contig: i64, now: Instant) {
        let of = Some((epoch.clone(), stream));
        if self.of != of {
            *self = Self { of, told: Vec::new() };
        }
        // What it had told beyond that it has lost since.
        self.told.retain(|(upto, at)| *upto <= contig && *at <= now);
        if self.told.last().is_some_and(|(upto, _)| *upto == contig) {
            return;
        }
        let before = self.told.len().checked_sub(2).and_then(|place| self.told.get(place));
        if before.is_some_and(|(_, at)| now.millis_since(*at) < APART_MILLIS) {
            self.told.pop();
        }
        self.told.push((contig, now));
        let old = self.told.iter().filter(|(_, at)| now.millis_since(*at) > KEEP_MILLIS).count();
        self.told.drain(..old.saturating_sub(1));
    }

    /// Since when it is known to have this number, at the latest.
    pub fn since(&self, n: i64) -> Option<Instant> {
        self.told.iter().find(|(upto, _)| n <= *upto).map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::testing::sample::{NOON, stream};

    const DAY: i64 = 24 * 3_600_000;

    fn day(n: i64) -> Instant {
        NOON.plus_millis(n * DAY)
    }

    fn epoch(name: &str) -> Epoch {
        Epoch(name.into())
    }

    #[test]
    fn a_number_is_there_since_the_first_word_for_it_or_a_few_days_later() {
        let mut had = Had::default();
        for n in 0..=90 {
            had.note(&epoch("e"), stream(1), n, day(n));
        }
        assert!(had.told.len() < 25, "{}", had.told.len());
        for n in 60..=90 {
            let since = had.since(n).unwrap();
            assert!((0..=3 * DAY).contains(&since.millis_since(day(n))), "{n}: {since:?}");
        }
        assert!(had.since(1).is_some_and(|at| day(90).millis_since(at) > KEEP_MILLIS), "long ago, whenever that was");
        assert_eq!(had.since(91), None);
    }

    #[test]
    fn what_the_server_has_lost_counts_anew_and_so_does_another_life_of_its_data() {
        let mut had = Had::default();
        for (contig, at) in [(5, 0), (9, 10), (7, 20)] {
            had.note(&epoch("e"), stream(1), contig, day(at));
        }
        assert_eq!([5, 6, 9].map(|n| had.since(n)), [Some(day(0)), Some(day(20)), None]);
        had.note(&epoch("f"), stream(1), 7, day(21));
        assert_eq!([5, 7].map(|n| had.since(n)), [Some(day(21)); 2]);
        had.note(&epoch("f"), stream(2), 7, day(22));
        assert_eq!(had.since(1), Some(day(22)), "in another stream, too");
    }

    #[test]
    fn a_moment_that_is_still_to_come_was_none() {
        let mut had = Had::default();
        had.note(&epoch("e"), stream(1), 5, day(4_000));
        had.note(&epoch("e"), stream(1), 5, day(1));
        assert_eq!(had.since(5), Some(day(1)));
    }
}
