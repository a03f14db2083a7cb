//! The open connections: what each is doing and since when, which are overdue, and which goes when there are too many.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::client::Network;

/// Connections of one address; the one that has waited longest goes for a new one.
pub const EACH: usize = 256;
/// From the first byte of a request's head to its last.
const HEAD: Duration = Duration::from_secs(10);
/// Without a byte in either direction. Live connections say something every 25 seconds.
const SILENCE: Duration = Duration::from_secs(60);

/// What a connection is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Doing {
    /// Between two requests, or an answer is on its way.
    Idle,
    /// A request's head has begun.
    Head,
    /// The head is in, the body is read at its own pace (see [`super::body`]).
    Body,
    /// A handler has the request.
    Work,
    /// The answer goes on for as long as somebody listens.
    Live,
}

/// What one connection is doing, shared by those who serve it.
#[derive(Clone, Debug)]
pub struct Activity(Arc<Mutex<(Doing, Instant)>>);

impl Activity {
    fn new(now: Instant) -> Self {
        Self(Arc::new(Mutex::new((Doing::Idle, now))))
    }

    fn state(&self) -> MutexGuard<'_, (Doing, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came in or went out.
    pub fn moved(&self, inwards: bool, now: Instant) {
        let mut state = self.state();
        match state.0 {
            Doing::Idle if inwards => *state = (Doing::Head, now),
            // A head has so long in all, however often a byte of it comes.
            Doing::Head if inwards => {}
            _ => state.1 = now,
        }
    }

    pub fn has_head(&self, now: Instant) {
        *self.state() = (Doing::Body, now);
    }

    pub fn works(&self, now: Instant) {
        *self.state() = (Doing::Work, now);
    }

    pub fn is_live(&self, now: Instant) {
        *self.state() = (Doing::Live, now);
    }

    /// The handler has answered.
    pub fn answered(&self, now: Instant) {
        let mut state = self.state();
        if state.0 != Doing::Live {
            *state = (Doing::Idle, now);
        }
    }

    /// Whether it has used up its time.
    pub fn is_overdue(&self, now: Instant) -> bool {
        let (doing, since) = *self.state();
        let took = now.saturating_duration_since(since);
        match doing {
            Doing::Head => took >= HEAD,
            Doing::Idle | Doing::Live => took >= SILENCE,
            Doing::Body | Doing::Work => false,
        }
    }

    /// Since when it has waited for its client; nothing while it is of use to somebody.
    fn waits_since(&self) -> Option<Instant> {
        let (doing, since) = *self.state();
        matches!(doing, Doing::Idle | Doing::Head | Doing::Body).then_some(since)
    }
}

struct Open {
    from: Option<Network>,
    activity: Activity,
    close: Arc<Notify>,
}

/// All connections of this node.
pub struct Connections {
    in_all: usize,
    each: usize,
    open: Mutex<(u64, HashMap<u64, Open>)>,
}

/// One connection's slot among them; dropping it frees the slot.
pub struct Slot {
    all: Arc<Connections>,
    id: u64,
    pub activity: Activity,
    /// Told when the connection has to go.
    pub close: Arc<Notify>,
}

impl Connections {
    pub fn new(in_all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { in_all, each, open: Mutex::new((0, HashMap::new())) })
    }

    /// A place for a new connection; nothing when all are busy. `from`: whose places it counts against, nothing for a
    /// proxy, behind which everybody stands.
    pub fn enter(self: &Arc<Self>, from: Option<Network>, now: Instant) -> Option<Slot> {
        let mut guard = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, open) = &mut *guard;
        let own = open.values().filter(|one| from.is_some() && one.from == from).count();
        if own >= self.each {
            make_room(open, |one| one.from == from)?;
        } else if open.len() >= self.in_all {
            make_room(open, |_| true)?;
        }
        *next += 1;
        let (id, activity, close) = (*next, Activity::new(now), Arc::new(Notify::new()));
        open.insert(id, Open { from, activity: activity.clone(), close: Arc::clone(&close) });
        Some(Slot { all: Arc::clone(self), id, activity, close })
    }
}

/// Closes the connection that has waited longest for its client.
fn make_room(open: &mut HashMap<u64, Open>, among: impl Fn(&Open) -> bool) -> Option<()> {
    let waiting = open.iter().filter(|(_, one)| among(one));
    let waiting = waiting.filter_map(|(id, one)| Some((one.activity.waits_since()?, *id)));
    let (_, id) = waiting.min()?;
    open.remove(&id)?.close.notify_one();
    Some(())
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.all.open.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use std::sync::LazyLock;

    fn network(n: u8) -> Option<Network> {
        Some(Network::of([10, 0, 0, n].into()))
    }

    fn is_closed(place: &Slot) -> bool {
        place.close.notified().now_or_never().is_some()
    }

    fn after(seconds: u64) -> Instant {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        *START + Duration::from_secs(seconds)
    }

    #[test]
    fn a_new_connection_takes_the_place_of_the_one_that_waited_longest_at_the_same_address() {
        let all = Connections::new(10, 2);
        let elsewhere = all.enter(network(2), after(0)).expect("room");
        let first = all.enter(network(1), after(0)).expect("room");
        let second = all.enter(network(1), after(1)).expect("room");
        first.activity.moved(false, after(2));
        let third = all.enter(network(1), after(2)).expect("the second goes");
        assert_eq!([&elsewhere, &first, &second, &third].map(is_closed), [false, false, true, false]);
        first.activity.works(after(3));
        third.activity.is_live(after(3));
        drop(second);
        assert!(all.enter(network(1), after(4)).is_none(), "nobody who works or listens has to go");
        assert!(all.enter(None, after(4)).is_some(), "a proxy's connections are everybody's");
    }

    #[test]
    fn when_all_places_are_taken_the_longest_waiting_of_all_goes() {
        let all = Connections::new(2, 2);
        let first = all.enter(network(1), after(0)).expect("room");
        let second = all.enter(network(2), after(1)).expect("room");
        let third = all.enter(network(3), after(2)).expect("the first goes");
        assert_eq!([&first, &second, &third].map(is_closed), [true, false, false]);
    }

    #[test]
    fn a_head_has_ten_seconds_in_all_and_silence_sixty() {
        let activity = Activity::new(after(0));
        assert!(!activity.is_overdue(after(59)));
        (50..60).for_each(|second| activity.moved(true, after(second)));
        assert!(!activity.is_overdue(after(59)));
        assert!(activity.is_overdue(after(60)), "a byte a second does not make it longer");
        activity.has_head(after(60));
        assert!(!activity.is_overdue(after(600)), "others watch over bodies and handlers");
        activity.answered(after(600));
        activity.moved(false, after(610));
        assert!(!activity.is_overdue(after(669)));
        assert!(activity.is_overdue(after(670)));
    }
}
