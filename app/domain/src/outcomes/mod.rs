//! Outcomes for the municipality: attendance, retention, change, equity and safety as suppressed figures
//! (domain.md 4, formats.md 4 and 5).
//!
//! The way through: `dataset` is what comes in, `compute` gathers the exact numbers, `suppression` is the only
//! place that can turn a number into a figure that may be shown, `report` is what goes out.

pub mod attendance;
mod compute;
pub mod dataset;
pub mod equity;
pub mod figures;
pub mod findings;
pub mod pairing;
mod register;
pub mod report;
pub mod retention;
pub mod statistics;
pub mod suppression;

#[cfg(test)]
mod tests;

pub use compute::compute;
pub use report::Report;
