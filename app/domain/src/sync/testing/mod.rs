//! For tests: a server's store in memory, the suite that every store must pass, work of chance that another store must
//! answer as that one does, and sample data.

pub mod contract;
pub mod history;
mod instruments;
pub mod lockstep;
pub mod memory;
pub mod release;
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
