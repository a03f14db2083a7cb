//! A trial under way: when it began, what was counted, when it is over. Times are stamps of the clock that never jumps;
//! nothing is counted in ticks, so that a lock, a call or a reload in the middle changes nothing.

use serde::{Deserialize, Serialize};

/// The two clocks may drift apart by so many milliseconds over a trial before its time is doubtful.
const DRIFT: f64 = 500.0;
/// How long a stop can be taken back, in milliseconds.
pub const CONTINUE_MS: f64 = 10_000.0;
/// Milliseconds within which a second press is the same press of a trembling hand.
const TREMOR: f64 = 350.0;

/// A moment on both clocks of the tablet, in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Moment {
    /// The clock that never jumps.
    pub steady: f64,
    /// The clock of the day.
    pub wall: f64,
}

/// A trial that was started.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Place of the trial in the form.
    pub place: usize,
    start: Moment,
    /// Repetitions or lengths, by their milliseconds since the start.
    taps: Vec<u32>,
    /// The last press, for trembling hands.
    pressed: f64,
    /// When it was stopped; `None` while it goes on.
    stopped: Option<Moment>,
}

impl Run {
    pub const fn begin(place: usize, at: Moment) -> Self {
        Self { place, start: at, taps: Vec::new(), pressed: at.steady, stopped: None }
    }

    /// Whole milliseconds since the start, cut down; after a stop those until it.
    pub fn elapsed(&self, now: f64) -> u32 {
        let end = self.stopped.map_or(now, |stop| stop.steady);
        // As a cast, it also cuts what no clock can say: before the start is 0.
        (end - self.start.steady).floor() as u32
    }

    pub const fn is_going(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether a press counts, or is the second one of a trembling hand.
    pub fn counts_press(&mut self, at: f64) -> bool {
        let counts = at - self.pressed >= TREMOR;
        self.pressed = at;
        counts
    }

    pub fn tap(&mut self, at: f64) {
        self.taps.push(self.elapsed(at));
    }

    pub fn take_back_tap(&mut self) {
        self.taps.pop();
    }

    pub fn count(&self) -> i64 {
        i64::try_from(self.taps.len()).unwrap_or(i64::MAX)
    }

    pub fn stop(&mut self, at: Moment) {
        self.stopped = Some(at);
    }

    /// The stop was a mistake: goes on as if there had been none.
    pub fn go_on(&mut self) {
        self.stopped = None;
    }

    /// Whether a stop can still be taken back.
    pub fn can_go_on(&self, now: f64) -> bool {
        self.stopped.is_some_and(|stop| now - stop.steady < CONTINUE_MS)
    }

    /// The clocks went apart while it was timed, so that the time may be wrong.
    pub fn is_doubtful(&self) -> bool {
        self.stopped.is_some_and(|stop| {
            let (steady, wall) = (stop.steady - self.start.steady, stop.wall - self.start.wall);
            (steady - wall).abs() > DRIFT
        })
    }

    /// The moment so many milliseconds after the start, as the clock of the day goes now.
    pub fn at_ms(&self, ms: u32, now: Moment) -> Moment {
        let steady = self.start.steady + f64::from(ms);
        Moment { steady, wall: now.wall - (now.steady - steady) }
    }
}

/// Full minutes that have gone by, and those left of so many milliseconds.
const fn minutes(elapsed: u32, all: u32) -> (u32, u32) {
    let gone = elapsed / 60_000;
    (gone, (all / 60_000).saturating_sub(gone))
}

/// How long a phrase to be said stands on the screen, in milliseconds.
const SAID_MS: u32 = 15_000;

/// Minutes left that are to be said now: just after each full minute that has gone by.
pub const fn to_say(elapsed: u32, all: u32) -> Option<u32> {
    match minutes(elapsed, all) {
        (1.., left @ 1..) if elapsed % 60_000 < SAID_MS => Some(left),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: f64) -> Moment {
        Moment { steady: 1_000_000.0 + ms, wall: 1_000_000.0 + ms }
    }

    #[test]
    fn time_is_the_difference_of_two_stamps_cut_to_whole_milliseconds() {
        let mut run = Run::begin(0, at(0.0));
        assert_eq!(run.elapsed(at(4_814.9).steady), 4_814);
        run.stop(at(4_815.0));
        assert_eq!(run.elapsed(at(60_000.0).steady), 4_815, "after the stop it stands");
        assert!(!run.is_doubtful());
    }

    #[test]
    fn a_stop_by_mistake_can_be_taken_back_for_ten_seconds() {
        let mut run = Run::begin(0, at(0.0));
        run.stop(at(3_000.0));
        assert!(run.can_go_on(at(12_999.0).steady) && !run.can_go_on(at(13_000.0).steady));
        run.go_on();
        assert_eq!((run.is_going(), run.elapsed(at(5_000.0).steady)), (true, 5_000));
    }

    #[test]
    fn clocks_that_went_apart_make_the_time_doubtful() {
        for (apart, doubtful) in [(0.0, false), (499.0, false), (501.0, true), (-3_600_000.0, true)] {
            let mut run = Run::begin(0, at(0.0));
            run.stop(Moment { wall: at(9_000.0).wall + apart, ..at(9_000.0) });
            assert_eq!(run.is_doubtful(), doubtful, "{apart}");
        }
    }

    #[test]
    fn a_trembling_hand_counts_one_stand_and_a_tap_too_many_is_taken_back() {
        let mut run = Run::begin(0, at(0.0));
        for (ms, counts) in [(200.0, false), (1_000.0, true), (1_250.0, false), (2_000.0, true)] {
            let now = at(ms).steady;
            assert_eq!(run.counts_press(now), counts, "{ms}");
            if counts {
                run.tap(now);
            }
        }
        assert_eq!(run.count(), 2);
        run.take_back_tap();
        assert_eq!(run.count(), 1);
    }

    #[test]
    fn an_end_by_itself_lies_exactly_at_its_time_however_late_it_is_noticed() {
        let mut run = Run::begin(0, at(0.0));
        let noticed = at(10_480.0);
        run.stop(run.at_ms(10_000, noticed));
        assert_eq!((run.elapsed(noticed.steady), run.is_doubtful()), (10_000, false));
    }

    #[test]
    fn a_reload_in_the_middle_changes_nothing() {
        let run = Run::begin(3, at(0.0));
        let kept: Run = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
        assert_eq!((kept.elapsed(at(7_000.0).steady), kept), (7_000, run));
    }

    #[test]
    fn minutes_gone_and_left_are_told_at_each_full_minute() {
        let told = |elapsed| to_say(elapsed, 360_000);
        assert_eq!([told(0), told(59_999), told(60_000), told(75_000)], [None, None, Some(5), None]);
        assert_eq!([told(300_000), told(360_000)], [Some(1), None]);
        assert_eq!(minutes(0, 360_000), (0, 6));
        assert_eq!(minutes(60_000, 360_000), (1, 5));
        assert_eq!(minutes(359_999, 360_000), (5, 1));
    }
}
