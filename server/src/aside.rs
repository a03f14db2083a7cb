//! Long work beside the requests: whoever reads a whole municipality and computes on it for seconds does so on a thread
//! of its own, while those that answer requests go on.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::Error;
use crate::state::AppState;

/// No such work takes longer: the update of the largest municipality's figures takes seconds.
const LONGEST: Duration = Duration::from_secs(600);

impl AppState {
    /// Runs `work` aside, one such work at a time. It goes on to its end also when nobody waits for it any more, but not
    /// for ever: the next ones wait for its place.
    pub async fn aside<T, Work>(&self, work: impl FnOnce(Self) -> Work + Send + 'static) -> Result<T, Error>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, Error>>,
    {
        self.aside_for(LONGEST, work).await
    }

    /// As [`Self::aside`], given up after so long.
    pub async fn aside_for<T, Work>(
        &self,
        longest: Duration,
        work: impl FnOnce(Self) -> Work + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, Error>>,
    {
        let (state, runtime) = (self.clone(), Handle::current());
        let place = self.aside.clone().acquire_owned().await.map_err(|_| Error::Busy { retry_after: 5 })?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            let done = runtime.block_on(async { tokio::time::timeout(longest, work(state)).await });
            done.unwrap_or(Err(Error::Busy { retry_after: 60 }))
        });
        done.await.map_err(|error| Error::Broken(format!("work aside ended early: {error}")))?
    }
}
