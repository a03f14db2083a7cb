//! How people hear that a session is cancelled: chosen on their own page, or at the desk.

pub mod desk;
pub mod own;
