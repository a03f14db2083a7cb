//! Screens, texts and charts of Vireä, for the server and for the tablet.

pub mod access;
pub mod device;
pub mod texts;
