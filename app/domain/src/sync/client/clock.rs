//! What the tablet knows of its own clock. It may be wrong by years and may be set while the app runs: then a screen
//! says so, and nothing that is allowed for some days is allowed for longer.

use super::{Client, Doing, Durability, Effect, Then, stored};
use crate::sync::mistakes::Mistake;
use crate::sync::wire::LEASE_MILLIS;
use crate::time::Instant;

/// A clock that is put right by less than this was not set back.
const SLACK_MILLIS: i64 = 3_600_000;

/// Two clocks that differ by less than this agree on the day.
const AGREE_MILLIS: u64 = 24 * 3_600_000;

/// The server's time, where the tablet's clock agrees: what goes by weeks goes by both, since either may be wrong by years.
pub(super) fn agreed(server: Instant, here: Instant) -> Option<Instant> {
    (here.millis_since(server).unsigned_abs() < AGREE_MILLIS).then_some(server)
}

impl Client {
    /// By how many milliseconds the tablet's clock runs ahead of the server's; negative: behind. `None`: nothing tells.
    pub fn clock_error(&self, now: Instant) -> Option<i64> {
        let (server, here) = self.cursors.contact?;
        if now >= here {
            return Some(here.millis_since(server));
        }
        // Set back since then. It cannot be earlier than it was at the last contact.
        (now < server).then(|| now.millis_since(server))
    }

    /// Since when this tablet only records: what was fetched may be read for some days after the last contact.
    /// `None`: it may still be read.
    pub fn lapsed_since(&self, now: Instant) -> Option<Instant> {
        let until = self.cursors.lease_until?;
        let until = match (self.cursors.contact, self.cursors.set_back) {
            (Some((_, here)), Some(back)) if now < here => back.plus_millis(until.millis_since(here)),
            _ => until,
        };
        (now > until && !Mistake::NeverLapses.is_made()).then_some(until)
    }

    /// Notes that the clock shows a time before the last contact: the days count anew from here, not until that time
    /// comes again.
    pub(super) fn note_clock(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        let Some((_, here)) = self.cursors.contact else { return self.note_lost_cursors(now, effects) };
        let noted = self.cursors.set_back.is_some_and(|back| back <= now);
        if noted || here.millis_since(now) < SLACK_MILLIS {
            return;
        }
        // At once: were it kept only when stored, a full tablet would try without end.
        self.cursors.set_back = Some(now);
        self.store_cursors(effects);
    }

    /// The last contact is not known any more, while its fruits are here: the days count anew from here.
    fn note_lost_cursors(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        if self.cursors.lease_until.is_none() && !self.cursors.buckets.is_empty() {
            self.cursors.lease_until = Some(now.plus_millis(LEASE_MILLIS));
            self.store_cursors(effects);
        }
    }

    fn store_cursors(&mut self, effects: &mut Vec<Effect>) {
        let doing =
            Doing::Rows { rows: Vec::new(), dropped: Vec::new(), meta: None, cursors: None, then: Then::Nothing };
        self.persist(Durability::Relaxed, vec![stored::put_cursors(&self.cursors)], doing, effects);
    }
}

#[cfg(test)]
mod tests {
    use super::super::stored::Cursors;
    use super::super::{Area, Event, Identity, Stored, Write};
    use super::*;
    use crate::sync::testing::sample::{Dice, NOON, mark, stream, user};

    const DAY: i64 = 24 * 3_600_000;
    const YEAR: i64 = 365 * DAY;

    /// A tablet whose last contact was at noon, when its clock ran so far ahead of the server's.
    fn tablet(ahead: i64) -> Client {
        started(fetched(ahead))
    }

    /// What lies on it.
    fn fetched(ahead: i64) -> Vec<Stored> {
        let here = NOON.plus_millis(ahead);
        let lease_until = Some(here.plus_millis(14 * DAY));
        let cursors = Cursors { contact: Some((NOON, here)), lease_until, ..Cursors::default() };
        vec![(Area::Cache, "cursors".to_owned(), stored::bytes(&cursors))]
    }

    /// It comes to lead, and reads the store; the request that it sends then.
    fn led(client: &mut Client) -> u64 {
        told(client, Event::Leader(true), NOON);
        sends(&told(client, Event::Loaded(fetched(0)), NOON)).expect("a pull")
    }

    fn started(stored: Vec<Stored>) -> Client {
        Client::new(Identity { user: user(1), new_stream: stream(1), key: None }, stored)
    }

