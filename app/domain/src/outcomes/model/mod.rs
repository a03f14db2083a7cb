//! What all measurements say together (docs/outcomes.md, A model of all measurements).

mod minimum;
pub mod reml;

#[cfg(test)]
mod tests;
