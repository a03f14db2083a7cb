//! The demo municipality: invented, seeded, brought in through the same files and operations as a real one.

pub mod build;
pub mod dice;
pub mod events;
pub mod people;
pub mod results;
pub mod town;
