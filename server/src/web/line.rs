//! Who finds no place waits for one, in the order of coming, for a while: many who come back at once are all served, one
//! after the other, instead of being sent away to come back at once again.

use std::collections::VecDeque;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::quota::{Quota, Share};

/// The places of a quota, and who waits for one. Whoever has as many as one holder can have keeps nobody behind them in
/// the line from a place.
pub struct Line<K: Hash + Eq + Copy> {
    places: Arc<Quota<K>>,
    /// How many wait at most, in all and for each.
    most: (usize, usize),
    /// How long somebody waits at most.
    patience: Duration,
    waiting: Mutex<VecDeque<Waiting<K>>>,
}

struct Waiting<K: Hash + Eq + Copy> {
    holder: K,
    turn: oneshot::Sender<Turn<K>>,
}

/// A place that is held; dropping it gives it to whoever waits for it.
pub struct Turn<K: Hash + Eq + Copy> {
    share: Option<Share<K>>,
    line: Arc<Line<K>>,
}

enum Asked<K: Hash + Eq + Copy> {
    Here(Turn<K>),
    Later(oneshot::Receiver<Turn<K>>),
    Full,
}

impl<K: Hash + Eq + Copy> Line<K> {
    pub fn new(places: Arc<Quota<K>>, most: (usize, usize), patience: Duration) -> Arc<Self> {
        Arc::new(Self { places, most, patience, waiting: Mutex::new(VecDeque::new()) })
    }

    /// A place, as soon as there is one; nothing when too many wait for one already, or it takes too long.
    pub async fn enter(self: &Arc<Self>, holder: K) -> Option<Turn<K>> {
        match self.ask(holder) {
            Asked::Here(place) => Some(place),
            Asked::Later(turn) => tokio::time::timeout(self.patience, turn).await.ok()?.ok(),
            Asked::Full => None,
        }
    }

    /// While the line is held, nobody gives a place back unseen between the look for one and the wait.
    fn ask(self: &Arc<Self>, holder: K) -> Asked<K> {
        let mut waiting = self.waiting();
        if let Some(share) = self.places.take(holder, 1) {
            return Asked::Here(self.place(share));
        }
        waiting.retain(|one| !one.turn.is_closed());
        let own = waiting.iter().filter(|one| one.holder == holder).count();
        let (in_all, each) = self.most;
        if waiting.len() >= in_all || own >= each {
            return Asked::Full;
        }
        let (turn, later) = oneshot::channel();
        waiting.push_back(Waiting { holder, turn });
        Asked::Later(later)
    }

    /// The first in the line who may have the place that has become free.
    fn next_in_line(self: &Arc<Self>) -> Option<(oneshot::Sender<Turn<K>>, Turn<K>)> {
        let mut waiting = self.waiting();
        waiting.retain(|one| !one.turn.is_closed());
        let mut line = waiting.iter().enumerate();
        let (at, share) = line.find_map(|(at, one)| Some((at, self.places.take(one.holder, 1)?)))?;
        let first = waiting.remove(at)?;
        Some((first.turn, self.place(share)))
    }

    fn place(self: &Arc<Self>, share: Share<K>) -> Turn<K> {
        Turn { share: Some(share), line: Arc::clone(self) }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting<K>>> {
        // Whatever panicked beside it, the line is as it was.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Copy> Drop for Turn<K> {
    fn drop(&mut self) {
        drop(self.share.take());
        if let Some((turn, place)) = self.line.next_in_line() {
            // Whoever has gone away in this moment lets go of it, and so it goes to the one behind.
            let _ = turn.send(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn places_go_to_those_who_wait_in_the_order_of_coming() {
        let line = Line::new(Quota::new(1, 1), (4, 4), LONG);
        let first = line.enter("a").await.expect("room");
        let (mut second, mut third) = (Box::pin(line.enter("b")), Box::pin(line.enter("c")));
        assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
        drop(first);
        assert!(third.as_mut().now_or_never().is_none(), "it is the second's turn");
        let second = second.await.expect("its turn");
        assert!(third.as_mut().now_or_never().is_none());
        drop(second);
        assert!(third.await.is_some());
        assert!(line.enter("d").await.is_some(), "nobody holds or waits any more");
    }

    #[tokio::test]
    async fn whoever_has_all_that_one_can_have_keeps_nobody_waiting() {
        let line = Line::new(Quota::new(2, 1), (4, 4), LONG);
        let _own = line.enter("a").await.expect("room");
        let mut more = Box::pin(line.enter("a"));
        assert!(more.as_mut().now_or_never().is_none(), "one for each");
        let other = line.enter("b").now_or_never().flatten().expect("room for another");
        let mut next = Box::pin(line.enter("b"));
        assert!(next.as_mut().now_or_never().is_none());
        drop(other);
        assert!(next.await.is_some(), "though somebody stands before it");
        assert!(more.as_mut().now_or_never().is_none());
    }

    #[tokio::test]
    async fn only_so_many_wait_and_whoever_goes_away_leaves_room() {
        let line = Line::new(Quota::new(1, 1), (2, 1), LONG);
        let first = line.enter("a").await.expect("room");
        let mut second = Box::pin(line.enter("b"));
        assert!(second.as_mut().now_or_never().is_none());
        let refused = line.enter("b").now_or_never();
        assert!(refused.is_some_and(|place| place.is_none()), "one for each");
        let mut third = Box::pin(line.enter("c"));
        assert!(third.as_mut().now_or_never().is_none());
        let refused = line.enter("d").now_or_never();
        assert!(refused.is_some_and(|place| place.is_none()), "two in all");
        drop(second);
        let mut fourth = Box::pin(line.enter("d"));
        assert!(fourth.as_mut().now_or_never().is_none(), "it waits");
        drop((first, third));
        assert!(fourth.await.is_some(), "a place for somebody who has gone goes to the next");
    }

    #[tokio::test]
    async fn whoever_has_waited_long_enough_is_sent_away_and_takes_nothing_along() {
        let line = Line::new(Quota::new(1, 1), (2, 2), Duration::from_millis(20));
        let first = line.enter("a").await.expect("room");
        assert!(line.enter("b").await.is_none());
        drop(first);
        assert!(line.enter("b").now_or_never().flatten().is_some());
    }
}
