//! Functional-ability tests on the tablet: entering them by numbers, and what they say.

pub mod entry;
pub mod words;
