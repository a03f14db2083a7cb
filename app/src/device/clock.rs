//! The browser's clock and randomness, behind the domain's parameters.

use domain::ids::Chance;
use domain::time::{Clock, Day, Instant, TimeOfDay};

/// The tablet's wall clock. It may be wrong; the HLC and the server's time keep order regardless.
#[derive(Clone, Copy, Default, Debug)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> Instant {
        Instant::from_millis(js_sys::Date::now() as i64)
    }
}

impl BrowserClock {
    /// The tablet's local day and time of day.
    pub fn local(&self) -> (Day, TimeOfDay) {
        let date = js_sys::Date::new(&(self.now().millis() as f64).into());
        let narrow = |value: u32| u8::try_from(value).unwrap_or(1);
        let year = i32::try_from(date.get_full_year()).unwrap_or(1970);
        let day = Day::new(year, narrow(date.get_month() + 1), narrow(date.get_date()));
        let minutes = |value: u32| u16::try_from(value).unwrap_or(0);
        let time = TimeOfDay::new(minutes(date.get_hours()), minutes(date.get_minutes()));
        (day.unwrap_or_else(epoch), time.unwrap_or_else(midnight))
    }
}

fn epoch() -> Day {
    Day::new(1970, 1, 1).unwrap_or_else(|| unreachable!("1970 has a first day"))
}

fn midnight() -> TimeOfDay {
    TimeOfDay::new(0, 0).unwrap_or_else(|| unreachable!("a day has a midnight"))
}

/// The browser's cryptographic randomness.
#[derive(Clone, Copy, Default, Debug)]
pub struct BrowserChance;

impl Chance for BrowserChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        // A browser without randomness cannot make ids; ids of zeros would collide and be refused as reused.
        if getrandom::fill(buffer).is_err() {
            buffer.fill(0);
        }
    }
}

impl BrowserChance {
    /// An even draw from 0 ≤ x < 1, for jitter.
    pub fn fraction(&mut self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
}
