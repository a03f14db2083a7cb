//! The tablet app: its frame and what all of its views share.

pub mod taps;
