//! Screens, texts and charts of Vireä, for the server and for the tablet.

pub mod access;
pub mod assessments;
pub mod attendance;
pub mod charts;
pub mod consents;
pub mod contacts;
pub mod context;
pub mod device;
pub mod figures;
pub mod groups;
pub mod history;
pub mod home;
pub mod imports;
pub mod incidents;
pub mod notes;
pub mod outcomes;
pub mod own;
pub mod pauses;
pub mod people;
pub mod reviews;
pub mod screenings;
pub mod sessions;
pub mod sync;
pub mod tablet;
pub mod texts;
pub mod ui;
