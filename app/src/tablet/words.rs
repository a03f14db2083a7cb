//! Words for what the tablet's parts report as values.

use crate::device::trouble::Trouble;
use crate::texts::{Lang, tablet::trouble as t};

/// What went wrong with the store, and what to do.
pub fn trouble(lang: Lang, trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Full => t::full(lang),
        Trouble::Aborted | Trouble::Taken => t::aborted(lang),
        Trouble::OtherTab => t::other_tab(lang),
        Trouble::Closed => t::closed(lang),
        Trouble::Newer => t::newer(lang),
        Trouble::Unavailable => t::unavailable(lang),
        Trouble::Unreadable => t::unreadable(lang),
    }
}
