//! Trembling fingers: a second tap on the same target within 350 ms counts once, and taps right after a
//! change of view are not meant for the new one.

use std::time::Duration;

/// Milliseconds within which a second tap on the same target is the same tap.
const TREMOR: f64 = 350.0;
/// How long after a change of view taps are ignored: the second tap of a trembling hand lands on the new view.
pub const VIEW_CHANGE: Duration = Duration::from_millis(300);

/// Remembers the last tap. Times are the browser's event time stamps in milliseconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Taps<T> {
    last: Option<(T, f64)>,
    opened: f64,
}

impl<T: PartialEq> Taps<T> {
    /// For a view opened at that time.
    pub const fn opened_at(time: f64) -> Self {
        Self { last: None, opened: time }
    }

    /// Whether a tap on the target counts.
    pub fn counts(&mut self, target: T, time: f64) -> bool {
        let trembled = self.last.as_ref().is_some_and(|(last, at)| *last == target && time - at < TREMOR);
        let early = time - self.opened < VIEW_CHANGE.as_secs_f64() * 1000.0;
        if !early {
            self.last = Some((target, time));
        }
        !trembled && !early
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_tap_on_one_row_counts_once() {
        let mut taps = Taps::opened_at(0.0);
        assert!(taps.counts("a", 1000.0));
        assert!(!taps.counts("a", 1349.0));
        assert!(taps.counts("a", 1700.0));
    }

    #[test]
    fn quick_taps_on_different_rows_all_count() {
        let mut taps = Taps::opened_at(0.0);
        assert!(taps.counts("a", 1000.0) && taps.counts("b", 1050.0) && taps.counts("a", 1100.0));
    }

    #[test]
    fn a_trembling_row_of_taps_is_one_until_the_hand_rests() {
        let mut taps = Taps::opened_at(0.0);
        assert!(taps.counts("a", 1000.0));
        assert!(!taps.counts("a", 1300.0) && !taps.counts("a", 1600.0) && !taps.counts("a", 1900.0));
    }

    #[test]
    fn a_tap_meant_for_the_view_before_does_nothing() {
        let mut taps = Taps::opened_at(5000.0);
        assert!(!taps.counts("a", 5100.0));
        assert!(taps.counts("a", 5350.0));
    }
}
