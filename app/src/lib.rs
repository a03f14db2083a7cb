//! Screens, texts and charts of Vireä, for the server and for the tablet.

pub mod access;
pub mod applications;
pub mod assessments;
pub mod attendance;
pub mod charts;
pub mod consents;
pub mod context;
pub mod device;
pub mod figures;
pub mod groups;
pub mod history;
pub mod home;
pub mod incidents;
pub mod notes;
pub mod outcomes;
pub mod people;
pub mod reviews;
pub mod screenings;
pub mod sessions;
pub mod sync;
pub mod tablet;
pub mod talks;
pub mod texts;
pub mod ui;
