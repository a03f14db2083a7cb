//! Consents: given and withdrawn.

mod history;
