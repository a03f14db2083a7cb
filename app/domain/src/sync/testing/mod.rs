//! For tests: a server's store in memory, the suite that every store must pass, and sample data.

pub mod contract;
pub mod history;
mod instruments;
pub mod memory;
pub mod sample;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Runs a future that never really waits, as those over the memory store without a gate.
pub fn now_or_never<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// For property tests that take longer than others: so many cases every day, and as many times more as `PROPTEST_CASES`
/// has more than the 256 of the others (`cargo xtask prove`).
#[cfg(test)]
pub(crate) fn cases(everyday: u32) -> proptest::prelude::ProptestConfig {
    let usual = proptest::prelude::ProptestConfig::default();
    let cases = (usual.cases.saturating_mul(everyday) / 256).max(1);
    proptest::prelude::ProptestConfig { cases, ..usual }
}
