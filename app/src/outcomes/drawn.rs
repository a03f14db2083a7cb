//! What a section draws.

use leptos::prelude::AnyView;

/// A drawing without its table.
pub struct Drawn {
    /// The finding.
    pub title: String,
    /// In two sizes, the wider one first.
    pub chart: AnyView,
    pub source: String,
}
