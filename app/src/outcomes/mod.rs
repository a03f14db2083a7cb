//! Outcomes for the municipality: the officer's page, and the sentences that a report lets us say.

mod again;
mod answers;
pub mod areas;
#[cfg(test)]
mod claims;
pub mod council;
pub mod division;
pub mod drawings;
pub mod drawn;
mod gaps;
mod groups;
mod leaving;
mod model;
mod model_sentences;
pub mod need;
pub mod numbers;
pub mod page;
mod said;
mod sections;
pub mod sentences;
mod spread;
mod strata;
mod table;
pub mod trend;
pub mod value;
mod weekdays;
mod weeks;
