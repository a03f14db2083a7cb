//! What is known of a report that was frozen.

use domain::time::Instant;

/// Who froze a report, when and why.
#[derive(Clone, PartialEq, Debug)]
pub struct FrozenFacts {
    pub id: String,
    pub by: String,
    pub made_at: Instant,
    pub reason: String,
    pub checksum: String,
    /// Whether the text still is what the checksum is of.
    pub whole: bool,
    /// What is not as in the report before; nothing where there is none.
    pub changed: Option<Vec<String>>,
}
