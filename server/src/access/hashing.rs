//! Password hashing in bounded memory: a few hashes at once, each in a buffer that is kept for the next one.
//!
//! A buffer made anew for each hash stays with the allocator of whichever thread made it: a busy morning would leave
//! gigabytes behind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::Block;
use tokio::sync::Semaphore;

use crate::error::Error;

/// What one hash fills, in blocks of 1 KiB.
pub type Memory = Vec<Block>;

/// Hashes at once however many cores there are: their buffers take 60 MB in all.
const MOST_AT_ONCE: usize = 3;
/// Hashes that are under way or wait for a place; who comes then is told to come back.
const MOST_WAITING: usize = 64;

/// The places at which passwords are hashed, one for each core, with their memory.
pub struct Hashing {
    places: Arc<Semaphore>,
    waiting: Semaphore,
    free: Mutex<Vec<Memory>>,
    begun: AtomicU64,
}

impl Hashing {
    pub fn for_this_machine() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::new(cores.min(MOST_AT_ONCE), MOST_WAITING)
    }

    /// With `at_once` places, and room for `waiting` hashes, those under way counted.
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            waiting: Semaphore::new(waiting),
            free: Mutex::new(Vec::new()),
            begun: AtomicU64::new(0),
        }
    }

    /// Runs one hash's work at a place of its own; [`Error::Busy`] when too many wait already.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Memory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let full = || Error::Busy { retry_after: 2 };
        let _waiting = self.waiting.try_acquire().map_err(|_| full())?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| full())?;
        let pool = Arc::clone(self);
        let hashed = tokio::task::spawn_blocking(move || {
            // The work goes on when the request that asked for it is given up, so the place is held by the work.
            let _place = place;
            pool.begun.fetch_add(1, Ordering::Relaxed);
            let mut memory = pool.free().pop().unwrap_or_default();
            let done = work(&mut memory);
            pool.free().push(memory);
            done
        });
        hashed.await.map_err(|e| Error::Broken(format!("password thread: {e}")))?
    }

    /// How many hashes were begun since the start.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Memory>> {
        // The list is whole between any two statements, whatever panicked elsewhere.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn many_hashes_share_as_many_buffers_as_there_are_places() {
        let hashing = Arc::new(Hashing::new(2, 64));
        let hashes = (0..40).map(|_| {
            hashing.run(|memory| {
                let before = memory.len();
                memory.resize(4, Block::new());
                Ok(before)
            })
        });
        let before: Vec<_> = futures::future::try_join_all(hashes).await.expect("room for all");
        assert!(before.iter().filter(|blocks| **blocks == 0).count() <= 2, "a buffer was made anew: {before:?}");
        assert!((1..=2).contains(&hashing.free().len()));
        assert_eq!(hashing.begun(), 40);
    }

    #[tokio::test]
    async fn who_comes_when_all_places_are_taken_is_told_to_come_back() {
        let hashing = Arc::new(Hashing::new(1, 1));
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = hashing.run(move |_| {
            let _ = wait.recv();
            Ok(())
        });
        let mut first = Box::pin(first);
        assert!(futures::poll!(first.as_mut()).is_pending());
        assert!(matches!(hashing.run(|_| Ok(())).await, Err(Error::Busy { retry_after: 2 })));
        go.send(()).expect("it waits");
        first.await.expect("it goes on");
        hashing.run(|_| Ok(())).await.expect("there is room again");
    }
}
