//! Long work beside the requests: whoever reads a whole municipality and computes on it for seconds does so on a thread
//! of its own, while those that answer requests go on.

use std::future::Future;

use tokio::runtime::Handle;

use crate::error::Error;
use crate::state::AppState;

impl AppState {
    /// Runs `work` aside, one such work at a time. It goes on to its end also when nobody waits for it any more.
    pub async fn aside<T, Work>(&self, work: impl FnOnce(Self) -> Work + Send + 'static) -> Result<T, Error>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, Error>>,
    {
        let (state, runtime) = (self.clone(), Handle::current());
        let place = self.aside.clone().acquire_owned().await.map_err(|_| Error::Busy { retry_after: 5 })?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            runtime.block_on(work(state))
        });
        done.await.map_err(|error| Error::Broken(format!("work aside ended early: {error}")))?
    }
}
