//! Outcomes for the municipality: attendance, retention, change, equity and safety as suppressed figures. The rules
//! stand in docs/outcomes.md.
//!
//! The way through: `dataset` is what comes in, `compute` gathers the exact numbers, `suppression` is the only
//! place that can turn a number into a figure that may be shown, `report` is what goes out, `publishing` makes pages
//! of reports, `findings` says what a page lets us say.

mod answers;
pub mod areas;
#[cfg(test)]
mod attack;
pub mod attendance;
mod beside;
mod by_group;
mod compute;
pub mod council;
pub mod dataset;
mod ending;
pub mod equity;
pub mod figures;
pub mod findings;
mod follow_up;
pub mod goals;
pub mod indicators;
pub mod model;
mod modelled;
pub mod need;
pub mod open_data;
pub mod pairing;
mod person;
pub mod population;
pub mod publishing;
mod register;
pub mod report;
pub mod retention;
pub mod statistics;
pub mod suppression;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tile_map;

#[cfg(test)]
mod tests;

pub use compute::{Computed, compute, compute_alone, compute_for_page};
pub use publishing::{Page, PageKind, publish};
pub use report::Report;
