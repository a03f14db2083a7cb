//! Vireä's rules, the same on the server and on the tablet.
//!
//! May enter: types of the trade, validation, scoring by published tables, statistics, hiding of small
//! numbers, rights, merge rules and the state machines of both ends of the sync.
//! May not enter: clocks, randomness, databases, HTTP, screens, texts for people. Time and chance are parameters.

pub mod access;
pub mod applications;
pub mod assessments;
pub mod attendance;
pub mod audit;
pub mod codes;
pub mod consents;
pub mod contacts;
pub mod devices;
pub mod eligibility;
pub mod exercises;
pub mod feedback;
pub mod fields;
pub mod finding;
pub mod friends;
pub mod groups;
pub mod home_programmes;
pub mod home_weeks;
pub mod ids;
pub mod incidents;
pub mod input;
pub mod letters;
pub mod messages;
pub mod names;
pub mod notes;
pub mod outcomes;
pub mod paper;
pub mod pauses;
pub mod people;
pub mod places;
pub mod quality;
pub mod registration;
pub mod requests;
pub mod rounding;
pub mod safety;
pub mod screenings;
pub mod sessions;
pub mod settings;
pub mod statements;
pub mod sync;
pub mod talks;
pub mod text;
pub mod time;
pub mod visitors;
