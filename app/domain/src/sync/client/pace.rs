//! How much goes at once: half of what a line was too slow for, twice what went well, and no more of what was never
//! tried. What was too much is tried again after a while, and later each time: on a line that stays slow every second
//! request would end in a time-out.

/// After so many successes what was too slow is tried again; after each further time twice as many, up to the last.
const FIRST_WAIT: u32 = 4;
const LONGEST_WAIT: u32 = 64;

/// An amount between the least and the most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pace {
    now: u32,
    least: u32,
    most: u32,
    /// What was too slow, and has not gone well since.
    too_slow: Option<u32>,
    /// Successes since the amount was changed.
    calm: u32,
    /// Successes after which more is tried than was too slow.
    wait: u32,
}

impl Pace {
    /// Begins with the most.
    pub const fn new(least: u32, most: u32) -> Self {
        Self { now: most, least, most, too_slow: None, calm: 0, wait: FIRST_WAIT }
    }

    pub const fn now(&self) -> u32 {
        self.now
    }

    /// Begins with this, and grows by what goes well.
    pub const fn beginning_with(first: u32, least: u32, most: u32) -> Self {
        Self { now: first, ..Self::new(least, most) }
    }

    /// So much was not taken, for another reason than the line.
    pub fn halve(&mut self, tried: u32) {
        self.now = (tried / 2).max(self.least);
        self.calm = 0;
    }

    /// So much ended in a time-out. With the least of all it was not the amount.
    pub fn slow_down(&mut self, tried: u32) {
        let again = self.too_slow.is_some_and(|limit| tried >= limit);
        self.wait = if again { self.wait.saturating_mul(2).min(LONGEST_WAIT) } else { FIRST_WAIT };
        self.too_slow = (tried > self.least).then_some(tried);
        self.halve(tried);
    }

    /// So much went well. What is less than half of what may be tried already says nothing of more.
    pub fn speed_up(&mut self, went: u32) {
        if self.too_slow.is_some_and(|limit| went >= limit) {
            self.too_slow = None;
        }
        let next = went.saturating_mul(2).min(self.most);
        if next <= self.now {
            return;
        }
        self.calm = self.calm.saturating_add(1);
        let was_too_slow = self.too_slow.is_some_and(|limit| next >= limit);
        if !was_too_slow || self.calm >= self.wait {
            self.now = next;
            self.calm = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests of a line that carries so much and no more: what each tried, and how many ended in a time-out.
    fn over(line: u32, requests: usize) -> (Vec<u32>, usize) {
        let (mut pace, mut tried) = (Pace::new(1, 200), Vec::new());
        for _ in 0..requests {
            let now = pace.now();
            tried.push(now);
            if now > line { pace.slow_down(now) } else { pace.speed_up(now) }
        }
        let given_up = tried.iter().filter(|amount| **amount > line).count();
        (tried, given_up)
    }

    #[test]
    fn a_time_out_halves_and_success_doubles_up_to_what_was_too_slow() {
        let (tried, _) = over(30, 8);
        assert_eq!(tried, [200, 100, 50, 25, 25, 25, 25, 50], "the fourth success tries it again");
    }

    #[test]
    fn a_line_that_stays_slow_is_given_up_less_and_less_often() {
        let (tried, given_up) = over(30, 200);
        assert_eq!(given_up, 3 + 6, "after 4, 8, 16, 32, 64 and 64 successes");
        assert!(tried.iter().all(|amount| *amount >= 25));
    }

    #[test]
    fn a_line_that_is_well_again_soon_carries_everything() {
        let mut pace = Pace::new(1, 200);
        pace.slow_down(200);
        pace.slow_down(100);
        assert_eq!(pace.now(), 50);
        let amounts = [0; 7].map(|_| {
            pace.speed_up(pace.now());
            pace.now()
        });
        assert_eq!(amounts, [50, 50, 50, 100, 200, 200, 200]);
    }

    #[test]
    fn it_grows_by_what_was_tried_and_not_by_many_a_little() {
        let mut pace = Pace::beginning_with(200, 1, u32::MAX);
        for _ in 0..50 {
            pace.speed_up(1);
        }
        assert_eq!(pace.now(), 200, "a tap at a time says nothing of a thousand");
        pace.speed_up(150);
        assert_eq!(pace.now(), 300);
        for went in [300, 600, 1_000] {
            pace.speed_up(went);
        }
        assert_eq!(pace.now(), 2_000);
        pace.slow_down(1_000);
        for _ in 0..50 {
            pace.speed_up(1);
        }
        assert_eq!(pace.now(), 500, "nor that what was too slow would go");
    }

    #[test]
    fn a_time_out_of_the_least_says_nothing_of_the_amount() {
        let mut pace = Pace::new(50, 2_000);
        pace.slow_down(100);
        pace.slow_down(50);
        assert_eq!(pace.now(), 50);
        pace.speed_up(50);
        assert_eq!(pace.now(), 100);
    }

    #[test]
    fn what_a_server_did_not_take_is_halved_and_may_grow_at_once() {
        let mut pace = Pace::new(1, u32::MAX);
        pace.halve(120);
        pace.speed_up(60);
        assert_eq!(pace.now(), 120);
        pace.halve(1);
        assert_eq!(pace.now(), 1, "never nothing");
    }
}
