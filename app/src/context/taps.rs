//! Trembling fingers: a second tap on the same target or the same place within 350 ms is the same tap. What has just
//! appeared takes no tap at all for a moment, which the style sees to (`style/ui/tap.css`).

/// Milliseconds within which a second tap is the same tap.
pub const TREMOR: f64 = 350.0;
/// CSS pixels within which two taps are on the same place, whatever stands there by now.
const NEAR: f64 = 24.0;

/// Where and when a finger came down: CSS pixels, and milliseconds of the browser's event time stamps.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tap {
    pub x: f64,
    pub y: f64,
    pub at: f64,
}

/// Remembers the last tap and what it was on.
#[derive(Clone, PartialEq, Debug)]
pub struct Taps<T> {
    last: Option<(Option<T>, Tap)>,
}

impl<T> Default for Taps<T> {
    fn default() -> Self {
        Self { last: None }
    }
}

impl<T: PartialEq> Taps<T> {
    /// Whether a tap counts. One that does not keeps the hand's trembling alive: a row of taps is one until it rests.
    /// `again`: what is tapped may be tapped as quickly as one likes, as a text to move the caret in it. A field that has
    /// come under the finger since the first tap is another target all the same.
    pub fn counts(&mut self, target: Option<T>, again: bool, tap: Tap) -> bool {
        let trembled = self.last.as_ref().is_some_and(|(last, before)| {
            let same = target.is_some() && *last == target;
            let near = (tap.x - before.x).hypot(tap.y - before.y) <= NEAR;
            tap.at - before.at < TREMOR && (same || near) && !(same && again)
        });
        self.last = Some((target, tap));
        !trembled
    }

    /// The finger left the glass: the hand rests from then on.
    pub fn lifted(&mut self, at: f64) {
        if let Some((_, tap)) = &mut self.last {
            tap.at = tap.at.max(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn tap(x: f64, y: f64, at: f64) -> Tap {
        Tap { x, y, at }
    }

    #[test]
    fn a_double_tap_on_one_row_counts_once_wherever_it_lands_on_it() {
        let mut taps = Taps::default();
        assert!(taps.counts(Some("a"), false, tap(40.0, 100.0, 1000.0)));
        assert!(!taps.counts(Some("a"), false, tap(300.0, 100.0, 1349.0)));
        assert!(taps.counts(Some("a"), false, tap(40.0, 100.0, 1700.0)));
    }

    #[test]
    fn a_double_tap_on_one_place_counts_once_whatever_has_come_there() {
        let mut taps = Taps::default();
        assert!(taps.counts(Some("row"), false, tap(40.0, 100.0, 1000.0)));
        assert!(!taps.counts(Some("delete"), false, tap(48.0, 108.0, 1200.0)));
        assert!(!taps.counts(None, false, tap(40.0, 100.0, 1400.0)));
    }

    #[test]
    fn a_field_is_tapped_as_often_as_one_likes_but_not_by_a_second_tap_that_was_meant_for_what_lay_over_it() {
        let mut taps = Taps::default();
        assert!(taps.counts(Some("close"), false, tap(40.0, 100.0, 1000.0)));
        assert!(!taps.counts(Some("search"), true, tap(40.0, 100.0, 1200.0)));
        assert!(taps.counts(Some("search"), true, tap(40.0, 100.0, 1700.0)));
        assert!(taps.counts(Some("search"), true, tap(44.0, 100.0, 1850.0)), "twice for a word");
        assert!(taps.counts(Some("year"), true, tap(40.0, 170.0, 1900.0)), "the next field");
    }

    #[test]
    fn quick_taps_on_different_rows_all_count() {
        let mut taps = Taps::default();
        assert!(taps.counts(Some("a"), false, tap(40.0, 100.0, 1000.0)));
        assert!(taps.counts(Some("b"), false, tap(40.0, 170.0, 1050.0)));
        assert!(taps.counts(Some("a"), false, tap(40.0, 100.0, 1100.0)));
    }

    #[test]
    fn two_taps_on_nothing_far_apart_are_two() {
        let mut taps = Taps::<&str>::default();
        assert!(
            taps.counts(None, false, tap(40.0, 100.0, 1000.0)) && taps.counts(None, false, tap(140.0, 100.0, 1100.0))
        );
    }

    #[test]
    fn a_trembling_row_of_taps_is_one_until_the_hand_rests() {
        let mut taps = Taps::default();
        let mut at = |at| taps.counts(Some("a"), false, tap(40.0, 100.0, at));
        assert!(at(1000.0));
        assert!(!at(1300.0) && !at(1600.0) && !at(1900.0));
        assert!(at(2300.0));
    }

    #[test]
    fn a_long_press_ends_when_the_finger_is_lifted() {
        let mut taps = Taps::default();
        assert!(taps.counts(Some("a"), false, tap(40.0, 100.0, 1000.0)));
        taps.lifted(1800.0);
        assert!(!taps.counts(Some("a"), false, tap(40.0, 100.0, 2000.0)));
    }
}
