//! Who uses the program: signing in.

pub mod account;
