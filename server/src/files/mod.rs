//! The files that municipalities bring and take: CSV of five kinds, in and out.
//!
//! Reading is pure: bytes become typed rows or a list of every problem in the file. What the rows would
//! change is worked out against the database, then written by operations, or not at all.

pub mod assessments;
pub mod attendance;
pub mod cells;
pub mod csv;
pub mod desk;
pub mod export;
pub mod fhir;
pub mod groups;
pub mod import;
pub mod kinds;
pub mod leftovers;
pub mod memberships;
pub mod messages;
pub mod participants;
pub mod present;
pub mod problem;
pub mod repeats;
pub mod rows;
pub mod sheet;
pub mod sieve;
pub mod write;
pub mod xlsx;
