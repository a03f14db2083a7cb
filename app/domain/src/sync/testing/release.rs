//! Programs of an older release, as far as they differ in what they can read.

use std::cell::Cell;

use crate::sync::op::SCHEMA;

thread_local! {
    static NEWEST: Cell<u16> = const { Cell::new(SCHEMA) };
}

/// Runs something as a program that reads no newer schema than this one.
pub fn reading<T>(schema: u16, work: impl FnOnce() -> T) -> T {
    let before = NEWEST.replace(schema);
    let done = work();
    NEWEST.set(before);
    done
}

pub(in crate::sync) fn newest() -> u16 {
    NEWEST.get()
}