    /// What the tablet does when this happens, its stores succeeding.
    fn told(client: &mut Client, event: Event, now: Instant) -> Vec<Effect> {
        let mut effects = client.handle(event, now, &mut Dice(1));
        while let Some(token) = effects.iter().rev().find_map(|effect| match effect {
            Effect::Persist { token, .. } if client.storing.as_ref().is_some_and(|(open, _)| open == token) => {
                Some(*token)
            }
            _ => None,
        }) {
            effects.extend(client.handle(Event::Committed(token), now, &mut Dice(2)));
        }
        effects
    }

    fn sends(effects: &[Effect]) -> Option<u64> {
        effects.iter().find_map(|effect| match effect {
            Effect::Send { id, .. } => Some(*id),
            _ => None,
        })
    }

    fn wakes(effects: &[Effect]) -> Vec<i64> {
        let wake = |effect: &Effect| match effect {
            Effect::Wake { after_millis } => Some(*after_millis),
            _ => None,
        };
        effects.iter().filter_map(wake).collect()
    }

    #[test]
    fn a_clock_that_shows_a_time_before_the_last_contact_is_wrong_by_at_least_that() {
        assert_eq!(tablet(0).clock_error(NOON.plus_millis(-10 * YEAR)), Some(-10 * YEAR));
        assert_eq!(tablet(-600_000).clock_error(NOON.plus_millis(-300_000)), Some(-600_000), "slow all the time");
        assert_eq!(tablet(YEAR).clock_error(NOON.plus_millis(YEAR + DAY)), Some(YEAR), "fast all the time");
        assert_eq!(tablet(YEAR).clock_error(NOON.plus_millis(DAY)), None, "fast then, put right since");
        assert_eq!(started(Vec::new()).clock_error(NOON), None);
    }

    #[test]
    fn a_clock_that_was_set_back_lets_nothing_be_read_for_longer() {
        for (ahead, back) in [(0, -10 * YEAR), (YEAR, 0)] {
            let mut client = tablet(ahead);
            let set = NOON.plus_millis(back);
            let effects = told(&mut client, Event::Tick, set);
            assert_eq!(client.lapsed_since(set.plus_millis(13 * DAY)), None);
            let end = set.plus_millis(14 * DAY);
            assert_eq!(client.lapsed_since(end.plus_millis(1)), Some(end));
            // It is stored once, and the next start knows it.
            let stored: Vec<Stored> = effects
                .into_iter()
                .filter_map(|effect| match effect {
                    Effect::Persist { writes, .. } => Some(writes),
                    _ => None,
                })
                .flatten()
                .filter_map(|write| match write {
                    Write::Put { area, key, bytes } => Some((area, key, bytes)),
                    _ => None,
                })
                .collect();
            assert_eq!(stored.len(), 1);
            assert!(started(stored).lapsed_since(end.plus_millis(1)).is_some());
            // Put right, the days count from the contact as before.
            let here = NOON.plus_millis(ahead);
            assert_eq!(client.lapsed_since(here.plus_millis(14 * DAY)), None);
            assert!(client.lapsed_since(here.plus_millis(14 * DAY + 1)).is_some());
        }
    }

    #[test]
    fn a_back_off_ends_with_its_timer_though_the_clock_was_set_back_meanwhile() {
        let mut client = tablet(0);
        let asked = led(&mut client);
        let waits = wakes(&told(&mut client, Event::Unreachable(asked), NOON));
        assert!(waits.len() == 1 && (1..=450_000).contains(&waits[0]), "{waits:?}");
        let year_ago = NOON.plus_millis(-YEAR);
        let recorded = told(&mut client, Event::Record { ticket: 1, verb: mark(1, 1, None) }, year_ago);
        assert_eq!((sends(&recorded), wakes(&recorded)), (None, Vec::new()), "the timer goes on");
        assert!(sends(&told(&mut client, Event::Tick, year_ago)).is_some());
    }

    #[test]
    fn a_silent_request_is_given_up_with_its_timer_whatever_the_clock_shows() {
        for jump in [-YEAR, -60_000, 0, YEAR] {
            let mut client = tablet(0);
            let asked = led(&mut client);
            let alive = wakes(&told(&mut client, Event::Progress(asked), NOON));
            assert_eq!(alive, [120_000], "counted from the last sign of life");
            let given_up = told(&mut client, Event::Tick, NOON.plus_millis(jump));
            assert_eq!(wakes(&given_up).len(), 1, "it is tried again later");
            assert!(sends(&told(&mut client, Event::Tick, NOON.plus_millis(jump))).is_some_and(|again| again != asked));
        }
    }
}
