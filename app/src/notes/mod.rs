//! Notes on sessions, in words.

mod history;
