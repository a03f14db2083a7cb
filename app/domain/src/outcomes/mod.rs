//! Outcomes for the municipality: attendance, retention, change, equity and safety as suppressed figures
//! (domain.md 4, formats.md 4 and 5).
//!
//! The way through: `dataset` is what comes in, `report` what goes out, and `suppression` the only place
//! that can turn a number into a figure that may be shown.

pub mod dataset;
pub mod figures;
pub mod statistics;
pub mod suppression;
