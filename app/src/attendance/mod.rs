//! Attendance: the roll call.

pub mod roster;
pub mod undo;
