//! What the tablet's views share, and depends on none of them: the signed-in tablet, language and look, addresses and
//! moving between them, taps and typed text, and the frame round every view.

pub mod address;
pub mod taps;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod guard;
#[cfg(target_arch = "wasm32")]
pub mod navigation;
#[cfg(target_arch = "wasm32")]
pub mod preferences;
#[cfg(target_arch = "wasm32")]
pub mod troubles;
#[cfg(target_arch = "wasm32")]
pub mod typed_text;
#[cfg(target_arch = "wasm32")]
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use preferences::lang;

/// A language as the municipality addresses those who take part in it: for what they read on the tablet or hear read out.
#[cfg(target_arch = "wasm32")]
pub fn to_participants(lang: crate::texts::Lang) -> crate::texts::Lang {
    lang.addressing(leptos::prelude::untrack(|| use_tablet().you().form_of_address))
}

/// The signed-in tablet. Every view below the frame has one.
#[cfg(target_arch = "wasm32")]
pub fn use_tablet() -> crate::sync::tablet::Tablet {
    leptos::prelude::expect_context()
}
